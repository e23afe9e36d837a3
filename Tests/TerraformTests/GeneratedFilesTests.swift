import Foundation
import JSON
import Terraform
import Testing

@Suite struct GeneratedFilesTests {
    @Test func `the override file is an empty local backend and sorts behind usual override files`() {
        #expect(BackendOverride.contents == "terraform {\n  backend \"local\" {}\n}\n")
        #expect(BackendOverride.fileName.hasSuffix("_override.tf"))
        #expect(["override.tf", "z_override.tf"].allSatisfy { $0 < BackendOverride.fileName })
    }

    @Test func `variables are sorted JSON, unchanged`() throws {
        let values: [String: JSONValue] = ["b": "a${b} / \"", "a": [1, .null, ["k": true]]]
        let contents = VariablesFile.contents(values)
        #expect(try JSONValue(parsing: contents) == .object(values))
        #expect(contents == VariablesFile.contents(values))
        #expect(String(decoding: contents, as: UTF8.self).hasSuffix("}\n"))
    }
}
