import ArgumentParser
import Diagnostics
import FoundationEssentials
import JSON
import Plans
import Records
import Runs
import Terminal

/// `stack state list`
struct StateList: StackCommand {
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: "List the resources in a stack's state.",
        discussion: """
            Examples:

              stack state list dev
              stack state list dev -o json

            `tainted` was made but not finished: the next apply replaces it. `deposed` was
            replaced but is not destroyed yet; `-o name` leaves it out.
            """)

    @OptionGroup var global: GlobalOptions
    @OptionGroup var format: FormatOptions

    @Argument(help: "The stack.", completion: stackNameCompletion)
    var name: String

    func run(in context: CommandContext) async throws -> Int32 {
        let state = try await context.store().newestState(of: name).state
        var table = Table(columns: ["ADDRESS", "STATUS"])
        for (address, instance) in state.objects {
            table.append([StyledLine(address), StyledLine(instance.status, .warning)])
        }
        let payload = state.objects.map { address, instance -> JSONValue in
            [
                "address": .string(address), "tainted": .bool(instance.isTainted),
                "deposed": instance.deposed.map(JSONValue.string) ?? .null,
            ]
        }
        try context.write(
            payload, names: state.addresses, table: table, format: format.output,
            whenEmpty: "The state holds no resources.")
        return ExitStatus.done
    }
}

extension TerraformState.Instance {
    /// What is unusual about the object.
    fileprivate var status: String {
        [isTainted ? "tainted" : nil, deposed.map { "deposed \($0)" }].compactMap { $0 }.joined(separator: ", ")
    }
}

/// `stack state show`
struct StateShow: StackCommand {
    static let configuration = CommandConfiguration(
        commandName: "show", abstract: "Show one resource of a stack's state.",
        discussion: """
            Examples:

              stack state show dev terraform_data.cluster
              stack state show dev 'aws_subnet.private["a"]'

            Values that Terraform marks as sensitive, and secrets of the stack, are not
            shown.
            """)

    @OptionGroup var global: GlobalOptions

    @Argument(help: "The stack.", completion: stackNameCompletion)
    var name: String

    @Argument(help: "The resource's address.")
    var address: String

    func run(in context: CommandContext) async throws -> Int32 {
        let store = try await context.store()
        let (state, version, _) = try await store.newestState(of: name)
        guard let values = state.redactedAttributes(of: address, with: try await store.secrets(of: version, state))
        else {
            let near = suggestion(for: address, among: state.addresses)
            throw Diagnostic.error(
                "the state of `\(name)` holds no `\(address)`",
                hint: near.map { "Did you mean `\($0)`?" } ?? "`stack state list \(name)` lists the addresses")
        }
        try context.output.write(values.pretty)
        return ExitStatus.done
    }
}

/// `stack state pull`
struct StatePull: StackCommand {
    static let configuration = CommandConfiguration(
        commandName: "pull", abstract: "Write a stack's whole state, in clear.",
        discussion: """
            Examples:

              stack state pull dev > dev.tfstate
              stack state pull dev --sequence 3

            The state holds secrets in clear: mind where it goes.
            """)

    @OptionGroup var global: GlobalOptions

    @Argument(help: "The stack.", completion: stackNameCompletion)
    var name: String

    @Option(help: ArgumentHelp("An earlier version; `stack state versions` lists them.", valueName: "n"))
    var sequence: Int?

    func run(in context: CommandContext) async throws -> Int32 {
        let store = try await context.store()
        let bytes = try await store.newestState(of: name, sequence: sequence).bytes
        try context.output.write(String(decoding: bytes, as: UTF8.self))
        return ExitStatus.done
    }
}

/// `stack state versions`
struct StateVersions: StackCommand {
    static let configuration = CommandConfiguration(
        commandName: "versions", abstract: "List the kept versions of a stack's state.",
        discussion: """
            Examples:

              stack state versions dev
              stack state versions dev -o json
            """)

    @OptionGroup var global: GlobalOptions
    @OptionGroup var format: FormatOptions

    @Argument(help: "The stack.", completion: stackNameCompletion)
    var name: String

    func run(in context: CommandContext) async throws -> Int32 {
        let store = try await context.store()
        let stack = try await store.existing(name)
        let versions = try await store.records.stateVersions(of: stack.id)
        // A run that wrote a kept version is kept.
        let runs = Dictionary(
            try await store.records.runs(stack: stack.id, limit: .max).map { ($0.id, $0) }
        ) { first, _ in first }
        var table = Table(
            columns: ["SEQUENCE", "SERIAL", "RESOURCES", "BYTES", "TERRAFORM", "RUN", "DOES", "BY", "TAKEN"])
        for version in versions {
            let run = version.run.flatMap { runs[$0] }
            table.append([
                "\(version.sequence)", "\(version.serial)", "\(version.resources)", "\(version.size)",
                version.terraformVersion, version.run ?? "(first)", run?.operation.rawValue ?? "",
                run.map { "\($0.origin.user)@\($0.origin.host)" } ?? "", context.moment(version.takenAt),
            ])
        }
        try context.write(
            versions.map { $0.payload(of: $0.run.flatMap { runs[$0] }) }, names: versions.map { "\($0.sequence)" },
            table: table, format: format.output,
            whenEmpty: "There are no versions.")
        return ExitStatus.done
    }
}

extension StateVersion {
    fileprivate func payload(of writer: RunRow?) -> JSONValue {
        [
            "sequence": .number(.init(sequence)), "serial": .number(.init(serial)), "lineage": .string(lineage),
            "resources": .number(.init(resources)), "size": .number(.init(size)),
            "terraformVersion": .string(terraformVersion), "run": run.map(JSONValue.string) ?? .null,
            "operation": writer.map { .string($0.operation.rawValue) } ?? .null,
            "origin": writer.flatMap { try? JSONValue(encoding: $0.origin) } ?? .null,
            "takenAt": .string(takenAt), "settled": .bool(isSettled), "succeeded": .bool(isFromSuccess),
        ]
    }
}

extension ProjectStore {
    /// The newest settled state of a stack, or one of its earlier versions.
    fileprivate func newestState(
        of name: String, sequence: Int? = nil
    ) async throws -> (state: TerraformState, version: StateVersion, bytes: Data) {
        let stack = try await existing(name)
        let versions = try await records.stateVersions(of: stack.id)
        let found = versions.first { version in sequence.map { version.sequence == $0 } ?? version.isSettled }
        guard let found else {
            throw Diagnostic.error(
                "`\(name)` has no such version of its state", hint: "`stack state versions \(name)` lists them")
        }
        let bytes = try await records.bytes(of: found)
        return (try TerraformState.decode(bytes), found, bytes)
    }
}
