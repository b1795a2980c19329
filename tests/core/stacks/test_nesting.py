"""Nested stacks: which file, with which parameters, under which conditions, how often."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from textwrap import dedent

import pytest

from passrole.documents.limits import Limits
from passrole.documents.nodes import Document
from passrole.documents.tree import Tree
from passrole.stacks.deployments import Deployment
from passrole.stacks.linking import read_stacks
from passrole.stacks.resources import ResourceTypes, Stack
from passrole.values import Absent, Listing, Text, Unknown, Value, get

Nest = Callable[..., dict[str, Stack]]

CHILD = """
Parameters:
  Name: {Type: String, Default: none}
  Names: {Type: CommaDelimitedList, Default: ''}
Conditions:
  Named: !Not [!Equals [!Ref Name, none]]
Resources:
  R: {Type: T::R, Properties: {V: !Ref Name, L: !Ref Names, S: !Ref AWS::StackName}}
  Bucket: {Type: AWS::S3::Bucket}
  Maybe: {Type: AWS::S3::Bucket, Condition: Named}
Outputs:
  Bucket: {Value: !Ref Bucket}
  Given: {Value: !Ref Name}
"""


@pytest.fixture
def nest(document: Callable[..., Document], types: ResourceTypes) -> Nest:
    def stacks(files: dict[str, str], tree: Tree | None = None) -> dict[str, Stack]:
        documents = [document(dedent(text), path) for path, text in files.items()]
        found = read_stacks(documents, types, Deployment(), tree)
        assert len({stack.id for stack in found}) == len(found)
        return {stack.id: stack for stack in found}

    return stacks


def root(parameters: str = "{}", url: str = "child.yaml", more: str = "", outputs: str = "") -> str:
    return f"""
Parameters:
  Env: {{Type: String}}
  Prefix: {{Type: String}}
Conditions:
  Prod: !Equals [!Ref Env, prod]
  Never: !Equals [a, b]
Resources:
  Store: {{Type: AWS::S3::Bucket}}
  Child:
    Type: AWS::CloudFormation::Stack
    Properties: {{TemplateURL: {url}, Parameters: {parameters}}}
    {more}
  R: {{Type: T::R, Properties: {{V: !GetAtt Child.Outputs.Bucket}}}}
  G: {{Type: T::R, Properties: {{V: !GetAtt Child.Outputs.Given}}}}
{outputs}
"""


def value(stack: Stack, field: str = "V", resource: str = "R") -> Value:
    return get(stack.resources[resource].properties, field)


def kinds(stacks: dict[str, Stack]) -> list[tuple[str, str]]:
    return [
        (each.problem.kind, each.problem.message) for s in stacks.values() for each in s.problems
    ]


CHILD_ID = "child.yaml[root.yaml/Child]"


def test_a_nested_template_is_read_where_it_is_nested_and_nowhere_else(nest: Nest) -> None:
    stacks = nest({"root.yaml": root(), "child.yaml": CHILD})
    assert list(stacks) == [CHILD_ID, "root.yaml"]
    child, parent = stacks.values()
    assert child.target == parent.target
    assert child.path == "child.yaml"
    assert value(parent) == child.resources["Bucket"].name
    assert str(value(child, "S")) == "${stack-name}"
    assert value(child, "S") != Text()
    assert not kinds(stacks)


def test_what_is_passed_keeps_its_identity_there_and_back(nest: Nest) -> None:
    stacks = nest({"root.yaml": root("{Name: !Ref Store}"), "child.yaml": CHILD})
    store = stacks["root.yaml"].resources["Store"].name
    assert value(stacks[CHILD_ID]) == store
    assert value(stacks["root.yaml"], resource="G") == store


def test_a_parameter_that_is_not_passed_has_its_default(nest: Nest) -> None:
    child = nest({"root.yaml": root(), "child.yaml": CHILD})[CHILD_ID]
    passed = value(child)
    assert isinstance(passed, Text)
    assert passed.known() == "none"
    assert passed.defaults == frozenset(("Name=none",))
    assert "Maybe" not in child.resources


@pytest.mark.parametrize(
    ("passed", "items"),
    [
        ("'a,b'", ["a", "b"]),
        ("[x, y]", ["x", "y"]),
        ("''", []),
    ],
)
def test_lists_are_passed_as_lists(nest: Nest, passed: str, items: list[str]) -> None:
    child = nest({"root.yaml": root(f"{{Names: {passed}}}"), "child.yaml": CHILD})[CHILD_ID]
    found = value(child, "L")
    assert isinstance(found, Listing)
    assert [str(item) for item in found.values] == items


def test_a_list_that_is_not_known_is_passed_as_such(nest: Nest) -> None:
    child = nest({"root.yaml": root("{Names: !Ref Prefix}"), "child.yaml": CHILD})[CHILD_ID]
    found = value(child, "L")
    assert isinstance(found, Unknown)
    assert found.id == "root.yaml#param:Prefix"


def test_conditions_are_the_same_on_both_sides(nest: Nest) -> None:
    child = nest(
        {
            "root.yaml": root("{Name: !Ref Env}", more="Condition: Prod"),
            "child.yaml": CHILD.replace("[!Ref Name, none]", "[!Ref Name, prod]"),
        }
    )[CHILD_ID]
    # Env is prod wherever the nested stack is; there, Name is not something else.
    assert child.resources["Bucket"].world.describe() == "Env is prod"
    assert "Maybe" not in child.resources


def test_a_stack_that_is_not_made_leaves_the_template_on_its_own(nest: Nest) -> None:
    stacks = nest({"root.yaml": root(more="Condition: Never"), "child.yaml": CHILD})
    assert list(stacks) == ["child.yaml", "root.yaml"]


def test_two_stacks_of_one_template_are_two(nest: Nest) -> None:
    second = "Other: {Type: AWS::CloudFormation::Stack, Properties: {TemplateURL: ./child.yaml}}"
    stacks = nest({"root.yaml": root().replace("  R:", f"  {second}\n  R:"), "child.yaml": CHILD})
    assert list(stacks) == [CHILD_ID, "child.yaml[root.yaml/Other]", "root.yaml"]
    one, other, _ = stacks.values()
    assert one.resources["Bucket"].name != other.resources["Bucket"].name
    assert one.resources["Bucket"].identity != other.resources["Bucket"].identity


def test_stacks_that_need_outputs_of_others_come_after_them(nest: Nest) -> None:
    more = """
  A:
    Type: AWS::CloudFormation::Stack
    Properties: {TemplateURL: child.yaml, Parameters: {Name: !GetAtt Z.Outputs.Bucket}}
  Z:
    Type: AWS::CloudFormation::Stack
    Properties: {TemplateURL: child.yaml, Parameters: {Name: !GetAtt Child.Outputs.Given}}
"""
    text = root("{Name: !Ref Store}").replace("\n  R:", f"{more}\n  R:", 1)
    stacks = nest({"root.yaml": text, "child.yaml": CHILD})
    z = stacks["child.yaml[root.yaml/Z]"]
    assert value(stacks["child.yaml[root.yaml/A]"]) == z.resources["Bucket"].name
    assert value(z) == stacks["root.yaml"].resources["Store"].name


def test_a_long_chain_of_stacks_is_no_deep_one(nest: Nest) -> None:
    stack = (
        "  S{0}: {{Type: AWS::CloudFormation::Stack, Properties: {{TemplateURL: child.yaml, "
        "Parameters: {{Name: !GetAtt S{1}.Outputs.Given}}}}}}\n"
    )
    chain = "".join(stack.format(at, at + 1) for at in range(400))
    text = root("{Name: !Ref Store}").replace("  R:", chain + "  R:", 1)
    text = text.replace("S400.Outputs", "Child.Outputs")
    stacks = nest({"root.yaml": text, "child.yaml": CHILD})
    assert value(stacks["child.yaml[root.yaml/S0]"]) == stacks["root.yaml"].resources["Store"].name


def test_stacks_that_need_each_other_are_a_problem(nest: Nest) -> None:
    more = (
        "  A: {Type: AWS::CloudFormation::Stack, Properties: {TemplateURL: child.yaml, "
        "Parameters: {Name: !GetAtt Child.Outputs.Given}}}\n"
    )
    text = root("{Name: !GetAtt A.Outputs.Given}").replace("  R:", more + "  R:", 1)
    found = kinds(nest({"root.yaml": text, "child.yaml": CHILD}))
    assert [kind for kind, _ in found] == ["cycle"]


def test_templates_that_nest_each_other_are_a_problem_with_the_path(nest: Nest) -> None:
    nesting = "Resources: {S: {Type: AWS::CloudFormation::Stack, Properties: {TemplateURL: %s}}}"
    stacks = nest({name: nesting % to for name, to in
                   {"a.yaml": "b.yaml", "b.yaml": "c.yaml", "c.yaml": "a.yaml"}.items()})  # fmt: skip
    assert kinds(stacks) == [
        ("cycle", "Templates nest each other: a.yaml > b.yaml > c.yaml > a.yaml")
    ]
    assert kinds(nest({"a.yaml": nesting % "a.yaml"})) == [
        ("cycle", "Templates nest each other: a.yaml > a.yaml")
    ]


def test_templates_that_double_each_other_end_at_a_limit(nest: Nest) -> None:
    nesting = (
        "Resources: {S: {Type: AWS::CloudFormation::Stack, Properties: {TemplateURL: %s}},"
        " T: {Type: AWS::CloudFormation::Stack, Properties: {TemplateURL: %s}}}"
    )
    files = {f"{at:02}.yaml": nesting % ((f"{at + 1:02}.yaml",) * 2) for at in range(19)}
    stacks = nest({**files, "19.yaml": CHILD})
    assert "limit" in {kind for kind, _ in kinds(stacks)}
    assert {stack.path for stack in stacks.values()} == {*files, "19.yaml"}


S3 = "https://{}.s3.amazonaws.com/templates/child.yaml"
CHOSEN = f"!If [Prod, '{S3.format('a')}', '{S3.format('b')}']"


@pytest.mark.parametrize(
    ("url", "found"),
    [
        ("templates/child.yaml", True),
        ("../app/templates/child.yaml", True),
        ("https://s3.amazonaws.com/bucket/v1/templates/child.yaml", True),
        ("!Sub 'https://${Prefix}.s3.amazonaws.com/${Env}templates/child.yaml'", True),
        ("!Sub 'https://b.s3.${AWS::Region}.${AWS::URLSuffix}/${Env}/child.yaml'", True),
        (CHOSEN, True),
        ("!Sub '${Prefix}/other.yaml'", False),
        ("!Ref Prefix", False),
        ("https://s3.amazonaws.com/strangers/elsewhere/child.yaml", False),
    ],
)
def test_which_file_a_url_is(nest: Nest, url: str, found: bool) -> None:
    stacks = nest({
        "app/root.yaml": root(url=url if url.startswith("!") else f"'{url}'"),
        "app/templates/child.yaml": CHILD,
        "other/templates/child.yaml": CHILD,
        "other/other.yaml.bak": CHILD,
    })  # fmt: skip
    nested = [stack.path for stack in stacks.values() if "[" in stack.id]
    assert nested == ["app/templates/child.yaml"] * found
    told = [stack.located for stack in stacks.values() if stack.located]
    assert len(told) == (found and "https" in url)


def test_of_files_that_fit_equally_well_none_is_taken(nest: Nest) -> None:
    stacks = nest({
        "root.yaml": root(url="!Sub 'https://${Prefix}/child.yaml'"),
        "one/child.yaml": CHILD,
        "two/child.yaml": CHILD,
    })  # fmt: skip
    assert len(stacks) == 3
    assert str(value(stacks["root.yaml"])) == "${Child.Outputs.Bucket}"


def test_a_file_that_is_not_there_is_a_problem_with_its_path(nest: Nest) -> None:
    assert kinds(nest({"app/root.yaml": root(url="gone/child.yaml")})) == [
        ("missing-template", "The nested template app/gone/child.yaml is not there")
    ]


def test_nothing_outside_of_the_tree_is_opened(
    nest: Nest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "secret.yaml").write_text(dedent(CHILD), "utf-8")
    (tmp_path / "tree").mkdir()
    tree = Tree(tmp_path / "tree", [tmp_path / "tree"], Limits())
    ((kind, message),) = kinds(nest({"root.yaml": root(url="../secret.yaml")}, tree))
    assert kind == "outside-tree"
    assert "../secret.yaml" in message


def test_files_that_are_named_are_read_though_nobody_gave_them(nest: Nest, tmp_path: Path) -> None:
    (tmp_path / "child.yaml").write_text(dedent(CHILD), "utf-8")
    stacks = nest({"root.yaml": root()}, Tree(tmp_path, [tmp_path], Limits()))
    assert list(stacks) == [CHILD_ID, "root.yaml"]
    (tmp_path / "child.yaml").write_text("{Resources: [", "utf-8")
    broken = kinds(nest({"root.yaml": root()}, Tree(tmp_path, [tmp_path], Limits())))
    assert [kind for kind, _ in broken] == ["parse-error"]


def test_an_output_that_is_not_there_is_a_problem(nest: Nest) -> None:
    stacks = nest({"root.yaml": root(), "child.yaml": CHILD.replace("  Given:", "  Other:")})
    assert kinds(stacks) == [
        ("undefined-reference", "The nested stack Child (child.yaml) has no output Given")
    ]


def test_an_application_of_this_repository_is_a_nested_stack(nest: Nest) -> None:
    text = root().replace("AWS::CloudFormation::Stack", "AWS::Serverless::Application")
    stacks = nest({"root.yaml": text.replace("TemplateURL", "Location"), "child.yaml": CHILD})
    assert value(stacks["root.yaml"]) == stacks[CHILD_ID].resources["Bucket"].name


def test_parameters_that_are_not_known_stay_open(nest: Nest) -> None:
    stacks = nest({"root.yaml": root("!Ref Env"), "child.yaml": CHILD})
    found = value(stacks[CHILD_ID])
    assert isinstance(found, Text)
    assert found.known() is None
    assert not isinstance(found, Absent)


def test_stacks_that_are_asked_for_before_their_turn_end_at_a_limit(nest: Nest) -> None:
    """Each is needed over a name that it does not mention itself: no order is seen beforehand."""
    chain = "".join(
        f"  S{at}: {{Type: AWS::CloudFormation::Stack, Properties: "
        f"{{TemplateURL: child.yaml, Parameters: {{Name: !Ref B{at + 1}}}}}}}\n"
        f"  B{at}: {{Type: AWS::S3::Bucket, Properties: "
        f"{{BucketName: !Sub 'a${{S{at}.Outputs.Given}}'}}}}\n"
        for at in range(200)
    )
    files = {"root.yaml": f"Resources:\n{chain}  B200: {{Type: AWS::S3::Bucket}}\n"}
    stacks = nest({**files, "child.yaml": CHILD})
    assert len(stacks) == 201
    assert {kind for kind, _ in kinds(stacks)} == {"limit"}


def test_imports_between_many_siblings_end_at_a_limit(nest: Nest) -> None:
    child = """
    Parameters: {Mine: {Type: String}, Theirs: {Type: String}}
    Resources: {B: {Type: AWS::S3::Bucket}}
    Outputs: {O: {Value: !ImportValue {Ref: Theirs}, Export: {Name: !Ref Mine}}}
    """.replace("!ImportValue {Ref: Theirs}", "{'Fn::ImportValue': !Ref Theirs}")
    chain = "".join(
        f"  S{at:03}: {{Type: AWS::CloudFormation::Stack, Properties: {{TemplateURL: child.yaml, "
        f"Parameters: {{Mine: n{at}, Theirs: n{at + 1}}}}}}}\n"
        for at in range(200)
    )
    stacks = nest({"root.yaml": f"Resources:\n{chain}", "child.yaml": child})
    assert {kind for kind, _ in kinds(stacks)} == {"limit"}
