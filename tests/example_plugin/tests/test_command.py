"""The installed plugin, seen through the command line."""

import json
import subprocess
import sys
from pathlib import Path

EXAMPLE = Path(__file__).parent.parent / "examples" / "pipeline.yaml"


def passrole(*arguments):
    command = [sys.executable, "-P", "-m", "passrole", *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def test_its_name_stands_among_the_plugins():
    plugins = json.loads(passrole("plugins", "--format", "json").stdout)["plugins"]
    (acme,) = [plugin for plugin in plugins if plugin["name"] == "acme"]
    assert acme["distribution"] == "passrole-acme"
    assert acme["providers"] == ["Deploy/Custom/AcmeDeploy/1"]
    assert acme["rules"] == ["acme-table-unprotected"]


def test_its_rule_and_its_need_are_found():
    done = passrole("check", str(EXAMPLE), "--format", "json")
    assert done.returncode == 1, done.stderr
    found = {
        (finding["rule"], finding["plugin"], finding["subject"]["iam_action"])
        for finding in json.loads(done.stdout)["findings"]
    }
    assert ("acme-table-unprotected", "acme", None) in found
    assert ("missing-action-permission", "iam", "dynamodb:GetItem") in found


def test_it_stays_out_without_third_parties():
    done = passrole("check", str(EXAMPLE), "--format", "json", "--no-third-party")
    report = json.loads(done.stdout)
    assert not [f for f in report["findings"] if f["rule"].startswith("acme")]
    reasons = [unknown["reason"] for unknown in report["unknowns"]]
    assert any("Deploy/Custom/AcmeDeploy" in reason for reason in reasons)
