"""Parameter values from the files that people already have."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

from passrole.documents.limits import Limits
from passrole.documents.nodes import Mapping, Node, Scalar, Sequence
from passrole.documents.recognition import parse
from passrole.errors import UsageError


def read_parameters(files: Iterable[str]) -> dict[str, str]:
    """Names and values of all files; a later file beats an earlier one.

    Knows CloudFormation's list of ``ParameterKey`` and ``ParameterValue``, its list of
    ``Name=Value``, the ``Parameters`` of a CodePipeline template configuration, and plain names and
    values, as JSON or YAML. Raises UsageError where a file cannot be read or is none of these.
    """
    values: dict[str, str] = {}
    for file in files:
        values.update(_read(file))
    return values


def _read(file: str) -> dict[str, str]:
    try:
        data = Path(file).read_bytes()
    except OSError as error:
        raise UsageError(f"{file}: cannot be read: {error.strerror}") from error
    document = parse(file, data, Limits())
    if document.root is None or document.problems:
        problem = document.problems[0] if document.problems else None
        place = document.span(problem.start, problem.end) if problem else file
        raise UsageError(f"{place}: {problem.message if problem else 'the file is empty'}")
    return dict(_pairs(file, document.root))


def _pairs(file: str, root: Node) -> Iterator[tuple[str, str]]:
    if isinstance(root, Sequence):
        for item in root.items:
            if isinstance(item, Scalar) and "=" in item.text:
                name, _, text = item.text.partition("=")
                yield name, text
                continue
            if not isinstance(item, Mapping):
                raise UsageError(
                    f"{file}: an entry of the list is neither Name=Value nor a ParameterKey"
                )
            key, value = item.get("ParameterKey"), item.get("ParameterValue")
            if not isinstance(key, Scalar):
                raise UsageError(f"{file}: an entry has no ParameterKey")
            if isinstance(value, Scalar):
                yield key.text, value.text
        return
    if not isinstance(root, Mapping):
        raise UsageError(f"{file}: neither a list nor a mapping of parameters")
    inner = root.get("Parameters")
    pairs = inner.pairs if isinstance(inner, Mapping) else root.pairs
    for key, value in pairs:
        if isinstance(value, Scalar):
            yield key.text, value.text
        elif isinstance(value, Sequence):
            parts = [item.text for item in value.items if isinstance(item, Scalar)]
            yield key.text, ",".join(parts)
        else:
            raise UsageError(f"{file}: the value of {key.text} is a mapping")
