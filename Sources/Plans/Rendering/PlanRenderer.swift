package import Diagnostics
import JSON

/// What the command line asks a plan to be; `show -json` does not say it.
package enum PlanMode: String, Hashable, Sendable, Codable {
    case normal
    case destroy
    /// Nothing is changed outside; what was found goes into the state.
    case refreshOnly = "refresh-only"
}

/// Draws a plan as a diff that a Terraform user knows how to read.
///
/// The plan must be redacted. Control characters and direction marks inside values come out as escapes.
package func renderPlan(_ plan: Plan, mode: PlanMode = .normal) -> [StyledLine] {
    var renderer = PlanRenderer(plan: plan, mode: mode)
    return renderer.render()
}

private struct PlanRenderer {
    let plan: Plan
    let mode: PlanMode
    var lines: [StyledLine] = []

    mutating func render() -> [StyledLine] {
        let changes = plan.resourceChanges.filter { $0.isEffective && !($0.mode == .data && $0.action == .delete) }
        let outputs = OutputChangesRenderer(changes: plan.outputChanges).lines
        let drift = relevantDrift(hasOtherChanges: !changes.isEmpty || !outputs.isEmpty)
        renderDrift(drift)
        renderChanges(changes)
        renderOutputs(outputs, areAlone: changes.isEmpty && drift.isEmpty)
        if changes.isEmpty, outputs.isEmpty, drift.isEmpty {
            plan.errored
                ? add("Planning failed before any change was found.", .error)
                : add("No changes. \(nothingToDo)", .success)
        }
        renderFailedChecks()
        if !changes.isEmpty || !outputs.isEmpty || !drift.isEmpty { renderSummary() }
        return lines
    }

    private var nothingToDo: String {
        switch mode {
        case .normal: "The infrastructure matches the configuration."
        case .destroy: "There is nothing to destroy."
        case .refreshOnly: "The infrastructure is as it was left."
        }
    }

    private mutating func add(_ text: String, _ style: TextStyle = .plain) {
        lines.append(StyledLine(text, style))
    }

    private mutating func addBlank() {
        if !lines.isEmpty { add("") }
    }
}

// MARK: Sections

extension PlanRenderer {
    private mutating func renderChanges(_ changes: [ResourceChange]) {
        guard !changes.isEmpty else { return }
        addBlank()
        lines += Legend.lines(for: changes)
        addBlank()
        if plan.errored {
            add("Terraform planned these actions before it met a problem:", .strong)
        } else {
            add("Terraform will perform the following actions:", .strong)
        }
        for change in changes {
            addBlank()
            lines += ResourceRenderer(change: change, plan: plan, cause: .proposed).lines
        }
    }

    /// The one line that a hurried reader looks for, at the very end.
    private mutating func renderSummary() {
        addBlank()
        let text = plan.summary.text
        let heading = text.prefix { $0 != ":" }
        lines.append(
            StyledLine([StyledSpan(String(heading), .strong), StyledSpan(String(text.dropFirst(heading.count)))]))
    }

    private mutating func renderOutputs(_ outputs: [StyledLine], areAlone: Bool) {
        guard !outputs.isEmpty else { return }
        addBlank()
        add("Changes to Outputs:", .strong)
        lines += outputs
        if areAlone, !plan.errored {
            addBlank()
            add("Applying this plan only saves these output values; no infrastructure changes.")
        }
    }

    private mutating func renderDrift(_ drift: [ResourceChange]) {
        guard !drift.isEmpty else { return }
        addBlank()
        lines.append(
            StyledLine([
                StyledSpan("Note: ", .warning), StyledSpan("Objects have changed outside of Terraform", .strong),
            ]))
        for change in drift {
            addBlank()
            lines += ResourceRenderer(change: change, plan: plan, cause: .drift).lines
        }
        addBlank()
        if mode == .refreshOnly {
            add("This plan only records them in the state: nothing is undone or changed outside.")
        } else {
            add("What follows may undo them or answer to them.")
        }
    }

    private mutating func renderFailedChecks() {
        for check in plan.checks where check.status == .fail || check.status == .error {
            addBlank()
            let heading = check.status == .fail ? "Check failed: " : "Check could not be run: "
            lines.append(
                StyledLine([StyledSpan(heading, .warning), StyledSpan(PrintableText.line(check.address), .strong)]))
            for problem in check.problems { add("  " + PrintableText.line(problem)) }
        }
    }

    /// A refresh-only plan is about drift; any other shows what may explain its own changes.
    private func relevantDrift(hasOtherChanges: Bool) -> [ResourceChange] {
        if mode == .refreshOnly { return plan.resourceDrift.filter(\.isEffective) }
        guard hasOtherChanges else { return [] }
        return plan.resourceDrift.filter { drift in
            drift.action != .noOp
                && plan.relevantAttributes.contains { attribute in
                    attribute.resource == drift.address && drift.change.differs(within: attribute.path)
                }
        }
    }
}

extension ChangedValues {
    /// Whether the values differ at `path` or anywhere on the way to it.
    fileprivate func differs(within path: [JSONValue]) -> Bool {
        var before: JSONValue? = before
        var after: JSONValue? = after
        for step in path {
            guard let old = before, let new = after else { break }
            switch step {
            case .string(let name):
                before = old[name]
                after = new[name]
            case .number:
                guard let index = step.integerValue, let olds = old.arrayValue, let news = new.arrayValue else {
                    return old != new
                }
                before = olds.indices.contains(index) ? .some(olds[index]) : .none
                after = news.indices.contains(index) ? .some(news[index]) : .none
            default: return old != new
            }
        }
        return before != after
    }
}

/// The symbols that a plan uses, in one line each.
private enum Legend {
    private static let entries: [(action: ChangeAction, meaning: String)] = [
        (.create, "create"), (.update, "update in-place"), (.delete, "destroy"),
        (.replaceDeleteFirst, "destroy and then create replacement"),
        (.replaceCreateFirst, "create replacement and then destroy"),
        (.createThenForget, "create replacement and forget the old object"),
        (.read, "read (data resources)"), (.forget, "forget: no longer managed, not destroyed"),
    ]

    static func lines(for changes: [ResourceChange]) -> [StyledLine] {
        let actions = Set(changes.map(\.action))
        return entries.filter { actions.contains($0.action) }.map { entry in
            StyledLine(ResourceRenderer.symbol(of: entry.action) + [StyledSpan(" " + entry.meaning)])
        }
    }
}
