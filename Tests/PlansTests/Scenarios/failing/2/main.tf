# The old object of `deposed` waits to be destroyed for a dependent that fails, and so stays.
resource "terraform_data" "fine" { input = "fine" }

resource "terraform_data" "deposed" {
  triggers_replace = 2
  lifecycle { create_before_destroy = true }
}

resource "terraform_data" "dependent" {
  triggers_replace = terraform_data.deposed.id
  provisioner "local-exec" { command = "exit 4" }
}
