"""The transforms of one template, in the order in which CloudFormation does them."""

from __future__ import annotations

from collections.abc import Callable

from passrole.documents.nodes import Document, Mapping, Node, Scalar, Sequence
from passrole.documents.tree import Tree
from passrole.records import NamedTuple
from passrole.stacks.cloudformation.generated import TooLarge, Workshop
from passrole.stacks.cloudformation.template import FOR_EACH, MALFORMED
from passrole.stacks.cloudformation.transforms.including import INCLUDE, Includes
from passrole.stacks.cloudformation.transforms.looping import Loops
from passrole.stacks.resources import StackProblem
from passrole.values import Value

LANGUAGE = "AWS::LanguageExtensions"
SERVERLESS = "AWS::Serverless-2016-10-31"
ADDS_ONLY = frozenset(
    (
        # They add resources or fill in values of their own, and change nothing else:
        # https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/transform-reference.html
        "AWS::CodeDeployBlueGreen",
        "AWS::SecretsManager-2020-07-23",
        "AWS::SecretsManager-2024-09-16",
        "AWS::ServiceCatalog",
    )
)
"""Transforms of AWS that leave alone what is not theirs."""

_FOLLOWED = frozenset((LANGUAGE, SERVERLESS, INCLUDE))

Evaluator = Callable[[Node], Callable[[Node], Value]]
"""Given the root of a template as it is so far: what gives the value of a node in it."""


class Expanded(NamedTuple):
    """A template after its transforms: its root, and what is amiss.

    ``generates`` says that resources may come that are not there. ``macros`` are those that may
    have changed anything.
    """

    root: Node
    problems: tuple[StackProblem, ...]
    generates: bool
    macros: tuple[str, ...]


def expand(document: Document, tree: Tree | None, evaluator: Evaluator) -> Expanded:
    """The template of ``document`` after its transforms.

    ``tree`` is where included files are opened. What cannot be followed stays open, with a reason.
    """
    root = document.root
    if not isinstance(root, Mapping):
        return Expanded(document.root or Scalar("", True, 0, 0), (), False, ())
    return _Run(document, tree, evaluator).done(root)


class _Run:
    """One template while its transforms are done."""

    def __init__(self, document: Document, tree: Tree | None, evaluator: Evaluator) -> None:
        self.document = document
        self.tree = tree
        self.evaluator = evaluator
        self.workshop = Workshop(document)
        self.problems: list[StackProblem] = []
        self.macros: list[str] = []

    def done(self, root: Mapping) -> Expanded:
        names = self._names(root)
        try:
            result = self._transformed(root, names)
        except TooLarge:
            result = root
            self._problem("limit", "The transforms make too large a template of this one", root)
        # A macro gets the whole template and may give back another one.
        # https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/template-macros-author.html
        macros = tuple(name for name in names if name not in ADDS_ONLY | _FOLLOWED)
        for name in macros:
            message = f"The macro {name} may change this template; it is read as written"
            self._problem("macro", message, names[name])
        open_ended = result is root or any(name not in (LANGUAGE, INCLUDE) for name in names)
        generates = open_ended and bool(names)
        return Expanded(result, tuple(self.problems), generates, (*macros, *self.macros))

    def _transformed(self, root: Mapping, names: dict[str, Node]) -> Mapping:
        text = self.document.text
        if "Transform" in text:
            includes = Includes(self.workshop, self.tree, self.evaluator(root))
            try:
                root = includes.expanded(self.document, root)
            finally:
                self.problems.extend(includes.problems)
                self.macros.extend(includes.macros)
        if FOR_EACH in text or any("Include" in name for name in names):
            loops = Loops(self.workshop, self.evaluator(root))
            root = loops.expanded(root)
            if loops.first is not None and LANGUAGE not in names:
                message = f"{loops.first.text} needs the Transform {LANGUAGE}"
                self._problem(MALFORMED, message, loops.first)
        if SERVERLESS in names:
            root = self._serverless(root)
        return root

    def _serverless(self, root: Mapping) -> Mapping:
        # Few templates are SAM's, and only they need its tables.
        from passrole.stacks.cloudformation.transforms.sam.serverless import (  # noqa: PLC0415
            Serverless,
        )

        serverless = Serverless(self.workshop, self.evaluator(root))
        try:
            return serverless.expanded(root)
        finally:
            for problem, node in serverless.problems:
                self._problem(problem.kind, problem.message, node)

    def _names(self, root: Mapping) -> dict[str, Node]:
        """The macros that process the whole template, in their order, each where it is named."""
        node = root.get("Transform")
        found: dict[str, Node] = {}
        if node is None:
            return found
        for item in node.items if isinstance(node, Sequence) else (node,):
            name = item.get("Name") if isinstance(item, Mapping) else item
            if not isinstance(name, Scalar):
                self._problem(MALFORMED, "A Transform is the name of a macro", item)
            elif not name.is_null:
                found[name.text] = item
        return found

    def _problem(self, kind: str, message: str, node: Node) -> None:
        document = self.document if node.made is None else node.made.document
        self.problems.append(StackProblem.at(kind, message, document, node))
