"""``AWS::Include`` and other macros that stand in a part of a template.

Source: https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/transform-aws-include.html
(what is included stands beside what is written there) and
https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/template-macros-author.html
(a macro gets what stands around it, and may give back anything).
"""

from __future__ import annotations

import posixpath
from collections.abc import Callable

from passrole.documents.nodes import Document, Mapping, Node, Problem, Sequence
from passrole.documents.tree import Tree
from passrole.records import NamedTuple
from passrole.stacks.cloudformation.generated import Pair, Workshop
from passrole.stacks.cloudformation.scope import call_of
from passrole.stacks.cloudformation.transforms.walking import (
    DEPTH_CAP,
    plain_text,
    same_pairs,
    with_children,
)
from passrole.stacks.resources import StackProblem
from passrole.values import Value, known

INCLUDE = "AWS::Include"
TRANSFORM = "Fn::Transform"
FILE_CAP = 10
"""How many files may be open inside one another."""


class _File(NamedTuple):
    """A file that is being read: its nodes are copied where it is not the template itself."""

    document: Document
    workshop: Workshop
    done: dict[int, Node]
    opened: tuple[str, ...]

    @property
    def included(self) -> bool:
        return len(self.opened) > 1


class Includes:
    """Does the macros in the parts of one template; ``problems`` grow on the way.

    ``macros`` are those that get all resources, since they stand among them.
    """

    def __init__(
        self, workshop: Workshop, tree: Tree | None, evaluate: Callable[[Node], Value]
    ) -> None:
        self.problems: list[StackProblem] = []
        self.macros: list[str] = []
        self._workshop = workshop
        self._tree = tree
        self._evaluate = evaluate

    def expanded(self, document: Document, root: Mapping) -> Mapping:
        """The template with what it includes. Raises ``TooLarge``."""
        file = _File(document, self._workshop, {}, (posixpath.normpath(document.path),))
        pairs = list(root.pairs)
        for each in _macros(root.get("Transform")):
            if _name(each) == INCLUDE:
                pairs = self._with_sections(pairs, self._included(each, file, 1))
        done: list[Pair] = []
        for key, value in pairs:
            if key.text == TRANSFORM:
                included = self._included_by(value, file, 1)
                done = self._with_sections(done, included)
            elif isinstance(value, Mapping) and value.tag is None and key.text != "Transform":
                done.append((key, self._section(key.text, value, file)))
            else:
                done.append((key, value))
        return root if same_pairs(done, root) else self._workshop.mapping(done, root)

    def _with_sections(self, pairs: list[Pair], included: Node) -> list[Pair]:
        """The sections of a template and those of a file, those of one name as one."""
        if not isinstance(included, Mapping):
            key = self._workshop.scalar(TRANSFORM, included)
            return [*pairs, (key, included)]
        sections = {key.text: (key, value) for key, value in pairs}
        for key, value in included.pairs:
            _, mine = sections.get(key.text, (key, None))
            if isinstance(mine, Mapping) and isinstance(value, Mapping):
                both = self._workshop.mapping(self._beside(value, list(mine.pairs)), mine)
                sections[key.text] = (sections[key.text][0], both)
            elif mine is None:
                sections[key.text] = (key, value)
        return list(sections.values())

    def _section(self, name: str, section: Mapping, file: _File) -> Node:
        pairs: list[Pair] = []
        for key, value in section.pairs:
            if key.text == TRANSFORM:
                continue
            if name == "Resources" and isinstance(value, Mapping) and TRANSFORM in value.index:
                pairs.append((key, self._resource(value, file)))
            else:
                pairs.append((key, self._walk(value, file, 3)))
        macro = section.get(TRANSFORM)
        if macro is not None:
            included = self._included_by(macro, file, 2)
            if isinstance(included, Mapping):
                pairs = self._beside(included, pairs)
            else:  # what is left of the section is read as it is written
                names = (_name(each) for each in _macros(macro)) if name == "Resources" else ()
                self.macros.extend(each for each in names if each and each != INCLUDE)
                pairs.append((self._workshop.scalar(TRANSFORM, included), included))
        return section if same_pairs(pairs, section) else self._workshop.mapping(pairs, section)

    def _resource(self, node: Mapping, file: _File) -> Node:
        """A resource with a macro beside its Type: the macro may write its properties."""
        pairs = [
            (key, self._walk(value, file, 4)) for key, value in node.pairs if key.text != TRANSFORM
        ]
        included = self._included_by(node.index[TRANSFORM], file, 3)
        if isinstance(included, Mapping):
            return self._workshop.mapping(self._beside(included, pairs), node)
        pairs.append((self._workshop.scalar("Properties", included), included))
        return self._workshop.mapping(pairs, node)

    def _walk(self, node: Node, file: _File, depth: int) -> Node:
        found = file.done.get(id(node))
        if found is None:
            found = file.done[id(node)] = self._changed(node, file, depth)
        return found

    def _changed(self, node: Node, file: _File, depth: int) -> Node:
        if depth > DEPTH_CAP:
            return file.workshop.unknown("it is nested too deeply", node)
        call = call_of(node)
        if call is not None and call[0] == TRANSFORM:
            return self._included_by(call[1], file, depth)
        if isinstance(node, Mapping) and TRANSFORM in node.index:
            included = self._included_by(node.index[TRANSFORM], file, depth)
            if not isinstance(included, Mapping):
                return included
            pairs = [
                (key, self._walk(value, file, depth + 1))
                for key, value in node.pairs
                if key.text != TRANSFORM
            ]
            return file.workshop.mapping(self._beside(included, pairs), node)
        return with_children(
            node,
            lambda child: self._walk(child, file, depth + 1),
            file.workshop,
            copy=file.included,
        )

    def _beside(self, included: Mapping, pairs: list[Pair]) -> list[Pair]:
        """What is included together with what stands beside it; nobody says which one wins."""
        written = {key.text for key, _ in pairs}
        both = {key.text for key, _ in included.pairs if key.text in written}
        reason = "the included file and the template both have it"
        pairs = [
            (key, self._workshop.unknown(reason, value) if key.text in both else value)
            for key, value in pairs
        ]
        return [*pairs, *(pair for pair in included.pairs if pair[0].text not in both)]

    def _included_by(self, node: Node, file: _File, depth: int) -> Node:
        """What the macros at one place give, one after the other."""
        found: list[Pair] = []
        macros = _macros(node)
        for each in macros:
            name = _name(each)
            if name != INCLUDE:
                reason = f"the macro {name or 'of Fn::Transform'} is not run"
                return file.workshop.unknown(reason, each)
            included = self._included(each, file, depth)
            if not isinstance(included, Mapping) or len(macros) == 1:
                return included
            found = self._beside(included, found)
        return file.workshop.mapping(found, node)

    def _included(self, macro: Node, file: _File, depth: int) -> Node:
        """The tree of the file that one AWS::Include names, or an open node that says why not."""
        parameters = macro.get("Parameters") if isinstance(macro, Mapping) else None
        location = parameters.get("Location") if isinstance(parameters, Mapping) else None
        text = known(self._evaluate(location)) if location is not None else None
        if text is None or location is None:
            return file.workshop.unknown("which file AWS::Include takes is not known", macro)
        if "://" in text or text.startswith(("s3:", "//")):
            return file.workshop.unknown(
                f"AWS::Include takes {text[:200]}, outside the tree", macro
            )
        folder = posixpath.dirname(file.document.path)
        path = posixpath.normpath(posixpath.join(folder, text))
        if path in file.opened or len(file.opened) > FILE_CAP:
            message = f"{path} includes itself, over {' and '.join(file.opened[-3:])}"
            if path not in file.opened:
                message = f"more than {FILE_CAP} files include one another"
            self._problem(Problem("cycle", message, macro.start, macro.end), file.document)
            return file.workshop.unknown(message, macro)
        document = self._tree.document(path) if self._tree is not None else None
        if not isinstance(document, Document):
            reason = f"{text[:200]}, which AWS::Include takes, is not in the scanned tree"
            if document is not None:
                reason = f"AWS::Include: {document.message}"
            return file.workshop.unknown(reason, macro)
        for problem in document.problems:
            self._problem(problem, document)
        if document.root is None:
            return file.workshop.unknown(f"{path}, which AWS::Include takes, cannot be read", macro)
        opened = (*file.opened, path)
        inner = _File(document, file.workshop.at_work_in(document), {}, opened)
        return self._walk(document.root, inner, depth)

    def _problem(self, problem: Problem, document: Document) -> None:
        place = document.span(problem.start, problem.end)
        self.problems.append(StackProblem(problem, place))


def _macros(node: Node | None) -> tuple[Node, ...]:
    if node is None:
        return ()
    return node.items if isinstance(node, Sequence) else (node,)


def _name(macro: Node) -> str | None:
    """The name of a macro, with or without parameters."""
    return plain_text(macro.get("Name") if isinstance(macro, Mapping) else macro)
