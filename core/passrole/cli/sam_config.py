"""The parameter values in a configuration file of the SAM CLI.

Source: https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/
serverless-sam-cli-config.html
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from typing import Any

from passrole.cli.given_values import GivenValue, overrides, overrides_of
from passrole.documents.nodes import Document, Mapping, Node, Scalar, Sequence
from passrole.errors import UsageError, did_you_mean

DEFAULT = "default"
"""The environment that the SAM CLI takes where none is named."""

_COMMANDS = ("deploy", "sync", "package", "build")
"""The commands whose parameters say how a stack is deployed, the first that has any."""

Plain = Any


def read_toml(file: str, data: bytes, environment: str | None) -> list[GivenValue]:
    """The ``parameter_overrides`` of an environment, without places: tomllib tells none.

    Raises UsageError where the file is no TOML, or has no such environment.
    """
    try:
        config = tomllib.loads(data.decode("utf-8-sig").replace("\r\n", "\n"))
    except (UnicodeDecodeError, tomllib.TOMLDecodeError, RecursionError) as error:
        raise UsageError(f"{file}: not TOML: {error}") from error
    return list(_values(file, config, environment))


def read_document(file: str, document: Document, environment: str | None) -> list[GivenValue]:
    """The same of a configuration that is written as YAML or JSON."""
    config = _plain(document.root)
    if not isinstance(config, dict):
        raise UsageError(f"{file}: it has no environments: it is no configuration of the SAM CLI")
    return list(_values(file, config, environment))


def _values(file: str, config: dict[str, Plain], environment: str | None) -> Iterator[GivenValue]:
    environments = {name: value for name, value in config.items() if isinstance(value, dict)}
    if not environments:
        raise UsageError(f"{file}: it has no environments: it is no configuration of the SAM CLI")
    chosen = environment or (DEFAULT if DEFAULT in environments else "")
    if not chosen and len(environments) == 1:
        chosen = next(iter(environments))
    if chosen not in environments:
        names = ", ".join(sorted(environments))
        if not environment:
            raise UsageError(f"{file}: name one of its environments, {file}:NAME; it has {names}")
        hint = did_you_mean(environment, environments)
        raise UsageError(f"{file}: there is no environment {environment!r}{hint}; it has {names}")
    found = environments[chosen]
    used = next((each for each in _COMMANDS if "parameter_overrides" in _of(found, each)), "")
    for command in ("global", used):
        given = _of(found, command).get("parameter_overrides")
        yield from _overrides(file, f"{file} [{chosen}.{command}.parameters]", given)


def _of(environment: dict[str, Plain], command: str) -> dict[str, Plain]:
    """The parameters of a command."""
    options = environment.get(command)
    parameters = options.get("parameters") if isinstance(options, dict) else None
    return parameters if isinstance(parameters, dict) else {}


def _overrides(file: str, where: str, given: Plain) -> Iterator[GivenValue]:
    if given is None:
        return
    if isinstance(given, str):
        yield from overrides(given, None, where)
        return
    if isinstance(given, dict):
        for name, value in given.items():
            yield GivenValue(name, _text(where, name, value))
        return
    if not isinstance(given, list):
        raise UsageError(f"{where}: parameter_overrides is neither a text nor a list")
    for item in given:
        if isinstance(item, dict):
            yield from _overrides(file, where, item)
        elif not isinstance(item, str):
            raise UsageError(f"{where}: {item!r} is not Name=Value")
        elif item.startswith("file://"):
            message = "values from a file are not followed; name that file as well:"
            raise UsageError(f"{where}: {message} --parameters {file},{item[7:]}")
        elif " " in item and item.count("=") > 1:
            yield from overrides(item, None, where)
        else:
            yield from overrides_of([item], None, where)


def _text(where: str, name: str, value: Plain) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, (str, int, float)):
        return str(value)
    if isinstance(value, list):
        return ",".join(_text(where, name, item) for item in value)
    raise UsageError(f"{where}: the value of {name} is no text")


def _plain(node: Node | None) -> Plain:
    """Nodes as the values of Python, every scalar as its text."""
    if isinstance(node, Mapping):
        return {key.text: _plain(value) for key, value in node.pairs}
    if isinstance(node, Sequence):
        return [_plain(item) for item in node.items]
    return node.text if isinstance(node, Scalar) and not node.is_null else None
