package import Diagnostics
package import YAML

/// `PATH=VALUE`, as a person writes it: which value of a stack's definition gets which text.
///
/// Keys are parted by dots, items of lists are named by `[0]`, and a key that holds a dot stands in double quotes:
/// `labels."example.com/team"=core`.
package struct Assignment: Sendable {
    /// From the document's root.
    package let path: [YAMLPathStep]
    package let value: String

    /// Reads a path below `spec`, or one that begins with `spec` or `metadata`; `labels` are those of `metadata`.
    ///
    /// - Throws: a `Diagnostic` for what is no assignment, and for a path that may not be set.
    package init(_ text: String) throws(Diagnostic) {
        var parser = AssignmentParser(text)
        guard let steps = parser.path() else { throw .isNoAssignment(text) }
        value = parser.rest
        path =
            switch steps[0] {
            case "spec", "metadata": steps
            case "labels": ["metadata"] + steps
            default: ["spec"] + steps
            }
        guard path.count > 1 else { throw .namesNoField(path.text) }
        if path[1] == "name" { throw .isName(path.text) }
    }
}

private struct AssignmentParser {
    /// Scalars, not characters: a sign with a combining mark behind it is that sign.
    private var scalars: Substring.UnicodeScalarView

    init(_ text: String) {
        scalars = Substring(text).unicodeScalars
    }

    var rest: String { String(scalars) }

    /// The steps before the `=`, at least one; nil where that is not what is written.
    mutating func path() -> [YAMLPathStep]? {
        var steps: [YAMLPathStep] = []
        while true {
            guard let key = key() else { return nil }
            steps.append(.key(key))
            while take("[") {
                guard let index = Int(taking { $0 != "]" }), index >= 0, take("]") else { return nil }
                steps.append(.index(index))
            }
            if take("=") { return steps }
            guard take(".") else { return nil }
        }
    }

    /// Nil where none is.
    private mutating func key() -> String? {
        guard take("\"") else {
            let key = taking { $0 != "." && $0 != "[" && $0 != "=" && $0 != "\"" }
            return key.isEmpty ? nil : key
        }
        let key = taking { $0 != "\"" }
        return take("\"") ? key : nil
    }

    private mutating func take(_ scalar: Unicode.Scalar) -> Bool {
        guard scalars.first == scalar else { return false }
        scalars.removeFirst()
        return true
    }

    private mutating func taking(while isWanted: (Unicode.Scalar) -> Bool) -> String {
        let taken = scalars.prefix(while: isWanted)
        scalars = scalars[taken.endIndex...]
        return String(taken)
    }
}

extension Diagnostic {
    fileprivate static func isNoAssignment(_ text: String) -> Diagnostic {
        .error(
            "`\(text)` sets nothing", hint: "write `PATH=VALUE`, like `variables.region=eu-west-1` or `tags[0]=a`",
            outcome: .usage)
    }

    fileprivate static func namesNoField(_ path: String) -> Diagnostic {
        .error(
            "`\(path)` cannot be set as a whole", hint: "name a field in it, like `variables.region`", outcome: .usage)
    }

    fileprivate static func isName(_ path: String) -> Diagnostic {
        .error(
            "`\(path)` cannot be set: under another name everything is made a second time",
            hint: "edit the file by hand where the stack was never applied", outcome: .usage)
    }
}
