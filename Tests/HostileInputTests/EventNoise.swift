import Foundation
import Testing

/// What a program in Terraform's place, a provider or a crash may write into the stream of events.
struct EventNoise: Sendable, CustomTestStringConvertible {
    let name: String
    let bytes: Data

    var testDescription: String { name }

    private init(_ name: String, lines: [String]) {
        self.init(name, Data((lines.joined(separator: "\n") + "\n").utf8))
    }

    private init(_ name: String, _ bytes: Data) {
        self.name = name
        self.bytes = bytes
    }

    static let all = [
        EventNoise(
            "invalid UTF-8", Data([0xFF, 0xFE, 0x80, 0x0A, 0x7B, 0xC3, 0x28, 0x7D, 0x0A, 0xED, 0xA0, 0x80, 0x0A])),
        EventNoise("every byte", Data((0...255).map { UInt8($0) } + [0x0A])),
        EventNoise(
            "unknown types",
            lines: [
                #"{"@level":"info","@message":"new","type":"invented_in_2030","hook":{"x":[1,2]}}"#,
                #"{"type":5}"#, #"{"type":null,"@message":null}"#, #"{"type":["apply_start"]}"#, "{}",
            ]),
        EventNoise("known types without their fields, or with others", lines: wrongFields),
        EventNoise(
            "rubbish",
            lines: [
                "<!DOCTYPE html><html><body>502 Bad Gateway</body></html>", "", "   ", "null", "[]", "5", #""text""#,
                #"{"@level":"info","@mess"#, "}", #"{"type":"apply_start","type":"apply_complete"}"#,
                String(repeating: "[", count: 100_000), String(repeating: #"{"a":"#, count: 100_000),
                #"{"type":"log","n":1e999999,"m":-1e-999999,"o":123456789012345678901234567890}"#,
            ]),
        EventNoise("escape sequences", lines: escapes),
        // No line feed ends it, and Terraform's own first line follows on it.
        EventNoise("half a line", Data(#"{"@level":"info","@message":"half"#.utf8)),
    ]

    /// Places, counts and texts that nobody can reckon with.
    private static var wrongFields: [String] {
        let operations = [
            "apply_start", "apply_progress", "apply_complete", "apply_errored", "provision_start", "provision_progress",
            "provision_complete", "provision_errored", "refresh_start", "refresh_complete", "ephemeral_op_start",
            "ephemeral_op_progress", "ephemeral_op_complete", "ephemeral_op_errored",
        ]
        let hooks = [
            "", #","hook":null"#, #","hook":7"#, #","hook":{"resource":{"addr":7},"action":{}}"#,
            #","hook":{"resource":{"addr":""},"action":"","elapsed_seconds":-1e30}"#,
        ]
        let far = #"{"line":9223372036854775807,"column":9223372036854775807}"#
        let before = #"{"line":-9223372036854775808,"column":-1}"#
        let ranges = [
            "{}", #"{"filename":7}"#, #"{"filename":"../../../etc/passwd","start":\#(before),"end":\#(far)}"#,
            #"{"filename":"stack.tfvars.json","start":\#(before)}"#, #"{"filename":"main.tf","start":\#(far)}"#,
            #"{"filename":"main.tf","start":{"line":1,"column":1},"end":\#(before)}"#,
        ]
        let snippet =
            #"{"code":"x","start_line":-5,"highlight_start_offset":-9,"highlight_end_offset":999999999,"values":[7]}"#
        return operations.flatMap { type in hooks.map { #"{"type":"\#(type)","@message":7\#($0)}"# } }
            + ranges.flatMap { range in
                ["null", snippet, snippet.replacingOccurrences(of: "-5", with: "1")].map {
                    #"{"type":"diagnostic","diagnostic":{"severity":"warning","summary":"odd","range":\#(range),"snippet":\#($0)}}"#
                }
            } + [
                #"{"type":"diagnostic"}"#, #"{"type":"diagnostic","diagnostic":"text"}"#,
                #"{"type":"diagnostic","diagnostic":{"severity":"catastrophe","summary":7}}"#,
                #"{"type":"change_summary","changes":{"add":"many","operation":"apply"}}"#,
                #"{"type":"change_summary","changes":[]}"#, #"{"type":"outputs","outputs":[1]}"#,
                #"{"type":"outputs","outputs":{"a":7,"b":null,"c":{"sensitive":"yes"}}}"#,
                #"{"type":"planned_change","change":{"resource":null,"action":[]}}"#,
                #"{"type":"resource_drift","change":7}"#, #"{"type":"version","terraform":7,"ui":[]}"#,
            ]
    }

    /// In JSON's own spelling, which is decoded before anything is shown.
    private static var escapes: [String] {
        let evil = #"\u001b[2J\u001b]0;owned\u0007\u202e\u2066\u009b31m\u2028red"#
        return [
            #"{"@level":"info","@message":"\#(evil)","type":"apply_complete","hook":{"resource":{"addr":"\#(evil)"},"action":"\#(evil)"}}"#,
            #"{"@level":"info","@message":"\#(evil)","type":"provision_progress","hook":{"resource":{"addr":"a.b"},"provisioner":"\#(evil)","output":"\#(evil)"}}"#,
            #"{"@level":"info","@message":"\#(evil)","type":"refresh_start","hook":{"resource":{"addr":"a.b"}}}"#,
            #"{"@level":"info","@message":"\#(evil)","type":"change_summary","changes":{"add":1,"operation":"apply"}}"#,
            #"{"@level":"warn","@message":"x","type":"diagnostic","diagnostic":{"severity":"warning","summary":"\#(evil)","detail":"\#(evil)","address":"\#(evil)","range":{"filename":"\#(evil)","start":{"line":1,"column":1}},"snippet":{"context":"\#(evil)","code":"\#(evil)","start_line":1,"values":[{"traversal":"\#(evil)","statement":"\#(evil)"}]}}}"#,
            "\u{1B}[2J\u{1B}]0;owned\u{7}\u{202E}not of the stream at all",
        ]
    }
}
