"""A control is noticed by each of the tests that it names, by no neighbours; what is not is said last."""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from inspect import Parameter, signature
from types import SimpleNamespace
from typing import Any

import pytest

from tests import breaking, controls
from tests.broken import CONTROLS
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


def test_what_went_unnoticed_is_said_again_before_the_count(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    made_up = [
        Control(0, f"made up {nth}", "tui:none", breaking.does_nothing, ("a", "b")) for nth in range(3)
    ]
    monkeypatch.setattr(controls, "CONTROLS", made_up)
    monkeypatch.setattr(controls, "missed", lambda control: ["a"] if control is made_up[0] else [])
    assert controls.main([]) == 1
    said = capsys.readouterr().out.splitlines()
    assert said[:2] == ["promise 0: made up 0: NOT noticed by a", "promise 0: made up 1: noticed"]
    assert said[3:] == ["NOT noticed: made up 0", "2 passed, 1 failed"]
    assert controls.main(["1"]) == 0
    assert capsys.readouterr().out.splitlines()[1:] == ["1 passed, 0 failed"]


def _least_call(function: Callable[..., Any]) -> tuple[list[None], dict[str, None]]:
    """Arguments for each parameter of a function that has no default."""
    needed = [one for one in signature(function).parameters.values() if one.default is Parameter.empty]
    placed = [
        None for one in needed if one.kind in (Parameter.POSITIONAL_ONLY, Parameter.POSITIONAL_OR_KEYWORD)
    ]
    return placed, {one.name: None for one in needed if one.kind is Parameter.KEYWORD_ONLY}


@pytest.mark.parametrize("control", CONTROLS, ids=lambda control: control.breaks)
def test_what_stands_in_is_called_as_the_real_one(control: Control) -> None:
    real = controls.real_of(control)
    stand_in = control.by(real)
    if callable(real) and not isinstance(real, type):
        placed, named = _least_call(real)
        signature(stand_in).bind(*placed, **named)
