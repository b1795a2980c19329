"""What tests on Device Farm need.

Documented: the six operations, on a placeholder. The ARNs are those of the operations' resource
types (inferred); Device Farm exists in us-west-2 only.
"""

from passrole import ActionProvider, Need

DOCS = "https://docs.aws.amazon.com/codepipeline/latest/userguide/action-reference-DeviceFarm.html"
SERVICE = "arn:{partition}:devicefarm:us-west-2:{account}"

NEEDS = tuple(
    Need(
        f"devicefarm:{operation}",
        resource,
        source=DOCS,
        symptom=f"The test fails: not authorized to perform: devicefarm:{operation}.",
    )
    for operation, resource in (
        ("ListProjects", "*"),
        ("ListDevicePools", f"{SERVICE}:project:{{ProjectId}}"),
        ("CreateUpload", f"{SERVICE}:project:{{ProjectId}}"),
        ("GetRun", f"{SERVICE}:run:{{ProjectId}}/*"),
        ("GetUpload", f"{SERVICE}:upload:{{ProjectId}}/*"),
        ("ScheduleRun", f"{SERVICE}:project:{{ProjectId}}"),
    )
)

PROVIDERS = (
    ActionProvider("Test", "AWS", "DeviceFarm", NEEDS, source=DOCS, since="July 19, 2018"),
)
