"""The sections of a template, found in its tree; what is not as it should be is a problem."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from passrole.documents.nodes import Document, Mapping, Node, Problem, Scalar, Sequence

FOR_EACH = "Fn::ForEach::"
MALFORMED = "malformed-template"
UNDEFINED = "undefined-reference"


@dataclass(frozen=True, slots=True)
class Entry:
    """One named part of a section: its key, and what stands under it."""

    key: Scalar
    node: Mapping


@dataclass(frozen=True, slots=True)
class TemplateResource:
    """One resource as it is written; ``properties`` is None where it has none."""

    key: Scalar
    node: Mapping
    type_name: str
    properties: Node | None


@dataclass(frozen=True, slots=True)
class Template:
    """A template by sections. ``generates`` says that a transform or loop may add resources."""

    document: Document
    parameters: dict[str, Entry]
    mappings: dict[str, Entry]
    conditions: dict[str, Node]
    resources: dict[str, TemplateResource]
    outputs: dict[str, Entry]
    logical_ids: frozenset[str]
    generates: bool
    problems: tuple[Problem, ...]


def read_template(document: Document) -> Template:
    """The sections of ``document``; parts that cannot be read are left out and told as problems."""
    reader = _Reader(document)
    resources = dict(reader.resources())
    transforms = tuple(reader.transforms())
    return Template(
        document,
        dict(reader.entries("Parameters")),
        dict(reader.entries("Mappings")),
        {key.text: node for key, node in reader.pairs("Conditions")},
        resources,
        dict(reader.entries("Outputs")),
        frozenset(reader.logical_ids),
        bool(transforms)
        or reader.loops
        or any(each.type_name.endswith("::MODULE") for each in resources.values()),
        tuple(reader.problems),
    )


class _Reader:
    """Reads sections one after the other and collects problems on the way."""

    def __init__(self, document: Document) -> None:
        self.problems: list[Problem] = []
        self.logical_ids: list[str] = []
        self.loops = False
        self.root: Mapping | None = None
        if isinstance(document.root, Mapping):
            self.root = document.root
        elif document.root is not None:
            self.malformed("A template is a mapping of sections", document.root)

    def malformed(self, message: str, node: Node) -> None:
        self.problems.append(Problem(MALFORMED, message, node.start, node.end))

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
                message = f"{key.text} is not expanded: what it makes is not analysed"
                self.problems.append(Problem("for-each", message, key.start, key.end))
            elif key.text == "Fn::Transform":
                self.loops = True
                message = f"The Fn::Transform under {section} is not expanded"
                self.problems.append(Problem("macro", message, key.start, key.end))
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
        if isinstance(node, Mapping) or node is None:
            return node
        if isinstance(node, Scalar) and node.is_null:
            return None
        if isinstance(node, Sequence) and node.tag:
            return node
        self.malformed(f"The Properties of {key.text} are not a mapping", node)
        return None

    def transforms(self) -> Iterator[str]:
        """The macros that process the whole template; AWS does not say what a stranger's does."""
        node = self.root.get("Transform") if self.root is not None else None
        if node is None:
            return
        for item in node.items if isinstance(node, Sequence) else (node,):
            name = item.get("Name") if isinstance(item, Mapping) else item
            if not isinstance(name, Scalar):
                self.malformed("A Transform is the name of a macro", item)
                continue
            if name.is_null:
                continue
            yield name.text
            if not name.text.startswith("AWS::"):
                message = f"The macro {name.text} may change this template; it is read as written"
                self.problems.append(Problem("macro", message, item.start, item.end))
