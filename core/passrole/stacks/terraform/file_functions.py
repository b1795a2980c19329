"""Functions over files of the scanned tree; what is not there is unknown, it may be made later.

Source: https://developer.hashicorp.com/terraform/language/functions/templatefile
"""

from __future__ import annotations

import base64
import posixpath
from collections.abc import Callable, Mapping

from passrole.documents.decoding import decode
from passrole.documents.nodes import Document, Scalar
from passrole.stacks.terraform.decisions import truth
from passrole.stacks.terraform.expressions import Expression
from passrole.stacks.terraform.files import CURRENT_FOLDER, Files
from passrole.stacks.terraform.function_rows import Arguments
from passrole.stacks.terraform.operands import TEXT_CAP, Failure, as_text, not_computed
from passrole.stacks.terraform.parsing import ExpressionError, parse_template
from passrole.values import (
    LITERAL,
    Hole,
    Origin,
    Record,
    Text,
    Unknown,
    Value,
    known,
)

Render = Callable[[Expression, Mapping[str, Value]], Value]
"""Evaluates a template with the names that it is given."""


class FileText(Text):
    """A text that stands in a file of its own, wherever it is used."""

    __slots__ = ()

    def at(self, origin: Origin | None) -> Text:
        """The same text: its place is the file."""
        del origin
        return self


def file_call(name: str, arguments: Arguments, files: Files, render: Render) -> Value:
    """What one of ``FILE_FUNCTIONS`` gives; never raises."""
    failed = next((each for each in arguments if isinstance(each, Failure)), None)
    if failed is not None:
        return failed
    if len(arguments) != FILE_FUNCTIONS[name]:
        return Failure(f"{name}() has the wrong number of arguments")
    result = _call(name, arguments, files, render)
    if result is not None:
        return result
    path = files.path(arguments[0])
    reason = f"{path} is not in the scanned tree" if path else "the path of a file is not known"
    unknown = not_computed(f"{name}({{}})", arguments, reason)
    return unknown if name in ("fileexists", "fileset") else as_text(unknown) or unknown


def _call(name: str, arguments: Arguments, files: Files, render: Render) -> Value | None:
    if name in _OF_PATHS:
        text = known(arguments[0])
        return Text((_OF_PATHS[name](text),)) if text is not None else None
    if name == "abspath":
        return _absolute(arguments[0])
    path = files.path(arguments[0])
    if path is None or name == "fileset":
        return None
    data = files.read(path)
    if not isinstance(data, bytes):
        return None
    if name == "fileexists":
        return truth(True)
    if name == "filebase64":
        encoded = base64.b64encode(data).decode()
        return Text((encoded,)) if len(encoded) <= TEXT_CAP else None
    if name not in ("file", "templatefile") or len(data) > TEXT_CAP:
        return None
    text = decode(data).text
    if name == "templatefile":
        return rendered(text, arguments[1], _origin(path, text), render)
    return FileText((text,), _origin(path, text))


def _absolute(path: Value) -> Value | None:
    text = known(path)
    if text is None:
        return path if isinstance(path, Text) else None
    if posixpath.isabs(text):
        return path
    hole = Hole(f"#{CURRENT_FOLDER}", LITERAL, CURRENT_FOLDER, "where Terraform runs is not known")
    return Text((hole, "/", posixpath.normpath(text)))


def rendered(text: str, names: Value, origin: Origin | None, render: Render) -> Value | None:
    """A template with its names filled in, placed at ``origin``; None where they are not known."""
    if not isinstance(names, Record):
        return None
    try:
        template = parse_template(text)
    except ExpressionError as error:
        return Unknown(f"a template cannot be read: {error}")
    value = render(template, names.fields)
    if isinstance(value, Text):
        return FileText(value.parts, origin, value.defaults)
    return value


def _origin(path: str, text: str) -> Origin:
    """The whole of a file: who reads JSON in it finds the places inside."""
    root = Scalar(text, False, 0, len(text))
    return Origin(Document(path, text, root, "template"), root)


_OF_PATHS: Mapping[str, Callable[[str], str]] = {
    "basename": lambda path: posixpath.basename(path.rstrip("/")),
    "dirname": lambda path: posixpath.dirname(path) or ".",
    "pathexpand": str,
}

FILE_FUNCTIONS: Mapping[str, int] = {
    "abspath": 1, "basename": 1, "dirname": 1, "file": 1, "filebase64": 1, "filebase64sha256": 1,
    "filebase64sha512": 1, "fileexists": 1, "filemd5": 1, "fileset": 2, "filesha1": 1,
    "filesha256": 1, "filesha512": 1, "pathexpand": 1, "templatefile": 2,
}  # fmt: skip
"""The functions of this file, and how many arguments each takes."""
