"""EventBridge: what starts a pipeline."""
