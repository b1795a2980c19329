"""Custom actions: job workers that poll for their work."""
