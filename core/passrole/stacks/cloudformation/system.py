"""The templates of a scan as the stacks that they are deployed as, with what each knows of others.

A template that another one nests is read for each stack that nests it, all others once. Those that
share a value under a name are read in an order in which it is known, and go to one target.
"""

from __future__ import annotations

import posixpath
from collections.abc import Iterable, Iterator, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import replace

from passrole.documents.nodes import Document, Problem
from passrole.documents.tree import Tree
from passrole.stacks.cloudformation.assemblies import read_assemblies
from passrole.stacks.cloudformation.family import Family, Reader, Rest
from passrole.stacks.cloudformation.instances import Instance
from passrole.stacks.cloudformation.locating import Templates
from passrole.stacks.cloudformation.mentions import roles_by_name
from passrole.stacks.cloudformation.nesting import URLS, nested_in
from passrole.stacks.cloudformation.places import Places
from passrole.stacks.cloudformation.reading import resolver_of
from passrole.stacks.cloudformation.sharing import Index, Names, Shared, Written, marks_of
from passrole.stacks.deployments import Deployment
from passrole.stacks.ordering import ordered
from passrole.stacks.resources import ResourceTypes, Stack, StackProblem
from passrole.values import Value, literal


class System:
    """The templates of a scan, read once each where nothing makes it necessary to look twice."""

    def __init__(
        self,
        documents: Mapping[str, Document],
        types: ResourceTypes,
        deployment: Deployment,
        tree: Tree | None,
    ) -> None:
        self._given = documents
        self._types = types
        self._deployment = deployment
        self._tree = tree
        self._templates = Templates(documents, tree)
        self._assemblies = read_assemblies(documents, tree)
        self._places = Places(self._assemblies.homes, deployment)
        self._documents = dict(documents)
        self._nests: dict[str, frozenset[str]] = {}
        self._roots = tuple(self._found_roots())
        self._marks = marks_of(each.text for each in self._documents.values())
        names = {root: self._names(root) for root in self._roots}
        self._index = Index(names.values())
        self._needed = {root: frozenset(self._partners(root, names[root])) for root in names}
        self._presumed: dict[str, list[str]] = {}
        self._shared: dict[str, dict[Shared, Value]] = {}

    def stacks(self) -> tuple[Stack, ...]:
        """Every stack, in no order that matters."""
        families = dict(self._read(self._needed))
        changed = self._joined_by_roles(families)
        if changed:
            families.update(self._read(self._needed, changed))
        found = [stack for stacks in families.values() for stack in stacks]
        seen = {stack.path for stack in found}
        for path in sorted(self._given.keys() - seen):
            # Nested under a condition that does not hold, or beyond a limit: read on its own.
            families[path] = self._family(path).read(self._documents[path])
        targets = {root: stacks[-1].target for root, stacks in families.items()}
        components = self._places.components(targets)
        manifests = self._manifest_problems(families)
        return tuple(
            replace(
                stack,
                component=components[root],
                presumed=(*stack.presumed, *self._presumed.get(root, ())),
                problems=(*stack.problems, *manifests.get(stack.id, ())),
            )
            for root, stacks in families.items()
            for stack in stacks
        )

    def _read(
        self, needed: Mapping[str, frozenset[str]], only: AbstractSet[str] | None = None
    ) -> Iterator[tuple[str, tuple[Stack, ...]]]:
        """The stacks of each root, those first that others need values of."""
        again = set(only or ())
        for root in ordered(needed):
            if only is not None and root not in again and not needed[root] & again:
                continue
            again.add(root)
            family = self._family(root)
            stacks = family.read(self._documents[root])
            self._shared.update(family.shared())
            yield root, stacks

    def _family(self, root: str, *, alone: bool = False) -> Family:
        """The stacks of a root, which knows of no other one if it is ``alone``."""
        target = self._places.target(root)

        def reachable(other: str) -> bool:
            return self._places.target(other) == target

        def value(writer: Written, name: Shared) -> Value | None:
            return self._shared.get(writer.stack, {}).get(name)

        rest = None if alone else Rest(self._index.find, value, reachable)
        instance = self._instance(root)
        reader = Reader(self._types, self._deployment, self._tree)
        return Family(instance, self._templates, reader, rest)

    def _instance(self, root: str) -> Instance:
        home = self._assemblies.homes.get(root)
        target = self._places.target(root)
        if home is None:
            return Instance.of(root, target)
        return Instance.of(root, target, home.parameters, literal(home.name))

    def _found_roots(self) -> Iterator[str]:
        """The templates that no other one nests; of those that nest each other, the first."""
        open_paths = sorted(self._documents, reverse=True)
        while open_paths:
            path = open_paths.pop()
            document = self._documents[path]
            found = tuple(self._nested_in(document))
            self._nests[path] = frozenset(each.path for each in found) - {path}
            for each in found:
                if each.path not in self._documents:
                    self._documents[each.path] = each
                    open_paths.append(each.path)
        nested = frozenset[str]().union(*self._nests.values())
        reached: set[str] = set()
        for path in (*sorted(self._given.keys() - nested), *sorted(self._given.keys() & nested)):
            if path not in reached:
                reached.update(self._under(path))
                yield path

    def _nested_in(self, document: Document) -> Iterator[Document]:
        if any(type_name in document.text for type_name in URLS):
            instance = self._instance(document.path)
            scope = resolver_of(document, self._types, self._deployment, instance, None, self._tree)
            yield from nested_in(scope, self._templates)

    def _under(self, root: str) -> set[str]:
        """A template and all that it nests, over others too."""
        found, left = {root}, [root]
        while left:
            new = self._nests[left.pop()] - found
            found |= new
            left.extend(new)
        return found

    def _names(self, root: str) -> Names:
        """What is written and read under names below a root, by a first reading where there is."""
        texts = (self._documents[path].text for path in self._under(root))
        if not any(mark in text for text in texts for mark in self._marks):
            return Names()
        family = self._family(root, alone=True)
        family.read(self._documents[root])
        return family.names()

    def _partners(self, root: str, names: Names) -> Iterator[str]:
        """The roots whose values a root reads, where there is no doubt which."""
        for name in sorted(names.read, key=str):
            match = self._index.find(name)
            if match is None or len(match.writers) > 1 or match.writers[0].root == root:
                continue
            partner = match.writers[0].root
            if name.kind == "cross-region":
                self._places.together(root, partner)
                yield partner
            elif self._places.join(root, partner):
                yield partner

    def _manifest_problems(self, roots: Iterable[str]) -> dict[str, list[StackProblem]]:
        """Manifests that cannot be read, each told at the first template beside it."""
        found: dict[str, list[StackProblem]] = {}
        for path, problem in sorted(self._assemblies.problems.items()):
            beside = [root for root in roots if posixpath.dirname(root) == posixpath.dirname(path)]
            if beside:
                told = Problem(problem.kind, f"{path}: {problem.message}", 0, 0)
                place = self._documents[min(beside)].span(0, 0)
                found.setdefault(min(beside), []).append(StackProblem(told, place))
        return found

    def _joined_by_roles(self, families: Mapping[str, tuple[Stack, ...]]) -> set[str]:
        """The roots whose target is another one now that roles were found by their names."""
        before = {root: self._places.target(root) for root in families}
        for mention in roles_by_name(families):
            apart = self._places.target(mention.root) != self._places.target(mention.maker)
            if apart and self._places.join(mention.root, mention.maker):
                self._presumed.setdefault(mention.root, []).append(str(mention))
        return {root for root, target in before.items() if self._places.target(root) != target}
