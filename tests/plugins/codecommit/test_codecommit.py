from collections.abc import Callable
from typing import Any

from passrole import Certainty

Ask = Callable[..., list[Any]]
GRANTED = {
    "Effect": "Allow",
    "Action": [
        "codecommit:GetBranch",
        "codecommit:GetCommit",
        "codecommit:UploadArchive",
        "codecommit:GetUploadArchiveStatus",
    ],
    "Resource": {"Fn::GetAtt": ["Shop", "Arn"]},
}
SHOP = {"Shop": {"Type": "AWS::CodeCommit::Repository", "Properties": {"RepositoryName": "shop"}}}


def test_a_grant_on_the_repository_covers_the_name_in_the_configuration(ask: Ask) -> None:
    asked = ask("Source/AWS/CodeCommit", {"RepositoryName": "shop"}, [GRANTED], SHOP)

    verdicts = {each.iam_action: each.verdict for each in asked}
    assert {verdicts[action] for action in GRANTED["Action"]} == {"allowed"}
    assert verdicts["s3:ListBucket"] == "missing"


def test_the_repository_may_be_named_by_its_attribute(ask: Ask) -> None:
    name = {"Fn::GetAtt": ["Shop", "Name"]}
    asked = ask("Source/AWS/CodeCommit", {"RepositoryName": name}, [GRANTED], SHOP)

    verdicts = {each.iam_action: each.verdict for each in asked}
    assert verdicts["codecommit:GetBranch"] == "allowed"


def test_a_full_clone_needs_to_read_the_repository_for_certain(ask: Ask) -> None:
    def certainty(configuration: dict[str, Any]) -> Certainty:
        (found,) = (
            each.certainty
            for each in ask("Source/AWS/CodeCommit", configuration)
            if each.iam_action == "codecommit:GetRepository"
        )
        assert isinstance(found, Certainty)
        return found

    zipped = {"RepositoryName": "shop"}
    cloned = {**zipped, "OutputArtifactFormat": "CODEBUILD_CLONE_REF"}
    assert certainty(zipped) is Certainty.LOW
    assert certainty(cloned) is Certainty.HIGH
