package import SystemPackage

/// One program to start: what, with which arguments, in which environment and where.
///
/// Nothing of this process leaks into the child beyond what stands here: it gets exactly this environment, the
/// descriptors 0, 1 and 2, default signal dispositions with an empty mask (whatever this process ignores or blocks),
/// and a session of its own, so that neither a terminal's Ctrl-C nor its closing reaches it.
package struct ChildCommand: Hashable, Sendable {
    package enum Executable: Hashable, Sendable {
        /// Looked up in the `PATH` of the command's own environment.
        case name(String)
        /// Absolute, or relative to the current directory of this process.
        case path(FilePath)
        /// The program that this process runs, also when another file has taken its place meanwhile.
        case thisProgram
    }

    package var executable: Executable
    package var arguments: [String]
    package var environment: [String: String]
    /// The current directory of this process when nil.
    package var workingDirectory: FilePath?

    package init(
        _ executable: Executable,
        arguments: [String] = [],
        environment: [String: String],
        workingDirectory: FilePath? = nil
    ) {
        self.executable = executable
        self.arguments = arguments
        self.environment = environment
        self.workingDirectory = workingDirectory
    }

    /// What people call the program; arguments are left out because they can hold what is not for everyone's eyes.
    package var displayName: String {
        switch executable {
        case .name(let name): name
        case .path(let path): path.lastComponent?.string ?? path.string
        case .thisProgram: FilePath(CommandLine.arguments.first ?? "").lastComponent?.string ?? ""
        }
    }
}
