import Terraform
import Testing

@Suite struct TerraformEnvironmentTests {
    private func build(
        _ caller: [String: String], stack: [String: String] = [:], cliConfigFile: String? = nil
    ) -> TerraformEnvironment {
        TerraformEnvironment.build(caller: caller, runID: "r", stack: stack, cliConfigFile: cliConfigFile)
    }

    private let ours = ["TF_IN_AUTOMATION": "1", "TF_INPUT": "0", "CHECKPOINT_DISABLE": "1", "STACK_RUN_ID": "r"]

    @Test func `a run has its own settings even in an empty environment`() {
        let environment = build([:])
        #expect(environment.variables == ours)
        #expect(environment.leftOut.isEmpty)
    }

    @Test(arguments: [
        "PATH", "HOME", "USER", "LANG", "TZ", "TMPDIR", "HTTPS_PROXY", "no_proxy", "SSL_CERT_FILE", "AWS_CA_BUNDLE",
        "SSH_AUTH_SOCK", "XDG_CONFIG_HOME", "AWS_PROFILE", "AWS_ENDPOINT_URL", "GOOGLE_CREDENTIALS", "ARM_CLIENT_ID",
        "KUBECONFIG", "VAULT_TOKEN", "TFE_TOKEN", "stack_name", "TF_CLI_CONFIG_FILE", "TF_TOKEN_app_terraform_io",
        "TF_REGISTRY_DISCOVERY_RETRY",
    ])
    func `passed on`(name: String) {
        let environment = build([name: "value"])
        #expect(environment.variables[name] == "value")
        #expect(environment.leftOut.isEmpty)
    }

    @Test(arguments: [
        "TF_VAR_region", "TF_CLI_ARGS", "TF_CLI_ARGS_plan", "TF_WORKSPACE", "TF_DATA_DIR", "TF_REATTACH_PROVIDERS",
        "TF_LOG", "TF_LOG_PATH", "TF_STATE_PERSIST_INTERVAL", "TF_PLUGIN_CACHE_DIR", "TF_", "STACK_ENCRYPTION_KEY",
        "STACK_DATABASE_URL",
    ])
    func `left out and named`(name: String) {
        let environment = build([name: "value"])
        #expect(environment.variables == ours)
        #expect(environment.leftOut == [name])
    }

    @Test func `the settings of a run win over the caller's and the stack's, without a word`() {
        let stray = ["TF_IN_AUTOMATION": "", "TF_INPUT": "1", "CHECKPOINT_DISABLE": "", "STACK_RUN_ID": "other"]
        #expect(build(stray) == build([:]))
        #expect(build([:], stack: stray) == build([:]))
    }

    @Test func `the stack's variables win over the caller's and may be Terraform's`() {
        let environment = build(
            ["AWS_REGION": "a", "TF_VAR_x": "caller"],
            stack: ["AWS_REGION": "b", "TF_VAR_x": "stack", "TF_LOG": "debug", "TF_CLI_CONFIG_FILE": "own"])
        #expect(environment.variables["AWS_REGION"] == "b")
        #expect(environment.variables["TF_VAR_x"] == "stack")
        #expect(environment.variables["TF_LOG"] == "debug")
        #expect(environment.variables["TF_CLI_CONFIG_FILE"] == "own")
        #expect(environment.leftOut.isEmpty)
    }

    @Test(arguments: [
        "TF_DATA_DIR", "TF_WORKSPACE", "TF_CLI_ARGS_apply", "TF_REATTACH_PROVIDERS", "TF_STATE_PERSIST_INTERVAL",
        "STACK_DATA_DIR",
    ])
    func `what a run rests on is not the stack's to set`(name: String) {
        let environment = build([:], stack: [name: "value"])
        #expect(environment.variables == ours)
        #expect(environment.leftOut == [name])
        #expect(TerraformEnvironment.isReserved(name))
    }

    @Test func `the project's CLI configuration takes the caller's place`() {
        let environment = build(["TF_CLI_CONFIG_FILE": "caller"], cliConfigFile: "project")
        #expect(environment.variables["TF_CLI_CONFIG_FILE"] == "project")
    }

    @Test func `names that are left out are sorted and named once`() {
        let environment = build(["TF_LOG": "x", "STACK_A": "x", "TF_DATA_DIR": "x"], stack: ["TF_DATA_DIR": "y"])
        #expect(environment.leftOut == ["STACK_A", "TF_DATA_DIR", "TF_LOG"])
    }
}
