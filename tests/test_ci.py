"""What .ci/run relies on: README's marked commands, the tally of a pytest log, a step for every mark."""

from __future__ import annotations

import importlib.util
import os
import re
import subprocess
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
    ("line", "numbers"),
    [
        ("12 passed in 1.20s", {"passed": 12}),
        ("1 failed, 11 passed, 3 deselected, 2 warnings in 63.20s (0:01:03)", {"failed": 1, "passed": 11}),
        (
            "\x1b[32m\x1b[1m7 passed\x1b[0m, \x1b[33m2 skipped\x1b[0m\x1b[32m in 0.1s\x1b[0m",
            {"passed": 7, "skipped": 2},
        ),
        ("[gw0] node down\n3881 passed in 389.87s (0:06:29)", {"passed": 3881}),
        ("3 passed, 1 error in 0.1s", {"passed": 3, "error": 1}),
        ("no tests ran in 0.01s", {}),
    ],
)
def test_pytests_last_line_is_read(tally: ModuleType, line: str, numbers: dict[str, int]) -> None:
    assert tally.tally(f"....\nsaid 5 passed on the way\n{line}\n") == numbers


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
def test_none_or_skipped_is_a_failure(
    tally: ModuleType,
    line: str,
    code: int,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    (tmp_path / "log").write_text(line)
    assert tally.main("ordinary", str(tmp_path / "log")) == code
    assert re.match(r"ordinary: \d+ passed, \d+ failed\n", capsys.readouterr().out)


@pytest.mark.parametrize("unnoticed", [[], ["NOT noticed: made up", "NOT noticed: made up too"]])
def test_the_summary_names_the_controls_that_went_unnoticed(unnoticed: list[str], tmp_path: Path) -> None:
    (step,) = re.findall(r"^controls\(\) \{.*?^\}", (ROOT / ".ci" / "run").read_text(), re.M | re.S)
    count = f"1 passed, {len(unnoticed)} failed"
    (tmp_path / "log").write_text("\n".join(["promise 3: made up: NOT noticed by a", *unnoticed, count, ""]))
    python = tmp_path / "bin" / "python"
    python.parent.mkdir()
    python.write_text(f"#!/bin/sh\ncat '{tmp_path}/log'\nexit {len(unnoticed)}\n")
    python.chmod(0o755)
    env = {"PATH": os.environ["PATH"], "venv": str(tmp_path), "temp": str(tmp_path)}
    done = subprocess.run(["bash", "-uo", "pipefail", "-c", f"{step}\ncontrols"], env=env, check=False)
    assert done.returncode == len(unnoticed)
    told = [f"controls: {line}" for line in (*unnoticed, count)]
    assert (tmp_path / "tallies").read_text().splitlines() == told


def test_every_mark_has_a_step() -> None:
    options = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["pytest"]["ini_options"]
    marks = {mark.partition(":")[0] for mark in options["markers"]}
    run = (ROOT / ".ci" / "run").read_text()
    assert set(re.findall(r"^ *step .*\bmarked (\w+)", run, re.M)) == marks
