"""The API operations of CodePipeline and what each is for.

The names of all 44 actions are those of the service authorization reference; what an operation
does is from the API reference. Which resources it takes is reference data of IAM.
"""

from passrole import Caller, Operation

GUIDE = "https://docs.aws.amazon.com/codepipeline/latest/userguide/permissions-reference.html"
REFERENCE = (
    "https://docs.aws.amazon.com/service-authorization/latest/reference/list_awscodepipeline.html"
)

_WORKER = "A Lambda function that an Invoke action runs reports its result with it as well."

OPERATIONS = (
    Operation(
        "codepipeline:AcknowledgeJob",
        "take a job that PollForJobs gave to a job worker",
        Caller.CUSTOM_WORKER,
        source=GUIDE,
    ),
    Operation(
        "codepipeline:AcknowledgeThirdPartyJob",
        "take a job of a partner action",
        Caller.PARTNER_WORKER,
        source=GUIDE,
    ),
    Operation(
        "codepipeline:CreateCustomActionType",
        "define a custom action that every pipeline of the account can use",
        Caller.CUSTOM_AUTHOR,
        source=GUIDE,
    ),
    Operation(
        "codepipeline:CreatePipeline",
        "create a pipeline; iam:PassRole for its service role is needed beside it",
        source=GUIDE,
    ),
    Operation(
        "codepipeline:DeleteCustomActionType",
        "delete a custom action; PollForJobs for it fails from then on",
        Caller.CUSTOM_AUTHOR,
        source=GUIDE,
    ),
    Operation("codepipeline:DeletePipeline", "delete a pipeline", source=GUIDE),
    Operation("codepipeline:DeleteWebhook", "delete a webhook", source=GUIDE),
    Operation(
        "codepipeline:DeregisterWebhookWithThirdParty",
        "take a webhook out of the repository that calls it",
        source=GUIDE,
    ),
    Operation(
        "codepipeline:DisableStageTransition",
        "hold executions back before a stage",
        note="The user guide names the pipeline as its resource, the reference the stage.",
        source=GUIDE,
    ),
    Operation(
        "codepipeline:EnableStageTransition",
        "let executions enter a stage again",
        note="The user guide names the pipeline as its resource, the reference the stage.",
        source=GUIDE,
    ),
    Operation(
        "codepipeline:GetActionType",
        "read the definition of an action type that others provide",
        source=REFERENCE,
    ),
    Operation(
        "codepipeline:GetJobDetails",
        "read a job, with credentials for its artifacts",
        Caller.CUSTOM_WORKER,
        source=GUIDE,
    ),
    Operation(
        "codepipeline:GetPipeline",
        "read the structure of a pipeline: stages, actions, and its ARN",
        source=GUIDE,
    ),
    Operation(
        "codepipeline:GetPipelineExecution",
        "read one execution: its artifacts, its status, the pipeline's version",
        source=GUIDE,
    ),
    Operation(
        "codepipeline:GetPipelineState",
        "read the state of a pipeline's stages and actions, with the tokens of open approvals",
        source=GUIDE,
    ),
    Operation(
        "codepipeline:GetThirdPartyJobDetails",
        "read a job of a partner action",
        Caller.PARTNER_WORKER,
        source=GUIDE,
    ),
    Operation(
        "codepipeline:ListActionExecutions",
        "list what the actions of a pipeline did; in PARALLEL mode the tokens of approvals too",
        source=GUIDE,
    ),
    Operation(
        "codepipeline:ListActionTypes",
        "list the action types of the account",
        note="An example of the user guide names action types; the reference takes `*` alone.",
        source=GUIDE,
    ),
    Operation(
        "codepipeline:ListDeployActionExecutionTargets",
        "list the targets of a deploy action, such as the instances of an EC2 deployment",
        source=REFERENCE,
    ),
    Operation(
        "codepipeline:ListPipelineExecutions",
        "list the latest executions of a pipeline",
        source=GUIDE,
    ),
    Operation(
        "codepipeline:ListPipelines",
        "list the pipelines of the account; the console starts with it",
        note="A single pipeline cannot be named; `*`, or all pipelines of an account, is needed.",
        source=GUIDE,
    ),
    Operation(
        "codepipeline:ListRuleExecutions",
        "list what the rules of stage conditions did",
        source=REFERENCE,
    ),
    Operation(
        "codepipeline:ListRuleTypes",
        "list the rules that stage conditions can use",
        source=REFERENCE,
    ),
    Operation(
        "codepipeline:ListTagsForResource",
        "read the tags of a pipeline, a webhook or a custom action",
        source=GUIDE,
    ),
    Operation("codepipeline:ListWebhooks", "list the webhooks of the account", source=GUIDE),
    Operation(
        "codepipeline:OverrideStageCondition",
        "let an execution go on that a stage condition holds back",
        source=REFERENCE,
    ),
    Operation(
        "codepipeline:PollForJobs",
        "ask for jobs of a custom action; the answer holds credentials for the artifacts",
        Caller.CUSTOM_WORKER,
        source=GUIDE,
    ),
    Operation(
        "codepipeline:PollForThirdPartyJobs",
        "ask for jobs of a partner action",
        Caller.PARTNER_WORKER,
        source=GUIDE,
    ),
    Operation(
        "codepipeline:PutActionRevision",
        "tell a source action of a new revision, which starts the pipeline",
        source=GUIDE,
    ),
    Operation(
        "codepipeline:PutApprovalResult",
        "approve or reject at a manual approval action",
        note="The resource is the action itself: pipeline, stage and action.",
        source=GUIDE,
    ),
    Operation(
        "codepipeline:PutJobFailureResult",
        "report that a job failed",
        Caller.CUSTOM_WORKER,
        note=_WORKER,
        source=GUIDE,
    ),
    Operation(
        "codepipeline:PutJobSuccessResult",
        "report that a job succeeded",
        Caller.CUSTOM_WORKER,
        note=_WORKER,
        source=GUIDE,
    ),
    Operation(
        "codepipeline:PutThirdPartyJobFailureResult",
        "report that a job of a partner action failed",
        Caller.PARTNER_WORKER,
        source=GUIDE,
    ),
    Operation(
        "codepipeline:PutThirdPartyJobSuccessResult",
        "report that a job of a partner action succeeded",
        Caller.PARTNER_WORKER,
        source=GUIDE,
    ),
    Operation(
        "codepipeline:PutWebhook",
        "create or change a webhook of a pipeline",
        note="Both the pipeline and the webhook have to be named as resources.",
        source=GUIDE,
    ),
    Operation(
        "codepipeline:RegisterWebhookWithThirdParty",
        "have a repository call a webhook",
        source=GUIDE,
    ),
    Operation(
        "codepipeline:RetryStageExecution",
        "run the failed actions, or all actions, of a stage again",
        source=GUIDE,
    ),
    Operation(
        "codepipeline:RollbackStage",
        "bring a stage back to an execution that succeeded before",
        source=REFERENCE,
    ),
    Operation(
        "codepipeline:StartPipelineExecution",
        "start a pipeline, with the latest or a chosen source revision",
        source=GUIDE,
    ),
    Operation("codepipeline:StopPipelineExecution", "stop an execution", source=GUIDE),
    Operation(
        "codepipeline:TagResource",
        "tag a pipeline, a webhook or a custom action, at their creation too",
        source=GUIDE,
    ),
    Operation("codepipeline:UntagResource", "take tags away", source=GUIDE),
    Operation(
        "codepipeline:UpdateActionType",
        "change an action type that others provide",
        source=REFERENCE,
    ),
    Operation(
        "codepipeline:UpdatePipeline",
        "change a pipeline; iam:PassRole for its service role is needed beside it",
        source=GUIDE,
    ),
)
