import ArgumentParser
import Definitions
import Diagnostics
import Fleet
import Runs
import SystemPackage
import Templates
import Terminal

/// The flags that fill in a template's form.
struct AnswerOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp("Answer a parameter; may be repeated.", valueName: "parameter=value"))
    var set: [String] = []

    @Option(
        help: ArgumentHelp("Answer a parameter with JSON; may be repeated.", valueName: "parameter=json"))
    var setJson: [String] = []

    /// - Throws: a `Diagnostic` for what is no assignment.
    func given() throws -> [GivenAnswer] {
        try set.map { try Self.answer($0, isJSON: false) } + setJson.map { try Self.answer($0, isJSON: true) }
    }

    private static func answer(_ text: String, isJSON: Bool) throws -> GivenAnswer {
        guard let answer = GivenAnswer(assignment: text, isJSON: isJSON) else {
            let flag = isJSON ? "--set-json" : "--set"
            throw Diagnostic.error(
                "`\(flag)` takes `parameter=value`, and `\(text)` has no parameter before a `=`", outcome: .usage)
        }
        return answer
    }
}

extension CommandContext {
    /// Fills in a form: with what was given, and where something is missing and there is a terminal, by asking question
    /// by question.
    ///
    /// - Throws: a `DiagnosticList` with everything that is wrong, and with what is missing when there is nobody to ask.
    func fill(_ form: Form) async throws -> (form: Form, wasAsked: Bool) {
        let missing = output.options.canAsk ? nil : form.missingProblem
        let problems = form.problems + (missing.map { [$0] } ?? [])
        guard problems.isEmpty else { throw DiagnosticList(problems) }
        // Whoever has said all that is needed is asked nothing.
        guard form.missingProblem != nil else { return (form, false) }
        var form = form
        while let question = form.nextQuestion {
            output.message(question.introduction)
            switch try await ask(question.prompt, whenCanceled: "Nothing was written.") {
            case .text(let answer):
                do throws(Diagnostic) { try form.reply(answer) } catch { report([error]) }
            case .endOfInput, .nobody:
                throw Diagnostic.error("the form was left; nothing was written", outcome: .refused)
            }
        }
        return (form, true)
    }

    /// The handles that a parameter of the type CLUSTER can name; none where there is no such parameter.
    func clusterHandles(
        for parameters: [TemplateParameter], _ root: FilePath, _ project: Project
    ) async throws -> [String] {
        guard parameters.contains(where: { $0.kind == .cluster }) else { return [] }
        let defined = project.stacks.compactMap { stack in
            let describes = stack.cluster != nil || project.template(of: stack)?.cluster != nil
            return describes ? stack.cluster?.handle?.value ?? stack.name.value : nil
        }
        let store = try await ProjectStore.existing(project: project, root: root, environment: environment)
        let registered = try await store?.clusters.entries().map(\.record.handle) ?? []
        return Set(defined + registered).sorted()
    }
}
