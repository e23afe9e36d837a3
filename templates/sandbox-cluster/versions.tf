terraform {
  # terraform_data came with 1.4, optional attributes with 1.3.
  required_version = ">= 1.4"

  # No provider is required: terraform_data is built into Terraform, so there is nothing to install and nothing to
  # lock. That is why no .terraform.lock.hcl stands beside this file: `terraform init` writes none.
}
