package import Diagnostics

/// A value of a YAML document as it was written, with its place; what a plain scalar means, a `YAMLSchema` says.
package struct YAMLNode: Hashable, Sendable {
    package enum Kind: Hashable, Sendable {
        case scalar(YAMLScalar)
        case sequence([YAMLNode])
        case mapping([YAMLPair])
    }

    package let kind: Kind
    /// The resolved tag, `tag:yaml.org,2002:str` or `!Ref`; nil where none was written.
    package let tag: String?
    /// Where the value begins. An alias has the place of what it stands for.
    package let location: SourceLocation

    package init(_ kind: Kind, tag: String? = nil, at location: SourceLocation) {
        self.kind = kind
        self.tag = tag
        self.location = location
    }
}

/// The text of a scalar after unescaping and folding.
package struct YAMLScalar: Hashable, Sendable {
    package let text: String
    /// Written without quotes and not as a block, so that a schema may read it as a number, a boolean or null.
    package let isPlain: Bool

    package init(_ text: String, isPlain: Bool) {
        self.text = text
        self.isPlain = isPlain
    }
}

/// One `key: value` of a mapping; keys are always text.
package struct YAMLPair: Hashable, Sendable {
    package let key: String
    package let keyIsPlain: Bool
    package let keyLocation: SourceLocation
    package let value: YAMLNode

    package init(key: String, keyIsPlain: Bool, keyLocation: SourceLocation, value: YAMLNode) {
        self.key = key
        self.keyIsPlain = keyIsPlain
        self.keyLocation = keyLocation
        self.value = value
    }
}

extension YAMLNode {
    package var scalar: YAMLScalar? { if case .scalar(let value) = kind { value } else { nil } }
    package var sequence: [YAMLNode]? { if case .sequence(let value) = kind { value } else { nil } }
    package var mapping: [YAMLPair]? { if case .mapping(let value) = kind { value } else { nil } }

    /// The pair with that key, or nil where there is none or the node is no mapping.
    package func pair(_ key: String) -> YAMLPair? { mapping?.first { $0.key == key } }

    package subscript(key: String) -> YAMLNode? { pair(key)?.value }

    /// Nothing written at all, `~` or `null`; every schema agrees on these.
    package var isNull: Bool {
        guard case .scalar(let scalar) = kind else { return false }
        if tag == YAMLTag.null { return true }
        return tag == nil && scalar.isPlain && ScalarWords.null.contains(scalar.text)
    }
}

/// The tags of YAML's core schema.
enum YAMLTag {
    static let string = "tag:yaml.org,2002:str"
    static let null = "tag:yaml.org,2002:null"
    static let bool = "tag:yaml.org,2002:bool"
    static let integer = "tag:yaml.org,2002:int"
    static let float = "tag:yaml.org,2002:float"
    static let sequence = "tag:yaml.org,2002:seq"
    static let mapping = "tag:yaml.org,2002:map"
    /// A lone `!`: the scalar is text.
    static let nonSpecific = "!"

    static let understood: Set<String> = [string, null, bool, integer, float, sequence, mapping, nonSpecific]
}
