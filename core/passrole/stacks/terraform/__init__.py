"""Terraform configuration: documents of a module to a stack of resources with values."""

from passrole.stacks.terraform.reading import read_stack

__all__ = ["read_stack"]
