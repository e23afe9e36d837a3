import ArgumentParser
import Definitions
import Diagnostics
import FoundationEssentials
import JSON
import StackGraph
import Terminal

/// `stack graph`
struct Graph: StackCommand {
    static let configuration = CommandConfiguration(
        commandName: "graph",
        abstract: "Show what the stacks need of each other.",
        discussion: """
            Examples:

              stack graph
              stack graph app --with-dependencies --format mermaid
              stack graph --format svg > stacks.svg

            Stacks with the same number can be worked on at once. What a chosen stack
            needs is drawn with it, dashed where it was not chosen itself.
            """)

    /// How the graph is drawn.
    enum Format: String, ExpressibleByArgument, CaseIterable {
        case text, mermaid, dot, svg
    }

    @OptionGroup var global: GlobalOptions
    @OptionGroup var format: FormatOptions
    @OptionGroup var choice: OptionalStackSelection

    @Option(name: .customLong("format"), help: "Drawing: text, mermaid, dot or svg (by Graphviz).")
    var drawing: Format = .text

    func validate() throws {
        guard format.output == .table || drawing == .text else {
            throw ValidationError("give `--output` or `--format`, not both")
        }
    }

    func run(in context: CommandContext) async throws -> Int32 {
        let (root, project) = try await context.project(fetching: false)
        let chosen = try await context.select(choice, in: project, root).stacks
        let graph = GraphDrawing(of: Set(chosen.map(\.name.value)), in: try StackGraph(project.stacks))
        switch drawing {
        case .text:
            try context.write(
                .array(graph.payload), names: graph.nodes.filter(\.isChosen).map(\.name), format: format.output,
                lines: graph.text)
        case .mermaid: try context.output.write(graph.mermaid)
        case .dot: try context.output.write(graph.dot)
        case .svg: try context.output.write(await drawnByGraphviz(graph.dot, context.environment))
        }
        return ExitStatus.done
    }
}

extension GraphDrawing {
    /// One object for each chosen stack, for scripts.
    fileprivate var payload: [JSONValue] {
        let needs = Dictionary(grouping: edges, by: \.stack)
        return nodes.filter(\.isChosen).map { node in
            [
                "name": .string(node.name), "step": .number(.init(node.step)),
                "needs": .array(
                    (needs[node.name] ?? []).map { edge in
                        ["stack": .string(edge.dependency), "outputs": .array(edge.outputs.map(JSONValue.string))]
                    }),
            ]
        }
    }
}
