import Diagnostics
import Glibc
import SystemPackage

/// Opens a file that a child shall write to: for its owner only, made when it is missing, never through a link.
///
/// It appends, so that two descriptors of the same file do not write over each other.
func openForAppending(_ path: FilePath) throws(Diagnostic) -> FileDescriptor {
    do {
        let descriptor = try FileDescriptor.open(
            path,
            .writeOnly,
            options: [.append, .create, .closeOnExec, .noFollow],
            permissions: .ownerReadWrite
        )
        // The mode above counts for a new file only, and less the umask.
        guard fchmod(descriptor.rawValue, S_IRUSR | S_IWUSR) == 0 else {
            let problem = Errno(rawValue: errno)
            try? descriptor.close()
            throw problem
        }
        return descriptor
    } catch {
        throw Diagnostic.outputFile(path, error as? Errno ?? .ioError)
    }
}
