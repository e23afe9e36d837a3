import Foundation
import TestSupport

/// A project that can be edited without becoming wrong, and its files.
struct RandomProject {
    struct Layer {
        var extends: [Int]
        var values: [Int: Int]
        var comment = 0
    }

    enum Source { case module(Int), template(Int), inherited }

    struct Stack {
        var file: String
        var layer: Layer
        var source: Source
        var valueFile: Int?
    }

    struct Module {
        var calls: [Int]
        var body = 0
        var extra = false
    }

    private var bases: [Layer] = []
    private var stacks: [Int: Stack] = [:]
    private var modules: [Module] = []
    private var templates: [(version: Int, module: Module)] = []
    private var values = [0, 0]
    private var retention = 1
    private var terraform = 1

    init(using generator: inout SeededGenerator) {
        for index in 0..<4 {
            modules.append(Module(calls: (0..<index).filter { _ in Bool.random(using: &generator) }))
        }
        for _ in 0..<3 {
            templates.append((1, Module(calls: (0..<4).filter { _ in Int.random(in: 0..<4, using: &generator) == 0 })))
        }
        for index in 0..<5 { bases.append(Self.layer(above: index, using: &generator)) }
        for index in 0..<Int.random(in: 1...12, using: &generator) { addStack(index, using: &generator) }
    }

    private static func layer(above count: Int, using generator: inout SeededGenerator) -> Layer {
        Layer(
            extends: (0..<count).filter { _ in Int.random(in: 0..<3, using: &generator) == 0 },
            values: Dictionary(
                (0..<3).map { _ in (Int.random(in: 0..<4, using: &generator), Int.random(in: 0..<3, using: &generator))
                }
            ) { $1 })
    }

    private mutating func addStack(_ index: Int, using generator: inout SeededGenerator) {
        let source: Source =
            switch Int.random(in: 0..<3, using: &generator) {
            case 0: .module(Int.random(in: 0..<4, using: &generator))
            case 1: .template(Int.random(in: 0..<3, using: &generator))
            default: .inherited
            }
        stacks[index] = Stack(
            file: "stacks/s\(index).yaml", layer: Self.layer(above: 5, using: &generator), source: source,
            valueFile: Int.random(in: 0..<4, using: &generator) == 0 ? Int.random(in: 0..<2, using: &generator) : nil)
    }

    /// Changes one thing, which may come to nothing.
    mutating func edit(using generator: inout SeededGenerator) {
        func number(_ limit: Int) -> Int { Int.random(in: 0..<limit, using: &generator) }
        let index = stacks.keys.sorted().randomElement(using: &generator)
        switch number(14) {
        case 0: bases[number(5)].values[number(4)] = number(3)
        case 1:
            let base = number(5)
            bases[base] = Self.layer(above: base, using: &generator)
        case 2: bases[number(5)].comment += 1
        case 3: if let index { stacks[index]?.layer.values[number(4)] = number(3) }
        case 4: if let index { stacks[index]?.layer = Self.layer(above: 5, using: &generator) }
        case 5: if let index { stacks[index]?.layer.comment += 1 }
        case 6: if let index { stacks[index] = nil }
        case 7: addStack(number(16), using: &generator)
        case 8: if let index { stacks[index]?.file = "stacks/folder\(number(2))/s\(index).yaml" }
        case 9: modules[number(4)].body += 1
        case 10:
            let module = number(4)
            modules[module] = Module(
                calls: (0..<module).filter { _ in Bool.random(using: &generator) }, body: modules[module].body,
                extra: Bool.random(using: &generator))
        case 11:
            let template = number(3)
            if Bool.random(using: &generator) {
                templates[template].module.body += 1
            } else {
                templates[template].version += 1
            }
        case 12: values[number(2)] += 1
        default: if Bool.random(using: &generator) { retention += 1 } else { terraform = 1 + number(2) }
        }
    }

    var files: [String: String] {
        var files = [
            "stack.yaml": settings(
                "retention: {runsPerStack: \(retention)}, terraform: {version: \">= 1.\(terraform)\"}")
        ]
        for (index, base) in bases.enumerated() {
            files["shared/b\(index).yaml"] = Self.text(nil, base, "path: modules/m0", from: "")
        }
        for (index, stack) in stacks {
            // A base names a module, which its own choice takes the place of.
            let isExtending = !stack.layer.extends.isEmpty
            let source =
                switch stack.source {
                case .module(let module): "\(isExtending ? "template: null, " : "")path: modules/m\(module)"
                case .template(let template): "\(isExtending ? "path: null, " : "")template: {name: t\(template)}"
                case .inherited: isExtending ? "" : "path: modules/m1"
                }
            let value = stack.valueFile.map { ["token: {fromFile: values/v\($0)}"] } ?? []
            let up = String(repeating: "../", count: stack.file.split(separator: "/").count - 1)
            files[stack.file] = Self.text("s\(index)", stack.layer, source, from: up + "shared/", more: value)
        }
        for (index, module) in modules.enumerated() { Self.add(module, "modules/m\(index)", to: &files) }
        for (index, template) in templates.enumerated() {
            Self.add(template.module, "templates/t\(index)", to: &files)
            files["templates/t\(index)/template.yaml"] = """
                apiVersion: stacks.fleet/v1alpha1
                kind: StackTemplate
                metadata: {name: t\(index)}
                spec: {version: 1.\(template.version).0}

                """
        }
        for (index, value) in values.enumerated() { files["values/v\(index)"] = "\(value)" }
        return files
    }

    private static func text(
        _ name: String?, _ layer: Layer, _ source: String, from folder: String, more: [String] = []
    ) -> String {
        let values = layer.values.sorted { $0.key < $1.key }.map { "v\($0): \($1)" } + more
        let fields = [
            source, "variables: {\(values.joined(separator: ", "))}",
            layer.extends.isEmpty
                ? "" : "extends: [\(layer.extends.map { "\(folder)b\($0).yaml" }.joined(separator: ", "))]",
        ]
        return "# \(layer.comment)\n" + definition(name, fields.filter { !$0.isEmpty }.joined(separator: ", "))
    }

    private static func add(_ module: Module, _ folder: String, to files: inout [String: String]) {
        let up = String(repeating: "../", count: folder.split(separator: "/").count)
        let calls = module.calls.map { "module \"m\($0)\" {\n  source = \"\(up)modules/m\($0)\"\n}\n" }
        files["\(folder)/main.tf"] = "# \(module.body)\n" + calls.joined()
        if module.extra { files["\(folder)/extra.txt"] = "extra" }
    }
}
