import Diagnostics
import SystemPackage
import TestSupport
import Testing

@testable import ProviderGateway

@Suite struct TerraformCommandTests {
    @Test func `the folder and the subcommand are told from the words`() {
        let plain = TerraformCommand("plan", "-out", "x", in: "/a")
        #expect(plain.folder == "/a" && plain.subcommand == "plan" && plain.arguments == ["-out", "x"])
        let moved = TerraformCommand("-chdir=b/c", "apply", in: "/a")
        #expect(moved.folder == "/a/b/c" && moved.subcommand == "apply")
        #expect(TerraformCommand("-chdir=/z", "apply", in: "/a").folder == "/z")
        #expect(TerraformCommand("-version", in: "/a").subcommand == nil)
        #expect(TerraformCommand(in: "/a").subcommand == nil)
    }

    @Test func `the data folder is where Terraform has it`() {
        #expect(TerraformCommand("-chdir=b", "plan", in: "/a").dataFolder == "/a/b/.terraform")
        #expect(TerraformCommand("plan", in: "/a", environment: ["TF_DATA_DIR": "d"]).dataFolder == "/a/d")
        #expect(TerraformCommand("plan", in: "/a", environment: ["TF_DATA_DIR": "/d"]).dataFolder == "/d")
    }

    @Test(arguments: [
        (["plan"], true), (["apply"], true), (["show", "-json"], true), (["validate"], true), (["console"], true),
        (["providers", "schema", "-json"], true), (["providers"], false), (["providers", "lock"], false),
        (["test"], false), (["init"], false), (["get"], false), (["fmt"], false), (["version"], false), ([], false),
    ])
    func `what installs providers or needs none runs as it is`(words: [String], isServed: Bool) {
        let command = TerraformCommand(words: ["terraform"] + words, folder: "/a", environment: [:])
        #expect(command.usesProviders == isServed)
    }

    @Test(
        arguments: [
            (["plan", "-out=x"], [:], .folder), (["apply", "-auto-approve"], [:], .folder),
            (["show", "-json"], [:], .folder), (["apply", "saved.plan"], [:], .file("/a/saved.plan")),
            (["show", "-json", "/b/saved.plan"], [:], .file("/b/saved.plan")),
            (["apply", "-parallelism", "5", "saved.plan"], [:], .unknown),
            (["apply", "saved.plan"], ["TF_CLI_ARGS_apply": "x"], .unknown),
            (["plan", "-state=x"], [:], .unknown), (["console"], [:], .unknown),
            (["providers", "schema"], [:], .unknown), (["plan"], ["TF_CLI_ARGS_plan": "-state=x"], .unknown),
        ] as [([String], [String: String], TerraformCommand.TypeSource)])
    func `what holds the names of all types is told from the words`(
        words: [String], environment: [String: String], source: TerraformCommand.TypeSource
    ) {
        let command = TerraformCommand(words: ["terraform"] + words, folder: "/a", environment: environment)
        #expect(command.typeSource == source)
    }

    @Test func `a saved plan brings its own types, and what is no plan has none`() async throws {
        try await withProject { project in
            try project.write("resource \"terraform_data\" \"a\" {}", to: "module/main.tf")
            try project.write("module \"inner\" { source = \"./module\" }", to: "main.tf")
            for arguments in [["init"], ["plan", "-out=saved.plan"]] {
                let result = try await project.start("terraform", arguments).result()
                try #require(result.exitCode == 0, "\(result.description)")
            }
            try project.write("", to: "module/main.tf")
            try project.write(#"{"resources":[{"type":"aws_in_state"}]}"#, to: "old.tfstate")
            func types(_ words: String...) -> Set<String>? {
                let root = FilePath(project.path("."))
                let command = TerraformCommand(words: ["terraform"] + words, folder: root, environment: [:])
                return command.namedTypes()?.intersection(["terraform_data", "aws_in_state"])
            }
            #expect(types("plan") == [])
            #expect(types("apply", "saved.plan") == ["terraform_data"])
            #expect(types("show", "-json", "saved.plan") == ["terraform_data"])
            #expect(types("show", "old.tfstate") == ["aws_in_state"])
            #expect(
                types("apply", "old.tfstate") == nil && types("show", "gone") == nil && types("show", "main.tf") == nil)
        }
    }

    @Test func `types are found in the root, in every module of modules.json, and in the states`() async throws {
        try await withFolder { base in
            let root = base.appending("root")
            try root.write("resource \"aws_vpc\" \"a\" {}", to: "main.tf")
            try root.write("{\"resource\":{\"aws_eip\":{}}}", to: "more.tf.json")
            try root.write("aws_not_read", to: "notes.txt")
            try root.write("aws_not_listed", to: "modules/other/main.tf")
            try root.write("aws_in_module", to: "modules/app/main.tf")
            try base.write("aws_outside", to: "shared/main.tf")
            try root.write(#"{"resources":[{"type":"aws_in_state"}]}"#, to: "terraform.tfstate")
            try root.write(
                #"{"resources":[{"type":"aws_in_workspace"}]}"#, to: "terraform.tfstate.d/dev/terraform.tfstate")
            try root.write(
                #"{"Modules":[{"Key":"","Dir":"."},{"Key":"a","Dir":"modules/app"},{"Key":"b","Dir":"../shared"}]}"#,
                to: ".terraform/modules/modules.json")
            let names = try #require(TerraformCommand("plan", in: root).namedTypes())
            let found = names.filter { $0.hasPrefix("aws_") }
            #expect(
                found == ["aws_vpc", "aws_eip", "aws_in_module", "aws_outside", "aws_in_state", "aws_in_workspace"])
        }
    }

    @Test(arguments: [
        (#"{"backend":{"type":"s3","config":{}}}"#, false),
        (#"{"backend":{"type":"local","config":{"path":"x","workspace_dir":null}}}"#, false),
        (#"{"backend":{"type":"local","config":{"path":null,"workspace_dir":null}}}"#, true),
        ("{", false),
    ])
    func `a state that is kept elsewhere leaves the schema whole`(settings: String, isCut: Bool) async throws {
        try await withFolder { root in
            try root.write("resource \"aws_vpc\" \"a\" {}", to: "main.tf")
            try root.write(settings, to: ".terraform/terraform.tfstate")
            #expect((TerraformCommand("plan", in: root).namedTypes() != nil) == isCut)
        }
    }

    @Test(
        arguments: [
            (#"{"version":4,"resources":[]}"#, true), ("", true),
            (
                #"{"serial":1,"meta":{"key_provider.pbkdf2.a":"e30="},"encrypted_data":"AAAA","encryption_version":"v0"}"#,
                false
            ),
            (#"{"version":4,"outputs":{"resources":{}}}"#, false), ("{", false), ("encrypted", false),
        ])
    func `a state that does not tell what it holds leaves the schema whole`(state: String, isCut: Bool) async throws {
        try await withFolder { root in
            try root.write("resource \"aws_vpc\" \"a\" {}", to: "main.tf")
            for file in ["terraform.tfstate", "terraform.tfstate.d/dev/terraform.tfstate"] {
                try root.write(state, to: file)
                #expect((TerraformCommand("plan", in: root).namedTypes() != nil) == isCut)
                try root.write("", to: file)
            }
            try root.write(state, to: "shown.tfstate")
            let isShown = TerraformCommand("show", "shown.tfstate", in: root).namedTypes() != nil
            #expect(isShown == (isCut && !state.isEmpty))
        }
    }

    @Test func `modules that cannot be told leave the schema whole`() async throws {
        try await withFolder { root in
            try root.write("{", to: ".terraform/modules/modules.json")
            #expect(TerraformCommand("plan", in: root).namedTypes() == nil)
            try root.write(#"{"Modules":[{"Key":"a","Dir":"gone"}]}"#, to: ".terraform/modules/modules.json")
            #expect(TerraformCommand("plan", in: root).namedTypes() == nil)
        }
    }

    @Test(arguments: [
        ["TF_LOG": "debug"], ["TF_LOG_PROVIDER": "trace"], ["TF_REATTACH_PROVIDERS": "{}"],
        ["TF_CLI_CONFIG_FILE": "overrides.tfrc"],
    ])
    func `settings that the gateway would override keep it aside`(environment: [String: String]) async throws {
        try await withFolder { root in
            try root.write("provider_installation { dev_overrides {} }", to: "overrides.tfrc")
            #expect(throws: (any Error).self) {
                try TerraformCommand("plan", in: root, environment: environment).checkSettings()
            }
            let harmless = ["TF_LOG": "", "TF_LOG_CORE": "debug", "HOME": "\(root)/home"]
            try TerraformCommand("plan", in: root, environment: harmless).checkSettings()
        }
    }
}

@Suite struct SettingsTests {
    @Test(arguments: [
        ".terraformrc", ".tofurc", ".terraform.d/a.tfrc", ".config/opentofu/tofurc", ".config/opentofu/a.tfrc.json",
        "settings/opentofu/tofurc", "settings/opentofu/a.tfrc",
    ])
    func `settings are looked for where Terraform and OpenTofu do`(file: String) async throws {
        try await withFolder { home in
            var environment = ["HOME": "\(home)"]
            if file.hasPrefix("settings/") { environment["XDG_CONFIG_HOME"] = "\(home)/settings" }
            let command = TerraformCommand("plan", in: home, environment: environment)
            try home.write("provider_installation {}", to: file)
            try command.checkSettings()
            try home.write("provider_installation { dev_overrides {} }", to: file)
            let error = #expect(throws: Diagnostic.self) { try command.checkSettings() }
            #expect(error?.message == "`\(home)/\(file)` has `dev_overrides`")
        }
    }
}

@Suite struct ProviderCallTests {
    @Test(
        arguments: [
            ("/tfplugin5.Provider/GetSchema", 5, .schema), ("/tfplugin6.Provider/GetProviderSchema", 6, .schema),
            ("/tfplugin5.Provider/PrepareProviderConfig", 5, .validateConfiguration),
            ("/tfplugin6.Provider/ValidateProviderConfig", 6, .validateConfiguration),
            ("/tfplugin5.Provider/Configure", 5, .configure), ("/tfplugin6.Provider/ConfigureProvider", 6, .configure),
            ("/tfplugin5.Provider/Stop", 5, .stop), ("/tfplugin6.Provider/StopProvider", 6, .stop),
            ("/tfplugin5.Provider/GetMetadata", 5, .other), ("/tfplugin6.Provider/ReadResource", 6, .other),
            ("/tfplugin6.Provider/Stop", 6, .other), ("/tfplugin5.Provider/GetSchema", 6, .unknown),
            ("/plugin.GRPCBroker/StartStream", 5, .held), ("/plugin.GRPCStdio/StreamStdio", 6, .held),
            ("/plugin.GRPCController/Shutdown", 5, .unknown), ("", 5, .unknown),
        ] as [(String, Int, ProviderCall)])
    func `a call is told by its path`(path: String, version: Int, call: ProviderCall) {
        #expect(ProviderCall(path: path, protocolVersion: version) == call)
    }
}

@Suite struct HandshakeTests {
    @Test(arguments: [("1|5|unix|/tmp/p|grpc|", 5), ("1|6|unix|/tmp/p|grpc", 6), ("1|6|unix|/tmp/p|grpc||true", 6)])
    func `where a provider listens is told by its first line`(line: String, version: Int) throws {
        let handshake = try Handshake(line)
        #expect(handshake.protocolVersion == version && handshake.socket == "/tmp/p")
    }

    @Test(arguments: [
        "", "1|5", "2|5|unix|/tmp/p|grpc|", "1|4|unix|/tmp/p|grpc|", "1|7|unix|/tmp/p|grpc|", "1|x|unix|/tmp/p|grpc|",
        "1|5|tcp|127.0.0.1:1|grpc|", "1|5|unix|/tmp/p|netrpc|", "1|5|unix|p|grpc|", "1|5|unix|/tmp/p|grpc|MIIB",
    ])
    func `a provider that cannot be talked to is refused`(line: String) {
        #expect(throws: (any Error).self) { try Handshake(line) }
    }
}
