package import Diagnostics

/// A name or a path in which `*`, `?` and `[…]` stand for parts of one name, as Go's `filepath.Match` reads it.
package struct GlobPattern: Sendable {
    private enum Part: Sendable {
        case one(Unicode.Scalar)
        case anyOne
        case any
        case oneOf([ClosedRange<Unicode.Scalar>], isNegated: Bool)
    }

    private let names: [[Part]]

    /// - Parameter location: where it was written; nil for one of the command line.
    /// - Throws: where a bracket is not closed.
    package init(_ pattern: String, at location: SourceLocation? = nil) throws(Diagnostic) {
        var names: [[Part]] = []
        for name in pattern.split(separator: "/") {
            guard let parts = Self.parts(of: Array(name.unicodeScalars)) else {
                throw .error(
                    "a `[` in `\(pattern)` is not closed by `]`", at: location,
                    outcome: location == nil ? .usage : .failed)
            }
            names.append(parts)
        }
        self.names = names
    }

    /// Whether a text holds anything that stands for something else.
    package static func isPattern(_ text: String) -> Bool { text.contains { "*?[\\".contains($0) } }

    package func matches(_ path: String) -> Bool {
        let parts = path.split(separator: "/")
        return parts.count == names.count
            && zip(names, parts).allSatisfy { Self.matches($0, Array($1.unicodeScalars)) }
    }

    /// Goes back to the last `*` where the rest does not fit.
    private static func matches(_ pattern: [Part], _ text: [Unicode.Scalar]) -> Bool {
        var (part, position) = (0, 0)
        var star: (part: Int, position: Int)?
        while position < text.count {
            if part < pattern.count, case .any = pattern[part] {
                star = (part, position)
                part += 1
            } else if part < pattern.count, fits(pattern[part], text[position]) {
                part += 1
                position += 1
            } else if let last = star {
                star = (last.part, last.position + 1)
                (part, position) = (last.part + 1, last.position + 1)
            } else {
                return false
            }
        }
        return pattern[part...].allSatisfy { if case .any = $0 { true } else { false } }
    }

    private static func fits(_ part: Part, _ scalar: Unicode.Scalar) -> Bool {
        switch part {
        case .one(let wanted): wanted == scalar
        case .anyOne, .any: true
        case .oneOf(let ranges, let isNegated): ranges.contains { $0.contains(scalar) } != isNegated
        }
    }

    private static func parts(of name: [Unicode.Scalar]) -> [Part]? {
        var parts: [Part] = []
        var position = 0
        while position < name.count {
            switch name[position] {
            case "*": parts.append(.any)
            case "?": parts.append(.anyOne)
            case "\\" where position + 1 < name.count:
                position += 1
                parts.append(.one(name[position]))
            case "[":
                guard let end = name[(position + 1)...].dropFirst().firstIndex(of: "]") else { return nil }
                parts.append(oneOf(name[(position + 1)..<end]))
                position = end
            case let scalar: parts.append(.one(scalar))
            }
            position += 1
        }
        return parts
    }

    private static func oneOf(_ inner: ArraySlice<Unicode.Scalar>) -> Part {
        let isNegated = inner.first == "^"
        var rest = isNegated ? inner.dropFirst() : inner
        var ranges: [ClosedRange<Unicode.Scalar>] = []
        while let first = rest.popFirst() {
            if rest.count > 1, rest.first == "-", let last = rest.dropFirst().first, first <= last {
                ranges.append(first...last)
                rest = rest.dropFirst(2)
            } else {
                ranges.append(first...first)
            }
        }
        return .oneOf(ranges, isNegated: isNegated)
    }
}
