"""Every threat has tests that are there, and a sentence where the reach ends."""

from __future__ import annotations

import ast
import functools
from pathlib import Path

import pytest

from tests.threats import LATER, THREATS

TESTS = Path(__file__).parent
PAGE = " ".join((TESTS.parent / "docs" / "what-it-protects.md").read_text().split())


@functools.cache
def functions_of(path: Path) -> frozenset[str]:
    tree = ast.parse(path.read_text())
    return frozenset(
        node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    )


def test_no_number_is_left_out() -> None:
    assert THREATS.keys() | LATER == set(range(1, 37)) and not THREATS.keys() & LATER


@pytest.mark.parametrize("number", THREATS)
def test_its_tests_are_there(number: int) -> None:
    threat = THREATS[number]
    assert threat.tests
    for test in threat.tests:
        file, _, function = test.partition("::")
        assert (TESTS / file).is_file(), file
        assert not function or function in functions_of(TESTS / file), test
    assert threat.said in PAGE
