"""Parameter values from the files that people already have."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from pathlib import Path

from passrole.cli.given_values import NAME, GivenValue, overrides, overrides_of
from passrole.configuration.values import GivenSet
from passrole.documents.limits import Limits
from passrole.documents.locations import Location
from passrole.documents.nodes import Document, Mapping, Node, Scalar, Sequence
from passrole.documents.recognition import parse
from passrole.errors import UsageError


def given_sets(options: Iterable[str]) -> tuple[GivenSet, ...]:
    """One set for each different option, with its files: a name, or several by commas.

    Raises UsageError where a name is missing between commas.
    """
    return tuple(GivenSet(each, tuple(_files(each))) for each in dict.fromkeys(options))


def _files(option: str) -> list[str]:
    if os.path.lexists(option):
        return [option]
    files = [part.strip() for part in option.split(",")]
    if not all(files):
        raise UsageError(f"--parameters {option!r}: a name of a file is missing")
    return files


def read_values(file: str) -> Iterator[GivenValue]:
    """The values in a file.

    Knows CloudFormation's list of ``ParameterKey`` and ``ParameterValue``, its list of
    ``Name=Value``, lines or words of ``Name=Value``, the ``Parameters`` of a CodePipeline template
    configuration or of the CLI's input, plain names and values, all as JSON or YAML, and the
    configuration of the SAM CLI, of which ``FILE:ENVIRONMENT`` takes one environment.
    Raises UsageError where the file cannot be read or is none of these.
    """
    path, environment = _split_environment(file)
    if path.lower().endswith(".toml"):
        from passrole.cli.sam_config import read_toml  # noqa: PLC0415 - few runs have one

        return iter(read_toml(path, _bytes_of(path), environment))
    document = parse(_shown(path), _bytes_of(path), Limits())
    if document.root is None or document.problems:
        problem = document.problems[0] if document.problems else None
        if problem is None:
            raise UsageError(f"{file}: the file is empty")
        raise UsageError(f"{document.span(problem.start, problem.end)}: {problem.message}")
    if environment is not None or _is_sam_config(document.root):
        from passrole.cli.sam_config import read_document  # noqa: PLC0415 - few runs have one

        return iter(read_document(path, document, environment))
    return values_in(document)


def _split_environment(file: str) -> tuple[str, str | None]:
    """``samconfig.toml:prod`` is an environment of a file, unless a file has that very name."""
    path, colon, environment = file.rpartition(":")
    if colon and environment and not os.path.lexists(file) and os.path.lexists(path):
        return path, environment
    return file, None


def _bytes_of(file: str) -> bytes:
    try:
        return Path(file).read_bytes()
    except OSError as error:
        raise UsageError(f"{file}: cannot be read: {error.strerror}") from error


def _shown(file: str) -> str:
    return file.replace(os.sep, "/")


def _is_sam_config(root: Node) -> bool:
    """Whether environments of commands stand there, each with its parameters."""
    return isinstance(root, Mapping) and any(
        isinstance(command, Mapping) and isinstance(command.get("parameters"), Mapping)
        for _, environment in root.pairs
        if isinstance(environment, Mapping)
        for _, command in environment.pairs
    )


def values_in(document: Document, node: Node | None = None) -> Iterator[GivenValue]:
    """The values in a document, or in a node of it."""
    root = node or document.root
    if isinstance(root, Mapping):
        inner = root.get("Parameters")
        if isinstance(inner, (Mapping, Sequence)) and not _is_template(root):
            root = inner
        elif _is_template(root):
            raise _refused(document, root, "this is a template and not a file of parameter values")
    if isinstance(root, Sequence):
        yield from _listed(document, root)
    elif isinstance(root, Mapping):
        for key, value in root.pairs:
            yield _given(document, key, value)
    elif isinstance(root, Scalar) and "=" in root.text:
        yield from overrides(_without_comments(document.text), _place(document, root))
    elif root is not None:
        raise _refused(document, root, "neither a list nor a mapping of parameters")


def _is_template(root: Mapping) -> bool:
    return isinstance(root.get("Resources"), Mapping)


def _listed(document: Document, root: Sequence) -> Iterator[GivenValue]:
    """CloudFormation's list of keys and values, or a list of ``Name=Value``."""
    seen: set[str] = set()
    for item in root.items:
        if isinstance(item, Scalar) and "=" in item.text:
            yield from overrides_of([item.text], _place(document, item))
            continue
        if not isinstance(item, Mapping):
            message = "an entry of the list is neither Name=Value nor a ParameterKey"
            raise _refused(document, item, message)
        key, value = item.get("ParameterKey"), item.get("ParameterValue")
        if not isinstance(key, Scalar):
            raise _refused(document, item, "an entry has no ParameterKey")
        if key.text in seen:
            raise _refused(document, key, f"the ParameterKey {key.text} stands more than once")
        seen.add(key.text)
        previous = item.get("UsePreviousValue")
        if isinstance(previous, Scalar) and previous.text.lower() == "true":
            yield GivenValue(key.text, None, _place(document, key))
        elif value is not None:
            yield _given(document, key, value)


def _given(document: Document, key: Scalar, value: Node) -> GivenValue:
    place = _place(document, key)
    if not NAME.fullmatch(key.text):
        hint = "; the context of the CDK gives no parameters" if set(key.text) & set(":@/") else ""
        raise _refused(document, key, f"{key.text!r} is no name of a parameter{hint}")
    if isinstance(value, Mapping):
        raise _refused(document, value, f"the value of {key.text} is a mapping")
    if isinstance(value, Scalar):
        if value.is_null:
            message = f"the value of {key.text} is null; leave it out, or write an empty text"
            raise _refused(document, value, message)
        return GivenValue(key.text, value.text, place)
    items = []
    for item in value.items:
        if not isinstance(item, Scalar) or item.is_null:
            raise _refused(document, item, f"an item of the list {key.text} is no text")
        items.append(item.text)
    return GivenValue(key.text, ",".join(items), place)


def _without_comments(text: str) -> str:
    lines = text.lstrip("\ufeff").splitlines()
    return "\n".join(line for line in lines if not line.lstrip().startswith("#"))


def _place(document: Document, node: Node) -> Location:
    return document.span(node.start, node.end)


def _refused(document: Document, node: Node, message: str) -> UsageError:
    return UsageError(f"{_place(document, node)}: {message}")
