from collections.abc import Iterator

from passrole import (
    Category,
    Confidence,
    Graph,
    Related,
    Report,
    Role,
    Severity,
    Subject,
    Symptom,
    related_at,
    rule,
)
from passrole_aws.paths.entities import causes_of

SHOWN = 3


@rule(
    "build-role-can-escalate",
    checks=Role,
    severity=Severity.CRITICAL,
    category=Category.RISK,
    symptoms=(Symptom(("build role", "UpdateAssumeRolePolicy")),),
    yields_to=("source-to-admin-path",),
)
def build_role_can_escalate(role: Role, graph: Graph) -> Iterator[Report]:
    """The service role of a build may make itself an administrator.

    A build runs what the repository says. A role that may write itself a policy, have another role
    trust it, or pass a role to a function that it makes, holds everything that these lead to, though
    its policies list a few actions only. The known combinations come from pathfinding.cloud, whose
    ids the message names.

    Reported is what the role surely holds: no denial, no condition and no permissions boundary in
    the way, on all roles or users, on a role of the scanned tree that may do everything, or on what
    can be made new. Where it has to pass a role and no strong one is in the tree, the finding is of
    medium confidence: there may be none. A role that may do everything as it is belongs to
    `build-role-admin`; where a pipeline leads from its source to the role, `source-to-admin-path`
    tells it, step by step.

    Take the actions out; have CloudFormation change roles, with a role of its own and a condition on
    `iam:PermissionsBoundary`; name the roles that may be passed, with `iam:PassedToService`.

    ```yaml
    Resources:
      Role:
        Type: AWS::IAM::Role
        Properties:
          AssumeRolePolicyDocument:
            Statement: {Effect: Allow, Action: sts:AssumeRole, Principal: {Service: codebuild.amazonaws.com}}
          Policies:
            - PolicyName: build
              PolicyDocument:
                Version: "2012-10-17"
                Statement:
                  - {Effect: Allow, Action: ["s3:*", "lambda:*", iam:PassRole], Resource: "*"}  # finding
      Build:
        Type: AWS::CodeBuild::Project
        Properties:
          ServiceRole: !GetAtt Role.Arn
          Source: {Type: CODEPIPELINE}
    ```

    ```yaml
    Resources:
      Role:
        Type: AWS::IAM::Role
        Properties:
          AssumeRolePolicyDocument:
            Statement: {Effect: Allow, Action: sts:AssumeRole, Principal: {Service: codebuild.amazonaws.com}}
          Policies:
            - PolicyName: build
              PolicyDocument:
                Version: "2012-10-17"
                Statement:
                  - {Effect: Allow, Action: ["s3:*", "lambda:*"], Resource: "*"}
                  - Effect: Allow
                    Action: iam:PassRole
                    Resource: "*"
                    Condition: {StringEquals: {iam:PassedToService: ecs-tasks.amazonaws.com}}
      Build:
        Type: AWS::CodeBuild::Project
        Properties:
          ServiceRole: !GetAtt Role.Arn
          Source: {Type: CODEPIPELINE}
    ```

    ```hcl
    resource "aws_iam_role" "build" {
      name = "build"
      assume_role_policy = jsonencode({
        Statement = [{ Effect = "Allow", Action = "sts:AssumeRole", Principal = { Service = "codebuild.amazonaws.com" } }]
      })
    }
    resource "aws_iam_role_policy" "build" {
      role = aws_iam_role.build.id
      policy = jsonencode({
        Statement = [{ Effect = "Allow", Action = ["iam:PutRolePolicy"], Resource = aws_iam_role.build.arn }]  # finding
      })
    }
    resource "aws_codebuild_project" "shop" {
      name         = "shop"
      service_role = aws_iam_role.build.arn
    }
    ```

    ```hcl
    resource "aws_iam_role" "build" {
      name = "build"
      assume_role_policy = jsonencode({
        Statement = [{ Effect = "Allow", Action = "sts:AssumeRole", Principal = { Service = "codebuild.amazonaws.com" } }]
      })
      permissions_boundary = "arn:aws:iam::111122223333:policy/limits"
    }
    resource "aws_iam_role_policy" "build" {
      role = aws_iam_role.build.id
      policy = jsonencode({
        Statement = [{ Effect = "Allow", Action = ["iam:PutRolePolicy"], Resource = aws_iam_role.build.arn }]
      })
    }
    resource "aws_codebuild_project" "shop" {
      name         = "shop"
      service_role = aws_iam_role.build.arn
    }
    ```

    Source: https://pathfinding.cloud/
    Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_use_passrole.html
    """
    builds = graph.builds.get(role, ())
    if not builds or graph.administrator(role) is not None:
        return
    ways = sorted(graph.escalations(role), key=lambda way: not way.is_sure)
    if not ways:
        return
    more = f", and {len(ways) - SHOWN} other ways" if len(ways) > SHOWN else ""
    statements = dict.fromkeys(each for way in ways[:SHOWN] for each in way.statements)
    parts = ways[0].statements
    place = graph.place_of(parts[0], role) if parts else role.resource.origin
    for _, world in builds:
        yield Report(
            origin=place,
            message=f"Role {role.label} can make itself an administrator, and builds run as it."
            " It may call " + "; ".join(way.words for way in ways[:SHOWN]) + f"{more}.",
            symptom="Whoever can change what is built can take over the account.",
            remedy=f"Take {ways[0].combination.actions} away from the role, or allow them on the"
            " resources that the build works on.",
            subject=Subject(
                principal=role.label, iam_action=ways[0].combination.permissions[-1].action
            ),
            related=(
                Related(f"role {role.label}", role.location),
                *(
                    each
                    for one in statements
                    for each in related_at(one.origin, "allows a part of it")
                ),
                *(
                    Related(f"build project {each.label} runs as it", each.location)
                    for each, _ in builds
                ),
            ),
            world=world.joined(ways[0].world) or world,
            confidence=Confidence.HIGH if ways[0].is_sure else Confidence.MEDIUM,
            causes=tuple(cause for way in ways for cause in causes_of(way, role, graph)),
        )
