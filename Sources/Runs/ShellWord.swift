extension String {
    /// The text as one word of a command that a person copies into a shell: as it is where the shell would leave it so.
    var shellWord: String {
        let isPlain = !isEmpty && utf8.allSatisfy { plainBytes.contains($0) }
        return isPlain ? self : shellQuoted
    }

    /// The same between quotes in any case.
    var shellQuoted: String { "'" + replacing("'", with: #"'\''"#) + "'" }
}

private let plainBytes = Set("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-./:@%+,".utf8)
