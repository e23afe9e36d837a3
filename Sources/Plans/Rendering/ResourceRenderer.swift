import Diagnostics
import JSON

/// Draws one object of a plan: comments that say what happens and why, then the diff.
struct ResourceRenderer {
    enum Cause {
        /// The plan means to do it.
        case proposed
        /// Somebody else has done it.
        case drift
    }

    let change: ResourceChange
    let plan: Plan
    let cause: Cause

    var lines: [StyledLine] {
        var renderer = ValueRenderer()
        for comment in comments { write(comment, to: &renderer.writer) }
        for span in Self.symbol(of: change.action) { renderer.writer.write(span.text, span.style) }
        let keyword = change.mode == .managed ? "resource" : "data"
        renderer.writer.write(
            " \(keyword) \(PrintableText.quoted(change.type)) \(PrintableText.quoted(change.name)) ")
        renderer.render(difference, indent: 0)
        return renderer.writer.lines
    }

    /// Three columns wide, as in Terraform.
    static func symbol(of action: ChangeAction) -> [StyledSpan] {
        switch action {
        case .noOp: [StyledSpan("   ")]
        case .create: [StyledSpan("  +", .added)]
        case .read: [StyledSpan(" <=", .hint)]
        case .update: [StyledSpan("  ~", .changed)]
        case .delete: [StyledSpan("  -", .removed)]
        case .replaceDeleteFirst: [StyledSpan("-", .removed), StyledSpan("/"), StyledSpan("+", .added)]
        case .replaceCreateFirst: [StyledSpan("+", .added), StyledSpan("/"), StyledSpan("-", .removed)]
        case .forget: [StyledSpan(" .", .changed)]
        case .createThenForget: [StyledSpan("+", .added), StyledSpan("/"), StyledSpan(".", .changed)]
        }
    }

    private var difference: Difference {
        var values = ValueChange(change.change, replacePaths: change.replacePaths)
        if change.action == .forget {
            // The object itself stays as it is.
            values.after = values.before
            values.unknown = nil
            values.afterSensitive = values.beforeSensitive
        }
        let isBuiltIn = change.providerName.hasPrefix("terraform.io/builtin/")
        return Difference(block: values, shape: plan.configuredBlocks[change], typing: isBuiltIn ? .dynamic : .typed)
    }
}

// MARK: Comments

extension ResourceRenderer {
    private typealias Comment = [StyledSpan]

    private func write(_ comment: Comment, to writer: inout LineWriter) {
        writer.write(change.action == .forget ? " # " : "  # ")
        for span in comment { writer.write(span.text, span.style) }
        writer.newLine()
    }

    private var address: StyledSpan {
        let deposed = change.deposed.map { " (deposed object \($0))" } ?? ""
        return StyledSpan(PrintableText.line(change.address + deposed), .strong)
    }

    private var comments: [Comment] {
        var comments: [Comment] = [[address] + effect]
        if let reason { comments.append([StyledSpan("(\(PrintableText.line(reason)))")]) }
        if change.action == .delete, change.deposed != nil {
            comments.append([StyledSpan("(left over from a partially-failed replacement of this instance)")])
        }
        if let previous = change.previousAddress {
            if change.action == .noOp {
                comments[0] = [
                    StyledSpan(PrintableText.line(previous), .strong), StyledSpan(" has moved to "), address,
                ]
            } else {
                comments.append([StyledSpan("(moved from \(PrintableText.line(previous)))")])
            }
        }
        comments += importComments
        return comments
    }

    private var importComments: [Comment] {
        guard let identifier = change.importingID else { return [] }
        var comments: [Comment] = []
        if change.action != .noOp || change.previousAddress != nil {
            let name = identifier.isEmpty ? "an id that is known after apply" : PrintableText.quoted(identifier)
            comments.append([StyledSpan("(imported from \(name))")])
        }
        if change.generatesConfiguration { comments.append([StyledSpan("(config will be generated)")]) }
        return comments
    }

    private var effect: [StyledSpan] {
        let replaced = StyledSpan("replaced", .replaced)
        switch change.action {
        case .noOp: return [StyledSpan(change.importingID == nil ? " stays as it is" : " will be imported")]
        case .create: return [StyledSpan(cause == .drift ? " has appeared" : " will be created")]
        case .read: return [StyledSpan(" will be read during apply")]
        case .update: return [StyledSpan(cause == .drift ? " has changed" : " will be updated in-place")]
        case .delete:
            return cause == .drift
                ? [StyledSpan(" has been deleted")]
                : [StyledSpan(" will be "), StyledSpan("destroyed", .removed)]
        case .forget: return [StyledSpan(" will no longer be managed by Terraform, but will not be destroyed")]
        case .createThenForget:
            return [StyledSpan(" must be "), replaced, StyledSpan("; the old object is forgotten, not destroyed")]
        case .replaceDeleteFirst, .replaceCreateFirst:
            switch change.actionReason {
            case "replace_because_tainted": return [StyledSpan(" is tainted, so must be "), replaced]
            case "replace_by_request": return [StyledSpan(" will be "), replaced, StyledSpan(", as requested")]
            case "replace_by_triggers":
                return [StyledSpan(" will be "), replaced, StyledSpan(" due to changes in replace_triggered_by")]
            default: return [StyledSpan(" must be "), replaced]
            }
        }
    }

    /// Terraform's reason in words; nil where the effect says it already, or nothing is known.
    private var reason: String? {
        if change.action == .forget || change.action == .createThenForget {
            return "destroy = false is set in the configuration"
        }
        switch change.actionReason {
        case "read_because_config_unknown": return "config refers to values not yet known"
        case "read_because_dependency_pending": return "depends on a resource or a module with changes pending"
        case "read_because_check_nested": return "config will be reloaded to verify a check block"
        case "delete_because_no_resource_config":
            return "because \(change.type).\(change.name) is not in configuration"
        case "delete_because_no_move_target":
            return
                "because \(change.previousAddress ?? "it") was moved to \(change.address), which is not in configuration"
        case "delete_because_no_module":
            return "because \(change.moduleAddress ?? "its module") is not in configuration"
        case "delete_because_wrong_repetition":
            switch change.index {
            case .number: return "because resource does not use count"
            case .string: return "because resource does not use for_each"
            default: return "because resource uses count or for_each"
            }
        case "delete_because_count_index":
            return "because index [\(change.index?.text ?? "")] is out of range for count"
        case "delete_because_each_key": return "because key [\(change.index?.text ?? "")] is not in for_each map"
        default: return nil
        }
    }
}

/// Draws the outputs that change, aligned with those that do not, as Terraform does.
struct OutputChangesRenderer {
    let changes: [OutputChange]

    var lines: [StyledLine] {
        let outputs = changes.map { output in
            (
                name: PrintableText.name(output.name),
                difference: Difference(of: ValueChange(output.change), typing: .dynamic)
            )
        }
        let width = outputs.map(\.name.unicodeScalars.count).max() ?? 0
        var renderer = ValueRenderer()
        for (name, difference) in outputs where difference.action != .noOp {
            renderer.startLine(0, difference.action)
            renderer.writer.write(name + String(repeating: " ", count: width - name.unicodeScalars.count) + " = ")
            renderer.render(difference, indent: 0)
            renderer.writer.newLine()
        }
        return renderer.writer.lines
    }
}
