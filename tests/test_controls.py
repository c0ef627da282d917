"""The controls: what each is made of, how it is noticed, and what is printed."""

from __future__ import annotations

import subprocess
from inspect import Parameter, signature
from types import SimpleNamespace
from typing import Any

import pytest

from tests.controls import __main__ as runner
from tests.controls.all_controls import CONTROLS
from tests.controls.control import Control, does_nothing, owner_of

PROMISES = range(1, 17)


def made_up(breaks: str) -> Control:
    return Control(0, breaks, does_nothing, does_nothing, "tests/test_a.py::test_x")


@pytest.mark.parametrize(
    ("code", "said", "noticed"),
    [
        (1, "\nFAILED tests/test_a.py::test_x - assert 1 == 2", True),
        (1, "\nFAILED tests/test_a.py::test_x[a b] - assert 1 == 2", True),
        (1, "\nERROR tests/test_a.py::test_x - in a fixture", False),
        (2, "\nERROR tests/test_a.py - in its imports", False),
        (5, "\nno tests ran", False),
        (0, "\n1 passed", False),
    ],
)
def test_only_a_test_that_fails_has_noticed(
    code: int, said: str, noticed: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    done = SimpleNamespace(returncode=code, stdout=said)
    monkeypatch.setattr(subprocess, "run", lambda *given, **more: done)
    assert runner.is_noticed(made_up("made up")) == noticed


def test_what_went_unnoticed_is_said_again_before_the_count(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(runner, "CONTROLS", tuple(made_up(f"made up {nth}") for nth in range(3)))
    monkeypatch.setattr(runner, "is_noticed", lambda control: control.breaks != "made up 0")
    assert runner.main([]) == 1
    said = capsys.readouterr().out.splitlines()
    assert said[:2] == [
        "promise 0: made up 0: NOT noticed by tests/test_a.py::test_x",
        "promise 0: made up 1: noticed",
    ]
    assert said[3:] == ["NOT noticed: made up 0", "2 passed, 1 failed"]
    assert runner.main(["1"]) == 0
    assert capsys.readouterr().out.splitlines()[1:] == ["1 passed, 0 failed"]


def test_every_promise_has_a_control_and_every_control_a_name_of_its_own() -> None:
    assert {control.promise for control in CONTROLS} == set(PROMISES)
    assert len({control.breaks for control in CONTROLS}) == len(CONTROLS)


def _arguments_without_default(function: Any) -> tuple[list[None], dict[str, None]]:
    needed = [one for one in signature(function).parameters.values() if one.default is Parameter.empty]
    placed = [
        None for one in needed if one.kind in (Parameter.POSITIONAL_ONLY, Parameter.POSITIONAL_OR_KEYWORD)
    ]
    return placed, {one.name: None for one in needed if one.kind is Parameter.KEYWORD_ONLY}


@pytest.mark.parametrize("control", CONTROLS, ids=lambda control: control.breaks)
def test_a_control_replaces_a_public_name_by_what_is_called_the_same_way(control: Control) -> None:
    owner, name = owner_of(control.seam)
    assert getattr(owner, name) is control.seam
    assert name.startswith("__") or not name.startswith("_")
    assert not owner.__name__.startswith("_")
    replacement = control.by(control.seam)
    assert isinstance(replacement, property) == isinstance(control.seam, property)
    if not isinstance(replacement, property):
        placed, named = _arguments_without_default(control.seam)
        signature(replacement).bind(*placed, **named)
