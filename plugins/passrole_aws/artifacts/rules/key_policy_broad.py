from collections.abc import Iterator

from passrole import (
    Admission,
    Category,
    Circle,
    Graph,
    Key,
    Pipeline,
    Related,
    Report,
    Severity,
    Subject,
    Text,
    admissions,
    cases,
    known,
    rule,
)

DECRYPT, ADMINISTER = "kms:Decrypt", "kms:PutKeyPolicy"


@rule(
    "kms-key-policy-broad",
    checks=Pipeline,
    severity=Severity.MEDIUM,
    category=Category.RISK,
)
def key_policy_broad(pipeline: Pipeline, graph: Graph) -> Iterator[Report]:
    """The key of the artifacts may be used by everybody, or by a whole other account.

    Artifacts hold what the repository holds, and often more: built configuration, at times secrets.
    They are as well kept as their key. A key policy that allows `kms:Decrypt` or `kms:*` to `*`
    lets in every principal of every account that also gets at the bucket; one that names another
    account lets in whomever that account chooses.

    In a key policy `Resource: "*"` means this key, and the root of the key's own account has to be
    there: neither is reported. Another account may decrypt where an action of the pipeline runs in
    it, as AWS's guide has it; `kms:*` is too much for it all the same.

    Name the roles that read the artifacts.

    ```yaml
    Resources:
      Key:
        Type: AWS::KMS::Key
        Properties:
          KeyPolicy:
            Statement:
              - Effect: Allow
                Principal: {AWS: !Sub "arn:aws:iam::${AWS::AccountId}:root"}
                Action: kms:*
                Resource: "*"
              - Effect: Allow  # finding
                Principal: {AWS: "*"}
                Action: [kms:Decrypt, kms:DescribeKey]
                Resource: "*"
      Pipeline:
        Type: AWS::CodePipeline::Pipeline
        Properties:
          RoleArn: arn:aws:iam::111122223333:role/pipeline
          ArtifactStore:
            Type: S3
            Location: artifacts
            EncryptionKey: {Type: KMS, Id: !GetAtt Key.Arn}
          Stages: []
    ```

    ```yaml
    Resources:
      Key:
        Type: AWS::KMS::Key
        Properties:
          KeyPolicy:
            Statement:
              - Effect: Allow
                Principal: {AWS: !Sub "arn:aws:iam::${AWS::AccountId}:root"}
                Action: kms:*
                Resource: "*"
              - Effect: Allow
                Principal: {AWS: "*"}
                Action: kms:Decrypt
                Resource: "*"
                Condition: {StringEquals: {kms:CallerAccount: "111122223333"}}
      Pipeline:
        Type: AWS::CodePipeline::Pipeline
        Properties:
          RoleArn: arn:aws:iam::111122223333:role/pipeline
          ArtifactStore:
            Type: S3
            Location: artifacts
            EncryptionKey: {Type: KMS, Id: !GetAtt Key.Arn}
          Stages: []
    ```

    ```hcl
    resource "aws_kms_key" "artifacts" {
      policy = jsonencode({
        Statement = [
          {
            Effect    = "Allow"
            Action    = "kms:*"
            Resource  = "*"
            Principal = { AWS = "arn:aws:iam::111122223333:root" }
          },
          {  # finding
            Effect    = "Allow"
            Action    = "kms:*"
            Resource  = "*"
            Principal = { AWS = "arn:aws:iam::444455556666:root" }
          },
        ]
      })
    }
    resource "aws_codepipeline" "shop" {
      name     = "shop"
      role_arn = "arn:aws:iam::111122223333:role/pipeline"
      artifact_store {
        type     = "S3"
        location = "artifacts"
        encryption_key {
          type = "KMS"
          id   = aws_kms_key.artifacts.arn
        }
      }
    }
    ```

    ```hcl
    resource "aws_kms_key" "artifacts" {
      policy = jsonencode({
        Statement = [
          {
            Effect    = "Allow"
            Action    = "kms:*"
            Resource  = "*"
            Principal = { AWS = "arn:aws:iam::111122223333:root" }
          },
          {
            Effect    = "Allow"
            Action    = "kms:Decrypt"
            Resource  = "*"
            Principal = { AWS = "arn:aws:iam::444455556666:role/deploy" }
          },
        ]
      })
    }
    resource "aws_codepipeline" "shop" {
      name     = "shop"
      role_arn = "arn:aws:iam::111122223333:role/pipeline"
      artifact_store {
        type     = "S3"
        location = "artifacts"
        encryption_key {
          type = "KMS"
          id   = aws_kms_key.artifacts.arn
        }
      }
    }
    ```

    Source: https://docs.aws.amazon.com/kms/latest/developerguide/key-policies.html
    Source: https://docs.aws.amazon.com/codepipeline/latest/userguide/pipelines-create-cross-account.html
    """
    keys: dict[Key, None] = {}
    for store in pipeline.stores:
        for _, reference in cases(store.key, pipeline.world):
            key = graph.find_key(reference, near=pipeline)
            if key is not None:
                keys[key] = None
    for key in keys:
        policy = graph.policy_of(key)
        if policy is None:
            continue
        wider = {each.statement: each for each in admissions(policy, ADMINISTER)}
        for admission in admissions(policy, DECRYPT):
            everything = admission.statement in wider
            who = _outsider(admission, pipeline, graph, everything=everything)
            if who:
                statement = admission.statement
                does = "do everything with" if everything else "decrypt with"
                yield Report(
                    origin=statement.origin or key.resource.origin,
                    message=f"{who} may {does} {key.label}, the key of the artifacts of pipeline"
                    f" {pipeline.label}: {statement.label}.",
                    symptom="The artifacts, and secrets in them, are open to more than who deploys"
                    " them.",
                    remedy="Name the roles that read the artifacts.",
                    subject=Subject(
                        pipeline=pipeline.label,
                        iam_action=ADMINISTER if everything else DECRYPT,
                        resource=key.label,
                    ),
                    related=(Related(f"pipeline {pipeline.label}", pipeline.location),),
                    world=statement.world,
                    defaults=statement.defaults,
                )


def _outsider(admission: Admission, pipeline: Pipeline, graph: Graph, *, everything: bool) -> str:
    """Whom a key policy lets in that it need not, in words; empty where that is not sure."""
    if admission.circle is Circle.EVERYBODY:
        return "Everybody"
    account = known(admission.principal.account or Text())
    home = graph.home_of(pipeline)[0]
    if admission.circle is not Circle.ACCOUNT or not account or home is None:
        return ""
    used = {known(home)}
    if not everything:
        for action in pipeline.actions:
            for _, role in cases(action.role):
                if role:
                    its_own = graph.account_of(role, pipeline)
                    used.add(known(its_own) if its_own is not None else None)
    return "" if account in used or None in used else f"All of account {account}"
