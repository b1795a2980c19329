"""EC2: deployments to instances through Systems Manager."""
