"""The arguments of each command: one module a command, and what several share."""
