"""Every target of the fuzzer, on real files, on damaged ones, and on what was found before."""

import importlib.util
import random
import sys
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

pytestmark = pytest.mark.slow

REPOSITORY = Path(__file__).resolve().parents[2]


def load_targets() -> Any:
    """The module beside this one: the tests are no package."""
    spec = importlib.util.spec_from_file_location(
        "fuzz_targets", Path(__file__).with_name("targets.py")
    )
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


targets = load_targets()
WHOLE = ("template_yaml", "template_json", "terraform", "terraform_json", "policy")
SEEDS = sorted(
    file
    for folder in ("tests/templates", "examples")
    for file in (REPOSITORY / folder).rglob("*")
    if file.suffix in (".yaml", ".tf", ".json", ".toml") and file.stat().st_size < 20_000
)


@pytest.mark.parametrize(
    "name",
    [
        pytest.param(name, marks=[pytest.mark.faults] if name in WHOLE else [])
        for name in targets.TARGETS
    ],
)
def test_no_bytes_break_it(name: str) -> None:
    @settings(max_examples=30 if name in WHOLE else 200, deadline=None)
    @given(
        st.binary(max_size=200)
        | st.text(max_size=200).map(lambda text: text.encode("utf-8", "surrogatepass"))
    )
    def check(data: bytes) -> None:
        targets.TARGETS[name](data)

    check()


@pytest.mark.parametrize("seed", range(8))
def test_no_damage_to_a_real_file_breaks_it(seed: int) -> None:
    order = random.Random(seed)  # noqa: S311 - nothing secret
    for _ in range(4):
        file = order.choice(SEEDS)
        data = bytearray(file.read_bytes())
        for _ in range(order.randint(1, 4)):
            at, size = order.randrange(len(data)), order.randint(0, 40)
            piece = order.choice(
                (b"", b"{", b"[", b"!Ref ", b"${", b": ", b"\n", b"\t", b"*", b"null", b"'", b"<<:")
            )
            data[at : at + size] = order.choice((piece, bytes(data[at : at + size]) * 2))
        name = "terraform" if file.suffix == ".tf" else f"template_{file.suffix[1:]}"
        targets.TARGETS.get(name, targets.documents)(bytes(data))
