import Diagnostics
import JSON
import Liquid
import Testing

@Suite struct `any text` {
    /// Always the same numbers for a seed (SplitMix64).
    struct Generator: RandomNumberGenerator {
        var state: UInt64

        mutating func next() -> UInt64 {
            state &+= 0x9E37_79B9_7F4A_7C15
            var value = state
            value = (value ^ (value >> 30)) &* 0xBF58_476D_1CE4_E5B9
            value = (value ^ (value >> 27)) &* 0x94D0_49BB_1331_11EB
            return value ^ (value >> 31)
        }
    }

    @Test func `without tags renders to itself`() throws {
        let seed = UInt64.random(in: .min ... .max)
        var generator = Generator(state: seed)
        let parts = [
            "a", "{", "}", "%", "\n", "\r\n", "-", "é", "\u{301}", "\u{1F600}", " ", "\"", "|", "%}", "}}", "\0",
        ]
        for round in 0..<2_000 {
            var text = ""
            for _ in 0..<Int.random(in: 0..<40, using: &generator) {
                text += parts.randomElement(using: &generator) ?? ""
            }
            guard !text.utf8.elementsEqual("".utf8), !text.contains(opening: "{{"), !text.contains(opening: "{%") else {
                continue
            }
            let output = try rendered(text)
            #expect(output.utf8.elementsEqual(text.utf8), "seed \(seed), round \(round)")
        }
    }

    @Test func `of tags and signs ends, in a text or in errors with a place`() {
        let seed = UInt64.random(in: .min ... .max)
        var generator = Generator(state: seed)
        let parts = [
            "{{", "}}", "{%", "%}", "{{-", "-%}", " if ", " for ", " i ", " in ", "(1..3)", "(1..99999999)", " else ",
            " endif ", " endfor ", " case ", " when ", " endcase ", " assign ", " x ", "=", "==", "|", " append: x ",
            " split: '' ", " json ", " default: 1 ", "[", "]", ".", ",", ":", "'", "\"", " 1 ", "-", " raw ",
            " endraw ",
            " comment ", " capture ", " endcapture ", " contains ", " and ", " or ", " nil ", " empty ", "\n", "é",
            "{% if x %}", "{% endif %}", "{% for i in x %}", "{% endfor %}", "{{ x }}", "{{ x | upcase }}",
            "{% assign x = x | append: x %}", "{% break %}",
        ]
        var rendered = 0
        for round in 0..<4_000 {
            var text = ""
            for _ in 0..<Int.random(in: 1..<30, using: &generator) {
                text += parts.randomElement(using: &generator) ?? ""
            }
            do {
                let template = try LiquidTemplate(
                    parsing: text, file: "a", limits: LiquidLimits(iterations: 100, bytes: 9999))
                _ = try template.render(["x": "ab"])
                rendered += 1
            } catch {
                let told = error.diagnostics
                #expect(!told.isEmpty && told.allSatisfy { $0.severity == .error }, "seed \(seed), round \(round)")
                #expect(told == DiagnosticList(told).sorted().diagnostics, "seed \(seed), round \(round)")
            }
        }
        #expect(rendered > 0, "seed \(seed)")
    }
}

extension String {
    fileprivate func contains(opening: String) -> Bool {
        let scalars = Array(unicodeScalars)
        return scalars.indices.dropLast().contains { Array(scalars[$0...($0 + 1)]) == Array(opening.unicodeScalars) }
    }
}
