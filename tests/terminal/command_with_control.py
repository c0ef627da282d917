"""The command secret-tui, in which a control of tests/controls breaks its promise too."""

import sys
from typing import Final

# It applies the control that the environment names.
import tests.controls  # noqa: F401
from tui.__main__ import run

COMMAND: Final = (sys.executable, "-m", "tests.terminal.command_with_control")
"""To be run where the tests lie."""

if __name__ == "__main__":
    run()
