from collections.abc import Callable
from typing import Any

from passrole import Certainty

Ask = Callable[..., list[Any]]
SITE = {"BucketName": "site", "Extract": "true"}


def _certain(asked: list[Any]) -> set[Any]:
    return {(each.iam_action, each.resource) for each in asked if each.certainty is Certainty.HIGH}


def test_a_source_reads_one_object_of_its_bucket(ask: Ask) -> None:
    asked = ask("Source/AWS/S3", {"S3Bucket": "sources", "S3ObjectKey": "shop.zip"})

    assert _certain(asked) == {
        ("s3:GetObject", "arn:aws:s3:::sources/shop.zip"),
        ("s3:GetObjectVersion", "arn:aws:s3:::sources/shop.zip"),
        ("s3:GetBucketVersioning", "arn:aws:s3:::sources"),
    }


def test_a_source_decrypts_with_the_key_of_its_bucket(ask: Ask) -> None:
    bucket = {
        "Sources": {
            "Type": "AWS::S3::Bucket",
            "Properties": {
                "BucketEncryption": {
                    "ServerSideEncryptionConfiguration": [
                        {
                            "ServerSideEncryptionByDefault": {
                                "SSEAlgorithm": "aws:kms",
                                "KMSMasterKeyID": {"Fn::GetAtt": ["Key", "Arn"]},
                            }
                        }
                    ]
                }
            },
        },
        "Key": {"Type": "AWS::KMS::Key", "Properties": {}},
    }
    configuration = {"S3Bucket": {"Ref": "Sources"}, "S3ObjectKey": "shop.zip"}

    with_key = ask("Source/AWS/S3", configuration, (), bucket)
    without = ask("Source/AWS/S3", {**configuration, "S3Bucket": "elsewhere"}, (), bucket)

    assert [each.resource for each in with_key if each.iam_action == "kms:Decrypt"] == [
        "arn:aws:kms:${region}:${account}:key/${Key.id}"
    ]
    assert not [each for each in without if each.iam_action == "kms:Decrypt"]


def test_a_deployment_writes_where_its_configuration_says(ask: Ask) -> None:
    def written(configuration: dict[str, Any]) -> set[str]:
        return {resource for _, resource in _certain(ask("Deploy/AWS/S3", configuration))}

    assert written(SITE) == {"arn:aws:s3:::site/*"}
    assert written({**SITE, "ObjectKey": "v1"}) == {"arn:aws:s3:::site/v1/*"}
    one_file = {**SITE, "Extract": "false", "ObjectKey": "shop.zip"}
    assert written(one_file) == {"arn:aws:s3:::site/shop.zip"}


def test_a_canned_acl_makes_the_acl_operations_certain(ask: Ask) -> None:
    def certain_operations(configuration: dict[str, Any]) -> set[str]:
        return {operation for operation, _ in _certain(ask("Deploy/AWS/S3", configuration))}

    assert certain_operations(SITE) == {"s3:PutObject"}
    assert certain_operations({**SITE, "CannedACL": "public-read"}) == {
        "s3:PutObject",
        "s3:PutObjectAcl",
        "s3:PutObjectVersionAcl",
    }


def test_a_target_key_is_needed_only_where_one_is_named(ask: Ask) -> None:
    key = "arn:aws:kms:eu-west-1:111122223333:key/1"

    plain = ask("Deploy/AWS/S3", SITE)
    encrypted = ask("Deploy/AWS/S3", {**SITE, "KMSEncryptionKeyARN": key})

    assert not [each for each in plain if each.iam_action.startswith("kms:")]
    assert {each.resource for each in encrypted if each.iam_action.startswith("kms:")} == {key}
