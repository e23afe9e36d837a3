package import Diagnostics

extension GraphDrawing {
    /// The chosen stacks in an order in which they can be applied, each with what it needs: one line for each need.
    package var text: [StyledLine] {
        let chosen = nodes.filter(\.isChosen)
        let needs = Dictionary(grouping: edges, by: \.stack)
        let stepWidth = String(chosen.last?.step ?? 0).count
        let nameWidth = chosen.map(\.name.count).max() ?? 0
        return chosen.enumerated().flatMap { index, node -> [StyledLine] in
            let isFirstOfStep = index == 0 || chosen[index - 1].step != node.step
            let step = blank(stepWidth - String(node.step).count) + String(node.step)
            let head = [
                StyledSpan((isFirstOfStep ? step : blank(stepWidth)) + "  ", .faint), StyledSpan(node.name, .strong),
            ]
            guard let edges = needs[node.name] else { return [StyledLine(head)] }
            return edges.enumerated().map { index, edge in
                let before =
                    index == 0
                    ? head + [StyledSpan(blank(nameWidth - node.name.count + 2)), StyledSpan("needs ", .faint)]
                    : [StyledSpan(blank(stepWidth + 2 + nameWidth + 2 + "needs ".count))]
                return StyledLine(before + edge.spans)
            }
        }
    }
}

extension StackGraph.Edge {
    /// `network (subnet_ids, vpc_id)`.
    fileprivate var spans: [StyledSpan] {
        [StyledSpan(dependency)]
            + (outputs.isEmpty ? [] : [StyledSpan(" (\(outputs.joined(separator: ", ")))", .faint)])
    }
}

private func blank(_ width: Int) -> String { String(repeating: " ", count: width) }
