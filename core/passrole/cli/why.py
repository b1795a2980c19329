"""``passrole why``: what needs an IAM action, and which statements grant or deny it."""

from __future__ import annotations

import argparse
import re

from passrole.analysis import Analysis
from passrole.cli.action_page import action_page, similar
from passrole.cli.answering import answer
from passrole.contributions import Contributions
from passrole.errors import UsageError, did_you_mean
from passrole.iam.reference.catalogue import action, expand, service
from passrole.reporters.why_data import role_names, why_of
from passrole.reporters.why_json import render_json
from passrole.reporters.why_text import render_text

_PATTERN = re.compile(r"\*|[A-Za-z0-9-]{1,64}:[A-Za-z0-9*?]{1,128}")


def run_why(options: argparse.Namespace) -> int:
    """Print what is known. Raises UsageError for an action or a role that is not there."""
    asked = spelled(options.action)
    return answer(
        options, lambda analysis, contributions: _rendered(asked, options, analysis, contributions)
    )


def _rendered(
    asked: str, options: argparse.Namespace, analysis: Analysis, contributions: Contributions
) -> str:
    role = options.role or ""
    if role:
        known = role_names(analysis.graphs)
        if role not in known:
            raise UsageError(f"there is no role {role!r} here{did_you_mean(role, known)}")
    why = why_of(analysis.graphs, asked, role)
    reference = [] if why.needs else (action_page(asked, contributions) or [])
    render = render_json if options.format == "json" else render_text
    return render(why, analysis.results, reference)


def spelled(asked: str) -> str:
    """An action in AWS's spelling, or a pattern as it is.

    Raises UsageError, with the nearest names, for what is no action and matches none.
    """
    if not _PATTERN.fullmatch(asked):
        raise UsageError(f"{asked!r} is no IAM action, such as s3:GetObject or codebuild:Start*")
    found = action(asked)
    if found is not None:
        return str(found)
    if ("*" in asked or "?" in asked) and expand(asked):
        return asked
    prefix = asked.partition(":")[0]
    near = similar(asked) if service(prefix) is None or "*" not in asked else ()
    hint = f"; did you mean {' or '.join(near)}?" if near else ""
    raise UsageError(f"IAM's reference data has no action {asked!r}{hint}")
