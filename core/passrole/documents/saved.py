"""Plans and states of Terraform and OpenTofu, told from other JSON by what is in them.

Sources: https://developer.hashicorp.com/terraform/internals/json-format and
https://opentofu.org/docs/internals/json-format/ for what ``show -json`` writes;
https://github.com/hashicorp/terraform/blob/main/internal/states/statefile/read.go for the versions
of state files.
"""

from __future__ import annotations

import posixpath
from collections.abc import Iterable
from typing import Final, Literal

from passrole.documents.nodes import Document, Mapping, Node, Scalar, Sequence

SavedKind = Literal["plan", "state", "state-file", "unread"]

_ZIP: Final = b"PK\x03\x04"
_BINARY: Final = slice(30, 36)  # where the name of its first file stands in a ZIP file


def is_binary_plan(data: bytes) -> bool:
    """Whether a file is what ``terraform plan -out`` writes: no format that others may read."""
    return data.startswith(_ZIP) and data[_BINARY] == b"tfplan"


def saved_kind(root: Node) -> SavedKind | None:
    """Which kind of plan or state a document is, ``unread`` for a version that is not read."""
    if not isinstance(root, Mapping):
        return None
    version = root.get("format_version")
    if isinstance(version, Scalar):
        return _shown(root, version)
    version = root.get("version")
    if not isinstance(version, Scalar) or root.get("terraform_version") is None:
        return None
    if version.text == "4" and isinstance(root.get("resources"), Sequence):
        return "state-file"
    is_older = version.text in ("1", "2", "3") and isinstance(root.get("modules"), Sequence)
    return "unread" if is_older else None


def _shown(root: Mapping, version: Scalar) -> SavedKind | None:
    kind: SavedKind
    if root.get("planned_values") is not None or root.get("resource_changes") is not None:
        kind = "plan"
    elif isinstance(root.get("values"), Mapping) and root.get("terraform_version") is not None:
        kind = "state"
    else:
        return None
    # Whatever a later minor version adds may be passed over, says the format.
    return kind if version.text.partition(".")[0] in ("0", "1") else "unread"


def is_saved(document: Document) -> bool:
    """Whether a document is a plan or a state."""
    root = document.root
    return document.format == "json" and root is not None and saved_kind(root) is not None


def is_unread(document: Document) -> bool:
    """Whether a document is a plan or a state of a version that is not read."""
    return document.root is not None and saved_kind(document.root) == "unread"


def superseded(documents: Iterable[Document]) -> frozenset[str]:
    """The paths of states beside what is to be deployed next: a configuration, or its plan.

    ``documents`` are those of a scan that are Terraform's.
    """
    states: dict[str, list[str]] = {}
    newer: set[str] = set()
    for document in documents:
        folder = configured_in(document.path)
        root = document.root
        kind = saved_kind(root) if root is not None and document.format == "json" else None
        if kind in ("state", "state-file"):
            states.setdefault(folder, []).append(document.path)
        else:
            newer.add(folder)
    return frozenset(path for folder in states if folder in newer for path in states[folder])


def configured_in(path: str) -> str:
    """The folder of the configuration that a state or a plan at ``path`` is of, as its name says.

    States of workspaces are in a folder of their own below the configuration.
    """
    folder = posixpath.dirname(path)
    beginning, workspaces, _ = f"/{folder}/".rpartition("/terraform.tfstate.d/")
    return beginning[1:] if workspaces else folder
