"""Changes of the domain into operations on parts of a file."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

from passrole.changes import (
    AddDependency,
    AddItem,
    AddKey,
    AddPolicy,
    AddStatement,
    AddToElement,
    AddToTemplate,
    Change,
    Data,
    FirstOf,
    InReferences,
    Remove,
    RemoveKey,
    RenameKey,
    ReplaceValue,
    Single,
)
from passrole.documents.nodes import Document
from passrole.fixes.blocks import condition_block, principal_block, statement_block
from passrole.fixes.operations import Operation
from passrole.fixes.resources import add_dependency, add_policy
from passrole.fixes.sites import Site, site_of
from passrole.fixes.spelling import Plain, Raw
from passrole.fixes.written import Entry, Notation, Written
from passrole.values import Text

Speller = Callable[[Text, Site], Plain | None]
"""A text as it is written at a place, with its references; None where it cannot be said there."""


def plan(change: Change, sources: Mapping[str, Document], speller: Speller) -> Operation | None:
    """What is to be done for a change, None where that place cannot be edited."""
    singles = change.changes if isinstance(change, FirstOf) else (change,)
    found = (_planned(each, sources, speller) for each in singles)
    return next((each for each in found if each is not None), None)


def _planned(change: Single, sources: Mapping[str, Document], speller: Speller) -> Operation | None:
    site = site_of(change[0], sources)
    if site is None:
        return None
    if isinstance(change, Remove):
        return _remove(site)
    if isinstance(change, RemoveKey):
        gone = site.whole.get(change.key)
        return Operation("remove", site, site.whole, entry=gone) if gone is not None else None
    if isinstance(change, RenameKey):
        return _rename(site, change.key, change.name)
    if isinstance(change, AddDependency):
        return add_dependency(site, change.ids)
    if isinstance(change, InReferences):
        data = speller(change.text, site)
    else:
        data = _spelt(change[-1], site, speller)
    return _written(change, site, data, sources) if data is not None else None


def _written(
    change: Single, site: Site, data: Plain, sources: Mapping[str, Document]
) -> Operation | None:
    """What writes data that is spelt."""
    match change:
        case AddStatement() if isinstance(data, Mapping):
            return _add_statement(site, data)
        case AddPolicy() if isinstance(data, Mapping):
            return add_policy(site, change.name, data, sources.values())
        case AddToTemplate():
            return _add_to_template(site, change.section, change.name, data)
        case AddToElement():
            return _add_to_element(site, change.path, data)
        case ReplaceValue() | InReferences():
            return _replace(site, site.whole, data)
        case AddKey():
            return _add_key(site, change.key, data)
        case AddItem() if site.parent is not None:
            return _one_more(site, site.parent[1]._replace(value=site.whole), data)
    return None


def _spelt(data: Data, site: Site, speller: Speller) -> Plain | None:
    """Data with every text spelt; None where one cannot be."""
    if isinstance(data, Text):
        known = data.shown.known()
        return known if known is not None else speller(data, site)
    if isinstance(data, Mapping):
        named = {name: _spelt(item, site, speller) for name, item in data.items()}
        found = {name: item for name, item in named.items() if item is not None}
        return found if len(found) == len(named) else None
    if isinstance(data, Sequence) and not isinstance(data, str):
        listed = [_spelt(item, site, speller) for item in data]
        items = [item for item in listed if item is not None]
        return items if len(items) == len(listed) else None
    return data


def _rename(site: Site, key: str, name: str) -> Operation | None:
    entry = site.whole.get(key)
    if entry is None or site.whole.get(name) is not None:
        return None
    return Operation("rename", site, site.whole, entry=entry, name=name)


def _add_statement(site: Site, statement: Mapping[str, Plain]) -> Operation | None:
    if _is_statement(site.whole):
        return _beside(site, statement)
    if site.whole.notation is Notation.BODY:
        return Operation("add", site, site.whole, (("statement", statement_block(statement)),))
    entry = site.whole.get("Statement")
    return _one_more(site, entry, statement) if entry is not None else None


def _beside(site: Site, statement: Mapping[str, Plain]) -> Operation | None:
    """One more statement where one stands, in the list or the policy document that holds it."""
    if site.parent is None:
        return None
    holder, entry = site.parent
    if holder.kind == "sequence":
        return Operation("add", site, holder, (("", statement),))
    if holder.notation is Notation.BODY:
        return Operation("add", site, holder, ((entry.key, statement_block(statement)),))
    return Operation("wrap", site, entry.value, (("", statement),), entry)


def _is_statement(whole: Written) -> bool:
    if whole.notation is Notation.BODY:
        return any(whole.get(name) is not None for name in ("actions", "not_actions"))
    return whole.get("Effect") is not None and whole.get("Statement") is None


def _one_more(site: Site, entry: Entry, data: Plain) -> Operation | None:
    """One more value where there is a list, or one value that is to be a list."""
    if entry.value.kind == "sequence":
        return Operation("add", site, entry.value, (("", data),))
    return Operation("wrap", site, entry.value, (("", data),), entry)


def _add_to_template(site: Site, section: str, name: str, data: Plain) -> Operation | None:
    root = site.chain[0][0] if site.chain else site.whole
    if root.get("Resources") is None or site.is_terraform:
        return None
    entry = root.get(section)
    if entry is None:
        return Operation("add", site, root, ((section, {name: data}),))
    if entry.value.kind != "mapping" or entry.value.get(name) is not None:
        return None
    return Operation("add", site, entry.value, ((name, data),))


def _add_to_element(site: Site, path: Sequence[str], data: Plain) -> Operation | None:
    if site.whole.notation is Notation.BODY:
        return _add_to_blocks(site, path, data)
    whole = site.whole
    if whole.kind != "mapping" or whole.get("Statement") is not None:
        return None
    for index, step in enumerate(path):
        entry = whole.get(step)
        if entry is None:
            inside: Plain = data
            for name in reversed(path[index + 1 :]):
                inside = {name: inside}
            return Operation("add", site, whole, ((step, inside),))
        if index == len(path) - 1:
            return _one_more(site, entry, data)
        if entry.value.kind != "mapping":
            return None
        whole = entry.value
    return None


_LISTS = {
    "Action": "actions", "NotAction": "not_actions",
    "Resource": "resources", "NotResource": "not_resources",
}  # fmt: skip


def _add_to_blocks(site: Site, path: Sequence[str], data: Plain) -> Operation | None:
    """The same in the ``statement`` block of a policy document of Terraform."""
    match tuple(path):
        case (name,) if name in _LISTS:
            entry = site.whole.get(_LISTS[name])
            if entry is not None:
                return _one_more(site, entry, data) if entry.value.kind == "sequence" else None
            return Operation("add", site, site.whole, ((_LISTS[name], [data]),))
        case ("Principal", kind):
            alike, block = {"type": kind}, ("principals", principal_block(kind, [data]))
            listed = "identifiers"
        case ("Condition", test, variable):
            alike = {"test": test, "variable": variable}
            block, listed = ("condition", condition_block(test, variable, [data])), "values"
        case _:
            return None
    for entry in site.whole.entries:
        body = entry.value
        if entry.key == block[0] and all(_says(body, name, text) for name, text in alike.items()):
            inner = body.get(listed)
            if inner is None or inner.value.kind != "sequence":
                return None
            return Operation("add", site, inner.value, (("", data),))
    return Operation("add", site, site.whole, (block,))


def _says(body: Written, name: str, text: str) -> bool:
    entry = body.get(name)
    return entry is not None and entry.value.text == text


def _replace(site: Site, whole: Written, data: Plain) -> Operation:
    return Operation("replace", site, whole, (("", data),))


def _remove(site: Site) -> Operation | None:
    if site.parent is None:
        return None
    holder, entry = site.parent
    if holder.kind == "sequence" and len(holder.entries) == 1:
        return None  # no list is meant to be empty
    return Operation("remove", site, holder, entry=entry)


def _add_key(site: Site, key: str, data: Plain) -> Operation | None:
    if site.whole.kind != "mapping" or any(e.key.startswith("Fn::") for e in site.whole.entries):
        return None
    if site.whole.notation is Notation.BODY and key in _LISTS and _is_statement(site.whole):
        key = _LISTS[key]
        data = [data] if isinstance(data, (str, Raw)) else data
    if site.whole.notation is Notation.BODY and key == "Version":
        key = "version"
    entry = site.whole.get(key)
    if entry is not None:
        return replace(_replace(site, entry.value, data), entry=entry)
    return Operation("add", site, site.whole, ((key, data),))
