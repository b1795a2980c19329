from collections.abc import Iterator

from passrole import (
    Action,
    Category,
    Confidence,
    Graph,
    Related,
    Report,
    Role,
    Severity,
    Subject,
    Symptom,
    Text,
    get,
    known,
    rule,
)
from passrole_aws.eks.entities import AccessEntry, Cluster

CONFIDENCE = {"API": Confidence.MEDIUM, "API_AND_CONFIG_MAP": Confidence.LOW}


BECAUSE = (
    "The role may reach the cluster but is nobody there: the cluster needs an access entry for it."
)


@rule(
    "eks-deploy-access-missing",
    checks=Action,
    severity=Severity.HIGH,
    category=Category.BREAKS,
    autofix="safe",
    symptoms=(
        Symptom(("eks:DescribeCluster",)),
        Symptom(("Unauthorized", "Kubernetes"), BECAUSE),
        Symptom(("You must be logged in to the server",), BECAUSE),
    ),
)
def deploy_access_missing(action: Action, graph: Graph) -> Iterator[Report]:
    """A role may not reach the cluster, or the cluster does not know the role.

    A deployment to EKS asks how to reach the cluster (`eks:DescribeCluster`), looks at its network
    (six `ec2:Describe…` operations, and three that make network interfaces where the endpoint is
    private), and writes a log under `/aws/codepipeline/` and the name of the pipeline. The role
    that runs the action needs them all, and fails without.

    That is half of it. Kubernetes decides for itself what a role may do in the cluster, by an
    access entry; no IAM policy stands in for one. Without an entry the deployment ends with
    "Kubernetes cluster unreachable: the server has asked for the client to provide credentials".
    Make an access entry for the role of the action, with an access policy that lets it deploy.

    A missing entry is reported where the cluster is in the scanned tree and its authentication mode
    is `API` (medium confidence) or `API_AND_CONFIG_MAP` (low: the role may stand in the config
    map).

    ```yaml
    Resources:
      Pipeline:
        Type: AWS::CodePipeline::Pipeline
        Properties:
          RoleArn: !GetAtt Role.Arn
          ArtifactStore: {Type: S3, Location: artifacts}
          Stages:
            - Name: Deploy
              Actions:
                - Name: Deploy  # finding
                  ActionTypeId: {Category: Deploy, Owner: AWS, Provider: EKS, Version: "1"}
                  InputArtifacts: [{Name: Source}]
                  Configuration: {ClusterName: !Ref Cluster, ManifestFiles: manifest.yaml}
      Role:
        Type: AWS::IAM::Role
        Properties:
          AssumeRolePolicyDocument:
            Statement:
              - {Effect: Allow, Action: sts:AssumeRole, Principal: {Service: codepipeline.amazonaws.com}}
          Policies:
            - PolicyName: pipeline
              PolicyDocument:
                Statement:
                  - Effect: Allow
                    Action: eks:DescribeCluster
                    Resource: !GetAtt Cluster.Arn
                  - Effect: Allow
                    Action:
                      - ec2:DescribeDhcpOptions
                      - ec2:DescribeNetworkInterfaces
                      - ec2:DescribeRouteTables
                      - ec2:DescribeSecurityGroups
                      - ec2:DescribeSubnets
                      - ec2:DescribeVpcs
                      - ec2:CreateNetworkInterface
                      - ec2:CreateNetworkInterfacePermission
                      - ec2:DeleteNetworkInterface
                    Resource: "*"
                  - Effect: Allow
                    Action: [logs:CreateLogGroup, logs:CreateLogStream, logs:PutLogEvents]
                    Resource: !Sub arn:aws:logs:${AWS::Region}:${AWS::AccountId}:log-group:/aws/codepipeline/*
      Cluster:
        Type: AWS::EKS::Cluster
        Properties:
          RoleArn: arn:aws:iam::111122223333:role/cluster
          ResourcesVpcConfig: {SubnetIds: [subnet-1, subnet-2]}
          AccessConfig: {AuthenticationMode: API}
    ```

    ```yaml
    Resources:
      Pipeline:
        Type: AWS::CodePipeline::Pipeline
        Properties:
          RoleArn: !GetAtt Role.Arn
          ArtifactStore: {Type: S3, Location: artifacts}
          Stages:
            - Name: Deploy
              Actions:
                - Name: Deploy  # finding
                  ActionTypeId: {Category: Deploy, Owner: AWS, Provider: EKS, Version: "1"}
                  InputArtifacts: [{Name: Source}]
                  Configuration: {ClusterName: !Ref Cluster, ManifestFiles: manifest.yaml}
      Role:
        Type: AWS::IAM::Role
        Properties:
          AssumeRolePolicyDocument:
            Statement:
              - {Effect: Allow, Action: sts:AssumeRole, Principal: {Service: codepipeline.amazonaws.com}}
          Policies:
            - PolicyName: pipeline
              PolicyDocument:
                Statement:
                  - Effect: Allow
                    Action: eks:DescribeCluster
                    Resource: !GetAtt Cluster.Arn
                  - Effect: Allow
                    Action:
                      - ec2:DescribeDhcpOptions
                      - ec2:DescribeNetworkInterfaces
                      - ec2:DescribeRouteTables
                      - ec2:DescribeSecurityGroups
                      - ec2:DescribeSubnets
                      - ec2:DescribeVpcs
                      - ec2:CreateNetworkInterface
                      - ec2:CreateNetworkInterfacePermission
                      - ec2:DeleteNetworkInterface
                    Resource: "*"
      Cluster:
        Type: AWS::EKS::Cluster
        Properties:
          RoleArn: arn:aws:iam::111122223333:role/cluster
          ResourcesVpcConfig: {SubnetIds: [subnet-1, subnet-2]}
          AccessConfig: {AuthenticationMode: API}
      Entry:
        Type: AWS::EKS::AccessEntry
        Properties:
          ClusterName: !Ref Cluster
          PrincipalArn: !GetAtt Role.Arn
          AccessPolicies:
            - PolicyArn: arn:aws:eks::aws:cluster-access-policy/AmazonEKSClusterAdminPolicy
              AccessScope: {Type: cluster}
    ```

    ```yaml
    Resources:
      Pipeline:
        Type: AWS::CodePipeline::Pipeline
        Properties:
          RoleArn: !GetAtt Role.Arn
          ArtifactStore: {Type: S3, Location: artifacts}
          Stages:
            - Name: Deploy
              Actions:
                - Name: Deploy
                  ActionTypeId: {Category: Deploy, Owner: AWS, Provider: EKS, Version: "1"}
                  InputArtifacts: [{Name: Source}]
                  Configuration: {ClusterName: !Ref Cluster, ManifestFiles: manifest.yaml}
      Role:
        Type: AWS::IAM::Role
        Properties:
          AssumeRolePolicyDocument:
            Statement:
              - {Effect: Allow, Action: sts:AssumeRole, Principal: {Service: codepipeline.amazonaws.com}}
          Policies:
            - PolicyName: pipeline
              PolicyDocument:
                Statement:
                  - Effect: Allow
                    Action: eks:DescribeCluster
                    Resource: !GetAtt Cluster.Arn
                  - Effect: Allow
                    Action:
                      - ec2:DescribeDhcpOptions
                      - ec2:DescribeNetworkInterfaces
                      - ec2:DescribeRouteTables
                      - ec2:DescribeSecurityGroups
                      - ec2:DescribeSubnets
                      - ec2:DescribeVpcs
                      - ec2:CreateNetworkInterface
                      - ec2:CreateNetworkInterfacePermission
                      - ec2:DeleteNetworkInterface
                    Resource: "*"
                  - Effect: Allow
                    Action: [logs:CreateLogGroup, logs:CreateLogStream, logs:PutLogEvents]
                    Resource: !Sub arn:aws:logs:${AWS::Region}:${AWS::AccountId}:log-group:/aws/codepipeline/*
      Cluster:
        Type: AWS::EKS::Cluster
        Properties:
          RoleArn: arn:aws:iam::111122223333:role/cluster
          ResourcesVpcConfig: {SubnetIds: [subnet-1, subnet-2]}
          AccessConfig: {AuthenticationMode: API}
      Entry:
        Type: AWS::EKS::AccessEntry
        Properties:
          ClusterName: !Ref Cluster
          PrincipalArn: !GetAtt Role.Arn
          AccessPolicies:
            - PolicyArn: arn:aws:eks::aws:cluster-access-policy/AmazonEKSClusterAdminPolicy
              AccessScope: {Type: cluster}
    ```

    ```hcl
    data "aws_region" "current" {}
    data "aws_caller_identity" "current" {}
    resource "aws_codepipeline" "shop" {
      name     = "shop"
      role_arn = aws_iam_role.pipeline.arn
      artifact_store {
        type     = "S3"
        location = "artifacts"
      }
      stage {
        name = "Deploy"
        action {  # finding
          name            = "Deploy"
          category        = "Deploy"
          owner           = "AWS"
          provider        = "EKS"
          version         = "1"
          input_artifacts = ["Source"]
          configuration = {
            ClusterName   = aws_eks_cluster.shop.name
            ManifestFiles = "manifest.yaml"
          }
        }
      }
    }
    resource "aws_iam_role" "pipeline" {
      name = "pipeline"
      assume_role_policy = jsonencode({
        Version   = "2012-10-17"
        Statement = [{ Effect = "Allow", Action = "sts:AssumeRole", Principal = { Service = "codepipeline.amazonaws.com" } }]
      })
    }
    resource "aws_iam_role_policy" "pipeline" {
      name = "pipeline"
      role = aws_iam_role.pipeline.name
      policy = jsonencode({
        Version = "2012-10-17"
        Statement = [
          {
            Effect   = "Allow"
            Action   = "eks:DescribeCluster"
            Resource = aws_eks_cluster.shop.arn
          },
          {
            Effect = "Allow"
            Action = [
              "ec2:DescribeDhcpOptions",
              "ec2:DescribeNetworkInterfaces",
              "ec2:DescribeRouteTables",
              "ec2:DescribeSecurityGroups",
              "ec2:DescribeSubnets",
              "ec2:DescribeVpcs",
              "ec2:CreateNetworkInterface",
              "ec2:CreateNetworkInterfacePermission",
              "ec2:DeleteNetworkInterface",
            ]
            Resource = "*"
          },
          {
            Effect   = "Allow"
            Action   = ["logs:CreateLogGroup", "logs:CreateLogStream", "logs:PutLogEvents"]
            Resource = "arn:aws:logs:${data.aws_region.current.name}:${data.aws_caller_identity.current.account_id}:log-group:/aws/codepipeline/*"
          },
        ]
      })
    }
    resource "aws_eks_cluster" "shop" {
      name     = "shop"
      role_arn = "arn:aws:iam::111122223333:role/cluster"
      vpc_config {
        subnet_ids = ["subnet-1", "subnet-2"]
      }
      access_config {
        authentication_mode = "API"
      }
    }
    ```

    ```hcl
    data "aws_region" "current" {}
    data "aws_caller_identity" "current" {}
    resource "aws_codepipeline" "shop" {
      name     = "shop"
      role_arn = aws_iam_role.pipeline.arn
      artifact_store {
        type     = "S3"
        location = "artifacts"
      }
      stage {
        name = "Deploy"
        action {
          name            = "Deploy"
          category        = "Deploy"
          owner           = "AWS"
          provider        = "EKS"
          version         = "1"
          input_artifacts = ["Source"]
          configuration = {
            ClusterName   = aws_eks_cluster.shop.name
            ManifestFiles = "manifest.yaml"
          }
        }
      }
    }
    resource "aws_iam_role" "pipeline" {
      name = "pipeline"
      assume_role_policy = jsonencode({
        Version   = "2012-10-17"
        Statement = [{ Effect = "Allow", Action = "sts:AssumeRole", Principal = { Service = "codepipeline.amazonaws.com" } }]
      })
    }
    resource "aws_iam_role_policy" "pipeline" {
      name = "pipeline"
      role = aws_iam_role.pipeline.name
      policy = jsonencode({
        Version = "2012-10-17"
        Statement = [
          {
            Effect   = "Allow"
            Action   = "eks:DescribeCluster"
            Resource = aws_eks_cluster.shop.arn
          },
          {
            Effect = "Allow"
            Action = [
              "ec2:DescribeDhcpOptions",
              "ec2:DescribeNetworkInterfaces",
              "ec2:DescribeRouteTables",
              "ec2:DescribeSecurityGroups",
              "ec2:DescribeSubnets",
              "ec2:DescribeVpcs",
              "ec2:CreateNetworkInterface",
              "ec2:CreateNetworkInterfacePermission",
              "ec2:DeleteNetworkInterface",
            ]
            Resource = "*"
          },
          {
            Effect   = "Allow"
            Action   = ["logs:CreateLogGroup", "logs:CreateLogStream", "logs:PutLogEvents"]
            Resource = "arn:aws:logs:${data.aws_region.current.name}:${data.aws_caller_identity.current.account_id}:log-group:/aws/codepipeline/*"
          },
        ]
      })
    }
    resource "aws_eks_cluster" "shop" {
      name     = "shop"
      role_arn = "arn:aws:iam::111122223333:role/cluster"
      vpc_config {
        subnet_ids = ["subnet-1", "subnet-2"]
      }
      access_config {
        authentication_mode = "API"
      }
    }
    resource "aws_eks_access_entry" "pipeline" {
      cluster_name  = aws_eks_cluster.shop.name
      principal_arn = aws_iam_role.pipeline.arn
    }
    ```

    Source: https://docs.aws.amazon.com/codepipeline/latest/userguide/action-reference-EKS.html
    Source: https://docs.aws.amazon.com/codepipeline/latest/userguide/tutorials-eks-deploy.html
    """
    yield from graph.unmet(action, "eks-deploy-access-missing")
    if known(action.provider) != "EKS":
        return
    pipeline = graph.pipeline_of(action)
    cluster = graph.find(get(action.configuration, "ClusterName"), Cluster, pipeline)
    confidence = CONFIDENCE.get(known(cluster.authentication) or "") if cluster else None
    if cluster is None or confidence is None:
        return
    for role in _roles(action, graph):
        if not any(
            _may_let_in(entry, role, cluster, graph) for entry in graph.entities_of(AccessEntry)
        ):
            yield _report(action, role, cluster, confidence)


def _roles(action: Action, graph: Graph) -> list[Role]:
    """The role that runs the action, as far as it is in the tree."""
    found = [
        requirement.principal.role
        for requirement in graph.requirements_of(action)
        if requirement.need.iam_action == "eks:DescribeCluster"
    ]
    return [role for role in dict.fromkeys(found) if role is not None]


def _may_let_in(entry: AccessEntry, role: Role, cluster: Cluster, graph: Graph) -> bool:
    """Whether something is an access entry that is, or may be, the role's in this cluster."""
    other = graph.find(entry.cluster, Cluster, entry)
    if other is not None and other is not cluster:
        return False
    principal = graph.find(entry.principal, Role, entry)
    if principal is not None:
        return principal is role
    named = isinstance(entry.principal, Text) and entry.principal.known() is not None
    return not (named and role.resource.arn.known() is not None)


def _report(action: Action, role: Role, cluster: Cluster, confidence: Confidence) -> Report:
    return Report(
        origin=action.origin,
        message=f"{action.label} deploys to cluster {cluster.label} as role {role.label}, for which"
        " the cluster has no access entry.",
        symptom='The deployment fails: "Kubernetes cluster unreachable: the server has asked for'
        ' the client to provide credentials".',
        remedy=f"Give role {role.label} an access entry in cluster {cluster.label}.",
        subject=Subject(
            action.pipeline, action.stage, action.name, role.label, resource=cluster.label
        ),
        related=(
            Related(f"cluster {cluster.label} is defined here", cluster.location),
            Related(f"role {role.label} is defined here", role.location),
        ),
        confidence=confidence,
        world=action.world,
    )
