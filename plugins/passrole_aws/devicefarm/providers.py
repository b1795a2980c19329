"""What tests on Device Farm need.

Documented: the six operations, on a placeholder. The ARNs are those of the operations' resource
types (inferred); Device Farm exists in us-west-2 only.
"""

from passrole import (
    TRUE_OR_FALSE,
    ActionProvider,
    ConfigurationKey,
    Need,
    Range,
)

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

KEYS = (
    ConfigurationKey("AppType", required=True, values=("iOS", "Android", "Web")),
    ConfigurationKey("ProjectId", required=True),
    ConfigurationKey("App"),
    ConfigurationKey("DevicePoolArn", required=True),
    ConfigurationKey("TestType", required=True),
    ConfigurationKey("TestSpec"),
    ConfigurationKey("Test"),
    ConfigurationKey("AppiumVersion"),
    ConfigurationKey("RadioBluetoothEnabled", values=TRUE_OR_FALSE),
    ConfigurationKey("RadioGpsEnabled", values=TRUE_OR_FALSE),
    ConfigurationKey("RadioNfcEnabled", values=TRUE_OR_FALSE),
    ConfigurationKey("RadioWifiEnabled", values=TRUE_OR_FALSE),
    ConfigurationKey("RecordAppPerformanceData", values=TRUE_OR_FALSE),
    ConfigurationKey("RecordVideo", values=TRUE_OR_FALSE),
    ConfigurationKey("FuzzEventCount"),
    ConfigurationKey("FuzzEventThrottle"),
    ConfigurationKey("FuzzRandomizerSeed"),
    ConfigurationKey("CustomHostMachineArtifacts"),
    ConfigurationKey("CustomDeviceArtifacts"),
    ConfigurationKey("UnmeteredDevicesOnly", values=TRUE_OR_FALSE),
    ConfigurationKey("JobTimeoutMinutes"),
    ConfigurationKey("Latitude"),
    ConfigurationKey("Longitude"),
)

PROVIDERS = (
    ActionProvider(
        "Test",
        "AWS",
        "DeviceFarm",
        NEEDS,
        source=DOCS,
        since="July 19, 2018",
        configuration=KEYS,
        inputs=Range(1, 1),
        outputs=Range(0, 0),
    ),
)
