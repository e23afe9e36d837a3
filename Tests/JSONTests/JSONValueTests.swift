import FoundationEssentials
import JSON
import Testing

struct JSONValueTests {
    @Test(arguments: [
        #"{"a":1,"b":[true,null,"x"]}"#, "12345678901234567890", "0.1", "[]", "{}", #""é\u0001""#, "-3", "null",
        "[[1],[2]]",
    ])
    func `reading and writing give the same bytes`(text: String) throws {
        #expect(try JSONValue(parsing: Data(text.utf8)).text == text)
    }

    @Test func `keys are written in order, whatever order they were read in`() throws {
        #expect(try JSONValue(parsing: Data(#"{"b":1,"a":2}"#.utf8)).text == #"{"a":2,"b":1}"#)
    }

    @Test func `half a document is an error`() {
        #expect(throws: DecodingError.self) { try JSONValue(parsing: Data(#"{"a": [1,"#.utf8)) }
    }

    @Test func `an integer is one without a fraction`() {
        #expect(JSONValue(integerLiteral: 3).integerValue == 3)
        #expect(JSONValue.number(Decimal(string: "3.5") ?? 0).integerValue == nil)
        #expect(JSONValue.string("3").integerValue == nil)
    }
}
