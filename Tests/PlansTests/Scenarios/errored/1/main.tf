resource "terraform_data" "fine" { input = "fine" }

variable "token" {
  type      = string
  sensitive = true
  default   = "hunter2-hunter2"
}

resource "terraform_data" "broken" {
  input = "x"
  lifecycle {
    precondition {
      condition     = length(var.token) > 100
      error_message = "The token is too short."
    }
  }
}
