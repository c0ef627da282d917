"""What the terminal sends: pastes come with every character, and no byte ends the reading."""

from __future__ import annotations

import pytest
from textual.events import Key, Paste

from tui.ui.input.terminal_input import TerminalInput

PASTED = "a\x00b\x1b[31mred\x1b[0m\r\né日\x1b\x1b[20"


def fed(found: TerminalInput, data: bytes, size: int) -> list[str]:
    """What these bytes mean, so many at a time: presses by their names, pastes by their texts."""
    told = []
    for at in range(0, len(data), size):
        for message in found.feed(data[at : at + size]):
            assert isinstance(message, Key | Paste)
            told.append(message.key if isinstance(message, Key) else f"<{message.text}>")
    return told


@pytest.mark.parametrize("size", [1, 2, 3, 5, 7, 4096])
def test_a_paste_comes_with_every_character_however_it_is_cut(size: int) -> None:
    found = TerminalInput()
    sent = f"x\x1b[200~{PASTED}\x1b[201~\x1b[Ay\x1b[200~two\x1b[201~\x1b[200~\x1b[201~z".encode()
    assert fed(found, sent, size) == ["x", f"<{PASTED}>", "up", "y", "<two>", "z"]


@pytest.mark.parametrize("size", [1, 4096])
def test_bytes_that_are_not_utf8_type_nothing(size: int) -> None:
    found = TerminalInput()
    assert fed(found, b"a\xe9b\xc3\xa9\xffc\xc3d", size) == ["a", "b", "é", "c", "d"]


def test_in_a_paste_they_stay_to_be_refused_there() -> None:
    found = TerminalInput()
    assert fed(found, b"\x1b[200~caf\xe9\x1b[201~", 4096) == ["<caf\udce9>"]
