"""The exceptions that passrole raises on purpose.

    PassroleError
    ├── UsageError          a wrong command line or setting: exit 2
    ├── PluginError         a plugin that cannot be loaded or clashes with another: exit 2
    └── PolicyError         a policy document that cannot be read: exit 2 in `simulate`
"""

from __future__ import annotations


class PassroleError(Exception):
    """Any error that passrole explains in words instead of a traceback."""


class UsageError(PassroleError):
    """The command line or a settings file asks for something that is not there."""


class PluginError(PassroleError):
    """A plugin cannot be loaded, contributes something malformed, or clashes with another."""


class PolicyError(PassroleError):
    """A policy document cannot be read at all. The message gives the place and what is wrong."""
