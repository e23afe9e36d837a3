import Diagnostics
import FoundationEssentials
import JSON

/// Fills one cluster record: reads each field, normalises it, derives what no output says.
struct RecordBuilder {
    let source: ClusterSource
    let mappings: [OutputMapping]
    private var reader: OutputReader

    init(source: ClusterSource, mappings: [OutputMapping], reader: OutputReader) {
        self.source = source
        self.mappings = mappings
        self.reader = reader
    }

    var notes: [Diagnostic] { reader.notes }

    mutating func record(handle: String, name fallbackName: String) -> ClusterRecord {
        let id = reader.text(.id)
        let name = reader.text(.name)
        var record = ClusterRecord(
            handle: handle, name: fallbackName, stack: source.stack, stateSerial: source.stateSerial, run: source.run,
            observedAt: source.observedAt, tags: tags(), metadata: metadata())
        record.displayName = reader.text(.displayName)
        record.pool = mapped(\.pool)
        record.template = source.template
        record.endpoint = reader.text(.endpoint).flatMap { endpoint($0, for: .endpoint) }
        record.oidcIssuer = reader.text(.oidcIssuer).flatMap { endpoint($0, for: .oidcIssuer) }
        record.certificateAuthority = certificateAuthority()
        record.version = version(&record.metadata)
        record.nodePools = reader.read(.nodePools).map { nodePools(from: $0.value) } ?? []

        let identity = CloudIdentity(id: id, endpoint: record.endpoint, issuer: record.oidcIssuer)
        // Before its module's version 19 EKS gave the name as `cluster_id`.
        record.name = name ?? identity.name ?? id ?? fallbackName
        record.provider = mapped(\.provider) ?? reader.text(.provider) ?? identity.provider
        record.distribution = mapped(\.distribution) ?? reader.text(.distribution) ?? identity.distribution
        let place = reader.text(.region) ?? identity.location
        record.region = place.map(region(ofLocation:))
        record.account = reader.text(.account) ?? identity.account
        record.authentication = authentication(record, place: place)
        fill(&record.metadata, id: id, identity: identity)
        noteMissing(record, hasName: name ?? identity.name ?? id != nil)
        return record
    }

    private func mapped(_ value: (OutputMapping) -> String?) -> String? { mappings.lazy.compactMap(value).first }

    private mutating func tags() -> [String: String] {
        if let tags = mappings.lazy.compactMap(\.tags).first { return tags }
        guard let members = reader.read(.tags)?.value.objectValue else { return source.labels }
        return members.compactMapValues { $0.isNull ? nil : $0.stringValue ?? $0.text }
    }

    /// An object, or the text of one, as Plural's resources want it.
    private mutating func metadata() -> [String: JSONValue] {
        guard let reading = reader.read(.metadata) else { return [:] }
        if let members = reading.value.objectValue { return members }
        if let text = reading.value.stringValue, let members = try? JSONValue(parsing: Data(text.utf8)).objectValue {
            return members
        }
        reader.note(.warning("output `\(reading.source)` is no object, so `metadata` stays empty"))
        return [:]
    }

    private mutating func endpoint(_ text: String, for field: ClusterField) -> String? {
        if let endpoint = normalizedEndpoint(text) { return endpoint }
        reader.note(.warning("`\(text)` is no URL or host name, so `\(field.rawValue)` stays empty"))
        return nil
    }

    private mutating func certificateAuthority() -> String? {
        guard let text = reader.text(.certificateAuthority) else { return nil }
        if let normalized = normalizedCertificateAuthority(text) { return normalized }
        reader.note(.warning("the cluster's CA is neither PEM nor base64 of it, so `certificateAuthority` stays empty"))
        return nil
    }

    private mutating func version(_ metadata: inout [String: JSONValue]) -> String? {
        guard let reading = reader.read(.version), let text = reader.text(.version) else { return nil }
        guard let version = KubernetesVersion(text) else {
            reader.note(.warning("`\(text)` is no Kubernetes version, so `version` stays empty"))
            return nil
        }
        if case .number = reading.value {
            reader.note(
                .warning(
                    "output `\(reading.source)` is a number, and 1.30 as a number is 1.3",
                    hint: "wrap it in `tostring()` where it comes from a text"))
        }
        metadata["versionSuffix"] = version.suffix.map { .string($0) }
        return version.number
    }

    private mutating func authentication(_ record: ClusterRecord, place: String?) -> ClusterRecord.Authentication {
        let role = reader.text(.roleArn)
        switch (record.distribution, place, record.account) {
        case ("eks", let region?, _):
            var parameters = ["cluster": record.name, "region": region]
            parameters["roleArn"] = role
            return .init(kind: .eks, parameters: parameters)
        case ("gke", let location?, let project?):
            return .init(
                kind: .gke, parameters: ["cluster": record.name, "location": location, "project": project])
        case ("aks", _, _): return .init(kind: .aks)
        default: return .init(kind: .none)
        }
    }

    private mutating func fill(_ metadata: inout [String: JSONValue], id: String?, identity: CloudIdentity) {
        let additions = [
            "id": id, "platformVersion": reader.text(.platformVersion), "resourceGroup": identity.resourceGroup,
        ]
        for (key, value) in additions where metadata[key] == nil { metadata[key] = value.map { .string($0) } }
    }

    private mutating func noteMissing(_ record: ClusterRecord, hasName: Bool) {
        let missing = ClusterField.expected.filter { field in
            switch field {
            case .name: !hasName
            case .endpoint: record.endpoint == nil
            case .certificateAuthority: record.certificateAuthority == nil
            default: record.version == nil
            }
        }
        guard !missing.isEmpty else { return }
        let fields = missing.map { "`\($0.rawValue)`" }.joined(separator: ", ")
        reader.note(
            Diagnostic(
                .note, "no output gives \(fields) of cluster `\(record.handle)`",
                hint: "name the outputs in `spec.cluster.outputs`, or give them their usual names"))
    }
}
