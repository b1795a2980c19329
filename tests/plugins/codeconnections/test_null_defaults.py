"""An input of Terraform that is null unless it is given stands for what is to be given."""

from passrole.contributions import Contributions
from passrole.findings import Finding
from passrole.testing import findings_in

MODULE = """
variable "connection" {
  type    = string
  default = null
}
resource "aws_codepipeline" "shop" {
  name     = "shop"
  role_arn = aws_iam_role.pipeline.arn
  stage {
    name = "Source"
    action {
      name             = "Source"
      category         = "Source"
      owner            = "AWS"
      provider         = "CodeStarSourceConnection"
      version          = "1"
      output_artifacts = ["source"]
      configuration = {
        ConnectionArn    = var.connection
        FullRepositoryId = "shop/web"
        BranchName       = "main"
      }
    }
  }
}
resource "aws_iam_role" "pipeline" {
  name = "pipeline"
  assume_role_policy = jsonencode({
    Statement = [{ Effect = "Allow", Action = "sts:AssumeRole", Principal = { Service = "codepipeline.amazonaws.com" } }]
  })
}
data "aws_iam_policy_document" "pipeline" {
  statement {
    actions   = ["ACTION"]
    resources = [var.connection]
  }
}
resource "aws_iam_role_policy" "pipeline" {
  role   = aws_iam_role.pipeline.id
  policy = data.aws_iam_policy_document.pipeline.json
}
"""


def found(rule: str, action: str, contributions: Contributions) -> tuple[Finding, ...]:
    rules = {each.id: each for each in contributions.rules}
    return findings_in(MODULE.replace("ACTION", action), rules[rule], contributions, "hcl")


def test_what_is_given_to_the_action_is_what_the_policy_names(contributions: Contributions) -> None:
    use = "codestar-connections:UseConnection"
    assert not found("connection-use-missing", use, contributions)
    assert not found("empty-policy-element", use, contributions)


def test_what_is_missing_whatever_is_given_is_reported(contributions: Contributions) -> None:
    (finding,) = found("connection-use-missing", "codestar-connections:Get*", contributions)
    assert "${var.connection}" in finding.message
