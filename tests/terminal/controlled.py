"""The command secret-tui, in which a control that breaks a promise breaks it too: tests/controls.py."""

import sys
from typing import Final

# It replaces what the control names, if one is chosen.
import tests.controls  # noqa: F401
from tui.__main__ import run

COMMAND: Final = (sys.executable, "-m", "tests.terminal.controlled")
"""To be run where the tests lie."""

if __name__ == "__main__":
    run()
