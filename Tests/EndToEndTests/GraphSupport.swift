import TestSupport

extension TestProject {
    /// `network`, whose `id` is known only after its apply, and `app`, which takes outputs of it.
    func writeGraph(inputs: String = "inputs: [{variable: network, from: {stack: network, output: id}}]") throws {
        try write(
            """
            variable "range" {
              default = "10.0.0.0/16"
            }

            resource "terraform_data" "vpc" {
              input            = var.range
              triggers_replace = var.range
            }

            output "id" {
              value = terraform_data.vpc.id
            }

            output "range" {
              value = var.range
            }

            output "password" {
              value     = "hunter-of-${var.range}"
              sensitive = true
            }
            """, to: "modules/network/main.tf")
        try write(
            """
            variable "network" {
              type    = string
              default = "none"

              validation {
                condition     = var.network != ""
                error_message = "A network is needed."
              }
            }

            variable "zones" {
              type    = list(string)
              default = ["a"]
            }

            resource "terraform_data" "node" {
              count = length(var.zones)
              input = "node in ${var.network}"
            }

            output "network" {
              value = var.network
            }
            """, to: "modules/app/main.tf")
        try writeStack("network", module: "modules/network")
        try writeStack("app", spec: inputs)
    }
}
