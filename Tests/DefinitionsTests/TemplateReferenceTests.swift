import Diagnostics
import TestSupport
import Testing

@testable import Definitions

/// Which version of which template a stack gets: by range, by channel, from a catalog.
struct TemplateReferenceTests {
    private func template(_ version: String, name: String = "eks") -> String {
        """
        apiVersion: stacks.fleet/v1alpha1
        kind: StackTemplate
        metadata: {name: \(name)}
        spec:
          version: \(version)
          parameters: [{name: region, type: STRING}]

        """
    }

    private let channels = """
        apiVersion: stacks.fleet/v1alpha1
        kind: TemplateChannels
        metadata: {name: eks}
        spec: {rapid: 2.0.0, regular: 1.4.0}

        """

    private func project(_ reference: String, _ files: [String: String] = [:], own: Bool = true) -> [String: String] {
        var all = ["stacks/a.yaml": stack("dev", "variables: {region: x}", source: "template: \(reference)")]
        for version in own ? ["1.3.0", "1.4.0", "2.0.0", "2.1.0-rc.1"] : [] {
            all["templates/eks/\(version)/template.yaml"] = template(version)
        }
        return all.merging(files) { $1 }
    }

    @Test(arguments: [
        ("{name: eks}", "2.0.0"), ("{name: eks, version: ~> 1.3}", "1.4.0"), ("{name: eks, version: 1.3.0}", "1.3.0"),
        ("{name: eks, channel: rapid}", "2.0.0"), ("{name: eks, channel: regular}", "1.4.0"),
        ("{name: eks, version: 2.1.0-rc.1}", "2.1.0-rc.1"),
    ])
    func `a stack names the newest, a range, a version or a channel`(reference: String, version: String) throws {
        let loaded = load(project(reference, ["templates/channels.yaml": channels]))
        #expect(loaded.lines == [])
        let stack = try #require(loaded.project.stack(named: "dev"))
        #expect(loaded.project.template(of: stack)?.version.description == version)
    }

    @Test func `moving a version into a channel moves the stacks that name the channel`() throws {
        let moved = channels.replacing("regular: 1.4.0", with: "regular: 2.0.0")
        let loaded = load(project("{name: eks, channel: regular}", ["templates/channels.yaml": moved]))
        let stack = try #require(loaded.project.stack(named: "dev"))
        #expect(loaded.project.template(of: stack)?.version.description == "2.0.0")
    }

    @Test(arguments: [
        ("{name: eks, channel: stable}", "5:13: error: no version of `eks` stands in the channel `stable`"),
        (
            "{name: eks, channel: fast}",
            "5:34: error: `spec.template.channel` must be one of `rapid`, `regular`, `stable`, not `fast`"
        ),
        (
            "{name: eks, version: 1.3.0, channel: rapid}",
            "5:41: error: `spec.template.channel` and `spec.template.version` exclude each other"
        ),
        ("{name: gke, channel: rapid}", "5:13: error: the template `gke` has no channels"),
        ("{name: eks, version: ~> 3.0}", "5:13: error: the template `eks` has no version that fits `~> 3.0`"),
        (
            "{name: eks, digest: sha256:12}",
            "5:33: error: `spec.template.digest` must be a digest: `sha256:` and 64 hexadecimal digits in lower case, "
                + "not `sha256:12`"
        ),
    ])
    func `a reference that leads nowhere is an error at its place`(reference: String, message: String) {
        let loaded = load(project(reference, ["templates/channels.yaml": channels]))
        #expect(loaded.lines.contains("stacks/a.yaml:\(message)"), "\(loaded.lines)")
    }

    @Test func `a channel with a version that is nowhere is an error`() {
        let loaded = load(
            project("{name: eks}", ["templates/channels.yaml": channels.replacing("2.0.0", with: "9.0.0")]))
        #expect(
            loaded.lines == [
                "templates/channels.yaml:4:15: error: the template `eks` has no version `9.0.0`, which stands in the channel `rapid`"
            ])
    }

    @Test func `what a catalog lists is taken once it has been fetched, and checked as one's own is`() throws {
        let catalog = """
            apiVersion: stacks.fleet/v1alpha1
            kind: Catalog
            metadata: {name: platform}
            spec:
              templates:
              - {name: eks, version: 1.4.0, source: "git::https://example.com/t//eks?ref=v1.4.0"}

            """
        let files = project("{name: eks, version: ~> 1.4}", ["templates/catalog.yaml": catalog], own: false)
        let before = load(files)
        #expect(before.lines == [])
        let request = try #require(before.project.unfetched.first?.value)
        #expect(before.project.unfetched.count == 1)
        #expect(
            request == TemplateRequest(name: "eks", version: try VersionConstraint("~> 1.4"), source: nil, digest: nil))

        let digest = "sha256:" + String(repeating: "b", count: 64)
        func fetched(_ version: String) -> LoadedProject {
            loadProject(
                MemoryTree(
                    files.merging([
                        "kept/template.yaml": template(version).replacing("region", with: "zone")
                    ]) { $1 }),
                pinned: { _ in
                    TemplateFolder(path: "kept", version: version, origin: .init(source: "git", digest: digest))
                })
        }
        let loaded = fetched("1.4.7")
        #expect(
            loaded.lines == [
                "stacks/a.yaml:5:13: error: the template `eks` needs the variable `zone`, which `dev` does not set"
            ])
        let stack = try #require(loaded.project.stack(named: "dev"))
        #expect(loaded.project.template(of: stack)?.origin == .init(source: "git", digest: digest))
        #expect(
            fetched("2.0.0").lines == [
                "stacks/a.yaml:5:13: error: `stack.lock` pins the content of eks 2.0.0 as version 2.0.0 for `eks ~> 1.4`"
            ])
    }

    @Test func `a template that is listed in no version that fits is told with those that are`() {
        let catalog = """
            apiVersion: stacks.fleet/v1alpha1
            kind: Catalog
            metadata: {name: platform}
            spec: {templates: [{name: eks, version: 1.4.0, source: eks.tar.gz}]}

            """
        let loaded = load(project("{name: eks, version: 3.0.0}", ["templates/catalog.yaml": catalog], own: false))
        #expect(
            loaded.lines == ["stacks/a.yaml:5:13: error: the template `eks` has no version that fits `3.0.0`"])
        #expect(loaded.hints == ["there is `1.4.0`"])
    }
}
