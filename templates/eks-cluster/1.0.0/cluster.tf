resource "aws_eks_cluster" "this" {
  name     = var.name
  version  = var.kubernetes_version
  role_arn = aws_iam_role.this["cluster"].arn

  access_config {
    authentication_mode = "API_AND_CONFIG_MAP"
  }

  vpc_config {
    subnet_ids              = [for subnet in aws_subnet.public : subnet.id]
    endpoint_private_access = true
    endpoint_public_access  = length(var.public_access_cidrs) > 0
    public_access_cidrs     = length(var.public_access_cidrs) > 0 ? var.public_access_cidrs : null
  }

  # The role has to have its policies for as long as the cluster is there, its deletion included.
  depends_on = [aws_iam_role_policy_attachment.this]
}

resource "aws_eks_node_group" "default" {
  cluster_name    = aws_eks_cluster.this.name
  node_group_name = "default"
  # Until it is said otherwise nodes follow the control plane, which is upgraded before them.
  version        = coalesce(var.node_version, aws_eks_cluster.this.version)
  node_role_arn  = aws_iam_role.this["node"].arn
  subnet_ids     = [for subnet in aws_subnet.public : subnet.id]
  instance_types = var.instance_types

  scaling_config {
    min_size     = 1
    desired_size = var.node_count
    # One more than wanted, so that a node can be replaced before it goes.
    max_size = var.node_count + 1
  }

  update_config {
    max_unavailable = 1
  }

  depends_on = [aws_iam_role_policy_attachment.this, aws_route_table_association.public]
}
