"""The AWS services, one folder each, all alike: providers, resources, rules."""
