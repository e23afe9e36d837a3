# Named as terraform-aws-modules/eks names them, so that whatever reads a real cluster's outputs reads these too.

output "cluster_name" {
  description = "Name of the cluster"
  value       = terraform_data.control_plane.output.name
}

output "cluster_endpoint" {
  description = "Address of the Kubernetes API; the domain is reserved and never resolves"
  value       = "https://${local.identifier}.${var.region}.sandbox.invalid"
}

output "cluster_certificate_authority_data" {
  description = "Certificate authority of the API, PEM in base64; a real certificate whose key nobody has"
  value       = filebase64("${path.module}/certificate-authority.pem")
}

output "cluster_version" {
  description = "Version of the control plane"
  value       = terraform_data.control_plane.output.version
}

output "cluster_status" {
  description = "Status of the cluster"
  value       = "ACTIVE"
}

output "region" {
  description = "Region of the cluster"
  value       = var.region
}

output "eks_managed_node_groups" {
  description = "Node pools by name"
  value = {
    for name, pool in terraform_data.node_pool : name => {
      node_group_id      = pool.id
      node_group_version = pool.output.version
      desired_size       = pool.output.count
    }
  }
}
