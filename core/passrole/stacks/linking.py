"""Documents into the stacks that they are deployed as."""

from __future__ import annotations

from collections.abc import Sequence
from posixpath import dirname

from passrole.documents.nodes import Document
from passrole.documents.recognition import classify
from passrole.documents.tree import Tree
from passrole.stacks.deployments import Deployment
from passrole.stacks.resources import ResourceTypes, Stack


def read_stacks(
    documents: Sequence[Document],
    types: ResourceTypes,
    deployment: Deployment,
    tree: Tree | None = None,
) -> tuple[Stack, ...]:
    """The stacks of a scan, sorted by path; documents that are no stacks are passed over.

    A template is a stack, or as many as nest it. One that imports what exactly one other template
    exports shares its target and gets its very values. A Terraform root module is a stack with the
    modules that it calls, a plan or a state is one; a plan beside its configuration stands for it.
    ``tree`` is where files are opened that a document names.
    """
    templates: dict[str, Document] = {}
    modules: dict[str, list[Document]] = {}
    saved: list[Document] = []
    for document in sorted(documents, key=lambda each: each.path):
        kind = "terraform" if document.format == "hcl" else classify(document)
        if kind == "cloudformation":
            templates[document.path] = document
        elif kind == "terraform":
            modules.setdefault(dirname(document.path) or ".", []).append(document)
        elif kind == "saved":
            saved.append(document)
    stacks: list[Stack] = []
    if templates:
        # A scan of Terraform alone needs nothing of CloudFormation.
        from passrole.stacks.cloudformation.system import System  # noqa: PLC0415

        stacks.extend(System(templates, types, deployment, tree).stacks())
    if modules or saved:
        # Only scans with Terraform files need its parser.
        from passrole.stacks.terraform.roots import read_roots  # noqa: PLC0415

        stacks.extend(read_roots(modules, types, deployment, tree, saved))
    return tuple(sorted(stacks, key=lambda stack: (stack.path, stack.id, stack.format)))
