"""Whole templates: resources and their names, outputs, and what is malformed."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from passrole.documents.nodes import Document, Mapping, Node, Scalar, Sequence
from passrole.stacks.cloudformation.reading import read_stack
from passrole.stacks.deployments import Deployment
from passrole.stacks.resources import ResourceTypes, Stack
from passrole.values import Choice, Record, Text, Unknown, get, known

Read = Callable[..., Stack]
Problems = Callable[[Stack], list[tuple[str, int]]]


def test_a_resource(read: Read) -> None:
    stack = read("""\
    Resources:
      Bucket:
        Type: AWS::S3::Bucket
        DependsOn: [Role, Other]
        Properties:
          BucketName: my-bucket
      Role:
        Type: AWS::IAM::Role
        DependsOn: Other
    """)
    bucket, role = stack.resources["Bucket"], stack.resources["Role"]
    assert str(bucket.location) == "t.yaml:2:3"
    assert bucket.identity == "t.yaml#Bucket"
    assert bucket.type is not None
    assert known(bucket["name"]) == "my-bucket"
    assert bucket.arn.known() == "arn:aws:s3:::my-bucket"
    assert bucket.depends_on == ("Role", "Other")
    assert role.depends_on == ("Other",)
    assert role.properties == Record({}, role.origin)
    (made_up,) = role.name.holes
    assert made_up.id == "t.yaml#Role.name"
    assert made_up.reference == "!Ref Role"
    assert made_up.reason == "the service makes up the name"
    assert [hole.id for hole in role.arn.holes] == ["target:t.yaml@account", "t.yaml#Role.name"]


def test_a_type_that_nobody_declares(read: Read) -> None:
    resource = read("Resources: {X: {Type: Custom::X, Properties: {Name: n}}}").resources["X"]
    assert resource.type is None
    assert resource.type_name == "Custom::X"
    assert known(get(resource.properties, "Name")) == "n"
    assert str(resource.arn) == "${X.Arn}"
    assert not next(resource.arn.holes).alphabet.wildcards


NAMES = [
    ("!Ref Given", "${Given}"),
    ("!Sub '${Given}-x'", "${Given}-x"),
    ("''", "${B.name}"),
    ("!Ref AWS::NoValue", "${B.name}"),
    ("!If [C, a, b]", "${B.name}"),
    ("!Transform {Name: M}", "${B.name}"),
    ("[a, b]", "${B.name}"),
]


@pytest.mark.parametrize(("name", "expected"), NAMES)
def test_names(read: Read, name: str, expected: str) -> None:
    stack = read(f"""
    Parameters: {{Given: {{Type: String}}}}
    Conditions: {{C: !Equals [!Ref Given, x]}}
    Resources:
      B: {{Type: AWS::S3::Bucket, Properties: {{BucketName: {name}}}}}
    """)
    bucket = stack.resources["B"]
    assert str(bucket.name) == expected
    assert str(bucket.arn) == f"arn:aws:s3:::{expected}"
    assert all(hole.reason for hole in bucket.name.holes)


def test_a_name_that_depends_on_a_condition_is_one_of_two(read: Read) -> None:
    stack = read("""
    Parameters: {Given: {Type: String}}
    Conditions: {C: !Equals [!Ref Given, x]}
    Resources:
      B: {Type: AWS::S3::Bucket, Properties: {BucketName: !If [C, a, b]}}
    """)
    assert next(stack.resources["B"].name.holes).alphabet.choices == frozenset("ab")


def test_resources_may_mention_each_other(read: Read) -> None:
    stack = read("""
    Resources:
      A: {Type: AWS::S3::Bucket, Properties: {BucketName: a, Tag: !GetAtt B.Arn}}
      B: {Type: AWS::S3::Bucket, Properties: {BucketName: !Sub "${A}-b", Tag: !GetAtt A.Arn}}
    """)
    assert stack.problems == ()
    assert known(get(stack.resources["A"].properties, "Tag")) == "arn:aws:s3:::a-b"


def test_names_in_a_circle_are_a_problem(read: Read, problems: Problems) -> None:
    stack = read("""\
    Resources:
      A: {Type: AWS::S3::Bucket, Properties: {BucketName: !Sub "${B}-a"}}
      B: {Type: AWS::S3::Bucket, Properties: {BucketName: !Sub "${A}-b"}}
    """)
    assert problems(stack) == [("cycle", 3)]
    assert str(stack.resources["A"].name) == "${B.name}-a"


def test_outputs_and_exports(read: Read) -> None:
    stack = read("""
    Parameters: {Given: {Type: String}, Off: {Type: String, Default: "no"}}
    Conditions:
      C: !Equals [!Ref Given, x]
      IsOn: !Equals [!Ref Off, "yes"]
    Resources: {B: {Type: AWS::S3::Bucket}}
    Outputs:
      Plain: {Value: !Ref B}
      Exported: {Value: !GetAtt B.Arn, Export: {Name: !Sub "${AWS::StackName}-Arn"}}
      Sometimes: {Condition: C, Value: v}
      Never: {Condition: IsOn, Value: v}
    """)
    assert list(stack.outputs) == ["Plain", "Exported", "Sometimes"]
    assert str(stack.outputs["Plain"]) == "${B.name}"
    assert isinstance(stack.outputs["Sometimes"], Choice)
    ((name, value),) = stack.exports
    assert str(name) == "${stack-name}-Arn"
    assert value == stack.resources["B"].arn


MALFORMED = [
    ("a list", "[a]", [("malformed-template", 1)]),
    ("a text", "hello", [("malformed-template", 1)]),
    ("Resources is a list", "Resources: [a]\nOutputs: {O: {Value: v}}",
     [("malformed-template", 1)]),
    ("Resources is null", "Resources:\nOutputs: {O: {Value: v}}", []),
    ("a resource is a text", "Resources:\n  R: text", [("malformed-template", 2)]),
    ("no Type", "Resources:\n  R: {Properties: {}}", [("malformed-template", 2)]),
    ("Type is a list", "Resources:\n  R: {Type: [a]}", [("malformed-template", 2)]),
    ("Properties is a list", "Resources:\n  R:\n    Type: T::R\n    Properties: [a]",
     [("malformed-template", 4)]),
    ("Properties is null", "Resources:\n  R:\n    Type: T::R\n    Properties:", []),
    ("Condition is a list", "Resources:\n  R: {Type: T::R, Condition: [a]}",
     [("malformed-template", 2)]),
    ("Condition is not defined", "Resources:\n  R: {Type: T::R, Condition: A}",
     [("undefined-reference", 2)]),
    ("DependsOn is a mapping", "Resources:\n  R: {Type: T::R, DependsOn: {a: b}}",
     [("malformed-template", 2)]),
    ("a parameter is a text", "Parameters:\n  P: text", [("malformed-template", 2)]),
    ("an output without Value", "Outputs:\n  O: {}", [("malformed-template", 2)]),
    ("an export without Name", "Outputs:\n  O: {Value: v, Export: {}}",
     [("malformed-template", 2)]),
    ("a stranger's macro", "Transform: [AWS::Serverless-2016-10-31, Mine]", [("macro", 1)]),
    ("a macro in the resources", "Resources:\n  Fn::Transform: {Name: M}", [("macro", 2)]),
    ("a loop without its transform", "Resources:\n  Fn::ForEach::X: [A, [b], {}]",
     [("malformed-template", 2)]),
    ("no loop", "Transform: AWS::LanguageExtensions\nResources:\n  Fn::ForEach::X: [A, [b]]",
     [("for-each", 3)]),
]  # fmt: skip


@pytest.mark.parametrize(("text", "expected"), [row[1:] for row in MALFORMED],
                         ids=[row[0] for row in MALFORMED])  # fmt: skip
def test_malformed_templates(
    read: Read, problems: Problems, text: str, expected: list[tuple[str, int]]
) -> None:
    assert problems(read(text)) == expected


MALFORMED_FUNCTIONS = [
    "!Ref [a]", "!Ref Missing", "!Ref AWS::Missing", "{Ref: }", "!GetAtt Named", "!GetAtt []",
    "!GetAtt Missing.Arn", "!Sub [a]", "!Sub {a: b}", "!Sub '${Missing}'", "!Sub '${Missing.Arn}'",
    "!Sub ['${A}', [b]]", "!Join [a]", "!Join text", "!Join [[a], [b]]", "!Select [0]",
    "!Select [x, [a]]", "!Split ['', a]", "!Split a", "!If [C, a]", "!If a", "!If [[a], b, c]",
    "!FindInMap [Missing, a, b]", "!FindInMap [a]", "!FindInMap [a, b, c, d]", "!Unheard [a]",
    "{'Fn::Unheard': a}", "{'Fn::Join': ['', []], Beside: b}",
]  # fmt: skip


@pytest.mark.parametrize("expression", MALFORMED_FUNCTIONS)
def test_malformed_functions_are_unknown_and_a_problem(
    read: Read, problems: Problems, expression: str
) -> None:
    stack = read(f"""\
    Resources:
      Named: {{Type: AWS::S3::Bucket}}
      R:
        Type: T::R
        Properties: {{V: {expression}, Next: !Ref Named}}
    """)
    value = get(stack.resources["R"].properties, "V")
    assert isinstance(value, Unknown) or any(value.holes)  # type: ignore[union-attr]
    assert [line for _, line in problems(stack)] == [5]
    assert str(get(stack.resources["R"].properties, "Next")) == "${Named.name}"


def test_what_a_transform_makes_is_no_undefined_reference(read: Read) -> None:
    stack = read("""
    Transform: AWS::Serverless-2016-10-31
    Resources:
      Function: {Type: AWS::Serverless::Function}
      R: {Type: T::R, Properties: {A: !GetAtt FunctionRole.Arn, B: !Ref FunctionMadeOtherwise}}
    """)
    assert stack.problems == ()
    properties = stack.resources["R"].properties
    assert str(get(properties, "A")) == "arn:aws:iam::${account}:role/${FunctionRole.name}"
    assert str(get(properties, "B")) == "${FunctionMadeOtherwise.Ref}"


def test_chains_that_would_grow_or_recurse_without_end(read: Read) -> None:
    doubling = "".join(
        f'  B{n}: {{Type: AWS::S3::Bucket, Properties: {{BucketName: !Sub "${{B{n + 1}}}${{B{n + 1}}}"}}}}\n'
        for n in range(600)
    )
    stack = read(f"Resources:\n{doubling}  B600: {{Type: AWS::S3::Bucket}}\n")
    assert len(stack.resources) == 601
    assert all(len(str(each.arn)) < 1 << 18 for each in stack.resources.values())


def test_deep_nesting_with_references_does_not_raise(read: Read) -> None:
    def nested(inner: str) -> str:
        return "!Join ['', [" * 45 + inner + "]]" * 45

    text = "Resources:\n" + "".join(
        f"  B{n}: {{Type: AWS::S3::Bucket, Properties: {{BucketName: {nested(f'!Ref B{n + 1}')}}}}}\n"
        for n in range(40)
    )
    stack = read(text + "  B40: {Type: AWS::S3::Bucket}\n")
    assert len(stack.resources) == 41


WORDS = st.sampled_from(
    ["A", "B", "P", "C", "AWS::Region", "AWS::NoValue", "a.b", "${A}", "${A.Arn}", "0", "", "~",
     "AWS::S3::Bucket", "{{resolve:ssm:/x}}", "{{resolve:", ","]
)  # fmt: skip
KEYS = st.sampled_from(
    ["Ref", "Condition", "Type", "Properties", "Value", "Export", "Name", "BucketName", "Default",
     "AllowedValues", "DefaultValue", "Fn::If", "Fn::Sub", "Fn::Join", "Fn::Select", "Fn::Split",
     "Fn::FindInMap", "Fn::GetAtt", "Fn::ImportValue", "Fn::Transform", "Fn::Equals", "Fn::Not",
     "Fn::And", "Fn::Base64", "Fn::ToJsonString", "Fn::GetAZs", "Fn::Length", "Fn::ForEach::X",
     "A", "B", "C", "P"]
)  # fmt: skip
TAGS = st.sampled_from(
    [None, None, None, "!Ref", "!Sub", "!Join", "!If", "!GetAtt", "!Select", "!Split", "!Equals",
     "!Condition", "!FindInMap", "!Odd", "!Not", "!Cidr"]
)  # fmt: skip


def _nodes() -> st.SearchStrategy[Node]:
    scalars = st.builds(lambda text, tag: Scalar(text, True, 0, 1, tag), WORDS, TAGS)

    def extend(inner: st.SearchStrategy[Node]) -> st.SearchStrategy[Node]:
        lists = st.builds(
            lambda items, tag: Sequence(tuple(items), 0, 1, tag), st.lists(inner, max_size=4), TAGS
        )
        return lists | st.builds(_mapping, st.dictionaries(KEYS, inner, max_size=3), TAGS)

    return st.recursive(scalars, extend, max_leaves=12)


def _mapping(items: dict[str, Node], tag: str | None = None) -> Mapping:
    pairs = tuple((Scalar(key, True, 0, 1), value) for key, value in items.items())
    return Mapping(pairs, 0, 1, tag)


SECTIONS = ["Parameters", "Mappings", "Conditions", "Resources", "Outputs", "Transform"]


@given(
    st.fixed_dictionaries(
        {},
        optional={
            section: _nodes() | st.dictionaries(KEYS, _nodes(), max_size=4).map(_mapping)
            for section in SECTIONS
        },
    ),
    st.lists(_nodes(), max_size=3),
)
def test_any_tree_is_read_without_an_error(sections: dict[str, Any], values: list[Node]) -> None:
    resources = {
        f"R{at}": _mapping(
            {"Type": Scalar("AWS::S3::Bucket", True, 0, 1), "Properties": _mapping({"A": node})}
        )
        for at, node in enumerate(values)
    }
    given_resources = sections.get("Resources")
    if isinstance(given_resources, Mapping):
        resources |= {
            key.text: node for key, node in given_resources.pairs if isinstance(node, Mapping)
        }
    root = _mapping({**sections, "Resources": _mapping(dict(resources))})
    document = Document("t.yaml", "x", root, "yaml")
    stack = read_stack(document, ResourceTypes.of(()), Deployment(), target_id="target:t")
    assert len(stack.resources) <= len(resources)
    for resource in stack.resources.values():
        assert isinstance(resource.name, Text)
        assert isinstance(resource.properties, (Record, Unknown, Choice))
    assert all(each.location.path == "t.yaml" for each in stack.problems)


def _conditions() -> str:
    """Each condition mentions the one before it twice."""
    text = "Parameters: {A: {Type: String}}\nConditions:\n  C0: !Equals [!Ref A, x]\n"
    for n in range(1, 80):
        text += f"  C{n}: !Or [!Condition C{n - 1}, !Not [!Condition C{n - 1}]]\n"
    return text + "Resources: {R: {Type: T::R, Condition: C79, Properties: {P: !If [C79, a, b]}}}\n"


def _lists() -> str:
    """A long list, used over and over."""
    parameter = f'  L: {{Type: CommaDelimitedList, Default: "{"a," * 20_000}"}}\n'
    uses = "".join(f"      P{n}: !Join ['-', !Ref L]\n" for n in range(2000))
    return f"Parameters:\n{parameter}Resources:\n  R:\n    Type: T::R\n    Properties:\n{uses}"


@pytest.mark.parametrize("text", [_conditions(), _lists()], ids=["conditions", "lists"])
def test_a_small_file_does_not_make_endless_work(read: Read, text: str) -> None:
    stack = read(text)
    kinds = {each.problem.kind for each in stack.problems}
    assert kinds <= {"limit"}
    assert stack.resources["R"].properties
