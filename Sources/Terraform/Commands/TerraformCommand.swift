/// One `terraform` or `tofu` command line. A command starts nothing: whoever runs it adds the binary, the folder and
/// a `TerraformEnvironment`.
///
/// `-lock=false` is never among the arguments: a run that cannot lock its state file must not go on without a state.
package protocol TerraformCommand: Hashable, Sendable {
    /// Everything behind the binary's name.
    var arguments: [String] { get }
}
