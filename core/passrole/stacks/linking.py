"""Documents into stacks that belong together: templates that share exports share a target."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from heapq import heapify, heappop, heappush
from pathlib import PurePosixPath

from passrole.documents.nodes import Document, Problem
from passrole.documents.recognition import classify
from passrole.documents.tree import Tree
from passrole.stacks.cloudformation.expressions import import_id, written
from passrole.stacks.cloudformation.reading import read_stack
from passrole.stacks.deployments import Deployment
from passrole.stacks.resources import ResourceTypes, Stack, StackProblem
from passrole.values import ANYTHING, Hole, Origin, Text, Value

_SKETCH = "target:"


def read_stacks(
    documents: Sequence[Document],
    types: ResourceTypes,
    deployment: Deployment,
    tree: Tree | None = None,
) -> tuple[Stack, ...]:
    """The stacks of a scan, sorted by path; documents that are no stacks are passed over.

    A template is a stack. One that imports what exactly one other template exports shares its
    target and gets its very values. A Terraform root module is a stack with the modules that it
    calls. ``tree`` is where files are opened that a document names.
    """
    templates: dict[str, Document] = {}
    modules: dict[str, list[Document]] = {}
    for document in sorted(documents, key=lambda each: each.path):
        kind = "terraform" if document.format == "hcl" else classify(document)
        if kind == "cloudformation":
            templates[document.path] = document
        elif kind == "terraform":
            modules.setdefault(str(PurePosixPath(document.path).parent), []).append(document)
    stacks = [*_Linked(templates, types, deployment, tree).stacks()]
    if modules:
        # Only scans with Terraform files need its parser.
        from passrole.stacks.terraform.roots import read_roots  # noqa: PLC0415

        stacks.extend(read_roots(modules, types, deployment, tree))
    return tuple(sorted(stacks, key=lambda stack: (stack.path, stack.format)))


@dataclass(slots=True)
class _Names:
    """What one template exports and imports, as names without a target."""

    exports: frozenset[Text] = frozenset()
    imports: frozenset[Text] = frozenset()


class _Linked:
    """The templates of a scan; those that export come before those that import."""

    def __init__(
        self,
        templates: Mapping[str, Document],
        types: ResourceTypes,
        deployment: Deployment,
        tree: Tree | None,
    ) -> None:
        self._templates = templates
        self._tree = tree
        self._types = types
        self._deployment = deployment
        names = {path: self._names(document) for path, document in templates.items()}
        self._exporters = _exporters(names)
        self._needed = {path: frozenset(self._partners(path, each)) for path, each in names.items()}
        self._targets = _targets(self._needed)
        self._exports: dict[str, dict[Text, Value]] = {}

    def stacks(self) -> Iterator[Stack]:
        """Every template read once, with the values that it imports."""
        for path in _ordered(self._needed):
            stack = self._read(path)
            target = self._targets[path]
            self._exports[path] = {
                _neutral(name, target): value
                for name, value in reversed(stack.exports)
                if isinstance(name, Text)
            }
            yield stack

    def _names(self, document: Document) -> _Names:
        """Exports and imports by a first reading, for templates that have any."""
        if "Export" not in document.text and "ImportValue" not in document.text:
            return _Names()
        imports: set[Text] = set()

        def record(name: Text, origin: Origin) -> None:
            del origin
            imports.add(_neutral(name, _SKETCH))

        stack = read_stack(
            document,
            self._types,
            self._deployment,
            target_id=_SKETCH,
            imports=record,
            tree=self._tree,
        )
        exports = frozenset(
            _neutral(name, _SKETCH) for name, _ in stack.exports if isinstance(name, Text)
        )
        return _Names(exports, frozenset(imports))

    def _partners(self, path: str, names: _Names) -> Iterator[str]:
        """The templates whose exports a template imports, where there is no doubt which."""
        for name in names.imports:
            exporters = self._exporters.get(name, ())
            if len(exporters) == 1 and exporters[0] != path:
                yield exporters[0]

    def _read(self, path: str) -> Stack:
        target = self._targets[path]
        cycles: list[StackProblem] = []

        def imported(name: Text, origin: Origin) -> Value | None:
            neutral = _neutral(name, target)
            exporters = self._exporters.get(neutral, ())
            if not exporters:
                return None
            if len(exporters) > 1:
                some = ", ".join(exporters[:3]) + (", …" if exporters[3:] else "")
                return _hole(name, target, f"{some} export it")
            exporter = exporters[0]
            if exporter in self._exports:
                return self._exports[exporter].get(neutral)
            if self._targets[exporter] != target:
                return None
            message = f"{path} imports from {exporter}, which imports from it"
            if exporter == path:
                message = f"{path} imports what it exports itself"
            node = origin.node
            problem = Problem("cycle", message, node.start, node.end)
            place = origin.document.span(node.start, node.end)
            cycles.append(StackProblem(problem, place))
            return _hole(name, target, "the exports go in a circle")

        document = self._templates[path]
        stack = read_stack(
            document,
            self._types,
            self._deployment,
            target_id=target,
            imports=imported,
            tree=self._tree,
        )
        return replace(stack, problems=(*stack.problems, *cycles)) if cycles else stack


def _hole(name: Text, target: str, reason: str) -> Text:
    return Text((Hole(import_id(name, target), ANYTHING,
                      f"!ImportValue {written(name)}", reason),))  # fmt: skip


def _neutral(name: Text, target: str) -> Text:
    """The name with the account and region of any target, so that it can be looked up in all."""
    prefix = f"{target}@"
    return Text(
        part._replace(id=f"@{part.id.removeprefix(prefix)}")
        if isinstance(part, Hole) and part.id.startswith(prefix)
        else part
        for part in name.parts
    )


def _exporters(names: Mapping[str, _Names]) -> dict[Text, tuple[str, ...]]:
    """The templates that export each name, sorted."""
    found: dict[Text, list[str]] = {}
    for path in sorted(names):
        for name in names[path].exports:
            found.setdefault(name, []).append(path)
    return {name: tuple(paths) for name, paths in found.items()}


def _targets(needed: Mapping[str, Iterable[str]]) -> dict[str, str]:
    """The target of each template: templates that are linked, over others too, share one."""
    parents = {path: path for path in needed}

    def root(path: str) -> str:
        while parents[path] != path:
            parents[path] = parents[parents[path]]
            path = parents[path]
        return path

    for path in sorted(needed):
        for partner in needed[path]:
            first, second = sorted((root(path), root(partner)))
            parents[second] = first
    return {path: f"target:{root(path)}" for path in needed}


def _ordered(needed: Mapping[str, frozenset[str]]) -> Iterator[str]:
    """Every path after those it needs; in a circle, the smallest path comes first."""
    waiting = {path: len(partners) for path, partners in needed.items()}
    users: dict[str, list[str]] = {}
    for path, partners in needed.items():
        for partner in partners:
            users.setdefault(partner, []).append(path)
    left = sorted(needed, reverse=True)
    ready = [path for path, count in waiting.items() if not count]
    heapify(ready)
    while waiting:
        if ready:
            path = heappop(ready)
        else:
            while left[-1] not in waiting:
                left.pop()
            path = left[-1]
        if waiting.pop(path, None) is None:
            continue
        yield path
        for user in users.get(path, ()):
            if user in waiting:
                waiting[user] -= 1
                if not waiting[user]:
                    heappush(ready, user)
