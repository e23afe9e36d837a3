package import Diagnostics

/// Draws what was found changed outside of Terraform, as a diff, with how much it is as the last line; nothing where
/// nothing has drifted.
///
/// - Parameter plan: one with nothing but drift (``Plan/onlyDrift``), redacted.
package func renderDrift(_ plan: Plan) -> [StyledLine] {
    let changes = plan.resourceDrift
    guard !changes.isEmpty else { return [] }
    let objects = changes.flatMap { change in
        ResourceRenderer(change: change, plan: plan, cause: .drift).lines + [StyledLine()]
    }
    let count = "\(changes.count) \(changes.count == 1 ? "object has" : "objects have")"
    return objects + [StyledLine("\(count) changed outside of Terraform.", .strong)]
}
