"""What the rules of paths say, beyond their examples."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import pytest

from passrole import Confidence
from passrole.asking import check
from passrole.causes import one_for_each_cause
from passrole.contributions import Contributions
from passrole.findings import Finding
from passrole.graph.questions import Graph
from passrole.rulesets.choosing import ActiveRule
from passrole.stamping import stamp

Found = Callable[..., tuple[Finding, ...]]
PATH = "source-to-admin-path"
ADMIN = "arn:aws:iam::aws:policy/AdministratorAccess"


def role(service: str, *statements: Mapping[str, Any], **more: Any) -> Any:
    trust = {"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": {"Service": service}}
    document = {
        "Version": "2012-10-17",
        "Statement": [{"Effect": "Allow", "Resource": "*", **each} for each in statements],
    }
    policies = [{"PolicyName": "own", "PolicyDocument": document}] if statements else []
    return {
        "Type": "AWS::IAM::Role",
        "Properties": {
            "AssumeRolePolicyDocument": {"Statement": [trust]},
            "Policies": policies,
            **more,
        },
    }


def action(
    category: str, provider: str, inputs: str = "", outputs: str = "", **configuration: Any
) -> Any:
    return {
        "Name": provider,
        "ActionTypeId": {
            "Category": category,
            "Owner": "AWS",
            "Provider": provider,
            "Version": "1",
        },
        "InputArtifacts": [{"Name": name} for name in inputs.split()],
        "OutputArtifacts": [{"Name": name} for name in outputs.split()],
        "Configuration": configuration,
    }


SOURCE = action("Source", "CodeCommit", outputs="Src", RepositoryName="shop", BranchName="main")
BUILD = action("Build", "CodeBuild", "Src", "Built", ProjectName="shop")
APPROVE = action("Approval", "Manual")


def deploy(artifact: str, mode: str = "CREATE_UPDATE", **more: Any) -> Any:
    return action(
        "Deploy", "CloudFormation", artifact, ActionMode=mode, StackName="shop",
        RoleArn={"Fn::GetAtt": ["Stack", "Arn"]},
        **{"Capabilities": "CAPABILITY_NAMED_IAM", "TemplatePath": f"{artifact}::shop.yaml", **more},
    )  # fmt: skip


def pipeline(*actions: Any) -> Any:
    stages = [{"Name": f"S{number}", "Actions": [each]} for number, each in enumerate(actions)]
    return {
        "Type": "AWS::CodePipeline::Pipeline",
        "Properties": {
            "Name": "shop", "RoleArn": "arn:aws:iam::111122223333:role/pipeline",
            "ArtifactStore": {"Type": "S3", "Location": "artifacts"}, "Stages": stages,
        },
    }  # fmt: skip


def project(role_id: str = "Build", buildspec: str | None = None) -> Any:
    source = {"Type": "CODEPIPELINE", **({"BuildSpec": buildspec} if buildspec else {})}
    return {
        "Type": "AWS::CodeBuild::Project",
        "Properties": {
            "Name": "shop",
            "ServiceRole": {"Fn::GetAtt": [role_id, "Arn"]},
            "Source": source,
        },
    }


STACK = role("cloudformation.amazonaws.com", ManagedPolicyArns=[ADMIN])
WEAK = role("codebuild.amazonaws.com", {"Action": "s3:GetObject"})


@pytest.fixture
def found(graph_of: Callable[[Mapping[str, Any]], Graph], contributions: Contributions) -> Found:
    def findings(rule_id: str, **resources: Any) -> tuple[Finding, ...]:
        rules = [ActiveRule.alone(r) for r in contributions.rules if r.id == rule_id]
        reported, crashes = check([graph_of(resources)], rules, contributions.owners)
        assert not crashes and rules
        return stamp(reported)

    return findings


def test_the_way_is_told_step_by_step_with_its_places(found: Found) -> None:
    (finding,) = found(
        PATH, Pipeline=pipeline(SOURCE, BUILD, deploy("Built")), Stack=STACK, Build=WEAK, Shop=project(),
    )  # fmt: skip
    assert finding.confidence is Confidence.HIGH
    told = [
        "(1) whoever may write to repository shop, branch main",
        "puts out Src",
        "runs the commands that Src holds",
        "puts out Built",
        "deploys shop.yaml of Built with CAPABILITY_NAMED_IAM",
        "the stack acts as role Stack",
        "role Stack may do everything",
    ]
    places = [finding.message.index(words) for words in told]
    assert places == sorted(places)
    assert len(finding.related) == len(told)


@pytest.mark.parametrize(
    ("resources", "gate"),
    [
        ({"Pipeline": pipeline(SOURCE, APPROVE, deploy("Src")), "Stack": STACK}, "S1/Manual"),
        ({"Pipeline": pipeline(SOURCE, deploy("Src", "CHANGE_SET_REPLACE", ChangeSetName="c"), APPROVE,
                               action("Deploy", "CloudFormation", ActionMode="CHANGE_SET_EXECUTE",
                                      StackName="shop", ChangeSetName="c")), "Stack": STACK},
         "S2/Manual"),
    ],
)  # fmt: skip
def test_an_approval_on_the_way_is_named_and_makes_it_less_sure(
    resources: dict[str, Any], gate: str, found: Found
) -> None:
    (finding,) = found(PATH, **resources)
    assert finding.confidence is Confidence.MEDIUM
    assert (
        f"somebody approves {gate} (whoever has codepipeline:PutApprovalResult" in finding.message
    )
    assert f"Only {gate} stands in between." in finding.message
    (step,) = [each for each in finding.related if f"somebody approves {gate}" in each.message]
    assert step.location.pointer.endswith(f"Stages[{gate[1]}].Actions[0]")


def test_who_may_approve_is_told(found: Found) -> None:
    may = {"Effect": "Allow", "Action": "codepipeline:PutApprovalResult", "Resource": "*"}
    policy = {"PolicyName": "approve", "PolicyDocument": {"Statement": [may]}}
    people = {"Type": "AWS::IAM::Group", "Properties": {"Policies": [policy]}}
    gated = pipeline(SOURCE, APPROVE, deploy("Src"))
    (finding,) = found(PATH, Pipeline=gated, Stack=STACK, Reviewers=people, Others=WEAK)
    assert "(3) somebody approves S1/Manual (Reviewers may); (4)" in finding.message


def test_an_approval_that_an_earlier_build_may_give_keeps_nobody_out(found: Found) -> None:
    own = role("codebuild.amazonaws.com", {"Action": "codepipeline:PutApprovalResult"})
    resources = {"Stack": STACK, "Build": own, "Shop": project()}
    gated = pipeline(SOURCE, BUILD, APPROVE, deploy("Built"))
    (finding,) = found(PATH, Pipeline=gated, **resources)
    assert finding.confidence is Confidence.HIGH
    assert (
        "S2/Manual keeps nobody out: S1/CodeBuild runs before it as role Build" in finding.message
    )
    later = pipeline(SOURCE, APPROVE, BUILD, deploy("Built"))
    (finding,) = found(PATH, Pipeline=later, **resources)
    assert finding.confidence is Confidence.MEDIUM


def test_an_approval_that_is_not_always_there_is_no_gate(found: Found) -> None:
    gated = pipeline(SOURCE, APPROVE, deploy("Src"))
    stages = gated["Properties"]["Stages"]
    stages[1] = {"Fn::If": ["Careful", stages[1], {"Ref": "AWS::NoValue"}]}
    (finding,) = found(PATH, Pipeline=gated, Stack=STACK)
    assert finding.confidence is Confidence.HIGH
    assert "somebody approves" not in finding.message


def test_a_template_whose_name_is_not_known_comes_from_an_artifact_that_is(found: Found) -> None:
    unnamed = deploy("Src", TemplatePath={"Fn::Sub": "Src::${File}"})
    (finding,) = found(PATH, Pipeline=pipeline(SOURCE, unnamed), Stack=STACK)
    assert "deploys ${File} of Src" in finding.message


def test_roles_that_one_text_makes_strong_are_one_finding(found: Found) -> None:
    every = {"Effect": "Allow", "Action": "*", "Resource": "*"}
    shared = {
        "Type": "AWS::IAM::ManagedPolicy",
        "Properties": {"PolicyDocument": {"Statement": [every]}},
    }
    attached = {"ManagedPolicyArns": [{"Ref": "Shared"}]}
    (finding,) = found(
        PATH,
        Pipeline=pipeline(SOURCE, BUILD, deploy("Built")),
        Build=role("codebuild.amazonaws.com", **attached),
        Stack=role("cloudformation.amazonaws.com", **attached),
        Shop=project(),
        Shared=shared,
    )
    assert finding.subject.principal == "Build"
    assert "It leads to Stack as well, which the same text makes." in finding.message


def test_an_approval_after_the_build_does_not_guard_it(found: Found) -> None:
    strong = role("codebuild.amazonaws.com", ManagedPolicyArns=[ADMIN])
    (finding,) = found(
        PATH, Pipeline=pipeline(SOURCE, BUILD, APPROVE), Build=strong, Shop=project()
    )
    assert finding.confidence is Confidence.HIGH
    assert "approve" not in finding.message


@pytest.mark.parametrize(
    ("buildspec", "confidence"),
    [
        ("version: 0.2\nphases: {build: {commands: [npm ci]}}", Confidence.MEDIUM),
        ("version: 0.2\nphases: {build: {commands: [pip install -r a.txt]}}", Confidence.MEDIUM),
        ("version: 0.2\nphases: {build: {commands: [docker build --tag a .]}}", Confidence.MEDIUM),
        ("version: 0.2\nphases: {build: {commands: [npm install -g aws-cdk]}}", None),
        ("version: 0.2\nphases: {build: {commands: [pip3 install awscli]}}", None),
        ("version: 0.2\nphases: {build: {commands: [aws s3 ls]}}", None),
        ("ci/build.yml", Confidence.HIGH),
    ],
)
def test_what_a_written_buildspec_runs_of_the_source(
    buildspec: str, confidence: Confidence | None, found: Found
) -> None:
    strong = role("codebuild.amazonaws.com", ManagedPolicyArns=[ADMIN])
    findings = found(
        PATH, Pipeline=pipeline(SOURCE, BUILD), Build=strong, Shop=project(buildspec=buildspec)
    )
    assert [each.confidence for each in findings] == ([confidence] if confidence else [])


@pytest.mark.parametrize(
    "resources",
    [
        {"Pipeline": pipeline(SOURCE, deploy("Src", Capabilities="")), "Stack": STACK},
        {"Pipeline": pipeline(SOURCE, deploy("Src", "CHANGE_SET_REPLACE")), "Stack": STACK},
        {"Pipeline": pipeline(SOURCE, deploy("Src")),
         "Stack": role("cloudformation.amazonaws.com", ManagedPolicyArns=[ADMIN],
                       PermissionsBoundary="arn:aws:iam::111122223333:policy/limits")},
        {"Pipeline": pipeline(SOURCE, deploy("Other")), "Stack": STACK},
    ],
    ids=["no IAM in the template", "a change set that nobody executes", "a boundary", "an artifact from elsewhere"],
)  # fmt: skip
def test_where_the_way_ends(resources: dict[str, Any], found: Found) -> None:
    assert not found(PATH, **resources)


def test_a_role_that_no_code_runs_as_may_approve_but_does_not(found: Found) -> None:
    own = role("codepipeline.amazonaws.com", {"Action": "codepipeline:*"})
    resources = {
        "Pipeline": pipeline(SOURCE, BUILD, APPROVE),
        "Build": WEAK,
        "Shop": project(),
        "Role": own,
    }
    resources["Pipeline"]["Properties"]["RoleArn"] = {"Fn::GetAtt": ["Role", "Arn"]}
    (finding,) = found("role-can-approve-itself", **resources)
    assert finding.confidence is Confidence.LOW


@pytest.mark.parametrize(
    ("actions", "gate", "confidence"),
    [
        ((SOURCE, BUILD, APPROVE), "S2/Manual", Confidence.HIGH),
        ((SOURCE, APPROVE, BUILD), "S1/Manual", Confidence.MEDIUM),
        ((SOURCE, APPROVE, BUILD, APPROVE), "S3/Manual", Confidence.HIGH),
    ],
    ids=["before it", "after it", "between two"],
)
def test_what_runs_before_an_approval_can_give_it(
    actions: tuple[Any, ...], gate: str, confidence: Confidence, found: Found
) -> None:
    own = role("codebuild.amazonaws.com", {"Action": "codepipeline:PutApprovalResult"})
    resources = {"Pipeline": pipeline(*actions), "Build": own, "Shop": project()}
    (finding,) = found("role-can-approve-itself", **resources)
    assert f"may give approval {gate} of pipeline" in finding.message
    assert finding.confidence is confidence


Told = Callable[..., list[tuple[str, str | None]]]


@pytest.fixture
def told(
    graph_of: Callable[[Mapping[str, Any]], Graph], contributions: Contributions
) -> Callable[..., list[tuple[str, str | None]]]:
    """Rule and role of each grave risk, one for each cause."""

    def findings(*without: str, **resources: Any) -> list[tuple[str, str | None]]:
        rules = [
            ActiveRule.alone(each)
            for each in contributions.rules
            if each.category == "risk" and each.severity.rank < 2 and each.id not in without
        ]
        reported, _ = check([graph_of(resources)], rules, contributions.owners)
        yields_to = {each.rule.id: each.rule.yields_to for each in rules}
        left = one_for_each_cause(stamp(reported), yields_to)
        return [(each.rule, each.subject.principal) for each in left]

    return findings


def test_one_cause_is_one_finding_of_all_rules_together(told: Told) -> None:
    resources = {
        "Pipeline": pipeline(SOURCE, BUILD, deploy("Built")),
        "Build": role("codebuild.amazonaws.com", {"Action": "*"}),
        "Shop": project(),
        "Stack": role("cloudformation.amazonaws.com", {"Action": "iam:*"}),
    }
    assert told(**resources) == [(PATH, "Build"), (PATH, "Stack")]
    # Where that rule is off, nothing is left untold.
    assert told(PATH, **resources) == [
        ("build-role-admin", "Build"),
        ("cfn-role-create-role-without-boundary", "Stack"),
    ]


def test_that_any_role_may_be_passed_is_told_by_what_it_leads_to(told: Told) -> None:
    passes = {"Action": ["iam:PassRole", "ec2:RunInstances"]}
    resources = {"Build": role("codebuild.amazonaws.com", passes), "Shop": project()}
    assert told(**resources) == [("build-role-can-escalate", "Build")]
    # The stack makes roles: that it may pass any is another thing to mend.
    makes = {"Action": ["iam:PassRole", "iam:CreateRole", "iam:AttachRolePolicy"]}
    resources = {
        "Pipeline": pipeline(SOURCE, deploy("Src")),
        "Stack": role("cloudformation.amazonaws.com", makes),
    }
    assert {rule for rule, _ in told(**resources)} == {PATH, "pass-role-star"}


def test_a_role_that_has_to_be_passed_may_not_be_there(found: Found) -> None:
    passes = role("codebuild.amazonaws.com", {"Action": ["iam:PassRole", "lambda:*"]})
    resources = {"Pipeline": pipeline(SOURCE, BUILD), "Build": passes, "Shop": project()}
    for rule in ("build-role-can-escalate", PATH):
        (finding,) = found(rule, **resources)
        assert finding.confidence is Confidence.MEDIUM
        assert "(any that trusts lambda.amazonaws.com)" in finding.message
        strong = role("lambda.amazonaws.com", {"Action": "*"})
        (finding,) = found(rule, Strong=strong, **resources)
        assert finding.confidence is Confidence.HIGH
        assert "with a passed role (Strong)" in finding.message


def test_every_rule_that_is_given_way_to_is_there(contributions: Contributions) -> None:
    known = {each.id for each in contributions.rules}
    assert {name for each in contributions.rules for name in each.yields_to} <= known


def test_all_that_a_build_may_change_is_one_finding(found: Found) -> None:
    wide = role("codebuild.amazonaws.com", {"Action": ["codepipeline:*", "codebuild:*"]})
    (finding,) = found(
        "build-role-can-modify-pipeline",
        Pipeline=pipeline(SOURCE, BUILD),
        Build=wide,
        Shop=project(),
    )
    assert "codepipeline:UpdatePipeline" in finding.message
    assert "codebuild:UpdateProject" in finding.message


@pytest.mark.parametrize(
    ("name", "flagged"),
    [("Prod", True), ("deploy-prod", True), ("DeployProduction", True), ("live", True),
     ("PreProd", False), ("non-prod", False), ("Products", False), ("Deliver", False), ("Beta", False)],
)  # fmt: skip
def test_which_names_mean_production(name: str, flagged: bool, found: Found) -> None:
    resources = {"Pipeline": pipeline(action("Deploy", "ECS", ClusterName="c", ServiceName="s"))}
    resources["Pipeline"]["Properties"]["Stages"][0]["Name"] = name
    assert bool(found("prod-deploy-without-gate", **resources)) is flagged
