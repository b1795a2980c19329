"""The scripts of the shells: each module makes one of the commands."""
