"""A pipeline without an artifact store."""

from passrole.contributions import Contributions
from passrole.testing import findings_in

MODULE = """
variable "artifacts" { default = [] }
resource "aws_codepipeline" "shop" {
  name     = "shop"
  role_arn = aws_iam_role.pipeline.arn
  dynamic "artifact_store" {
    for_each = var.artifacts
    content {
      location = artifact_store.value
      type     = "S3"
    }
  }
}
resource "aws_iam_role" "pipeline" {
  name = "pipeline"
  assume_role_policy = jsonencode({
    Statement = [{ Effect = "Allow", Action = "sts:AssumeRole", Principal = { Service = "codepipeline.amazonaws.com" } }]
  })
}
resource "aws_iam_role_policy" "pipeline" {
  role   = aws_iam_role.pipeline.id
  policy = jsonencode({ Statement = [{ Effect = "Allow", Action = "codebuild:StartBuild", Resource = "*" }] })
}
"""


def test_a_store_that_is_still_to_be_given_is_not_missing(contributions: Contributions) -> None:
    rules = {each.id: each for each in contributions.rules}
    wanted = rules["artifact-bucket-access-missing"]
    given = MODULE.replace("default = []", 'default = ["artifacts"]')
    assert not findings_in(MODULE, wanted, contributions, "hcl")
    assert findings_in(given, wanted, contributions, "hcl")
