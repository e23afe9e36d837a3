variable "name" {
  description = "Name of the cluster and the beginning of the names of all that belongs to it"
  type        = string

  validation {
    # An IAM role's name has 64 characters at most, and "-cluster" is one of its endings.
    condition     = can(regex("^[a-zA-Z0-9][-a-zA-Z0-9]{0,54}$", var.name))
    error_message = "A name begins with a letter or a digit and has letters, digits and hyphens, 55 characters at most."
  }
}

variable "region" {
  description = "AWS region"
  type        = string
}

variable "kubernetes_version" {
  description = "Version of the control plane, such as 1.33; AWS upgrades it in place, one minor version at a time"
  type        = string
  default     = "1.33"

  validation {
    condition     = can(regex("^1\\.[0-9]+$", var.kubernetes_version))
    error_message = "EKS names versions by major and minor number: 1.33."
  }
}

variable "node_version" {
  description = "Version of the nodes, for upgrading them after the control plane; the control plane's when null"
  type        = string
  default     = null
}

variable "node_count" {
  description = "How many nodes the node group has"
  type        = number
  default     = 3

  validation {
    condition     = var.node_count >= 1 && floor(var.node_count) == var.node_count
    error_message = "A node group has at least one node."
  }
}

variable "node_count_max" {
  description = "How many nodes the node group may grow to; one more than node_count when null, so that a node can be replaced before it goes"
  type        = number
  default     = null
}

variable "instance_types" {
  description = "EC2 instance types of the nodes; other ones replace the node group"
  type        = list(string)
  default     = ["m6i.large"]
}

variable "vpc_id" {
  description = "A VPC that is there; a new one is made when null"
  type        = string
  default     = null
}

variable "subnet_ids" {
  description = "Subnets of that VPC, in two zones at least, from which nodes reach the internet"
  type        = list(string)
  default     = []
}

variable "vpc_cidr" {
  description = "Addresses of a new VPC; a quarter of them for each of the two subnets"
  type        = string
  default     = "10.0.0.0/16"

  validation {
    condition     = can(cidrsubnet(var.vpc_cidr, 2, 1))
    error_message = "The VPC's addresses are an IPv4 range, such as 10.0.0.0/16."
  }
}

variable "public_access_cidrs" {
  description = "Addresses from which the Kubernetes API can be reached; none leaves it to the VPC alone"
  type        = list(string)
  default     = ["0.0.0.0/0"]
}

variable "log_types" {
  description = "Logs of the control plane that go to CloudWatch: api, audit, authenticator, controllerManager, scheduler"
  type        = list(string)
  default     = []

  validation {
    condition     = length(setsubtract(var.log_types, ["api", "audit", "authenticator", "controllerManager", "scheduler"])) == 0
    error_message = "EKS has the logs api, audit, authenticator, controllerManager and scheduler."
  }
}

variable "tags" {
  description = "Tags of everything that can have tags"
  type        = map(string)
  default     = {}
}
