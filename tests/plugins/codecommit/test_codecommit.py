from collections.abc import Callable
from typing import Any

from passrole import Certainty, Graph, Truth

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


def test_only_a_source_in_another_account_sets_access_control_lists(
    graph_of: Callable[..., Graph],
) -> None:
    def conditions(role: Any) -> list[Truth]:
        action = {
            "Name": "Source",
            "ActionTypeId": {
                "Category": "Source", "Owner": "AWS", "Provider": "CodeCommit", "Version": "1",
            },
            "RoleArn": role,
            "OutputArtifacts": [{"Name": "Source"}],
            "Configuration": {"RepositoryName": "shop", "BranchName": "main"},
        }  # fmt: skip
        graph = graph_of(
            {
                "Pipeline": {
                    "Type": "AWS::CodePipeline::Pipeline",
                    "Properties": {
                        "RoleArn": "arn:aws:iam::111122223333:role/pipeline",
                        "ArtifactStore": {"Type": "S3", "Location": "artifacts"},
                        "Stages": [{"Name": "Source", "Actions": [action]}],
                    },
                }
            }
        )
        (subject,) = graph.pipelines[0].actions
        return [
            requirement.condition
            for requirement in graph.requirements_of(subject)
            if requirement.need.iam_action == "s3:PutObjectAcl"
        ]

    assert conditions("arn:aws:iam::111122223333:role/source") == []
    assert conditions("arn:aws:iam::444455556666:role/source") == [Truth.TRUE]
    assert conditions({"Fn::Sub": "arn:aws:iam::${Other}:role/source"}) == [Truth.UNKNOWN]
