package import Diagnostics
package import SourceTree

/// A module and every local module that it reaches, keyed by folder from the tree's root.
///
/// Modules that `terraform init` fetches are not followed.
///
/// - Throws: everything that is wrong in any of them, and every call whose module is not in the tree: by absolute path,
///   climbing out, or missing.
package func localModuleClosure(
    root folder: String, in tree: any SourceTree
) throws(DiagnosticList) -> [String: ModuleInterface] {
    let root = normalisedPath(folder) ?? folder
    var modules = [root: try ModuleInterface.read(folder: root, in: tree)]
    var open = [root]
    var diagnostics: [Diagnostic] = []
    var seen: Set<String> = [root]
    while let next = open.popLast() {
        for call in modules[next]?.moduleCalls ?? [] {
            do throws(DiagnosticList) {
                guard let folder = try localFolder(of: call, in: tree), seen.insert(folder).inserted else { continue }
                modules[folder] = try ModuleInterface.read(folder: folder, in: tree)
                open.append(folder)
            } catch {
                diagnostics += error.diagnostics.map { $0.reached(from: call.location) }
            }
        }
    }
    guard diagnostics.isEmpty else { throw DiagnosticList(diagnostics).sorted() }
    return modules
}

/// Nil when the module is fetched from elsewhere.
private func localFolder(of call: ModuleCall, in tree: any SourceTree) throws(DiagnosticList) -> String? {
    func problem(_ message: String, hint: String) -> DiagnosticList {
        DiagnosticList([.error(message, at: call.location, hint: hint)])
    }
    switch call.target {
    case .remote:
        return nil
    case .absolutePath:
        throw problem(
            "module `\(call.name)` is called by the absolute path `\(call.source)`",
            hint: "call it by a path that is relative to this file and begins with `./` or `../`")
    case .outsideTree:
        throw problem(
            "module `\(call.name)` is called by `\(call.source)`, which climbs out of `\(tree.name)`",
            hint: "move the module into the project")
    case .local(let folder):
        if (try? tree.kind(of: folder)) == .some(nil) {
            throw problem(
                "module `\(call.name)` is called by `\(call.source)`, but there is no folder `\(folder)`",
                hint: "the path is relative to the folder of the calling module")
        }
        return folder
    }
}
