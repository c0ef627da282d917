"""What leaves nothing behind, broken in one way each; tests/controls.py tries that it is noticed."""

from __future__ import annotations

from typing import Final

from tests import breaking
from tests.control import Control

OF_LEAVING: Final = (
    Control(
        14,
        "what was copied stays while the terminal is lent",
        "tui.screens.driver:LeavingNothing.close",
        lambda real: lambda self: super(type(self), self).close(),
        (
            "tests/terminal/test_lent.py::test_what_was_copied_is_emptied_while_another_program_has_the_terminal",
        ),
    ),
    Control(
        14,
        "what a login command started lives on",
        "tui.cluster.offspring:kill_with_offspring",
        breaking.does_nothing,
        ("tests/terminal/test_lent.py",),
    ),
    Control(
        14,
        "SIGTERM waits for a person at a login command",
        "tui.terminal.signals:_quit",
        lambda real: lambda number, leave: None if number == 15 else real(number, leave),
        ("tests/terminal/test_lent.py::test_sigterm_ends_the_program_the_command_and_what_that_started",),
    ),
)
