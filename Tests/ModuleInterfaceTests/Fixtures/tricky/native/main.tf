# A module whose text tries to mislead a reader that only looks for braces and quotes.
terraform {
  required_version = ">= 1.5, < 2.0" // inline comment with } and "
  /* a block comment
     variable "not_one" {}
  */
  required_providers {
    aws = {
      source                = "hashicorp/aws"
      version               = "~> 5.0"
      configuration_aliases = [aws.east, aws.west]
    }
    null = { source = "hashicorp/null", version = "3.2.0" }
    old  = "~> 1.0"
  }
  backend "s3" {
    bucket = "b" # "
  }
}

variable "required" {
  type        = string
  description = "Has no default"
}

variable "escapes" {
  type    = string
  default = "quote \" brace { hash # slash // $${not.code} %%{nor.this} tab\t \u00e9 \U0001F600 \\"
}

variable "heredoc" {
  default = <<EOT
variable "inside" { default = "{" }
# no comment
  EOT is not the end here
"unbalanced
EOT
}

variable "flush" {
  default = <<-END
    first

      deeper
	tab
    $${kept} \n %%{ kept }
  END
}

variable "object" {
  type = object({
    name  = string, size = optional(number, 3) # two on a line
    tag = optional(map(string))
    nested = list(object({
      on = bool
    }))
    pair = tuple([string, set(number)])
  })
  default = {
    name = "a", "tag" : { "a b" = "c" }
    nested = [
      { on = true }, # one
      { on = false },
    ]
    pair = ["x", [1, -2.5, 1e3]]
  }
  sensitive = true
  nullable  = false
}

variable "evaluated" {
  default = "${"text"}"
}

variable "computed" {
  default = [for n in [1, 2] : n * 2]
}

variable nothing {
  default   = null
  ephemeral = true
}

variable "legacy" { type = list }
variable "map" { type = map(any) }

locals {
  nested = "${join(",", [for k, v in { a = "}" } : "${k}=${v == "\"" ? "{" : "}"}"])}"
  where  = <<-EOT
    ${jsonencode({
      text = "EOT"
      more = <<INNER
    EOT
INNER
    })}
    %{ for x in ["}"] ~}
    ${x}EOT
    %{ endfor ~}
  EOT
  condition = true ? 1 : 0
  for       = { "for" = 1 }
}

output "plain" {
  description = "A value"
  value       = { for k, v in var.object.tag : k => v... }
}

output "secret" {
  value     = local.where
  sensitive = true
}

module "network" {
  source = "./modules/network"
  count  = 2
}

module "registry" {
  source  = "terraform-aws-modules/eks/aws"
  version = "~> 20.0"

  providers = {
    aws = aws.east
  }
}

resource "aws_instance" "web" {
  dynamic "block" {
    for_each = toset(["a"])
    content { name = block.value }
  }
  lifecycle { ignore_changes = [tags["a"]] }
}

data "aws_region" "here" {}

resource "local_file" "kubeconfig" {
  filename = "${path.module}/kubeconfig"
  content  = ""
}

resource "local_file" "elsewhere" {
  filename = var.required
  content  = ""
}
