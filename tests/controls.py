"""Breaks each promise once and expects its tests to fail: `python -m tests.controls [WORD...]`.

A test that passes without the promise guards nothing. Each control replaces one thing, in a pytest of its
own; this module is also the plugin that does it there, before anything of the program is imported. As many
controls run at a time as there are cores.
"""

from __future__ import annotations

import importlib
import os
import re
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from functools import reduce
from pathlib import Path
from typing import Any, Final

import pytest

from tests.broken import CONTROLS, Control

ROOT: Final = Path(__file__).parent.parent
CHOSEN: Final = "CONTROL_OF_TESTS"
"""Names, in the environment of the inner pytest, the control that it applies."""


def _target_of(control: Control) -> tuple[Any, str]:
    module_name, _, path = control.target.partition(":")
    owner_path, _, name = path.rpartition(".")
    module = importlib.import_module(module_name)
    return reduce(getattr, owner_path.split(".") if owner_path else (), module), name


def real_of(control: Control) -> Any:
    """What the control replaces."""
    return getattr(*_target_of(control))


def apply(control: Control) -> None:
    """Replace the target, and its name in every module of ours that has taken it over already."""
    owner, name = _target_of(control)
    real = real_of(control)
    broken = control.by(real)
    setattr(owner, name, broken)
    for other in [other for other_name, other in sys.modules.items() if other_name.startswith("tui.")]:
        if other.__dict__.get(name) is real:
            setattr(other, name, broken)


def chosen() -> Control:
    """The one that this pytest applies."""
    return next(control for control in CONTROLS if control.breaks == os.environ[CHOSEN])


if CHOSEN in os.environ:
    apply(chosen())


class OneFailureEach:
    """Leaves out the rest of those tests of which one has failed: they have noticed."""

    def __init__(self, tests: tuple[str, ...]) -> None:
        self._tests = tests
        self._failed: list[str] = []

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        if report.failed and report.when == "call":
            self._failed.append(report.nodeid)

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtest_setup(self, item: pytest.Item) -> None:
        mine = [tests for tests in self._tests if _is_of(item.nodeid, tests)]
        if mine and all(any(_is_of(failed, tests) for failed in self._failed) for tests in mine):
            pytest.skip("noticed already")


def pytest_configure(config: pytest.Config) -> None:
    config.pluginmanager.register(OneFailureEach(chosen().tests))


def missed(control: Control) -> list[str]:
    """Those of its tests that pass with the promise broken."""
    command = [
        sys.executable,
        "-m",
        "pytest",
        "-p",
        "tests.controls",
        "-rf",
        "-m",
        "not real",
        *control.tests,
    ]
    done = subprocess.run(
        command,
        cwd=ROOT,
        env={**os.environ, CHOSEN: control.breaks},
        capture_output=True,
        text=True,
        check=False,
    )
    # Not collecting, or collecting nothing, is no failing test.
    failed = re.findall(r"^FAILED (.+)$", done.stdout, re.MULTILINE) if done.returncode == 1 else []
    return [tests for tests in control.tests if not any(_is_of(line, tests) for line in failed)]


def _is_of(node: str, tests: str) -> bool:
    """Is it one of them: a file's, the test itself, or a row of it? `node` may go on with why it failed."""
    return node.startswith(tests) and node[len(tests) :][:1] in ("", ":", "[", " ")


def main(words: list[str]) -> int:
    """Run those controls whose sentence holds one of the words, or all; 1 if one goes unnoticed."""
    wanted = [control for control in CONTROLS if not words or any(word in control.breaks for word in words)]
    unnoticed: list[str] = []
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        for control, passed in zip(wanted, pool.map(missed, wanted), strict=True):
            said = f"NOT noticed by {', '.join(passed)}" if passed else "noticed"
            sys.stdout.write(f"promise {control.promise}: {control.breaks}: {said}\n")
            sys.stdout.flush()
            unnoticed += [control.breaks] if passed else []
    # Once more: often nothing but the end of a long log is read.
    sys.stdout.write("".join(f"NOT noticed: {breaks}\n" for breaks in unnoticed))
    sys.stdout.write(f"{len(wanted) - len(unnoticed)} passed, {len(unnoticed)} failed\n")
    return 1 if unnoticed or not wanted else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
