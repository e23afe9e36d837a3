output "vpc_id" {
  description = "ID of the VPC"
  value       = aws_vpc.this.id
}

output "subnet_ids" {
  description = "IDs of the subnets, in the order of their zones; they can be used once the internet is reached from them"
  value       = [for zone in sort(keys(local.zones)) : aws_subnet.public[zone].id]

  depends_on = [aws_route_table_association.public]
}

output "zones" {
  description = "Zones that have a subnet"
  value       = sort(keys(local.zones))
}

output "cidr" {
  description = "Addresses of the VPC"
  value       = aws_vpc.this.cidr_block
}
