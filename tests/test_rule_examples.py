"""Every example in the page of every rule holds."""

import importlib

import pytest

from passrole.plugin_loading import find_plugins
from passrole.testing import Example, check_example, examples_of, findings_in

OWN = [
    importlib.import_module(plugin.module)
    for plugin in find_plugins()
    if plugin.distribution == "passrole"
]


WITHOUT_TWIN = {
    "connection-pass-missing": "a pipeline of Terraform is in no stack that its actions deploy",
}
"""Rules that have something to say in CloudFormation only, and why."""


def test_every_rule_has_both_formats_flagged_and_accepted() -> None:
    shown: dict[str, set[tuple[str, bool]]] = {}
    for each in examples_of(*OWN):
        shown.setdefault(each.rule.id, set()).add((each.language, bool(each.flagged)))

    both = {"yaml": "CloudFormation", "hcl": "Terraform"}
    lacking = {
        f"{rule}: {both[language]}, {'flagged' if flagged else 'accepted'}"
        for rule, examples in shown.items()
        for language in (both if rule not in WITHOUT_TWIN else ["yaml"])
        for flagged in (True, False)
        if (language, flagged) not in examples
    }
    assert not lacking
    assert WITHOUT_TWIN.keys() <= shown.keys()
    assert not any(("hcl", True) in shown[rule] for rule in WITHOUT_TWIN)


@pytest.mark.parametrize("example", examples_of(*OWN), ids=str)
def test_example(example: Example) -> None:
    check_example(example)


FLAGGED = [each for each in examples_of(*OWN) if each.flagged]


@pytest.mark.parametrize("example", FLAGGED[:: len(FLAGGED) // 20], ids=str)
def test_lines_that_end_as_on_windows_have_the_same_findings(example: Example) -> None:
    def told(text: str) -> list[tuple[str, int, int, str]]:
        found = findings_in(
            text, example.rule, example.contributions, example.language, example.deployment
        )
        places = [(each.rule, each.location, each.message) for each in found]
        return sorted((rule, at.line, at.column, message) for rule, at, message in places)

    assert told(example.text)
    assert told(example.text.replace("\n", "\r\n")) == told(example.text)
