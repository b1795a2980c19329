"""What plugin authors rely on stays: names, parameters, members, hooks (docs/stability.md)."""

import copy
import json
import runpy
from pathlib import Path
from typing import Any

import pytest

REPOSITORY = Path(__file__).resolve().parents[1]
TOOL = runpy.run_path(str(REPOSITORY / "tools" / "record_front_door.py"))
PROMISED: dict[str, Any] = json.loads(TOOL["RECORD"].read_text("utf-8"))


@pytest.fixture(scope="module")
def now() -> dict[str, Any]:
    """The front door as it is, in the form of the record."""
    found: dict[str, Any] = json.loads(json.dumps(TOOL["described"]()))
    return found


def test_nothing_that_is_promised_is_gone_or_called_otherwise(now: dict[str, Any]) -> None:
    assert list(TOOL["broken"](PROMISED, now)) == [], (
        "a plugin may rely on this: see docs/stability.md for how a name is taken away"
    )


def test_the_record_has_every_hook_and_the_doors(repository: Path) -> None:
    source = (repository / "core/passrole/hookspecs.py").read_text("utf-8")
    hooks = {name for name, entry in PROMISED.items() if entry["kind"] == "hook"}
    assert len(hooks) >= 6
    assert all(f"def {hook}(" in source for hook in hooks)
    assert "passrole.Report" in PROMISED
    assert "passrole.testing.check_example" in PROMISED
    assert "fixture check_text" in PROMISED


@pytest.mark.parametrize(
    ("name", "change", "words"),
    [
        ("passrole.known", lambda door: door.pop("passrole.known"), "passrole.known is gone"),
        (
            "passrole.Need",
            lambda door: door["passrole.Need"]["parameters"].pop(3),
            "passrole.Need takes no principal any more",
        ),
        (
            "passrole.Need",
            lambda door: door["passrole.Need"]["parameters"].append(["more", "any", False]),
            "passrole.Need now must be given more",
        ),
        (
            "passrole.Need",
            lambda door: door["passrole.Need"]["parameters"].insert(1, ["more", "any", True]),
            "passrole.Need takes its positional parameters in another order",
        ),
        (
            "passrole.Graph",
            lambda door: door["passrole.Graph"]["members"].pop("grants_of"),
            "passrole.Graph.grants_of is gone",
        ),
        (
            "passrole.Severity",
            lambda door: door["passrole.Severity"]["members"].remove("INFO"),
            "passrole.Severity.INFO is gone",
        ),
        (
            "passrole.rule",
            lambda door: door["passrole.rule"].update(kind="class"),
            "passrole.rule was a function and is a class",
        ),
        (
            "passrole_rules",
            lambda door: door.pop("passrole_rules"),
            "passrole_rules is gone",
        ),
    ],
)
def test_what_would_break_a_plugin_is_told(name: str, change: Any, words: str) -> None:
    changed = copy.deepcopy(PROMISED)
    change(changed)
    assert words in list(TOOL["broken"]({name: PROMISED[name]}, changed))


def test_what_is_new_and_may_be_left_out_breaks_nothing() -> None:
    grown = copy.deepcopy(PROMISED)
    grown["passrole.new_name"] = {"kind": "value"}
    grown["passrole.Need"]["parameters"].append(["more", "any", True])
    grown["passrole.Graph"]["members"]["more_of"] = []
    grown["passrole.Severity"]["members"].append("WORSE")
    grown["passrole_rules"]["parameters"].append(["settings", "any", False])
    assert list(TOOL["broken"](PROMISED, grown)) == []
