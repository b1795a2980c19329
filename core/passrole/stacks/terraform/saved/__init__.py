"""Plans and states as Terraform writes them in JSON: what was worked out, as a stack."""
