"""Where in a template the rows of the facts apply."""

import re
from collections import Counter
from collections.abc import Iterator
from typing import Any, NamedTuple

from tests.corpus.mutants.conditions import NOT_EVALUATED, WHEN, Json, Site
from tests.corpus.mutants.facts import EVERY_PIPELINE, Row
from tests.corpus.mutants.permissions import Permission
from tests.corpus.mutants.templates import Raw, UnrenderedError


class Candidate(NamedTuple):
    """One row at one place of one case.

    ``moves`` says whether the role of the pipeline itself ``reads`` or ``writes`` artifacts there.
    """

    case: str
    row: Row
    where: str
    permission: Permission
    granted: bool
    moves: frozenset[str] = frozenset(("reads", "writes"))


SOURCE_OBJECT = "arn:{partition}:s3:::{S3Bucket}/*"
TASK_ROLES = "task role and task execution role of the current task definition"


def _moves(pipeline: Json) -> frozenset[str]:
    """What the role of the pipeline itself does with artifacts, of what it runs and copies."""
    if len(pipeline.get("ArtifactStores", ())) > 1:
        return frozenset(("reads", "writes"))
    run = [
        action
        for stage in pipeline["Stages"]
        for action in stage["Actions"]
        if action.get("RoleArn", pipeline["RoleArn"]) == pipeline["RoleArn"]
        and action["ActionTypeId"]["Provider"] != "CodeBuild"
    ]
    done = {"reads": "InputArtifacts", "writes": "OutputArtifacts"}
    return frozenset(what for what, key in done.items() if any(each.get(key) for each in run))


class Finder:
    """The candidates of one template."""

    def __init__(self, case: str, raw: Raw, rows: dict[str, list[Row]], ours: set[str]) -> None:
        self.case, self.raw, self.rows, self.ours = case, raw, rows, ours
        self.left_out: Counter[str] = Counter()

    def candidates(self) -> Iterator[Candidate]:
        for logical_id, resource in self.raw.resources.items():
            if resource["Type"] != "AWS::CodePipeline::Pipeline":
                continue
            pipeline = resource["Properties"]
            stores = self._stores(pipeline)
            here = Site(self.raw.resources, logical_id, pipeline, {}, {})
            for site in (here._replace(store=store) for store in stores.values()):
                for row in self.rows[EVERY_PIPELINE]:
                    if "artifactStore" in row.resources[0]:
                        for each in self._at(row, site, pipeline["RoleArn"], logical_id):
                            yield each._replace(moves=_moves(pipeline))
            for stage in pipeline["Stages"]:
                for action in stage["Actions"]:
                    region = action.get("Region", self.raw.pseudo["region"])
                    store = stores.get(region) or next(iter(stores.values()))
                    site = here._replace(action=action, store=store)
                    where = f"{self.raw.text(stage['Name'])}/{self.raw.text(action['Name'])}"
                    yield from self._of_action(site, where)

    def _of_action(self, site: Site, where: str) -> Iterator[Candidate]:
        kind = site.action["ActionTypeId"]
        name = f"{kind['Category']}/{kind['Owner']}/{kind['Provider']}"
        rows = self.rows.get(name, ())
        if rows and name not in self.ours:
            self.left_out[f"provider of a later issue: {name}"] += len(rows)
            rows = ()
        for row in rows:
            role = site.action.get("RoleArn", site.pipeline["RoleArn"])
            yield from self._at(row, site, role, where)
        for row in self.rows[EVERY_PIPELINE]:
            if "{action.roleArn}" in row.resources[0]:
                yield from self._at(row, site, site.pipeline["RoleArn"], where)

    def _stores(self, pipeline: Json) -> dict[str, Json]:
        several = {
            self.raw.text(each["Region"]): each["ArtifactStore"]
            for each in pipeline.get("ArtifactStores", ())
        }
        return several or {self.raw.pseudo["region"]: pipeline["ArtifactStore"]}

    def _at(self, row: Row, site: Site, reference: Any, where: str) -> Iterator[Candidate]:
        if row.action.endswith(":*"):
            self.left_out["a wildcard is a documented block"] += 1
            return
        when = WHEN.get(row.when)
        if when is None:
            reason = NOT_EVALUATED.get(row.when, f"no table for: {row.when}")
            self.left_out[f"{row.provider} {row.action}: {reason}"] += 1
            return
        if not when(site):
            return
        role = self.raw.role_of(reference)
        if role is None:
            self.left_out["the role is not in the template"] += 1
            return
        try:
            resources = tuple(self._resources(row, site))
        except UnrenderedError as error:
            self.left_out[f"{row.provider} {row.action}: a resource in terms of {error}"] += 1
            return
        for each in resources if row.resources == (TASK_ROLES,) else [resources]:
            pattern = (each,) if isinstance(each, str) else each
            permission = Permission(row.actions, role, pattern)
            yield Candidate(self.case, row, where, permission, permission.granted(self.raw))

    def _resources(self, row: Row, site: Site) -> Iterator[str]:
        for template in row.resources:
            if template == TASK_ROLES:
                yield from self._task_roles(site)
            elif template == "{artifactStore.encryptionKey.id as key ARN}":
                yield self.raw.text(site.store["EncryptionKey"]["Id"])
            elif template.startswith("{action.roleArn}"):
                yield self.raw.text(site.action["RoleArn"])
            elif template.startswith(("arn:", "{", "*")):
                whole = template.replace(SOURCE_OBJECT, SOURCE_OBJECT[:-1] + "{S3ObjectKey}")
                yield re.sub(r"\{([\w.\[\]]+)\}", lambda m: self._filled(m.group(1), site), whole)
            else:
                raise UnrenderedError(template)

    def _filled(self, name: str, site: Site) -> str:
        if name == "region" and "Region" in site.action:
            return self.raw.text(site.action["Region"])
        if name in self.raw.pseudo:
            return self.raw.pseudo[name]
        if name == "artifactStore.location":
            return self.raw.text(site.store["Location"])
        if name == "pipeline.name":
            return self.raw.text({"Ref": site.pipeline_id})
        if name == "stateMachine.name":
            return self.raw.text(site.configuration["StateMachineArn"]).split(":")[6]
        if name == "ExecutionNamePrefix" and name not in site.configuration:
            return ""
        name = name.removesuffix("[i]")
        if name not in site.configuration:
            raise UnrenderedError(f"configuration {name}")
        return self.raw.text(site.configuration[name])

    def _task_roles(self, site: Site) -> Iterator[str]:
        """The roles of the task definition of the service that the action deploys to."""
        service = site.configuration["ServiceName"]
        if not isinstance(service, dict):
            raise UnrenderedError("a service that is not in the template")
        target = self.raw.resources[service["Fn::GetAtt"][0]]["Properties"]["TaskDefinition"]["Ref"]
        task = self.raw.resources[target]["Properties"]
        for key in ("ExecutionRoleArn", "TaskRoleArn"):
            if key in task:
                yield self.raw.text(task[key])
