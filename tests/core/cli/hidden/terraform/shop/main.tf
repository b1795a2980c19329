variable "secret" {}
variable "own" {
  sensitive = true
  default   = "c4n4ryown"
}
variable "role" {}
resource "aws_codebuild_project" "p" {
  name         = var.secret
  service_role = var.role
  artifacts { type = "CODEPIPELINE" }
  environment {
    compute_type = "BUILD_GENERAL1_SMALL"
    image        = "111122223333.dkr.ecr.eu-west-1.amazonaws.com/${var.own}:1"
    type         = "LINUX_CONTAINER"
    environment_variable {
      name  = "API_KEY"
      value = var.own
    }
    environment_variable {
      name  = "DB"
      type  = "PARAMETER_STORE"
      value = "/x/${var.own}"
    }
  }
  source {
    type      = "CODEPIPELINE"
    buildspec = "version: 0.2\nphases: {build: {commands: ['aws s3 cp . s3://${var.own}', 'cdk deploy']}}"
  }
}
output "arn" { value = aws_codebuild_project.p.arn }
output "name" { value = aws_codebuild_project.p.name }
