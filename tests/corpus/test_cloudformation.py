"""Real templates of many hands: right, wrong, dead and odd."""

import re
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Literal, NamedTuple

import pytest
from tests.corpus.questions import figures, questions_of

from passrole.analysis import Analysis
from passrole.documents import recognition
from passrole.findings import Category, Finding
from passrole.model.identities import Role
from passrole.reporters.map_data import map_of
from passrole.values import cases

pytestmark = pytest.mark.corpus

Scan = Callable[[Path, Path], Analysis]
Answer = Literal["right", "wrong", "cannot tell"]


class Judged(NamedTuple):
    """What we make of a finding after reading the template."""

    answer: Answer
    why: str


SCRAMBLED = Judged(
    "right",
    "the lists of resources of the role's policy were lost: every statement, whatever its actions,"
    " names two patterns of S3 buckets, and no other policy is attached",
)
LEFT_OVER = Judged(
    "right",
    "CodePipeline first deletes a change set of that name which is still there: the run after one"
    " that could not be made, or that nobody approved for production, is denied. Where none is"
    " left over, a run passes",
)
NOT_LISTED = Judged(
    "right",
    "the role may start the two smoke test projects only, and nothing else is attached to it",
)
NO_SOURCE = Judged(
    "right",
    "the only policy of the build role is about starting builds, though the project fetches its"
    " source from the artifact bucket, which has no bucket policy",
)
NOBODY_WAITS = Judged(
    "right",
    "the policy of the pipeline's role is a resource of its own, and the pipeline refers to it"
    " neither itself nor over another resource: which of them is there first is chance",
)
NOT_ADMITTED = Judged(
    "right",
    "the topic has no policy in the template, and the one that SNS writes admits no service: mails"
    " of the event rule never arrive",
)

NO_LOGS = Judged(
    "right",
    "the only policy of the build role is about starting builds, and logs are on by default:"
    " CodeBuild gives the build up before its first phase",
)
PENDING = Judged(
    "right",
    "the template makes the connection and the pipeline together, and nobody can have finished the"
    " handshake when the pipeline first runs; later runs pass",
)

BLUE_GREEN = (
    "aws-quickstart+quickstart-codepipeline-bluegreen-deployment/templates/"
    "codepipeline-stack.template"
)
NESTED = "aws-samples+codepipeline-nested-cfn/codepipeline-cfn-codebuild.yml"
MODEL = "aws-cloudformation+iac-model-evaluation/cloudformation/codepipeline"
LABS = "stelligent+cloudformation_templates/labs"
SSOSYNC = "awslabs+ssosync/cicd/cloudformation/testing.yaml"

Place = tuple[str, int, str, str]
"""Path, line, rule and IAM action of a finding."""

EXPECTED: dict[Place, Judged] = {
    (f"{MODEL}.json", 163, "build-role-artifact-access-missing", "s3:GetObject"): NO_SOURCE,
    (f"{MODEL}.yaml", 91, "build-role-artifact-access-missing", "s3:GetObject"): NO_SOURCE,
    **{
        (f"{MODEL}.{suffix}", line, "build-role-logs-missing", iam_action): NO_LOGS
        for suffix, line in (("json", 163), ("yaml", 91))
        for iam_action in ("logs:CreateLogStream", "logs:PutLogEvents")
    },
    (
        "sch0penheimer+AWS-DevSecOps-Hybrid-CICD-Factory/cloudformation/codepipeline.yaml", 282,
        "connection-created-pending", "",
    ): PENDING,
    (BLUE_GREEN, 113, "lambda-invoke-missing", "lambda:InvokeFunction"): SCRAMBLED,
    (BLUE_GREEN, 137, "approval-sns-publish-missing", "sns:Publish"): SCRAMBLED,
    (BLUE_GREEN, 150, "codebuild-start-build-missing", "codebuild:BatchGetBuilds"): SCRAMBLED,
    (BLUE_GREEN, 150, "codebuild-start-build-missing", "codebuild:StartBuild"): SCRAMBLED,
    (
        BLUE_GREEN, 163, "beanstalk-describe-events-hang", "elasticbeanstalk:DescribeEvents",
    ): SCRAMBLED,
    (BLUE_GREEN, 177, "codebuild-start-build-missing", "codebuild:BatchGetBuilds"): SCRAMBLED,
    (BLUE_GREEN, 177, "codebuild-start-build-missing", "codebuild:StartBuild"): SCRAMBLED,
    (BLUE_GREEN, 190, "lambda-invoke-missing", "lambda:InvokeFunction"): SCRAMBLED,
    (NESTED, 555, "missing-action-permission", "cloudformation:DeleteChangeSet"): LEFT_OVER,
    (NESTED, 615, "missing-action-permission", "cloudformation:DeleteChangeSet"): LEFT_OVER,
    (SSOSYNC, 354, "codebuild-start-build-missing", "codebuild:BatchGetBuilds"): NOT_LISTED,
    (SSOSYNC, 354, "codebuild-start-build-missing", "codebuild:StartBuild"): NOT_LISTED,
    **{
        (path, line, "policy-race-no-dependency", ""): NOBODY_WAITS
        for path, line in (
            ("MechanicalRock+single-account-pipeline/cloudformation/pipeline.yaml", 194),
            (f"{MODEL}.json", 115),
            (f"{MODEL}.yaml", 65),
            (f"{LABS}/codepipeline/codepipeline-canonical.yml", 152),
            (f"{LABS}/codepipeline/codepipeline-updates-after.json", 241),
            (f"{LABS}/codepipeline/codepipeline-updates-before.json", 229),
            (f"{LABS}/ecs/ecs-pipeline.json", 1575),
            (f"{LABS}/opsworks/codepipeline-opsworks.json", 480),
            ("stelligent+devops-essentials/samples/opsworks/pipeline.yml", 324),
        )
    },
    **{
        (path, line, "notification-target-unreachable", "sns:Publish"): NOT_ADMITTED
        for path, line in (
            (
                "sch0penheimer+AWS-DevSecOps-Hybrid-CICD-Factory/cloudformation/codepipeline.yaml",
                464,
            ),
            (f"{LABS}/codepipeline/codepipeline-notifications.yml", 24),
            ("stelligent+devops-essentials/samples/ec2/pipeline.yml", 79),
            ("stelligent+devops-essentials/samples/training/pipeline.yml", 71),
        )
    },
}  # fmt: skip

NOT_IN_THE_MAP = {
    "CI-CMG+aws-cli/cloudformation/codepipeline.yaml": (1, "no YAML: reported as a parse error"),
    "aws-solutions+aws-control-tower-customizations/deployment/"
    "custom-control-tower-initiation.template": (
        1, "the template of a template, no YAML before it is rendered: reported as a parse error",
    ),
    SSOSYNC: (3, "their conditions are false with the default of TestAccount"),
}  # fmt: skip

PIPELINE = re.compile(
    r"""^\s*["']?Type["']?\s*:\s*["']?AWS::CodePipeline::Pipeline["']?\s*,?\s*$""", re.MULTILINE
)
PURE_SAMPLE = 60
"""So many small templates with a pipeline are read a second time by the slow parser."""

NOT_THERE = "the role that AWS's console makes: no template of the repository defines it"
GIVEN = "the name or ARN is a parameter without a default, and no role has such a name"
BY_HAND = "a template makes the role, and a person copies its ARN into a parameter of another one"

NO_ROLE = {
    "CDLUC3+dmsp_aws_prototype/templates/pipeline-hub.yaml": BY_HAND,
    **{
        f"aws-samples+automated-code-pipeline-stackset-deployment/{name}.yaml": BY_HAND
        for name in ("cicd/cicd-pipeline", "templates/cicd-pipeline-template")
    },
    "PigumerGroup+aws-cross-account-pipeline/cloudformation/codepipeline.yaml": GIVEN,
    **{
        f"stelligent+devops-essentials/samples/{name}/pipeline-cfn-nag-pass.json": GIVEN
        for name in ("ec2", "training")
    },
    "Th0masStorm+aws-cross-regional-deployment-pipeline/templates/codepipeline.yaml": NOT_THERE,
    **{
        f"{LABS}/{name}.json": NOT_THERE
        for name in (
            "codepipeline/codepipeline-application-mock", "codepipeline/codepipeline-canonical",
            "codepipeline/codepipeline-cross-account-pipeline", "codepipeline/codepipeline-lambda",
            "lambda/lambda-codepipeline",
        )
    },
}  # fmt: skip
"""Templates with a pipeline whose role is not known, and why."""


@pytest.fixture(scope="module")
def corpus(shared: Path) -> Path:
    return shared / "corpus" / "cloudformation"


@pytest.fixture(scope="module")
def analyses(corpus: Path, scan: Scan) -> dict[str, Analysis]:
    """One scan for each repository."""
    found = {
        folder.name: scan(folder, corpus) for folder in sorted(corpus.iterdir()) if folder.is_dir()
    }
    assert len(found) > 50
    return found


def test_nothing_crashes(analyses: dict[str, Analysis]) -> None:
    kinds = Counter(
        diagnostic.kind
        for analysis in analyses.values()
        for diagnostic in analysis.results.diagnostics
    )
    print(f"\ndiagnostics: {dict(sorted(kinds.items()))}")
    assert not kinds.keys() & {"component-crash", "rule-crash", "reader-crash", "internal", "limit"}


def test_most_needs_are_decided(
    analyses: dict[str, Analysis],
) -> None:
    questions = [question for analysis in analyses.values() for question in questions_of(analysis)]
    near = [question for question in questions if question.role_in_tree]
    blockers = Counter("; ".join(q.blockers)[:160] for q in near if not q.decided)

    print(f"\ndecided: {figures(questions)}")
    print(f"  role in the tree: {figures(near)}")
    print(f"  role not in the tree: {figures(q for q in questions if not q.role_in_tree)}")
    for blocker, count in blockers.most_common(20):
        print(f"    {count} {blocker}")
    assert sum(question.decided for question in near) / len(near) >= 0.90


def test_the_roles_of_pipelines_are_found(analyses: dict[str, Analysis]) -> None:
    found: set[tuple[str, int]] = set()
    missing: set[tuple[str, int]] = set()
    for analysis in analyses.values():
        for graph in analysis.graphs:
            for pipeline in graph.pipelines:
                roles = [graph.find(role, Role, pipeline) for _, role in cases(pipeline.role)]
                place = (pipeline.location.path, pipeline.location.line)
                (found if roles and all(roles) else missing).add(place)
    by_hand = [path for path, why in NO_ROLE.items() if why is BY_HAND]
    print(f"\nroles of {len(found)} pipelines are found")
    print(
        f"  handed over by hand: {len(by_hand)}, not in the repository: {len(NO_ROLE) - len(by_hand)}"
    )
    assert sorted(path for path, _ in missing) == sorted(NO_ROLE)
    assert not found & missing
    assert len(found) / (len(found) + len(by_hand)) >= 0.95
    # Every one whose role the repository itself tells.
    assert len(found) >= 75


def test_every_pipeline_is_in_the_map(analyses: dict[str, Analysis], corpus: Path) -> None:
    written = Counter(
        {
            path.relative_to(corpus).as_posix(): len(PIPELINE.findall(text))
            for path in sorted(corpus.rglob("*"))
            if path.is_file()
            for text in [path.read_bytes().decode("utf-8", "replace")]
        }
    )
    mapped = Counter(
        pipeline.location.path
        for analysis in analyses.values()
        for pipeline in map_of(analysis.graphs)
    )
    missing = dict(written - mapped)
    print(f"\n{mapped.total()} of {written.total()} pipelines are in the map")
    assert written.total() == 96
    assert missing == {path: count for path, (count, _) in NOT_IN_THE_MAP.items()}
    assert not mapped - written


def test_every_action_has_needs_or_an_unknown_provider(analyses: dict[str, Analysis]) -> None:
    unknown: Counter[str] = Counter()
    without = []
    actions = 0
    for analysis in analyses.values():
        for pipeline in map_of(analysis.graphs):
            assert pipeline.needs, pipeline.location
            assert pipeline.unresolved or any(stage.actions for stage in pipeline.stages)
            for action in (each for stage in pipeline.stages for each in stage.actions):
                actions += 1
                if not action.known:
                    unknown[action.provider] += 1
                elif not action.needs:
                    without.append((str(action.location), action.provider))
    print(f"\n{actions} actions; providers nobody knows: {dict(unknown)}")
    # An approval that tells nobody needs nothing.
    assert [each for each in without if each[1] != "Approval/AWS/Manual/1"] == []
    named = Counter(
        unknown.reason.removeprefix("no plugin knows the action provider ")
        for analysis in analyses.values()
        for unknown in analysis.results.unknowns
        if unknown.reason.startswith("no plugin knows")
    )
    assert named.keys() == {provider.rpartition("/")[0] for provider in unknown}


def test_findings_are_those_that_were_judged(analyses: dict[str, Analysis]) -> None:
    found = Counter(
        _place(finding)
        for analysis in analyses.values()
        for finding in analysis.results.findings
        if finding.category is Category.BREAKS
    )
    answers = Counter(judged.answer for judged in EXPECTED.values())
    print(f"\n{found.total()} findings: {dict(answers)}")

    new, gone = sorted(set(found) - set(EXPECTED)), sorted(set(EXPECTED) - set(found))
    assert not new, "nobody judged these:\n" + "\n".join(map(str, new))
    assert not gone, "these are no longer found:\n" + "\n".join(map(str, gone))
    assert max(found.values()) == 1
    assert not answers["wrong"]


def test_the_prefilter_keeps_no_finding_out(
    analyses: dict[str, Analysis], corpus: Path, scan: Scan, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(recognition, "may_be_root", lambda _path, _data: True)
    for name, analysis in analyses.items():
        again = scan(corpus / name, corpus)
        assert again.results.findings == analysis.results.findings
        assert again.results.unknowns == analysis.results.unknowns
        assert set(analysis.results.diagnostics) <= set(again.results.diagnostics)


def test_the_parser_without_libyaml_finds_the_same(
    analyses: dict[str, Analysis], corpus: Path, scan: Scan, monkeypatch: pytest.MonkeyPatch
) -> None:
    with_pipelines = sorted(
        {
            corpus / pipeline.location.path
            for analysis in analyses.values()
            for pipeline in map_of(analysis.graphs)
            if pipeline.location.path.endswith((".yaml", ".yml"))
        },
        key=lambda path: (path.stat().st_size, path),
    )
    sample = with_pipelines[:: max(1, len(with_pipelines) // PURE_SAMPLE)]
    fast = [scan(path, corpus).results for path in sample]
    monkeypatch.setenv("PASSROLE_PURE", "1")
    slow = [scan(path, corpus).results for path in sample]

    assert len(sample) >= PURE_SAMPLE // 2
    assert sum(len(results.findings) for results in fast) > 0
    for one, other in zip(fast, slow, strict=True):
        assert one.findings == other.findings
        assert one.unknowns == other.unknowns
        assert one.diagnostics == other.diagnostics


def _place(finding: Finding) -> Place:
    location = finding.location
    return location.path, location.line, finding.rule, finding.subject.iam_action or ""
