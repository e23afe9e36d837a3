resource "terraform_data" "gone" { input = "gone" }

resource "terraform_data" "counted" {
  count = 2
  input = count.index
}

resource "terraform_data" "single" { input = 1 }

resource "terraform_data" "each" {
  for_each = { a = 1, b = 2 }
  input    = each.value
}

module "dropped" { source = "./child" }

module "kept" { source = "./child" }

resource "terraform_data" "forgotten" { input = "forgotten" }

resource "terraform_data" "old_name" { input = "moved" }

resource "terraform_data" "old_changed" { input = "moved and changed" }

resource "terraform_data" "lost" { input = "moved to nowhere" }
