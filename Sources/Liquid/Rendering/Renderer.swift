import Diagnostics
import FoundationEssentials
import JSON

/// One rendering: the variables as they change, what is left of the limits, what went wrong.
struct Renderer {
    private static let mostProblems = 50

    /// What the caller gave. Members of these are names too: a wrong one is an error even where it is only asked for.
    let given: [String: JSONValue]
    private(set) var assigned: [String: JSONValue] = [:]
    /// Names whose `assign` failed; what uses them fails without a word.
    private(set) var unassigned: Set<String> = []
    /// The variables of the loops around, the innermost last.
    private(set) var loops: [[String: JSONValue]] = []
    private var budget: Budget
    private(set) var problems: [Diagnostic] = []

    /// How a list of nodes ended.
    private enum Flow {
        case toTheEnd
        case left(Node.LoopExit)
    }

    init(_ given: [String: JSONValue], _ limits: LiquidLimits) {
        self.given = given
        budget = Budget(limits)
    }

    mutating func render(_ nodes: [Node]) -> String {
        var text = ""
        // A limit that was reached has been taken down as a problem.
        _ = try? render(nodes, into: &text)
        return text
    }

    private mutating func render(_ nodes: [Node], into text: inout String) throws(RenderFailure) -> Flow {
        for node in nodes {
            do {
                let flow = try render(node, into: &text)
                if case .left = flow { return flow }
            } catch {
                try note(error)
            }
        }
        return .toTheEnd
    }

    private mutating func note(_ failure: RenderFailure) throws(RenderFailure) {
        switch failure {
        case .consequence: return
        case .limit(let problem):
            if !problems.contains(problem) { problems.append(problem) }
            throw failure
        case .problem(let problem):
            guard !problems.contains(problem) else { return }
            problems.append(problem)
            if problems.count == Self.mostProblems { throw .limit(problem) }
        }
    }

    // MARK: Nodes

    private mutating func render(_ node: Node, into text: inout String) throws(RenderFailure) -> Flow {
        switch node {
        case .text(let part): try write(part, into: &text)
        case .output(let expression):
            let value = try value(of: expression)
            guard let part = value.outputText else { throw .problem(.noText(of: expression.base, value)) }
            try write(part, into: &text)
        case .conditional(let branches, let otherwise):
            for branch in branches where try holds(branch.condition) == branch.wanted {
                return try render(branch.body, into: &text)
            }
            return try render(otherwise, into: &text)
        case .selection(let subject, let choices, let otherwise):
            return try render(try choice(subject, choices) ?? otherwise, into: &text)
        case .loop(let loop): return try render(loop, into: &text)
        case .assign(let name, let expression): try assign(name, expression)
        case .capture(let name, let body):
            var captured = ""
            let flow = try render(body, into: &captured)
            set(name, to: .string(captured))
            return flow
        case .leave(let exit): return .left(exit)
        }
        return .toTheEnd
    }

    private mutating func write(_ part: String, into text: inout String) throws(RenderFailure) {
        try budget.spend(bytes: part.utf8.count, at: nil)
        text += part
    }

    private mutating func assign(_ name: String, _ expression: FilteredExpression) throws(RenderFailure) {
        do {
            set(name, to: try value(of: expression))
        } catch {
            assigned[name] = nil
            unassigned.insert(name)
            throw error
        }
    }

    private mutating func set(_ name: String, to value: JSONValue) {
        assigned[name] = value
        unassigned.remove(name)
    }

    private mutating func choice(_ subject: Expression, _ choices: [Node.Choice]) throws(RenderFailure) -> [Node]? {
        let subject = try value(of: subject)
        for choice in choices {
            for expression in choice.values where try isEqual(subject, expression) { return choice.body }
        }
        return nil
    }

    private mutating func render(_ loop: Node.Loop, into text: inout String) throws(RenderFailure) -> Flow {
        let elements = try elements(of: loop, atMost: budget.iterations)
        try budget.spend(iterations: elements.count, at: loop.location)
        guard !elements.isEmpty else {
            // What leaves a loop from here leaves an outer one.
            return try render(loop.otherwise, into: &text)
        }
        let parent = loops.last?["forloop"]
        for (index, element) in elements.enumerated() {
            loops.append([
                loop.variable: element, "forloop": forloop(index, of: elements.count, parent: parent),
            ])
            defer { loops.removeLast() }
            if case .left(.leaveLoop) = try render(loop.body, into: &text) { break }
        }
        return .toTheEnd
    }

    private func forloop(_ index: Int, of count: Int, parent: JSONValue?) -> JSONValue {
        var members: [String: JSONValue] = [
            "index": .number(.init(index + 1)), "index0": .number(.init(index)),
            "rindex": .number(.init(count - index)), "rindex0": .number(.init(count - index - 1)),
            "first": .bool(index == 0), "last": .bool(index == count - 1), "length": .number(.init(count)),
        ]
        members["parentloop"] = parent
        return .object(members)
    }

    // MARK: Filters

    mutating func value(of expression: FilteredExpression) throws(RenderFailure) -> JSONValue {
        let mayBeMissing = expression.filters.first?.filter.acceptsNothing == true
        var value = try value(of: expression.base, mayBeMissing: mayBeMissing)
        for call in expression.filters {
            var arguments: [JSONValue] = []
            for argument in call.arguments { arguments.append(try self.value(of: argument)) }
            let input = FilterInput(value: value, arguments: arguments, mostBytes: budget.bytes)
            do {
                value = try call.filter.apply(input)
            } catch {
                switch error {
                case .tooLarge: try budget.spend(bytes: .max, at: call.location)
                case .wrong(let message, let hint):
                    throw .problem(.error("`\(call.filter.name)` \(message)", at: call.location, hint: hint))
                }
            }
            try budget.spend(bytes: value.size(upTo: budget.bytes + 1), at: call.location)
        }
        return value
    }
}
