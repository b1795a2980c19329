"""IAM's own semantics, as pure functions over policies that are built of values."""
