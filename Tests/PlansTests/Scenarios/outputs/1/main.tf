resource "terraform_data" "one" { input = 1 }
output "number" { value = 1 }
output "same" { value = "same" }
output "dropped" { value = ["a"] }
output "object" { value = { a = 1, b = { c = "x" } } }
