package import FoundationEssentials

/// Records as a JSON array, sorted by handle: readable, with sorted keys and a line break at the end.
///
/// - Throws: `EncodingError` for a number that JSON lacks (none that was read from JSON).
package func clustersJSON(_ records: [ClusterRecord]) throws -> Data {
    let encoder = ClusterRecord.encoder()
    encoder.outputFormatting.insert(.prettyPrinted)
    return try encoder.encode(records.sorted { $0.handle < $1.handle }) + Data("\n".utf8)
}
