import CPostgres
import Diagnostics
import Glibc

/// libpq, which is loaded when a PostgreSQL is first spoken to.
extension libpq {
    /// - Throws: a `Diagnostic` when it is not installed.
    static func loaded() throws -> libpq { try library.get() }

    private static let library = Result { try libpq(file: "libpq.so.5") }

    /// - Parameter file: as the dynamic linker looks for it.
    init(file: String) throws {
        self.init()
        guard load_libpq(file, &self) else {
            throw Diagnostic.error(
                "a PostgreSQL needs libpq, which cannot be loaded: \(text(of: dlerror()))",
                hint: "Install it, on Debian and Ubuntu with `apt-get install libpq5`", outcome: .unavailable)
        }
    }
}

/// What the library has said; it keeps the memory.
func text(of pointer: UnsafePointer<CChar>?) -> String { pointer.map { String(cString: $0) } ?? "" }
