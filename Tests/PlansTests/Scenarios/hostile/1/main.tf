resource "terraform_data" "text" {
  input = {
    escape   = "\u001b[2J\u001b]0;owned\u0007"
    bidi     = "admin\u202e nimda"
    lines    = "a\r\nb\u0000c\n\u001b[31mred"
    template = "$${path} %%{if}"
    "k\u001b[1m\u202ey" = 1
    json     = jsonencode({ "\u001b[0m" = "<&>" })
  }
}

output "hostile" { value = "\u001b[2Jbye\u202e" }
