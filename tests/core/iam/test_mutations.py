"""Mistakes that policy engines are known to make: each is put into the engine, and must be seen.

The judges are the tables of the neighbouring tests, and a few questions about what is not known.
"""

from __future__ import annotations

import importlib
import importlib.abc
import importlib.machinery
import importlib.util
import runpy
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from types import CodeType, ModuleType
from typing import Any, NamedTuple

import pytest

from passrole.iam.policies import value_from_json
from passrole.values import ABSENT, Alphabet, Choice, Fact, Hole, Text

pytestmark = pytest.mark.slow

HERE = Path(__file__).parent
Case = dict[str, Any]
Simulate = Callable[[Case], Case]


class Mistake(NamedTuple):
    """A piece of the engine's source, and what a mistaken engine has in its place."""

    words: str
    module: str
    right: str
    wrong: str


class _MutatingLoader(importlib.machinery.SourceFileLoader):
    def __init__(self, name: str, path: str, mistake: Mistake) -> None:
        super().__init__(name, path)
        self.mistake = mistake

    def get_code(self, fullname: str) -> CodeType:  # noqa: ARG002 - the base class has it
        source = Path(self.path).read_text(encoding="utf-8")
        assert self.mistake.right in source, "the engine no longer reads like this"
        mutated = source.replace(self.mistake.right, self.mistake.wrong, 1)
        return compile(mutated, self.path, "exec", dont_inherit=True)


class _Finder(importlib.abc.MetaPathFinder):
    def __init__(self, mistake: Mistake) -> None:
        self.mistake = mistake

    def find_spec(
        self,
        fullname: str,
        path: Sequence[str] | None,
        target: ModuleType | None = None,  # noqa: ARG002 - the base class has it
    ) -> importlib.machinery.ModuleSpec | None:
        if fullname != f"passrole.iam.{self.mistake.module}":
            return None
        spec = importlib.machinery.PathFinder.find_spec(fullname, path)
        assert spec is not None
        assert spec.origin is not None
        loader = _MutatingLoader(fullname, spec.origin, self.mistake)
        return importlib.util.spec_from_file_location(fullname, spec.origin, loader=loader)


@contextmanager
def _fresh_engine() -> Iterator[None]:
    """The engine's modules are imported anew, and afterwards the old ones are back."""

    def loaded() -> dict[str, ModuleType]:
        return {name: each for name, each in sys.modules.items() if _is_engine(name)}

    saved = loaded()
    package = sys.modules["passrole"]
    attribute = package.__dict__.get("iam")
    for name in saved:
        del sys.modules[name]
    try:
        yield
    finally:
        for name in loaded():
            del sys.modules[name]
        sys.modules.update(saved)
        if attribute is not None:
            package.__dict__["iam"] = attribute


def _is_engine(name: str) -> bool:
    return name == "passrole.iam" or name.startswith("passrole.iam.")


def engine_with(mistake: Mistake | None) -> Simulate:
    """``simulate_case`` of an engine that makes a mistake."""
    importlib.import_module("passrole.iam.simulation")
    finder = _Finder(mistake) if mistake else None
    with _fresh_engine():
        if finder:
            sys.meta_path.insert(0, finder)
        try:
            found = importlib.import_module("passrole.iam.simulation")
        finally:
            if finder:
                sys.meta_path.remove(finder)
        simulate: Simulate = found.simulate_case
    return simulate


HOLE = {"unknown": "hole"}
KNOWN: Case = {"Effect": "Allow", "Action": "s3:*", "Resource": "*"}


def _asked(*statements: Any, version: Any = "2012-10-17", **more: Any) -> Case:
    request = {
        "action": "s3:GetObject",
        "resource": "arn:aws:s3:::shop/key",
        "principal": "arn:aws:iam::111122223333:role/x",
        "resource_account": "111122223333",
        "context": {},
    }
    request |= more.pop("request", {})
    policy = {"Version": version, "Statement": list(statements)}
    return {"id": "x", "request": request, "identity_policies": [policy], **more}


def _open_questions() -> Iterator[tuple[str, Case]]:
    """What holes and unknown layers must leave open, and what they must not."""
    denied = KNOWN | {"Effect": "Deny"}
    yes, no, maybe = "Allowed", "ImplicitlyDenied", "Unknown"
    tagged = {"aws:PrincipalTag/team": HOLE}
    same = {"StringEquals": {"aws:PrincipalTag/team": HOLE}}
    if_exists = {"StringNotEquals": {"aws:PrincipalTag/team": "red"}}
    yield maybe, _asked(KNOWN | {"Effect": HOLE})
    yield maybe, _asked(KNOWN, KNOWN | {"Effect": HOLE})
    yield maybe, _asked(KNOWN | {"Action": HOLE})
    yield maybe, _asked(KNOWN | {"Resource": HOLE})
    yield maybe, _asked(KNOWN | {"Condition": HOLE})
    yield maybe, _asked(KNOWN, denied | {"Resource": HOLE})
    yield maybe, _asked(KNOWN, denied | {"Condition": HOLE})
    yield maybe, _asked(HOLE)
    yield maybe, _asked(KNOWN, HOLE)
    yield maybe, _asked(denied | {"Resource": HOLE})
    yield "ExplicitlyDenied", _asked(HOLE, denied)
    yield maybe, _asked(KNOWN, permission_boundaries=[HOLE])
    yield maybe, _asked(KNOWN, session_policy=HOLE)
    yield maybe, _asked(KNOWN, scps=[[HOLE]])
    yield maybe, _asked(KNOWN, rcps=[[HOLE]])
    yield maybe, _asked(KNOWN, resource_policy=HOLE)
    yield maybe, _asked(KNOWN | {"Condition": if_exists}, request={"context": HOLE})
    yield maybe, _asked(KNOWN | {"Condition": if_exists}, request={"context": tagged})
    yield yes, _asked(KNOWN | {"Condition": same}, request={"context": tagged})
    yield yes, _asked(KNOWN | {"Resource": HOLE}, request={"resource": HOLE})
    yield yes, _asked(KNOWN, request={"resource": HOLE})
    yield no, _asked(KNOWN | {"Resource": "arn:aws:sqs:*"})
    team = KNOWN | {"Resource": "arn:aws:s3:::shop/${aws:PrincipalTag/team}"}
    mine = {"resource": "arn:aws:s3:::shop/red", "context": {"aws:PrincipalTag/team": "red"}}
    yield maybe, _asked(team, version=HOLE, request=mine)
    main = Fact("IsMain")
    both = Choice(main, value_from_json(KNOWN), value_from_json(KNOWN | {"Sid": "Other"}))
    yield yes, _asked(both)
    yield maybe, _asked(Choice(main, value_from_json(KNOWN), ABSENT))
    env = Hole("Env", Alphabet("Env", choices=frozenset({"dev", "prod"})))
    named = [f"arn:aws:s3:::{name}/*" for name in ("dev", "prod")]
    bucket = {"resource": Text(("arn:aws:s3:::", env, "/key"))}
    yield yes, _asked(KNOWN | {"Resource": named}, request=bucket)
    yield maybe, _asked(KNOWN | {"Resource": named[:1]}, request=bucket)
    yield no, _asked(KNOWN | {"Resource": "arn:aws:s3:::test/*"}, request=bucket)
    yield no, _asked(team, version="2008-10-17", request=mine)
    yield yes, _asked(team, request=mine)


def _conditions() -> Iterator[tuple[str, Case]]:
    """The table of conditions, asked as whole decisions."""
    tables = runpy.run_path(str(HERE / "test_conditions.py"))
    words = {2: "Allowed", 1: "Unknown", 0: "ImplicitlyDenied"}
    key = tables["KEY"]
    rows = [
        row
        for name in ("STRINGS", "NUMBERS_AND_DATES", "OTHERS", "MANY_VALUES")
        for row in tables[name]
    ]
    rows += [(operator, values, None, truth) for operator, values, truth in tables["ABSENT_KEYS"]]
    for operator, values, given, truth in rows:
        context = {} if given is None else {key: given}
        statement = KNOWN | {"Condition": {operator: {key: values}}}
        yield words[int(truth)], _asked(statement, request={"context": context})


@cache
def judges() -> tuple[tuple[str, Case], ...]:
    """Cases with the answer that they must get."""
    decisions = runpy.run_path(str(HERE / "test_decisions.py"))
    table = [(expected, case) for rows in decisions["TABLES"] for _, expected, case in rows]
    return (*table, *_conditions(), *_open_questions())


def wrong_answers(simulate: Simulate) -> int:
    """How many judges an engine fails; a crash is a wrong answer."""
    wrong = 0
    for expected, case in judges():
        try:
            wrong += simulate(case)["decision"] != expected
        except Exception:  # noqa: BLE001 - whatever a mistaken engine does
            wrong += 1
    return wrong


def _mistakes(module: str, *pairs: tuple[str, str, str]) -> list[Mistake]:
    return [Mistake(words, module, right, wrong) for words, right, wrong in pairs]


MISTAKES = [
    *_mistakes(
        "known_actions",
        ("actions are case-sensitive", "action = action.lower()", "action = str(action)"),
        (
            "a wildcard in the service certainly matches",
            "return Truth.UNKNOWN",
            "return Truth.TRUE",
        ),
        (
            "a wildcard in the service certainly matches nothing",
            "return Truth.UNKNOWN",
            "return Truth.FALSE",
        ),
        (
            "what names no service is about none",
            "self.everything or bool(self.of_any) or service.lower() in self.names",
            "self.everything or service.lower() in self.names",
        ),
        (
            "the star is about no service",
            "self.everything or bool(self.of_any) or service.lower() in self.names",
            "service.lower() in self.names",
        ),
        ("no wildcards in actions", "matches(each, name)", "each == name"),
    ),
    *_mistakes(
        "matching",
        ("NotAction is a list of actions", "return listed.negated()", "return listed"),
        (
            "NotAction is about no service",
            'if statement.unresolved or "NotAction" in statement.elements:',
            "if statement.unresolved:",
        ),
        (
            "NotResource is a list of resources",
            "        return listed.negated()\n    if \"Resource\" not in",
            "        return listed\n    if \"Resource\" not in",
        ),
        (
            "NotResource without a value leaves out nothing",
            "return Truth.UNKNOWN if excluding else Truth.FALSE",
            "return Truth.FALSE",
        ),
        ("an empty value is a value", "if not resolved.certain and", "if False and"),
        (
            "conditions are not read",
            "every((truth, conditions_hold(statement, request)))",
            "truth",
        ),
        ("principals are not read", "truth = every((truth, some(named.values())))", "pass"),
        ("resources are not read", "truth = every((truth, resource_truth(statement, request)))", "pass"),
        (
            "variables in every version",
            "if variables is False or not has_variables(item):",
            "if not has_variables(item):",
        ),
        (
            "an unknown statement is none",
            "return Match(statement, Truth.UNKNOWN, {Reach.DIRECT: Truth.UNKNOWN})",
            "return Match(statement, Truth.FALSE, {})",
        ),
    ),
    *_mistakes(
        "arns",
        (
            "resources are not case-sensitive",
            "if _expands(wanted, given):",
            "if _expands([w.lower() for w in wanted], [g.lower() for g in given]):",
        ),
        ("a star crosses segments", "if _expands(wanted, given):", "if matches(pattern, subject):"),
        ("a star never runs on", 'if not wanted[i].endswith("*"):', "if True:"),
        (
            "any pattern grants actions without resources",
            'return Truth.of(pattern != "" and not pattern.strip("*"))',
            "return Truth.TRUE",
        ),
        ("wildcards in resource types", 'return "*" in head or "?" in head', "return False"),
        ("every service has resource types", '("s3", "sqs", "sns", ', "("),
        (
            "a short pattern without a star",
            'not wanted[last].endswith("*"):\n        return False',
            'not wanted[last].endswith("*"):\n        return True',
        ),
        (
            "a short pattern with a star is malformed",
            "    if i == len(wanted) - 1:\n        return True",
            "    if i == len(wanted) - 1:\n        return False",
        ),
        (
            "the case of the service certainly counts",
            "return Truth.UNKNOWN\n    return Truth.FALSE",
            "return Truth.FALSE\n    return Truth.FALSE",
        ),
        (
            "ArnLike compares whole texts",
            "return Truth.of(all(map(matches, wanted, given)))",
            "return Truth.of(matches(pattern, subject))",
        ),
        (
            "ArnLike with a lone star",
            "return Truth.FALSE if cut_short else Truth.UNKNOWN",
            "return Truth.FALSE",
        ),
    ),
    *_mistakes(
        "operators",
        ("StringEquals takes wildcards", '"StringEquals", _equal,', '"StringEquals", _like,'),
        (
            "StringEquals ignores case",
            '"StringEquals", _equal,',
            '"StringEquals", _equal_ignoring_case,',
        ),
        ("StringLike takes no wildcards", '"StringLike", _like,', '"StringLike", _equal,'),
        (
            "IgnoreCase minds case",
            "equals(value, given, ignoring_case=True)",
            "equals(value, given)",
        ),
        ("ArnEquals takes no wildcards", '"ArnEquals", _arn_like,', '"ArnEquals", _equal,'),
        ("numbers are texts", '"Numeric" + name, _typed(_number, test)', '"Numeric" + name, _typed(str, test)'),
        ("dates are texts", '"Date" + name, _typed(_instant, test)', '"Date" + name, _typed(str, test)'),
        ("time zones are not read", "datetime.fromisoformat(text)", "datetime.fromisoformat(text[:19])"),
        (
            "no epoch seconds",
            "elif (number := _number(text)) is not None:\n        return number",
            "elif False:\n        return None",
        ),
        ("booleans mind case", ".get(text.lower())", ".get(text)"),
        ("host bits are an error", "strict=False", "strict=True"),
        ("IfExists is not read", "if_exists=if_exists,", "if_exists=False,"),
        ("set operators are not read", "qualifier=qualifier)", 'qualifier="")'),
        ("Not is not read", "negated=True)", "negated=False)"),
        ("operator names mind case", "if operator is None or (", "if operator is None or name.isupper() or ("),
        ("LessThanEquals is LessThan", '("LessThanEquals", _at_most)', '("LessThanEquals", _less)'),
        ("GreaterThan is GreaterThanEquals", '("GreaterThan", _greater)', '("GreaterThan", _at_least)'),
        (
            "what is no number is false",
            "if left is None or right is None:\n            return Truth.UNKNOWN",
            "if left is None or right is None:\n            return Truth.FALSE",
        ),
        (
            "ArnNotLike holds for what is no ARN",
            'if known is not None and known.count(":") < 5:\n        return Truth.UNKNOWN',
            'if known is not None and known.count(":") < 5:\n        return Truth.FALSE',
        ),
    ),
    *_mistakes(
        "conditions",
        (
            "a missing key fails negated operators",
            "Truth.of(operator.if_exists or operator.negated)",
            "Truth.of(operator.if_exists)",
        ),
        (
            "ForAllValues fails without the key",
            "if operator.qualifier == ALL_VALUES:\n            return Truth.TRUE",
            "if operator.qualifier == ALL_VALUES:\n            return Truth.FALSE",
        ),
        (
            "ForAnyValue holds without the key when negated",
            "return Truth.UNKNOWN if operator.if_exists else Truth.FALSE",
            "return Truth.of(operator.negated)",
        ),
        (
            "ForAllValues is ForAnyValue",
            "every(map(self.value_holds, values))",
            "some(map(self.value_holds, values))",
        ),
        (
            "ForAnyValue is ForAllValues",
            "answer = some(map(self.value_holds, values))",
            "answer = every(map(self.value_holds, values))",
        ),
        (
            "one value that differs is enough for Not",
            "return found.negated() if self.operator.negated else found",
            "return some(self.compare(v, given).negated() for v in self.values)",
        ),
        ("Null is the other way round", 'text.lower() == "true" else', 'text.lower() != "true" else'),
        ("an empty list is not null", "or value == ():", "or False:"),
        (
            "many values need no set operator",
            "return self.value_holds(values[0]) if single else Truth.UNKNOWN",
            "return some(map(self.value_holds, values))",
        ),
        (
            "a key nobody knows is absent",
            "return absent if absent is present else Truth.UNKNOWN",
            "return absent",
        ),
        ("unknown conditions hold", "        Truth.UNKNOWN\n", "        Truth.TRUE\n"),
        ("keys mind case", "request.value_of(condition.key.lower())", "request.value_of(condition.key)"),
        (
            "without a value a negated operator fails",
            "            return Truth.FALSE\n        answer",
            "            return Truth.of(operator.negated)\n        answer",
        ),
        ("an empty text is a value", "return Truth.TRUE if empty else", "return"),
    ),
    *_mistakes(
        "variables",
        (
            "a star in a value is a wildcard",
            "quoted(p) if isinstance(p, str) else p for p in",
            "p for p in",
        ),
        (
            "defaults are not read",
            "return Resolved(None) if default is None else Resolved(Text((default,)))",
            "return Resolved(None)",
        ),
        ("keys in variables mind case", "key = key.lower()", "pass"),
        (
            "no value is an empty text",
            "return Resolved(None) if default is None",
            "return Resolved(Text()) if default is None",
        ),
    ),
    *_mistakes(
        "principals",
        (
            "a session is not of its role",
            "return Reach.ROLE, _is_role_of_session(value, principal)",
            "return Reach.ROLE, Truth.FALSE",
        ),
        ("paths count in sessions", "return parts[-1] if parts else None", "return parts[1] if parts else None"),
        (
            "the account's root is root alone",
            "return Reach.ACCOUNT, _same_account(named, principal)",
            "return Reach.ACCOUNT, same",
        ),
        (
            "a grant to the account is direct",
            "return Reach.ACCOUNT, _same_account(named, principal)",
            "return Reach.DIRECT, _same_account(named, principal)",
        ),
        (
            "a short NotPrincipal spares",
            "return Truth.TRUE if every(needed) is Truth.TRUE else Truth.UNKNOWN",
            "return Truth.TRUE",
        ),
        ("NotPrincipal spares in spite of a boundary", "if limited is Truth.TRUE:", "if False:"),
        (
            "NotPrincipal is Principal",
            "_spared(statement, principal, limited, closed).negated()",
            "_spared(statement, principal, limited, closed)",
        ),
        ("any service is every service", "same if kind is PrincipalKind.SERVICE", "Truth.TRUE if kind is PrincipalKind.SERVICE"),
        (
            "every grant is to a role",
            "reach = Reach.ROLE if principal.kind is PrincipalKind.ROLE else Reach.DIRECT",
            "reach = Reach.ROLE",
        ),
        (
            "every grant is direct",
            "reach = Reach.ROLE if principal.kind is PrincipalKind.ROLE else Reach.DIRECT",
            "reach = Reach.DIRECT",
        ),
        ("unique ids match nobody", "return reach, Truth.UNKNOWN if unique else same", "return reach, same"),
        ("a star names no one", "return Reach.DIRECT, Truth.TRUE", "return Reach.DIRECT, Truth.FALSE"),
    ),
    *_mistakes(
        "decisions",
        ("a Deny is not read", "if denying:", "if False:"),
        ("a possible Deny is none", "and denies is Truth.FALSE", ""),
        ("SCPs are not read", 'for level in applied.scps]', "for level in ()]"),
        ("one level of SCPs is enough", 'for level in applied.scps]', "for level in applied.scps[:1]]"),
        ("boundaries do not limit", "if applied.boundary is not None:", "if False:"),
        ("session policies do not limit", "if applied.session is not None:", "if False:"),
        ("a boundary grants", '("identity", applied.identity.allows())', '("identity", some((applied.identity.allows(), applied.boundary.allows() if applied.boundary else Truth.FALSE)))'),
        ("across accounts, the resource policy is enough", "across = [*own, (", "across = [("),
        (
            "across accounts, the identity policy is enough",
            "if same is Truth.FALSE:\n        return [*organization, *across]",
            "if same is Truth.FALSE:\n        return [*organization, *own]",
        ),
        ("accounts do not matter", "    return equals(mine, theirs)", "    return Truth.TRUE"),
        ("keys need no key policy", '("sts", "kms")', '("sts",)'),
        ("roles need no trust", '("sts", "kms")', '("kms",)'),
        (
            "a boundary does not limit a grant to a role",
            "every((resource.allows_by(Reach.ROLE), *limits))",
            "resource.allows_by(Reach.ROLE)",
        ),
        (
            "a boundary limits a grant to a session",
            "resource.allows_by(Reach.DIRECT),",
            "every((resource.allows_by(Reach.DIRECT), *limits)),",
        ),
        ("resource policies grant nothing", "    if direct is Truth.FALSE:", "    if True:"),
        ("RCPs are not read", 'if layer.name == "rcp" and', 'if layer.name == "rcp" or'),
        ("GetCallerIdentity can be denied", '== "sts:getcalleridentity"', '== "sts:"'),
        ("services need identity policies", "(PrincipalKind.SERVICE, PrincipalKind.ANONYMOUS)", "()"),
    ),
    *_mistakes(
        "layers",
        ("an unknown Effect is Allow", "each.statement.effect == effect", 'each.statement.effect in (effect, None) and effect == "Allow"'),
        ("unknown policies are none", "(_unknown(policy),) if", "() if"),
        ("SCPs bind service-linked roles", " and request.principal.is_service_linked", " and False"),
        ("what may apply applies", "some(m.truth for m in self._with(\"Allow\"))", "some(m.truth and Truth.TRUE for m in self._with(\"Allow\"))"),
    ),
    *_mistakes(
        "policies",
        ("without a version there are variables", "return None, False, None", "return None, True, None"),
        ("an unknown version has variables", "return None, None, None", "return None, True, None"),
    ),
    *_mistakes(
        "policies",
        (
            "only one branch of a choice is read",
            "for each, statement in _cases_of(item, world):",
            "for each, statement in list(_cases_of(item, world))[:1]:",
        ),
    ),
    *_mistakes(
        "substitution",
        ("holes are not tried", "if not ways:", "if True:"),
        ("one text of a hole is enough", "for way in product(*ways)", "for way in list(product(*ways))[:1]"),
    ),
    *_mistakes(
        "layers",
        ("worlds are not told apart", "if world.admits(m.statement.world)", "if True"),
    ),
    *_mistakes(
        "statement_reading",
        ("conditions of which nothing is known are dropped", 'yield Unknown("the conditions are not known", value.origin)\n', "pass\n"),
    ),
    *_mistakes(
        "simulation",
        (
            "what is missing is not denied",
            "if decision.verdict is Verdict.MISSING and decision.may_be_denied:",
            "if False:",
        ),
    ),
]  # fmt: skip


def test_the_engine_as_it_is_answers_every_judge() -> None:
    assert wrong_answers(engine_with(None)) == 0


@pytest.mark.parametrize("mistake", MISTAKES, ids=lambda each: each.words.replace(" ", "-"))
def test_a_mistake_is_seen(mistake: Mistake) -> None:
    assert wrong_answers(engine_with(mistake)) > 0


def test_the_engine_is_whole_again_after_all_that() -> None:
    assert wrong_answers(importlib.import_module("passrole.iam.simulation").simulate_case) == 0
