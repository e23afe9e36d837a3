extension RunReport {
    /// A suite with one case a stack, as continuous integration reads it: what a rule has refused, and drift, are failures,
    /// and what was not done is skipped.
    ///
    /// Source of the form: the JUnit tasks of Apache Ant, in the shape that Jenkins and GitLab read.
    var junit: String {
        let failures = stacks.count { $0.result.verdict == .failed }
        let skipped = stacks.count { $0.result.verdict == .skipped }
        let sums = [
            ("name", "stack \(operation.rawValue)"), ("tests", "\(stacks.count)"), ("failures", "\(failures)"),
            ("errors", "0"), ("skipped", "\(skipped)"), ("time", secondsText(seconds)),
        ]
        let cases = stacks.map { $0.testcase(classname: "stack.\(operation.rawValue)") }.joined()
        let suite = element("testsuite", sums + [("timestamp", timeText(start))], "\n\(cases)  ")
        return "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
            + element("testsuites", sums, "\n  \(suite)\n") + "\n"
    }
}

extension StackReport {
    fileprivate func testcase(classname: String) -> String {
        let attributes = [("name", name), ("classname", classname), ("time", secondsText(seconds ?? 0))]
        let text = message ?? result.rawValue
        var children: [String] = []
        switch result.verdict {
        case .passed: break
        case .failed:
            children.append(
                element(
                    "failure", [("message", text), ("type", result.rawValue)],
                    escaped(errors.isEmpty ? text : errors.joined(separator: "\n\n"))))
        case .skipped: children.append(element("skipped", [("message", text)]))
        }
        if let run { children.append(element("system-out", [], escaped("run \(run)"))) }
        let content = children.map { "\n      \($0)" }.joined()
        return "    " + element("testcase", attributes, content.isEmpty ? "" : content + "\n    ") + "\n"
    }
}

/// - Parameter content: escaped already.
private func element(_ name: String, _ attributes: [(String, String)], _ content: String = "") -> String {
    let start = name + attributes.map { " \($0.0)=\"\(escaped($0.1, inAttribute: true))\"" }.joined()
    return content.isEmpty ? "<\(start)/>" : "<\(start)>\(content)</\(name)>"
}

/// The text as XML 1.0 can hold it: what is no character there (2.2), such as most control characters, is U+FFFD.
private func escaped(_ text: String, inAttribute: Bool = false) -> String {
    var result = ""
    for scalar in text.unicodeScalars {
        switch scalar {
        case "&": result += "&amp;"
        case "<": result += "&lt;"
        case ">": result += "&gt;"
        case "\"" where inAttribute: result += "&quot;"
        // A parser makes a space of the one in an attribute, and a line break of the other.
        case "\t" where inAttribute, "\n" where inAttribute, "\r": result += "&#\(scalar.value);"
        case "\t", "\n", "\u{20}"..."\u{D7FF}", "\u{E000}"..."\u{FFFD}", "\u{10000}"..."\u{10FFFF}":
            result.unicodeScalars.append(scalar)
        default: result += "\u{FFFD}"
        }
    }
    return result
}
