"""Basis of .ci/run: README's marked commands, the tally of a pytest log, a step for every mark."""

from __future__ import annotations

import importlib.util
import re
import tomllib
from pathlib import Path
from types import ModuleType
from typing import Final

import pytest

ROOT: Final = Path(__file__).parent.parent


@pytest.fixture(scope="module")
def tally() -> ModuleType:
    spec = importlib.util.spec_from_file_location("tally", ROOT / ".ci" / "tally.py")
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize(("name", "ends_in"), [("tour", "secret-tui --demo"), ("test", "-m pytest -n auto")])
def test_readme_has_each_command_once_between_its_markers(name: str, ends_in: str) -> None:
    text = (ROOT / "README.md").read_text()
    (command,) = re.findall(rf"<!-- command: {name} -->\n```sh\n(.+)\n```\n<!-- end -->", text)
    assert command.endswith(ends_in)
    assert text.index(command) < 1500, "both stand at the top"


@pytest.mark.parametrize(
    ("line", "code"),
    [
        ("9 passed in 1s", 0),
        ("no tests ran in 1s", 1),
        ("9 passed, 1 skipped in 1s", 1),
        ("9 passed, 1 xfailed in 1s", 1),
        ("1 failed, 9 passed in 1s", 1),
        ("", 1),
    ],
)
def test_the_tally_fails_without_tests_or_with_skipped_or_failed_ones(
    tally: ModuleType, line: str, code: int, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "log").write_text(line)
    assert tally.main("ordinary", str(tmp_path / "log")) == code
    assert re.match(r"ordinary: \d+ passed, \d+ failed\n", capsys.readouterr().out)


def test_every_pytest_mark_has_a_step() -> None:
    options = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["pytest"]["ini_options"]
    marks = {mark.partition(":")[0] for mark in options["markers"]}
    run = (ROOT / ".ci" / "run").read_text()
    begun = re.findall(r"^ *beside (\w+)", run, re.M)
    assert re.findall(r"^ *step .*\bfinished (\w+)", run, re.M) == begun
    assert {*begun, *re.findall(r"^ *step .*\bmarked (\w+)", run, re.M)} == marks
