# A provisioner that fails leaves its resource tainted.
resource "terraform_data" "fine" { input = "fine" }

resource "terraform_data" "tainted" {
  provisioner "local-exec" { command = "echo making it; exit 3" }
}

resource "terraform_data" "deposed" {
  triggers_replace = 1
  lifecycle { create_before_destroy = true }
}
