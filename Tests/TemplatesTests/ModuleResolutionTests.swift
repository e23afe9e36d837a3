import Diagnostics
import ModuleInterface
import Templates
import Testing

struct ModuleResolutionTests {
    @Test(arguments: [
        ("{name: app}", "1.10.0"), ("{name: app, version: ~> 1.2}", "1.10.0"),
        ("{name: app, version: ~> 1.2.0}", "1.2.5"),
        ("{name: app, version: 1.2.0}", "1.2.0"), ("{name: app, version: 2.0.0-rc.1}", "2.0.0-rc.1"),
    ])
    func `the newest version of the template that fits is run`(reference: String, version: String) throws {
        var files = ["templates/other/template.yaml": template("9.0.0").replacing("app", with: "other")]
        for version in ["1.2.0", "1.2.5", "1.10.0", "2.0.0-rc.1"] {
            files["templates/app/\(version)/template.yaml"] = template(version)
            files["templates/app/\(version)/main.tf"] = "output \"v\" {\n  value = \"\(version)\"\n}\n"
        }
        let source = try SampleProject("{template: \(reference)}", files: files).resolve()
        #expect(source.template?.name == "app")
        #expect(source.template?.version == version)
        #expect(source.folder == "templates/app/\(version)")
        #expect(source.workingFolder == source.folder)
        #expect(source.interface.outputs.keys.sorted() == ["v"])
    }

    @Test(arguments: ["{name: ap}", "{name: app, version: ~> 2.0}"])
    func `a template that is not there is an error at the stack's source`(reference: String) throws {
        let sample = try SampleProject(
            "{template: \(reference)}", files: ["templates/app/template.yaml": template("1.0.0")])
        let name = reference.contains("app") ? "app ~> 2.0" : "ap"
        #expect(
            sample.refusal().map(\.description) == ["stacks/dev.yaml:4:18: error: the template `\(name)` is not here"])
    }

    @Test func `a folder of the project is run as it is, without a template`() throws {
        let source = try SampleProject("{path: ./modules/app/}", files: ["modules/app/main.tf": ""]).resolve()
        #expect(source.folder == "modules/app")
        #expect(source.workingFolder == "modules/app")
        #expect(source.template == nil)
    }

    @Test func `Terraform runs in the workdir, and the source comes along whole`() throws {
        let files = ["live/envs/dev/main.tf": module(calling: "../../shared"), "live/shared/main.tf": ""]
        let source = try SampleProject("{path: live, workdir: envs/dev}", files: files).resolve()
        #expect(source.workingFolder == "live/envs/dev")
        #expect(source.interface.moduleCalls.map(\.name) == ["m0"])
        #expect(source.folders == ["live"])
    }

    @Test func `a template has a workdir too`() throws {
        let files = ["templates/app/template.yaml": template("1.0.0"), "templates/app/run/main.tf": ""]
        let source = try SampleProject("{template: {name: app}, workdir: run}", files: files).resolve()
        #expect(source.folder == "templates/app")
        #expect(source.workingFolder == "templates/app/run")
    }

    @Test func `modules outside the source come along with those that they call`() throws {
        let files = [
            "live/app/main.tf": module(calling: "./inner", "../../modules/network"), "live/app/inner/main.tf": "",
            "modules/network/main.tf": module(calling: "../subnet", "git::https://example.com/x.git"),
            "modules/subnet/main.tf": "", "modules/unused/main.tf": "",
        ]
        let source = try SampleProject("{path: live/app}", files: files).resolve()
        #expect(
            source.closure.keys.sorted() == ["live/app", "live/app/inner", "modules/network", "modules/subnet"])
        #expect(source.folders == ["live/app", "modules/network", "modules/subnet"])
    }

    @Test(arguments: [
        // A name that begins like another's is no folder inside it.
        ("app", "../app-shared", "app-shared", ["app", "app-shared"]),
        // What holds the source takes its place.
        ("app/live/dev", "../..", "app", ["app"]),
        // A project whose root is the module.
        (".", "./modules/x", "modules/x", [""]),
    ])
    func `no folder comes along twice`(path: String, call: String, called: String, folders: [String]) throws {
        let main = path == "." ? "main.tf" : "\(path)/main.tf"
        let files = [main: module(calling: call), "\(called)/main.tf": ""]
        #expect(try SampleProject("{path: \(path)}", files: files).resolve().folders == folders)
    }

    @Test(arguments: [
        ("/opt/modules/x", "module `m0` is called by the absolute path `/opt/modules/x`"),
        ("../../../x", "module `m0` is called by `../../../x`, which climbs out of `fleet`"),
        ("../x", "module `m0` is called by `../x`, but there is no folder `modules/x`"),
    ])
    func `a module that cannot come along is refused where it is called`(call: String, message: String) throws {
        let files = ["modules/app/main.tf": module(calling: call)]
        let refusal = try SampleProject("{path: modules/app}", files: files).refusal()
        #expect(refusal.map(\.description) == ["modules/app/main.tf:2:12: error: \(message)"])
    }

    @Test func `a folder that is no module is an error where it is named`() throws {
        let source = try SampleProject("{path: docs}", files: ["docs/README.md": ""]).refusal()
        #expect(
            source.map(\.description) == ["stacks/dev.yaml:4:14: error: the folder `docs` holds no Terraform files"])
        let files = ["modules/app/main.tf": module(calling: "../docs"), "modules/docs/README.md": ""]
        let called = try SampleProject("{path: modules/app}", files: files).refusal()
        #expect(
            called.map(\.description) == [
                "modules/app/main.tf:2:12: error: the folder `modules/docs` holds no Terraform files"
            ])
    }

    @Test func `a git repository is refused and says what there is instead`() throws {
        let refusal = try SampleProject("{git: {url: 'https://example.com/x', ref: main, folder: x}}", files: [:])
            .refusal()
        #expect(
            refusal.map(\.message) == [
                "the source of `dev` is a git repository, which this version does not fetch"
            ])
        #expect(refusal.first?.hint == "Use `path` or `template`")
        #expect(refusal.first?.outcome == .refused)
    }
}
