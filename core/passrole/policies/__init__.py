"""Policies written, narrowed and compared."""
