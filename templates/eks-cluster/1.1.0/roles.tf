locals {
  roles = {
    cluster = {
      service  = "eks.amazonaws.com"
      policies = ["AmazonEKSClusterPolicy"]
    }
    node = {
      service  = "ec2.amazonaws.com"
      policies = ["AmazonEKSWorkerNodePolicy", "AmazonEKS_CNI_Policy", "AmazonEC2ContainerRegistryReadOnly"]
    }
  }

  role_policies = merge([
    for role, definition in local.roles : {
      for policy in definition.policies : "${role}/${policy}" => { role = role, policy = policy }
    }
  ]...)
}

# The name of AWS's own policies differs in GovCloud and China.
data "aws_partition" "current" {}

data "aws_iam_policy_document" "assume" {
  for_each = local.roles

  statement {
    actions = ["sts:AssumeRole"]

    principals {
      type        = "Service"
      identifiers = [each.value.service]
    }
  }
}

resource "aws_iam_role" "this" {
  for_each = local.roles

  name               = "${var.name}-${each.key}"
  assume_role_policy = data.aws_iam_policy_document.assume[each.key].json
}

resource "aws_iam_role_policy_attachment" "this" {
  for_each = local.role_policies

  role       = aws_iam_role.this[each.value.role].name
  policy_arn = "arn:${data.aws_partition.current.partition}:iam::aws:policy/${each.value.policy}"
}
