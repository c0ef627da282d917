"""The command secret-tui, in which a control of tests/controls may break its promise."""

import sys
from typing import Final

# The import applies the control that the environment names.
import tests.controls  # noqa: F401
from tui.__main__ import run

COMMAND: Final = (sys.executable, "-m", "tests.terminal.command_with_control")
"""Command line; it runs only in the repository's root."""

if __name__ == "__main__":
    run()
