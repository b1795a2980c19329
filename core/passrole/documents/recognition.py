"""Which files are ours, told from all other YAML and JSON.

Ours are templates, Terraform with its plans and states, and IAM policies.
A search through the bytes comes before parsing; it may let strangers pass, never keep one of ours
out. What is not ours is no finding and no failure. What looks like ours and cannot be parsed is
reported, a Helm chart that happens to speak of ``AWS::`` types included.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final, Literal

from passrole.documents.decoding import decode
from passrole.documents.limits import Limits
from passrole.documents.nodes import Document, Mapping, Node, Problem, Scalar, Sequence
from passrole.documents.saved import saved_kind
from passrole.documents.yaml import parse_yaml

Kind = Literal["cloudformation", "terraform", "saved", "policy"]
Format = Literal["yaml", "json", "hcl", "template"]

# What tells that a file means to be a CloudFormation template.
MARKS: Final = (b"AWS::", b"Resources", b"AWSTemplateFormatVersion")
# What stands in every plan that is shown and in every state.
_PLAN: Final = b'"format_version"'
_STATE: Final = b'"terraform_version"'
# Ways to write a letter in quotes without the letter. A file that uses one is parsed to be sure.
_ESCAPES: Final = (b"\\u00", b"\\U000", b"\\x", b"\\\n", b"\\\r")


def format_of(path: str) -> Format | None:
    """The format that the suffix of ``path`` promises; None for a suffix that we do not read."""
    name = path.lower()
    if name.endswith((".json", ".tfstate", ".tfplan")) or name.rpartition("/")[2] == "tfplan":
        return "json"
    if name.endswith((".yaml", ".yml")):
        return "yaml"
    if name.endswith((".tf", ".tofu")):
        return "hcl"
    return "template" if name.endswith(".template") else None


def may_be_root(path: str, data: bytes) -> bool:
    """Whether a file can be the start of an analysis, as far as its bytes tell."""
    if is_terraform(path):
        return True
    data = _narrow(data)
    if _PLAN in data or _STATE in data:
        return True
    if are_ours(marks_in(data)) or (b"Resources" in data and b"Transform" in data):
        return True
    if b"Statement" in data and b"Effect" in data:
        return True
    return b"\\" in data and any(escape in data for escape in _ESCAPES)


def looks_like_ours(path: str, data: bytes) -> bool:
    """Whether it would be wrong to pass over the file in silence if it cannot be parsed."""
    if is_terraform(path) or path.lower().endswith(".tfstate"):
        return True
    data = _narrow(data)
    return (_PLAN in data and _STATE in data) or are_ours(marks_in(data))


def marks_in(data: bytes) -> frozenset[bytes]:
    """Those of ``MARKS`` that stand in ``data``."""
    return frozenset(mark for mark in MARKS if mark in data)


def are_ours(marks: frozenset[bytes]) -> bool:
    """Whether ``marks`` are enough to tell one of our files."""
    return b"AWSTemplateFormatVersion" in marks or {b"AWS::", b"Resources"} <= marks


def is_terraform(path: str) -> bool:
    """Whether the suffix is one of Terraform or OpenTofu, in native or in JSON syntax."""
    return path.lower().endswith((".tf.json", ".tofu.json", ".tf", ".tofu"))


def _narrow(data: bytes) -> bytes:
    """``data`` with UTF-16 and UTF-32 cut down to one byte a letter, enough to search in."""
    return data.replace(b"\0", b"") if b"\0" in data[:16] else data


def parse(
    path: str, data: bytes, limits: Limits, parsed: dict[str, Document] | None = None
) -> Document:
    """The document in ``data``, whatever it is about; its problems say why it has no root.

    The format follows the suffix, that of variables files as well; other names are JSON where the
    text begins with a brace. ``parsed`` are documents of Terraform by their texts, this one being
    added: many files are copies of others, and have their nodes.
    """
    suffix = "hcl" if path.lower().endswith(".tfvars") else format_of(path)
    if len(data) > limits.size:
        message = f"more than {limits.size:,} bytes (limit size = {limits.size})"
        return Document(path, "", None, suffix or "yaml", (Problem("limit", message, 0, 0),))
    decoded = decode(data)
    text = decoded.text
    if suffix not in ("json", "yaml", "hcl"):
        suffix = "json" if text.lstrip().startswith("{") else "yaml"
    if decoded.problem is not None:
        return Document(path, text, None, suffix, (decoded.problem,))
    if suffix == "hcl":
        from passrole.documents.hcl import parse_hcl  # noqa: PLC0415 - only where there is a .tf

        twin = parsed.get(text) if parsed is not None else None
        if twin is not None:
            return Document(path, twin.text, twin.root, suffix, twin.problems)
        document = parse_hcl(path, text, limits)
        if parsed is not None:
            parsed[text] = document
        return document
    if suffix == "json":
        from passrole.documents.json import parse_json  # noqa: PLC0415 - likewise

        return parse_json(path, text, limits)
    return parse_yaml(path, text, limits)


def load(
    path: str, data: bytes, limits: Limits, parsed: dict[str, Document] | None = None
) -> Document | None:
    """The document of one file if it is ours, or if it looks so and cannot be parsed; else None.

    ``parsed`` as in ``parse``.
    """
    if not may_be_root(path, data):
        return None
    document = parse(path, data, limits, parsed)
    if document.root is None and document.problems:
        return document if looks_like_ours(path, data) else None
    return document if classify(document) is not None else None


def classify(document: Document) -> Kind | None:
    """What a document is about; None for what is not ours. ``saved`` is a plan or a state."""
    root = document.root
    if root is not None and is_terraform(document.path):
        return "terraform"
    if root is not None and document.format == "json" and saved_kind(root) is not None:
        return "saved"
    if isinstance(root, Mapping) and _is_template(root):
        return "cloudformation"
    return "policy" if root is not None and any(policies_in(root)) else None


def _is_template(root: Mapping) -> bool:
    if root.get("AWSTemplateFormatVersion") is not None:
        return True
    resources = root.get("Resources")
    if not isinstance(resources, Mapping):
        return False
    return root.get("Transform") is not None or any(
        key.text.startswith("Fn::") or _is_resource(value) for key, value in resources.pairs
    )


def _is_resource(node: Node) -> bool:
    kind = node.get("Type") if isinstance(node, Mapping) else None
    return isinstance(kind, Scalar) and "::" in kind.text


# Under what a document stands in the output of `aws iam get-policy-version` and its like.
_WRAPPERS: Final = (
    "PolicyDocument", "AssumeRolePolicyDocument", "Document", "PolicyVersion", "Policy",
    "policyDocument", "policy",
)  # fmt: skip
_WRAPPED: Final = 4


def policies_in(node: Node, depth: int = _WRAPPED) -> Iterator[Mapping]:
    """The IAM policies in a tree: the root, the items of a list, or what a wrapper holds."""
    if isinstance(node, Sequence) and depth:
        for item in node.items:
            yield from policies_in(item, depth - 1)
    elif isinstance(node, Mapping) and _is_policy(node):
        yield node
    elif isinstance(node, Mapping) and depth:
        for name in _WRAPPERS:
            inner = node.get(name)
            if inner is not None:
                yield from policies_in(inner, depth - 1)


def _is_policy(root: Mapping) -> bool:
    statement = root.get("Statement")
    statements = statement.items if isinstance(statement, Sequence) else (statement,)
    return any(isinstance(item, Mapping) and item.get("Effect") is not None for item in statements)
