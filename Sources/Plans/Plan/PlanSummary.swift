/// A plan in numbers.
package struct PlanSummary: Codable, Hashable, Sendable {
    /// Objects made, those of a replacement included, as Terraform counts.
    package var add = 0
    /// Objects updated in place.
    package var change = 0
    /// Objects destroyed, those of a replacement included.
    package var destroy = 0
    /// How many of `add` and `destroy` are the two halves of a replacement.
    package var replace = 0
    package var `import` = 0
    package var move = 0
    package var forget = 0
    /// Objects that have changed outside of Terraform.
    package var drift = 0
    /// Outputs that change.
    package var outputs = 0

    package init() {}

    /// One sentence: Terraform's own where it has one, and what it leaves out (moves, forgotten objects) after it.
    package var text: String {
        let counts = [
            optional(self.import, "to import"), "\(add) to add", "\(change) to change", "\(destroy) to destroy",
            optional(move, "to move"), optional(forget, "to forget"),
        ]
        if add + change + destroy + self.import + move + forget > 0 {
            return "Plan: \(counts.compactMap(\.self).joined(separator: ", "))."
        }
        if outputs > 0 { return "Plan: \(outputs) \(outputs == 1 ? "output" : "outputs") to change." }
        if drift > 0 { return "\(drift) \(drift == 1 ? "object has" : "objects have") changed outside of Terraform." }
        return "No changes."
    }

    private func optional(_ count: Int, _ words: String) -> String? { count > 0 ? "\(count) \(words)" : nil }
}

extension Plan {
    /// Counts of managed objects and outputs; reads of data sources do not count.
    package var summary: PlanSummary {
        var summary = PlanSummary()
        for change in resourceChanges where change.mode == .managed {
            if change.importingID != nil { summary.import += 1 }
            if change.previousAddress != nil { summary.move += 1 }
            switch change.action {
            case .noOp, .read: break
            case .create: summary.add += 1
            case .update: summary.change += 1
            case .delete: summary.destroy += 1
            case .forget: summary.forget += 1
            case .replaceDeleteFirst, .replaceCreateFirst:
                summary.add += 1
                summary.destroy += 1
                summary.replace += 1
            case .createThenForget:
                summary.add += 1
                summary.forget += 1
            }
        }
        summary.drift = resourceDrift.count { $0.action != .noOp && $0.mode == .managed }
        summary.outputs = outputChanges.count { $0.action != .noOp }
        return summary
    }
}
