/// The program that gets a token for a cluster, run by `kubectl`.
struct CredentialPlugin: Hashable {
    let command: String
    let arguments: [String]
    /// What `kubectl` says when the program is missing.
    let installHint: String
    let needsClusterInformation: Bool

    init?(_ authentication: ClusterRecord.Authentication) {
        let parameters = authentication.parameters
        switch authentication.kind {
        case .eks:
            guard let cluster = parameters["cluster"], let region = parameters["region"] else { return nil }
            command = "aws"
            arguments =
                ["eks", "get-token", "--cluster-name", cluster, "--region", region, "--output", "json"]
                + (parameters["roleArn"].map { ["--role-arn", $0] } ?? [])
            installHint = "The AWS CLI, version 2, gets the tokens for this cluster."
            needsClusterInformation = false
        case .gke:
            command = "gke-gcloud-auth-plugin"
            arguments = []
            installHint = "gke-gcloud-auth-plugin, a component of the Google Cloud CLI, gets the tokens."
            needsClusterInformation = true
        case .aks:
            command = "kubelogin"
            // The application that every AKS cluster with Entra ID uses as its server.
            arguments = [
                "get-token", "--login", "azurecli", "--server-id", "6dae42f8-4368-4678-94ff-3960e28e3630",
            ]
            installHint = "kubelogin and the Azure CLI get the tokens for this cluster."
            needsClusterInformation = false
        case .none:
            return nil
        }
    }
}
