"""The installed plugin, as users see it."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

EXAMPLE = Path(__file__).parent.parent / "examples" / "pipeline.yaml"
RULE = "acme-release-table-unprotected"
FORMATS = ["text", "json", "sarif", "junit", "github", "gitlab", "markdown", "csv", "html"]


def passrole(*arguments):
    command = [sys.executable, "-P", "-m", "passrole", *map(str, arguments)]
    return subprocess.run(command, capture_output=True, encoding="utf-8", check=False)


def test_its_name_stands_among_the_plugins():
    plugins = json.loads(passrole("plugins", "--format", "json").stdout)["plugins"]
    (own,) = [plugin for plugin in plugins if plugin["name"] == "acme"]
    assert own["distribution"] == "passrole-acme"
    assert own["providers"] == ["Deploy/Custom/AcmeDeploy/1"]
    assert own["rules"] == [RULE]


def test_its_page_is_shown():
    assert "may be deleted by mistake" in passrole("explain", RULE).stdout


@pytest.mark.parametrize("output", FORMATS)
def test_its_finding_stands_in_every_format(output):
    done = passrole("check", EXAMPLE, "--format", output)
    assert done.returncode == 1, done.stderr
    assert RULE in done.stdout


def test_without_third_parties_it_stays_out():
    done = passrole("check", EXAMPLE, "--format", "json", "--no-third-party")
    report = json.loads(done.stdout)
    assert RULE not in done.stdout
    assert any("AcmeDeploy" in unknown["reason"] for unknown in report["unknowns"])
