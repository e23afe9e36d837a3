# The same, each value changed in its own way.
variable "password" {
  type      = string
  sensitive = true
  default   = "battery-staple"
}

resource "terraform_data" "new" {
  input = "new"
}

resource "terraform_data" "scalars" {
  input = { text = "another word", number = 2, fraction = "0.1", yes = false, nothing = terraform_data.new.id, added = 1 }
}

resource "terraform_data" "lists" {
  input = ["a", "b", "x", "d", "e", "f"]
}

resource "terraform_data" "nested" {
  input = {
    list_of_objects = [{ name = "one", size = 10 }, { name = "two", size = 2 }, { name = "three", size = terraform_data.new.id }]
    map             = { "with space" = 2, plain = [1, [2, 4], {}], more = null }
    empty_list      = []
    tags            = { team = "platform", stage = "prod" }
  }
}

resource "terraform_data" "script" {
  input = "#!/bin/sh\nset -eu\necho one\necho 2\necho three\necho four\n"
}

resource "terraform_data" "policy" {
  input = jsonencode({ Version = "2012-10-17", Statement = [{ Action = "sts:AssumeRole", Effect = "Allow", Principal = { Service = ["eks.amazonaws.com", "ec2.amazonaws.com"] } }] })
}

resource "terraform_data" "secret" {
  input = { user = "root", password = var.password }
}

resource "terraform_data" "counted" {
  count = 2
  input = count.index * 10
}

resource "terraform_data" "each" {
  for_each = toset(["a", "c"])
  input    = { upstream = terraform_data.lists.output, key = each.key }
}

module "network" {
  source = "./network"
  for_each = toset(["blue"])
  name     = each.key
}

output "names" {
  value = [for key, network in module.network : network.name]
}

output "id" {
  value = terraform_data.new.id
}

output "password" {
  value     = var.password
  sensitive = true
}

output "script" {
  value = "one\nthree\n"
}

output "added" {
  value = { a = 1, b = ["x"] }
}
