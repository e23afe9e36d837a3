import Diagnostics

extension StyledLine {
    /// The line as a terminal or file gets it: sanitized, with colours when asked for, without a line break.
    func rendered(colored: Bool) -> String {
        guard colored else { return sanitized(text) }
        return spans.map { span in
            guard let code = span.style.colorCode, !span.text.isEmpty else { return sanitized(span.text) }
            return "\u{1B}[\(code)m\(sanitized(span.text))\u{1B}[0m"
        }.joined()
    }

    /// The same line with every span safe to measure and to cut: sanitized, a tab as one space.
    var measurable: StyledLine {
        StyledLine(
            spans.map { span in
                StyledSpan(sanitized(span.text).replacing("\t", with: " "), span.style)
            })
    }
}

extension TextStyle {
    /// The parameters of the SGR sequence (ECMA-48 8.3.117); only the eight basic colours, which every theme has tuned.
    fileprivate var colorCode: String? {
        switch self {
        case .plain: nil
        case .strong: "1"
        case .faint: "2"
        case .added, .success: "32"
        case .removed: "31"
        case .changed, .warning: "33"
        case .replaced: "35"
        case .error: "1;31"
        case .hint: "36"
        }
    }
}
