"""A control is noticed by each of the tests that it names, and not by their neighbours."""

from __future__ import annotations

import subprocess
from types import SimpleNamespace

import pytest

from tests import breaking, controls
from tests.control import Control


@pytest.mark.parametrize(
    ("tests", "failed", "is_noticed"),
    [
        ("tests/test_a.py", "tests/test_a.py::test_x - AssertionError", True),
        ("tests/test_a.py", "tests/test_ab.py::test_x", False),
        ("tests/test_a.py::test_x", "tests/test_a.py::test_x - assert 1 == 2", True),
        ("tests/test_a.py::test_x", "tests/test_a.py::test_x[a b] - assert 1 == 2", True),
        ("tests/test_a.py::test_x", "tests/test_a.py::test_xy - assert 1 == 2", False),
        ("tests/test_a.py::test_x", "tests/test_a.py::test_y - assert 1 == 2", False),
    ],
)
def test_a_test_that_is_named_is_looked_for_whole(
    tests: str, failed: str, is_noticed: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    done = SimpleNamespace(returncode=1, stdout=f"FAILED {failed}\n")
    monkeypatch.setattr(subprocess, "run", lambda *given, **more: done)
    control = Control(0, "made up", "tui:none", breaking.does_nothing, (tests,))
    assert controls.missed(control) == ([] if is_noticed else [tests])
