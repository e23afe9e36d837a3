import Diagnostics
import Foundation
import JSON
import ModuleInterface
import SourceTree
import TestSupport
import Testing

@Suite struct ModuleInterfaceTests {
    private let tricky: ModuleInterface

    init() throws {
        tricky = try ModuleInterface.read(folder: "tricky/native", in: fixtures)
    }

    @Test func `all declarations of the tricky module are found, and nothing else`() {
        #expect(
            tricky.variables.keys.sorted() == [
                "computed", "escapes", "evaluated", "flush", "heredoc", "legacy", "map", "nothing", "object",
                "required",
            ])
        #expect(tricky.outputs.keys.sorted() == ["plain", "secret"])
        #expect(tricky.resourceTypes == ["aws_instance", "local_file"])
        #expect(tricky.dataSourceTypes == ["aws_region"])
        #expect(tricky.files == ["main.tf"])
        #expect(tricky.backend?.value == "s3")
        #expect(tricky.cloud == nil)
        #expect(!tricky.usesWorkingDirectory)
    }

    @Test(arguments: ["escapes", "heredoc", "flush"])
    func `a default has the value that Terraform gives it`(name: String) throws {
        let recorded = try JSONValue(parsing: try fixtures.contents(of: "tricky/defaults.json"))
        #expect(tricky.variables[name]?.defaultValue == recorded[name])
    }

    @Test func `the object variable keeps its default, its type and its marks`() throws {
        let variable = try #require(tricky.variables["object"])
        #expect(
            variable.defaultValue == [
                "name": "a", "tag": ["a b": "c"], "nested": [["on": true], ["on": false]],
                "pair": ["x", [1, .number(-2.5), 1000]],
            ])
        #expect(
            variable.type
                == .object([
                    "name": .init(.string), "size": .init(.number, isOptional: true),
                    "tag": .init(.map(.string), isOptional: true),
                    "nested": .init(.list(.object(["on": .init(.bool)]))),
                    "pair": .init(.tuple([.string, .set(.number)])),
                ]))
        #expect(variable.isSensitive && !variable.isNullable && variable.hasDefault)
    }

    @Test func `a variable without a default is required, one whose default is null is not`() {
        #expect(tricky.requiredVariables.map(\.name) == ["legacy", "map", "required"])
        #expect(tricky.variables["required"]?.description == "Has no default")
        #expect(tricky.variables["nothing"]?.defaultValue == .null)
        #expect(tricky.variables["nothing"]?.isEphemeral == true)
    }

    @Test(arguments: ["evaluated", "computed"])
    func `a default that would have to be evaluated is there, but unknown`(name: String) {
        #expect(tricky.variables[name]?.hasDefault == true)
        #expect(tricky.variables[name]?.defaultValue == nil)
    }

    @Test func `provider requirements are read in both forms`() {
        let providers = tricky.requiredProviders.mapValues { [$0.source, $0.version] }
        #expect(
            providers == [
                "aws": ["hashicorp/aws", "~> 5.0"], "null": ["hashicorp/null", "3.2.0"], "old": [nil, "~> 1.0"],
            ])
    }

    @Test(
        arguments: [
            (
                "main.tf",
                """
                provider "aws" {}
                provider "aws" {
                  alias   = "east"
                  version = "~> 5.0"
                }
                resource "a_managed" "x" {}
                data "a_data" "x" {}
                ephemeral "a_secret" "x" {}
                ephemeral "a_token" "x" {}
                """
            ),
            (
                "main.tf.json",
                """
                {
                  "provider": { "aws": [{}, { "alias": "east", "version": "~> 5.0" }] },
                  "resource": { "a_managed": { "x": {} } },
                  "data": { "a_data": { "x": {} } },
                  "ephemeral": { "a_secret": { "x": {} }, "a_token": { "x": {} } }
                }
                """
            ),
        ])
    func `provider blocks name versions, and types are told apart by what they are of`(
        file: String, text: String
    ) throws {
        let interface = try module(text, file: file)
        #expect(interface.providerVersions.mapValues { $0.map(\.value) } == ["aws": ["~> 5.0"]])
        #expect(interface.resourceTypes == ["a_managed"])
        #expect(interface.dataSourceTypes == ["a_data"])
        #expect(interface.ephemeralResourceTypes == ["a_secret", "a_token"])
    }

    @Test func `places are those of the file`() {
        let file = "tricky/native/main.tf"
        #expect(
            tricky.variables["required"]?.location == SourceLocation(file: file, line: 21, column: 1, length: 19))
        #expect(
            tricky.requiredVersion
                == [Located(">= 1.5, < 2.0", at: SourceLocation(file: file, line: 3, column: 22, length: 15))])
        #expect(
            tricky.moduleCalls.first?.location == SourceLocation(file: file, line: 115, column: 12, length: 19))
    }

    @Test func `module calls are local folders or remote`() {
        #expect(tricky.moduleCalls.map(\.name) == ["network", "registry"])
        #expect(
            tricky.moduleCalls.map(\.target) == [.local(folder: "tricky/native/modules/network"), .remote])
        #expect(tricky.moduleCalls.map(\.version) == [nil, "~> 20.0"])
    }

    @Test func `a local file below the module's path is named, one whose path is unknown is not`() {
        #expect(tricky.localFilesInWorkspace.map(\.value) == ["local_file.kubeconfig"])
    }

    @Test func `the JSON syntax gives the same interface as the native syntax`() throws {
        let twin = try ModuleInterface.read(folder: "tricky/json", in: fixtures)
        #expect(Comparable(twin) == Comparable(tricky))
    }

    @Test func `columns count scalars and excerpts are lines without their ends`() throws {
        let text = "# ä\r\nvariable \"ü\" {}\r\n/* ö */ variable \"ü\" {}\r\n"
        let error = try #require(throws: DiagnosticList.self) { try module(text) }
        #expect(error.diagnostics.map(\.location) == [SourceLocation(file: "main.tf", line: 3, column: 9, length: 12)])
        #expect(error.diagnostics.map(\.excerpt) == ["/* ö */ variable \"ü\" {}"])
        #expect(
            error.diagnostics.first?.notes.first?.location
                == SourceLocation(file: "main.tf", line: 2, column: 1, length: 12))
    }

    @Test func `a byte order mark and carriage returns are passed over`() throws {
        let interface = try module("\u{FEFF}variable \"x\" {\r\n  default = <<EOT\r\na\r\nEOT\r\n}\r\n")
        #expect(interface.variables["x"]?.defaultValue == "a\r\n")
    }

    @Test(arguments: [
        "locals { a = path.cwd }", "locals { a = \"${upper(path.cwd)}\" }", "locals { a = abspath(\"x\") }",
        "resource \"a\" \"b\" {\n  c {\n    d = [<<E\n%{ if true }${pathexpand(\"~\")}%{ endif }\nE\n    ]\n  }\n}",
    ])
    func `an expression that sees the working directory is noticed, however deep`(text: String) throws {
        #expect(try module(text).usesWorkingDirectory)
    }

    @Test(arguments: [
        "locals { a = path.module }", "locals { a = \"path.cwd abspath(x)\" }", "# path.cwd",
        "locals { a = var.path.cwd }", "locals {\n  abspath = 1\n}", "locals { a = \"$${path.cwd}\" }",
    ])
    func `what only looks like the working directory is not`(text: String) throws {
        #expect(try !module(text).usesWorkingDirectory)
    }

    @Test func `in JSON the working directory is noticed in values and in keys`() throws {
        let file = "main.tf.json"
        #expect(try module(#"{"locals": {"a": ["x ${path.cwd}"]}}"#, file: file).usesWorkingDirectory)
        #expect(try module(#"{"locals": {"a": {"${abspath(\"x\")}": 1}}}"#, file: file).usesWorkingDirectory)
        #expect(try !module(#"{"locals": {"a": "path.cwd", "//": "${path.cwd}"}}"#, file: file).usesWorkingDirectory)
    }

    @Test func `a default in JSON is text even when it looks like a template`() throws {
        let interface = try module(#"{"variable": {"x": {"default": "a${b}$${c}"}}}"#, file: "main.tf.json")
        #expect(interface.variables["x"]?.defaultValue == "a${b}$${c}")
    }

    @Test func `variable files that Terraform loads by itself preset variables`() throws {
        let interface = try ModuleInterface.read(
            folder: "",
            in: MemoryTree([
                "main.tf": "variable \"a\" {}\nvariable \"b\" {}\nvariable \"c\" {}", "terraform.tfvars": "a = 1\n",
                "x.auto.tfvars.json": #"{"b": 2}"#, "other.tfvars": "c = 3\n", ".hidden.auto.tfvars": "c = 3\n",
                "broken.auto.tfvars": "c = [",
            ]))
        #expect(interface.presetVariables == ["a", "b"])
    }
}

/// An interface without what the two syntaxes cannot share: places, file names, how a type is written.
private struct Comparable: Equatable {
    struct Declaration: Equatable {
        let type: TypeExpression
        let hasDefault: Bool
        let defaultValue: JSONValue?
        let marks: [Bool]
        let description: String?
    }

    let variables: [String: Declaration]
    let outputs: [String: [String]]
    let providers: [String: [String?]]
    let requiredVersion: [String]
    let calls: [[String?]]
    let backend: String?
    let resourceTypes: Set<String>
    let dataSourceTypes: Set<String>
    let localFiles: [String]
    let usesWorkingDirectory: Bool

    init(_ interface: ModuleInterface) {
        variables = interface.variables.mapValues { variable in
            let isEvaluated = ["evaluated", "computed"].contains(variable.name)
            return Declaration(
                type: variable.type, hasDefault: variable.hasDefault,
                defaultValue: isEvaluated ? nil : variable.defaultValue,
                marks: [variable.isSensitive, variable.isEphemeral, variable.isNullable],
                description: variable.description)
        }
        outputs = interface.outputs.mapValues { ["\($0.isSensitive)", $0.description ?? "-"] }
        providers = interface.requiredProviders.mapValues { [$0.source, $0.version] }
        requiredVersion = interface.requiredVersion.map(\.value)
        calls = interface.moduleCalls.map { [$0.name, $0.source, $0.version] }
        backend = interface.backend?.value
        resourceTypes = interface.resourceTypes
        dataSourceTypes = interface.dataSourceTypes
        localFiles = interface.localFilesInWorkspace.map(\.value)
        usesWorkingDirectory = interface.usesWorkingDirectory
    }
}
