"""The command secret-tui, in which ? is an error that holds a value. For the tests of leaving."""

from typing import NoReturn

from tests.terminal.steps import OLD
from tui.__main__ import run
from tui.ui.app.common_commands import CommonCommands


def fail(self: CommonCommands) -> NoReturn:
    raise KeyError(OLD.decode())


if __name__ == "__main__":
    CommonCommands.run_show_help = fail  # type: ignore[method-assign]
    run()
