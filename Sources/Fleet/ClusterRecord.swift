package import FoundationEssentials
package import JSON

/// What the registry knows about one cluster, as the last successful run of its stack left it.
package struct ClusterRecord: Hashable, Sendable, Codable {
    /// What people and pools call it; unique in the registry.
    package var handle: String
    /// What its provider calls it.
    package var name: String
    package var displayName: String?
    package var stack: String
    /// `aws`, `gcp`, `azure`, or what the mapping says.
    package var provider: String?
    /// `eks`, `gke`, `aks`, or what the mapping says.
    package var distribution: String?
    package var region: String?
    /// The AWS account, Google project or Azure subscription.
    package var account: String?
    /// The API server, with its scheme.
    package var endpoint: String?
    /// PEM certificates in base64, as a kubeconfig wants them.
    package var certificateAuthority: String?
    package var oidcIssuer: String?
    /// The Kubernetes version of the control plane: numbers and dots only.
    package var version: String?
    package var nodePools: [NodePool]
    package var authentication: Authentication
    package var pool: String?
    package var tags: [String: String]
    /// Free JSON: what the outputs say, and what was cut off while values were normalised.
    package var metadata: [String: JSONValue]
    package var conditions: [Condition]
    /// The template that the stack was made from, `name@version`.
    package var template: String?
    /// The serial of the state that the values were read from.
    package var stateSerial: Int
    /// The run that wrote the record.
    package var run: String
    package var observedAt: Date

    package struct NodePool: Hashable, Sendable, Codable {
        package var name: String
        package var version: String?
        package var count: Int?

        package init(name: String, version: String? = nil, count: Int? = nil) {
            self.name = name
            self.version = version
            self.count = count
        }
    }

    /// How a client gets a token; never a token.
    package struct Authentication: Hashable, Sendable, Codable {
        package enum Kind: String, Hashable, Sendable, Codable, CaseIterable {
            /// `cluster`, `region`, `roleArn` (when a role has to be assumed).
            case eks
            /// `cluster`, `location`, `project`.
            case gke
            /// No parameters: the server's identity is the same for every cluster.
            case aks
            /// Nothing is known about it.
            case none
        }

        package var kind: Kind
        package var parameters: [String: String]

        package init(kind: Kind, parameters: [String: String] = [:]) {
            self.kind = kind
            self.parameters = parameters
        }
    }

    package init(
        handle: String, name: String, stack: String, stateSerial: Int, run: String, observedAt: Date,
        authentication: Authentication = Authentication(kind: .none), nodePools: [NodePool] = [],
        tags: [String: String] = [:], metadata: [String: JSONValue] = [:]
    ) {
        self.handle = handle
        self.name = name
        self.stack = stack
        self.nodePools = nodePools
        self.authentication = authentication
        self.tags = tags
        self.metadata = metadata
        self.conditions = [Condition(kind: .present, isMet: true, reason: .applied, since: observedAt)]
        self.stateSerial = stateSerial
        self.run = run
        self.observedAt = observedAt
    }
}

extension ClusterRecord {
    /// Reads what `encoded()` wrote.
    ///
    /// - Throws: `DecodingError` when the bytes are no record.
    package init(parsing data: Data) throws {
        let decoder = JSONDecoder()
        decoder.dateDecodingStrategy = .iso8601
        self = try decoder.decode(ClusterRecord.self, from: data)
    }

    /// The record as one line of JSON with sorted keys and RFC 3339 times in whole seconds.
    ///
    /// - Throws: `EncodingError` for a number that JSON lacks (none that was read from JSON).
    package func encoded() throws -> Data { try Self.encoder().encode(self) }

    static func encoder() -> JSONEncoder {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        encoder.dateEncodingStrategy = .iso8601
        return encoder
    }
}
