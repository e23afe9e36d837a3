import Diagnostics
import FoundationEssentials
import Testing

@testable import Terminal

struct SanitizedTests {
    @Test func `a JSON document is the same document with what is not to be shown as escapes`() {
        let document = "{\n  \"a\u{202E}b\": \"\u{7F}\u{9B}ü😀\u{E0001}\\n\"\n}"
        #expect(
            sanitized(json: document)
                == "{\n  \"a\\u202eb\": \"\\u007f\\u009bü😀\\udb40\\udc01\\n\"\n}")
    }

    @Test(arguments: [
        ("plain text, ümlaut, 漢字, 👩‍💻, a\tb", "plain text, ümlaut, 漢字, 👩‍💻, a\tb"),
        ("\u{1B}[2J\u{1B}]0;title\u{07}", "\\u{1b}[2J\\u{1b}]0;title\\u{7}"),
        ("a\nb\r\nc\rd", "a\\nb\\r\\nc\\rd"),
        ("access\u{202E}lmx.gpj\u{202C}", "access\\u{202e}lmx.gpj\\u{202c}"),
        ("\u{2066}x\u{2069}\u{200F}", "\\u{2066}x\\u{2069}\\u{200f}"),
        ("\u{9B}31m\u{7F}\u{00}", "\\u{9b}31m\\u{7f}\\u{0}"),
        ("a\u{2028}b\u{85}c\u{200B}d\u{FEFF}", "a\\u{2028}b\\u{85}c\\u{200b}d\\u{feff}"),
        ("\u{E0041}", "\\u{e0041}"),
    ])
    func `what could deceive a terminal becomes visible`(hostile: String, visible: String) {
        #expect(sanitized(hostile) == visible)
    }

    @Test func `no scalar of Unicode passes that a terminal would obey`() {
        let obeyed: Set<Unicode.GeneralCategory> = [.control, .lineSeparator, .paragraphSeparator]
        for value in UInt32(0)...0x10FFFF {
            guard let scalar = Unicode.Scalar(value), scalar != "\t" else { continue }
            let leaks = sanitized(String(scalar)).unicodeScalars.contains {
                obeyed.contains($0.properties.generalCategory)
            }
            #expect(!leaks, "U+\(String(value, radix: 16))")
        }
    }
}

struct DisplayWidthTests {
    @Test(arguments: [
        ("", 0), ("stack", 5), ("größe", 5), ("e\u{301}", 1), ("漢字", 4), ("한국", 4), ("ｆｕｌｌ", 8), ("🚀", 2),
        ("👩‍💻", 2), ("🇩🇪", 2), ("❤️", 2), ("…│⠋", 3), ("→", 1),
    ])
    func `cells of a terminal`(text: String, width: Int) {
        #expect(displayWidth(of: text) == width)
    }

    @Test(arguments: [
        ("abcdef", 6, "abcdef"), ("abcdef", 5, "abcd…"), ("abcdef", 1, "…"), ("abcdef", 0, ""),
        ("漢字漢字", 8, "漢字漢字"), ("漢字漢字", 7, "漢字漢…"), ("漢字漢字", 6, "漢字…"),
    ])
    func `cut to a width, with a mark`(text: String, width: Int, expected: String) {
        #expect(truncated(text, toWidth: width) == expected)
        #expect(displayWidth(of: truncated(text, toWidth: width)) <= width)
    }

    @Test func `a cut line keeps the styles of what stays`() {
        let line = StyledLine([StyledSpan("ab", .added), StyledSpan("cdef", .error), StyledSpan("gh")])
        #expect(
            truncated(line, toWidth: 5)
                == StyledLine([StyledSpan("ab", .added), StyledSpan("cd…", .error)]))
    }
}

struct TimeTextTests {
    @Test(arguments: [
        (Duration.milliseconds(0), "0.0s"), (.milliseconds(2149), "2.1s"), (.milliseconds(9999), "9.9s"),
        (.seconds(10), "10s"), (.seconds(59.9), "59s"), (.seconds(187), "3m 07s"), (.seconds(3720), "1h 02m"),
        (.seconds(-1), "0.0s"),
    ])
    func `a duration`(duration: Duration, text: String) {
        #expect(durationText(duration) == text)
    }

    @Test(
        arguments: [(TimeInterval, String)]([
            (0, "just now"), (59, "just now"), (60, "1 minute ago"), (7199, "1 hour ago"), (7200, "2 hours ago"),
            (86400, "1 day ago"), (59 * 86400, "59 days ago"), (60 * 86400, "2026-09-22"), (-30, "just now"),
            (-3600, "2026-11-21T10:30:12Z"),
        ]))
    func `a moment on a terminal is told as people tell it`(age: TimeInterval, text: String) throws {
        let now = try Date("2026-11-21T09:30:12Z", strategy: .iso8601)
        #expect(momentText(now - age, now: now, relative: true) == text)
    }

    @Test func `a moment elsewhere is RFC 3339`() throws {
        let now = try Date("2026-11-21T09:30:12Z", strategy: .iso8601)
        #expect(momentText(now, now: now, relative: false) == "2026-11-21T09:30:12Z")
    }
}
