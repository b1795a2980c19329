"""Each check with a policy that it flags and one that it accepts."""

import json
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import pytest

from passrole.iam import managed_policies, reference
from passrole.iam.policies import read_policy, value_from_json
from passrole.iam.statements import PolicyKind
from passrole.iam.validation import ROOMS, Validation
from passrole.iam.validation.calls import NEEDED_FOR
from passrole.values import ABSENT, ANYTHING, Choice, Fact, Hole, Listing, Record, Text
from passrole.values.guards import Not
from passrole.values.texts import ACCOUNT

BUILD = "arn:aws:codebuild:eu-west-1:111122223333"
ROW = "Every check that passrole makes of a policy has a row here."


class Case(NamedTuple):
    """A policy with a flaw and the same without; ``attached`` is the service that carries it."""

    check: str
    flagged: Any
    accepted: Any
    kind: PolicyKind = PolicyKind.IDENTITY
    attached: str = ""

    def __str__(self) -> str:
        return f"{self.check}-{self.kind}"


def allow(**elements: Any) -> dict[str, Any]:
    """A policy of one statement that is as it should be, but for ``elements``."""
    own: dict[str, Any] = {"Effect": "Allow", "Action": "s3:GetObject", "Resource": "*"}
    own |= elements
    statement = {name: value for name, value in own.items() if value is not None}
    return {"Version": "2012-10-17", "Statement": [statement]}


def several(*statements: Mapping[str, Any]) -> dict[str, Any]:
    """A policy of several such statements."""
    return {
        "Version": "2012-10-17",
        "Statement": [allow(**dict(each))["Statement"][0] for each in statements],
    }


def when(operator: str, key: str, value: Any, **elements: Any) -> dict[str, Any]:
    """Such a policy with one condition."""
    return allow(Condition={operator: {key: value}}, **elements)


def trust(**elements: Any) -> dict[str, Any]:
    """A trust policy."""
    own = {"Resource": None, "Principal": {"AWS": "111122223333"}, "Action": "sts:AssumeRole"}
    return allow(**(own | elements))


def of_bucket(**elements: Any) -> dict[str, Any]:
    """A bucket policy."""
    own = {"Resource": "arn:aws:s3:::artifacts/*", "Principal": {"AWS": "111122223333"}}
    return allow(**(own | elements))


def github(claims: Mapping[str, str]) -> dict[str, Any]:
    """A trust policy for GitHub Actions, with conditions on these claims."""
    provider = "token.actions.githubusercontent.com"
    conditions = {f"{provider}:{claim}": value for claim, value in claims.items()}
    return trust(
        Principal={"Federated": f"arn:aws:iam::111122223333:oidc-provider/{provider}"},
        Action="sts:AssumeRoleWithWebIdentity",
        Condition={"StringLike": conditions} if conditions else None,
    )


GITHUB = github({})
KIND = PolicyKind
CASES: Sequence[Case] = (
    Case("JSON_SYNTAX_ERROR", '{"Version": ', json.dumps(allow())),
    Case("DATA_TYPE_MISMATCH", [allow()], allow()),
    Case("DATA_TYPE_MISMATCH", allow(Effect=["Allow"]), allow()),
    Case("DATA_TYPE_MISMATCH", allow(Action={"s3": "GetObject"}), allow(Action=["s3:GetObject"])),
    Case("DATA_TYPE_MISMATCH", allow(Condition="aws:SourceIp"), allow()),
    Case("DATA_TYPE_MISMATCH", allow(Sid=["A"]), allow(Sid="A")),
    Case("INVALID_POLICY_ELEMENT", allow() | {"Comment": "x"}, allow() | {"Id": "x"}),
    Case("INVALID_POLICY_ELEMENT", allow(Actions="s3:*"), allow()),
    Case("INVALID_VERSION", allow() | {"Version": "2020-01-01"}, allow() | {"Version": "2008-10-17"}),
    Case("MISSING_VERSION", {"Statement": allow()["Statement"]}, allow()),
    Case("MISSING_STATEMENT", {"Version": "2012-10-17"}, allow()),
    Case("MISSING_STATEMENT", {"Version": "2012-10-17", "Statement": []}, allow()),
    Case("INVALID_EFFECT", allow(Effect="allow"), allow(Effect="Deny")),
    Case("MISSING_EFFECT", allow(Effect=None), allow()),
    Case("MISSING_ACTION", allow(Action=None), allow(Action=None, NotAction="iam:*")),
    Case("UNSUPPORTED_ELEMENT_COMBINATION", allow(NotAction="iam:*"), allow()),
    Case("MISSING_RESOURCE", allow(Resource=None), allow(Resource=None, NotResource="*")),
    Case("MISSING_RESOURCE", of_bucket(Resource=None), of_bucket(), KIND.RESOURCE, "s3"),
    Case("MISSING_PRINCIPAL", allow(), of_bucket(), KIND.RESOURCE),
    Case("MISSING_PRINCIPAL", trust(Principal=None), trust(), KIND.TRUST),
    Case("UNSUPPORTED_PRINCIPAL", allow(Principal="*"), allow()),
    Case("SCP_SYNTAX_ERROR_PRINCIPAL", allow(Principal="*"), allow(), KIND.SCP),
    Case(
        "ROLE_TRUST_POLICY_SYNTAX_ERROR_NOTPRINCIPAL",
        trust(Principal=None, NotPrincipal={"AWS": "111122223333"}), trust(), KIND.TRUST,
    ),
    Case("ROLE_TRUST_POLICY_SYNTAX_ERROR_RESOURCE", trust(Resource="*"), trust(), KIND.TRUST),
    Case(
        "DUPLICATE_KEYS_WITH_DIFFERENT_CASE",
        allow(Condition={"StringEquals": {"aws:username": "a", "aws:UserName": "b"}}),
        allow(Condition={"StringEquals": {"aws:username": "a", "aws:userid": "b"}}),
    ),
    Case("UNIQUE_SIDS_REQUIRED", several({"Sid": "A"}, {"Sid": "A"}), several({"Sid": "A"}, {"Sid": "B"})),
    Case(
        "UNIQUE_SIDS_RECOMMENDED",
        several({"Sid": "A", "Principal": "*"}, {"Sid": "A", "Principal": "*"}),
        several({"Sid": "A", "Principal": "*"}, {"Principal": "*"}),
        KIND.RESOURCE,
    ),
    Case("UNSUPPORTED_SID", allow(Sid="read it"), allow(Sid="ReadIt")),
    Case("INVALID_ACTION", allow(Action="s3:GetObjects"), allow(Action="S3:getobject")),
    Case("INVALID_ACTION", allow(Action="s3:Gett*"), allow(Action="s3:Get*")),
    Case("INVALID_ACTION", allow(Action="sns:Received"), allow(Action="SNS:Receive")),
    Case("INVALID_ACTION", allow(Action="sso:UpdateApplicationProfile"), allow(Action="sso:UpdateApplicationProfileForAWSAccountInstance")),
    Case("INVALID_ACTION", allow(Action="GetObject"), allow(Action="*")),
    Case("INVALID_SERVICE_IN_ACTION", allow(Action="dyanmodb:PutItem"), allow(Action="dynamodb:PutItem")),
    Case("WILDCARD_IN_SERVICE_NAME", allow(Action="s*:GetObject"), allow()),
    Case("EMPTY_ARRAY_ACTION", allow(Action=[]), allow()),
    Case("EMPTY_ARRAY_RESOURCE", allow(Resource=[]), allow()),
    Case("EMPTY_ARRAY_PRINCIPAL", trust(Principal={"AWS": []}), trust(), KIND.TRUST),
    Case("EMPTY_ARRAY_PRINCIPAL", trust(Principal={"AWS": [], "Service": []}), trust(Principal={"AWS": [], "Service": "codepipeline.amazonaws.com"}), KIND.TRUST),
    Case("EMPTY_OBJECT_PRINCIPAL", trust(Principal={}), trust(), KIND.TRUST),
    Case("EMPTY_SID_VALUE", allow(Sid=""), allow(Sid="A")),
    Case("EMPTY_OBJECT_CONDITION", allow(Condition={}), when("Bool", "aws:SecureTransport", "true")),
    Case("EMPTY_ARRAY_CONDITION", when("StringEquals", "aws:userid", []), when("StringEquals", "aws:userid", "a")),
    Case("EMPTY_ARRAY_CONDITION_FORALLVALUES", when("ForAllValues:StringEquals", "aws:TagKeys", []), when("ForAllValues:StringEquals", "aws:TagKeys", ["a"])),
    Case("EMPTY_ARRAY_CONDITION_FORANYVALUE", when("ForAnyValue:StringEquals", "aws:TagKeys", []), when("ForAnyValue:StringEquals", "aws:TagKeys", ["a"])),
    Case("EMPTY_ARRAY_CONDITION_IFEXISTS", when("StringEqualsIfExists", "aws:userid", []), when("StringEqualsIfExists", "aws:userid", ["a"])),
    Case("empty-text", allow(Resource=["*", ""]), allow()),
    Case("empty-text", when("StringEquals", "iam:PassedToService", ""), when("StringEquals", "s3:prefix", "")),
    Case("INVALID_ARN_PREFIX", allow(Resource="aws:s3:::artifacts"), allow(Resource="*")),
    Case("INVALID_ARN_PREFIX", allow(Resource="ARN:aws:s3:::artifacts"), allow(Resource="arn:aws:s3:::artifacts")),
    Case("MISSING_ARN_FIELD", allow(Resource="arn:aws:s3:artifacts"), allow(Resource="arn:aws:s3*")),
    Case("INVALID_PARTITION", allow(Resource="arn:amazon:s3:::artifacts"), allow(Resource="arn:aws-cn:s3:::artifacts")),
    Case("INVALID_PARTITION", allow(Resource="arn:aws:sqs:cn-north-1:111122223333:q"), allow(Resource="arn:aws-cn:sqs:cn-north-1:111122223333:q")),
    Case("INVALID_ARN_SERVICE_CASE", allow(Resource="arn:aws:S3:::artifacts"), allow(Resource="arn:aws:s3:::artifacts")),
    Case("INVALID_ARN_ACCOUNT", allow(Resource="arn:aws:sqs:eu-west-1:1234:q"), allow(Resource="arn:aws:sqs:eu-west-1:*:q")),
    Case("INVALID_ARN_ACCOUNT", allow(Resource="arn:aws:sqs:eu-west-1:account:q"), allow(Resource="arn:aws:iam::aws:policy/ReadOnlyAccess")),
    Case("INVALID_ARN_REGION", allow(Resource="arn:aws:sqs:eu-west:111122223333:q"), allow(Resource="arn:aws:sqs:eu-west-1:111122223333:q")),
    Case("INVALID_ARN_RESOURCE", allow(Resource="arn:aws:iam::111122223333:roles/x"), allow(Resource="arn:aws:iam::111122223333:role/x")),
    Case("INVALID_ARN_RESOURCE", allow(Resource="arn:aws:logs:*:*:/aws/lambda/*"), allow(Resource="arn:aws:kms:*:${aws:PrincipalAccount}:key/*")),
    Case("arn-in-arn", allow(Resource="arn:aws:sns:eu-west-1:111122223333:arn:aws:sns:eu-west-1:111122223333:t"), allow(Resource="arn:aws:sns:eu-west-1:111122223333:t")),
    Case("ARN_REGION_NOT_ALLOWED", allow(Resource="arn:aws:s3:eu-west-1::artifacts"), allow(Resource="arn:aws:s3:*::artifacts")),
    Case("MISSING_ARN_REGION", allow(Resource="arn:aws:sqs::111122223333:q"), allow(Resource="arn:aws:sqs:eu-west-1:111122223333:q")),
    Case("ARN_ACCOUNT_NOT_ALLOWED", allow(Resource="arn:aws:s3:::artifacts".replace(":::", "::111122223333:")), allow(Resource="arn:aws:s3:::artifacts")),
    Case("UNSUPPORTED_RESOURCE_ARN_IN_POLICY", of_bucket(Resource="arn:aws:sqs:eu-west-1:111122223333:q"), of_bucket(), KIND.RESOURCE, "s3"),
    Case("UNSUPPORTED_ACTION_IN_POLICY", of_bucket(Action="kms:Decrypt"), of_bucket(Action="*"), KIND.RESOURCE, "s3"),
    Case("action-requires-star", allow(Action="ecr:GetAuthorizationToken", Resource="arn:aws:s3:::artifacts"), allow(Action="ecr:GetAuthorizationToken")),
    Case("action-requires-star", allow(Action="s3:ListAllMyBuckets", Resource="arn:aws:s3:::artifacts"), allow(Action="s3:ListAllMyBuckets", Resource=["arn:aws:s3:::artifacts", {"unknown": "x"}])),
    Case("resource-type-mismatch", allow(Resource="arn:aws:s3:::artifacts"), allow(Resource=["arn:aws:s3:::artifacts", "arn:aws:s3:::artifacts/*"])),
    Case("resource-type-mismatch", allow(Action="s3:ListBucket", Resource="arn:aws:s3:::a/*"), allow(Action="s3:ListBucket", Resource="arn:aws:s3:::a*")),
    Case("resource-type-mismatch", allow(Action="iam:PassRole", Resource="arn:aws:iam::111122223333:user/x"), allow(Action="iam:PassRole", Resource="arn:aws:iam::111122223333:role/service-role/x")),
    Case("resource-type-mismatch", allow(Action="kms:Decrypt", Resource="arn:aws:kms:eu-west-1:111122223333:alias/x"), allow(Action="ssm:SendCommand", Resource="arn:aws:ssm:eu-west-1::document/AWS-RunShellScript")),
    Case("resource-type-mismatch", allow(Action="lambda:InvokeFunction", Resource="arn:aws:lambda:*:*:layer:x"), allow(Action="lambda:InvokeFunction", Resource="arn:aws:lambda:*:function:x")),
    Case("resource-type-mismatch", allow(Action="ssm:StopAutomationExecution", Resource="arn:aws:ssm:*:*:automation-definition/x:1"), allow(Action="logs:PutLogEvents", Resource="arn:aws:logs:*:*:*")),
    Case("assumed-role-arn", allow(Action="iam:PassRole", Resource="arn:aws:sts::111122223333:assumed-role/R/S"), allow(Action="iam:PassRole", Resource="arn:aws:iam::111122223333:role/R")),
    Case("VARIABLE_UNSUPPORTED_IN_ELEMENT", allow(Action="s3:${aws:username}"), allow()),
    Case("VARIABLE_UNSUPPORTED_IN_ELEMENT", trust(Principal={"AWS": "arn:aws:iam::111122223333:user/${aws:username}"}), trust(), KIND.TRUST),
    Case("INVALID_VARIABLE_FOR_OPERATOR", when("NumericEquals", "s3:max-keys", "${aws:userid}"), when("StringEquals", "s3:prefix", "${aws:userid}")),
    Case("MISSING_BRACE_IN_VARIABLE", allow(Resource="arn:aws:s3:::a/${aws:username/*"), allow(Resource="arn:aws:s3:::a/${aws:username}/*")),
    Case("MISSING_QUOTE_IN_VARIABLE", allow(Resource="arn:aws:s3:::a/${aws:username, none}"), allow(Resource="arn:aws:s3:::a/${aws:username, 'none'}")),
    Case("UNSUPPORTED_SPACE_IN_VARIABLE", allow(Resource="arn:aws:s3:::a/${ aws:username}"), allow(Resource="arn:aws:s3:::a/${*}")),
    Case("EMPTY_VARIABLE", allow(Resource="arn:aws:s3:::a/${}"), allow(Resource="arn:aws:s3:::a/${$}")),
    Case("VARIABLE_UNSUPPORTED_IN_VERSION", allow(Resource="arn:aws:s3:::a/${aws:username}") | {"Version": "2008-10-17"}, allow(Resource="arn:aws:s3:::a/${aws:username}")),
    Case("template-reference-as-text", allow(Resource="arn:aws:s3:::a-${AWS::AccountId}"), allow(Resource="arn:aws:s3:::a-${aws:PrincipalAccount}")),
    Case("PASS_ROLE_WITH_STAR_IN_RESOURCE", allow(Action="iam:PassRole", Resource="arn:aws:iam::*:role/*"), allow(Action="iam:PassRole", Resource="arn:aws:iam::*:role/deploy-*")),
    Case("PASS_ROLE_WITH_NOT_RESOURCE", allow(Action="iam:PassRole", Resource=None, NotResource="arn:aws:iam::*:role/x"), allow(Action="iam:GetRole", Resource=None, NotResource="arn:aws:iam::*:role/x")),
    Case("PASS_ROLE_WITH_STAR_IN_ACTION_AND_NOT_RESOURCE", allow(Action="iam:*", Resource=None, NotResource="x"), allow(Action="iam:Get*", Resource=None, NotResource="x")),
    Case("PASS_ROLE_WITH_NOT_ACTION_AND_NOT_RESOURCE", allow(Action=None, NotAction="s3:*", Resource=None, NotResource="x"), allow(Action=None, NotAction="iam:*", Resource=None, NotResource="x")),
    Case("PASS_ROLE_WITH_STAR_IN_ACTION_AND_RESOURCE", allow(Action="iam:P*"), allow(Action="iam:P*", Effect="Deny")),
    Case("PASS_ROLE_WITH_STAR_IN_RESOURCE_AND_NOT_ACTION", allow(Action=None, NotAction="s3:*"), allow(Action=None, NotAction="iam:Pass*")),
    Case("CREATE_SLR_WITH_STAR_IN_RESOURCE", allow(Action="iam:CreateServiceLinkedRole"), allow(Action="iam:CreateServiceLinkedRole", Resource="arn:aws:iam::*:role/aws-service-role/ecs.amazonaws.com/*")),
    Case("CREATE_SLR_WITH_NOT_RESOURCE", allow(Action="iam:CreateServiceLinkedRole", Resource=None, NotResource="x"), allow()),
    Case("CREATE_SLR_WITH_STAR_IN_ACTION_AND_NOT_RESOURCE", allow(Action="iam:*", Resource=None, NotResource="x"), allow()),
    Case("CREATE_SLR_WITH_NOT_ACTION_AND_NOT_RESOURCE", allow(Action=None, NotAction="s3:*", Resource=None, NotResource="x"), allow()),
    Case("CREATE_SLR_WITH_STAR_IN_ACTION_AND_RESOURCE", allow(Action="iam:*"), allow(Action="iam:Get*")),
    Case("CREATE_SLR_WITH_STAR_IN_RESOURCE_AND_NOT_ACTION", allow(Action=None, NotAction="s3:*"), allow(Action=None, NotAction="iam:*")),
    Case("INVALID_PRINCIPAL_FORMAT", trust(Principal="111122223333"), trust(), KIND.TRUST),
    Case("INVALID_PRINCIPAL_FORMAT", trust(Principal={"AWS": "11112222333"}), trust(Principal={"AWS": "arn:aws:iam::111122223333:root"}), KIND.TRUST),
    Case("INVALID_PRINCIPAL_FORMAT", of_bucket(Principal={"AWS": "arn:aws:iam::111122223333:group/x"}), of_bucket(Principal={"AWS": "arn:aws:iam::cloudfront:user/CloudFront Origin Access Identity E1"}), KIND.RESOURCE),
    Case("INVALID_PRINCIPAL_KEY", trust(Principal={"Aws": "111122223333"}), trust(), KIND.TRUST),
    Case("UNSUPPORTED_WILDCARD_IN_PRINCIPAL", trust(Principal={"AWS": "arn:aws:iam::111122223333:role/*"}), of_bucket(Principal={"AWS": "*"}), KIND.TRUST),
    Case("ROLE_TRUST_POLICY_UNSUPPORTED_WILDCARD_IN_PRINCIPAL", trust(Principal="*"), trust(), KIND.TRUST),
    Case("INVALID_ROLE_REFERENCE", trust(Principal={"AWS": "AROAIIAV48CME38CS8XYZ"}), trust(), KIND.TRUST),
    Case("INVALID_USER_REFERENCE", trust(Principal={"AWS": "AIDAIIAV48CME38CS8XYZ"}), trust(), KIND.TRUST),
    Case("INVALID_SERVICE_PRINCIPAL_FORMAT", trust(Principal={"Service": "codepipeline"}), trust(Principal={"Service": "logs.eu-west-1.amazonaws.com"}), KIND.TRUST),
    Case("service-principal-unknown", trust(Principal={"Service": "codepipelines.amazonaws.com"}), trust(Principal={"Service": "es.amazonaws.com"}), KIND.TRUST),
    Case("service-principal-unknown", when("StringEquals", "iam:PassedToService", "clouformation.amazonaws.com"), when("StringEquals", "iam:PassedToService", "build.apprunner.amazonaws.com")),
    Case("FEDERATED_PRINCIPAL_NOT_SUPPORTED", of_bucket(Principal={"Federated": "accounts.google.com"}), of_bucket(), KIND.RESOURCE),
    Case("INVALID_FEDERATED_PRINCIPAL_SYNTAX_IN_ROLE_TRUST_POLICY", trust(Principal={"Federated": "google"}), trust(Principal={"Federated": "accounts.google.com"}), KIND.TRUST),
    Case("ALLOW_WITH_NOT_PRINCIPAL", of_bucket(Principal=None, NotPrincipal={"AWS": "111122223333"}), of_bucket(Effect="Deny", Principal=None, NotPrincipal={"AWS": "111122223333"}), KIND.RESOURCE),
    Case("REDUNDANT_PRINCIPAL_IN_ROLE_TRUST_POLICY", trust(Principal={"AWS": ["arn:aws:iam::111122223333:role/a/R", "arn:aws:sts::111122223333:assumed-role/R/S"]}), trust(Principal={"AWS": ["arn:aws:iam::111122223333:role/Q", "arn:aws:sts::111122223333:assumed-role/R/S"]}), KIND.TRUST),
    Case("MISMATCHED_ACTION_FOR_PRINCIPAL", trust(Action="sts:AssumeRoleWithSAML"), trust(Action="sts:AssumeRoleWithSAML", Principal={"Federated": "arn:aws:iam::111122223333:saml-provider/x"}), KIND.TRUST),
    Case("MISMATCHED_ACTION_FOR_PRINCIPAL", trust(Principal={"Federated": "arn:aws:iam::111122223333:oidc-provider/x.y"}), trust(Principal={"Federated": "arn:aws:iam::111122223333:oidc-provider/x.y"}, Action=["sts:AssumeRoleWithWebIdentity", "sts:TagSession"]), KIND.TRUST),
    Case("MISSING_ACTION_FOR_ROLES_ANYWHERE_TRUST_POLICY", trust(Principal={"Service": "rolesanywhere.amazonaws.com"}), trust(Principal={"Service": "rolesanywhere.amazonaws.com"}, Action=["sts:AssumeRole", "sts:SetSourceIdentity", "sts:TagSession"]), KIND.TRUST),
    Case("MISSING_CONDITION_KEY_FOR_OIDC_PRINCIPAL", GITHUB, github({"sub": "repo:a/b:ref:refs/heads/main"}), KIND.TRUST),
    Case("MISSING_GITHUB_REPO_CONDITION_KEY", github({"aud": "sts.amazonaws.com"}), github({"sub": "repo:a/b:ref:refs/heads/main"}), KIND.TRUST),
    Case("SPECIFIC_GITHUB_REPO_AND_BRANCH_RECOMMENDED", github({"sub": "repo:a/*"}), github({"sub": "repo:a/b:ref:refs/heads/main"}), KIND.TRUST),
    Case("CONFIRM_AUDIENCE_CLAIM_TYPE", trust(Condition={"ForAnyValue:StringEquals": {"accounts.google.com:aud": "a"}}), trust(Condition={"StringEquals": {"accounts.google.com:aud": "a"}}), KIND.TRUST),
    Case("RESTRICT_ACCESS_TO_SERVICE_PRINCIPAL", of_bucket(Principal={"Service": "cloudtrail.amazonaws.com"}), of_bucket(Principal={"Service": "cloudtrail.amazonaws.com"}, Condition={"StringEquals": {"AWS:SourceAccount": "111122223333"}}), KIND.RESOURCE),
    Case("RECOMMENDED_CONDITION_KEY_FOR_SERVICE_PRINCIPAL", of_bucket(Principal={"Service": "ses.amazonaws.com"}, Condition={"StringEquals": {"aws:Referer": "x"}}), of_bucket(), KIND.RESOURCE),
    Case("UNSUPPORTED_CONDITION_KEY_FOR_SERVICE_PRINCIPAL", of_bucket(Principal={"Service": "ses.amazonaws.com"}, Condition={"StringEquals": {"aws:PrincipalOrgID": "o-abcde12345"}}), of_bucket(Principal={"Service": "ses.amazonaws.com"}, Condition={"StringEqualsIfExists": {"aws:PrincipalOrgID": "o-abcde12345"}}), KIND.RESOURCE),
    Case("IRRELEVANT_CONDITION_KEY_IN_POLICY", of_bucket(Condition={"StringEquals": {"s3:ResourceAccount": "111122223333"}}), of_bucket(Condition={"StringEquals": {"aws:PrincipalAccount": "111122223333"}}), KIND.RESOURCE, "s3"),
    Case("REDUNDANT_ACTION", allow(Action=["s3:Get*", "s3:GetObject"]), allow(Action=["s3:Get*", "s3:ListBucket"])),
    Case("REDUNDANT_RESOURCE", allow(Resource=["arn:aws:s3:::a*", "arn:aws:s3:::ab"]), allow(Resource=["arn:aws:s3:::a", "arn:aws:s3:::a/*"])),
    Case("REDUNDANT_STATEMENT", several({"Sid": "A"}, {"Sid": "B"}), several({"Sid": "A"}, {"Effect": "Deny"})),
    Case("REDUNDANT_CONDITION_VALUE_NUM", when("NumericLessThan", "s3:max-keys", ["10", "20"]), when("NumericEquals", "s3:max-keys", ["10", "20"])),
    Case("INVALID_CONDITION_OPERATOR", when("StringEqual", "aws:userid", "a"), when("forallvalues:stringlike", "aws:TagKeys", "a")),
    Case("NULL_WITH_IF_EXISTS", when("NullIfExists", "aws:userid", "true"), when("Null", "aws:userid", "true")),
    Case("NULL_WITH_QUALIFIER", when("ForAnyValue:Null", "aws:TagKeys", "true"), when("Null", "aws:TagKeys", "true")),
    Case("MISSING_QUALIFIER", when("StringEquals", "aws:TagKeys", "a"), when("ForAnyValue:StringEquals", "aws:TagKeys", "a")),
    Case("FORALLVALUES_WITH_SINGLE_VALUED_KEY", when("ForAllValues:StringEquals", "aws:userid", "a"), when("ForAllValues:StringEquals", "aws:TagKeys", "a")),
    Case("TYPE_MISMATCH", when("NumericEquals", "aws:userid", "1"), when("StringEquals", "aws:userid", "1")),
    Case("WILDCARD_WITHOUT_LIKE_OPERATOR", when("StringEquals", "aws:userid", "AROA*"), when("StringLike", "aws:userid", "AROA*")),
    Case("TYPE_MISMATCH_BOOLEAN", when("Bool", "aws:SecureTransport", "yes"), when("Bool", "aws:SecureTransport", "False")),
    Case("TYPE_MISMATCH_BOOLEAN", when("Null", "aws:userid", "x"), when("Null", "aws:userid", "false")),
    Case("TYPE_MISMATCH_DATE", when("DateLessThan", "aws:CurrentTime", "tomorrow"), when("DateLessThan", "aws:CurrentTime", "2030-01-01T00:00:00Z")),
    Case("TYPE_MISMATCH_IP_RANGE", when("IpAddress", "aws:SourceIp", "203.0.113"), when("IpAddress", "aws:SourceIp", "2001:db8::/32")),
    Case("TYPE_MISMATCH_NUMBER", when("NumericEquals", "s3:max-keys", "ten"), when("NumericEquals", "s3:max-keys", "10")),
    Case("TYPE_MISMATCH_STRING", when("BinaryEquals", "aws:userid", "???"), when("BinaryEquals", "aws:userid", "QmluYXJ5")),
    Case("INVALID_DATE_VALUE", when("DateLessThan", "aws:CurrentTime", "1893456000"), when("DateLessThan", "aws:CurrentTime", "2030-01-01")),
    Case("IMPROVE_IP_RANGE", when("IpAddress", "aws:SourceIp", "203.0.113.7/24"), when("IpAddress", "aws:SourceIp", "203.0.113.7")),
    Case("PRIVATE_IP_ADDRESS", when("IpAddress", "aws:SourceIp", "10.0.0.0/8"), when("IpAddress", "aws:VpcSourceIp", "10.0.0.0/8")),
    Case("PRIVATE_NOT_IP_ADDRESS", when("NotIpAddress", "aws:SourceIp", "192.168.0.1", Effect="Deny"), when("NotIpAddress", "aws:SourceIp", "203.0.113.7", Effect="Deny")),
    Case("PRIVATE_IP_ADDRESS_SUBSET", when("IpAddress", "aws:SourceIp", ["10.0.0.1", "203.0.113.7"]), when("IpAddress", "aws:SourceIp", ["203.0.113.7"])),
    Case("PRIVATE_NOT_IP_ADDRESS_SUBSET", when("NotIpAddress", "aws:SourceIp", ["fd00::1", "203.0.113.7"]), when("NotIpAddress", "aws:SourceIp", ["2001:db8::1"])),
    Case("INVALID_REGION", when("StringEquals", "aws:RequestedRegion", "ireland"), when("StringEquals", "aws:RequestedRegion", ["eu-west-1", "us-gov-west-1"])),
    Case("INVALID_VPC_FORMAT", when("StringEquals", "aws:SourceVpc", "vpc-1"), when("StringLike", "aws:SourceVpc", "vpc-*")),
    Case("INVALID_VPCE_FORMAT", when("StringEquals", "aws:SourceVpce", "vpc-12345678"), when("StringEquals", "aws:SourceVpce", "vpce-12345678")),
    Case("INVALID_CONDITION_MULTIPLE_BOOLEAN", when("Bool", "aws:SecureTransport", ["true", "false"]), when("Bool", "aws:SecureTransport", ["true"])),
    Case("INVALID_CONDITION_KEY_FORMAT", when("StringEquals", "username", "a"), when("StringEquals", "aws:username", "a")),
    Case("MISSING_TAG_KEY_IN_CONDITION", when("StringEquals", "aws:ResourceTag/", "a"), when("StringEquals", "aws:ResourceTag/team", "a")),
    Case("DEPRECATED_GLOBAL_CONDITION_KEY", when("ArnLike", "aws:ARN", "a"), when("ArnLike", "aws:PrincipalArn", "a")),
    Case("UNSUPPORTED_GLOBAL_CONDITION_KEY", of_bucket(Condition={"ArnLike": {"aws:arn": "a"}}), of_bucket(Condition={"ArnLike": {"aws:SourceArn": "a"}}), KIND.RESOURCE),
    Case("INVALID_GLOBAL_CONDITION_KEY", when("StringEquals", "aws:PrincipalOrg", "a"), when("StringEquals", "AWS:SourceOwner", "a")),
    Case("INVALID_SERVICE_CONDITION_KEY", when("StringEquals", "s3:prefixes", "a"), when("StringEquals", "s3:prefix", "a")),
    Case("INVALID_SERVICE", when("StringEquals", "s33:prefix", "a"), when("StringEquals", "oidc.eks.eu-west-1.amazonaws.com/id/A:sub", "a")),
    Case("UNSUPPORTED_ACTION_FOR_CONDITION_KEY", when("StringEquals", "s3:prefix", "a"), when("StringEquals", "s3:prefix", "a", Action="s3:List*")),
    Case("MISSING_ACTION_FOR_CONDITION_KEY", when("StringEquals", "iam:PassedToService", "ecs-tasks.amazonaws.com", Action="ecs:RunTask"), when("StringEquals", "iam:PassedToService", "ecs-tasks.amazonaws.com", Action="iam:*")),
    Case("MISSING_PAIRED_CONDITION_KEYS", when("IpAddress", "aws:VpcSourceIp", "10.0.0.1"), allow(Condition={"IpAddress": {"aws:VpcSourceIp": "10.0.0.1"}, "StringEquals": {"aws:SourceVpce": "vpce-12345678"}})),
    Case("ALLOW_WITH_UNSUPPORTED_TAG_CONDITION_KEY_FOR_SERVICE", when("StringEquals", "aws:ResourceTag/a", "b", Action="tax:GetTaxInheritance"), when("StringEquals", "aws:ResourceTag/a", "b")),
    Case("ALLOW_NOTACTION_WITH_UNSUPPORTED_TAG_CONDITION_KEY_FOR_SERVICE", when("StringEquals", "aws:ResourceTag/a", "b", Action=None, NotAction="s3:*"), when("StringNotEquals", "aws:ResourceTag/a", "b", Action=None, NotAction="s3:*")),
    Case("DENY_WITH_UNSUPPORTED_TAG_CONDITION_KEY_FOR_SERVICE", when("StringEquals", "aws:ResourceTag/a", "b", Effect="Deny", Action="tax:GetTaxInheritance"), when("StringEquals", "aws:ResourceTag/a", "b", Effect="Deny")),
    Case("DENY_NOTACTION_WITH_UNSUPPORTED_TAG_CONDITION_KEY_FOR_SERVICE", when("StringEquals", "aws:ResourceTag/a", "b", Effect="Deny", Action=None, NotAction="s3:*"), when("StringEquals", "aws:PrincipalTag/a", "b", Effect="Deny", Action=None, NotAction="s3:*")),
    Case("POLICY_SIZE_EXCEEDS_SCP_QUOTA", allow(Resource="arn:aws:s3:::" + "a" * 5_200), allow(Resource="arn:aws:s3:::" + "a" * 4_900), KIND.SCP),
    Case("POLICY_SIZE_EXCEEDS_IDENTITY_POLICY_QUOTA", allow(Resource="a" * 6_200), allow(Resource="a" * 6_000), attached="managed"),
    Case("POLICY_SIZE_EXCEEDS_IDENTITY_POLICY_QUOTA", allow(Resource="a" * 10_300), allow(Resource="a" * 10_000), attached="role"),
    Case("POLICY_SIZE_EXCEEDS_IDENTITY_POLICY_QUOTA", allow(Resource="a" * 2_100), allow(Resource=" " * 9_000), attached="user"),
    Case("POLICY_SIZE_EXCEEDS_RESOURCE_POLICY_QUOTA", of_bucket(Resource="a" * 21_000), of_bucket(Resource="a" * 20_000), KIND.RESOURCE, "s3"),
    Case("POLICY_SIZE_EXCEEDS_RESOURCE_POLICY_QUOTA", of_bucket(Resource="a" * 8_200), of_bucket(Resource="a" * 8_000), KIND.RESOURCE, "sqs"),
    Case("POLICY_SIZE_EXCEEDS_ROLE_TRUST_POLICY_QUOTA", trust(Sid="a" * 2_048), trust(Sid="a" * 1_800), KIND.TRUST),
)  # fmt: skip


def found(policy: Any, kind: PolicyKind, attached: str, checks: Sequence[str]) -> list[str]:
    """The checks of those wanted that find something."""
    value = Text((policy,)) if isinstance(policy, str) else value_from_json(policy)
    validation = Validation(read_policy(value, kind), attached)
    return [flaw.check for flaw in validation.flaws(checks)]


@pytest.mark.parametrize("case", CASES, ids=str)
def test_a_flaw_is_found(case: Case) -> None:
    assert case.check in found(case.flagged, case.kind, case.attached, (case.check,))


@pytest.mark.parametrize("case", CASES, ids=str)
def test_what_is_right_is_accepted(case: Case) -> None:
    assert not found(case.accepted, case.kind, case.attached, (case.check,))


@pytest.mark.parametrize("room", ROOMS)
def test_every_check_has_a_row(room: str) -> None:
    # What depends on how a document is written is in tests/plugins/policies.
    elsewhere = {"INVALID_CONDITION_DATA_TYPE", "account-read-as-octal"}
    assert set(ROOMS[room]) - elsewhere <= {case.check for case in CASES}, ROW


def test_what_is_not_known_is_not_judged() -> None:
    everything = [check for checks in ROOMS.values() for check in checks]
    hole = {"unknown": "x"}
    policy = {
        "Version": hole,
        "Statement": [
            hole,
            {"Sid": hole, "Effect": hole, "Action": hole, "Resource": [hole], "Condition": hole},
            {"Effect": hole, "NotAction": [hole], "NotResource": hole,
             "Condition": {"StringEquals": {"aws:PrincipalOrgID": hole}}},
        ],
    }  # fmt: skip
    assert not found(policy, PolicyKind.IDENTITY, "", everything)


def sureness(policy: Any, check: str) -> list[str]:
    """How sure each finding of a check in an identity policy is."""
    validation = Validation(read_policy(value_from_json(policy), PolicyKind.IDENTITY))
    return [flaw.sureness for flaw in validation.flaws((check,))]


def test_a_service_condition_makes_a_grant_of_any_role_less_sure() -> None:
    narrowed = when(
        "StringEquals", "iam:PassedToService", "ecs.amazonaws.com", Action="iam:PassRole"
    )
    loose = when("StringEqualsIfExists", "iam:PassedToService", "x", Action="iam:PassRole")
    assert sureness(narrowed, "PASS_ROLE_WITH_STAR_IN_RESOURCE") == ["low"]
    assert sureness(loose, "PASS_ROLE_WITH_STAR_IN_RESOURCE") == ["medium"]


def test_a_wildcard_that_lets_any_role_be_passed_is_said_once() -> None:
    check = "CREATE_SLR_WITH_STAR_IN_ACTION_AND_RESOURCE"
    linked = "arn:aws:iam::*:role/aws-service-role/*"
    assert sureness(allow(Action="iam:*"), check) == ["low"]
    assert sureness(allow(Action="iam:Create*"), check) == ["high"]
    assert sureness(allow(Action="iam:*", Resource=linked), check) == ["high"]


def test_what_is_wrong_with_an_arn_is_not_said_of_the_actions_as_well() -> None:
    mismatch = "resource-type-mismatch"
    misspelt = allow(Action="codebuild:UpdateReport", Resource=f"{BUILD}:report-group:/shop-*")
    other = allow(Action="codebuild:UpdateReport", Resource=f"{BUILD}:project/shop-*")
    assert sureness(misspelt, mismatch) == []
    assert sureness(misspelt, "INVALID_ARN_RESOURCE") == ["medium"]
    assert sureness(other, mismatch) == ["medium"]


def test_an_arn_of_no_form_beside_all_that_lies_under_it_is_no_loss() -> None:
    stack = "arn:aws:cloudformation:eu-west-1:111122223333:stack/shop"
    alone = allow(Action="cloudformation:DeleteStack", Resource=stack)
    doubled = allow(Action="cloudformation:DeleteStack", Resource=[stack, f"{stack}/*"])
    assert sureness(alone, "INVALID_ARN_RESOURCE") == ["medium"]
    assert sureness(doubled, "INVALID_ARN_RESOURCE") == ["low"]


def test_actions_that_left_the_reference_are_not_called_misspelt() -> None:
    retired = allow(Action="sso:DescribePermissionsPolicies")
    assert sureness(retired, "INVALID_ACTION") == ["low"]
    assert sureness(allow(Action="sso:DescribePermissionsPolicy"), "INVALID_ACTION") == ["high"]


def test_an_arn_of_no_form_is_told_the_form_that_is_nearest() -> None:
    misspelt = allow(Action="codebuild:UpdateReport", Resource=f"{BUILD}:report-group:/shop-*")
    policy = read_policy(value_from_json(misspelt), PolicyKind.IDENTITY)
    (flaw,) = Validation(policy, "").flaws(("INVALID_ARN_RESOURCE",))
    assert flaw.words["forms"].startswith("report-group/")


def test_an_arn_of_the_same_service_makes_a_missing_star_less_sure() -> None:
    queue = "arn:aws:sqs:eu-west-1:111122223333:jobs"
    assert sureness(allow(Action="sqs:ListQueues", Resource=queue), "action-requires-star") == [
        "medium"
    ]
    assert sureness(
        allow(Action="s3:ListAllMyBuckets", Resource=queue), "action-requires-star"
    ) == ["high"]
    whole = "arn:aws:logs:*:*:log-group:*"
    assert sureness(
        allow(Action="logs:DescribeLogGroups", Resource=whole), "action-requires-star"
    ) == ["low"]


def test_a_statement_in_place_of_a_policy_lacks_the_list_alone() -> None:
    bare = {"Sid": "x", "Effect": "Allow", "Action": "kms:*", "Resource": "*"}
    checks = ("INVALID_POLICY_ELEMENT", "MISSING_STATEMENT")
    assert found(bare, PolicyKind.IDENTITY, "", checks) == ["MISSING_STATEMENT"]


def test_an_element_in_the_plural_is_told_how_it_is_written() -> None:
    policy = read_policy(value_from_json(allow(Actions="s3:Get*", Action=None)), PolicyKind.TRUST)
    (flaw,) = Validation(policy, "").flaws(("INVALID_POLICY_ELEMENT",))
    assert "Action" in flaw.words["hint"]


def test_the_name_of_a_call_is_told_the_action_that_it_needs() -> None:
    policy = read_policy(
        value_from_json(allow(Action="s3:putbucketencryption")), PolicyKind.IDENTITY
    )
    (flaw,) = Validation(policy).flaws(("INVALID_ACTION",))
    assert flaw.instead == "s3:PutEncryptionConfiguration"
    for call, action in NEEDED_FOR.items():
        assert reference.action(action), action
        assert not reference.expand(call), call


def test_many_actions_of_one_statement_are_one_finding() -> None:
    actions = ["sqs:SendMessage", "sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:PurgeQueue"]
    policy = allow(Action=actions, Resource="arn:aws:s3:::artifacts")
    validation = Validation(read_policy(value_from_json(policy), PolicyKind.IDENTITY))
    (flaw,) = validation.flaws(("resource-type-mismatch",))
    assert flaw.words["names"] == "sqs:SendMessage, sqs:ReceiveMessage and 2 more"


def test_statements_that_never_exist_together_may_share_a_sid() -> None:
    production = Fact("param:Env", "prod", "Env is prod")
    first, second = (value_from_json(allow(Sid="A")["Statement"][0]) for _ in range(2))
    for guard, flagged in (
        ((production, Not(production)), False),
        ((production, production), True),
    ):
        listed = [Choice(guard[0], first, ABSENT), Choice(guard[1], second, ABSENT)]
        policy = Record({"Version": Text(("2012-10-17",)), "Statement": Listing(tuple(listed))})
        validation = Validation(read_policy(policy, PolicyKind.IDENTITY))
        assert bool(validation.flaws(("UNIQUE_SIDS_REQUIRED",))) is flagged


def test_the_size_of_a_policy_is_the_least_that_it_may_be() -> None:
    hole = Text(("a" * 6_000, Hole("x", ACCOUNT), Hole("y", ANYTHING)))
    short = Choice(Fact("param:Env"), Text(("a" * 9_000,)), Text(("a",)))
    for resource, flagged in ((hole, False), (short, False), (Text(("a" * 6_100,)), True)):
        policy = value_from_json(allow(Resource=resource))
        validation = Validation(read_policy(policy, PolicyKind.IDENTITY), "managed")
        check = "POLICY_SIZE_EXCEEDS_IDENTITY_POLICY_QUOTA"
        assert bool(validation.flaws((check,))) is flagged


@pytest.mark.slow
def test_policies_of_aws_follow_the_grammar() -> None:
    rooms = ("structure", "variables", "empties", "condition_values", "principals", "sizes")
    checks = [check for room in rooms for check in ROOMS[room] if check != "MISSING_VERSION"]
    wrong = {}
    for name in managed_policies.names():
        document = value_from_json(managed_policies.managed_policy(name))
        # AWS's own may be longer than those of others.
        flaws = Validation(read_policy(document, PolicyKind.IDENTITY), "role").flaws(checks)
        wrong[name] = [flaw.check for flaw in flaws if not flaw.check.startswith("POLICY_SIZE")]
    assert not {name: checks for name, checks in wrong.items() if checks}
