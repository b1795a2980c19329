"""Templates that a stack set holds in its ``TemplateBody``: each is a template of its own.

It goes to accounts that nobody knows, so it is read like another file beside the one it stands in.
A template that a stack set names by ``TemplateURL`` is a file of its own already.

Source:
https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/aws-resource-cloudformation-stackset.html
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from passrole.documents.limits import Limits
from passrole.documents.locations import Location
from passrole.documents.nodes import Document, Mapping, Node, Problem, Scalar, Sequence
from passrole.documents.recognition import parse

STACK_SET = "AWS::CloudFormation::StackSet"
_BLOCK = ("|",)
_ANYTHING = re.compile(r"[^\n]")


class InlineTemplate(Document):
    """A template inside another document; places are those of the file that holds both."""

    def __init__(self, outer: Document, name: str, inner: Document) -> None:
        super().__init__(
            f"{outer.path} > {name}", inner.text, inner.root, inner.format, inner.problems
        )
        self._file = outer.path

    def span(self, start: int, end: int, pointer: str = "") -> Location:
        """The location of two offsets, in the file."""
        return super().span(start, end, pointer)._replace(path=self._file)


def inline_templates(documents: Iterable[Document]) -> Iterator[InlineTemplate]:
    """The templates in the stack sets of ``documents``, in their order."""
    for document in documents:
        if STACK_SET not in document.text or not isinstance(document.root, Mapping):
            continue
        resources = document.root.get("Resources")
        if not isinstance(resources, Mapping):
            continue
        for key, resource in resources.pairs:
            inner = _inner(document, resource)
            if inner is not None:
                yield InlineTemplate(document, re.sub(r"\W", "_", key.text), inner)


def _inner(document: Document, resource: Node) -> Document | None:
    if not isinstance(resource, Mapping):
        return None
    type_name, properties = resource.get("Type"), resource.get("Properties")
    if not isinstance(type_name, Scalar) or type_name.text != STACK_SET:
        return None
    body = properties.get("TemplateBody") if isinstance(properties, Mapping) else None
    if body is None or not isinstance(properties, Mapping):
        return None
    inner = _parsed(document, body)
    if isinstance(inner.root, Mapping):
        inner.root = _with_parameters(inner.root, properties.get("Parameters"))
    return inner


def _parsed(document: Document, body: Node) -> Document:
    """The document that a property holds, with places in the file around it."""
    if body.tag is None and isinstance(body, Mapping) and not _calls(body):
        return Document(document.path, document.text, body, document.format)
    if body.tag is not None or not isinstance(body, Scalar):
        message = "the template of this stack set is put together at deployment; it is not read"
        problem = Problem("stack-set", message, body.start, body.end)
        return Document(document.path, document.text, None, document.format, (problem,))
    text = document.text
    if document.format == "yaml" and text.startswith(_BLOCK, body.start):
        # As it stands in the file, with nothing around it: every place is right.
        line = text.find("\n", body.start) + 1
        before = _ANYTHING.sub(" ", text[:line])
        return parse(document.path, (before + text[line : body.end] + "\n").encode(), Limits())
    found = parse("body.template", body.text.encode("utf-8", "surrogatepass"), Limits())
    root = _Placing(body).node(found.root) if found.root is not None else None
    problems = tuple(
        Problem(each.kind, f"in this text: {each.message}", body.start, body.end)
        for each in found.problems
    )
    return Document(document.path, text, root, found.format, problems)


def _calls(node: Mapping) -> bool:
    return any(key.text == "Ref" or key.text.startswith("Fn::") for key, _ in node.pairs)


class _Placing:
    """Puts a whole tree at the place of one text; what aliases share stays shared."""

    def __init__(self, place: Node) -> None:
        self._start, self._end = place.start, place.end
        self._placed: dict[int, Node] = {}

    def node(self, node: Node) -> Node:
        """The same node at that place."""
        known = self._placed.get(id(node))
        if known is None:
            known = self._placed[id(node)] = self._copy(node)
        return known

    def _copy(self, node: Node) -> Node:
        if isinstance(node, Scalar):
            return self._scalar(node)
        if isinstance(node, Sequence):
            items = tuple(map(self.node, node.items))
            return Sequence(items, self._start, self._end, node.tag)
        pairs = tuple((self._scalar(key), self.node(value)) for key, value in node.pairs)
        return Mapping(pairs, self._start, self._end, node.tag)

    def _scalar(self, node: Scalar) -> Scalar:
        return Scalar(node.text, node.plain, self._start, self._end, node.tag)


def _with_parameters(root: Mapping, given: Node | None) -> Mapping:
    """The template without the defaults of parameters that the stack set gives values to.

    Those values belong to another template, and so they are left open.
    """
    parameters = root.get("Parameters")
    if given is None or not isinstance(parameters, Mapping):
        return root
    named = set(_keys(given))
    pairs = tuple(
        (key, _without_default(value) if not named or key.text in named else value)
        for key, value in parameters.pairs
    )
    changed = Mapping(pairs, parameters.start, parameters.end)
    sections = ((key, changed if value is parameters else value) for key, value in root.pairs)
    return Mapping(tuple(sections), root.start, root.end)


def _keys(given: Node) -> Iterator[str]:
    """The parameters that are given; none where the list is not written out: it may be all."""
    for item in given.items if isinstance(given, Sequence) else ():
        name = item.get("ParameterKey") if isinstance(item, Mapping) else None
        if isinstance(name, Scalar) and name.tag is None:
            yield name.text


def _without_default(parameter: Node) -> Node:
    if not isinstance(parameter, Mapping):
        return parameter
    pairs = tuple(pair for pair in parameter.pairs if pair[0].text != "Default")
    return Mapping(pairs, parameter.start, parameter.end, parameter.tag)
