"""What shell commands of builds and actions call through the AWS CLI, where that is certain.

A shell is not run here, so most of its language is passed over: of a command that holds a condition
or an alternative nobody knows whether it runs, or whether it may fail.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from passrole.iam.reference.commands import CALLS
from passrole.records import NamedTuple
from passrole.values import Text, Value, known

# Words after which commands may run as somebody else than the role of the build.
_OTHER = re.compile(
    r"""assume|credential|--profile|--endpoint-url|--no-sign-request|\baws\s+(?:configure|sso)\b
    |\b(?:source|eval)\s(?!"?\$\(aws\s+ecr\s+get-login)|(?:^|[;&|])[ \t]*\.\s""",
    re.VERBOSE | re.MULTILINE,
)
_OTHER_VARIABLE = re.compile(
    r"AWS_(?:ACCESS_KEY|SECRET|SESSION|PROFILE|DEFAULT_PROFILE|ROLE|WEB_IDENTITY|SHARED|CONFIG"
    r"|CONTAINER|ENDPOINT)"
)
# What makes it uncertain that a command runs, or that it matters when it fails.
_UNCERTAIN = re.compile(
    r"\b(?:if|elif|case|while|until|function|trap|alias)\b|\|\||<<|\[\s|\bset\s+\+e"
    r"|(?:^|[;&|])[ \t]*test\s|\(\)\s*\{",
    re.MULTILINE,
)
_QUOTED = re.compile(r"'[^']*'")
_COMMENT = re.compile(r"(?m)(?:^|(?<=\s))#.*$")
_CALL = re.compile(
    r"""(?:^|[\n;&|(`])[ \t]*
    (?:(?:sudo|time|exec|eval|export|local|do|!)[ \t]++)*+
    (?:[A-Za-z_]\w*+=[^\s;&|"'`$()]*+[ \t]++)*+
    aws[ \t]+([^\n;&|()`]*)""",
    re.VERBOSE,
)
_VALUED = frozenset(
    ("--region", "--output", "--query", "--color", "--ca-bundle", "--cli-read-timeout",
     "--cli-connect-timeout", "--cli-binary-format")
)  # fmt: skip
"""Options of the AWS CLI itself that are followed by a value."""


class CommandCall(NamedTuple):
    """A command (``aws ecr get-login-password``) and the IAM actions that it takes."""

    command: str
    iam_actions: tuple[str, ...]


def command_calls(commands: Iterable[Value], variables: Iterable[Value]) -> tuple[CommandCall, ...]:
    """The calls that the commands surely make as the role of the build, each once, in order.

    None where commands or environment ``variables`` may make them run as somebody else.
    """
    written = [_shown(each) for each in commands if isinstance(each, Text)]
    if not any("aws" in each for each in written):
        return ()
    names = [known(each) for each in variables]
    if any(name is None or _OTHER_VARIABLE.search(name) for name in names) or any(
        _OTHER.search(each) or _OTHER_VARIABLE.search(each) for each in written
    ):
        return ()
    return tuple(dict.fromkeys(call for each in written for call in _in_command(each)))


def _shown(text: Text) -> str:
    """The text with a word for whatever is not known of it."""
    whole = "".join(part if isinstance(part, str) else "unknown" for part in text.parts)
    return whole.replace("\\\n", " ")


def _in_command(written: str) -> Iterator[CommandCall]:
    bare = _COMMENT.sub("", _QUOTED.sub("''", written))
    if _UNCERTAIN.search(bare):
        return
    for found in _CALL.finditer(bare):
        service, operation = _called(found.group(1).split())
        iam_actions = CALLS.get(service, {}).get(operation)
        if iam_actions is not None and "help" not in found.group(1):
            yield CommandCall(f"aws {service} {operation}", iam_actions)


def _called(words: list[str]) -> tuple[str, str]:
    """The service and the operation among the words after ``aws``."""
    bare: list[str] = []
    is_value = False
    for word in words:
        if is_value:
            is_value = False
        elif word.startswith("-"):
            is_value = word in _VALUED
        else:
            bare.append(word)
    return (bare[0], bare[1]) if bare[1:] else ("", "")
