"""Which components of a scan depend on a file that changed.

Asked before anything of a component is worked out but how it is linked. Where that tells too little
a component counts as affected: to look at one too many does no harm.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet

from passrole.documents.changed import Changes
from passrole.documents.limits import Limits
from passrole.documents.nodes import Document
from passrole.documents.recognition import classify, format_of, is_terraform, load
from passrole.documents.tree import Tree
from passrole.records import NamedTuple
from passrole.stacks.cloudformation.stacksets import inline_templates
from passrole.stacks.components import Component, read_components
from passrole.stacks.deployments import Deployment
from passrole.stacks.resources import ResourceTypes, Stack


class Scan(NamedTuple):
    """What the components were made of."""

    documents: Sequence[Document]
    types: ResourceTypes
    deployment: Deployment
    root: str
    paths: Sequence[str]
    limits: Limits


def affected(
    components: Sequence[Component], scan: Scan, changes: Changes
) -> tuple[Component, ...]:
    """The components that a change may have an effect on, in their order."""
    texts = {each.path: each.text for each in scan.documents}
    gone = [path for path in changes.gone() if format_of(path) or _is_variables(path)]
    touched = {path for path in texts if changes.has_changed(_file(path))}
    before = _linked_before(scan, changes, touched, gone)
    folders = _changed_folders(scan, changes, touched, gone)
    roots = {_folder(stack, texts) for each in components for stack in each.stacks}

    def is_affected(component: Component) -> bool:
        files = set(map(_file, _files(component.stacks)))
        ids = frozenset(stack.id for stack in component.stacks)
        if files & touched or any(map(changes.has_changed, files - texts.keys())):
            return True
        if any(stack.format == "terraform" for stack in component.stacks):
            own = {posixpath.dirname(path) for path in files}
            own |= {_folder(stack, texts) for stack in component.stacks}
            # Who calls the module in a folder that is no root is not asked: it may be anybody.
            if any(folder in own or folder not in roots for folder in folders):
                return True
            return _reads_changed(own, texts, changes)
        if before is not None and ids not in before:
            return True
        return any(_mentions_changed(path, texts.get(path, ""), changes) for path in sorted(files))

    return tuple(each for each in components if is_affected(each))


def _file(path: str) -> str:
    """The file of a document; a template inside another stands in the file of that one."""
    return path.partition(" > ")[0]


def _files(stacks: Iterable[Stack]) -> Iterator[str]:
    for stack in stacks:
        if stack.format != "terraform":
            yield stack.path
        for resource in stack.resources.values():
            yield resource.origin.document.path


def _folder(stack: Stack, texts: Container[str]) -> str:
    """Where a stack is configured: configuration is a folder, all else a file."""
    is_folder = stack.format == "terraform" and stack.path not in texts
    return (stack.path if is_folder else posixpath.dirname(stack.path)) or "."


def _linked_before(
    scan: Scan, changes: Changes, touched: AbstractSet[str], gone: Iterable[str]
) -> frozenset[frozenset[str]] | None:
    """Which stacks of templates went together before, if none of their files has changed.

    None where no template changed that may go together with others.
    """
    old = changes.before((*sorted(map(_file, touched)), *gone))
    read = (load(path, data, scan.limits) for path, data in sorted(old.items()))
    former = [each for each in read if each is not None and _is_template(each)]
    ours = [each for each in scan.documents if _is_template(each) and _file(each.path) == each.path]
    changed = {_file(path) for path in touched}
    kept = [each for each in ours if each.path not in changed]
    links = (each for each in (*former, *ours) if each not in kept)
    if not any(_LINKS.search(each.text) for each in links):
        return None
    documents = (*kept, *former)
    tree = Tree(scan.root, scan.paths, scan.limits, edited=old)
    for document in documents:
        tree.add(document)
    templates = (*documents, *inline_templates(documents))
    moved = {*changed, *gone}
    return frozenset(
        frozenset(stack.id for stack in component.stacks)
        for component in read_components(templates, scan.types, scan.deployment, tree)
        if not any(_file(path) in moved for path in _files(component.stacks))
    )


_LINKS = re.compile(
    r"Export|Import|SSM|resolve|:role|role/|:policy|policy/|Roles\b|RoleName|ManagedPolicyName"
    r"|TemplateURL|Location|Transform|Serverless|\\\\"
)
"""What a template has that another one refers to, or that refers to another one, by any name."""


def _is_template(document: Document) -> bool:
    return document.format != "hcl" and classify(document) == "cloudformation"


def _is_variables(path: str) -> bool:
    return path.endswith((".tfvars", ".tfvars.json"))


def _changed_folders(
    scan: Scan, changes: Changes, touched: AbstractSet[str], gone: Iterable[str]
) -> frozenset[str]:
    """The folders of Terraform configuration, variables or plans in which a file changed."""
    ours = [each for each in scan.documents if is_terraform(each.path) or _is_saved(each)]
    folders = {posixpath.dirname(each.path) for each in ours}
    files = {each.path for each in ours if each.path in touched}
    files |= {path for path in gone if is_terraform(path) or _is_variables(path)}
    files |= {path for path in gone if posixpath.dirname(path) in folders}
    tree = Tree(scan.root, scan.paths, scan.limits)
    for folder in folders:  # variables files are no candidates of the search
        listed = (posixpath.join(folder, name) for name in tree.names(folder))
        files |= {path for path in listed if _is_variables(path) and changes.has_changed(path)}
    return frozenset(posixpath.dirname(path) or "." for path in files)


def _is_saved(document: Document) -> bool:
    return document.format == "json" and classify(document) == "saved"


_CALLS = re.compile(
    r"\b(?:template)?file(?:set|exists|base64\w*|md5|sha\d+)?\s*\("
    r"(?:\s*\"(\$\{path\.module\}/?|\./)?([^\"$%]*)\"\s*[,)])?"
)


def _reads_changed(folders: AbstractSet[str], texts: Mapping[str, str], changes: Changes) -> bool:
    """Whether configuration reads a file that changed, or one whose name is worked out."""
    for path, text in texts.items():
        folder = posixpath.dirname(path)
        if folder not in folders or not is_terraform(path):
            continue
        for call in _CALLS.finditer(text):
            if not call[2] or changes.has_changed(posixpath.join(folder, call[2])):
                return True
    return False


_NAMES = re.compile(r"[\w./-]*\w\.[A-Za-z]\w{0,11}")
_BESIDE = ("manifest.json", "cdk.json")
"""What stands beside templates of the CDK and tells where they go."""


def _mentions_changed(path: str, text: str, changes: Changes) -> bool:
    """Whether a template has the name of a file that changed: it may be made with it."""
    folder = posixpath.dirname(path)
    for name in set(_NAMES.findall(text)):
        beside = posixpath.normpath(posixpath.join(folder, name.lstrip("/")))
        if not beside.startswith("../") and changes.has_changed(beside):
            return True
        if any(map(changes.has_changed, changes.named(posixpath.basename(name)))):
            return True
    return any(changes.has_changed(posixpath.join(folder, each)) for each in _BESIDE)
