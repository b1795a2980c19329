"""Which rules are on, how severe they are and with which options: read from YAML, chosen by id."""
