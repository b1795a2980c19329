"""Which Terraform files are passed over: whole directories in which nothing can concern AWS."""

from __future__ import annotations

import pytest

from passrole.documents.modules import TerraformFiles


def parsed(**files: str) -> set[str]:
    """The paths that are parsed, of files by path; two underscores are a slash."""
    terraform = TerraformFiles()
    at_once = {
        path
        for path, text in ((name.replace("__", "/"), text) for name, text in files.items())
        if terraform.add(path, text.encode())
    }
    return at_once | {path for path, _ in terraform.decided()}


NAMES = 'variable "name" {}\n'


def test_files_of_a_directory_belong_together() -> None:
    assert parsed(a__names=NAMES, a__z='data "aws_region" "c" {}', b__names=NAMES) == {
        "a/names", "a/z",
    }  # fmt: skip


def test_what_a_module_calls_is_read_with_it_however_far() -> None:
    assert parsed(
        names__x=NAMES,
        deep__x='locals { "source" = "../names" }',
        main__x='resource "aws_s3_bucket" "a" {}\nmodule "n" { source = "../deep/" }',
    ) == {"names/x", "deep/x", "main/x"}


@pytest.mark.parametrize("text", ['module "m" { source = "example.com/m" }', 'provider "aws" {}'])
def test_what_may_concern_aws_is_read(text: str) -> None:
    assert parsed(x=text) == {"x"}


def test_other_clouds_are_passed_over() -> None:
    assert not parsed(a__x='resource "google_project" "p" {}', b__x="# nothing")
