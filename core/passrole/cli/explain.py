"""``passrole explain``: the page of a rule."""

from __future__ import annotations

import argparse
import sys
from difflib import get_close_matches

from passrole.cli import CLEAN
from passrole.cli.options import load_contributions
from passrole.errors import UsageError


def run_explain(options: argparse.Namespace) -> int:
    """Print the page. Raises UsageError with the nearest ids for a rule that is not there."""
    contributions = load_contributions(options)
    rules = {rule.id: rule for rule in contributions.rules}
    rule = rules.get(options.rule)
    if rule is None:
        close = get_close_matches(options.rule, list(rules), 3, 0.5)
        hint = f"; did you mean {' or '.join(close)}?" if close else "; see `passrole rules`"
        raise UsageError(f"there is no rule {options.rule!r}{hint}")
    plugin = contributions.owners[rule.id]
    sys.stdout.write(f"{rule.id}  {rule.severity}  {rule.category}  (plugin {plugin})\n\n")
    sys.stdout.write(rule.page.replace("  # finding", "") + "\n")
    return CLEAN
