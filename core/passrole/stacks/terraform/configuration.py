"""The configuration of directories: the blocks of their files, overrides merged."""

from __future__ import annotations

import posixpath
from collections.abc import Mapping, Sequence

from passrole.documents.nodes import Document, Problem
from passrole.documents.recognition import is_terraform
from passrole.documents.tree import Tree
from passrole.records import NamedTuple
from passrole.stacks.resources import StackProblem
from passrole.stacks.terraform.blocks import Block
from passrole.stacks.terraform.dynamic_blocks import is_dynamic, with_dynamic_blocks
from passrole.stacks.terraform.json_syntax import JsonReader
from passrole.stacks.terraform.native_syntax import NativeReader
from passrole.stacks.terraform.providers import constant_text
from passrole.values import Origin

_MANY = frozenset({"provider", "locals", "terraform", "moved", "import", "removed"})


class Configuration(NamedTuple):
    """What the files of one directory say: blocks by kind, and what is amiss in the files.

    What is amiss in an expression is among the ``problems`` once somebody asked for it.
    """

    directory: str
    blocks: Mapping[str, Sequence[Block]]
    problems: Sequence[StackProblem] = ()


def read_configuration(directory: str, documents: Sequence[Document]) -> Configuration:
    """The configuration of ``directory``, whose files are ``documents``. Never raises."""
    problems: list[StackProblem] = []
    blocks: list[Block] = []
    for document in sorted(documents, key=lambda each: (is_override(each.path), each.path)):
        problems.extend(
            StackProblem(each, document.span(each.start, each.end)) for each in document.problems
        )
        reader = (NativeReader if document.format == "hcl" else JsonReader)(document, problems)
        blocks.extend(
            with_dynamic_blocks(each) if is_dynamic(each.origin) else each for each in reader.blocks
        )
        # What a block says is asked of its reader: if that holds the block, neither dies by itself.
        reader.blocks = []
    return Configuration(directory, _merged(blocks, problems), problems)


def is_override(path: str) -> bool:
    """Whether a file's blocks are merged into those of the other files.

    Source: https://developer.hashicorp.com/terraform/language/files/override
    """
    if "override" not in path:
        return False  # as most are
    stem, _ = posixpath.splitext(posixpath.basename(path.removesuffix(".json")))
    return stem == "override" or stem.endswith("_override")


def _merged(blocks: list[Block], problems: list[StackProblem]) -> dict[str, list[Block]]:
    """Blocks by kind, overrides merged; of two blocks of one address the first one counts."""
    found: dict[str, list[Block]] = {}
    first: dict[tuple[str, ...], Block] = {}
    for block in blocks:
        if block.kind in _MANY:
            found.setdefault(block.kind, []).append(block)
            continue
        key = (block.kind, *block.labels)
        before = first.get(key)
        if before is None:
            first[key] = block
            found.setdefault(block.kind, []).append(block)
        elif is_override(block.origin.document.path):
            before.arguments.update(block.arguments)
        else:
            message = f"{block.address} is there twice"
            problems.append(problem_at("duplicate-block", message, block.key))
    return found


def problem_at(kind: str, message: str, place: Origin) -> StackProblem:
    """A problem at the place of a node."""
    document, node = place
    return StackProblem(Problem(kind, message, node.start, node.end), document.location(node))


class Configurations:
    """The configuration of every directory of a scan; those that calls name are opened on demand.

    ``scanned`` are the documents that the scan found, by directory.
    """

    def __init__(self, scanned: Mapping[str, Sequence[Document]], tree: Tree | None = None) -> None:
        self.tree = tree or Tree()
        self._scanned = scanned
        self._known: dict[str, Configuration | Problem | None] = {}

    def path_of(self, directory: str) -> str:
        """The path of a file in a directory, for settings that differ by path."""
        paths = (document.path for document in self._scanned.get(directory, ()))
        return min(paths, default=posixpath.join(directory, "main.tf"))

    def of(self, directory: str) -> Configuration | Problem | None:
        """The configuration of a directory, None where it has none, a problem if out of reach."""
        if directory not in self._known:
            self._known[directory] = self._read(directory)
        return self._known[directory]

    def spelled_otherwise(self, directory: str) -> str:
        """A directory of the scan that differs in capitals only, empty where there is none.

        Some file systems hold the two for one, those of build servers do not.
        """
        folded = directory.lower()
        return min((each for each in self._scanned if each.lower() == folded), default="")

    def _read(self, directory: str) -> Configuration | Problem | None:
        documents = list(self._scanned.get(directory, ()))
        if not documents:
            for name in self.tree.names(directory):
                if is_terraform(name):
                    found = self.tree.document(posixpath.join(directory, name))
                    if isinstance(found, Problem):
                        return found
                    if found is not None:
                        documents.append(found)
        if documents:
            return read_configuration(directory, documents)
        out_of_reach = self.tree.read(posixpath.join(directory, "main.tf"))
        return out_of_reach if isinstance(out_of_reach, Problem) else None


def local_directory(block: Block, directory: str) -> str | None:
    """The directory that a ``module`` block of ``directory`` names, None for any other source.

    Source: https://developer.hashicorp.com/terraform/language/modules/sources#local-paths
    """
    source = constant_text(block.arguments.get("source"))
    if not source or not source.startswith(("./", "../")):
        return None
    return posixpath.normpath(posixpath.join(directory, source))
