from collections.abc import Iterator

from passrole import (
    Absent,
    Action,
    AddKey,
    Category,
    Confidence,
    Graph,
    Repair,
    Report,
    Role,
    Severity,
    Subject,
    Symptom,
    Text,
    Value,
    get,
    known,
    rule,
)


@rule(
    "cfn-missing-capability",
    checks=Action,
    severity=Severity.CRITICAL,
    category=Category.BREAKS,
    autofix="safe",
    symptoms=(
        Symptom(("InsufficientCapabilitiesException",)),
        Symptom(("Requires capabilities", "CAPABILITY")),
    ),
)
def missing_capability(action: Action, graph: Graph) -> Iterator[Report]:
    """A deployment does not acknowledge what its template may do.

    CloudFormation creates roles and other IAM resources only where `Capabilities` says so:
    `CAPABILITY_IAM`, or `CAPABILITY_NAMED_IAM` where one of them has a name of its own; macros and
    nested stacks with macros want `CAPABILITY_AUTO_EXPAND`. Otherwise the action fails:
    "InsufficientCapabilitiesException: Requires capabilities : [CAPABILITY_NAMED_IAM]".

    Three cases are seen: a name that is none of the three; a pipeline that deploys its own stack,
    which has roles in it (of medium confidence: the template in the source may be another); and a
    space beside a comma, which the documentation rules out (of low confidence: not confirmed). The
    templates that other deployments take from their artifacts are not looked at.

    Write the names with commas and no spaces between them.

    ```yaml
    Resources:
      Pipeline:
        Type: AWS::CodePipeline::Pipeline
        Properties:
          RoleArn: arn:aws:iam::111122223333:role/pipeline
          ArtifactStore: {Type: S3, Location: artifacts}
          Stages:
            - Name: Deploy
              Actions:
                - Name: Deploy  # finding
                  ActionTypeId: {Category: Deploy, Owner: AWS, Provider: CloudFormation, Version: "1"}
                  InputArtifacts: [{Name: Source}]
                  Configuration:
                    ActionMode: CREATE_UPDATE
                    StackName: shop
                    TemplatePath: Source::shop.yaml
                    RoleArn: arn:aws:iam::111122223333:role/stack
                    Capabilities: CAPABILITY_IAM, CAPABILITY_AUTO_EXPAND
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
                  ActionTypeId: {Category: Deploy, Owner: AWS, Provider: CloudFormation, Version: "1"}
                  InputArtifacts: [{Name: Source}]
                  Configuration:
                    ActionMode: CREATE_UPDATE
                    StackName: !Ref AWS::StackName
                    TemplatePath: Source::pipeline.yaml
                    RoleArn: arn:aws:iam::111122223333:role/stack
      Role:
        Type: AWS::IAM::Role
        Properties:
          AssumeRolePolicyDocument:
            Statement:
              - {Effect: Allow, Action: sts:AssumeRole, Principal: {Service: codepipeline.amazonaws.com}}
    ```

    ```yaml
    Resources:
      Pipeline:
        Type: AWS::CodePipeline::Pipeline
        Properties:
          RoleArn: arn:aws:iam::111122223333:role/pipeline
          ArtifactStore: {Type: S3, Location: artifacts}
          Stages:
            - Name: Deploy
              Actions:
                - Name: Deploy  # finding
                  ActionTypeId: {Category: Deploy, Owner: AWS, Provider: CloudFormation, Version: "1"}
                  InputArtifacts: [{Name: Source}]
                  Configuration:
                    ActionMode: CREATE_UPDATE
                    StackName: shop
                    TemplatePath: Source::shop.yaml
                    RoleArn: arn:aws:iam::111122223333:role/stack
                    Capabilities: CAPABILITY_NAMEDIAM
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
                  ActionTypeId: {Category: Deploy, Owner: AWS, Provider: CloudFormation, Version: "1"}
                  InputArtifacts: [{Name: Source}]
                  Configuration:
                    ActionMode: CREATE_UPDATE
                    StackName: !Ref AWS::StackName
                    TemplatePath: Source::pipeline.yaml
                    RoleArn: arn:aws:iam::111122223333:role/stack
                    Capabilities: CAPABILITY_IAM,CAPABILITY_AUTO_EXPAND
      Role:
        Type: AWS::IAM::Role
        Properties:
          AssumeRolePolicyDocument:
            Statement:
              - {Effect: Allow, Action: sts:AssumeRole, Principal: {Service: codepipeline.amazonaws.com}}
    ```

    ```hcl
    resource "aws_codepipeline" "shop" {
      name     = "shop"
      role_arn = "arn:aws:iam::111122223333:role/pipeline"
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
          provider        = "CloudFormation"
          version         = "1"
          input_artifacts = ["Source"]
          configuration = {
            ActionMode   = "CREATE_UPDATE"
            StackName    = "shop"
            TemplatePath = "Source::shop.yaml"
            RoleArn      = "arn:aws:iam::111122223333:role/stack"
            Capabilities = "CAPABILITY_IAM, CAPABILITY_AUTO_EXPAND"
          }
        }
      }
    }
    ```

    ```hcl
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
          provider        = "CloudFormation"
          version         = "1"
          input_artifacts = ["Source"]
          configuration = {
            ActionMode   = "CREATE_UPDATE"
            StackName    = "shop"
            TemplatePath = "Source::pipeline.yaml"
            RoleArn      = "arn:aws:iam::111122223333:role/stack"
            Capabilities = "CAPABILITY_IAM,CAPABILITY_AUTO_EXPAND"
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
    ```

    Source: https://docs.aws.amazon.com/codepipeline/latest/userguide/action-reference-CloudFormation.html
    Source: https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_CreateStack.html
    Source: https://github.com/awslabs/aws-deployment-framework/issues/98
    """
    mode = known(get(action.configuration, "ActionMode"))
    if known(action.provider) != "CloudFormation" or mode not in MODES:
        return
    written = get(action.configuration, "Capabilities")
    text = "" if isinstance(written, Absent) else known(written)
    if text is None or text.startswith("["):
        return
    names = [name.strip() for name in text.split(",") if name.strip()]
    unknown = [name for name in names if name not in CAPABILITIES]
    if unknown:
        message = f"names {', '.join(unknown)}, which is no capability"
        right = [name for name in map(_meant, names) if name]
        yield _report(action, graph, message, written, Confidence.HIGH, right)
    elif any(name != name.strip() for name in text.split(",")):
        message = f"has a space beside a comma in {text!r}"
        yield _report(action, graph, message, written, Confidence.LOW, names)
    pipeline = graph.pipeline_of(action)
    if get(action.configuration, "StackName") != pipeline.resource.stack_name:
        return
    roles = [
        role
        for role in graph.roles
        if role.resource.stack == pipeline.resource.stack and role.world.joined(action.world)
    ]
    role = next(filter(_is_named, roles), None) or next(iter(roles), None)
    needed = "CAPABILITY_NAMED_IAM" if role and _is_named(role) else "CAPABILITY_IAM"
    if role is not None and needed not in names and "CAPABILITY_NAMED_IAM" not in names:
        named = f" of the name {role.resource.name}" if _is_named(role) else ""
        message = f"does not name {needed}, though the stack has role {role.resource.id}{named}"
        others = [name for name in names if name != "CAPABILITY_IAM"]
        yield _report(action, graph, message, written, Confidence.MEDIUM, [needed, *others])


MODES = ("CREATE_UPDATE", "REPLACE_ON_FAILURE", "CHANGE_SET_REPLACE")
CAPABILITIES = ("CAPABILITY_IAM", "CAPABILITY_NAMED_IAM", "CAPABILITY_AUTO_EXPAND")


def _meant(name: str) -> str:
    """The capability that a name is nearly, itself where it is none."""
    letters = name.replace("_", "").replace("-", "").upper()
    return next((each for each in CAPABILITIES if each.replace("_", "") == letters), name)


def _is_named(role: Role) -> bool:
    name = role.resource["name"]
    return isinstance(name, Text) and bool(name.parts)


def _report(
    action: Action,
    graph: Graph,
    message: str,
    written: Value,
    confidence: Confidence,
    names: list[str],
) -> Report:
    place = getattr(action.configuration, "origin", None)
    return Report(
        origin=action.origin,
        message=f"{action.label}: its list of capabilities {message}.",
        symptom="The action fails: InsufficientCapabilitiesException, Requires capabilities.",
        remedy="Write each capability that the template needs, with commas and no spaces.",
        subject=Subject(
            pipeline=graph.pipeline_of(action).label,
            stage=action.stage,
            action=action.name,
            resource=str(get(action.configuration, "StackName") or ""),
        ),
        confidence=confidence,
        world=action.world,
        defaults=written.defaults if isinstance(written, Text) else frozenset(),
        repair=Repair((AddKey(place, "Capabilities", ",".join(dict.fromkeys(names))),))
        if place is not None and set(names) <= set(CAPABILITIES) and names
        else None,
    )
