import Foundation
import JSON
import ModuleInterface
import TestSupport
import Testing

/// A module without some of its variables.
@Suite struct VariableSubstitutionTests {
    private func substituted(_ files: [String: String]) throws -> [String: String] {
        try substitutingVariables(["x": "local.y"], inModule: "m", of: MemoryTree(files))
            .mapValues { String(decoding: $0, as: UTF8.self) }
    }

    @Test func `what names the variable names something else, its block is gone, and every line keeps its number`()
        throws
    {
        let changed = try substituted([
            "m/main.tf": """
            variable "x" {
              type = string # var.x
            }
            variable other { default = 1 }
            resource "a" "b" {
              one   = var.x
              two   = [for k in var . x : upper("${var.x}-${var.xy}")]
              three = module.var.x
              four  = "$${var.x} %{ if var.x == "" }${"${var.x}"}%{ endif }"
              five  = <<-EOT
                ${var.x["k"].z}
              EOT
              /* var.x */
            }
            """, "m/untouched.tf": "locals { z = var.other }", "m/child/main.tf": "locals { z = var.x }",
        ])
        #expect(
            changed == [
                "m/main.tf": """



                variable other { default = 1 }
                resource "a" "b" {
                  one   = local.y
                  two   = [for k in local.y : upper("${local.y}-${var.xy}")]
                  three = module.var.x
                  four  = "$${var.x} %{ if local.y == "" }${"${local.y}"}%{ endif }"
                  five  = <<-EOT
                    ${local.y["k"].z}
                  EOT
                  /* var.x */
                }
                """
            ])
    }

    @Test func `the same in the JSON syntax`() throws {
        let changed = try substituted([
            "m/main.tf.json": #"""
            {"variable": [{"x": {}}, {"other": {}}],
             "locals": {"a": "${var.x} of ${var.other}", "b": ["$${var.x}", "var.x"], "c": "${[for v in var.x : v]}"}}
            """#
        ])
        let text = try #require(changed["m/main.tf.json"])
        #expect(
            try JSONValue(parsing: Data(text.utf8)) == [
                "variable": [[:], ["other": [:]]],
                "locals": [
                    "a": "${local.y} of ${var.other}", "b": ["$${var.x}", "var.x"],
                    "c": "${[for v in local.y : v]}",
                ],
            ])
    }
}
