import Diagnostics
import YAML

/// What all readers of one document share.
struct DecodingContext {
    let group: APIGroup
    let problems: ProblemCollector

    var schema: YAMLSchema { group.schema }
}

extension APIGroup {
    /// How plain scalars of the group's documents are typed.
    var schema: YAMLSchema { self == .fleet ? .core12 : .yaml11 }
}
