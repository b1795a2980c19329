"""The JSON schema of ``passrole.toml``, made of the table of keys, for editors that complete it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from passrole.configuration.facts import ROLE
from passrole.configuration.facts import TABLES as GIVEN
from passrole.configuration.keys import BY_PATH, KEYS, TABLES, TEXT, TEXTS, WORD, Key
from passrole.findings import Category

ID = "urn:passrole:settings:1"
_DOCUMENT: Mapping[str, Any] = {
    "description": "a policy document, or the path of a file that holds one",
    "anyOf": [TEXT, {"type": "object", "required": ["Statement"]}],
}
_ONE_OR_MORE: Mapping[str, Any] = {"anyOf": [_DOCUMENT, {"type": "array", "items": _DOCUMENT}]}
_VALUES: Mapping[str, Any] = {
    "type": "object",
    "additionalProperties": {"type": ["string", "integer", "number", "boolean"]},
}


def schema() -> dict[str, Any]:
    """The schema as data; JSON Schema, draft 2020-12."""
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": ID,
        "title": "Settings of passrole: passrole.toml, or [tool.passrole] in pyproject.toml",
        **_table({
            **_keys(KEYS),
            "categories": _described(TABLES["categories"], _categories()),
            "rules": _described(TABLES["rules"], _rules()),
            "paths": _described(TABLES["paths"], {"type": "array", "items": _path()}),
            "suppressions": _described(
                TABLES["suppressions"], {"type": "array", "items": _suppression()}
            ),
            "facts": _described(TABLES["facts"], _facts()),
        }),
    }  # fmt: skip


def _keys(keys: Iterable[Key]) -> dict[str, Any]:
    return {
        key.name: _described(key.words, key.schema)
        | ({"default": key.default} if key.default is not None else {})
        for key in keys
    }


def _described(words: str, found: Mapping[str, Any]) -> dict[str, Any]:
    return {"description": words, **found}


def _table(properties: Mapping[str, Any], required: Iterable[str] = ()) -> dict[str, Any]:
    found = {"type": "object", "properties": dict(properties), "additionalProperties": False}
    return {**found, "required": list(required)} if required else found


def _named(items: Mapping[str, Any]) -> dict[str, Any]:
    return {"type": "object", "additionalProperties": items}


def _categories() -> dict[str, Any]:
    return _table({each.value: WORD for each in Category})


def _rules() -> dict[str, Any]:
    options = {"type": "object", "additionalProperties": {
        "type": ["boolean", "integer", "string", "array"]}}  # fmt: skip
    return _named({"anyOf": [WORD, _table({"severity": WORD, "options": options})]})


def _path() -> dict[str, Any]:
    match = _described("patterns as in a .gitignore, relative to this file", TEXTS)
    said = {"match": match, "categories": _categories(), "rules": _rules()}
    without = {name: {k: v for k, v in each.items() if k != "default"}
               for name, each in _keys(BY_PATH).items()}  # fmt: skip
    return _table({**said, **without}, ["match"])


def _suppression() -> dict[str, Any]:
    texts = dict.fromkeys(("rule", "role", "action", "resource", "reason"), TEXT)
    expires = {"description": "a date, such as 2027-01-31", "type": "string", "format": "date"}
    narrowed = [{"required": [name]} for name in ("path", "role", "action", "resource")]
    found = _table({**texts, "path": TEXTS, "expires": expires}, ["rule", "reason"])
    return {**found, "anyOf": narrowed}


def _facts() -> dict[str, Any]:
    role = _table({
        "trust": _described(ROLE["trust"], _DOCUMENT),
        "policies": _described(ROLE["policies"], _ONE_OR_MORE),
        "managed-policies": _described(ROLE["managed-policies"], TEXTS),
        "boundary": _described(ROLE["boundary"], TEXT),
    })  # fmt: skip
    tables: dict[str, Any] = {
        "files": TEXTS,
        "roles": _named(role),
        "policies": _named(_DOCUMENT),
        "buckets": _named(_table({"policy": _DOCUMENT})),
        "exports": _VALUES,
        "ssm-parameters": _VALUES,
    }
    return _table({name: _described(GIVEN[name], each) for name, each in tables.items()})
