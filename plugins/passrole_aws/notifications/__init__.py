"""Notification rules: who is told."""
