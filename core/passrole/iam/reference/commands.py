"""The IAM actions that commands of the AWS CLI take, for those that builds call most.

Documented: which actions there are by the service authorization reference; which operation a
command calls by the AWS CLI's own reference.
https://docs.aws.amazon.com/service-authorization/latest/reference/reference.html
https://docs.aws.amazon.com/cli/latest/reference/
"""

from __future__ import annotations

from collections.abc import Mapping

TOKENS = "sts:GetServiceBearerToken"
# The actions by the service and the operation that follow the word `aws`.
CALLS: Mapping[str, Mapping[str, tuple[str, ...]]] = {
    "autoscaling": {
        "describe-auto-scaling-groups": ("autoscaling:DescribeAutoScalingGroups",),
        "start-instance-refresh": ("autoscaling:StartInstanceRefresh",),
        "update-auto-scaling-group": ("autoscaling:UpdateAutoScalingGroup",),
    },
    "cloudformation": {
        "create-change-set": ("cloudformation:CreateChangeSet",),
        "create-stack": ("cloudformation:CreateStack",),
        "delete-stack": ("cloudformation:DeleteStack",),
        "deploy": ("cloudformation:CreateChangeSet",),
        "describe-stacks": ("cloudformation:DescribeStacks",),
        "execute-change-set": ("cloudformation:ExecuteChangeSet",),
        "list-exports": ("cloudformation:ListExports",),
        "update-stack": ("cloudformation:UpdateStack",),
        "validate-template": ("cloudformation:ValidateTemplate",),
    },
    "cloudfront": {"create-invalidation": ("cloudfront:CreateInvalidation",)},
    "codeartifact": {
        "get-authorization-token": ("codeartifact:GetAuthorizationToken", TOKENS),
        "get-repository-endpoint": ("codeartifact:GetRepositoryEndpoint",),
        "login": ("codeartifact:GetAuthorizationToken", TOKENS),
    },
    "codebuild": {"start-build": ("codebuild:StartBuild",)},
    "codepipeline": {
        "get-pipeline-state": ("codepipeline:GetPipelineState",),
        "start-pipeline-execution": ("codepipeline:StartPipelineExecution",),
    },
    "deploy": {"create-deployment": ("codedeploy:CreateDeployment",)},
    "ecr": {
        "describe-images": ("ecr:DescribeImages",),
        "get-login": ("ecr:GetAuthorizationToken",),
        "get-login-password": ("ecr:GetAuthorizationToken",),
        "put-image": ("ecr:PutImage",),
    },
    "ecr-public": {"get-login-password": ("ecr-public:GetAuthorizationToken", TOKENS)},
    "ecs": {
        "describe-services": ("ecs:DescribeServices",),
        "describe-task-definition": ("ecs:DescribeTaskDefinition",),
        "register-task-definition": ("ecs:RegisterTaskDefinition",),
        "run-task": ("ecs:RunTask",),
        "update-service": ("ecs:UpdateService",),
    },
    "eks": {
        "describe-cluster": ("eks:DescribeCluster",),
        "update-kubeconfig": ("eks:DescribeCluster",),
    },
    "elasticbeanstalk": {
        "create-application-version": ("elasticbeanstalk:CreateApplicationVersion",),
        "update-environment": ("elasticbeanstalk:UpdateEnvironment",),
    },
    "lambda": {
        "get-function": ("lambda:GetFunction",),
        "invoke": ("lambda:InvokeFunction",),
        "list-functions": ("lambda:ListFunctions",),
        "publish-layer-version": ("lambda:PublishLayerVersion",),
        "publish-version": ("lambda:PublishVersion",),
        "update-alias": ("lambda:UpdateAlias",),
        "update-function-code": ("lambda:UpdateFunctionCode",),
        "update-function-configuration": ("lambda:UpdateFunctionConfiguration",),
    },
    "secretsmanager": {"get-secret-value": ("secretsmanager:GetSecretValue",)},
    "sns": {"publish": ("sns:Publish",)},
    "ssm": {
        "get-parameter": ("ssm:GetParameter",),
        "get-parameters": ("ssm:GetParameters",),
        "get-parameters-by-path": ("ssm:GetParametersByPath",),
        "put-parameter": ("ssm:PutParameter",),
        "send-command": ("ssm:SendCommand",),
    },
    "stepfunctions": {"start-execution": ("states:StartExecution",)},
}
