"""A page for each command, made of what its ``--help`` says."""

from __future__ import annotations

import argparse
from collections.abc import Iterator

from tools.documentation.writing import code, contents, fenced, page, table

from passrole.cli.parser import build_parser


def command_pages() -> Iterator[tuple[str, str]]:
    """Paths and texts: one page a command, and their list."""
    commands = _commands(build_parser())
    rows = [[f"[`passrole {name}`]({name}.md)", text] for name, (text, _) in commands.items()]
    yield (
        "commands/index.md",
        page(
            "# Commands",
            "Every command takes `--help`. Options may stand before, between and after arguments.",
            table(["command", "what it does"], rows),
            contents(commands),
        ),
    )
    for name, (_, parser) in commands.items():
        yield f"commands/{name}.md", _page(name, parser)


def _commands(parser: argparse.ArgumentParser) -> dict[str, tuple[str, argparse.ArgumentParser]]:
    (choices,) = (
        each
        for each in parser._actions  # noqa: SLF001 - argparse shows them nowhere else
        if isinstance(each, argparse._SubParsersAction)  # noqa: SLF001
    )
    helps = {each.dest: each.help or "" for each in choices._choices_actions}  # noqa: SLF001
    return {name: (helps.get(name, ""), each) for name, each in choices.choices.items()}


def _page(name: str, parser: argparse.ArgumentParser) -> str:
    usage = parser.format_usage().removeprefix("usage: ")
    blocks = [f"# passrole {name}", parser.description or "", fenced(usage)]
    for group in parser._action_groups:  # noqa: SLF001
        rows = [
            [_invocation(parser, action), _help(parser, action)]
            for action in group._group_actions  # noqa: SLF001
            if action.help is not argparse.SUPPRESS
        ]
        if rows:
            blocks += [f"## {(group.title or 'more').capitalize()}", table(["", ""], rows)]
    return page(*blocks, _examples(parser.epilog or ""))


def _invocation(parser: argparse.ArgumentParser, action: argparse.Action) -> str:
    formatter = parser._get_formatter()  # noqa: SLF001
    return code(formatter._format_action_invocation(action))  # noqa: SLF001


def _help(parser: argparse.ArgumentParser, action: argparse.Action) -> str:
    text = parser._get_formatter()._expand_help(action) if action.help else ""  # noqa: SLF001
    words = " ".join(text.split()).replace("|", r"\|").replace("*", r"\*").replace("<", r"\<")
    choices = [str(each) for each in action.choices or ()]
    if choices and not any(each in words for each in choices):
        words = f"{words} {', '.join(map(code, choices))}".strip()
    return words


def _examples(epilog: str) -> str:
    return f"## Examples\n\n{fenced(epilog)}" if epilog else ""
