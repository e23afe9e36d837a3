import Diagnostics
import Files
import SystemPackage

extension TerraformCommand {
    /// - Throws: a `Diagnostic` when the caller's own settings ask for something that the gateway would keep from them.
    func checkSettings() throws {
        if let setting = environment["TF_REATTACH_PROVIDERS"], !setting.isEmpty {
            throw Diagnostic.error("`TF_REATTACH_PROVIDERS` is set already")
        }
        for name in ["TF_LOG", "TF_LOG_PROVIDER"] where !(environment[name] ?? "").isEmpty {
            throw Diagnostic.error("`\(name)` asks for the log of the providers that Terraform starts itself")
        }
        for file in settingsFiles() {
            guard let text = try readFile(file) else { continue }
            if String(decoding: text, as: UTF8.self).contains("dev_overrides") {
                throw Diagnostic.error("`\(file)` has `dev_overrides`")
            }
        }
    }

    /// Those of Terraform and of OpenTofu, which has further places.
    ///
    /// Sources: https://developer.hashicorp.com/terraform/cli/config/config-file and
    /// https://opentofu.org/docs/cli/config/config-file/
    private func settingsFiles() -> [FilePath] {
        let home = FilePath(environment["HOME"] ?? "/")
        let wanted = FilePath(environment["XDG_CONFIG_HOME"] ?? "")
        let tofu = (wanted.isAbsolute ? wanted : home.appending(".config")).appending("opentofu")
        let others = [home.appending(".terraform.d"), tofu].flatMap { folder in
            names(in: folder).filter { $0.hasSuffix(".tfrc") || $0.hasSuffix(".tfrc.json") }
                .map { folder.appending($0) }
        }
        let named = environment["TF_CLI_CONFIG_FILE"] ?? environment["TERRAFORM_CONFIG"] ?? ""
        let own = [home.appending(".terraformrc"), home.appending(".tofurc"), tofu.appending("tofurc")]
        return (named.isEmpty ? own : [callingFolder.pushing(FilePath(named))]) + others
    }
}
