resource "terraform_data" "counted" {
  count = 1
  input = count.index
}

resource "terraform_data" "single" {
  count = 2
  input = 1
}

resource "terraform_data" "each" {
  for_each = { a = 1 }
  input    = each.value
}

module "kept" { source = "./child" }

removed {
  from = terraform_data.forgotten
  lifecycle { destroy = false }
}

moved {
  from = terraform_data.old_name
  to   = terraform_data.new_name
}

resource "terraform_data" "new_name" { input = "moved" }

moved {
  from = terraform_data.old_changed
  to   = terraform_data.new_changed
}

resource "terraform_data" "new_changed" { input = "changed" }

moved {
  from = terraform_data.lost
  to   = terraform_data.nowhere
}

import {
  to = terraform_data.imported
  id = "4a0c8e6e-2d2e-4c5f-9b8d-7c1f8a2e9b10"
}

resource "terraform_data" "imported" {}
