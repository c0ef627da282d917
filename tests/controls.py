"""Breaks each promise once and expects its tests to fail: `python -m tests.controls [WORD...]`.

A test that passes without the promise guards nothing. Each control replaces one thing, in a pytest of its
own; this module is also the plugin that does it there, before anything of the program is imported.
"""

from __future__ import annotations

import importlib
import os
import re
import subprocess
import sys
from functools import reduce
from pathlib import Path
from typing import Final

from tests.broken import CONTROLS, Control

ROOT: Final = Path(__file__).parent.parent
CHOSEN: Final = "CONTROL_OF_TESTS"
"""Names, in the environment of the inner pytest, the control that it applies."""


def apply(control: Control) -> None:
    """Replace the target, and its name in every module of ours that has taken it over already."""
    module_name, _, path = control.target.partition(":")
    owner_path, _, name = path.rpartition(".")
    module = importlib.import_module(module_name)
    owner = reduce(getattr, owner_path.split(".") if owner_path else (), module)
    real = getattr(owner, name)
    broken = control.by(real)
    setattr(owner, name, broken)
    for other in [other for other_name, other in sys.modules.items() if other_name.startswith("tui.")]:
        if other.__dict__.get(name) is real:
            setattr(other, name, broken)


if CHOSEN in os.environ:
    apply(next(control for control in CONTROLS if control.breaks == os.environ[CHOSEN]))


def is_noticed(control: Control, tests: str) -> bool:
    """Does a test there fail with the promise broken?"""
    command = [sys.executable, "-m", "pytest", "-p", "tests.controls", "-x", "-m", "not real", tests]
    done = subprocess.run(
        command,
        cwd=ROOT,
        env={**os.environ, CHOSEN: control.breaks},
        capture_output=True,
        text=True,
        check=False,
    )
    # Not collecting, or collecting nothing, is no failing test.
    return done.returncode == 1 and re.search(r"\d+ failed", done.stdout) is not None


def main(words: list[str]) -> int:
    """Run those controls whose sentence holds one of the words, or all; 1 if one goes unnoticed."""
    chosen = [control for control in CONTROLS if not words or any(word in control.breaks for word in words)]
    unnoticed = 0
    for control in chosen:
        missed = [tests for tests in control.tests if not is_noticed(control, tests)]
        said = f"NOT noticed by {', '.join(missed)}" if missed else "noticed"
        sys.stdout.write(f"promise {control.promise}: {control.breaks}: {said}\n")
        sys.stdout.flush()
        unnoticed += bool(missed)
    sys.stdout.write(f"{len(chosen) - unnoticed} passed, {unnoticed} failed\n")
    return 1 if unnoticed or not chosen else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
