import Definitions
import Diagnostics
import ModuleInterface
import YAML

/// What a place in a stack's definition wants, as far as anybody declares it.
enum WantedType {
    case declared(ExpectedType)
    /// Nobody says; a text stays a text.
    case unknown
}

extension WantedType {
    init(
        of path: [YAMLPathStep], template: TemplateDefinition?, module: ModuleInterface?
    ) {
        switch (path[0], path[1], path.dropFirst(2).first) {
        case ("metadata", "labels", .some), ("spec", "tags", .some): self = .declared(.string)
        case ("spec", "variables", .key(let name)):
            let parameter = template?.parameters.first { $0.name.value == name }
            self = Self.variable(parameter?.kind, module?.variables[name]?.type).inside(path.dropFirst(3))
        default: self = .unknown
        }
    }

    /// The form says more than the module where both know the variable.
    private static func variable(_ kind: TemplateParameter.Kind?, _ type: TypeExpression?) -> WantedType {
        switch kind {
        case .string, .password, .enumeration, .cluster, .project, .group, .user, .flow: return .declared(.string)
        case .integer, .boolean: return .declared(.any)
        case .json, nil: break
        }
        switch type {
        case nil, .any, .unparsed: return .unknown
        case .some(let type): return .declared(type.expected)
        }
    }

    private func inside(_ steps: ArraySlice<YAMLPathStep>) -> WantedType {
        steps.reduce(self) { wanted, step in
            switch (wanted, step) {
            case (.declared(.list(let element)), .index), (.declared(.map(let element)), .key): .declared(element)
            case (.declared(.object(let attributes)), .key(let key)):
                attributes[key].map(WantedType.declared) ?? .unknown
            default: .unknown
            }
        }
    }
}
