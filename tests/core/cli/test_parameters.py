"""Parameter values in the forms in which people have them."""

from pathlib import Path

import pytest

from passrole.cli.parameters import read_parameters
from passrole.errors import UsageError


def given(folder: Path, name: str, text: str) -> str:
    file = folder / name
    file.write_text(text, "utf-8")
    return str(file)


@pytest.mark.parametrize(
    ("name", "text"),
    [
        (
            "list.json",
            '[{"ParameterKey": "Stage", "ParameterValue": "prod"}, {"ParameterKey": "Count", "ParameterValue": "010"}]',
        ),
        ("list.yaml", "- {ParameterKey: Stage, ParameterValue: prod}\n- {ParameterKey: Count, ParameterValue: 010}"),
        ("overrides.json", '["Stage=prod", "Count=010"]'),
        ("template-configuration.json", '{"Parameters": {"Stage": "prod", "Count": "010"}, "Tags": {"a": "b"}}'),
        ("template-configuration.yaml", "Parameters:\n  Stage: prod\n  Count: 010\n"),
        ("plain.json", '{"Stage": "prod", "Count": "010"}'),
        ("plain.yaml", "Stage: prod\nCount: 010\n"),
        ("with-bom.json", '\ufeff{"Stage": "prod", "Count": "010"}'),
    ],
)  # fmt: skip
def test_every_form_gives_the_same_values(name: str, text: str, tmp_path: Path) -> None:
    assert read_parameters([given(tmp_path, name, text)]) == {"Stage": "prod", "Count": "010"}


def test_values_keep_their_text_and_lists_are_joined(tmp_path: Path) -> None:
    file = given(tmp_path, "p.yaml", "On: yes\nAccount: 012345678901\nSubnets: [a, b]\nUrl: a=b=c")
    assert read_parameters([file]) == {
        "On": "yes", "Account": "012345678901", "Subnets": "a,b", "Url": "a=b=c",
    }  # fmt: skip


def test_only_the_first_equals_sign_divides(tmp_path: Path) -> None:
    assert read_parameters([given(tmp_path, "p.json", '["Url=a=b"]')]) == {"Url": "a=b"}


def test_a_value_that_is_to_stay_as_it_is_is_not_known(tmp_path: Path) -> None:
    text = '[{"ParameterKey": "Stage", "UsePreviousValue": true}]'
    assert read_parameters([given(tmp_path, "p.json", text)]) == {}


def test_a_later_file_beats_an_earlier_one(tmp_path: Path) -> None:
    files = [
        given(tmp_path, "a.json", '{"A": "1", "B": "1"}'),
        given(tmp_path, "b.json", '{"B": "2"}'),
    ]
    assert read_parameters(files) == {"A": "1", "B": "2"}


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "p.json:1:1: not JSON"),
        ("3", "neither a list nor a mapping"),
        ("[{}]", "no ParameterKey"),
        ('["Stage"]', "neither Name=Value nor"),
        ('[["Stage"]]', "neither Name=Value nor"),
        ('{"A": {"B": "c"}}', "the value of A is a mapping"),
        ('{"A": ', "p.json:1:"),
        ('{"A": "1", "A": "2"}', "key 'A' stands more than once"),
    ],
)
def test_what_is_none_of_them_is_refused(text: str, words: str, tmp_path: Path) -> None:
    with pytest.raises(UsageError) as refused:
        read_parameters([given(tmp_path, "p.json", text)])
    assert words in str(refused.value)
    assert "p.json" in str(refused.value)


def test_an_empty_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"p\.yaml: the file is empty"):
        read_parameters([given(tmp_path, "p.yaml", "# nothing yet\n")])


def test_a_file_that_is_not_there_is_refused() -> None:
    with pytest.raises(UsageError, match=r"nowhere\.json: cannot be read: No such file"):
        read_parameters(["nowhere.json"])
