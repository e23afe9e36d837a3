resource "terraform_data" "one" { input = 1 }
output "number" { value = "one" }
output "same" { value = "same" }
output "object" { value = { a = 2, b = { c = "x" } } }
output "object_new" { value = { a = 2, b = { c = "x" } } }
