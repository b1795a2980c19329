"""The sections of a template, found in its tree; what is not as it should be is a problem."""

from __future__ import annotations

from collections.abc import Iterator

from passrole.documents.nodes import Document, Mapping, Node, Scalar, Sequence
from passrole.records import NamedTuple
from passrole.stacks.cloudformation.generated import OpenNode
from passrole.stacks.resources import StackProblem

FOR_EACH = "Fn::ForEach::"
MALFORMED = "malformed-template"
UNDEFINED = "undefined-reference"


class Entry(NamedTuple):
    """One named part of a section: its key, and what stands under it."""

    key: Scalar
    node: Mapping


class TemplateResource(NamedTuple):
    """One resource as it is written; ``properties`` is None where it has none."""

    key: Scalar
    node: Mapping
    type_name: str
    properties: Node | None


class Template(NamedTuple):
    """A template by sections, its transforms done as far as they can be.

    ``generates`` says that a transform or loop may add resources that are not here.
    """

    document: Document
    parameters: dict[str, Entry]
    mappings: dict[str, Entry]
    conditions: dict[str, Node]
    resources: dict[str, TemplateResource]
    outputs: dict[str, Entry]
    logical_ids: frozenset[str]
    generates: bool
    problems: tuple[StackProblem, ...]
    macros: tuple[str, ...] = ()


def read_template(
    document: Document,
    root: Node | None = None,
    *,
    generates: bool = False,
    macros: tuple[str, ...] = (),
) -> Template:
    """The sections of ``document``; parts that cannot be read are left out and told as problems.

    ``root`` is what transforms made of the document, where it has any; ``generates`` says that
    they may make more than is there, ``macros`` are those that may have changed anything.
    """
    reader = _Reader(document, document.root if root is None else root)
    resources = dict(reader.resources())
    return Template(
        document,
        dict(reader.entries("Parameters")),
        dict(reader.entries("Mappings")),
        {key.text: node for key, node in reader.pairs("Conditions")},
        resources,
        dict(reader.entries("Outputs")),
        frozenset(reader.logical_ids),
        generates
        or (root is None and reader.transforms)
        or reader.loops
        or any(each.type_name.endswith("::MODULE") for each in resources.values()),
        tuple(reader.problems),
        macros,
    )


class _Reader:
    """Reads sections one after the other and collects problems on the way."""

    def __init__(self, document: Document, root: Node | None) -> None:
        self.document = document
        self.problems: list[StackProblem] = []
        self.logical_ids: list[str] = []
        self.loops = False
        self.root: Mapping | None = None
        if isinstance(root, Mapping):
            self.root = root
        elif root is not None:
            self.malformed("A template is a mapping of sections", root)

    @property
    def transforms(self) -> bool:
        """Whether a macro that processes the whole template is named."""
        node = self.root.get("Transform") if self.root is not None else None
        return node is not None and not (isinstance(node, Scalar) and node.is_null)

    def malformed(self, message: str, node: Node) -> None:
        self.problem(MALFORMED, message, node)

    def problem(self, kind: str, message: str, node: Node) -> None:
        document = self.document if node.made is None else node.made.document
        self.problems.append(StackProblem.at(kind, message, document, node))

    def pairs(self, section: str) -> Iterator[tuple[Scalar, Node]]:
        """What stands in a section; loops are told as problems and skipped."""
        node = self.root.get(section) if self.root is not None else None
        if node is None or (isinstance(node, Scalar) and node.is_null):
            return
        if not isinstance(node, Mapping):
            self.malformed(f"{section} is not a mapping", node)
            return
        for key, value in node.pairs:
            if key.text.startswith(FOR_EACH):
                self.loops = True
                why = value.text if isinstance(value, OpenNode) else "its collection is not known"
                message = f"{key.text} is not expanded, so what it makes is not analysed: {why}"
                self.problem("for-each", message, key)
            elif key.text == "Fn::Transform":
                self.loops = True
                why = f": {value.text}" if isinstance(value, OpenNode) else ""
                message = f"The Fn::Transform under {section} is not done{why}"
                self.problem("macro", message, key)
            else:
                yield key, value

    def entries(self, section: str) -> Iterator[tuple[str, Entry]]:
        """The mappings of a section by name."""
        for key, value in self.pairs(section):
            if isinstance(value, Mapping):
                yield key.text, Entry(key, value)
            else:
                self.malformed(f"{key.text} under {section} is not a mapping", value)

    def resources(self) -> Iterator[tuple[str, TemplateResource]]:
        """The resources that have a type, by logical id."""
        for key, node in self.pairs("Resources"):
            self.logical_ids.append(key.text)
            if not isinstance(node, Mapping):
                self.malformed(f"The resource {key.text} is not a mapping", node)
                continue
            type_node = node.get("Type")
            if not isinstance(type_node, Scalar) or not type_node.text or type_node.tag:
                self.malformed(f"The resource {key.text} has no Type", type_node or key)
                continue
            yield key.text, TemplateResource(key, node, type_node.text, self.properties(key, node))

    def properties(self, key: Scalar, resource: Mapping) -> Node | None:
        """The properties of a resource, or None where they are missing or no mapping."""
        node = resource.get("Properties")
        if isinstance(node, (Mapping, OpenNode)) or node is None:
            return node
        if isinstance(node, Scalar) and node.is_null:
            return None
        if isinstance(node, Sequence) and node.tag:
            return node
        self.malformed(f"The Properties of {key.text} are not a mapping", node)
        return None
