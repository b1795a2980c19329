"""Values of variables in files: those that Terraform loads of itself, and those that are named.

Later ones beat earlier ones: ``terraform.tfvars``, ``terraform.tfvars.json``, every
``*.auto.tfvars`` and ``*.auto.tfvars.json`` in the order of their names, then the files that the
user names. The environment is not read.
Source: https://developer.hashicorp.com/terraform/language/values/variables#variable-definition-precedence
"""

from __future__ import annotations

import posixpath
from collections.abc import Iterable, Iterator, Mapping

from passrole.documents.nodes import Document, Problem
from passrole.documents.tree import Tree
from passrole.records import NamedTuple
from passrole.stacks.resources import StackProblem
from passrole.stacks.terraform.expressions import Expression
from passrole.stacks.terraform.json_syntax import JsonReader
from passrole.stacks.terraform.native_syntax import NativeReader

FIRST = ("terraform.tfvars", "terraform.tfvars.json")
AUTOMATIC = (".auto.tfvars", ".auto.tfvars.json")


class VariableValues(NamedTuple):
    """Expressions by the names of variables, and what is amiss in the files."""

    values: Mapping[str, Expression]
    problems: tuple[StackProblem, ...]


def variable_files(tree: Tree, directory: str, named: Iterable[Document]) -> VariableValues:
    """The values of the files that count for a root module."""
    values: dict[str, Expression] = {}
    problems: list[StackProblem] = []
    for document in (*_automatic(tree, directory, problems), *named):
        found = read_variables(document)
        values.update(found.values)
        problems.extend(found.problems)
    return VariableValues(values, tuple(problems))


def read_variables(document: Document) -> VariableValues:
    """The values in one file. Problems are those of the document and ``malformed-variables``."""
    problems = [
        StackProblem(each, document.span(each.start, each.end)) for each in document.problems
    ]
    syntax = NativeReader if document.format == "hcl" else JsonReader
    reader = syntax.of_variables(document)
    return VariableValues(reader.values, (*problems, *reader.problems))


def _automatic(tree: Tree, directory: str, problems: list[StackProblem]) -> Iterator[Document]:
    names = tree.names(directory)
    first = [name for name in FIRST if name in names]
    for name in (*first, *(each for each in names if each.endswith(AUTOMATIC))):
        path = posixpath.join(directory, name)
        found = tree.document(path)
        if isinstance(found, Problem):
            document = Document(path, "", None, "hcl")
            problems.append(StackProblem(found, document.span(0, 0)))
        elif found is not None:
            yield found
