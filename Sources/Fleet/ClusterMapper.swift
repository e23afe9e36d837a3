package import Diagnostics
package import FoundationEssentials
import JSON

/// What a run knows about the clusters of its stack besides the outputs.
package struct ClusterSource: Hashable, Sendable {
    package var stack: String
    /// The stack's labels: the record's tags unless a mapping has some.
    package var labels: [String: String]
    package var stackMapping: OutputMapping?
    package var templateMapping: OutputMapping?
    /// `name@version`.
    package var template: String?
    package var stateSerial: Int
    package var run: String
    package var observedAt: Date

    package init(
        stack: String, declaration: ClusterDeclaration, stateSerial: Int, run: String, observedAt: Date
    ) {
        self.init(
            stack: stack, labels: declaration.labels, stackMapping: declaration.stackMapping,
            templateMapping: declaration.templateMapping, template: declaration.template, stateSerial: stateSerial,
            run: run, observedAt: observedAt)
    }

    package init(
        stack: String, labels: [String: String] = [:], stackMapping: OutputMapping? = nil,
        templateMapping: OutputMapping? = nil, template: String? = nil, stateSerial: Int, run: String, observedAt: Date
    ) {
        self.stack = stack
        self.labels = labels
        self.stackMapping = stackMapping
        self.templateMapping = templateMapping
        self.template = template
        self.stateSerial = stateSerial
        self.run = run
        self.observedAt = observedAt
    }
}

/// Turns a stack's outputs into cluster records.
package struct ClusterMapper: Sendable {
    package struct Result: Hashable, Sendable {
        /// Sorted by handle; none when neither a mapping nor an output speaks of a cluster.
        package let records: [ClusterRecord]
        /// What could not be mapped and what was sensitive: notes and warnings, never errors.
        package let notes: [Diagnostic]
    }

    private let source: ClusterSource
    private let mappings: [OutputMapping]

    package init(_ source: ClusterSource) {
        self.source = source
        mappings = [source.stackMapping, source.templateMapping].compactMap { $0 }
    }

    package func records(from outputs: ClusterOutputs) -> Result {
        let unknown = unknownFields()
        let clusters = clusterMap(in: outputs)
        guard clusters.isEmpty else {
            let results = clusters.sorted { $0.key < $1.key }.map { key, members in
                let reader = OutputReader(
                    outputs: outputs, mappings: mappings, object: ("clusters.\(key)", members), usesOutputNames: false)
                return record(reader, handle: members["handle"]?.stringValue ?? "\(baseHandle)-\(key)", name: key)
            }
            return Result(records: results.compactMap(\.record), notes: unknown + results.flatMap(\.notes))
        }
        guard speaksOfCluster(outputs) else { return Result(records: [], notes: []) }
        let object = openObject("cluster", in: outputs).map { (name: "cluster", members: $0) }
        let reader = OutputReader(outputs: outputs, mappings: mappings, object: object, usesOutputNames: true)
        let handle = mappings.lazy.compactMap(\.handle).first ?? object?.members["handle"]?.stringValue ?? source.stack
        let result = record(reader, handle: handle, name: source.stack)
        return Result(records: [result.record].compactMap { $0 }, notes: unknown + result.notes)
    }

    private var baseHandle: String { mappings.lazy.compactMap(\.handle).first ?? source.stack }

    private func record(
        _ reader: OutputReader, handle: String, name: String
    ) -> (record: ClusterRecord?, notes: [Diagnostic]) {
        guard isHandle(handle) else {
            let message = "`\(handle)` cannot be a cluster's handle: allowed are at most 63 of a-z, 0-9 and inner `-`"
            return (nil, [.warning(message, hint: "set `spec.cluster.handle`")])
        }
        var builder = RecordBuilder(source: source, mappings: mappings, reader: reader)
        let record = builder.record(handle: handle, name: name)
        return (record, builder.notes)
    }

    /// The output with several clusters: the one that a mapping names, else `clusters`; empty when there is none.
    private func clusterMap(in outputs: ClusterOutputs) -> [String: [String: JSONValue]] {
        let name = mappings.lazy.compactMap { $0.outputs["clusters"] }.first ?? "clusters"
        return openObject(name, in: outputs)?.compactMapValues(\.objectValue) ?? [:]
    }

    private func openObject(_ name: String, in outputs: ClusterOutputs) -> [String: JSONValue]? {
        outputs.values[name].flatMap { $0.isSensitive ? nil : $0.value.objectValue }
    }

    /// A network's outputs may well hold a `name` and a `region`: only names with a prefix, or a mapping, count.
    private func speaksOfCluster(_ outputs: ClusterOutputs) -> Bool {
        if !mappings.isEmpty || outputs.values["cluster"]?.value.objectValue != nil { return true }
        let names = ClusterField.allCases.flatMap { $0.names.flatMap { ["cluster_\($0)", "aks_\($0)"] } }
        return names.contains { outputs.values[$0] != nil }
    }

    private func unknownFields() -> [Diagnostic] {
        let known = ClusterField.allCases.map(\.rawValue) + ["clusters"]
        return mappings.flatMap { $0.outputs.keys.sorted() }.filter { !known.contains($0) }.map { field in
            .warning(
                "a cluster record has no field `\(field)`",
                hint: suggestion(for: field, among: known).map { "did you mean `\($0)`?" })
        }
    }
}

/// The rule for names of stacks, templates, handles and pools.
private func isHandle(_ text: String) -> Bool {
    let isInner = text.utf8.allSatisfy { byte in
        (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte) || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
            || byte == UInt8(ascii: "-")
    }
    return isInner && (1...63).contains(text.utf8.count) && !text.hasPrefix("-") && !text.hasSuffix("-")
}
