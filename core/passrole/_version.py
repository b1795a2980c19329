"""The version, written once: the build and `passrole --version` both read it here."""

__version__ = "0.1.0"
