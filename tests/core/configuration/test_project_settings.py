"""passrole.toml and [tool.passrole]: what they may say, what beats what, which words refuse them."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

RULE = "codebuild-start-build-missing"
Run = Callable[..., "tuple[int, str, str]"]


def own(tree: Path, text: str, name: str = "passrole.toml") -> Path:
    file = tree / name
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text, "utf-8")
    return file


# Where settings are found


def test_the_nearest_file_counts_and_no_other_one(tree: Path, run: Run) -> None:
    own(tree, "fail-on = 'never'\n")
    own(tree, "", "services/passrole.toml")
    (tree / "pipeline.yaml").rename(tree / "services" / "pipeline.yaml")
    assert run("check", ".")[0] == 0
    assert run("check", "services")[0] == 1
    assert run("check", "services/pipeline.yaml")[0] == 1
    assert run("check", ".", "services")[0] == 0, "the folder that all paths have in common"


def test_the_search_ends_at_the_root_of_the_repository(tree: Path, run: Run) -> None:
    own(tree.parent, "fail-on = 'never'\n")
    assert run("check", ".")[0] == 1


def test_without_a_repository_it_ends_with_the_current_folder(
    tree: Path, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOME", str(tree / "home"))
    (tree / ".git").rmdir()
    own(tree.parent, "fail-on = 'never'\n")
    (tree / "deep").mkdir()
    (tree / "pipeline.yaml").rename(tree / "deep" / "pipeline.yaml")
    assert run("check", "deep")[0] == 1, "a stranger's file above it does not count"
    own(tree, "fail-on = 'never'\n")
    assert run("check", "deep")[0] == 0


def test_without_a_repository_it_ends_with_the_home_folder(
    tree: Path, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOME", str(tree))
    (tree / ".git").rmdir()
    (tree / "deep").mkdir()
    (tree / "elsewhere").mkdir()
    (tree / "pipeline.yaml").rename(tree / "deep" / "pipeline.yaml")
    own(tree.parent, "fail-on = 'nonsense'\n")
    own(tree, "fail-on = 'never'\n")
    monkeypatch.chdir(tree / "elsewhere")
    assert run("check", tree / "deep")[0] == 0


def test_pyproject_has_them_in_a_table_and_an_own_file_beats_it(tree: Path, run: Run) -> None:
    own(tree, "[tool.passrole]\nfail-on = 'never'\n[tool.other]\nx = 1\n", "pyproject.toml")
    done = run("check", ".")
    assert done[0] == 0
    assert "pyproject.toml:2:1  settings  fail-on: no finding fails the run" in done[1]
    own(tree, "")
    assert run("check", ".")[0] == 1


def test_a_pyproject_of_others_is_no_concern_of_ours(tree: Path, run: Run) -> None:
    own(tree, "fail-on = 'never'\n")
    own(tree, "[project]\ndependencies = ['passrole']\n", "sub/pyproject.toml")
    own(tree, "not [ toml", "sub/deep/pyproject.toml")
    (tree / "pipeline.yaml").rename(tree / "sub" / "deep" / "pipeline.yaml")
    assert run("check", "sub/deep")[0] == 0


def test_a_file_is_named_on_the_command_line(tree: Path, run: Run) -> None:
    own(tree, "fail-on = 'nonsense'\n")
    own(tree, "fail-on = 'never'\n", "ci/strict.toml")
    assert run("check", ".", "--config", "ci/strict.toml")[0] == 0
    code, _, err = run("check", ".", "--config", "ci/none.toml")
    assert (code, err) == (2, "passrole: error: --config ci/none.toml: no such file\n")


def test_isolated_ignores_them_whatever_they_are(tree: Path, run: Run) -> None:
    own(tree, "fail-on = 'never'\n")
    assert run("check", ".", "--isolated")[0] == 1
    own(tree, "this is [ no toml")
    assert run("check", ".", "--isolated")[0] == 1
    assert run("check", ".")[0] == 2
    code, _, err = run("check", ".", "--isolated", "--config", "passrole.toml")
    assert code == 2
    assert "--isolated ignores" in err


# What beats what


def test_the_command_line_beats_the_file(tree: Path, run: Run) -> None:
    own(tree, f"fail-on = 'never'\nignore = ['{RULE}']\nruleset = 'policy'\n")
    code, out, _ = run("check", ".")
    assert code == 0
    assert RULE not in out.replace(f"not checked: {RULE}", "")
    code, out, _ = run("check", ".", "--fail-on", "high", "--select", RULE)
    assert code == 1, "what the command line asks for by name is not ignored"
    assert "settings  fail-on" not in out
    assert "settings  ignore" not in out


def test_what_is_scanned_is_named_there_relative_to_it(
    tree: Path, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tree / "infra").mkdir()
    (tree / "pipeline.yaml").rename(tree / "infra" / "pipeline.yaml")
    own(tree, "files = ['infra']\n")
    (tree / "elsewhere").mkdir()
    monkeypatch.chdir(tree / "elsewhere")
    code, out, _ = run("check")
    assert code == 1
    assert "infra/pipeline.yaml:" in out
    assert run("check", ".")[0] == 0, "a path on the command line is another wish"


def test_what_is_left_out_is_counted(tree: Path, run: Run) -> None:
    own(tree, "exclude = ['pipe*.yaml']\n")
    code, out, _ = run("check", ".")
    assert code == 0
    assert "settings  exclude: left out: pipe*.yaml" in out
    assert "1 path passed over, 1 excluded by the settings or --exclude" in out
    assert run("check", ".", "--exclude", "other.yaml")[0] == 1
    assert run("check", ".", "--isolated", "--exclude", "*.yaml")[0] == 0
    assert run("check", "pipeline.yaml")[0] == 1, "a file that is named is never left out"


def test_a_pattern_of_the_command_line_is_checked_alike(tree: Path, run: Run) -> None:
    for pattern in ("!", "a*b*c*d*e*f"):
        code, _, err = run("check", ".", "--exclude", pattern)
        assert code == 2
        assert pattern in err.splitlines()[-1]


# Rules


def test_rules_and_categories_have_the_words_of_a_ruleset(tree: Path, run: Run) -> None:
    own(tree, f"[rules]\n{RULE} = 'low'\n")
    code, out, _ = run("check", ".")
    assert code == 0
    assert f"low  {RULE}" in out
    assert f"passrole.toml:1:2  settings  rules: {RULE} is low" in out
    own(tree, f"[rules.{RULE}]\nseverity = 'off'\n")
    assert "0 findings" in run("check", ".")[1].replace("No findings", "0 findings")
    own(tree, "[categories]\nbreaks = 'off'\n")
    assert run("check", ".")[0] == 0


def test_a_rule_that_nobody_brings_is_refused_with_its_place(tree: Path, run: Run) -> None:
    for text in (
        f"\nignore = ['{RULE}s']\n",
        f"\nselect = '{RULE}s'\n",
        f"[rules]\n{RULE}s = 'off'\n",
    ):
        own(tree, text)
        code, _, err = run("check", ".")
        assert code == 2
        assert err == (
            f"passrole: error: passrole.toml:2:1: there is no rule '{RULE}s'; "
            f"did you mean '{RULE}'?\n"
        )


def test_a_ruleset_that_nobody_brings_is_refused_with_its_place(tree: Path, run: Run) -> None:
    for text in ("\nruleset = 'strikt'\n", "[[paths]]\nruleset = 'strikt'\nmatch = 'x'\n"):
        own(tree, text)
        for command in ("check", "config"):
            code, _, err = run(command, ".")
            assert code == 2
            assert err == (
                "passrole: error: passrole.toml:2:1: there is no ruleset 'strikt'; "
                "did you mean 'strict'?\n"
            )


# What differs by path


def test_each_part_of_a_monorepo_has_its_own_settings(tree: Path, run: Run) -> None:
    template = (tree / "pipeline.yaml").read_text()
    for name in ("a", "b", "c"):
        own(tree, template, f"services/{name}/pipeline.yaml")
    own(
        tree,
        f"""
[[paths]]
match = "services/a/**"
ignore = ["{RULE}"]
account = "111122223333"
[[paths]]
match = ["services/b/", "pipeline.yaml"]
ruleset = "policy"
[[paths]]
match = "services/c/*.yaml"
rules.{RULE} = "low"
region = "eu-central-1"
""",
    )
    code, out, _ = run("check", ".", "--format", "json")
    found = {each["location"]["path"]: each for each in json.loads(out)["findings"]}
    assert found.keys() == {"services/c/pipeline.yaml"}
    assert found["services/c/pipeline.yaml"]["severity"] == "low"
    assert "eu-central-1" in found["services/c/pipeline.yaml"]["message"]
    assert code == 0
    notices = [
        each["message"] for each in json.loads(out)["diagnostics"] if each["kind"] == "settings"
    ]
    assert notices == [
        f"paths: for services/a/**: not checked: {RULE}",
        "paths: for services/b/, pipeline.yaml: what is checked is up to policy",
        f"paths: for services/c/*.yaml: {RULE} is low",
    ]


def test_patterns_are_relative_to_the_file(tree: Path, run: Run) -> None:
    template = (tree / "pipeline.yaml").read_text()
    own(tree, template, "team/services/a.yaml")
    own(tree, f"[[paths]]\nmatch = 'services/'\nignore = ['{RULE}']\n", "team/passrole.toml")
    assert run("check", "team")[0] == 0
    assert run("check", ".")[0] == 1


def test_parameters_differ_by_path(tree: Path, run: Run) -> None:
    template = (tree / "pipeline.yaml").read_text()
    head = "Parameters:\n  Owner: {Type: String}\n"
    template = head + template.replace("ProjectName: !Ref Shop", "ProjectName: !Ref Owner")
    assert "!Ref Owner" in template
    for name in ("a", "b"):
        own(tree, template, f"{name}/pipeline.yaml")
    own(
        tree,
        """
files = ["a", "b"]
[parameters]
dev = { Owner = "shop" }
prod = { Owner = "mall" }
[[paths]]
match = "b/"
parameters.dev = { Owner = "stall" }
""",
    )
    out = run("check", "--format", "json")[1]
    found = {
        (each["location"]["path"][0], each["subject"]["resource"].rpartition("/")[2]): each.get(
            "parameter_sets", []
        )
        for each in json.loads(out)["findings"]
        if each["rule"] == RULE
    }
    assert found == {
        ("a", "shop"): ["dev"], ("a", "mall"): ["prod"], ("b", "stall"): ["dev"], ("b", "mall"): ["prod"],
    }  # fmt: skip


# What is refused


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("fail_on = 'low'", ":1:1: unknown key 'fail_on'; did you mean 'fail-on'?"),
        ("fail-on = 'lower'", ":1:11: fail-on: 'lower' is none of critical, high, medium, low, info, unknown, never; did you mean 'low'?"),
        ("fail-on = 3", ":1:11: fail-on is 3, not a severity"),
        ("show-unknown = 'yes'", ":1:16: show-unknown is 'yes', not true or false"),
        ("jobs = 0", ":1:8: jobs is 0, not a whole number from 1 to 256"),
        ("jobs = 2.5", ":1:8: jobs is 2.5, not a whole number from 1 to 256"),
        ("jobs = '2'", ":1:8: jobs is '2', not a whole number from 1 to 256"),
        ("max-depth = 100000", ":1:13: max-depth is 100000, not a whole number from 1 to 1000"),
        ("account = 111122223333", ":1:11: account is 111122223333, not a text of 12 digits"),
        ("account = '1'", ":1:11: account: '1' is no account id, which has 12 digits"),
        ("region = 'Frankfurt'", ":1:10: region: 'Frankfurt' is no Region, such as eu-central-1"),
        ("ignore = [1]", ":1:11: ignore is 1, not a name, or a list of names"),
        ("ignore = ''", ":1:10: ignore is an empty text, not a name, or a list of names"),
        ("files = ['infra']", ":1:10: files: there is no 'infra', relative to this file"),
        ("files = ['../x']", ":1:10: files: '../x' leads out of the tree that the settings are for"),
        ("var-file = '/etc/passwd'", ":1:12: var-file: '/etc/passwd' leads out of the tree that the settings are for"),
        ("baseline = '../b.json'", ":1:12: baseline: '../b.json' leads out of the tree that the settings are for"),
        ("parameters = ['none.json']", ":1:15: parameters: there is no file 'none.json', relative to this file"),
        ("parameters = 1", ":1:14: parameters is 1, not a file, a list of files, or a table of deployments by their names"),
        ("parameters.dev = {A = {}}", ":1:23: parameters.dev.A is a table, not a text, a number or a list of them"),
        ("scp = 'none.json'", ":1:7: scp: there is no file 'none.json', relative to this file"),
        ("exclude = 'a*b*c*d*e*f'", ":1:11: exclude: the pattern 'a*b*c*d*e*f' has too many wildcards, or an empty part"),
        ("exclude = '!'", ":1:11: exclude: '!' is no pattern as in a .gitignore"),
        ("[[paths]]\nmatch = ['a', '!']", ":2:15: paths.match: '!' is no pattern as in a .gitignore"),
        ("paths = ['infra']", ":1:1: paths is settings for the files that match; what to scan is `files`"),
        ("[[paths]]\nignore = 'x'", ":1:1: an entry of paths needs match: patterns as in a .gitignore"),
        ("[[paths]]\nmatch = 'x'\njobs = 2", ":3:1: jobs holds for the whole run: it cannot differ by path"),
        ("[[paths]]\nmatch = 'x'\nregoin = 'x'", ":3:1: unknown key 'regoin' in paths; did you mean 'region'?"),
        ("[rules]\nx = 'of'", ":2:5: rules.x is 'of', not on, off or a severity; did you mean 'off'?"),
        ("[rules.x]\nseverty = 'off'", ":2:1: unknown key 'severty' in rules.x; did you mean 'severity'?"),
        ("[categories]\nbreak = 'off'", ":2:1: unknown key 'break' in categories; did you mean 'breaks'?"),
        ("[[suppressions]]\nrule = 'x'\nrole = 'r'", ":1:1: an entry of suppressions needs a reason"),
        ("[[suppressions]]\nrule = 'x'\nreason = 'r'", ":1:1: an entry of suppressions needs a path, a role, an action or a resource; `ignore` is for what is not checked at all"),
        ("[[suppressions]]\nrule = 'x'\nreason = 'r'\nrole = 'y'\nexpires = 'soon'", ":5:11: suppressions.expires is 'soon', not a date, such as 2027-01-31"),
        ("tool.passrole.jobs = 1", ":1:1: tool is no key of a project: here keys stand at the top; [tool.passrole] is for pyproject.toml"),
        ("no-third-party = false", ":1:1: no-third-party is no key of a project: what is scanned may not say which code is loaded; put it into the user settings, ~/.config/passrole/config.toml, or on the command line (-p NAME, --no-third-party)"),
        ("output = 'x.json'", ":1:1: output is no key of a project: what is scanned may not say which files are written; name them on the command line (-o)"),
        ("jobs = 2\njobs = 3", ":2:9: not TOML: Cannot overwrite a value"),
        ("jobs = [", ":1:9: not TOML: Invalid value"),
    ],
)  # fmt: skip
def test_what_means_nothing_is_refused_with_its_place(
    text: str, words: str, tree: Path, run: Run
) -> None:
    own(tree, text)
    code, out, err = run("check", ".")
    assert (code, out) == (2, "")
    assert err == f"passrole: error: passrole.toml{words}\n"


def test_places_in_a_pyproject_are_those_of_the_pyproject(tree: Path, run: Run) -> None:
    own(tree, "[project]\nname = 'x'\n[tool.passrole]\njob = 2\n", "pyproject.toml")
    assert run("check", ".")[2] == (
        "passrole: error: pyproject.toml:4:1: unknown key 'job'; did you mean 'jobs'?\n"
    )
