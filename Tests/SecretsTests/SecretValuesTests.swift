import Foundation
import JSON
import Secrets
import Testing

struct SecretValuesTests {
    private static func secrets(_ values: String...) -> SecretValues {
        var secrets = SecretValues()
        for value in values { secrets.insert(value, named: "name of \(value)") }
        return secrets
    }

    @Test(arguments: [
        ("plain", "token=s3cr<t&\"p/w\" end"),
        ("Go's JSON", #"{"token":"s3cr\u003ct\u0026\"p/w\""}"#),
        ("Go's JSON in upper case", #"s3cr\u003Ct\u0026\"p/w\""#),
        ("other JSON", #"{"token":"s3cr<t&\"p\/w\""}"#),
        ("JSON in JSON", #""{\"token\":\"s3cr\\u003ct\\u0026\\\"p/w\\\"\"}""#),
        ("percent-encoded", "https://u:s3cr%3Ct%26%22p%2Fw%22@host"),
        ("percent-encoded in lower case", "s3cr%3ct%26%22p%2fw%22"),
        ("percent-encoded path", "s3cr%3Ct%26%22p/w%22"),
        ("base64", "czNjcjx0JiJwL3ci"),
        ("base64 behind one byte", Data("us3cr<t&\"p/w\"".utf8).base64EncodedString()),
        ("base64 of user and password", Data("user:s3cr<t&\"p/w\"".utf8).base64EncodedString()),
        ("base64 of JSON", Data(#"{"password":"s3cr\u003ct\u0026\"p/w\"","x":1}"#.utf8).base64EncodedString()),
        ("hex", "733363723c742622702f7722"),
        ("upper-case hex", "733363723C742622702F7722"),
        ("shell, double quotes", #"export T="s3cr<t&\"p/w\"""#),
        ("HTML", "s3cr&lt;t&amp;&#34;p/w&#34;"),
    ])
    func `a secret is found`(encoding: (name: String, text: String)) {
        let masked = Self.secrets("s3cr<t&\"p/w\"").masked(encoding.text)
        #expect(masked.contains("(sensitive)"), "\(encoding.name): \(masked)")
        #expect(!masked.contains("s3cr") && !masked.contains("7333"), "\(encoding.name): \(masked)")
    }

    @Test func `what stands around a secret stays`() {
        #expect(Self.secrets("hunter2-hunter2").masked("a hunter2-hunter2 b") == "a (sensitive) b")
    }

    @Test func `overlapping secrets leave nothing between them`() {
        #expect(Self.secrets("abcdefgh", "efghijkl").masked("[abcdefghijkl]") == "[(sensitive)]")
    }

    @Test func `the longer of two secrets is masked whole`() {
        #expect(Self.secrets("abcdef", "abcdef-and-more").masked("abcdef-and-more!") == "(sensitive)!")
    }

    @Test func `each line of a key is a secret, a short line is not`() {
        let secrets = Self.secrets("-----BEGIN-----\nMIIEvQIBADAN\nabc\n-----END-----\n")
        #expect(secrets.masked("log: MIIEvQIBADAN") == "log: (sensitive)")
        #expect(secrets.masked("abc") == "abc")
    }

    @Test func `a secret with white space at its ends is found without it`() {
        #expect(Self.secrets("hunter2-hunter2\n").masked("x=hunter2-hunter2;") == "x=(sensitive);")
    }

    @Test func `shell and HCL quoting are found`() {
        let secrets = Self.secrets("it's ${mine}")
        #expect(secrets.masked(#"'it'\''s ${mine}'"#) == "'(sensitive)'")
        #expect(secrets.masked(#""it's $${mine}""#) == #""(sensitive)""#)
        #expect(secrets.masked(#"it\'s\ \$\{mine\}"#) == "(sensitive)")
    }

    @Test func `a short secret is masked only as a whole value, and named`() {
        let secrets = Self.secrets("abc")
        #expect(secrets.tooShort == ["name of abc"])
        #expect(secrets.masked("xabcx") == "xabcx")
        #expect(secrets.masked(["abc", "abcd", ["abc": "abc"]]) == ["(sensitive)", "abcd", ["abc": "(sensitive)"]])
    }

    @Test func `strings and numbers inside a value are secrets`() {
        var secrets = SecretValues()
        secrets.insert(json: ["list": ["first-secret", 123_456_789, true, .null]])
        #expect(secrets.masked("first-secret 123456789 list true") == "(sensitive) (sensitive) list true")
        #expect(secrets.masked(["n": 123_456_789]) == ["n": "(sensitive)"])
    }

    @Test func `field names are masked and none is lost`() {
        let secrets = Self.secrets("secret-one", "secret-two")
        let value: JSONValue = ["secret-one": 1, "secret-two": 2, "plain": 3]
        #expect(secrets.masked(value) == ["(sensitive)": 1, "(sensitive) 2": 2, "plain": 3])
    }

    @Test func `nothing is masked without secrets`() {
        #expect(SecretValues().isEmpty)
        #expect(SecretValues().masked("anything") == "anything")
    }

    @Test func `a union knows what both know`() {
        var all = Self.secrets("first-secret")
        all.formUnion(Self.secrets("second-secret", "x"))
        #expect(all.masked("first-secret second-secret") == "(sensitive) (sensitive)")
        #expect(all.tooShort == ["name of x"])
    }

    @Test func `those that a value gives away are found in every encoding, and no other`() {
        let secrets = Self.secrets("in-plain", "in-base64", "in-a-name", "in-nothing", "4711", "11")
        let value: JSONValue = [
            "list": ["a in-plain text", .string(Data("user:in-base64".utf8).base64EncodedString())], "in-a-name": .null,
            "number": 4711, "text": "11 and more",
        ]
        #expect(secrets.occurring(in: value).values == ["4711", "in-a-name", "in-base64", "in-plain"])
        #expect(secrets.occurring(in: value).masked(value) == secrets.masked(value))
    }
}
