import Diagnostics
import FoundationEssentials
import JSON

/// What is left of the limits of one rendering.
struct Budget {
    private let limits: LiquidLimits
    private(set) var iterations: Int
    private(set) var bytes: Int

    init(_ limits: LiquidLimits) {
        self.limits = limits
        iterations = limits.iterations
        bytes = limits.bytes
    }

    mutating func spend(iterations count: Int, at location: SourceLocation) throws(RenderFailure) {
        guard count <= iterations else {
            throw .limit(
                .error("the loops of this template take more than \(limits.iterations) turns", at: location))
        }
        iterations -= count
    }

    /// For a text that was made, or is about to be.
    mutating func spend(bytes count: Int, at location: SourceLocation?) throws(RenderFailure) {
        guard count <= bytes else {
            throw .limit(.error("this template makes more than \(limits.bytes) bytes of text", at: location))
        }
        bytes -= count
    }
}

/// Why a node could not be rendered.
enum RenderFailure: Error {
    case problem(Diagnostic)
    /// It follows from a problem that was reported before.
    case consequence
    /// Nothing more is rendered.
    case limit(Diagnostic)
}

extension JSONValue {
    /// About how many bytes it takes as text; counting stops at `limit`.
    func size(upTo limit: Int) -> Int {
        switch self {
        case .null, .bool, .number: return 8
        case .string(let text): return text.utf8.count
        case .array(let elements):
            var size = 2
            for element in elements {
                guard size < limit else { return size }
                size += element.size(upTo: limit - size) + 4
            }
            return size
        case .object(let members):
            var size = 2
            for (key, value) in members {
                guard size < limit else { return size }
                size += key.utf8.count + value.size(upTo: limit - size) + 8
            }
            return size
        }
    }

    /// For messages: "text", "a number", "a list", "an object", "nothing".
    var kindName: String {
        switch self {
        case .null: "nothing"
        case .bool: "`true` or `false`"
        case .number: "a number"
        case .string: "text"
        case .array: "a list"
        case .object: "an object"
        }
    }

    /// As Liquid writes it; nil for what has no text of its own.
    var outputText: String? {
        switch self {
        case .bool(let value): value ? "true" : "false"
        case .number(let number): number.description
        case .string(let text): text
        case .null, .array, .object: nil
        }
    }
}
