"""Completion for bash."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from passrole.cli.completion import Completed

_HEAD = """\
# bash completion of passrole; put this into ~/.bashrc:
#   eval "$(passrole completion bash)"
_passrole() {
  local current="${COMP_WORDS[COMP_CWORD]}" previous="${COMP_WORDS[COMP_CWORD-1]}"
  local command="" words="" listed="" before="" index
  for ((index = 1; index < COMP_CWORD; index++)); do
    case "${COMP_WORDS[index]}" in
      -*) ;;
      *) command="${COMP_WORDS[index]}"; break ;;
    esac
  done
  COMPREPLY=()
  case "$command $previous" in
"""
_MIDDLE = """\
    *)
      case "$command" in
"""
_TAIL = """\
      esac
      ;;
  esac
  if [ -n "$listed" ]; then
    case "$current" in *,*) before="${current%,*},"; current="${current##*,}" ;; esac
  fi
  for index in $words; do
    case "$index" in "$current"*) COMPREPLY+=("$before$index") ;; esac
  done
}
complete -o default -F _passrole passrole
"""


def script(commands: Sequence[Completed]) -> str:
    """A script for bash 3.2 and newer; where it knows no word, bash completes names of files."""
    return "".join((_HEAD, *_values(commands), _MIDDLE, *_options(commands), _TAIL))


def _values(commands: Sequence[Completed]) -> Iterator[str]:
    for command in commands:
        for each in command.arguments:
            if each.options and each.takes:
                patterns = "|".join(f'"{command.name} {option}"' for option in each.options)
                listed = " listed=1" if each.listed else ""
                yield f'    {patterns}) words="{" ".join(each.words)}"{listed} ;;\n'


def _options(commands: Sequence[Completed]) -> Iterator[str]:
    names = " ".join(command.name for command in commands)
    yield f'        "") words="{names} --help --version" ;;\n'
    for command in commands:
        yield f"        {command.name})\n"
        options, words = " ".join(command.options), " ".join(command.words)
        either = f'-*) words="{options}" ;; *) words="{words}" ;;'
        yield f'          case "$current" in {either} esac ;;\n'
