import FoundationEssentials
import JSON
package import Plans
package import Records
package import Secrets

extension ProjectStore {
    /// What is secret in a kept version of the state: what its run knew as secret, and what Terraform marks there.
    package func secrets(of version: StateVersion, _ state: TerraformState) async throws -> SecretValues {
        var secrets = try await sealedSecrets(of: version)
        for text in state.sensitiveTexts { secrets.insert(text) }
        return secrets
    }

    /// What a run that is made on a version has to know beside its own secrets: those which are still in the state,
    /// although the definition may have others by now.
    func inheritedSecrets(from version: StateVersion) async throws -> SecretValues {
        let secrets = try await sealedSecrets(of: version)
        guard !secrets.isEmpty else { return secrets }
        return secrets.occurring(in: try JSONValue(parsing: try await records.bytes(of: version)))
    }

    /// What is known as secret, of any kept version, in a state that somebody has brought.
    func knownSecrets(in bytes: Data, of stack: StackRow) async throws -> SecretValues {
        var secrets = SecretValues()
        for version in try await records.stateVersions(of: stack.id) {
            secrets.formUnion(try await sealedSecrets(of: version))
        }
        return secrets.occurring(in: try JSONValue(parsing: bytes))
    }

    /// Seals with the run of a version what has turned out to be secret in it.
    func remember(_ secrets: SecretValues, in version: StateVersion, _ bytes: Data) async throws {
        guard let run = version.run else { return }
        let before = try await sealedSecrets(of: version)
        var known = before
        known.formUnion(secrets.occurring(in: try JSONValue(parsing: bytes)))
        guard known.values != before.values else { return }
        try await records.replaceArtifact(.secrets, with: known.sealedForm, run: run)
    }

    private func sealedSecrets(of version: StateVersion) async throws -> SecretValues {
        var secrets = SecretValues()
        guard let run = version.run else { return secrets }
        try secrets.insert(sealedForm: try await records.artifact(.secrets, run: run))
        return secrets
    }
}

extension SecretValues {
    /// The values as they are sealed with a run, so that whoever takes over a dead run knows what to mask.
    var sealedForm: Data { JSONValue.array(values.map(JSONValue.string)).encoded() }

    /// Adds what was sealed with a run.
    mutating func insert(sealedForm data: Data?) throws {
        if let data { insert(json: try JSONValue(parsing: data)) }
    }
}
