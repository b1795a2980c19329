"""Completion for zsh."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from passrole.cli.completion import Argument, Completed

_HEAD = """\
#compdef passrole
# zsh completion of passrole; put this into ~/.zshrc, after compinit:
#   eval "$(passrole completion zsh)"
# or into a file _passrole in a folder of $fpath.
_passrole() {
  local -a names
  names=(
"""
_MIDDLE = """\
  )
  if (( CURRENT == 2 )); then
    _describe command names
    return
  fi
  local command=$words[2]
  shift words
  (( CURRENT-- ))
  case $command in
"""
_TAIL = """\
  esac
}
if [ "$funcstack[1]" = _passrole ]; then
  _passrole "$@"
else
  compdef _passrole passrole
fi
"""


def script(commands: Sequence[Completed]) -> str:
    """A script that is sourced, or found in ``$fpath``."""
    names = (f"    {_quoted(f'{each.name}:{each.help}')}\n" for each in commands)
    return "".join((_HEAD, *names, _MIDDLE, *_cases(commands), _TAIL))


def _cases(commands: Sequence[Completed]) -> Iterator[str]:
    for command in commands:
        yield f"    {command.name})\n      _arguments -s \\\n"
        for each in command.arguments:
            for option in each.options:
                yield f"        {_quoted(_option(option, each))} \\\n"
        words = f"({' '.join(command.words)})" if command.words else "_files"
        yield f"        {_quoted(f'*:argument:{words}')}\n      ;;\n"


def _option(option: str, argument: Argument) -> str:
    text = argument.help.replace("\\", "").replace("[", "(").replace("]", ")").replace(":", " -")
    spec = f"*{option}[{text}]"
    if not argument.takes:
        return spec
    if not argument.words:
        return f"{spec}:value:_files"
    words = " ".join(word.replace(":", r"\:") for word in argument.words)
    # Of several with commas between them each is completed.
    values = f"_values -s , value {words}" if argument.listed else f"({words})"
    return f"{spec}:value:{values}"


def _quoted(text: str) -> str:
    inner = text.replace("'", "'\\''")
    return f"'{inner}'"
