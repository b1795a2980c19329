"""Generated policies as cfn-lint and parliament see them: neither finds an error.

`tox -e policy-peers` installs both; elsewhere the tests are left out.
"""

import json
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from passrole.cli import main

pytestmark = pytest.mark.peers

Run = Callable[..., Any]
DIFFERS = re.compile("ssm:SendCommand|states:DescribeExecution|codestar-connections:UseConnection")
"""What parliament asks for a resource more of, and AWS's pages for these actions do not: two
statements for commands, the instances' with a condition; executions that are not express; both names of an
action where a parameter holds the ARN."""

EVERY = 4
"""One case of so many is linted: the linter takes more than a second for each."""


@pytest.fixture(scope="module")
def folders(shared: Path) -> list[Path]:
    """The cases that the AWS CDK made."""
    root = shared / "corpus" / "cdk"
    return sorted(path for path in root.iterdir() if path.is_dir())


def policies(folder: Path, form: str, capsys: pytest.CaptureFixture[str]) -> Any:
    assert main(["policy", str(folder), "--format", form, "--allow-incomplete"]) == 0
    return json.loads(capsys.readouterr().out)


def test_cfn_lint_finds_nothing_new_in_templates_with_the_fragments(
    folders: list[Path], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    pytest.importorskip("cfnlint")
    pairs: list[tuple[Path, Path]] = []
    for folder in folders[::EVERY]:
        found = policies(folder, "cloudformation-json", capsys)
        # With several templates the fragments stand by their paths.
        for fragment in [found] if "Resources" in found else found.values():
            template = template_of(folder, fragment)
            mended = tmp_path / f"{folder.name}-{template.name}"
            mended.write_text(json.dumps(with_fragment(template, fragment)), "utf-8")
            pairs.append((template, mended))
    before = errors([template for template, _ in pairs])
    after = errors([mended for _, mended in pairs])
    new = {
        mended.name: left
        for template, mended in pairs
        if (left := after.get(str(mended), set()) - before.get(str(template), set()))
    }
    print(f"\n{len(pairs)} templates linted twice")
    assert len(pairs) > 25
    assert not new


def template_of(folder: Path, fragment: Any) -> Path:
    """The template that has a role of the fragment."""
    roles = [k for k, v in fragment["Resources"].items() if v["Type"] == "AWS::IAM::Role"]
    return next(
        path
        for path in sorted(folder.glob("*.template.json"))
        if f'"{roles[0]}": {{' in path.read_text("utf-8")
    )


def with_fragment(template: Path, fragment: Any) -> Any:
    data = json.loads(template.read_text("utf-8"))
    for name, resource in fragment["Resources"].items():
        kept = data["Resources"].setdefault(name, resource)
        kept["Properties"] |= resource["Properties"]
    data.setdefault("Parameters", {}).update(fragment.get("Parameters", {}))
    return data


def errors(files: list[Path]) -> dict[str, set[tuple[str, str]]]:
    """What cfn-lint calls an error in each file."""
    done = subprocess.run(
        [Path(sys.executable).parent / "cfn-lint", "--format", "json", "--regions", "us-east-1",
         "--", *map(str, files)],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.stdout.startswith("["), done.stderr
    found: dict[str, set[tuple[str, str]]] = {}
    for each in json.loads(done.stdout):
        if each["Level"] == "Error":
            said = (each["Rule"]["Id"], each["Message"])
            found.setdefault(each["Filename"], set()).add(said)
    return found


def test_parliament_finds_no_error_in_the_documents(
    folders: list[Path], shared: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    parliament = pytest.importorskip("parliament")
    roots = (folders[0].parent, shared / "corpus" / "cloudformation")
    roles = [role for root in roots for role in policies(root, "json", capsys)["roles"]]
    documents = [each["document"] for role in roles for each in role["policies"]]
    said = set()
    for document in documents:
        analysed = parliament.analyze_policy_string(filled(document))
        for each in map(parliament.enhance_finding, analysed.findings):
            if each.severity not in ("LOW", "MUTE") and not DIFFERS.search(str(each.detail)):
                said.add((each.issue, str(each.detail)))
    print(f"\n{len(documents)} documents")
    assert len(documents) > 500
    assert not said


GIVEN = {
    "codeconnections": "arn:aws:codeconnections:eu-west-1:111122223333:connection/name",
    "iam": "arn:aws:iam::111122223333:role/name",
    "kms": "arn:aws:kms:eu-west-1:111122223333:key/name",
}
"""What is put in for a whole ARN, by the service of the action."""


def filled(document: Any) -> str:
    """The document as a text, with something in place of what is to be put in."""
    for statement in document["Statement"]:
        service = str(statement["Action"]).strip("[']").partition(":")[0]
        listed = statement["Resource"]
        statement["Resource"] = [
            # The statement on an alias says to put in the ARN of its key.
            GIVEN.get(service, each) if each.startswith("<") or ":alias/" in each else each
            for each in (listed if isinstance(listed, list) else [listed])
        ]
    text = json.dumps(document)
    text = text.replace("${Account}", "111122223333").replace("${Region}", "eu-west-1")
    text = re.sub(r":<[^<>]*>:", ":111122223333:", text)
    text = re.sub(r'"<[^<>"]*>"', '"arn:aws:given:eu-west-1:111122223333:name"', text)
    return re.sub(r"<[^<>]*>", "name", text)
