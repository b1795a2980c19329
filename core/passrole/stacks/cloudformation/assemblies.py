"""What the manifest of a CDK cloud assembly (``cdk.out``) says of the templates beside it.

``manifest.json`` lists artifacts: a stack with its template, environment, name and parameters, and
nested assemblies, one for each stage. Source: CDK ``cloud-assembly-schema``, *AssemblyManifest*,
*AwsCloudFormationStackProperties*, *NestedCloudAssemblyProperties*; ``cx-api``, *EnvironmentUtils*.

A manifest is data of the scanned tree: it can name the templates that are scanned, nothing else.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterable, Iterator, Mapping

from passrole.documents.nodes import Document, Node, Problem, Scalar
from passrole.documents.nodes import Mapping as MappingNode
from passrole.documents.tree import Tree
from passrole.records import NamedTuple

SUFFIX = ".template.json"
"""How the CDK ends the name of every template, nested ones included."""

_MANIFEST = "manifest.json"
_ASSETS = ".assets.json"
_STACK = "aws:cloudformation:stack"
_ASSEMBLY = "cdk:cloud-assembly"
_ENVIRONMENT = re.compile(r"aws://([^/]+)/([^/]+)")
_ACCOUNT = re.compile(r"\d{12}", re.ASCII)
_REGION = re.compile(r"[a-z]{2,4}(?:-[a-z]+)+-\d{1,2}", re.ASCII)
_DEEPEST = 16


class Home(NamedTuple):
    """Where a manifest sends a stack: empty for what is known when the CDK deploys.

    ``assembly`` is the folder of the outermost assembly, ``environment`` as the manifest has it.
    """

    assembly: str
    environment: str
    account: str
    region: str
    name: str
    parameters: Mapping[str, str]


class Assemblies(NamedTuple):
    """The homes of templates by path, and manifests that say nothing, each with what is amiss."""

    homes: Mapping[str, Home]
    problems: Mapping[str, Problem]


def read_assemblies(paths: Iterable[str], tree: Tree | None) -> Assemblies:
    """What the manifests beside the templates at ``paths`` say of them."""
    if tree is None:
        return Assemblies({}, {})
    templates = frozenset(path for path in paths if path.endswith(SUFFIX))
    reader = _Reader(tree)
    homes: dict[str, Home | None] = {}
    for folder in sorted({posixpath.dirname(path) for path in templates}):
        for path, home in reader.stacks(folder):
            # A template that two stacks are made of is in two places: it has no home.
            homes[path] = None if path in homes else home
    known = {path: home for path, home in homes.items() if home is not None and path in templates}
    return Assemblies(known, reader.problems)


def published_from(tree: Tree | None, folder: str, name: str) -> str | None:
    """The path of the file that the CDK publishes under ``name``; None where no manifest says it.

    ``*.assets.json`` lists the files with the keys of their objects (CDK ``cloud-assembly-schema``,
    *AssetManifest*, *FileAsset*).
    """
    if tree is None:
        return None
    for manifest in tree.names(folder):
        if not manifest.endswith(_ASSETS):
            continue
        files = _mapping(tree.document(posixpath.join(folder, manifest)), "files")
        for _, asset in files.pairs if files is not None else ():
            source, destinations = (_under(asset, key) for key in ("source", "destinations"))
            keys = destinations.pairs if destinations is not None else ()
            if source is not None and any(
                isinstance(each, MappingNode)
                and posixpath.basename(_text(each, "objectKey")) == name
                for _, each in keys
            ):
                return _text(source, "path") or None
    return None


class _Reader:
    """Reads each manifest once."""

    def __init__(self, tree: Tree) -> None:
        self._tree = tree
        self._found: dict[str, dict[str, MappingNode] | None] = {}
        self.problems: dict[str, Problem] = {}

    def stacks(self, folder: str) -> Iterator[tuple[str, Home]]:
        """The stacks of the assembly in a folder, by the paths of their templates."""
        assembly = self._outermost(folder)
        for key, artifact in (self._artifacts(folder) or {}).items():
            properties = artifact.get("properties")
            if _text(artifact, "type") != _STACK or not isinstance(properties, MappingNode):
                continue
            path = posixpath.normpath(posixpath.join(folder, _text(properties, "templateFile")))
            environment = _text(artifact, "environment")
            matched = _ENVIRONMENT.fullmatch(environment)
            account, region = matched.groups() if matched else ("", "")
            yield (
                path,
                Home(
                    assembly,
                    environment,
                    account if _ACCOUNT.fullmatch(account) else "",
                    region if _REGION.fullmatch(region) else "",
                    _text(properties, "stackName") or key,
                    dict(_texts(properties.get("parameters"))),
                ),
            )

    def _outermost(self, folder: str) -> str:
        """The folder of the assembly that a nested one belongs to, over others too."""
        for _ in range(_DEEPEST):
            parent, name = posixpath.split(folder)
            nested = {
                _text(properties, "directoryName")
                for artifact in (self._artifacts(parent) or {}).values()
                if _text(artifact, "type") == _ASSEMBLY
                and isinstance(properties := artifact.get("properties"), MappingNode)
            }
            if not name or name not in nested:
                break
            folder = parent
        return folder

    def _artifacts(self, folder: str) -> dict[str, MappingNode] | None:
        if folder not in self._found:
            self._found[folder] = self._read(posixpath.join(folder, _MANIFEST))
        return self._found[folder]

    def _read(self, path: str) -> dict[str, MappingNode] | None:
        document = self._tree.document(path)
        if document is None:
            return None
        if isinstance(document, Problem):
            self.problems[path] = document
            return None
        if document.problems and document.root is None:
            self.problems[path] = document.problems[0]
        artifacts = _mapping(document, "artifacts")
        if artifacts is None:
            return None
        return {
            key.text: artifact
            for key, artifact in artifacts.pairs
            if isinstance(artifact, MappingNode)
        }


def _mapping(document: Document | Problem | None, key: str) -> MappingNode | None:
    return _under(document.root, key) if isinstance(document, Document) else None


def _under(node: Node | None, key: str) -> MappingNode | None:
    found = node.get(key) if isinstance(node, MappingNode) else None
    return found if isinstance(found, MappingNode) else None


def _text(node: MappingNode, key: str) -> str:
    found = node.get(key)
    return found.text if isinstance(found, Scalar) and not found.is_null else ""


def _texts(node: Node | None) -> Iterator[tuple[str, str]]:
    if isinstance(node, MappingNode):
        for key, value in node.pairs:
            if isinstance(value, Scalar) and not value.is_null:
                yield key.text, value.text
