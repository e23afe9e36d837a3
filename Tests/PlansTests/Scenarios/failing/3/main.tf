resource "terraform_data" "fine" { input = "fine" }

resource "terraform_data" "deposed" {
  triggers_replace = 2
  lifecycle { create_before_destroy = true }
}

resource "terraform_data" "dependent" {
  triggers_replace = terraform_data.deposed.id
}
