"""A plugin to begin with: a complete distribution whose tests pass."""
