"""A plan or a state to a stack.

A plan decides: which instances there are, and every value that it knows. What it does not know
yet comes from the configuration: from the files beside the plan where they are in the tree, else
from what the plan itself says of the configuration.
"""

from __future__ import annotations

import posixpath
from collections.abc import Iterable, Iterator

from passrole.documents.nodes import Document, Mapping, Scalar
from passrole.documents.saved import saved_kind
from passrole.stacks.deployments import Deployment
from passrole.stacks.resources import ResourceTypes, Stack
from passrole.stacks.terraform.assembly import Assembly
from passrole.stacks.terraform.configuration import Configuration, Configurations
from passrole.stacks.terraform.reading import assembled
from passrole.stacks.terraform.saved.configured import (
    Part,
    hidden_variables,
    providers,
    read_part,
)
from passrole.stacks.terraform.saved.contents import Joiner, read_value
from passrole.stacks.terraform.saved.entries import (
    Saved,
    is_true,
    items,
    mapping,
    of_plan,
    of_state,
    of_state_file,
    text,
    under,
)
from passrole.stacks.terraform.saved.library import Library
from passrole.stacks.terraform.saved.modules import Frame, SavedInputs, SavedModule
from passrole.stacks.terraform.saved.places import Addressed
from passrole.stacks.terraform.saved.surroundings import with_surroundings
from passrole.values import Value


def read_saved(
    document: Document,
    configurations: Configurations,
    types: ResourceTypes,
    deployment: Deployment,
    folders: Iterable[str] = (),
) -> tuple[Stack, frozenset[str]] | None:
    """The stack of a plan or a state, and the directories whose configuration it stands for.

    ``folders`` are the directories of configuration in the scan. None where the document is
    neither, or of a version that is not read. Never raises.
    """
    root = document.root
    kind = saved_kind(root) if root is not None else None
    if not isinstance(root, Mapping) or kind is None or kind == "unread":
        return None
    document = Addressed(document)
    entries = {"plan": of_plan, "state": of_state}.get(kind, of_state_file)(root)
    configured = mapping(root, "configuration", "root_module")
    decides = not (_is_false(root, "complete") or is_true(root.get("errored")))
    library = Library(document, entries, decides=decides, is_configured=configured is not None)
    document.name(_addressed(root, library.every()))
    folder = posixpath.dirname(document.path) or "."
    own = read_part(document, configured, folder)
    beside = _beside(own, folder, configurations, folders) if kind == "plan" else None
    if beside is not None:
        own = own._replace(configuration=own.configuration._replace(directory=beside.directory))
    configuration = beside or _with_providers(own, document, root)
    configuration = with_surroundings(configuration, library, document, types)
    directory = configuration.directory
    target_id = f"target:{document.path}"
    deployment = deployment.at(document.path)
    assembly = Assembly(document.path, configurations, types, deployment, target_id, directory)
    variables = mapping(root, "variables")
    given = {
        key.text: value
        for key, each in (variables.pairs if variables is not None else ())
        if (value := under(each, "value")) is not None
    }
    inputs = SavedInputs(document, given, hidden_variables(configured), assembly.id)
    module = SavedModule(
        assembly,
        configuration,
        inputs,
        Frame(library, own, directory, beside is not None, Joiner()),
        chain=(directory,),
        outputs=_outputs(document, root, assembly.id),
    )
    stack, read = assembled(module, document.path, library.problems)
    return stack, read if beside is not None else frozenset()


def _is_false(root: Mapping, name: str) -> bool:
    node = root.get(name)
    return isinstance(node, Scalar) and node.plain and node.text == "false"


def _with_providers(part: Part, document: Document, root: Mapping) -> Configuration:
    found = list(providers(document, root))
    return part.configuration._replace(blocks={**part.configuration.blocks, "provider": found})


def _addressed(root: Mapping, entries: Iterable[Saved]) -> Iterator[tuple[Mapping, str]]:
    for saved in entries:
        yield saved.place, saved.address
    waiting = [(mapping(root, "configuration", "root_module"), "")]
    while waiting:
        node, prefix = waiting.pop()
        for each in items(node, "resources"):
            yield each, f"{prefix}{text(each, 'address')}"
        calls = mapping(node, "module_calls")
        for key, call in calls.pairs if calls is not None else ():
            waiting.append((mapping(call, "module"), f"{prefix}module.{key.text}."))


def _outputs(document: Document, root: Mapping, stack: str) -> dict[str, Value]:
    """The outputs that are known, of a plan, a state that was shown, or a state file."""
    found: dict[str, Value] = {}
    for path in (("planned_values", "outputs"), ("values", "outputs"), ("outputs",)):
        listed = mapping(root, *path)
        for key, output in listed.pairs if listed is not None else ():
            value = under(output, "value")
            if value is not None:
                hidden = under(output, "sensitive")
                id_ = f"{stack}#output.{key.text}"
                found[key.text] = read_value(document, value, None, hidden, id_)
    return found


# -- the configuration that a plan was made of ----------------------------------------------------


def _beside(
    part: Part, folder: str, configurations: Configurations, folders: Iterable[str]
) -> Configuration | None:
    """The files of the configuration that a plan was made of, where they can be told.

    Those in the folder of the plan, if they have anything in common with it; else the one folder
    of the scan that has exactly the resources and calls that the plan has.
    """
    wanted = _addresses(part.configuration)
    if not wanted:
        return None
    found = configurations.of(folder)
    if isinstance(found, Configuration) and wanted & _addresses(found):
        return found
    same = [
        each
        for directory in sorted(folders)
        if isinstance(each := configurations.of(directory), Configuration)
        and _addresses(each) == wanted
    ]
    return same[0] if len(same) == 1 else None


def _addresses(configuration: Configuration) -> frozenset[str]:
    return frozenset(
        block.address
        for kind in ("resource", "data", "module")
        for block in configuration.blocks.get(kind, ())
    )
