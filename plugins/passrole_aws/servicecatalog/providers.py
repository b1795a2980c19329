"""What new versions of a Service Catalog product need.

Documented: six operations; the AWS CDK attaches a managed policy that holds them all.
"""

from passrole import (
    ActionProvider,
    ConfigurationKey,
    Need,
    Range,
)

DOCS = (
    "https://docs.aws.amazon.com/codepipeline/latest/userguide/action-reference-ServiceCatalog.html"
)
PRODUCT = "arn:{partition}:catalog:{region}:{account}:product/{ProductId}"
NOT_DEPLOYED = "The action fails: it may not make a new version of the product."

NEEDS = (
    *(
        Need(f"servicecatalog:{operation}", PRODUCT, source=DOCS, symptom=NOT_DEPLOYED)
        for operation in (
            "ListProvisioningArtifacts",
            "CreateProvisioningArtifact",
            "DescribeProvisioningArtifact",
            "DeleteProvisioningArtifact",
            "UpdateProduct",
        )
    ),
    Need(
        "cloudformation:ValidateTemplate",
        source=DOCS,
        symptom="The action fails: it may not check the template of the new version.",
    ),
)

KEYS = (
    ConfigurationKey("TemplateFilePath"),
    ConfigurationKey("ProductVersionName"),
    ConfigurationKey("ProductType"),
    ConfigurationKey("ProductId", required=True),
    ConfigurationKey("ProductVersionDescription"),
    ConfigurationKey("ConfigurationFilePath"),
)

PROVIDERS = (
    ActionProvider(
        "Deploy",
        "AWS",
        "ServiceCatalog",
        NEEDS,
        source=DOCS,
        since="October 16, 2018",
        configuration=KEYS,
        inputs=Range(1, 1),
        outputs=Range(0, 0),
    ),
)
