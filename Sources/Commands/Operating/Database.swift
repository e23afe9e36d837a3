import ArgumentParser

/// `stack database`
struct Database: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Move the records of this project to another database.", subcommands: [DatabaseMigrate.self])
}
