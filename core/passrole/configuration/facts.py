"""``[facts]``: what the scanned code does not hold, given as data.

Roles with their policies, managed policies, buckets with their policies, exports of other stacks
and SSM parameters. Each becomes what a scanned template would have made of it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from typing import Final

from passrole.configuration.entries import Entry, Source
from passrole.configuration.given_resources import (
    Named,
    RoleParts,
    Written,
    bucket_resources,
    named_by,
    policy_resource,
    role_resource,
)
from passrole.documents.limits import Limits
from passrole.documents.nodes import Document, Mapping, Node, Scalar
from passrole.documents.recognition import parse, policies_in
from passrole.documents.toml import parse_toml
from passrole.errors import UsageError
from passrole.stacks.deployments import Facts, GivenRole, GivenTemplate
from passrole.stacks.given import Maker

TABLES: Final = {
    "files": "files with the same tables as TOML, JSON or YAML, or the output of "
    "`aws iam get-account-authorization-details`",
    "roles": "roles by ARN or name: trust, policies, managed-policies, boundary",
    "policies": "customer managed policies by ARN or name, each a document or a file",
    "buckets": "buckets by name, each with its policy",
    "exports": "the values of exports of other stacks, by their names",
    "ssm-parameters": "the values of SSM parameters, by their names",
}
"""The keys of ``[facts]``, and what each is for."""
ROLE: Final = {
    "trust": "the trust policy: a document or a file",
    "policies": "every inline policy: documents or files",
    "managed-policies": "the ARNs of every managed policy that is attached",
    "boundary": "the ARN of the permissions boundary",
}
"""The keys of a role. What is left out is not there: give all of a role's policies."""

_NAME: Final = re.compile(r"[\w+=,.@-]{1,128}")
_BUCKET: Final = re.compile(r"[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]")
_WORDS: Final = {
    "AWS::IAM::Role": "role",
    "AWS::IAM::ManagedPolicy": "managed policy",
    "AWS::S3::Bucket": "bucket",
}
_DETAILS: Final = {"RoleDetailList", "UserDetailList", "GroupDetailList"}


def read_facts(entry: Entry | None) -> Facts:
    """The facts of a settings file and of the files that it names.

    Raises UsageError, with the place, for what means nothing or cannot be read.
    """
    if entry is None:
        return Facts()
    reader = FactsReader()
    reader.read(entry, TABLES)
    return reader.facts()


class FactsReader:
    """Collects facts from several files; what is given twice is refused."""

    def __init__(self) -> None:
        self.maker = Maker()
        self._resources: dict[tuple[str, str, Document, bool], list[tuple[Scalar, Node]]] = {}
        self._given: dict[tuple[str, str], Entry] = {}
        self._roles: list[GivenRole] = []
        self._values: dict[str, dict[str, str]] = {"exports": {}, "ssm-parameters": {}}
        self._documents: dict[str, Document] = {}

    def facts(self) -> Facts:
        """All that was collected."""
        templates = []
        for (account, partition, document, mentioned), pairs in self._resources.items():
            resources = Mapping(tuple(pairs), 0, 0)
            root = Mapping(((Scalar("Resources", False, 0, 0), resources),), 0, 0)
            template = Document(document.path, document.text, root, document.format)
            templates.append(GivenTemplate(account, partition or "aws", template, mentioned))
        return Facts(
            tuple(templates),
            self._values["exports"],
            self._values["ssm-parameters"],
            tuple(self._documents.values()),
            tuple(self._counts()),
            tuple(self._roles),
        )

    def _counts(self) -> Iterator[tuple[int, str]]:
        types = [type_name for type_name, _ in self._given]
        for type_name, word in _WORDS.items():
            if type_name in types:
                yield types.count(type_name), word
        for table, word in (("exports", "export"), ("ssm-parameters", "SSM parameter")):
            if self._values[table]:
                yield len(self._values[table]), word

    def read(self, entry: Entry, names: Iterable[str]) -> None:
        """Collect from a table of facts that may have the keys ``names``."""
        entries = entry.known(names)
        self._keep(entry.source.document)
        readers: tuple[tuple[str, Callable[[Entry], None]], ...] = (
            ("roles", self._role), ("policies", self._policy), ("buckets", self._bucket),
            ("exports", self._value("exports")), ("ssm-parameters", self._value("ssm-parameters")),
        )  # fmt: skip
        for name, read in readers:
            for each in entries[name].entries() if name in entries else ():
                read(each)
        for each in _items(entries, "files"):
            self._file(each)

    def add(self, named: Named, resource: Node, at: Entry, mentioned: bool = False) -> None:
        """Add a resource under its name; ``mentioned`` keeps it only where it is spoken of.

        Raises UsageError where it was given before.
        """
        key = (_type_of(resource), f"{named.account} {named.name}")
        before = self._given.setdefault(key, at)
        if before is not at:
            at.refuse(f"{at.name} is given twice, also in {before.place}", at.key)
        if key[0] == "AWS::IAM::Role":
            self._roles.append(GivenRole(named.name, named.path or "/", named.account))
        document, place = at.source.document, at.key or at.node
        group = (named.account, named.partition, document, mentioned)
        pairs = self._resources.setdefault(group, [])
        taken = {each.text for each, _ in pairs}
        name = named.name if named.name not in taken else f"{named.name} ({len(taken)})"
        pairs.append((self.maker.text(document, name, place), resource))

    def _role(self, entry: Entry) -> None:
        named = _named(entry, "role")
        entries = entry.known(ROLE)
        parts = RoleParts(
            trust=self._policy_in(entries["trust"]) if "trust" in entries else None,
            inline=[self._policy_in(each) for each in _items(entries, "policies")],
            managed=[_arn_of(each) for each in _items(entries, "managed-policies")],
            boundary=_arn_of(entries["boundary"]) if "boundary" in entries else None,
        )
        self.add(named, role_resource(self.maker, entry, named, parts), entry)

    def _policy(self, entry: Entry) -> None:
        named = _named(entry, "policy")
        policy = self._policy_in(entry)
        self.add(named, policy_resource(self.maker, entry, named, policy), entry)

    def _bucket(self, entry: Entry) -> None:
        name = entry.own_name
        if not _BUCKET.fullmatch(name):
            entry.refuse(f"{name!r} is no name of a bucket", entry.key)
        entries = entry.known(("policy",))
        policy = self._policy_in(entries["policy"]) if "policy" in entries else None
        for resource in bucket_resources(self.maker, entry, name, policy):
            self.add(Named(name), resource, entry)

    def _value(self, table: str) -> Callable[[Entry], None]:
        def read(entry: Entry) -> None:
            if not isinstance(entry.node, Scalar):
                entry.expected("a text")
            if entry.own_name in self._values[table]:
                entry.refuse(f"{entry.name} is given twice", entry.key)
            self._values[table][entry.own_name] = entry.node.text

        return read

    def _policy_in(self, entry: Entry) -> Written:
        """A policy document: a table, or a file that holds one."""
        node = entry.node
        if isinstance(node, Mapping):
            document, words = entry.source.document, "is no policy document: it has no Statement"
        else:
            file = entry.relative_file()
            document, words = self._parsed(entry, file), f"names {file}, which holds no policy"
            node = document.root or node
        found = next(policies_in(node), None)
        if found is None:
            entry.refuse(f"{entry.name} {words}")
        return Written(document, found)

    def _file(self, entry: Entry) -> None:
        document = self._parsed(entry, entry.relative_file())
        source = Source(document, entry.source.beside(entry.path()), entry.source.boundary)
        inner = Entry(source, "", document.root or entry.node)
        if isinstance(inner.node, Mapping) and inner.node.index.keys() & _DETAILS:
            from passrole.configuration.account_details import read_details  # noqa: PLC0415 - few

            read_details(inner, self.maker, self.add)
        else:
            self.read(inner, [name for name in TABLES if name != "files"])

    def _parsed(self, entry: Entry, file: str) -> Document:
        path = entry.source.shown(entry.path())
        known = self._documents.get(path)
        if known is not None:
            return known
        try:
            with open(file, "rb") as opened:
                data = opened.read()
        except OSError as error:
            entry.refuse(f"{entry.name}: {file} cannot be read: {error.strerror}")
        toml = path.lower().endswith(".toml")
        document = parse_toml(path, data) if toml else parse(path, data, Limits())
        if document.root is None or document.problems:
            problem = document.problems[0] if document.problems else None
            if problem is None:
                entry.refuse(f"{entry.name}: {file} is empty")
            raise UsageError(f"{document.span(problem.start, problem.end)}: {problem.message}")
        self._keep(document)
        return document

    def _keep(self, document: Document) -> None:
        self._documents.setdefault(document.path, document)


def _named(entry: Entry, what: str) -> Named:
    key = entry.own_name
    named = named_by(key, what)
    if named is None and _NAME.fullmatch(key):
        named = Named(key)
    if named is None:
        entry.refuse(f"{key!r} is neither the ARN nor the name of a {what}", entry.key)
    return named


def _items(entries: dict[str, Entry], name: str) -> Iterator[Entry]:
    if name in entries:
        yield from entries[name].items()


def _arn_of(entry: Entry) -> Written:
    text = entry.text("the ARN of a managed policy")
    if not text.startswith("arn:"):
        entry.refuse(f"{entry.name}: {text!r} is no ARN of a managed policy")
    return Written(entry.source.document, entry.node)


def _type_of(resource: Node) -> str:
    kind = resource.get("Type") if isinstance(resource, Mapping) else None
    return kind.text if isinstance(kind, Scalar) else ""
