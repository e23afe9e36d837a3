# Every shape that a value can have, created.
variable "password" {
  type      = string
  sensitive = true
  default   = "correct-horse"
}

resource "terraform_data" "scalars" {
  input = { text = "a \"quoted\" word", number = 12345678901234567890, fraction = 0.1, yes = true, nothing = null, empty = "" }
}

resource "terraform_data" "lists" {
  input = ["a", "b", "c", "d", "e"]
}

resource "terraform_data" "nested" {
  input = {
    list_of_objects = [{ name = "one", size = 1 }, { name = "two", size = 2 }]
    map             = { "with space" = 1, plain = [1, [2, 3], {}] }
    empty_list      = []
    tags            = { team = "platform", stage = "dev" }
  }
}

resource "terraform_data" "script" {
  input = "#!/bin/sh\nset -eu\necho one\necho two\necho three\n"
}

resource "terraform_data" "policy" {
  input = jsonencode({ Version = "2012-10-17", Statement = [{ Action = "sts:AssumeRole", Effect = "Allow", Principal = { Service = "eks.amazonaws.com" } }] })
}

resource "terraform_data" "secret" {
  input = { user = "admin", password = var.password }
}

resource "terraform_data" "counted" {
  count = 3
  input = count.index
}

resource "terraform_data" "each" {
  for_each = toset(["a", "b \"x\""])
  input    = { upstream = terraform_data.lists.output, key = each.key }
}

module "network" {
  source = "./network"
  for_each = toset(["blue", "green"])
  name     = each.key
}

output "names" {
  value = [for key, network in module.network : network.name]
}

output "id" {
  value = terraform_data.lists.id
}

output "password" {
  value     = var.password
  sensitive = true
}

output "script" {
  value = "one\ntwo\n"
}
