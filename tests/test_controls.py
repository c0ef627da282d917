"""A control is noticed by each of the tests that it names, by no neighbours; what is not is said last."""

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
