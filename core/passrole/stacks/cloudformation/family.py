"""One template at the root with all that it nests, and what it may ask of the rest of the scan."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace

from passrole.documents.nodes import Document
from passrole.documents.tree import Tree
from passrole.records import NamedTuple
from passrole.stacks.cloudformation.expressions import import_id, written
from passrole.stacks.cloudformation.instances import Instance
from passrole.stacks.cloudformation.locating import Templates
from passrole.stacks.cloudformation.nesting import URLS, Nest, Place
from passrole.stacks.cloudformation.reading import read_stack
from passrole.stacks.cloudformation.scope import Scope
from passrole.stacks.cloudformation.sharing import (
    READER,
    READER_PREFIX,
    Match,
    Names,
    Shared,
    Written,
    neutral,
    values_shared,
)
from passrole.stacks.cloudformation.template import TemplateResource
from passrole.stacks.deployments import Deployment
from passrole.stacks.resources import ResourceTypes, Stack
from passrole.values import ANYTHING, Hole, Origin, Text, Value, known, literal, with_defaults


class Reader(NamedTuple):
    """What every template of a scan is read with."""

    types: ResourceTypes
    deployment: Deployment
    tree: Tree | None


class Rest(NamedTuple):
    """What a family may ask of the rest of the scan.

    ``find`` tells who writes what is read under a name; ``value`` what that is, None while it is
    not known; ``reachable`` whether a root goes where this one goes, so that it may be imported.
    """

    find: Callable[[Shared], Match | None]
    value: Callable[[Written, Shared], Value | None]
    reachable: Callable[[str], bool]


class Family:
    """The stacks of one root. It answers what its templates ask of others (``Links``)."""

    def __init__(
        self,
        root: Instance,
        templates: Templates,
        reader: Reader,
        rest: Rest | None = None,
    ) -> None:
        """Without ``rest`` nothing is known of other roots, and only the names are of interest."""
        self._root = root
        self._reader = reader
        self._rest = rest
        self._nest = Nest(templates, self._read)
        self._stacks: tuple[Stack, ...] = ()
        self._places: Mapping[str, Place] = {}
        self._asked: set[Shared] = set()
        self._presumed: dict[str, dict[str, None]] = {}
        self._known: dict[str, dict[Shared, Value]] = {}

    def read(self, document: Document) -> tuple[Stack, ...]:
        """The stacks, that of the root last; read once."""
        root = self._read(document, self._root)
        self._stacks = (*self._nest.stacks, root)
        self._places = self._nest.places
        # It knows the templates as they are read, and they know who reads them.
        del self._nest
        return self._stacks

    def names(self) -> Names:
        """What the stacks write and read under names."""
        return Names(
            tuple(
                (
                    name,
                    Written(self._root.id, stack.id, stack.path, self._places.get(stack.id)),
                )
                for stack in self._stacks
                for name, _ in values_shared(stack)
            ),
            frozenset(self._asked),
        )

    def shared(self) -> dict[str, dict[Shared, Value]]:
        """What each stack shares, by its id."""
        return {stack.id: self._shared_by(stack) for stack in self._stacks}

    def begin(self, scope: Scope) -> None:
        """Read what the template nests."""
        self._nest.begin(scope)

    def attribute(
        self, resource: TemplateResource, attribute: str, origin: Origin, scope: Scope
    ) -> Value | None:
        """An output of a nested stack, or what the CDK brings from another region."""
        if resource.type_name in URLS:
            return self._nest.output(scope, resource.key.text, attribute, origin)
        if resource.type_name == READER and attribute.startswith(READER_PREFIX):
            return self._found(Shared("cross-region", Text((attribute,))), origin, scope)
        return None

    def imported(self, name: Text, origin: Origin, scope: Scope) -> Value | None:
        """What is exported under a name."""
        shared = Shared("export", neutral(name, scope.target))
        value = self._found(shared, origin, scope, name)
        if value is None:
            given = self._reader.deployment.facts.exports.get(name.known() or "")
            value = literal(given).at(origin) if given is not None else None
        return with_defaults(value, name.defaults) if value is not None else None

    def stored(self, name: Text, origin: Origin, scope: Scope) -> Text | None:
        """What the one template of the scan writes into the SSM parameter of a name."""
        value = self._found(Shared("ssm", neutral(name, scope.target)), origin, scope)
        if value is None:
            given = self._reader.deployment.facts.parameters.get(name.known() or "")
            value = literal(given).at(origin) if given is not None else None
        return value.relying_on(name.defaults) if isinstance(value, Text) else None

    def _found(
        self, shared: Shared, origin: Origin, scope: Scope, name: Text | None = None
    ) -> Value | None:
        self._asked.add(shared)
        match = self._rest.find(shared) if self._rest is not None else None
        if match is None or self._rest is None:
            return None
        export = shared.kind == "export" and name is not None
        if len(match.writers) > 1:
            return self._several(match, name, origin, scope) if export and name else None
        writer = match.writers[0]
        if writer.stack == scope.stack:
            if export and name is not None:
                message = f"{writer.path} imports what it exports itself"
                return self._circle(message, name, origin, scope)
            return None
        mine = writer.root == self._root.id
        value = (
            self._of_family(writer, match, scope) if mine else self._rest.value(writer, match.name)
        )
        if value is None:
            waits = self._nest.is_open(writer.place) if mine else self._rest.reachable(writer.root)
            if export and name is not None and waits:
                path = scope.template.document.path
                message = f"{path} imports from {writer.path}, which imports from it"
                return self._circle(message, name, origin, scope)
            return None
        for words in _presumed(match, shared, scope):
            self._presumed.setdefault(scope.stack, {})[words] = None
        return value

    def _of_family(self, writer: Written, match: Match, scope: Scope) -> Value | None:
        """What another stack of this family shares, read now if it was not."""
        stack = self._nest.stack_at(writer.place, scope) if writer.place is not None else None
        return self._shared_by(stack).get(match.name) if stack is not None else None

    def _several(self, match: Match, name: Text, origin: Origin, scope: Scope) -> Text:
        """A hole, and a problem: nobody knows which of several exports is meant."""
        paths = tuple(dict.fromkeys(each.path for each in match.writers))
        some = ", ".join(paths[:3]) + (", …" if paths[3:] else "")
        if len(paths) == 1:
            some = f"{len(match.writers)} stacks of {some}"
        message = f"Which export of {written(name)} is imported is not known: {some} export it"
        scope.problem("duplicate-export", message, origin.node)
        return _hole(name, scope, f"{some} export it")

    def _circle(self, message: str, name: Text, origin: Origin, scope: Scope) -> Text:
        scope.problem("cycle", message, origin.node)
        return _hole(name, scope, "the exports go in a circle")

    def _shared_by(self, stack: Stack) -> dict[Shared, Value]:
        found = self._known.get(stack.id)
        if found is None:
            found = self._known[stack.id] = dict(values_shared(stack))
        return found

    def _read(self, document: Document, instance: Instance) -> Stack:
        types, deployment, tree = self._reader
        stack = read_stack(document, types, deployment, instance=instance, links=self, tree=tree)
        presumed = self._presumed.get(stack.id)
        return replace(stack, presumed=(*stack.presumed, *presumed)) if presumed else stack


def _presumed(match: Match, shared: Shared, scope: Scope) -> tuple[str, ...]:
    """What is taken for granted to know a value that others share."""
    path = match.writers[0].path
    if shared.kind == "ssm":
        return (f"the SSM parameter {shared.name} holds what {path} writes into it",)
    if match.stack_name is not None:
        called = known(match.stack_name) or str(match.stack_name)
        reader = scope.template.document.path
        return (f"{reader} imports from {path}, whose stack is called {called}",)
    return ()


def _hole(name: Text, scope: Scope, reason: str) -> Text:
    return Text((Hole(import_id(name, scope.target.id), ANYTHING,
                      f"!ImportValue {written(name)}", reason),))  # fmt: skip
