import ArgumentParser

/// `stack template`
struct Template: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Pack, check and look at golden templates.",
        subcommands: [
            ListTemplates.self, ShowTemplate.self, CheckTemplates.self, DiffTemplates.self, OutdatedTemplates.self,
            UpdateTemplates.self, TestTemplates.self, PackTemplate.self, UnpackTemplate.self, VerifyTemplate.self,
        ])
}
