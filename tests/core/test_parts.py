"""What is known of files is let go with them, without a look for garbage."""

import gc
import shutil
from pathlib import Path

import pytest

from passrole.contributions import gather
from passrole.documents.discovery import discover
from passrole.examiners import Examiner, Plugins, Task
from passrole.plugin_loading import find_plugins, load_plugins
from passrole.settings import Settings

TEMPLATES = Path(__file__).resolve().parents[1] / "templates"
NESTING = """
Resources:
  Nested:
    Type: AWS::CloudFormation::Stack
    Properties: {TemplateURL: nested.yaml}
  Role:
    Type: AWS::IAM::Role
    Properties:
      RoleName: !GetAtt Nested.Outputs.Name
      AssumeRolePolicyDocument:
        Statement: [{Effect: Allow, Principal: {AWS: "*"}, Action: "sts:AssumeRole"}]
"""
NESTED = """
Resources:
  Topic: {Type: AWS::SNS::Topic, Properties: {TopicName: !Ref AWS::StackName}}
Outputs:
  Name: {Value: !GetAtt Topic.TopicName}
"""
ROOT = """
module "roles" {
  source = "./roles"
  names  = ["one", "two"]
}
output "arns" {
  value = module.roles.arns
}
"""
CALLED = """
variable "names" {}
data "aws_iam_policy_document" "trust" {
  statement {
    actions = ["sts:AssumeRole"]
    principals {
      type        = "Service"
      identifiers = ["codebuild.amazonaws.com"]
    }
  }
}
resource "aws_iam_role" "r" {
  for_each           = toset(var.names)
  name               = each.key
  assume_role_policy = data.aws_iam_policy_document.trust.json
}
resource "aws_vpc" "unread" {
  tags = { Name = aws_iam_role.r["one"].arn }
}
output "arns" {
  value = [for each in aws_iam_role.r : each.arn]
}
"""


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    """Templates, SAM, nested stacks, and Terraform with a module."""
    for name in ("missing-start-build", "hanging-beanstalk", "serverless"):
        shutil.copytree(TEMPLATES / name, tmp_path / name)
    texts = {
        "nesting.yaml": NESTING,
        "nested.yaml": NESTED,
        "main.tf": ROOT,
        "roles/main.tf": CALLED,
    }
    for name, text in texts.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text, "utf-8")
    return tmp_path


def test_nothing_of_a_part_waits_for_garbage_to_be_looked_for(tree: Path) -> None:
    contributions = gather(load_plugins(find_plugins()))
    examine = Examiner(Settings(root=tree, paths=(tree,)), None, Plugins.of(contributions))
    task = Task(discover((tree,), tree).files, noting=False)
    examine.done(task)  # tables are made, and classes that were not used before

    collected: list[int] = []

    def note(phase: str, info: dict[str, int]) -> None:
        if phase == "stop":
            collected.append(info["collected"])

    was_on = gc.isenabled()
    gc.disable()
    try:
        gc.collect()
        gc.callbacks.append(note)
        done = examine.done(task)
        gc.collect()
    finally:
        gc.callbacks.remove(note)
        if was_on:
            gc.enable()

    assert done.part.counts.pipelines >= 3
    assert done.part.counts.roles >= 5
    assert collected == [0]
