import ArgumentParser

/// `stack template`
struct Template: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Make, check, compare and pack golden templates.",
        subcommands: [
            ListTemplates.self, ShowTemplate.self, NewTemplate.self, CheckTemplates.self, TestTemplates.self,
            DiffTemplates.self, OutdatedTemplates.self, UpdateTemplates.self,
        ])
}
