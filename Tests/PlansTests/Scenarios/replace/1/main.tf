variable "size" { default = 1 }

resource "terraform_data" "delete_first" {
  triggers_replace = { size = 1, zone = "a" }
}

resource "terraform_data" "create_first" {
  triggers_replace = ["one"]
  lifecycle { create_before_destroy = true }
}

resource "terraform_data" "tainted" {
  input = "x"
}

resource "terraform_data" "requested" {
  input = "y"
}

resource "terraform_data" "triggered" {
  input = "z"
  lifecycle { replace_triggered_by = [terraform_data.delete_first.id] }
}
