"""SAM's resources that make no role: tables, APIs, layers, nested applications.

They become resources of the types that they are deployed as, with the names that others refer to.
Source: https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/sam-specification-generated-resources.html
"""

from __future__ import annotations

from collections.abc import Iterable

from passrole.documents.nodes import Mapping
from passrole.stacks.cloudformation.generated import Data
from passrole.stacks.cloudformation.scope import call_of
from passrole.stacks.cloudformation.transforms.sam.desk import Declared, Desk, reference

REST_API = "ServerlessRestApi"
HTTP_API = "ServerlessHttpApi"


def expand_table(desk: Desk, owner: Declared) -> None:
    """A table with one key."""
    _rename(
        desk,
        owner,
        "AWS::DynamoDB::Table",
        (
            "TableName",
            "ProvisionedThroughput",
            "SSESpecification",
            "PointInTimeRecoverySpecification",
        ),
    )


def expand_layer(desk: Desk, owner: Declared) -> None:
    """A version of a layer; SAM adds a digest to its id, and whoever refers to it need not know."""
    names = ("LayerName", "Description", "LicenseInfo", "CompatibleRuntimes")
    _rename(desk, owner, "AWS::Lambda::LayerVersion", names)


def _rename(desk: Desk, owner: Declared, type_name: str, names: Iterable[str]) -> None:
    """The same under the name of another type, with the properties that mean the same there."""
    properties: Data = {name: node for name in names if (node := owner.get(name)) is not None}
    desk.replace(owner, type_name, properties)


def expand_application(desk: Desk, owner: Declared) -> None:
    """A nested stack: a template beside this one, or an application that is published."""
    location = owner.get("Location")
    url: Data | None = location
    if isinstance(location, Mapping) and call_of(location) is None:
        url = desk.workshop.unknown("the application is published elsewhere", location)
    properties: dict[str, Data] = {} if url is None else {"TemplateURL": url}
    for name in ("Parameters", "NotificationARNs", "Tags", "TimeoutInMinutes"):
        node = owner.get(name)
        if node is not None:
            properties[name] = node
    desk.replace(owner, "AWS::CloudFormation::Stack", properties)


def expand_rest_api(desk: Desk, owner: Declared) -> None:
    """A REST API with its stage and deployment."""
    name = owner.get("Name")
    properties: Data = {"Name": name} if name is not None else {}
    desk.replace(owner, "AWS::ApiGateway::RestApi", properties)
    stage = desk.text(owner.get("StageName")) or ""
    rest_parts(desk, owner, owner.id, stage if stage.isalnum() else "")


def rest_parts(desk: Desk, owner: Declared, api_id: str, stage: str) -> None:
    """The deployment and the stage of a REST API."""
    api: Data = {"RestApiId": reference(api_id)}
    deployment = desk.add(owner, f"{api_id}Deployment", "AWS::ApiGateway::Deployment", api)
    stage_id = desk.add(owner, f"{api_id}{stage}Stage", "AWS::ApiGateway::Stage", api)
    desk.renamed[f"{api_id}.Deployment"] = deployment
    desk.renamed[f"{api_id}.Stage"] = stage_id


def expand_http_api(desk: Desk, owner: Declared) -> None:
    """An HTTP API with its stage."""
    name = owner.get("Name")
    properties: Data = {"Name": name} if name is not None else {}
    desk.replace(owner, "AWS::ApiGatewayV2::Api", properties)
    stage = desk.text(owner.get("StageName"))
    if owner.get("StageName") is None or stage == "$default":
        stage = "ApiGatewayDefault"
    http_stage(desk, owner, owner.id, stage if stage and stage.isalnum() else "")


def http_stage(desk: Desk, owner: Declared, api_id: str, stage: str) -> None:
    """The stage of an HTTP API."""
    api: Data = {"ApiId": reference(api_id)}
    stage_id = desk.add(owner, f"{api_id}{stage}Stage", "AWS::ApiGatewayV2::Stage", api)
    desk.renamed[f"{api_id}.Stage"] = stage_id


def implicit_api(desk: Desk, owner: Declared, kind: str) -> None:
    """The API that SAM makes for all events that name none."""
    if kind == "Api":
        desk.add(owner, REST_API, "AWS::ApiGateway::RestApi", {"Name": reference("AWS::StackName")})
        rest_parts(desk, owner, REST_API, "Prod")
    else:
        desk.add(owner, HTTP_API, "AWS::ApiGatewayV2::Api", {"Name": reference("AWS::StackName")})
        http_stage(desk, owner, HTTP_API, "ApiGatewayDefault")
