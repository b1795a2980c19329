"""Parameter values in the forms in which people have them."""

from collections.abc import Iterable
from pathlib import Path

import pytest

from passrole.cli.deployments import deployment_of
from passrole.cli.parameters import given_sets
from passrole.configuration.layers import Layers
from passrole.documents.limits import Limits
from passrole.errors import UsageError
from passrole.stacks.deployments import Given, ParameterSet


def read_parameter_sets(options: Iterable[str]) -> tuple[ParameterSet, ...]:
    layers = Layers({"parameters": given_sets(options)}, None)
    return deployment_of(layers, Path.cwd(), Limits()).sets


def given(folder: Path, name: str, text: str) -> str:
    file = folder / name
    file.write_text(text, "utf-8")
    return str(file)


def values(*options: str) -> Given:
    """The values of the one set that the options give."""
    (only,) = read_parameter_sets(options)
    return only.values


BOTH = {"Stage": "prod", "Count": "010"}


@pytest.mark.parametrize(
    ("name", "text"),
    [
        (
            "list.json",
            '[{"ParameterKey": "Stage", "ParameterValue": "prod"}, {"ParameterKey": "Count", "ParameterValue": "010"}]',
        ),
        ("list.yaml", "- {ParameterKey: Stage, ParameterValue: prod}\n- {ParameterKey: Count, ParameterValue: 010}"),
        (
            "cli-input.json",
            '{"StackName": "s", "Parameters": [{"ParameterKey": "Stage", "ParameterValue": "prod"}, {"ParameterKey": "Count", "ParameterValue": "010"}]}',
        ),
        ("overrides.json", '["Stage=prod", "Count=010"]'),
        ("overrides.yaml", "- Stage=prod\n- Count=010\n"),
        ("overrides.properties", "# of the shop\nStage=prod\nCount=010\n"),
        ("overrides.txt", "Stage=prod Count='010'"),
        ("template-configuration.json", '{"Parameters": {"Stage": "prod", "Count": "010"}, "Tags": {"a": "b"}, "StackPolicy": {"Statement": []}}'),
        ("template-configuration.yaml", "Parameters:\n  Stage: prod\n  Count: 010\n"),
        ("plain.json", '{"Stage": "prod", "Count": "010"}'),
        ("plain.yaml", "Stage: prod\nCount: 010\n"),
        ("with-bom.json", '\ufeff{"Stage": "prod", "Count": "010"}'),
        ("a.toml", "version = 0.1\n[default.deploy.parameters]\nparameter_overrides = 'Stage=prod Count=\"010\"'\n"),
        ("b.toml", "[default.deploy.parameters]\nparameter_overrides = ['Stage=prod', 'Count=010']\n"),
        ("c.toml", "[default.global.parameters]\nparameter_overrides = 'ParameterKey=Stage,ParameterValue=prod ParameterKey=Count,ParameterValue=010'\n"),
        ("d.toml", "[default.deploy.parameters.parameter_overrides]\nStage = 'prod'\nCount = '010'\n"),
        ("e.toml", "[only.sync.parameters]\nparameter_overrides = ['Stage=prod Count=010']\n"),
        ("samconfig.yaml", "version: 0.1\ndefault:\n  deploy:\n    parameters:\n      parameter_overrides: Stage=prod Count=010\n"),
    ],
)  # fmt: skip
def test_every_form_gives_the_same_values(name: str, text: str, tmp_path: Path) -> None:
    assert values(given(tmp_path, name, text)) == BOTH


SAM = """
version = 0.1
[default.global.parameters]
parameter_overrides = "Stage=dev Count=1"
[default.deploy.parameters]
parameter_overrides = "Stage=test"
[prod.deploy.parameters]
parameter_overrides = ["Stage=prod", "Hosts=a,b c"]
[prod.build.parameters]
parameter_overrides = "Stage=build"
[bare.deploy.parameters]
stack_name = "shop"
"""


def test_of_a_sam_configuration_one_environment_counts(tmp_path: Path) -> None:
    file = given(tmp_path, "samconfig.toml", SAM)
    assert values(file) == {"Stage": "test", "Count": "1"}
    assert values(f"{file}:prod") == {"Stage": "prod", "Hosts": "a,b c"}
    assert values(f"{file}:bare") == {}
    with pytest.raises(UsageError, match=r"no environment 'prd'; did you mean 'prod'\?"):
        read_parameter_sets([f"{file}:prd"])


def test_without_a_default_environment_one_has_to_be_named(tmp_path: Path) -> None:
    text = "[a.deploy.parameters]\ns = 1\n[b.deploy.parameters]\ns = 1\n"
    with pytest.raises(UsageError, match=r"name one of its environments, .*:NAME; it has a, b"):
        read_parameter_sets([given(tmp_path, "samconfig.toml", text)])


def test_values_keep_their_text_and_lists_are_joined(tmp_path: Path) -> None:
    file = given(tmp_path, "p.yaml", "On: yes\nAccount: 012345678901\nSubnets: [a, b]\nUrl: a=b=c")
    assert values(file) == {
        "On": "yes", "Account": "012345678901", "Subnets": "a,b", "Url": "a=b=c",
    }  # fmt: skip


def test_only_the_first_equals_sign_divides(tmp_path: Path) -> None:
    assert values(given(tmp_path, "p.json", '["Url=a=b"]')) == {"Url": "a=b"}


def test_a_value_that_is_to_stay_as_it_is_is_not_known(tmp_path: Path) -> None:
    text = '[{"ParameterKey": "Stage", "UsePreviousValue": true}]'
    assert values(given(tmp_path, "p.json", text)) == {"Stage": None}
    words = "ParameterKey=Stage,UsePreviousValue=true"
    assert values(given(tmp_path, "p.txt", words)) == {"Stage": None}


def test_files_of_one_option_are_one_set_and_the_later_beats(tmp_path: Path) -> None:
    one = given(tmp_path, "a.json", '{"A": "1", "B": "1"}')
    other = given(tmp_path, "b.json", '{"B": "2"}')
    assert values(f"{one},{other}") == {"A": "1", "B": "2"}
    assert values(f"{other},{one}") == {"A": "1", "B": "1"}


def test_each_option_is_a_set_under_the_name_of_its_files(tmp_path: Path) -> None:
    one = given(tmp_path, "a.json", '{"A": "1"}')
    other = given(tmp_path, "b.json", '{"A": "2"}')
    sets = read_parameter_sets([one, other, one])
    assert [(each.name, each.values) for each in sets] == [(one, {"A": "1"}), (other, {"A": "2"})]


def test_a_comma_in_the_name_of_a_file_that_is_there_is_no_separator(tmp_path: Path) -> None:
    assert values(given(tmp_path, "a,b.json", '{"A": "1"}')) == {"A": "1"}


def test_values_know_their_place(tmp_path: Path) -> None:
    (only,) = read_parameter_sets([given(tmp_path, "a.yaml", "A: 1\nB: 2\n")])
    assert (only.places["B"].line, only.places["B"].column) == (2, 1)


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
        ('{"A": {"B": "c"}}', "p.json:1:7: the value of A"),
        ('{"A": null}', "the value of A is null"),
        ('{"A": ["a", {"b": "c"}]}', "an item of the list A is no text"),
        ('{"A": ["a", ["b"]]}', "an item of the list A is no text"),
        ('{"@aws-cdk/core:x": true}', "the context of the CDK gives no parameters"),
        ('{"Parameters": {"A": "1"}, "Resources": {}}', "this is a template"),
        ('["=1"]', "'=1' is not Name=Value"),
        (
            '[{"ParameterKey": "A", "ParameterValue": "1"}, {"ParameterKey": "A", "ParameterValue": "2"}]',
            "the ParameterKey A stands more than once",
        ),
        ('{"A": "1", "A": "2"}', "key 'A' stands more than once"),
    ],
)
def test_what_is_none_of_them_is_refused(text: str, words: str, tmp_path: Path) -> None:
    with pytest.raises(UsageError) as refused:
        read_parameter_sets([given(tmp_path, "p.json", text)])
    assert words in str(refused.value)
    assert "p.json" in str(refused.value)


def test_an_empty_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"p\.yaml: the file is empty"):
        read_parameter_sets([given(tmp_path, "p.yaml", "# nothing yet\n")])


def test_a_file_that_is_not_there_is_refused() -> None:
    with pytest.raises(UsageError, match=r"nowhere\.json: cannot be read: No such file"):
        read_parameter_sets(["nowhere.json"])


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("a = \nb = 1", "not TOML: Invalid value (at line 1"),
        ("a = 1\n", "it has no environments"),
        ("[default.deploy.parameters]\nparameter_overrides = 3\n", "neither a text nor a list"),
        ("[default.deploy.parameters]\nparameter_overrides = 'A'\n", "'A' is not Name=Value"),
        ("[default.deploy.parameters]\nparameter_overrides = 'A=\"b'\n", "no closing quotation"),
        ("[default.deploy.parameters]\nparameter_overrides = ['file://p.json']\n", ",p.json"),
    ],
)
def test_what_is_no_sam_configuration_is_refused(text: str, words: str, tmp_path: Path) -> None:
    with pytest.raises(UsageError) as refused:
        read_parameter_sets([given(tmp_path, "samconfig.toml", text)])
    assert words in str(refused.value)
    assert "samconfig.toml" in str(refused.value)


def test_a_name_of_a_file_may_not_be_empty() -> None:
    with pytest.raises(UsageError, match="a name of a file is missing"):
        read_parameter_sets(["a.json,"])
