"""The command secret-tui, whose input ends at a ctrl+] with an error that holds a value. For the tests."""

from collections.abc import Iterator

from textual.message import Message

from tests.terminal.steps import OLD
from tui.__main__ import run
from tui.ui.textual_fixes.terminal_input import TerminalInput

feed = TerminalInput.feed


def fail(self: TerminalInput, data: bytes) -> Iterator[Message]:
    if data == b"\x1d":
        raise KeyError(OLD.decode())
    return feed(self, data)


if __name__ == "__main__":
    TerminalInput.feed = fail  # type: ignore[method-assign]
    run()
