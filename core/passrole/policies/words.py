"""What every format of a policy says in the same words."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Iterator

from passrole.policies.least import Block, RolePolicy
from passrole.policies.permissions import Kind, Reason
from passrole.policies.statements import Option
from passrole.reporters.escaping import printable

WIDTH = 96
"""The width of a line of text or of comment."""

MOST_NAMED = 4
"""How many actions a reason names before it only counts them."""

BASE_ACTION = "AWS managed policy"


def reason_lines(reasons: Iterable[Reason]) -> Iterator[tuple[str, str]]:
    """What a statement is for, one line for each source, and the source."""
    by_source: dict[str, dict[str, None]] = {}
    for reason in reasons:
        by_source.setdefault(reason.source, {})[_subject(reason)] = None
    for source, subjects in by_source.items():
        named = list(subjects)
        more = len(named) - MOST_NAMED
        words = ", ".join(named[:MOST_NAMED])
        yield f"{words} and {more} more" if more > 0 else words, source


def _subject(reason: Reason) -> str:
    keys = f" ({', '.join(reason.keys)})" if reason.keys else ""
    when = f" when {reason.when}" if reason.when else ""
    return f"{reason.subject}{keys}{when}"


def used_as(policy: RolePolicy) -> str:
    """``the role of the pipeline shop; the role of the action in shop``."""
    found: dict[str, list[str]] = {}
    for pipeline, why in policy.used:
        found.setdefault(why, []).append(pipeline)
    return "; ".join(f"{why}, pipeline {', '.join(names)}" for why, names in found.items())


def option_words(option: Option) -> str:
    """Why an option is one."""
    if option.kind is not Kind.DISPUTED:
        return option.why
    return f"disputed: {option.why}" if option.why else "disputed: the sources do not agree"


def block_words(block: Block) -> str:
    """What the documentation has for an action, and what stands in for it."""
    listed = ", ".join(block.wildcards)
    words = (
        f"{block.action}: the documentation lists no actions, only {listed} on every resource; "
        "that is no least privilege and is not written here."
    )
    if not block.managed_policy:
        return f"{words} What it really needs is not known: see CloudTrail for what it calls."
    held = f" It grants {', '.join(dict.fromkeys(block.holds))} as well." if block.holds else ""
    return (
        f"{words} Attached instead: the {BASE_ACTION} {block.managed_policy}, which AWS's own "
        f"tools use for it.{held}"
    )


def open_words(policy: RolePolicy) -> Iterator[str]:
    """Why more may be needed than is written."""
    for because in policy.open_because:
        yield f"{because[0].upper()}{because[1:]}."


def nothing_words(policy: RolePolicy) -> str:
    """What is said of a role for which there is nothing to write."""
    if policy.open_because:
        return "No permission of its own is known to be needed: keep those that it has."
    return "The pipelines need no permission of it."


def about_lines(policy: RolePolicy) -> Iterator[str]:
    """What is said of a role above all that is written for it."""
    place = policy.role.location
    yield f"{policy.role.label} ({place.path}:{place.line}): {used_as(policy)}"
    for block in policy.blocks:
        yield block_words(block)
        yield f"  {block.source}"
    if not policy.statements:
        yield nothing_words(policy)
    for words in open_words(policy):
        yield f"More may be needed: {words}"


def reason_comments(reasons: Iterable[Reason]) -> list[str]:
    """What a statement is for, as comments beside it."""
    lines = []
    for words, source in reason_lines(reasons):
        lines += [f"For {words}", f"  {source}"]
    return lines


def comment_lines(text: str, pad: str = "") -> list[str]:
    """A comment of YAML or Terraform, as many lines as it takes; a deeper text stays deeper."""
    lead = f"{pad}# {' ' * (len(text) - len(text.lstrip()))}"
    return textwrap.wrap(
        printable(text.strip()), WIDTH, initial_indent=lead, subsequent_indent=lead,
        break_long_words=False, break_on_hyphens=False,
    )  # fmt: skip
