package import FoundationEssentials
package import JSON

/// A test file for `terraform test` with one plan in which no provider is asked for anything: each is a mock.
///
/// Format: <https://developer.hashicorp.com/terraform/language/tests/mocking>, in JSON.
package enum MockedTestFile {
    package static let fileName = "plan.tftest.json"

    /// - Parameters:
    ///   - providers: local names of those that are mocked.
    ///   - data: what data sources give, by type.
    package static func contents(providers: [String], data: [String: JSONValue]) -> Data {
        let mocks = providers.map { provider in
            let own = data.filter { $0.key == provider || $0.key.hasPrefix("\(provider)_") }
            return (provider, JSONValue.object(["mock_data": .object(own.mapValues { ["defaults": $0] })]))
        }
        var file: [String: JSONValue] = ["run": ["plan": ["command": "plan"]]]
        // A block without a label is an error.
        if !mocks.isEmpty { file["mock_provider"] = .object(Dictionary(uniqueKeysWithValues: mocks)) }
        return JSONValue.object(file).encoded()
    }
}
