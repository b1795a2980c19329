"""What is said of a template that is nested more than once, and of what is taken for granted."""

from __future__ import annotations

from tests.systems.conftest import Run
from tests.systems.test_pairs import nested, one, stored

from passrole.analysis import Analysis
from passrole.findings import Category, Finding

ROOT = """
Resources:
  Blue:
    Type: AWS::CloudFormation::Stack
    Properties: {TemplateURL: template.yaml, Parameters: {Action: 'codebuild:StartBuild'}}
  Green:
    Type: AWS::CloudFormation::Stack
    Properties: {TemplateURL: template.yaml, Parameters: {Action: GREEN}}
"""


def broken(analysis: Analysis) -> list[Finding]:
    return [each for each in analysis.results.findings if each.category is Category.BREAKS]


def template() -> str:
    text = one("no StartBuild")["template.yaml"]
    text = text.replace("['codebuild:BatchGetBuilds']", "['codebuild:BatchGetBuilds', !Ref Action]")
    return f"{text}Parameters:\n  Action: {{Type: String}}\n"


def test_one_finding_says_for_which_of_the_stacks_it_holds(run: Run) -> None:
    files = {"template.yaml": template()}
    root = ROOT.replace("GREEN", "'codebuild:ListBuilds'")
    (finding,) = broken(run({**files, "root.yaml": root}))
    assert finding.location.path == "template.yaml"
    assert finding.subject.iam_action == "codebuild:StartBuild"
    assert (
        "This holds for root.yaml/Green, not for every stack of this template." in finding.message
    )
    assert finding.confidence == "high"


def test_a_finding_of_every_stack_is_one_finding(run: Run) -> None:
    root = ROOT.replace("GREEN", "'codebuild:ListBuilds'").replace("StartBuild", "ListBuilds")
    (finding,) = broken(run({"template.yaml": template(), "root.yaml": root}))
    assert "This holds for" not in finding.message


def test_what_is_taken_for_granted_is_said(run: Run) -> None:
    analysis = run(stored("no StartBuild"))
    (finding,) = broken(analysis)
    assert finding.confidence == "medium"
    assert "This takes for granted that the SSM parameter /shop/" in finding.message
    assert sum("holds what" in words for words in analysis.results.assumptions) == 4


def test_a_file_that_only_a_template_names_is_read_and_quoted(run: Run) -> None:
    files = nested("no StartBuild")
    analysis = run(files, "root.yaml")
    (finding,) = broken(analysis)
    assert finding.location.path == "children/pipeline.yaml"
    assert finding.location.path in analysis.results.sources
