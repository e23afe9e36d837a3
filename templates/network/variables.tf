variable "name" {
  description = "Name of the VPC and the beginning of the names of all that belongs to it"
  type        = string
}

variable "region" {
  description = "AWS region"
  type        = string
}

variable "cidr" {
  description = "Addresses of the VPC; each zone's subnet gets an eighth of them"
  type        = string
  default     = "10.0.0.0/16"

  validation {
    condition     = can(cidrsubnet(var.cidr, 3, 7))
    error_message = "The VPC's addresses are an IPv4 range, such as 10.0.0.0/16."
  }
}

variable "zone_count" {
  description = "How many zones get a subnet"
  type        = number
  default     = 2

  validation {
    condition     = contains([1, 2, 3, 4, 5, 6, 7, 8], var.zone_count)
    error_message = "One to eight zones have room for a subnet."
  }
}

variable "tags" {
  description = "Tags of everything that can have tags"
  type        = map(string)
  default     = {}
}
