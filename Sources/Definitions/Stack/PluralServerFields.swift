/// Fields of Plural's `InfrastructureStack` that mean something only to its server, with the reason that is told.
/// The list of fields is that of its published custom resource.
enum PluralServerFields {
    static let document = ["status": "it is what Plural's server reports"]

    static let metadata: [String: String] = {
        let reason = "there is no Kubernetes cluster that holds the definitions"
        let names = [
            "namespace", "annotations", "finalizers", "ownerReferences", "creationTimestamp", "generateName",
            "generation",
            "managedFields", "resourceVersion", "uid",
        ]
        return Dictionary(uniqueKeysWithValues: names.map { ($0, reason) })
    }()

    static let spec = [
        "actor": "no Plural token is made for a run",
        "agentId": "it links to a session of Plural's server",
        "bindings": "who may do what is not kept by a server",
        "cluster": "runs are processes of this machine, not jobs in a cluster",
        "clusterRef": "runs are processes of this machine, not jobs in a cluster",
        "jobSpec": "runs are processes of this machine, not jobs in a cluster",
        "observableMetrics": "no monitor is asked while a run is going on",
        "projectRef": "there are no projects of Plural's server",
        "reconciliation": "there is no server to be reconciled with",
        "scmConnectionRef": "pull requests are found by the repository itself",
    ]

    static let configuration = [
        "aiApproval": "approvals are given by people",
        "ansible": "only Terraform is run",
        "image": "no container image is run",
        "pulumi": "only Terraform is run",
        "tag": "no container image is run",
        "terragrunt": "only Terraform is run",
    ]

    static let terraform = ["tofuRegistry": "the registry is the one that the module names"]

    /// Fields that only our own group has.
    static let ours: Set<String> = [
        "extends", "template", "path", "inputs", "dependsOn", "protect", "backend", "policies", "clusters",
        "providerGateway", "identity",
    ]
}
