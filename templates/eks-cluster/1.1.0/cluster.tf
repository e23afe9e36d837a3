resource "aws_eks_cluster" "this" {
  name     = var.name
  version  = var.kubernetes_version
  role_arn = aws_iam_role.this["cluster"].arn

  enabled_cluster_log_types = var.log_types

  access_config {
    authentication_mode = "API_AND_CONFIG_MAP"
  }

  vpc_config {
    subnet_ids              = local.subnet_ids
    endpoint_private_access = true
    endpoint_public_access  = length(var.public_access_cidrs) > 0
    public_access_cidrs     = length(var.public_access_cidrs) > 0 ? var.public_access_cidrs : null
  }

  # The role has to have its policies for as long as the cluster is there, its deletion included.
  depends_on = [aws_iam_role_policy_attachment.this]

  lifecycle {
    precondition {
      condition     = (var.vpc_id == null) == (length(var.subnet_ids) == 0)
      error_message = "Give vpc_id and subnet_ids, or neither."
    }
  }
}

resource "aws_eks_node_group" "default" {
  cluster_name    = aws_eks_cluster.this.name
  node_group_name = "default"
  # Until it is said otherwise nodes follow the control plane, which is upgraded before them.
  version        = coalesce(var.node_version, aws_eks_cluster.this.version)
  node_role_arn  = aws_iam_role.this["node"].arn
  subnet_ids     = local.subnet_ids
  instance_types = var.instance_types

  scaling_config {
    min_size     = 1
    desired_size = var.node_count
    max_size     = coalesce(var.node_count_max, var.node_count + 1)
  }

  update_config {
    max_unavailable = 1
  }

  lifecycle {
    precondition {
      condition     = coalesce(var.node_count_max, var.node_count + 1) >= var.node_count
      error_message = "node_count_max is less than node_count."
    }
  }

  depends_on = [aws_iam_role_policy_attachment.this, aws_route_table_association.public]
}
