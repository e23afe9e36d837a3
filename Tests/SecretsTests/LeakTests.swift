import Foundation
import JSON
import Secrets
import Testing

/// Random secrets in random encodings and surroundings, whole and in random pieces.
struct LeakTests {
    /// How a program may write a secret, and how to find it again.
    private enum Encoding: CaseIterable {
        case plain, json, base64, urlSafeBase64, unpaddedBase64, hexadecimal, percent, jsonInBase64, base64InJSON

        func encode(_ secret: String, around: (before: String, after: String)) -> String {
            let text = around.before + secret + around.after
            switch self {
            case .plain: return text
            case .json: return JSONValue.string(text).text
            case .base64: return Data(text.utf8).base64EncodedString()
            case .urlSafeBase64:
                return Data(text.utf8).base64EncodedString().replacing("+", with: "-").replacing("/", with: "_")
            case .unpaddedBase64: return Data(text.utf8).base64EncodedString().replacing("=", with: "")
            case .hexadecimal: return text.utf8.map { String(format: "%02x", $0) }.joined()
            case .percent: return text.addingPercentEncoding(withAllowedCharacters: .alphanumerics) ?? text
            case .jsonInBase64: return Data(JSONValue.string(text).text.utf8).base64EncodedString()
            case .base64InJSON: return JSONValue.string(Data(text.utf8).base64EncodedString()).text
            }
        }

        /// What is left of the text when the masked parts are cut out and the rest is decoded.
        func decode(_ masked: String) -> [String] {
            masked.components(separatedBy: SecretValues.replacement).flatMap { part -> [String] in
                switch self {
                case .plain, .json: return [part]
                case .percent: return [part, part.removingPercentEncoding ?? part]
                case .hexadecimal: return [part]
                case .base64, .urlSafeBase64, .unpaddedBase64, .jsonInBase64, .base64InJSON:
                    let clean = part.replacing("-", with: "+").replacing("_", with: "/").filter {
                        $0 != "=" && $0 != "\""
                    }
                    return (0..<4).map { shift in
                        let shifted = String(repeating: "A", count: shift) + clean
                        let padded = shifted + String(repeating: "=", count: (4 - shifted.count % 4) % 4)
                        return Data(base64Encoded: padded).map { String(decoding: $0, as: UTF8.self) } ?? ""
                    }
                }
            }
        }
    }

    private static let alphabet = Array("abcXYZ0189-_.~!*'();:@&=+$,/?#[]<>\"\\% \néß漢🔑{}^`|")

    private static func text(_ lengths: ClosedRange<Int>, using generator: inout SeededGenerator) -> String {
        String(
            (0..<Int.random(in: lengths, using: &generator)).compactMap { _ in alphabet.randomElement(using: &generator)
            })
    }

    @Test(arguments: (0..<120).map { UInt64($0) })
    func `no secret leaks, in one piece or in many`(seed: UInt64) throws {
        var generator = SeededGenerator(seed: seed)
        var secrets = SecretValues()
        let secret = Self.text(8...60, using: &generator)
        for _ in 0..<Int.random(in: 0...3, using: &generator) { secrets.insert(Self.text(1...20, using: &generator)) }
        secrets.insert(secret)
        for encoding in Encoding.allCases {
            let around = (Self.text(0...9, using: &generator), Self.text(0...9, using: &generator))
            let text = encoding.encode(secret, around: around)
            let masked = secrets.masked(text)
            #expect(masked.contains(SecretValues.replacement), "seed \(seed), \(encoding): \(text) → \(masked)")
            for rest in encoding.decode(masked) {
                #expect(!rest.contains(secret), "seed \(seed), \(encoding): \(text) → \(masked)")
            }
        }
    }
}
