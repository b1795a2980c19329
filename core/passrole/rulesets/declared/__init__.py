"""Checks that a ruleset declares in YAML: what they match, how they are read and decided."""
