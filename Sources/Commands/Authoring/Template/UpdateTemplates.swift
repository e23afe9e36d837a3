import ArgumentParser
import Definitions
import Diagnostics
import Templates
import Terminal

/// `stack template update`
struct UpdateTemplates: StackCommand {
    static let configuration = CommandConfiguration(
        commandName: "update", abstract: "Resolve templates that are kept elsewhere anew.",
        discussion: """
            Examples:

              stack template update
              stack template update eks-cluster

            Commit `stack.lock` afterwards; the next plans show what the update brings.
            """)

    @OptionGroup var global: GlobalOptions

    @Argument(help: ArgumentHelp("Names of templates; default: all that are kept elsewhere.", valueName: "template"))
    var names: [String] = []

    func run(in context: CommandContext) async throws -> Int32 {
        // Not fetched first: what is pinned may be gone.
        let (root, project) = try await context.project(fetching: false)
        let elsewhere = Set(project.elsewhere.map(\.value.name)).sorted()
        if let unknown = names.first(where: { !elsewhere.contains($0) }) {
            // A mistyped name must not look as if there was nothing to do.
            throw Diagnostic.error(
                "there is no template `\(unknown)` kept elsewhere that a stack uses",
                hint: suggestion(for: unknown, among: elsewhere).map { "did you mean `\($0)`?" }, outcome: .usage)
        }
        guard try StackLock.read(root: root) != nil else {
            throw Diagnostic.error(
                "there is no `stack.lock` yet, so nothing is pinned",
                hint: "the first plan makes it, and pins the newest versions that will do", outcome: .refused)
        }
        let changes = try await context.templates(root).update(project, names: names, pins: context.pins(root))
        let wanted = project.elsewhere.map(\.value)
        try await StackLock.update(root: root) { lock in
            // What no stack asks for any more goes with it.
            lock.templates.removeAll { pin in !wanted.contains { pin.answers($0) } }
            lock.pin(changes.map(\.new))
        }
        for change in changes {
            let request = change.new.wanted.map { "\(change.new.name) \($0)" } ?? change.new.name
            switch change.old {
            case change.new?: context.say("unchanged  \(request): \(change.new.version)", .faint)
            case let old? where old.version == change.new.version:
                context.say("updated    \(request): \(change.new.version), with other content", .warning)
            case let old?: context.say("updated    \(request): \(old.version) → \(change.new.version)", .success)
            case nil: context.say("pinned     \(request): \(change.new.version)", .success)
            }
        }
        if changes.isEmpty { context.say("No stack uses a template that is kept elsewhere.") }
        return ExitStatus.done
    }
}
