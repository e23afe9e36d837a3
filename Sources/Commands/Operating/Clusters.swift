import ArgumentParser
import Diagnostics
import Fleet
import JSON
import Records
import Runs
import Terminal

/// `stack clusters`
struct Clusters: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "The fleet registry: the clusters that the stacks have made.",
        subcommands: [ClustersList.self, ClustersShow.self, ClustersExport.self])
}

/// `stack clusters list`
struct ClustersList: StackCommand {
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: "List the clusters.",
        discussion: """
            Examples:

              stack clusters list
              stack clusters list --gone -o json
            """)

    @OptionGroup var global: GlobalOptions
    @OptionGroup var format: FormatOptions

    @Flag(help: "Those of destroyed stacks too.")
    var gone = false

    func run(in context: CommandContext) async throws -> Int32 {
        let entries = try await context.store().clusters.entries(includingGone: gone)
        let showsDrift = entries.contains { $0.drift != nil }
        var table = Table(
            columns: ["HANDLE", "VERSION", "PROVIDER", "REGION", "NODES", "STACK", "UPDATED"]
                + (showsDrift ? ["DRIFT"] : []))
        for entry in entries {
            let record = entry.record
            let nodes = record.nodePools.compactMap(\.count).reduce(0, +)
            let cells = [
                record.handle, record.version ?? "", record.distribution ?? record.provider ?? "", record.region ?? "",
                record.nodePools.isEmpty ? "" : "\(nodes)", record.stack,
                entry.goneAt.map { "gone \(context.moment($0))" } ?? context.moment(entry.updatedAt),
            ]
            table.append(cells.map { StyledLine($0) } + [context.cell(entry.drift)])
        }
        try context.write(
            try entries.map { try $0.payload }, names: entries.map(\.record.handle), table: table,
            format: format.output,
            whenEmpty: "There are no clusters.")
        return ExitStatus.done
    }
}

/// `stack clusters show`
struct ClustersShow: StackCommand {
    static let configuration = CommandConfiguration(
        commandName: "show", abstract: "Show one cluster's record and its history.",
        discussion: """
            Examples:

              stack clusters show prod
              stack clusters show prod -o json
            """)

    @OptionGroup var global: GlobalOptions
    @OptionGroup var format: FormatOptions

    @Argument(help: "The cluster's handle.", completion: clusterCompletion)
    var handle: String

    func run(in context: CommandContext) async throws -> Int32 {
        let registry = try await context.store().clusters
        let entries = try await registry.entries(includingGone: true)
        guard let entry = entries.first(where: { $0.record.handle == handle }) else {
            let near = suggestion(for: handle, among: entries.map(\.record.handle))
            throw Diagnostic.error(
                "there is no cluster `\(handle)`",
                hint: near.map { "Did you mean `\($0)`?" } ?? "`stack clusters list` lists the clusters")
        }
        let payload = try entry.payload
        var lines = (payload.objectValue ?? [:]).sorted { $0.key < $1.key }.map { name, value in
            let shown =
                name == "drift" && entry.drift != nil
                ? context.cell(entry.drift).spans : [StyledSpan(shortened(value.stringValue ?? value.text))]
            return StyledLine([StyledSpan(name.padded(to: 24), .strong)] + shown)
        }
        lines += [StyledLine(), StyledLine("History", .strong)]
        lines += try await registry.history(of: handle).map { row, _ in
            StyledLine("  \(context.moment(row.at))  \(row.change) by run \(row.run)")
        }
        try context.write(payload, names: [handle], format: format.output, lines: lines)
        return ExitStatus.done
    }
}

/// A certificate would fill the screen; `-o json` has all of it.
private func shortened(_ text: String) -> String {
    text.count > 160 ? "\(text.prefix(60))… (\(text.count) characters)" : text
}

/// `stack clusters export`
struct ClustersExport: StackCommand {
    static let configuration = CommandConfiguration(
        commandName: "export", abstract: "Write the clusters for other programs.",
        discussion: """
            Examples:

              stack clusters export --format kubeconfig > fleet.kubeconfig
              stack clusters export --format json | jq '.[].endpoint'

            A kubeconfig holds how to get a token (`aws eks get-token`, …), never a token.
            """)

    enum Format: String, ExpressibleByArgument, CaseIterable {
        case kubeconfig
        case json
    }

    @OptionGroup var global: GlobalOptions

    @Option(help: "kubeconfig or json.")
    var format: Format

    func run(in context: CommandContext) async throws -> Int32 {
        let records = try await context.store().clusters.entries().map(\.record)
        switch format {
        case .kubeconfig:
            let config = Kubeconfig(records)
            context.report(config.notes)
            try context.output.write(config.text)
        case .json: try context.output.write(String(decoding: try clustersJSON(records), as: UTF8.self))
        }
        return ExitStatus.done
    }
}

extension ClusterRegistry.Entry {
    fileprivate var payload: JSONValue {
        get throws {
            var fields = try JSONValue(parsing: try record.encoded()).objectValue ?? [:]
            fields["drift"] = drift?.payload ?? .null
            return .object(fields)
        }
    }
}
