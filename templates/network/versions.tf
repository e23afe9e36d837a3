terraform {
  required_version = ">= 1.3"

  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = "~> 5.40"
    }
  }
}

# Credentials, and AWS_ENDPOINT_URL where it is not AWS that answers, come from the environment.
provider "aws" {
  region = var.region

  default_tags {
    tags = var.tags
  }
}
