"""Which file of the tree the template of a nested stack is.

``TemplateURL`` names an object of S3 when the stack is deployed. In a repository it is a path from
the folder of the template, which ``aws cloudformation package`` uploads and rewrites (AWS CLI
Reference, *cloudformation package*), or the URL that an upload of the repository will have. The CDK
names the object after a hash and writes the path beside the URL (``aws:asset:path``, CDK ``cx-api``
*assets*) or into the manifest of its assets.
"""

from __future__ import annotations

import posixpath
import re
from collections import defaultdict
from collections.abc import Iterator, Mapping

from passrole.documents.nodes import Document, Problem
from passrole.documents.nodes import Mapping as MappingNode
from passrole.documents.recognition import classify
from passrole.documents.tree import OUTSIDE, Tree
from passrole.records import NamedTuple
from passrole.stacks.cloudformation.assemblies import published_from
from passrole.stacks.cloudformation.template import TemplateResource
from passrole.values import Hole, Text, Value, leaves

MISSING = "missing-template"

_URL = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*://")
_ASSET = "aws:asset:path"
_HASHED = re.compile(r"[0-9a-f]{64}\.json")


class Located(NamedTuple):
    """The template that is nested; None where it is not known which, with a problem to report.

    ``presumed`` says what was taken for granted to find it.
    """

    document: Document | None = None
    problem: tuple[str, str] | None = None
    presumed: str = ""


class Templates:
    """The templates of a scan by path, and those that they name and nobody gave."""

    def __init__(self, given: Mapping[str, Document], tree: Tree | None) -> None:
        self._given = given
        self._tree = tree
        self._by_name: dict[str, list[str]] = defaultdict(list)
        for path in sorted(given):
            self._by_name[posixpath.basename(path)].append(path)

    def is_given(self, document: Document) -> bool:
        """Whether a document is one of those that the scan began with."""
        return document.path in self._given

    def nested_in(self, document: Document, resource: TemplateResource, url: Value) -> Located:
        """The template that a resource of ``document`` nests, by its ``url``."""
        folder = posixpath.dirname(document.path)
        asset = _asset(resource)
        if asset is not None:
            return self._relative(folder, asset)
        texts = [leaf if isinstance(leaf, Text) else None for leaf in leaves(url)]
        found = [self._named(folder, text) for text in texts if text is not None]
        documents = {each.document.path for each in found if each.document is not None}
        if not found or len(documents) > 1 or None in texts:
            return Located()
        return found[0]

    def _named(self, folder: str, url: Text) -> Located:
        plain = url.known()
        if plain is not None and not _URL.match(plain):
            return self._relative(folder, plain)
        tail = _tail(url)
        if not tail:
            return Located()
        if self._tree is not None:
            self._tree.sought.add(tail[-1])
        if _HASHED.fullmatch(tail[-1]) and tail[-1] not in self._by_name:
            asset = published_from(self._tree, folder, tail[-1])
            return self._relative(folder, asset) if asset else Located()
        return self._uploaded(folder, tail, url)

    def _relative(self, folder: str, written: str) -> Located:
        path = posixpath.normpath(posixpath.join(folder, written))
        found = self._given.get(path)
        if found is None and self._tree is not None:
            read = self._tree.document(path)
            if isinstance(read, Problem):
                return Located(problem=(read.kind, f"{path}: {read.message}"))
            found = read
        if found is None:
            return Located(problem=(MISSING, f"The nested template {path} is not there"))
        if found.root is None and found.problems and not self.is_given(found):
            problem = found.problems[0]
            return Located(problem=(problem.kind, f"{path}: {problem.message}"))
        if classify(found) != "cloudformation":
            return Located(problem=(MISSING, f"{path} is no CloudFormation template"))
        return Located(found)

    def _uploaded(self, folder: str, tail: tuple[str, ...], url: Text) -> Located:
        """The one file whose path ends as the key of the object does.

        The bucket and the beginning of the key are where somebody uploads the repository to, so
        the end of the key is all that a file can be told by. Of several files that fit equally
        well, the one nearest to the template is meant: repositories hold systems side by side.
        """
        fitting = {
            path: fit
            for path in self._by_name.get(tail[-1], ())
            if (fit := _same_end(path, tail)) > 1
            or len(tail) == 1
            or posixpath.dirname(path) == folder
        }
        best = [path for path, fit in fitting.items() if fit == max(fitting.values())]
        near = {path: _same_start(path, folder) for path in best}
        nearest = [path for path in best if near[path] == max(near.values())]
        if len(nearest) == 1:
            path = nearest[0]
            return Located(self._given[path], None, f"{url} is {path} of the scanned tree")
        if not fitting and self._tree is not None:
            for at in range(len(tail)):
                path = posixpath.normpath(posixpath.join(folder, *tail[at:]))
                read = self._tree.document(path) if ".." not in tail else None
                if isinstance(read, Document) and classify(read) == "cloudformation":
                    return Located(read, None, f"{url} is {path} of the scanned tree")
        return Located()


def _asset(resource: TemplateResource) -> str | None:
    metadata = resource.node.get("Metadata")
    found = metadata.get(_ASSET) if isinstance(metadata, MappingNode) else None
    text = getattr(found, "text", None)
    return text if isinstance(text, str) and text else None


def _tail(url: Text) -> tuple[str, ...]:
    """The steps at the end of a URL's path that are known.

    What follows a hole directly is taken for a whole step: a prefix ends with its slash.
    """
    last = url.parts[-1] if url.parts else ""
    if isinstance(last, Hole):
        return ()
    text = last.partition("?")[0]
    if len(url.parts) == 1:
        # https://host/bucket/key: neither host nor scheme is part of a path.
        text = _URL.sub("", text).partition("/")[2]
    return tuple(step for step in text.split("/") if step)


def _same_end(path: str, tail: tuple[str, ...]) -> int:
    """How many steps a path and the end of a key share."""
    steps = path.split("/")
    return _alike(reversed(steps), reversed(tail))


def _same_start(path: str, folder: str) -> int:
    return _alike(iter(path.split("/")[:-1]), iter(folder.split("/")))


def _alike(one: Iterator[str], other: Iterator[str]) -> int:
    count = 0
    for mine, theirs in zip(one, other, strict=False):
        if mine != theirs:
            break
        count += 1
    return count


__all__ = ["MISSING", "OUTSIDE", "Located", "Templates"]
