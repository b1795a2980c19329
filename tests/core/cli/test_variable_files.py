"""``--var-file``: values of Terraform variables in the files that the user names."""

import os
from collections.abc import Sequence
from pathlib import Path

import pytest

from passrole.cli.variable_files import read_variable_files
from passrole.documents.limits import Limits
from passrole.documents.tree import Tree
from passrole.errors import UsageError
from passrole.stacks.terraform.evaluation import evaluate
from passrole.stacks.terraform.scopes import Nowhere
from passrole.stacks.terraform.tfvars import variable_files
from passrole.values import Listing, known


def written(folder: Path, **files: str) -> list[str]:
    names = []
    for name, text in files.items():
        file = folder / name.replace("_", ".")
        file.write_text(text, "utf-8")
        names.append(str(file))
    return names


def read(files: Sequence[str], folder: Path) -> dict[str, object]:
    """The values of the files, as Terraform would use them."""
    documents = read_variable_files(files, lambda file: os.path.relpath(file, folder), Limits())
    found = variable_files(Tree(), ".", documents).values
    values: dict[str, object] = {}
    for name, expression in found.items():
        value = evaluate(expression, Nowhere())
        values[name] = (
            [known(each) for each in value.values] if isinstance(value, Listing) else known(value)
        )
    return values


def test_a_later_file_beats_an_earlier_one(tmp_path: Path) -> None:
    files = written(
        tmp_path,
        a_tfvars='env = "dev" # why\nnames = ["a", "b"]\ncount = 3\n',
        b_tfvars_json='{"env": "prod", "dollar": "${not.a.template}"}',
    )
    assert read(files, tmp_path) == {
        "env": "prod", "names": ["a", "b"], "count": "3", "dollar": "${not.a.template}",
    }  # fmt: skip


def test_a_file_of_any_name_is_native_syntax(tmp_path: Path) -> None:
    assert read(written(tmp_path, prod_vars='env = "prod"'), tmp_path) == {"env": "prod"}


@pytest.mark.parametrize(
    ("name", "text", "message"),
    [
        ("bad_tfvars", 'env = "a"\nother = [', "bad.tfvars:2"),
        ("block_tfvars", 'env = "a"\nthing {\n}\n', "block.tfvars:2:1: a file of variables has no"),
        ("bad_tfvars_json", "[1]", "bad.tfvars.json:1:1: a file of variables is an object"),
        ("refers_tfvars", "env = var.other", ""),
    ],
)
def test_what_is_wrong_is_told_with_its_place(
    tmp_path: Path, name: str, text: str, message: str
) -> None:
    files = written(tmp_path, **{name: text})
    if not message:
        assert read(files, tmp_path) == {"env": None}
        return
    with pytest.raises(UsageError, match=message.replace(".", r"\.")):
        read(files, tmp_path)


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="cannot be read"):
        read([str(tmp_path / "none.tfvars")], tmp_path)
