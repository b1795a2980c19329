"""Whatever a ruleset declares: it is read or refused in words, and deciding it ends."""

import json
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from passrole.contributions import Contributions, with_checks_of
from passrole.errors import UsageError
from passrole.rulesets.declared.rules import rule_of
from passrole.rulesets.declared.subjects import KINDS
from passrole.rulesets.reading import load_ruleset
from passrole.testing import check_text, contributions_of

pytestmark = pytest.mark.slow

TEMPLATE = """\
Parameters: {Given: {Type: String}}
Resources:
  Role:
    Type: AWS::IAM::Role
    Properties:
      RoleName: !Sub "prod-${Given}"
      AssumeRolePolicyDocument: {Statement: {Effect: Allow, Action: sts:AssumeRole, Principal: {AWS: "*"}}}
      ManagedPolicyArns: [!Ref Given, arn:aws:iam::aws:policy/AmazonS3FullAccess]
      Policies: [{PolicyName: p, PolicyDocument: {Statement: [{Effect: Allow, NotAction: "iam:*", Resource: !Ref Given}]}}]
  Pipeline:
    Type: AWS::CodePipeline::Pipeline
    Properties:
      RoleArn: !GetAtt Role.Arn
      Stages:
        - {Name: !Ref Given, Actions: [{Name: A, ActionTypeId: {Category: Approval, Owner: AWS, Provider: Manual, Version: "1"}}]}
        - {Name: Prod, Actions: [{Name: B, RunOrder: !Ref Given, ActionTypeId: {Category: Deploy, Owner: AWS, Provider: !Ref Given, Version: "1"}, Configuration: {X: [!Ref Given]}}]}
  Build: {Type: "AWS::CodeBuild::Project", Properties: {ServiceRole: !GetAtt Role.Arn, VpcConfig: !Ref Given}}
"""
FIELDS = sorted({name for kind in KINDS.values() for name in kind.fields})
WORDS = st.sampled_from([*FIELDS, "all", "any", "not", "some", "every", "none", "is", "set",
                         "properties.VpcConfig.VpcId", "configuration.X.0", "x"])  # fmt: skip
TEXTS = st.sampled_from(
    ["*", "prod-*", "?", "", "iam:*", "true", "1", "*a*a*a*b", "${x}", "{name}"]
)
TREES = st.recursive(
    st.one_of(TEXTS, st.booleans(), st.integers(), st.none()),
    lambda inner: st.one_of(
        st.lists(inner, max_size=3), st.dictionaries(WORDS, inner, min_size=1, max_size=3)
    ),
    max_leaves=12,
)


def conditions(kind: str, depth: int = 3) -> st.SearchStrategy[object]:
    """Conditions that are well formed, so that most of them are decided."""
    fields = []
    for name, shape in KINDS[kind].fields.items():
        if shape.kind in KINDS:
            if depth:
                inner = conditions(shape.kind, depth - 1)
                words = st.sampled_from(["some", "every", "none"])
                fields.append(st.builds(lambda n, w, c: {n: {w: c}}, st.just(name), words, inner))
            continue
        said: st.SearchStrategy[object] = TEXTS
        if shape.kind != "about":
            said = st.one_of(TEXTS, st.builds(lambda b: {"set": b}, st.booleans()),
                             st.builds(lambda t: {"is": t}, TEXTS))  # fmt: skip
        said = st.one_of(said, st.builds(lambda t: {"not": t}, said))
        key = f"{name}.X" if shape.kind == "record" else name
        fields.append(st.builds(lambda k, t: {k: t}, st.just(key), said))
    one = st.one_of(fields)
    if not depth:
        return one
    more = st.lists(one, min_size=1, max_size=3)
    return st.one_of(
        one, st.builds(lambda c: {"not": c}, one), st.builds(lambda c: {"any": c}, more)
    )


@pytest.fixture(scope="module")
def contributions() -> Contributions:
    """What passrole's own plugins bring."""
    return contributions_of()


@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(tree=TREES, of=st.sampled_from([*KINDS, "x"]), word=st.sampled_from(["flag", "require"]))
def test_whatever_stands_there_is_read_or_refused(
    tree: object, of: str, word: str, tmp_path: Path
) -> None:
    file = tmp_path / "team.yaml"
    check = {"of": of, "title": "T.", word: tree, "where": tree, "message": str(tree)}
    file.write_text(json.dumps({"checks": {"my-check": check}}), "utf-8")
    refused, rules = "", []
    try:
        rules = [rule_of(each) for each in load_ruleset(str(file), {}).checks.values()]
    except UsageError as error:
        refused = str(error)
    assert rules or "check my-check: " in refused


@settings(max_examples=100, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_flag_and_require_of_one_condition_never_both_report(
    data: st.DataObject, tmp_path: Path, contributions: Contributions
) -> None:
    of = data.draw(st.sampled_from([name for name, kind in KINDS.items() if kind.is_subject]))
    condition = data.draw(conditions(of))
    checks = {
        "my-flag": {"of": of, "title": "T.", "flag": condition},
        "my-require": {"of": of, "title": "T.", "require": condition},
        "my-opposite": {"of": of, "title": "T.", "require": {"not": condition}},
    }
    file = tmp_path / "team.yaml"
    file.write_text(json.dumps({"checks": checks}), "utf-8")
    more = with_checks_of(load_ruleset(str(file), {}), contributions)
    found = {name: set[object]() for name in checks}
    for finding in check_text(TEMPLATE, more, rules=tuple(checks)):
        found[finding.rule].add((finding.location, finding.subject))
    assert not found["my-flag"] & found["my-require"]
    assert found["my-flag"] == found["my-opposite"]
