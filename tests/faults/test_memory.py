"""Memory stays what it is, however many files there are."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = [
    pytest.mark.faults,
    pytest.mark.skipif(os.name == "nt", reason="counts as POSIX does"),
]

TEMPLATE = """\
Resources:
  Role:
    Type: AWS::IAM::Role
    Properties:
      AssumeRolePolicyDocument:
        Version: "2012-10-17"
        Statement:
          - {Effect: Allow, Action: sts:AssumeRole, Principal: {Service: codebuild.amazonaws.com}}
      Policies:
        - PolicyName: own
          PolicyDocument:
            Version: "2012-10-17"
            Statement:
              - {Effect: Allow, Action: "logs:PutLogEvents", Resource: !GetAtt Group.Arn}
  Group:
    Type: AWS::Logs::LogGroup
"""


def peak(folder: Path, files: int) -> int:
    """The most memory that a run over so many files has at a time."""
    folder.mkdir()
    for number in range(files):
        (folder / f"t{number:05}.yaml").write_text(TEMPLATE, "utf-8")
    command = (sys.executable, "-m", "passrole", "check", "--no-cache", ".", "-o", os.devnull)
    with subprocess.Popen(command, cwd=folder) as process:
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    assert process.returncode == 0
    return usage.ru_maxrss


def test_five_times_as_many_files_need_no_quarter_more(tmp_path: Path) -> None:
    assert peak(tmp_path / "more", 6_000) < 1.25 * peak(tmp_path / "some", 1_200)
