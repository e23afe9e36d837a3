import Diagnostics
import JSON
import ModuleInterface
import TestSupport
import Testing

/// The rules are those of Terraform's documentation; backends, versions, sources and missing bases were tried with 1.11.4.
@Suite struct OverrideTests {
    @Test func `an override file changes what it names and leaves the rest`() throws {
        let interface = try ModuleInterface.read(
            folder: "",
            in: MemoryTree([
                "a_override.tf": "variable \"x\" {\n  default = 2\n}\nmodule \"m\" {\n  source = \"./b\"\n}",
                "b_override.tf.json":
                    #"{"variable": {"x": {"description": "last"}}, "output": {"o": {"sensitive": true}}}"#,
                "override.tf": "variable \"x\" {\n  sensitive = true\n}",
                "main.tf": """
                variable "x" {
                  type        = number
                  default     = 1
                  description = "first"
                }
                output "o" { value = 1 }
                module "m" {
                  source  = "./a"
                  version = "1"
                }
                """,
            ]))
        let variable = try #require(interface.variables["x"])
        #expect(variable.type == .number)
        #expect(variable.defaultValue == 2)
        #expect(variable.description == "last")
        #expect(variable.isSensitive)
        #expect(variable.location.file == "main.tf")
        #expect(interface.outputs["o"]?.isSensitive == true)
        #expect(interface.moduleCalls.map(\.target) == [.local(folder: "b")])
        #expect(interface.files == ["main.tf", "a_override.tf", "b_override.tf.json", "override.tf"])
    }

    @Test func `the last backend of an override file wins, also over a cloud block`() throws {
        let files = [
            "main.tf": "terraform {\n  cloud {}\n}", "a_override.tf": "terraform {\n  backend \"s3\" {}\n}",
            "zzzz_stack_override.tf": "terraform {\n  backend \"local\" {}\n}",
        ]
        let interface = try ModuleInterface.read(folder: "", in: MemoryTree(files))
        #expect(interface.backend?.value == "local")
        #expect(interface.cloud == nil)
    }

    @Test func `required versions of an override file replace all others, providers one by one`() throws {
        let interface = try ModuleInterface.read(
            folder: "",
            in: MemoryTree([
                "main.tf": """
                terraform {
                  required_version = ">= 1"
                  required_providers {
                    a = { source = "x/a", version = "1" }
                    b = { source = "x/b", version = "1" }
                  }
                }
                """,
                "more.tf": "terraform {\n  required_version = \"< 2\"\n}",
                "override.tf": """
                terraform {
                  required_version = "1.11.4"
                  required_providers {
                    b = { source = "y/b" }
                  }
                }
                """,
            ]))
        #expect(interface.requiredVersion.map(\.value) == ["1.11.4"])
        #expect(interface.requiredProviders.mapValues(\.source) == ["a": "x/a", "b": "y/b"])
        #expect(interface.requiredProviders["b"]?.version == .some(nil))
    }

    @Test func `hidden files, backups and other names are no part of a module`() throws {
        let broken = "variable \"x\" {"
        let interface = try ModuleInterface.read(
            folder: "",
            in: MemoryTree([
                "main.tf": "variable \"x\" {}", ".hidden.tf": broken, "main.tf~": broken, "#main.tf#": broken,
                "main.tftest.hcl": broken, "main.tf.json.bak": broken, "sub/main.tf": broken,
            ]))
        #expect(interface.files == ["main.tf"])
    }

    @Test func `an override without its base is an error`() {
        let files = [
            "main.tf": "", "x_override.tf": "variable \"x\" {}\noutput \"y\" {}\nmodule \"z\" {\n  source = \"./z\"\n}",
        ]
        #expect(
            problems(files) == [
                "x_override.tf:1:1: error: variable `x` in an override file has nothing to override",
                "x_override.tf:2:1: error: output `y` in an override file has nothing to override",
                "x_override.tf:3:1: error: module `z` in an override file has nothing to override",
            ])
    }
}
