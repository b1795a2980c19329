"""What a run says of itself: what it could not read, what it was given in vain, what it assumes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from collections.abc import Set as AbstractSet

from passrole.documents.discovery import Unavailable
from passrole.documents.nodes import Document
from passrole.documents.tree import Tree
from passrole.errors import did_you_mean
from passrole.findings import Diagnostic
from passrole.settings import Settings
from passrole.stacks.deployments import Deployment
from passrole.stacks.resources import Stack


def problems(documents: Iterable[Document], stacks: Iterable[Stack]) -> Iterator[Diagnostic]:
    """What is wrong with documents and with stacks, each at its place."""
    for document in documents:
        for problem in document.problems:
            place = document.span(problem.start, problem.end)
            yield Diagnostic(problem.kind, problem.message, place)
    for stack in stacks:
        for problem, place in stack.problems:
            yield Diagnostic(problem.kind, problem.message, place)


def unread(files: Iterable[Unavailable]) -> Iterator[Diagnostic]:
    """Files and directories that were found and could not be read."""
    for path, problem in files:
        yield Diagnostic(problem.kind, f"{path}: {problem.message}")


def refused(tree: Tree, told: AbstractSet[tuple[str, str]]) -> Iterator[Diagnostic]:
    """Files that something names and that could not be read, but those that were told of."""
    for diagnostic in unread(Unavailable(*each) for each in tree.refused):
        if diagnostic[:2] not in told:
            yield diagnostic


def unused(deployment: Deployment, names: AbstractSet[str]) -> Iterator[Diagnostic]:
    """Values that are given for parameters that no template has, whose parameters are ``names``."""
    for given in deployment.sets:
        for name in sorted(given.values.keys() - names):
            message = f"{given.name} gives {name} a value, and no template has such a parameter"
            message += did_you_mean(name, names)
            yield Diagnostic("unknown-parameter", message, given.places.get(name))


def assumptions(
    settings: Settings, granted: AbstractSet[str], defaults: AbstractSet[str]
) -> tuple[str, ...]:
    """What the verdicts take for granted, in words.

    ``granted`` is what does so of some stacks, ``defaults`` are the parameter defaults used.
    """
    return (
        f"the partition is {settings.deployment.partition}",
        (
            "no other service control policy than those given, and no resource control policy"
            if settings.deployment.scps
            else "there is no service control policy and no resource control policy"
        ),
        "attachments and resource policies that are not in the scanned tree do not exist",
        "an action and what it works on are in one account, unless both accounts are known",
        *sorted(granted),
        *(f"parameter {default}, its default" for default in sorted(defaults)),
    )


def in_order(diagnostic: Diagnostic) -> tuple[object, ...]:
    """The order in which diagnostics are told: by place, then by kind and words."""
    place = diagnostic.location
    return (place.path, place.line, place.column) if place else ("", 0, 0), diagnostic[:2]
