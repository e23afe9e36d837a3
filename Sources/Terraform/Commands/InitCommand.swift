/// `init`: installs providers and modules. Exit code 0 or 1; its output is for people.
///
/// Nothing is upgraded: a lock file's selections hold, and one that is missing is made.
package struct InitCommand: TerraformCommand {
    package enum LockFile: Hashable, Sendable {
        /// Made when missing, and completed: a mirror knows other hashes than the registry.
        case writable
        /// A selection or a hash that is missing is an error.
        case readOnly
    }

    package var lockFile: LockFile

    package init(lockFile: LockFile = .writable) {
        self.lockFile = lockFile
    }

    package var arguments: [String] {
        ["init", "-input=false", "-no-color"] + (lockFile == .readOnly ? ["-lockfile=readonly"] : [])
    }
}
