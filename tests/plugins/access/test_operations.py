"""The reference of CodePipeline's operations is whole and says what IAM's reference data allows."""

from passrole import Caller
from passrole.iam.reference.catalogue import service
from passrole_aws.access.operations import OPERATIONS

# The operations of the user guide's reference of 2018, in its order.
FIRST_REFERENCE = """\
AcknowledgeJob AcknowledgeThirdPartyJob CreateCustomActionType CreatePipeline
DeleteCustomActionType DeletePipeline DisableStageTransition EnableStageTransition GetJobDetails
GetPipeline GetPipelineExecution GetPipelineState GetThirdPartyJobDetails ListActionTypes
ListPipelineExecutions ListPipelines PollForJobs PollForThirdPartyJobs PutActionRevision
PutApprovalResult PutJobFailureResult PutJobSuccessResult PutThirdPartyJobFailureResult
PutThirdPartyJobSuccessResult RetryStageExecution StartPipelineExecution UpdatePipeline
""".split()  # noqa: SIM905 - read as the page has it


def test_every_action_of_the_reference_data_has_its_row() -> None:
    codepipeline = service("codepipeline")
    assert codepipeline is not None
    named = [operation.iam_action.removeprefix("codepipeline:") for operation in OPERATIONS]
    assert named == sorted(codepipeline.action_names)
    assert len(named) == 44


def test_all_operations_of_the_first_reference_are_still_there() -> None:
    named = {operation.iam_action.removeprefix("codepipeline:") for operation in OPERATIONS}
    assert len(FIRST_REFERENCE) == 27
    assert set(FIRST_REFERENCE) <= named


def test_workers_operations_are_told_apart() -> None:
    partner = [o.iam_action for o in OPERATIONS if o.caller is Caller.PARTNER_WORKER]
    assert len(partner) == 5 and all("ThirdPartyJob" in name for name in partner)
    custom = {o.iam_action for o in OPERATIONS if o.caller is Caller.CUSTOM_WORKER}
    assert "codepipeline:PollForJobs" in custom and "codepipeline:GetJobDetails" in custom


def test_every_row_has_a_source_and_a_purpose() -> None:
    for operation in OPERATIONS:
        assert operation.source.startswith("https://docs.aws.amazon.com/")
        assert operation.purpose and not operation.purpose.endswith(".")
