extension String {
    /// The text as one word of a command that a person copies into a shell: in quotes where the shell would do more than
    /// read it.
    package var shellWord: String {
        let isPlain = !isEmpty && utf8.allSatisfy { plainBytes.contains($0) }
        return isPlain
            ? self : "'" + split(separator: "'", omittingEmptySubsequences: false).joined(separator: #"'\''"#) + "'"
    }
}

private let plainBytes = Set("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_./:@%+,=".utf8)
