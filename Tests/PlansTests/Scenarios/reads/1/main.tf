resource "terraform_data" "first" { input = "first" }

data "terraform_remote_state" "other" {
  backend    = "local"
  config     = { path = "other.tfstate" }
  depends_on = [terraform_data.first]
}

data "terraform_remote_state" "unknown" {
  backend = "local"
  config  = { path = "${terraform_data.first.id}.tfstate" }
}

check "other" {
  assert {
    condition     = terraform_data.first.input == "second"
    error_message = "The first is not second."
  }
}
