"""AWS::Include, and macros that stand in a part of a template."""

from __future__ import annotations

from pathlib import Path
from textwrap import dedent

import pytest

from passrole.documents.limits import Limits
from passrole.documents.recognition import parse
from passrole.documents.tree import Tree
from passrole.stacks.cloudformation.reading import read_stack
from passrole.stacks.deployments import Deployment
from passrole.stacks.resources import ResourceTypes, Stack
from passrole.values import Text, Unknown, get


def stack_of(folder: Path, **files: str) -> Stack:
    """The stack of ``template``, the other files beside it; ``__`` is a slash, all are YAML."""
    for name, text in files.items():
        path = folder / f"{name.replace('__', '/')}.yaml"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(dedent(text), "utf-8")
    document = parse("in/template.yaml", (folder / "in/template.yaml").read_bytes(), Limits())
    types = ResourceTypes.of(())
    return read_stack(document, types, Deployment(), target_id="t", tree=Tree(folder))


INCLUDE = "{Name: AWS::Include, Parameters: {Location: %s}}"


def test_an_included_part_is_read_and_placed_in_its_file(tmp_path: Path) -> None:
    stack = stack_of(
        tmp_path,
        in__template=f"""\
        Parameters: {{Env: {{Type: String, Default: dev}}}}
        Resources:
          Role:
            Type: AWS::IAM::Role
            Properties:
              RoleName: deployer
              Fn::Transform: {INCLUDE % "../parts/policies.yaml"}
          Fn::Transform: {INCLUDE % "./more.yaml"}
        """,
        parts__policies="""\
        # what the role may do
        Policies:
          - PolicyName: !Sub "${Env}-policy"
        """,
        in__more="Bucket: {Type: AWS::S3::Bucket}\n",
    )
    properties = stack.resources["Role"].properties
    name = get(properties, "Policies", 0, "PolicyName")
    assert isinstance(name, Text)
    assert str(name) == "dev-policy"
    assert name.origin is not None
    place = name.origin.document.location(name.origin.node)
    assert (place.path, place.line, place.pointer) == (
        "parts/policies.yaml", 3, "Policies[0].PolicyName",
    )  # fmt: skip
    assert str(get(properties, "RoleName")) == "deployer"
    assert stack.resources["Bucket"].location.path == "in/more.yaml"
    assert stack.problems == ()


def test_whole_sections_may_be_included(tmp_path: Path) -> None:
    stack = stack_of(
        tmp_path,
        in__template=f"""\
        Transform: {INCLUDE % "rest.yaml"}
        Resources: {{A: {{Type: T::A, Properties: {{Other: !Ref B}}}}}}
        """,
        in__rest="""\
        Mappings: {M: {a: {b: c}}}
        Resources: {B: {Type: T::B, Properties: {V: !FindInMap [M, a, b]}}}
        """,
    )
    assert sorted(stack.resources) == ["A", "B"]
    assert str(get(stack.resources["B"].properties, "V")) == "c"
    assert stack.problems == ()


@pytest.mark.parametrize(
    ("location", "reason"),
    [
        ("s3://bucket/part.yaml", "AWS::Include takes s3://bucket/part.yaml, outside the tree"),
        ("missing.yaml", "missing.yaml, which AWS::Include takes, is not in the scanned tree"),
        ("../../outside.yaml", "AWS::Include: ../outside.yaml leads out of the scanned tree"),
        ("/etc/passwd", "AWS::Include: '/etc/passwd' is not a path inside the scanned tree"),
        ("!Ref AWS::StackName", "which file AWS::Include takes is not known"),
        ("broken.yaml", "in/broken.yaml, which AWS::Include takes, cannot be read"),
    ],
)
def test_what_cannot_be_included_is_unknown_and_nothing_else(
    tmp_path: Path, location: str, reason: str
) -> None:
    (tmp_path / "outside.yaml").write_text("A: b\n", "utf-8")
    folder = tmp_path / "tree"
    stack = stack_of(
        folder,
        in__template=f"""\
        Resources:
          R:
            Type: T::R
            Properties:
              Open: {{a: b, "Fn::Transform": {INCLUDE % location}}}
              Closed: c
        """,
        in__broken="a: [",
    )
    properties = stack.resources["R"].properties
    value = get(properties, "Open")
    assert isinstance(value, Unknown)
    assert value.reason == reason
    assert str(get(properties, "Closed")) == "c"


def test_files_that_include_each_other_are_a_cycle(tmp_path: Path) -> None:
    stack = stack_of(
        tmp_path,
        in__template=f"Resources: {{R: {{Type: T::R, Properties: !Transform {INCLUDE % 'a.yaml'}}}}}",
        in__a=f"A: {{'Fn::Transform': {INCLUDE % 'b.yaml'}}}",
        in__b=f"B: {{'Fn::Transform': {INCLUDE % 'a.yaml'}}}",
    )
    value = get(stack.resources["R"].properties, "A", "B")
    assert isinstance(value, Unknown)
    assert "in/a.yaml includes itself" in value.reason
    assert [(each.problem.kind, each.location.path) for each in stack.problems] == [
        ("cycle", "in/b.yaml")
    ]


def test_files_that_are_deep_together_are_cut(tmp_path: Path) -> None:
    files = {"in__template": "Resources: {R: {Type: T::R, Properties: %s}}"}
    for at in range(8):
        files[f"in__f{at}"] = "{a: " * 60 + "%s" + "}" * 60
    names = list(files)
    for at, name in enumerate(names):
        inner = (
            f"!Transform {INCLUDE % (names[at + 1].removeprefix('in__') + '.yaml')}"
            if at + 1 < len(names)
            else "x"
        )
        files[name] %= inner
    stack = stack_of(tmp_path, **files)
    value = get(stack.resources["R"].properties, *["a"] * 500)
    assert isinstance(value, Unknown)


@pytest.mark.parametrize(
    ("resource", "path"),
    [
        ("{Type: T::R, Properties: {A: {'Fn::Transform': M}, B: c}}", ("A",)),
        ("{Type: T::R, Properties: {A: {'Fn::Transform': {Name: M}, x: y}, B: c}}", ("A",)),
        ("{Type: T::R, Properties: {A: {'Fn::Transform': [{Name: M}]}, B: c}}", ("A",)),
        ("{Type: T::R, Properties: {A: !Transform {Name: M}, B: c}}", ("A",)),
        ("{Type: T::R, Properties: {'Fn::Transform': {Name: M}, B: c}}", ()),
        ("{Type: T::R, 'Fn::Transform': {Name: M}, Properties: {B: c}}", ()),
    ],
)
def test_a_macro_in_a_part_leaves_that_part_open(
    tmp_path: Path, resource: str, path: tuple[str, ...]
) -> None:
    stack = stack_of(tmp_path, in__template=f"Resources:\n  R: {resource}\n  S: {{Type: T::S}}\n")
    properties = stack.resources["R"].properties
    value = get(properties, *path)
    assert isinstance(value, Unknown)
    assert value.reason == "the macro M is not run"
    assert "S" in stack.resources
    if path:
        assert str(get(properties, "B")) == "c"


@pytest.mark.parametrize(
    ("template", "macros", "kinds"),
    [
        ("Transform: Mine\n", ("Mine",), ["macro"]),
        ("Transform: [{Name: Mine, Parameters: {A: b}}]\n", ("Mine",), ["macro"]),
        ("Transform: AWS::Tomorrow\n", ("AWS::Tomorrow",), ["macro"]),
        ("Transform: AWS::SecretsManager-2020-07-23\n", (), []),
        ("Transform: [AWS::CodeDeployBlueGreen, AWS::ServiceCatalog]\n", (), []),
        ("Transform: [AWS::LanguageExtensions, AWS::Serverless-2016-10-31]\n", (), []),
    ],
)
def test_a_macro_of_ones_own_may_change_the_whole_template(
    tmp_path: Path, template: str, macros: tuple[str, ...], kinds: list[str]
) -> None:
    stack = stack_of(tmp_path, in__template=f"{template}Resources: {{R: {{Type: T::R}}}}\n")
    words = "the macro {} leaves the template as it is written"
    assert stack.presumed == tuple(map(words.format, macros))
    assert [each.problem.kind for each in stack.problems] == kinds
    assert list(stack.resources) == ["R"]


def test_a_macro_among_the_resources_may_change_them_all(tmp_path: Path) -> None:
    stack = stack_of(
        tmp_path, in__template="Resources: {R: {Type: T::R}, 'Fn::Transform': {Name: Mine}}\n"
    )
    assert stack.presumed == ("the macro Mine leaves the template as it is written",)
    assert [each.problem.kind for each in stack.problems] == ["macro"]
