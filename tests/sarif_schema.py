"""The parts of SARIF 2.1.0 that passrole writes, as a schema."""

from __future__ import annotations

from typing import Any


def a(required: str = "", optional: str = "", **properties: Any) -> dict[str, Any]:
    """The schema of an object that has no other properties than these."""
    names: dict[str, Any] = {name: {} for name in (*required.split(), *optional.split())}
    return {
        "type": "object",
        "properties": {**names, **properties},
        "required": required.split(),
        "additionalProperties": False,
    }


def many(item: dict[str, Any], least: int = 0) -> dict[str, Any]:
    return {"type": "array", "items": item, "minItems": least}


# The parts of the standard's tables (chapter 3) that we write. The official schema is not on any
# package index, so it cannot be a dependency of the tests.
LEVEL = {"enum": ["none", "note", "warning", "error"]}
MESSAGE = a("text", "markdown", text={"type": "string", "minLength": 1})
NUMBER = {"type": "integer", "minimum": 1}
REGION = a("startLine", startColumn=NUMBER, startLine=NUMBER, endLine=NUMBER, endColumn=NUMBER)
URI = {
    "type": "string",
    "pattern": r"^(?!//)([A-Za-z0-9._~!$&'()*+,;=@/-]|file:///|%[0-9A-F]{2})+$",
}
ARTIFACT = a("uri", uri=URI, uriBaseId={"const": "SRCROOT"})
PHYSICAL = a("artifactLocation", artifactLocation=ARTIFACT, region=REGION)
LOGICAL = many(a("fullyQualifiedName"), 1)
LOCATION = a(
    "physicalLocation",
    physicalLocation=PHYSICAL,
    logicalLocations=LOGICAL,
    id=NUMBER,
    message=MESSAGE,
)
FIX = a(
    "artifactChanges",
    description=MESSAGE,
    artifactChanges=many(
        a(
            "artifactLocation replacements",
            artifactLocation=ARTIFACT,
            replacements=many(
                a("deletedRegion", deletedRegion=REGION, insertedContent=a("text")), 1
            ),
        ),
        1,
    ),
)
RESULT = a(
    "ruleId message locations",
    "ruleIndex properties",
    level=LEVEL,
    message=MESSAGE,
    locations=many(LOCATION, 1),
    relatedLocations=many(LOCATION, 1),
    partialFingerprints={"type": "object", "additionalProperties": {"type": "string"}},
    fixes=many(FIX, 1),
    baselineState={"enum": ["new", "unchanged", "updated", "absent"]},
    suppressions=many(
        a(
            "kind",
            kind={"enum": ["inSource", "external"]},
            status={"enum": ["accepted", "underReview", "rejected"]},
            justification={"type": "string"},
            location=LOCATION,
        ),
        1,
    ),
)
RULE = a(
    "id",
    "name properties",
    shortDescription=MESSAGE,
    fullDescription=MESSAGE,
    help=MESSAGE,
    helpUri={"type": "string", "pattern": "^https://"},
    defaultConfiguration=a("level", level=LEVEL),
)
NOTIFICATION = a(
    "message", descriptor=a("id"), level=LEVEL, message=MESSAGE, locations=many(LOCATION, 1)
)
LOG = a(
    "version runs",
    "$schema",
    version={"const": "2.1.0"},
    runs=many(
        a(
            "tool results",
            "properties",
            tool=a(
                "driver",
                driver=a("name", "semanticVersion", rules=many(RULE), notifications=many(a("id"))),
                extensions=many(a("name", "version properties")),
            ),
            invocations=many(
                a("executionSuccessful", toolExecutionNotifications=many(NOTIFICATION))
            ),
            originalUriBaseIds=a(SRCROOT=a(description=MESSAGE)),
            columnKind={"const": "unicodeCodePoints"},
            results=many(RESULT),
        ),
        1,
    ),
)
