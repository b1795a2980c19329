"""Each flagged example of a rule that can mend is mended, in every format, and by the least."""

import difflib
import importlib
import json
from collections.abc import Iterator

import pytest
import yaml
from tests.core.fixes.in_memory import mended
from tests.test_rule_twins import Loader

from passrole.documents.limits import Limits
from passrole.documents.recognition import classify, parse
from passrole.plugin_loading import find_plugins
from passrole.testing import Example, examples_of

OWN = [
    importlib.import_module(plugin.module)
    for plugin in find_plugins()
    if plugin.distribution == "passrole"
]
EXAMPLES = [each for each in examples_of(*OWN) if each.flagged]

NEEDS_A_ROLE = "the target names no role, and no role of the template is fit"
LEFT_ALONE = {
    "event-rule-role-missing-1": NEEDS_A_ROLE,
    "event-rule-role-missing-5": NEEDS_A_ROLE,
    "eks-deploy-access-missing-1": "who gets into a cluster is for its owner to say",
    "eks-deploy-access-missing-4": "who gets into a cluster is for its owner to say",
    "approval-sns-topic-encryption-1": "nobody may change the policy of AWS's own key",
    "approval-sns-topic-encryption-3": "nobody may change the policy of AWS's own key",
    "build-role-command-permission-missing-3": "nobody but the author knows the distribution",
    "build-role-command-permission-missing-5": "nobody but the author knows the service",
    "assume-role-star-3": "sts:* holds more than the roles to assume",
    "commands-on-non-compute-action-2": "the files may be what an action of Commands is to keep",
    "config-key-unknown-2": "nobody but the author knows the bucket",
    "oauth-token-reused-as-webhook-secret-3": "a random secret is a resource of another provider",
    "polling-source-1": "S3 tells of changes only where CloudTrail or the bucket is set up for it",
    "polling-source-3": "Terraform says in its own ways what starts a pipeline",
    "ecs-pass-role-missing-3": "the role is one that the template does not name",
}
"""Examples that are told of and not mended, and why."""
TAKES_AWAY = frozenset(
    (
        "commands-on-non-compute-action",
        "ecr-cloudtrail-trigger-legacy",
        "empty-policy-element",
        "unused-service-grants",
    )
)
"""Rules whose repairs take whole statements or values out, which may stand in many lines."""


def forms(example: Example) -> Iterator[tuple[str, str]]:
    """The name and the text of an example, and of a template in YAML the same in JSON."""
    name = "example.tf" if example.language == "hcl" else f"example.{example.language}"
    if example.language == "json":
        document = parse(name, example.text.encode(), Limits())
        if classify(document) is None:
            name = "example.tf.json"
    yield name, example.text
    if example.language == "yaml":
        template = yaml.load(example.text, Loader)  # noqa: S506 - a safe one
        yield "example.json", json.dumps(template, indent=2)


CASES = [
    pytest.param(example, *form, id=f"{example}-{form[0].partition('.')[2]}")
    for example in EXAMPLES
    if example.rule.autofix != "no" and example.language != "json"
    for form in forms(example)
]


@pytest.mark.slow
@pytest.mark.parametrize(("example", "name", "text"), CASES)
def test_it_is_mended_once_and_for_all(example: Example, name: str, text: str) -> None:
    rules = [example.rule]
    first = mended(name, text, rules, example.contributions, example.deployment)
    if str(example) in LEFT_ALONE:
        assert not first.texts
        return
    assert not first.results.findings
    assert set(first.texts) == {name}
    again = mended(name, first.texts[name], rules, example.contributions, example.deployment)
    assert not again.texts

    # Most is added; a line that goes stands there again, changed, or is of the mistake itself.
    lines = difflib.ndiff(text.splitlines(), first.texts[name].splitlines())
    removed = [line for line in lines if line.startswith("- ")]
    assert len(removed) <= (20 if example.rule.id in TAKES_AWAY else 8) * len(first.findings)
    assert [line for line in removed if "#" in line and "# finding" not in line] == []


@pytest.mark.slow
@pytest.mark.parametrize("example", EXAMPLES, ids=str)
def test_a_rule_says_whether_it_mends(example: Example) -> None:
    if example.language == "json":
        return
    (name, text), *_ = forms(example)
    found = {}
    for unsafe in (False, True):
        result = mended(
            name, text, [example.rule], example.contributions, example.deployment, unsafe=unsafe
        )
        found[unsafe] = bool(result.findings)
    said = example.rule.autofix
    assert found[False] <= (said == "safe")
    assert found[True] <= (said != "no")
