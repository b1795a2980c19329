"""Policies written as JSON text, with and without parts that are not known."""

import json

from hypothesis import given
from hypothesis import strategies as st

from passrole.iam.json_texts import value_from_json_text
from passrole.values import NAME, Hole, Record, Text, Unknown, get, literal

BUCKET = Hole("t.yaml#Bucket.name", NAME, "!Ref Bucket")


def test_a_hole_inside_a_string_keeps_its_place() -> None:
    text = Text(('{"Resource": ["arn:aws:s3:::', BUCKET, '/*", "', BUCKET, '"]}'))
    value = value_from_json_text(text)
    assert get(value, "Resource", 0) == Text(("arn:aws:s3:::", BUCKET, "/*"))
    assert get(value, "Resource", 1) == Text((BUCKET,))


def test_a_hole_outside_of_strings_is_an_unknown_value_and_is_named() -> None:
    value = value_from_json_text(Text(('{"Statement": ', BUCKET, ', "Version": "x"}')))
    assert get(value, "Version") == literal("x")
    statement = get(value, "Statement")
    assert isinstance(statement, Unknown)
    assert "!Ref Bucket" in statement.reason


def test_a_hole_where_no_value_may_stand_leaves_the_document_unknown_and_is_named() -> None:
    value = value_from_json_text(Text(("{", BUCKET, ', "Statement": []}')))
    assert isinstance(value, Unknown)
    assert "!Ref Bucket" in value.reason


def test_a_string_may_hold_quotes_and_backslashes() -> None:
    text = Text((r'{"a": "\\\"', BUCKET, r'\"\\", "b": ', BUCKET, ', "c": "', BUCKET, '"}'))
    value = value_from_json_text(text)
    assert get(value, "a") == Text(('\\"', BUCKET, '"\\'))
    assert isinstance(get(value, "b"), Unknown)
    assert get(value, "c") == Text((BUCKET,))


def test_a_document_cannot_forge_a_mark_by_an_escape() -> None:
    for forged in (r"\ue0000\ue001", r"\ue0007\ue001", r"\ue000", r"\ue000x"):
        value = value_from_json_text(Text(('{"a": "', forged, '", "b": ', BUCKET, "}")))
        assert get(value, "a") != Text((BUCKET,))


def test_what_is_no_json_is_unknown() -> None:
    for text in ("", "{", "[" * 100_000, '{"a": }'):
        assert isinstance(value_from_json_text(literal(text)), Unknown)


def test_a_document_cannot_forge_a_mark() -> None:
    assert isinstance(value_from_json_text(literal('{"a": "\ue0000\ue001"}')), Unknown)


def test_numbers_and_booleans_keep_their_text() -> None:
    value = value_from_json_text(
        literal('{"a": 012345678901.50e1, "b": true}'.replace("012", "12"))
    )
    assert get(value, "a") == literal("12345678901.50e1")
    assert get(value, "b") == literal("true")


@given(st.recursive(st.text(), lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner)))
def test_every_text_of_a_document_comes_back(data: object) -> None:
    value = value_from_json_text(literal(json.dumps({"data": data}, ensure_ascii=True)))
    if "\ue000" in json.dumps(data, ensure_ascii=False) or "\ue001" in json.dumps(
        data, ensure_ascii=False
    ):
        return
    assert isinstance(value, Record)
    assert _plain(get(value, "data")) == data


def _plain(value: object) -> object:
    if isinstance(value, Text):
        return str(value)
    if isinstance(value, Record):
        return {key: _plain(item) for key, item in value.fields.items()}
    assert hasattr(value, "values")
    return [_plain(item) for item in value.values]
