"""Files of Terraform variables that the user names."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path

from passrole.documents.limits import Limits
from passrole.documents.nodes import Document
from passrole.documents.recognition import parse
from passrole.errors import UsageError


def read_variable_files(
    files: Iterable[str], shown: Callable[[str], str], limits: Limits
) -> tuple[Document, ...]:
    """The documents of the files, ``.tfvars`` or JSON; ``shown`` says how a path is shown.

    Raises UsageError where one cannot be read, or is no file of variables.
    """
    return tuple(_read(file, shown(file), limits) for file in files)


def _read(file: str, path: str, limits: Limits) -> Document:
    # Few runs have one.
    from passrole.stacks.terraform.tfvars import read_variables  # noqa: PLC0415

    try:
        data = Path(file).read_bytes()
    except OSError as error:
        raise UsageError(f"{file}: cannot be read: {error.strerror}") from error
    # Whatever its name, Terraform takes it for native syntax where it does not end in .json.
    suffix = "" if path.lower().endswith((".json", ".tfvars")) else ".tfvars"
    document = parse(path + suffix, data, limits)
    document.path = path
    for problem, place in read_variables(document).problems:
        raise UsageError(f"{place}: {problem.message}")
    return document
