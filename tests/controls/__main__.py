"""Run the controls, three at a time for each core: `python -m tests.controls [WORD...]`."""

from __future__ import annotations

import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Final

from tests.controls.all_controls import CONTROLS
from tests.controls.control import Control

ROOT: Final = Path(__file__).parents[2]
_PYTEST: Final = (sys.executable, "-m", "pytest", "-x", "-p", "tests.controls", "-m", "not real")
_AT_A_TIME: Final = 3 * (os.cpu_count() or 1)
"""A test of a broken promise mostly waits in vain: with one for each core, most of their time is unused."""


def is_noticed(control: Control) -> bool:
    """True if the control's test fails with the promise broken."""
    done = subprocess.run(
        [*_PYTEST, control.test],
        cwd=ROOT,
        env={**os.environ, "CONTROL_OF_TESTS": control.breaks},
        capture_output=True,
        text=True,
        check=False,
    )
    # Not collecting, collecting nothing, and an error in a fixture are no failing test.
    return done.returncode == 1 and f"\nFAILED {control.test}" in done.stdout


def main(words: list[str]) -> int:
    """Run the controls whose name holds one of the words, or all; return 1 if one goes unnoticed."""
    wanted = [control for control in CONTROLS if not words or any(word in control.breaks for word in words)]
    unnoticed: list[str] = []
    with ThreadPoolExecutor(_AT_A_TIME) as pool:
        for control, noticed in zip(wanted, pool.map(is_noticed, wanted), strict=True):
            result = "noticed" if noticed else f"NOT noticed by {control.test}"
            sys.stdout.write(f"promise {control.promise}: {control.breaks}: {result}\n")
            sys.stdout.flush()
            unnoticed += [] if noticed else [control.breaks]
    # Once more: often only the end of a long log is read.
    sys.stdout.write("".join(f"NOT noticed: {breaks}\n" for breaks in unnoticed))
    sys.stdout.write(f"{len(wanted) - len(unnoticed)} passed, {len(unnoticed)} failed\n")
    return 1 if unnoticed or not wanted else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
