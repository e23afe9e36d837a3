import Diagnostics
import FoundationEssentials
import JSON
import Records
import Runs
import Terminal

extension CommandContext {
    /// Shows what was found on standard output, and reports what stood in the way.
    func show(_ checked: [CheckedStack], _ format: OutputFormat, isStream: Bool) throws {
        let areMany = checked.count > 1
        for stack in checked {
            if let problem = stack.problem { report(diagnostics(of: problem), of: areMany ? stack.name : nil) }
            if isStream {
                try output.write(stack.event.line)
            } else if format == .table {
                try showView(of: stack, isOneOfMany: areMany)
            }
        }
        guard !isStream else { return }
        if format != .table {
            let drifted = checked.filter { $0.row?.result == .drifted }
            try write(
                checked.map(\.payload), names: drifted.map(\.name), table: Table(columns: []), format: format,
                whenEmpty: "")
        } else if areMany {
            try output.write(lines: table(of: checked).lines(width: output.resultWidth))
        }
        sayNext(checked)
    }

    /// One line for a stack of which something else is known now.
    func tell(_ change: DriftChanges.Change) throws {
        try output.write(lines: [StyledLine("\(Timestamp.text(Date()))  \(change.text)")])
    }

    private func showView(of stack: CheckedStack, isOneOfMany: Bool) throws {
        guard case .success(let check) = stack.result else { return }
        if isOneOfMany {
            guard !check.view.isEmpty else { return }
            return try output.write(lines: [stackHeading(stack.name)] + check.view + [StyledLine()])
        }
        switch check.outcome {
        case .neverApplied:
            try output.write(lines: [StyledLine("`\(stack.name)` was never applied: nothing of it can have drifted.")])
        case .hasNoResources:
            try output.write(lines: [StyledLine("`\(stack.name)` has no resources: nothing of it can have drifted.")])
        case .recorded(let row):
            switch row.result {
            case .inSync:
                let text = "`\(stack.name)` is as its last run left it."
                try output.write(lines: [StyledLine([StyledSpan("No drift. ", .success), StyledSpan(text)])])
            case .drifted:
                let isKnown = row.since != row.checkedAt
                let since = isKnown ? [StyledLine("It was found first \(moment(row.since)).")] : []
                try output.write(lines: check.view + since)
            case .unreachable: break
            }
        }
    }

    private func table(of checked: [CheckedStack]) -> Table {
        var table = Table(columns: ["STACK", "RESULT", "OBJECTS", "SINCE", "RUN"])
        for stack in checked {
            let count = stack.row?.objects.count ?? 0
            table.append([
                StyledLine(stack.name), stack.word, StyledLine(count == 0 ? "" : "\(count)"),
                StyledLine(stack.row.map { moment($0.since) } ?? ""), StyledLine(stack.run ?? ""),
            ])
        }
        return table
    }

    private func sayNext(_ checked: [CheckedStack]) {
        let drifted = checked.filter { $0.row?.result == .drifted }
        guard let first = drifted.first else { return }
        let name = drifted.count == 1 ? first.name : "NAME"
        if drifted.count > 1 { say("\(drifted.count) stacks have drifted.", .warning) }
        say("To put it back as it was: stack plan \(name)", .hint)
        say("To take it as it is now: stack apply \(name) --refresh-only", .hint)
    }
}

extension CheckedStack {
    /// What no event has told.
    var problem: (any Error)? {
        switch result {
        case .success(let check): check.problem
        case .failure(let error): error
        }
    }

    fileprivate var word: StyledLine {
        switch result {
        case .success(let check):
            StyledLine(check.outcome.word, row?.result.style ?? .faint)
        case .failure:
            exitCode == ExitStatus.tryAgain ? StyledLine("try again later", .warning) : StyledLine("failed", .error)
        }
    }

    fileprivate var payload: JSONValue {
        var fields = row?.payload.objectValue ?? DriftRow.noPayload
        fields["stack"] = .string(name)
        switch result {
        case .success(let check):
            switch check.outcome {
            case .recorded: break
            case .neverApplied: fields["result"] = "neverApplied"
            case .hasNoResources: fields["result"] = "noResources"
            }
        case .failure(let error):
            fields["result"] = "failed"
            fields["reason"] = .string(firstMessage(of: error))
            fields["run"] = run.map(JSONValue.string) ?? .null
        }
        return .object(fields)
    }

    /// What the stream says of it.
    fileprivate var event: JSONValue {
        let head: [String: JSONValue] = ["type": "drift", "time": .string(Timestamp.text(Date()))]
        return .object(head.merging(payload.objectValue ?? [:]) { $1 })
    }
}
