import FoundationEssentials
import JSON

/// A JSON value that remembers where it stands and the order of its members, equal keys included.
struct LocatedJSON: Sendable {
    indirect enum Kind: Sendable {
        case null
        case bool(Bool)
        case number(Decimal)
        case string(String)
        case array([LocatedJSON])
        case object([Member])
    }

    struct Member: Sendable {
        let key: String
        let keyRange: Range<Int>
        let value: LocatedJSON
    }

    let kind: Kind
    /// Offsets in the file's bytes.
    let range: Range<Int>
}
