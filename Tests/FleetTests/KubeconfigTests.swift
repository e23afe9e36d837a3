import ChildProcess
import Diagnostics
import Foundation
import JSON
import Testing

@testable import Fleet

struct KubeconfigTests {
    @Test func `one EKS cluster`() {
        let kubeconfig = Kubeconfig([sampleRecord()])
        #expect(kubeconfig.notes.isEmpty)
        #expect(
            kubeconfig.text == """
                apiVersion: v1
                kind: Config
                current-context: prod
                clusters:
                  - name: prod
                    cluster:
                      server: https://ABCDEF.gr7.eu-west-1.eks.amazonaws.com
                      certificate-authority-data: \(sampleAuthority)
                contexts:
                  - name: prod
                    context:
                      cluster: prod
                      user: prod
                users:
                  - name: prod
                    user:
                      exec:
                        apiVersion: client.authentication.k8s.io/v1beta1
                        command: aws
                        args:
                          - eks
                          - get-token
                          - "--cluster-name"
                          - prod-eu
                          - "--region"
                          - eu-west-1
                          - "--output"
                          - json
                        installHint: "The AWS CLI, version 2, gets the tokens for this cluster."
                        interactiveMode: IfAvailable
                        provideClusterInfo: false

                """)
    }

    @Test func `what cannot be used is left out and said`() {
        var bare = sampleRecord("bare")
        bare.endpoint = nil
        var plain = sampleRecord("plain")
        plain.authentication = .init(kind: .none)
        let gone = sampleRecord("gone").gone(.destroyed, run: "r", at: sampleDate)
        let kubeconfig = Kubeconfig([plain, gone, bare])
        #expect(
            kubeconfig.notes.map(\.message) == [
                "cluster `bare` has no endpoint and was left out",
                "cluster `gone` is gone and was left out",
                "how to log in to cluster `plain` is not known: its user is empty",
            ])
        #expect(!kubeconfig.text.contains("bare"))
        #expect(!kubeconfig.text.contains("gone"))
        #expect(kubeconfig.text.contains("user: {}"))
    }

    @Test func `kubectl reads no cluster at all`() async throws {
        let config = try await kubectlView(Kubeconfig([]))
        #expect(config["kind"] == "Config")
        #expect(config["clusters"]?.arrayValue?.isEmpty ?? true)
    }

    @Test func `kubectl reads every kind of cluster, and names that need quoting`() async throws {
        var gke = sampleRecord("gke")
        gke.authentication = .init(kind: .gke, parameters: ["cluster": "c", "location": "l", "project": "p"])
        var aks = sampleRecord("aks")
        aks.authentication = .init(kind: .aks)
        var plain = sampleRecord("plain")
        plain.authentication = .init(kind: .none)
        let hostile = [
            "true", "null", "1.10", "0x1F", "- a", "a: b # c", "\"quoted\" \\ 'single'", "{}", "*alias", "&anchor",
            "!tag",
            "line\nbreak\ttab", "bell\u{07}\u{7F}\u{85}\u{2028}\u{FEFF}", "größe 漢字 🚀", "%directive", "---", "@at", "",
            " x ",
        ]
        var records = [gke, aks, plain]
        for (index, name) in hostile.enumerated() {
            var record = sampleRecord("hostile-\(index)")
            record.authentication = .init(
                kind: .eks, parameters: ["cluster": name, "region": "eu-west-1", "roleArn": name])
            records.append(record)
        }
        let config = try await kubectlView(Kubeconfig(records))
        let users = Dictionary(
            uniqueKeysWithValues: (config["users"]?.arrayValue ?? []).map {
                ($0["name"]?.stringValue ?? "", $0["user"])
            })
        #expect(users.count == records.count)
        #expect(config["current-context"] == "")
        #expect(users["gke"]??["exec"]?["command"] == "gke-gcloud-auth-plugin")
        #expect(users["gke"]??["exec"]?["provideClusterInfo"] == true)
        #expect(users["aks"]??["exec"]?["command"] == "kubelogin")
        for (index, name) in hostile.enumerated() {
            #expect(
                users["hostile-\(index)"]??["exec"]?["args"] == [
                    "eks", "get-token", "--cluster-name", .string(name), "--region", "eu-west-1", "--output", "json",
                    "--role-arn", .string(name),
                ])
        }
        let clusters = config["clusters"]?.arrayValue ?? []
        #expect(clusters.allSatisfy { $0["cluster"]?["certificate-authority-data"] == .string(sampleAuthority) })
    }
}

/// What `kubectl config view` makes of the file. The test fails where `kubectl` is not installed.
private func kubectlView(_ kubeconfig: Kubeconfig) async throws -> JSONValue {
    let file = FileManager.default.temporaryDirectory.appending(path: "stack-kubeconfig-\(UUID())")
    try Data(kubeconfig.text.utf8).write(to: file)
    defer { try? FileManager.default.removeItem(at: file) }
    let command = ChildCommand(
        .name("kubectl"), arguments: ["config", "view", "--raw", "--output", "json", "--kubeconfig", file.path],
        environment: ProcessInfo.processInfo.environment)
    let output = try await collect(command)
    try #require(output.exit.isSuccess, "kubectl \(output.exit)")
    return try JSONValue(parsing: output.standardOutput)
}
