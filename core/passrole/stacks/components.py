"""The components of a scan: stacks that may refer to each other, once for each deployment."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby

from passrole.documents.nodes import Document
from passrole.documents.tree import Tree
from passrole.records import NamedTuple
from passrole.stacks.deployments import Deployment
from passrole.stacks.linking import read_stacks
from passrole.stacks.resources import ResourceTypes, Stack


class Component(NamedTuple):
    """Stacks that are analysed together, and the names of the parameter sets they come with.

    ``sets`` is empty where every set of the scan gives the same values, or none.
    """

    stacks: tuple[Stack, ...]
    sets: tuple[str, ...] = ()


def read_components(
    documents: Sequence[Document],
    types: ResourceTypes,
    deployment: Deployment,
    tree: Tree | None = None,
) -> tuple[Component, ...]:
    """The components of every deployment, those of one deployment in the order of their targets.

    Stacks that get the same values from several parameter sets are one component.
    """
    deployments = deployment.apart()
    sets: dict[_Signature, list[str]] = {}
    found: dict[_Signature, tuple[Stack, ...]] = {}
    for name, each in deployments:
        stacks = sorted(read_stacks(documents, types, each, tree), key=_key)
        for _, group in groupby(stacks, key=_key):
            component = tuple(group)
            signature = tuple((stack.id, stack.given) for stack in component)
            found.setdefault(signature, component)
            sets.setdefault(signature, []).append(name)
    return tuple(
        Component(component, () if len(names) == len(deployments) else tuple(names))
        for (component, names) in zip(found.values(), sets.values(), strict=True)
    )


_Signature = tuple[tuple[str, tuple[tuple[str, str | None], ...]], ...]


def stacks_of(components: Sequence[Component]) -> Iterator[Stack]:
    """Every stack of every component, one that several deployments share more than once."""
    for component in components:
        yield from component.stacks


def _key(stack: Stack) -> str:
    """What stacks that may refer to each other share: their account where it is known."""
    if stack.component:
        return stack.component
    account = stack.target.account.known()
    return f"account {account}" if account is not None else stack.target.id
