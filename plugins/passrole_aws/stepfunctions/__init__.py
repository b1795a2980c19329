"""Step Functions: state machines that a pipeline starts."""
