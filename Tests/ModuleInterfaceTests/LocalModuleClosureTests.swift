import Diagnostics
import ModuleInterface
import TestSupport
import Testing

@Suite struct LocalModuleClosureTests {
    private func call(_ source: String) -> String { "module \"m\" {\n  source = \"\(source)\"\n}" }

    @Test func `every local module is reached once, by its folder`() throws {
        let tree = MemoryTree([
            "stacks/dev/main.tf": call("../../modules/a/"),
            "modules/a/main.tf": call("./inner") + "\nmodule \"n\" {\n  source = \"../a\"\n}",
            "modules/a/inner/main.tf": call("git::https://example.com/x.git") + "\nlocals { a = path.cwd }",
        ])
        let closure = try localModuleClosure(root: "./stacks/dev", in: tree)
        #expect(closure.keys.sorted() == ["modules/a", "modules/a/inner", "stacks/dev"])
        #expect(closure["modules/a/inner"]?.usesWorkingDirectory == true)
    }

    @Test(arguments: [
        ("/opt/modules/a", "module `m` is called by the absolute path `/opt/modules/a`"),
        ("file:///opt/a", "module `m` is called by the absolute path `file:///opt/a`"),
        ("../../../a", "module `m` is called by `../../../a`, which climbs out of `fleet`"),
        ("./missing", "module `m` is called by `./missing`, but there is no folder `root/sub/missing`"),
    ])
    func `a module that is not in the tree is an error with its place`(source: String, message: String) {
        let tree = MemoryTree(["root/sub/main.tf": call(source)])
        let error = #expect(throws: DiagnosticList.self) { try localModuleClosure(root: "root/sub", in: tree) }
        #expect(error?.diagnostics.map(\.message) == [message])
        #expect(error?.diagnostics.map { $0.location?.line } == [2])
        #expect(error?.diagnostics.first?.hint != nil)
    }

    @Test func `the problems of all modules come together`() {
        let tree = MemoryTree([
            "main.tf": call("./a") + "\nmodule \"n\" {\n  source = \"./b\"\n}", "a/main.tf": "oops", "b/x.txt": "",
        ])
        let error = #expect(throws: DiagnosticList.self) { try localModuleClosure(root: "", in: tree) }
        #expect(
            error?.diagnostics.map(\.description) == [
                "a/main.tf:1:1: error: `oops` is neither an argument nor a block",
                "main.tf:5:12: error: the folder `b` holds no Terraform files",
            ])
    }
}
