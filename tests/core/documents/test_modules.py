"""Which Terraform files are passed over: whole directories in which nothing can concern us."""

from __future__ import annotations

import pytest

from passrole.documents.modules import TerraformFiles

TYPES = ("aws_iam_role", "aws_iam_policy_document")
NAMES = 'variable "name" {}\n'
ROLE = 'resource "aws_iam_role" "a" {}\n'
NETWORK = 'resource "aws_vpc" "a" {}\n'


def parsed(**files: str) -> set[str]:
    """The paths that are parsed, of files by path; two underscores are a slash."""
    terraform = TerraformFiles(TYPES)
    at_once = {
        path
        for path, text in ((name.replace("__", "/"), text) for name, text in files.items())
        if terraform.add(path, text.encode())
    }
    return at_once | {path for path, _ in terraform.decided()}


def test_files_of_a_directory_belong_together() -> None:
    found = parsed(a__names=NAMES, a__z='data "aws_iam_policy_document" "c" {}', b__names=NAMES)
    assert found == {"a/names", "a/z"}


def test_what_a_module_calls_is_read_with_it_however_far() -> None:
    assert parsed(
        names__x=NAMES,
        deep__x='locals { "source" = "../names" }',
        main__x=ROLE + 'module "n" { source = "../deep/" }',
    ) == {"names/x", "deep/x", "main/x"}


def test_what_calls_a_module_is_read_with_it_however_far_and_all_that_it_calls() -> None:
    assert parsed(
        role__x=ROLE,
        between__x='module "r" { source = "../role" }',
        names__x=NAMES,
        top__x='module "b" { source = "../between" }\nmodule "n" { source = "../names" }',
        net__x=NETWORK,
        other__x='module "n" { source = "../net" }',
    ) == {"role/x", "between/x", "names/x", "top/x"}


def test_the_folder_that_is_scanned_may_be_called_or_call() -> None:
    assert parsed(names=NAMES, a__x=ROLE + 'module "n" { source = "../" }') == {"names", "a/x"}
    assert parsed(top='module "a" { source = "./a" }', a__x=ROLE) == {"top", "a/x"}


@pytest.mark.parametrize(
    "text",
    [
        'module "m" { source = "example.com/m" }',
        'module "m" {\n  source = /* there */ "./a"\n}',
        'module "m" { source = "./a" }\nmodule "n" { source = "terraform-aws-modules/iam/aws" }',
        ROLE,
        "resource aws_iam_role a {}",
        'module /* remote */ "m" { source = "example.com/m" }',
        'module m { source = "example.com/m" }',
        'module # remote\n "m" { source = "example.com/m" }',
    ],
)
def test_what_may_concern_us_is_read(text: str) -> None:
    assert parsed(x=text) == {"x"}


@pytest.mark.parametrize(
    "text",
    [
        'resource "google_project" "p" {}',
        NETWORK,
        'provider "aws" {}',
        'module "m" { source = "./a" }\noutput "o" { value = module.m.id }',
        'resource "aws_iam_role_of_nobody" "p" {}',
        'variable "name" { description = "A module and what is in it: a module" }',
        "# nothing",
    ],
)
def test_what_nobody_reads_is_passed_over(text: str) -> None:
    assert not parsed(a__x=text)


def test_json_and_what_is_no_text_is_read() -> None:
    terraform = TerraformFiles(TYPES)
    assert terraform.add("x.tf.json", b"{}")
    assert terraform.add("y/x.tf", ROLE.encode("utf-16"))
