/// What names may look like. Every entrance for names (definitions, flags, the registry) asks here.
package enum NameRule: Hashable, Sendable {
    /// Stacks, templates, cluster handles, pools: `^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$`.
    case strict
    /// Rollouts and strategies: the same, and dots inside (`k8s-1.33`).
    case dotted
    /// Names that belong to others (projects, domains, workflows, branches, regions): text without control characters.
    case free

    /// What a name has to be like, or nil when it is.
    package func problem(with name: String) -> String? {
        switch self {
        case .strict:
            Self.isIdentifier(name, dots: false)
                ? nil : "lower-case letters, digits and `-` inside, at most 63 characters"
        case .dotted:
            Self.isIdentifier(name, dots: true)
                ? nil : "lower-case letters, digits, and `-` and `.` inside, at most 63 characters"
        case .free:
            Self.isFreeText(name) ? nil : "1 to 253 characters without control characters"
        }
    }

    private static func isIdentifier(_ name: String, dots: Bool) -> Bool {
        let bytes = Array(name.utf8)
        guard (1...63).contains(bytes.count), let first = bytes.first, let last = bytes.last else { return false }
        return isLetterOrDigit(first) && isLetterOrDigit(last)
            && bytes.allSatisfy { isLetterOrDigit($0) || $0 == UInt8(ascii: "-") || (dots && $0 == UInt8(ascii: ".")) }
    }

    private static func isLetterOrDigit(_ byte: UInt8) -> Bool {
        (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte) || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
    }

    private static func isFreeText(_ name: String) -> Bool {
        (1...253).contains(name.unicodeScalars.count)
            && name.unicodeScalars.allSatisfy { $0.properties.generalCategory != .control }
    }
}
