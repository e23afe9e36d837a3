import ArgumentParser

/// A command of the tree: flags, one engine call, one rendering.
protocol StackCommand: AsyncParsableCommand {
    var global: GlobalOptions { get }

    /// - Returns: the exit code.
    func run(in context: CommandContext) async throws -> Int32
}
