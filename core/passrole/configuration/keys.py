"""Every key of a project in one table: reading, help and JSON schema are made of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

from passrole.configuration import checks
from passrole.configuration import values as read
from passrole.configuration.entries import Entry
from passrole.findings import Severity
from passrole.records import NamedTuple

Schema = Mapping[str, Any]

TEXT: Final[Schema] = {"type": "string", "minLength": 1}
TEXTS: Final[Schema] = {"anyOf": [TEXT, {"type": "array", "items": TEXT}]}
NUMBER: Final[Schema] = {"type": "integer", "minimum": 1}
FLAG: Final[Schema] = {"type": "boolean"}
WORD: Final[Schema] = {"enum": ["on", "off", *checks.SEVERITIES]}
ACCOUNT: Final[Schema] = {"type": "string", "pattern": "^[0-9]{12}$"}
REGION: Final[Schema] = {"type": "string", "pattern": f"^{checks.REGION}$"}
DEPLOYMENT: Final[Schema] = {
    "anyOf": [*TEXTS["anyOf"], {"type": "object", "additionalProperties": {
        "type": ["string", "integer", "number", "boolean", "array"]}}],
}  # fmt: skip
PARAMETERS: Final[Schema] = {
    "anyOf": [*TEXTS["anyOf"], {"type": "object", "additionalProperties": DEPLOYMENT}],
}

MOST_JOBS: Final = 256
TIMES: Final = 10
"""How many times its usual size a limit may be: whoever writes the file may mean no good."""


class Key(NamedTuple):
    """A key: ``read`` gives its value, ``option`` is its twin on the command line.

    ``default`` is what holds where nobody says anything, as it is written in the file. ``weakens``
    says in words what a value takes away from the verdict, nothing where it takes nothing.
    ``by_path`` says whether it may differ by path.
    """

    name: str
    read: Callable[[Entry], Any]
    schema: Schema
    words: str
    option: str = ""
    default: Any = None
    weakens: Callable[[Any], str] | None = None
    by_path: bool = False

    @property
    def attribute(self) -> str:
        """The name of the option's value among the arguments."""
        return self.option.removeprefix("--").replace("-", "_")


def _listed(names: Any) -> str:
    return ", ".join(map(str, names))


def _only_some(ruleset: str) -> str:
    return "" if ruleset in ("default", "strict") else f"what is checked is up to {ruleset}"


def _fails_less(word: str) -> str:
    if word == "never":
        return "no finding fails the run"
    worse = word in checks.SEVERITIES and Severity(word).rank < Severity.HIGH.rank
    return "findings of severity high do not fail the run" if worse else ""


def _limit(name: str, usual: int, what: str, option: str) -> Key:
    def number(entry: Entry) -> int:
        return entry.number(usual * TIMES)

    schema = {**NUMBER, "maximum": usual * TIMES}
    return Key(name, number, schema, f"{what} of one file", option, usual)


KEYS: Final = (
    Key("files", read.paths, TEXTS,
        "the files and folders to scan where the command line names none", "", ["."],
        lambda found: f"only {_listed(found)} is scanned"),
    Key("exclude", read.patterns, TEXTS,
        "files and folders that are left out, patterns as in a .gitignore", "--exclude", [],
        lambda found: f"left out: {_listed(found)}"),
    Key("ruleset", read.ruleset, TEXT,
        "the name of a ruleset, or a YAML file", "--ruleset", "default", _only_some, True),
    Key("select", read.names, TEXTS, "these rules only", "--select", [],
        lambda found: f"only {_listed(found)} is checked"),
    Key("ignore", read.names, TEXTS, "not these rules", "--ignore", [],
        lambda found: f"not checked: {_listed(found)}", True),
    Key("fail-on", lambda entry: entry.checked(checks.fail_on, "a severity"),
        {"enum": list(checks.FAIL_ON)},
        "the severity from which the exit code is 1", "--fail-on", "high", _fails_less),
    Key("show-unknown", Entry.boolean, FLAG,
        "list what could not be decided, and why", "--show-unknown", False),
    Key("allow-incomplete", Entry.boolean, FLAG,
        "exit with 0 or 1 instead of 3", "--allow-incomplete", False,
        lambda found: "an incomplete analysis does not fail the run" if found else ""),
    Key("format", lambda entry: entry.text("the name of a format"), TEXT,
        "the format of the report on the screen", "", "text"),
    Key("baseline", read.path, TEXT,
        "a file of findings that are known and do not count", "--baseline", None,
        lambda found: f"findings in {found} do not count"),
    Key("account", lambda entry: entry.checked(checks.account, "a text of 12 digits"), ACCOUNT,
        "the account stacks are deployed to", "--account", None, None, True),
    Key("region", lambda entry: entry.checked(checks.region, "a Region"), REGION,
        "the Region stacks are deployed to", "--region", None, None, True),
    Key("partition", lambda entry: entry.checked(checks.partition, "a partition"),
        {"type": "string", "pattern": f"^{checks.PARTITION}$"},
        "aws, aws-cn, aws-us-gov …", "--partition", "aws"),
    Key("parameters", read.parameters, PARAMETERS,
        "parameter values: a file, files, or a table of deployments by their names",
        "--parameters", [], None, True),
    Key("var-file", read.files, TEXTS, "values of Terraform variables",
        "--var-file", [], None, True),
    Key("scp", read.levels, {"type": "array", "items": TEXTS},
        "service control policies, one entry a level of the organization, the root's first",
        "--scp", []),
    _limit("max-depth", 100, "levels of nesting", "--max-depth"),
    _limit("max-nodes", 500_000, "values", "--max-nodes"),
    _limit("max-aliases", 1_000_000, "values that aliases stand for", "--max-aliases"),
    _limit("max-file-size", 8_000_000, "bytes", "--max-file-size"),
    Key("jobs", lambda entry: entry.number(MOST_JOBS), {**NUMBER, "maximum": MOST_JOBS},
        "how many processes work", "--jobs", 1),
)  # fmt: skip

TABLES: Final = {
    "categories": "on, off or a severity for all rules of a category",
    "rules": "on, off, a severity, or a table of severity and options, by the ids of rules",
    "paths": "settings for the files that match",
    "suppressions": "findings that are known and accepted, each with its reason",
    "facts": "what the scanned code does not hold: roles, policies, exports, parameters",
}
"""The tables beside the keys."""

BY_PATH: Final = tuple(key for key in KEYS if key.by_path)

ELSEWHERE: Final = {
    name: f"{name} is no key of a project: {why}"
    for names, why in (
        (("plugins", "plugin", "third-party", "no-third-party"),
         ("what is scanned may not say which code is loaded; put it into the user settings, "
          "~/.config/passrole/config.toml, or on the command line (-p NAME, --no-third-party)")),
        (("output", "write-baseline", "reports"),
         "what is scanned may not say which files are written; name them on the command line (-o)"),
        (("config", "isolated", "extends"),
         "which settings are read is said on the command line"),
        (("tool",), "here keys stand at the top; [tool.passrole] is for pyproject.toml"),
        (("fix", "unsafe-fixes", "changed-since"),
         "what is scanned may not ask for it; say it on the command line"),
    )
    for name in names
}  # fmt: skip
"""What a project's settings may not say, and why."""
