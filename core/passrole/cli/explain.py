"""``passrole explain``: the page of a rule or of an IAM action, or the causes of an error text."""

from __future__ import annotations

import argparse
import os
import re
import sys
from collections.abc import Sequence

from passrole.cli import CLEAN
from passrole.cli.action_page import action_page, similar
from passrole.cli.options import load_contributions
from passrole.contributions import Contributions
from passrole.errors import UsageError, did_you_mean
from passrole.reporters.escaping import page, printable
from passrole.rules import Rule

_ONE_ACTION = re.compile(r"[A-Za-z0-9-]{1,64}:[A-Za-z0-9]{1,128}")
MOST_BYTES = 65_536


def run_explain(options: argparse.Namespace) -> int:
    """Print the page. Raises UsageError, with the nearest names, for what is not there."""
    asked, paths = split_words(options.asked)
    contributions = load_contributions(options)
    rule = next((each for each in contributions.rules if each.id == asked), None)
    if rule is not None and not paths:
        sys.stdout.write(page(_rule_page(rule, contributions.owners[rule.id])))
        return CLEAN
    if _ONE_ACTION.fullmatch(asked) and not paths:
        found = action_page(asked, contributions)
        if found is None:
            near = similar(asked)
            hint = f"; did you mean {' or '.join(near)}?" if near else ""
            raise UsageError(f"IAM's reference data has no action {asked!r}{hint}")
        sys.stdout.write(page(map(printable, found)))
        return CLEAN
    return _explain_error(asked, paths, options, contributions)


def split_words(words: Sequence[str]) -> tuple[str, tuple[str, ...]]:
    """The text that is asked about, and the paths after it.

    A text in quotes is one word, ``-`` is standard input, and what follows either are paths. Of a
    text without quotes, the last words are paths where they look like some that are there.
    """
    first, rest = words[0], tuple(words[1:])
    if first == "-":
        return _bounded(_standard_input()), rest
    if len(first.split()) > 1:
        return _bounded(first), rest
    end = len(rest)
    while end and _is_path(rest[end - 1]):
        end -= 1
    return _bounded(" ".join((first, *rest[:end])).strip()), rest[end:]


def _standard_input() -> str:
    """What stands there, whatever its encoding: a log may hold anything."""
    if sys.stdin is None:
        return ""
    data = sys.stdin.buffer.read(MOST_BYTES + 1)
    return data.decode("utf-8", "replace")


def _is_path(word: str) -> bool:
    looks_like_one = word == "." or os.sep in word or "/" in word or "." in word
    return looks_like_one and os.path.lexists(word)


def _bounded(text: str) -> str:
    if len(text.encode("utf-8", "replace")) > MOST_BYTES:
        raise UsageError(f"the text is longer than {MOST_BYTES} bytes: give the part of the error")
    if not text.strip():
        raise UsageError("there is no text to explain")
    return text


def _explain_error(
    asked: str, paths: tuple[str, ...], options: argparse.Namespace, contributions: Contributions
) -> int:
    from passrole.cli.error_page import explain_error  # noqa: PLC0415 - pages need less

    if len(asked.split()) == 1:
        hint = did_you_mean(asked, [rule.id for rule in contributions.rules])
        if hint:
            raise UsageError(f"there is no rule {asked!r}{hint}")
    return explain_error(asked, paths, options, contributions)


def _rule_page(rule: Rule, plugin: str) -> list[str]:
    lines = [f"{rule.id}  {rule.severity}  {rule.category}  (plugin {plugin})", ""]
    lines.extend(printable(line) for line in rule.help.splitlines())
    if rule.autofix != "no":
        more = " --unsafe-fixes" if rule.autofix == "unsafe" else ""
        lines.extend(["", f"Mended by: passrole check --fix{more} (--diff shows it)"])
    if rule.symptoms:
        lines.extend(["", "Seen as:"])
        lines.extend(printable(f"  {' … '.join(each.phrases)}") for each in rule.symptoms)
    if rule.options:
        lines.extend(["", "Options of a ruleset:"])
        lines.extend(
            printable(f"  {name} (default: {option.default}): {option.description}")
            for name, option in rule.options.items()
        )
    return lines
