import JSON

/// Which names are nested blocks and which are attributes, as far as the configuration inside a plan tells.
///
/// `show -json` has no schema, in which a list of objects could be either; but in `configuration` a block is a list or an
/// object of further expressions, while an attribute is an expression.
struct ConfiguredBlocks: Hashable, Sendable {
    /// What one block holds, by name.
    struct Shape: Hashable, Sendable {
        var attributes: Set<String> = []
        var blocks: [String: Shape] = [:]
    }

    /// By address without instance keys: `module.network.aws_vpc.main`, `data.aws_ami.base`.
    private var shapes: [String: Shape] = [:]

    init(configuration: JSONValue?) {
        if let root = configuration?["root_module"] { add(module: root, path: "") }
    }

    subscript(change: ResourceChange) -> Shape? { shapes[Self.withoutInstanceKeys(change.address)] }

    private mutating func add(module: JSONValue, path: String) {
        for resource in module["resources"]?.arrayValue ?? [] {
            guard let address = resource["address"]?.stringValue else { continue }
            shapes[path + address] = Self.shape(of: [resource["expressions"] ?? .null])
        }
        for (name, call) in module["module_calls"]?.objectValue ?? [:] {
            guard let child = call["module"] else { continue }
            add(module: child, path: "\(path)module.\(name).")
        }
    }

    private static func shape(of expressions: [JSONValue]) -> Shape {
        var shape = Shape()
        for (name, expression) in expressions.flatMap({ Array($0.objectValue ?? [:]) }) {
            switch expression {
            case .array(let blocks): shape.blocks[name] = self.shape(of: blocks)
            case .object(let fields) where isBlock(fields): shape.blocks[name] = self.shape(of: [expression])
            default: shape.attributes.insert(name)
            }
        }
        return shape
    }

    private static func isBlock(_ fields: [String: JSONValue]) -> Bool {
        !fields.isEmpty && fields["constant_value"] == nil && fields["references"] == nil
    }

    /// `module.a["x.y"].t.n[0]` → `module.a.t.n`.
    static func withoutInstanceKeys(_ address: String) -> String {
        var result = ""
        var depth = 0
        var quoted = false
        var escaped = false
        for character in address {
            if quoted {
                if character == "\"", !escaped { quoted = false }
                escaped = character == "\\" && !escaped
            } else if character == "\"" {
                quoted = true
            } else if character == "[" {
                depth += 1
            } else if character == "]" {
                depth -= 1
            } else if depth == 0 {
                result.append(character)
            }
        }
        return result
    }
}
