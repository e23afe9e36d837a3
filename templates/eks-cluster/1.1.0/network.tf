data "aws_availability_zones" "available" {
  count = local.makes_network ? 1 : 0

  state = "available"

  # Zones that have to be asked for (Local Zones) cannot run a control plane.
  filter {
    name   = "opt-in-status"
    values = ["opt-in-not-required"]
  }
}

locals {
  makes_network = var.vpc_id == null

  # EKS wants subnets in two zones at least. The index decides the addresses, the zone's name the resource's address.
  zones = { for index, zone in flatten([for zones in data.aws_availability_zones.available : slice(zones.names, 0, 2)]) : zone => index }

  vpc_id     = local.makes_network ? aws_vpc.this[0].id : var.vpc_id
  subnet_ids = local.makes_network ? [for subnet in aws_subnet.public : subnet.id] : var.subnet_ids
}

resource "aws_vpc" "this" {
  count = local.makes_network ? 1 : 0

  cidr_block           = var.vpc_cidr
  enable_dns_support   = true
  enable_dns_hostnames = true

  tags = { Name = var.name }
}

resource "aws_internet_gateway" "this" {
  count = local.makes_network ? 1 : 0

  vpc_id = aws_vpc.this[0].id

  tags = { Name = var.name }
}

# Public subnets: nodes reach the internet without a NAT gateway. They accept no connections from there, because the
# cluster's security group lets only the cluster's own members in.
resource "aws_subnet" "public" {
  for_each = local.zones

  vpc_id                  = aws_vpc.this[0].id
  availability_zone       = each.key
  cidr_block              = cidrsubnet(var.vpc_cidr, 2, each.value)
  map_public_ip_on_launch = true

  tags = {
    Name                     = "${var.name}-${each.key}"
    "kubernetes.io/role/elb" = "1"
  }
}

resource "aws_route_table" "public" {
  count = local.makes_network ? 1 : 0

  vpc_id = aws_vpc.this[0].id

  route {
    cidr_block = "0.0.0.0/0"
    gateway_id = aws_internet_gateway.this[0].id
  }

  tags = { Name = var.name }
}

resource "aws_route_table_association" "public" {
  for_each = aws_subnet.public

  subnet_id      = each.value.id
  route_table_id = aws_route_table.public[0].id
}

# Version 1.0 always made the network: what it made stays where it is.

moved {
  from = aws_vpc.this
  to   = aws_vpc.this[0]
}

moved {
  from = aws_internet_gateway.this
  to   = aws_internet_gateway.this[0]
}

moved {
  from = aws_route_table.public
  to   = aws_route_table.public[0]
}
