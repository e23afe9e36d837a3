import ArgumentParser
import Definitions
import Diagnostics
import Runs
import Templates
import Terminal

/// `stack template test`
struct TestTemplates: StackCommand {
    static let configuration = CommandConfiguration(
        commandName: "test", abstract: "Run the golden tests of templates.",
        discussion: """
            Examples:

              stack template test
              stack template test eks-cluster
              stack template test eks-cluster --update

            Each file in a template's `tests/` answers its form. The files that come of it, and
            what Terraform would make of them with every provider mocked, are compared with
            those that were kept.
            """)

    @OptionGroup var global: GlobalOptions

    @Argument(help: ArgumentHelp("Templates of the project; default: all.", valueName: "template"))
    var templates: [String] = []

    @Flag(help: "Keep what comes out now as what has to come out.")
    var update = false

    func run(in context: CommandContext) async throws -> Int32 {
        let (root, loaded) = try context.loadedProject()
        let project = loaded.project
        try loaded.requireSound { file in project.settings.templates.contains { file.hasPrefix("\($0)/") } }
        let chosen = try templates.isEmpty ? project.templates : templates.flatMap(project.ownTemplates)
        let tester = try await TemplateTester(project: project, root: root, environment: context.environment)
        var counts = (passed: 0, failed: 0)
        var differ = false
        for template in chosen {
            for test in try template.tests(in: context.tree(root)) {
                let name = "\(template.name.value) \(template.version): \(test.name.value)"
                do {
                    let made = try await tester.run(test, of: template, in: context.tree(root))
                    let changes = try goldenChanges(of: test, of: template, made: made, in: context.tree(root))
                    guard !changes.isEmpty else {
                        counts.passed += 1
                        context.say("passed   \(name)", .success)
                        continue
                    }
                    try context.output.write(lines: changes.difference)
                    if update {
                        try changes.write(to: root)
                        counts.passed += 1
                        context.say("updated  \(name)", .warning)
                    } else {
                        counts.failed += 1
                        differ = true
                        context.say("failed   \(name)", .error)
                    }
                } catch {
                    counts.failed += 1
                    context.report(diagnostics(of: error))
                    context.say("failed   \(name)", .error)
                }
            }
        }
        let total = counts.passed + counts.failed
        if total == 0 { context.say("There are no tests: a template keeps them in its folder `tests/`.") }
        if counts.failed > 0 { context.say("\(counts.failed) of \(total) failed.", .error) }
        if differ { context.say("`--update` keeps what comes out now.", .hint) }
        return counts.failed > 0 ? ExitStatus.failed : ExitStatus.done
    }
}
