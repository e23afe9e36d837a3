# Named as terraform-aws-modules/eks and terraform-aws-modules/vpc name them.

output "cluster_name" {
  description = "Name of the cluster"
  value       = aws_eks_cluster.this.name
}

output "cluster_arn" {
  description = "ARN of the cluster"
  value       = aws_eks_cluster.this.arn
}

output "cluster_endpoint" {
  description = "Address of the Kubernetes API"
  value       = aws_eks_cluster.this.endpoint
}

output "cluster_certificate_authority_data" {
  description = "Certificate authority of the Kubernetes API, PEM in base64"
  value       = aws_eks_cluster.this.certificate_authority[0].data
}

output "cluster_version" {
  description = "Version of the control plane"
  value       = aws_eks_cluster.this.version
}

output "cluster_platform_version" {
  description = "EKS's own version of the control plane"
  value       = aws_eks_cluster.this.platform_version
}

output "cluster_status" {
  description = "CREATING, ACTIVE, DELETING or FAILED"
  value       = aws_eks_cluster.this.status
}

output "cluster_oidc_issuer_url" {
  description = "Issuer of the tokens of the cluster's service accounts"
  value       = aws_eks_cluster.this.identity[0].oidc[0].issuer
}

output "cluster_primary_security_group_id" {
  description = "Security group that EKS made for the cluster"
  value       = aws_eks_cluster.this.vpc_config[0].cluster_security_group_id
}

output "cluster_iam_role_arn" {
  description = "ARN of the control plane's role"
  value       = aws_iam_role.this["cluster"].arn
}

output "eks_managed_node_groups" {
  description = "Node groups by name"
  value = {
    (aws_eks_node_group.default.node_group_name) = {
      node_group_arn     = aws_eks_node_group.default.arn
      node_group_status  = aws_eks_node_group.default.status
      node_group_version = aws_eks_node_group.default.version
      desired_size       = aws_eks_node_group.default.scaling_config[0].desired_size
      iam_role_arn       = aws_iam_role.this["node"].arn
    }
  }
}

output "vpc_id" {
  description = "ID of the VPC"
  value       = aws_vpc.this.id
}

output "public_subnets" {
  description = "IDs of the subnets"
  value       = [for subnet in aws_subnet.public : subnet.id]
}
