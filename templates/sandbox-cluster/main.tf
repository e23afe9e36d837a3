# A cluster that costs nothing: each terraform_data stands for what a cloud would make, lives only in the state, and
# changes the way the real thing does: a version or a tag in place, a name or a machine type by replacement.

locals {
  machines = {
    small  = { cpus = 2, memory_gib = 4 }
    medium = { cpus = 4, memory_gib = 16 }
    large  = { cpus = 8, memory_gib = 32 }
  }

  node_pools = merge(
    { default = { count = var.node_count, size = var.node_size } },
    var.extra_node_pools,
  )

  node_version = coalesce(var.node_version, var.kubernetes_version)

  # As EKS does it, the address has an identifier in it that is known only once the control plane is there.
  identifier = upper(replace(terraform_data.control_plane.id, "-", ""))
}

resource "terraform_data" "network" {
  triggers_replace = [var.name, var.region, var.network_cidr]

  input = {
    cidr    = var.network_cidr
    subnets = { for index, zone in ["a", "b"] : "${var.region}${zone}" => cidrsubnet(var.network_cidr, 4, index) }
    tags    = var.tags
  }
}

resource "terraform_data" "control_plane" {
  triggers_replace = [var.name, var.region, terraform_data.network.id]

  input = {
    name    = var.name
    version = var.kubernetes_version
    tags    = var.tags
  }
}

resource "terraform_data" "node_pool" {
  for_each = local.node_pools

  triggers_replace = [terraform_data.control_plane.id, each.value.size]

  input = {
    name    = "${var.name}-${each.key}"
    version = local.node_version
    count   = each.value.count
    machine = local.machines[each.value.size]
  }

  lifecycle {
    precondition {
      condition     = tonumber(split(".", local.node_version)[1]) <= tonumber(split(".", var.kubernetes_version)[1])
      error_message = "Nodes cannot be newer than the control plane."
    }
  }
}
