"""Completion for fish."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from passrole.cli.completion import Argument, Completed

_HEAD = """\
# fish completion of passrole; put this into ~/.config/fish/completions/passrole.fish:
#   passrole completion fish > ~/.config/fish/completions/passrole.fish
"""


def script(commands: Sequence[Completed]) -> str:
    """One line for each command, option and list of values."""
    return "".join((_HEAD, *_lines(commands)))


def _lines(commands: Sequence[Completed]) -> Iterator[str]:
    for command in commands:
        name, text = command.name, _quoted(command.help)
        yield f"complete -c passrole -n __fish_use_subcommand -f -a {name} -d {text}\n"
    for command in commands:
        within = f"complete -c passrole -n '__fish_seen_subcommand_from {command.name}'"
        for each in command.arguments:
            if each.options:
                yield f"{within} {' '.join(_option(each))}\n"
        if command.words:
            yield f"{within} -a {_quoted(' '.join(command.words))}\n"


def _option(argument: Argument) -> Iterator[str]:
    for option in argument.options:
        yield f"-l {option[2:]}" if option.startswith("--") else f"-s {option[1:]}"
    if argument.takes and argument.words:
        yield f"-x -a {_quoted(' '.join(argument.words))}"
    elif argument.takes:
        yield "-r -F"
    yield f"-d {_quoted(argument.help.partition(';')[0])}"


def _quoted(text: str) -> str:
    inner = text.replace("\\", "\\\\").replace("'", "\\'")
    return f"'{inner}'"
