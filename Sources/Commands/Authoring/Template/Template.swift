import ArgumentParser

/// `stack template`
struct Template: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Make, pack, check and look at golden templates.",
        subcommands: [
            ListTemplates.self, ShowTemplate.self, NewTemplate.self, CheckTemplates.self, DiffTemplates.self,
            OutdatedTemplates.self, UpdateTemplates.self,
        ])
}
