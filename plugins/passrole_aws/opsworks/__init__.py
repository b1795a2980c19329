"""OpsWorks Stacks: a service that AWS has ended."""
