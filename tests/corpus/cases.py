"""The cases that the AWS CDK made, and where their pipelines go."""

import json
import re
from pathlib import Path
from typing import Any, NamedTuple

from passrole.stacks.deployments import Deployment

ACCOUNT = re.compile(r"(?<![\w-])\d{12}(?![\w-])|(?<=role-)\d{12}(?=-)")
REGION = re.compile(r"(?<![a-z])(?:us|eu|ap)-[a-z]+-\d(?!\w)")


class Case(NamedTuple):
    """One synthesized app."""

    name: str
    folder: Path
    templates: list[str]
    sufficient: bool

    def deployment(self) -> Deployment:
        """Where the pipeline's stack goes, as far as its template writes it literally.

        The corpus calls the pipeline's own account the one with the lowest number; its region is
        the one of the artifact bucket that the template makes, else the only one that it names.
        """
        texts = [(self.folder / name).read_text(encoding="utf-8") for name in self.templates]
        text = next(text for text in texts if "AWS::CodePipeline::Pipeline" in text)
        accounts = sorted(set(ACCOUNT.findall(text)))
        regions = _own_regions(json.loads(text)) or set(REGION.findall(text))
        return Deployment(
            account=accounts[0] if accounts else "",
            region=regions.pop() if len(regions) == 1 else "",
        )


def _own_regions(template: dict[str, Any]) -> set[str]:
    """The regions of artifact stores whose bucket is a resource of the template."""
    return {
        store["Region"]
        for resource in template["Resources"].values()
        if resource["Type"] == "AWS::CodePipeline::Pipeline"
        for store in resource["Properties"].get("ArtifactStores", ())
        if isinstance(store["ArtifactStore"]["Location"], dict)
        and isinstance(store["Region"], str)
        and "Ref" in store["ArtifactStore"]["Location"]
    }
