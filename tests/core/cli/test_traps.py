"""What stands in real repositories beside templates, and the ways in which templates are odd.

The first table holds files that are nobody's business here, the second what another tool has to
fill in first, the third spellings of one template that mean the same to CloudFormation.
"""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

Run = Callable[..., Any]

OTHERS = {
    "appspec.yml": """\
version: 0.0
Resources:
  - TargetService:
      Type: AWS::ECS::Service
      Properties:
        TaskDefinition: "arn:aws:ecs:us-east-1:111122223333:task-definition/app:1"
        LoadBalancerInfo: {ContainerName: app, ContainerPort: 80}
Hooks:
  - BeforeInstall: "Check"
""",
    "appspec.json": """\
{"version": 0.0, "Resources": [{"fn": {"Type": "AWS::Lambda::Function", "Properties": {
  "Name": "fn", "Alias": "live", "CurrentVersion": "1", "TargetVersion": "2"}}}]}
""",
    "buildspec.yml": """\
version: 0.2
phases:
  build:
    commands:
      - aws cloudformation deploy --template-file t.yaml # Resources AWS::IAM::Role
      - 'cat > p.json <<< "{\\"Statement\\": [{\\"Effect\\": \\"Allow\\"}]}"'
""",
    "k8s/deployment.yaml": """\
apiVersion: apps/v1
kind: Deployment
metadata: {name: web, annotations: {note: "AWS::ECS::Service"}}
spec: {template: {spec: {containers: [{name: web, resources: {limits: {cpu: 1}}}]}}}
---
apiVersion: v1
kind: Service
metadata: {name: web}
""",
    "k8s/ack.yaml": """\
apiVersion: iam.services.k8s.aws/v1alpha1
kind: Policy
metadata: {name: p}
spec:
  name: p
  policyDocument: '{"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}]}'
""",
    "chart/templates/role.yaml": """\
{{- if .Values.role.create }}
apiVersion: v1
kind: ServiceAccount
metadata:
  name: {{ .Values.role.name }}
	tabs: {{ include "x" . | nindent 4 }}
{{- end }}
""",
    "chart/values.yaml": "role: {create: true, policy: {Statement: many, Effect: none}}\n",
    "serverless.yml": """\
service: shop
provider:
  name: aws
  iam: {role: {statements: [{Effect: Allow, Action: ["s3:*"], Resource: "*"}]}}
functions: {hello: {handler: a.b}}
resources:
  Resources:
    Bucket: {Type: AWS::S3::Bucket, Properties: {BucketName: "${self:service}-x"}}
""",
    "docker-compose.yml": """\
x-common: &common {restart: always, ports: ["22:22"]}
services:
  web: {<<: *common, image: nginx, environment: [A=AWS::Region]}
""",
    ".github/workflows/deploy.yml": """\
on: [push]
jobs:
  deploy:
    runs-on: ubuntu-latest
    steps:
      - uses: aws-actions/aws-cloudformation-github-deploy@v1
        with: {name: x, template: t.yaml, parameter-overrides: "A=${{ github.sha }}, Resources=AWS::X"}
""",
    "playbook.yml": """\
- hosts: localhost
  tasks:
    - amazon.aws.iam_role:
        name: "{{ name }}"
        assume_role_policy_document: "{{ lookup('file', 'trust.json') }}"
      vars: {Statement: x, Effect: y}
""",
    "openapi.yaml": """\
openapi: 3.0.1
info: {title: api, version: "1"}
paths:
  /x:
    get:
      x-amazon-apigateway-integration:
        uri: {Fn::Sub: "arn:aws:apigateway:${AWS::Region}:lambda:path/2015-03-31/functions/${Fn.Arn}/invocations"}
        type: aws_proxy
Resources: none
""",
    "parameters.json": '[{"ParameterKey": "Type", "ParameterValue": "AWS::S3::Bucket Resources"}]\n',
    "template-configuration.json": '{"Parameters": {"Role": "AWS::IAM::Role"}, "Tags": {"Resources": "x"}, "StackPolicy": {}}\n',
    "stack-policy.json.bak": '{"Statement": [{"Effect": "Allow"',
    "events/event.json": '{"detail": {"requestParameters": {"policyDocument": "{\\"Statement\\": [{\\"Effect\\": \\"Allow\\"}]}"}}, "Resources": []}\n',
    "tests/response.json": '{"Statement": "not one", "Effect": "Allow"}\n',
    "package.json": '{"name": "cdk", "keywords": ["AWS::IAM::Role", "Resources"]}\n',
    "tsconfig.json": '// comments\n{"compilerOptions": {"paths": {"*": ["Statement/Effect"],},},}\n',
    "cdk.json": '{"app": "npx ts-node", "context": {"@aws-cdk/core:x": true}}\n',
    "schema.json": '{"properties": {"Resources": {"type": "object"}, "Type": {"enum": ["AWS::S3::Bucket"]}}}\n',
    "samconfig.yaml": "version: 0.1\ndefault: {deploy: {parameters: {stack_name: x}}}\n",
    "mkdocs.yml": "plugins:\n  - !!python/name:x.y ''\nnav:\n  - AWS::Region Resources\n",
    "empty.yaml": "",
    "locale/no.yaml": "no: Norge\nResources: none of AWS::IAM\n",
}  # fmt: skip


def check(run: Run, tree: Path) -> dict[str, Any]:
    result = run("check", str(tree), "--format", "json", "--ruleset", "strict")
    report: dict[str, Any] = json.loads(result.out)
    report["exit"] = result.code
    return report


def write(tree: Path, name: str, data: str | bytes) -> None:
    path = tree / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data.encode() if isinstance(data, str) else data)


@pytest.mark.parametrize("name", OTHERS)
def test_files_of_other_tools_are_left_alone(name: str, tmp_path: Path, run: Run) -> None:
    write(tmp_path, name, OTHERS[name])
    report = check(run, tmp_path)
    assert report["summary"]["files"] == 0
    assert (report["diagnostics"], report["findings"], report["passed_over"]) == ([], [], [])
    assert report["exit"] == 0


ROLE = """\
AWSTemplateFormatVersion: 2010-09-09
Resources:
  Role:
    Type: AWS::IAM::Role
    Properties:
      RoleName: %s
"""

TEMPLATED = {
    "jinja.yaml": ROLE % "x" + "{% for a in all %}\n  {{ a }}: {Type: AWS::SNS::Topic}\n{% endfor %}\n",
    "jinja.json": '{"Resources": {"R": {"Type": "AWS::IAM::Role", "Properties": {{ properties }} }}}\n',
    "value.yaml": ROLE % "{{ role_name }}",
    "cookiecutter.yaml": ROLE % '"{{ cookiecutter.name }}-role"',
    "{{ cookiecutter.name }}/template.yaml": ROLE % "x",
    "backstage.yaml": ROLE % '"${{ values.name }}"',
    "chart/templates/stack.yaml": "{{- if .Values.stack }}\n" + ROLE % "x" + "{{- end }}\n",
    "erb.yaml": "<% if production %>\n" + ROLE % "x" + "  <% end %>\n",
    "maven.yaml": ROLE % "@project.artifactId@",
    "build.template": ROLE % "%%ROLE%%",
}  # fmt: skip


@pytest.mark.parametrize("name", TEMPLATED)
def test_what_another_tool_fills_in_is_named_and_no_failure(
    name: str, tmp_path: Path, run: Run
) -> None:
    write(tmp_path, name, TEMPLATED[name])
    report = check(run, tmp_path)
    (passed_over,) = report["passed_over"]
    assert passed_over["reason"] == "templated"
    assert passed_over["path"].endswith(name)
    assert (report["diagnostics"], report["findings"]) == ([], [])
    assert report["exit"] == 0
    assert name in run("check", str(tmp_path), "--show-unknown").out


def test_one_that_is_named_cannot_be_read(tmp_path: Path, run: Run) -> None:
    write(tmp_path, "jinja.yaml", TEMPLATED["jinja.yaml"])
    result = run("check", str(tmp_path / "jinja.yaml"))
    assert result.code == 3


@pytest.mark.parametrize(
    "name",
    [
        '"{{resolve:ssm:/role/name}}"',
        "!Sub '{{resolve:ssm:/${AWS::StackName}/role}}'",
        "x # {% not a tag %} {{ nor.this }}",
        "\"{{.Names}}\" # as in docker ps --format '{{.Names}}'",
    ],
)
def test_braces_of_other_kinds_are_read(name: str, tmp_path: Path, run: Run) -> None:
    write(tmp_path, "template.yaml", ROLE % name)
    report = check(run, tmp_path)
    assert (report["summary"]["files"], report["passed_over"]) == (1, [])


def test_a_broken_template_is_not_excused_by_a_comment(tmp_path: Path, run: Run) -> None:
    write(tmp_path, "template.yaml", "# {{ jinja }}\n" + ROLE % "x" + "  Broken: [\n")
    report = check(run, tmp_path)
    assert (report["exit"], report["passed_over"]) == (3, [])


PIPELINE = """\
AWSTemplateFormatVersion: '2010-09-09'
Parameters:
  On: {Type: String, Default: 'true', AllowedValues: ['true', 'false']}
Conditions:
  IsOn: !Equals [!Ref On, 'true']
Resources:
  Pipeline:
    Type: AWS::CodePipeline::Pipeline
    Properties:
      RoleArn: !GetAtt Role.Arn
      ArtifactStore: {Type: S3, Location: artifacts}
      Stages:
        - Name: Build
          Actions:
            - Name: Build
              ActionTypeId: {Category: Build, Owner: AWS, Provider: CodeBuild, Version: '1'}
              Configuration: {ProjectName: shop}
  Role:
    Type: AWS::IAM::Role
    Properties:
      AssumeRolePolicyDocument:
        Version: '2012-10-17'
        Statement:
          - Effect: Allow
            Action: sts:AssumeRole
            Principal: {Service: codepipeline.amazonaws.com}
      Policies:
        - PolicyName: own
          PolicyDocument:
            Version: '2012-10-17'
            Statement:
              - Effect: !If [IsOn, Allow, Deny]
                Action: codebuild:StartBuild
                Resource: !Sub arn:aws:codebuild:*:${AWS::AccountId}:project/shop
"""

SAME = {
    "utf-8 with a mark": PIPELINE.encode("utf-8-sig"),
    "utf-16": PIPELINE.encode("utf-16"),
    "crlf": PIPELINE.replace("\n", "\r\n").encode(),
    "no line end at the end": PIPELINE.rstrip().encode(),
    "dates": PIPELINE.replace("'2012-10-17'", "2012-10-17").replace("'2010-09-09'", "2010-09-09"),
    "numbers": PIPELINE.replace("Version: '1'", "Version: 1"),
    "booleans": PIPELINE.replace("'true'", "true").replace("'false'", "false"),
    "yes and no": PIPELINE.replace("Default: 'true', AllowedValues: ['true', 'false']", "Default: yes, AllowedValues: [yes, no]"),
    "On and OFF": PIPELINE.replace("Default: 'true', AllowedValues: ['true', 'false']", "Default: On, AllowedValues: [ON, OFF]"),
    "long form": PIPELINE.replace("!Sub arn", "{'Fn::Sub': 'arn").replace("project/shop\n", "project/shop'}\n"),
    "short in long": PIPELINE.replace("!GetAtt Role.Arn", "{'Fn::Join': ['', [!GetAtt Role.Arn]]}"),
    "long in short": PIPELINE.replace("!GetAtt Role.Arn", "!Join ['', [{'Fn::GetAtt': [Role, Arn]}]]"),
    "a list of one": PIPELINE.replace("Action: codebuild:StartBuild", "Action: [codebuild:StartBuild]"),
    "anchors": PIPELINE.replace("Version: '2012-10-17'", "Version: &v '2012-10-17'", 1).replace("            Version: '2012-10-17'", "            Version: *v"),
    "merge keys": PIPELINE.replace("Configuration: {ProjectName: shop}", "Configuration: {<<: {ProjectName: shop}}"),
    "document marks": "---\n" + PIPELINE + "...\n",
    "directive": "%YAML 1.1\n---\n" + PIPELINE,
    "comments": "# first\n" + PIPELINE.replace("Resources:\n", "Resources: # all\n\n  # a role\n"),
    "folded": PIPELINE.replace("Action: codebuild:StartBuild", "Action: >-\n                  codebuild:StartBuild"),
    "tabs after values": PIPELINE.replace("Effect: Allow\n", "Effect: Allow\t# tab\n"),
    "typed": PIPELINE.replace("ProjectName: shop", "ProjectName: !!str shop"),
    "the last of two keys": PIPELINE.replace("{ProjectName: shop}", "{ProjectName: other, ProjectName: shop}"),
}  # fmt: skip

MISSING = {"missing": PIPELINE.replace("StartBuild", "StopBuild")}


def findings(report: dict[str, Any]) -> list[tuple[str, str, str]]:
    return sorted(
        (each["rule"], each["confidence"], each["message"]) for each in report["findings"]
    )


def test_the_template_itself_is_read_to_the_end(tmp_path: Path, run: Run) -> None:
    write(tmp_path, "missing.yaml", MISSING["missing"])
    report = check(run, tmp_path)
    assert "codebuild-start-build-missing" in [rule for rule, _, _ in findings(report)]
    assert report["diagnostics"] == []


@pytest.mark.parametrize("spelling", SAME)
def test_spellings_that_mean_the_same(spelling: str, tmp_path: Path, run: Run) -> None:
    write(tmp_path / "one", "template.yaml", PIPELINE)
    write(tmp_path / "two", "template.yaml", SAME[spelling])
    one, two = check(run, tmp_path / "one"), check(run, tmp_path / "two")
    assert findings(one) == findings(two)
    assert one["summary"] == two["summary"]
    assert [each["kind"] for each in two["diagnostics"]] == (
        ["duplicate-key"] if spelling == "the last of two keys" else []
    )


@pytest.mark.parametrize(
    ("data", "kind"),
    [
        (PIPELINE.replace("  Role:\n", "\tRole:\n"), "parse-error"),
        (PIPELINE.encode("utf-16-le"), "encoding"),
        (PIPELINE.encode("utf-16-be"), "encoding"),
        (PIPELINE.encode() + b"# caf\xe9\n", "encoding"),
        (PIPELINE + "---\n" + PIPELINE, "multiple-documents"),
        (PIPELINE.replace("!Sub", "!Subst"), "unknown-function"),
        (PIPELINE.replace("!Sub", "!!python/object:os.x"), "unknown-tag"),
    ],
)
def test_what_cloudformation_would_refuse_is_told(
    data: str | bytes, kind: str, tmp_path: Path, run: Run
) -> None:
    write(tmp_path, "template.yaml", data)
    report = check(run, tmp_path)
    assert kind in [each["kind"] for each in report["diagnostics"]]
    lost = ("parse-error", "encoding", "multiple-documents")
    assert report["summary"]["incomplete"] == (kind in lost)


JSON = '{"Resources": {"Topic": {"Type": "AWS::SNS::Topic"}%s}}\n'


@pytest.mark.parametrize("wrong", [",", " // one", " /* one */", ", 'Role': {}", ", Role: {}"])
def test_json_is_json(wrong: str, tmp_path: Path, run: Run) -> None:
    write(tmp_path, "template.json", JSON % wrong)
    assert [each["kind"] for each in check(run, tmp_path)["diagnostics"]] == ["parse-error"]


@pytest.mark.parametrize(
    ("written", "says"),
    [
        ("012345670123", ["CloudFormation reads 012345670123 without quotes as the octal number 1402433619"]),
        ("012345678901", ["CloudFormation reads 012345678901 without quotes as a number"]),
        ("'012345670123'", []),
        ("'012345678901'", []),
        ("112345670123", []),
    ],
)  # fmt: skip
@pytest.mark.parametrize("place", ["Default", "property"])
def test_an_account_id_without_quotes(
    written: str, says: list[str], place: str, tmp_path: Path, run: Run
) -> None:
    if place == "Default":
        text = "Parameters: {Account: {Type: String, Default: %s}}\n" % written  # noqa: UP031
        used = "!Ref Account"
    else:
        text, used = "", written
    write(
        tmp_path,
        "template.yaml",
        text
        + f"""\
Resources:
  Role:
    Type: AWS::IAM::Role
    Properties:
      AssumeRolePolicyDocument:
        Statement: [{{Effect: Allow, Action: sts:AssumeRole, Principal: {{AWS: {used}}}}}]
""",
    )
    found = [each["message"].partition(";")[0] for each in check(run, tmp_path)["diagnostics"]]
    assert found == says
