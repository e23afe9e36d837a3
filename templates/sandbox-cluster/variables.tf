variable "name" {
  description = "Name of the cluster. Another name is another cluster: everything is replaced."
  type        = string

  validation {
    condition     = can(regex("^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$", var.name))
    error_message = "A name has lower-case letters, digits and hyphens, 63 characters at most."
  }
}

variable "region" {
  description = "Where the cluster would run. Another region replaces everything."
  type        = string
  default     = "us-east-1"
}

variable "kubernetes_version" {
  description = "Version of the control plane, such as 1.32. Changed in place."
  type        = string
  default     = "1.32"

  validation {
    condition     = can(regex("^1\\.[0-9]+$", var.kubernetes_version))
    error_message = "A Kubernetes version has a major and a minor number: 1.32."
  }
}

variable "node_version" {
  description = "Version of the nodes, for upgrading them after the control plane; the control plane's when null."
  type        = string
  default     = null
}

variable "node_count" {
  description = "How many nodes the default pool has."
  type        = number
  default     = 3

  validation {
    condition     = var.node_count >= 1 && var.node_count <= 100 && floor(var.node_count) == var.node_count
    error_message = "A pool has 1 to 100 nodes."
  }
}

variable "node_size" {
  description = "Machine type of the default pool: small, medium or large. Another size replaces the nodes."
  type        = string
  default     = "medium"

  validation {
    condition     = contains(["small", "medium", "large"], var.node_size)
    error_message = "A node is small, medium or large."
  }
}

variable "extra_node_pools" {
  description = "More pools by name."
  type = map(object({
    count = optional(number, 1)
    size  = optional(string, "medium")
  }))
  default = {}
}

variable "network_cidr" {
  description = "Addresses of the cluster's network."
  type        = string
  default     = "10.0.0.0/16"

  validation {
    condition     = can(cidrsubnet(var.network_cidr, 4, 1))
    error_message = "The network is an IPv4 range with room for two subnets, such as 10.0.0.0/16."
  }
}

variable "tags" {
  description = "Tags of the cluster."
  type        = map(string)
  default     = {}
}
