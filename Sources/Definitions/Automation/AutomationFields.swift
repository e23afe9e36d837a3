/// Fields of Plural's `PrAutomation` that are not carried out, with the reason that is told. The list of fields is that
/// of its published custom resource.
enum AutomationFields {
    /// They mean nothing without Plural's server.
    static let withoutEffect = [
        "addon": "no add-on is looked up",
        "bindings": "who may do what is not kept by a server",
        "branch": "the change is made to the branch that is checked out",
        "catalogRef": "Plural's catalogs are not read",
        "cluster": "it links to a cluster of Plural's server",
        "clusterRef": "it links to a cluster of Plural's server",
        "confirmation": "the change is shown before it is written",
        "darkIcon": "there is no page that shows it",
        "git": "the change is made to the repository that is checked out",
        "icon": "there is no page that shows it",
        "identifier": "the change is made to the repository that is checked out",
        "labels": "the pull request itself is made elsewhere",
        "patch": "the change is made to the files that are checked out",
        "projectRef": "there are no projects of Plural's server",
        "proxy": "the change is made to the repository that is checked out",
        "reconciliation": "there is no server to be reconciled with",
        "repositoryRef": "the change is made to the repository that is checked out",
        "role": "there is no page that shows it",
        "scmConnectionRef": "the change is made to the repository that is checked out",
        "serviceRef": "it links to a service of Plural's server",
    ]

    /// Leaving them out would leave out a part of the change.
    static let refused = [
        "ai": "no model writes files here",
        "lua": "no scripts are run for a change",
        "secrets": "no secrets are written into a cluster for a change",
        "vendor": "no Helm charts are fetched for a change",
    ]
}
