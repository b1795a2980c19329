"""What deployments to EKS need.

Documented: the action reference lists the operations on network interfaces without a condition; the
tutorial asks for them only where the cluster has a private endpoint.
"""

from passrole import (
    ActionProvider,
    Certainty,
    ConfigurationKey,
    Need,
    Range,
)

DOCS = "https://docs.aws.amazon.com/codepipeline/latest/userguide/action-reference-EKS.html"
CLUSTER = "arn:{partition}:eks:{region}:{account}:cluster/{ClusterName}"
LOGS = "arn:{partition}:logs:{region}:{account}:log-group:/aws/codepipeline/{pipeline}"
LOG_OPERATIONS = (
    ("CreateLogGroup", "*"),
    ("CreateLogStream", "log-stream:*"),
    ("PutLogEvents", "log-stream:*"),
)
RULE = "eks-deploy-access-missing"
NOT_REACHED = "The action fails before it deploys: it may not read how to reach the cluster."
NOT_LOGGED = "The action fails: it may not write the log of its deployment."
PRIVATE_ONLY = (
    "listed for every cluster by the action reference; the tutorial asks for it only where the"
    " endpoint of the cluster is private"
)

NEEDS = (
    Need("eks:DescribeCluster", CLUSTER, rule=RULE, source=DOCS, symptom=NOT_REACHED),
    *(
        Need(f"ec2:{operation}", rule=RULE, source=DOCS, symptom=NOT_REACHED)
        for operation in (
            "DescribeDhcpOptions",
            "DescribeNetworkInterfaces",
            "DescribeSubnets",
            "DescribeSecurityGroups",
            "DescribeVpcs",
        )
    ),
    Need(
        "ec2:DescribeRouteTables",
        certainty=Certainty.LOW,
        rule=RULE,
        source=DOCS,
        symptom=NOT_REACHED,
        note="in the policy of the action reference, and not in the list above that policy",
    ),
    *(
        Need(
            f"ec2:{operation}",
            certainty=Certainty.LOW,
            rule=RULE,
            source=DOCS,
            symptom="The action fails where the endpoint of the cluster is private.",
            note=PRIVATE_ONLY,
        )
        for operation in (
            "CreateNetworkInterface",
            "CreateNetworkInterfacePermission",
            "DeleteNetworkInterface",
        )
    ),
    *(
        Need(f"logs:{operation}", f"{LOGS}:{streams}", rule=RULE, source=DOCS, symptom=NOT_LOGGED)
        for operation, streams in LOG_OPERATIONS
    ),
)

KEYS = (
    ConfigurationKey("ClusterName", required=True),
    ConfigurationKey("HelmReleaseName"),
    ConfigurationKey("HelmChartLocation"),
    ConfigurationKey("HelmValuesFiles"),
    ConfigurationKey("ManifestFiles"),
    ConfigurationKey("Namespace"),
    ConfigurationKey("Subnets"),
    ConfigurationKey("SecurityGroupIds"),
)

PROVIDERS = (
    ActionProvider(
        "Deploy",
        "AWS",
        "EKS",
        NEEDS,
        source=DOCS,
        since="February 20, 2025",
        configuration=KEYS,
        inputs=Range(1, 1),
        outputs=Range(0, 0),
        v2_only=True,
    ),
)
