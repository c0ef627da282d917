"""A shown value is readable whole: below its key as far as there is room, else where `enter` opens it."""

from __future__ import annotations

from typing import Any

import pytest

from tests.ui.person import Person, in_secret, secret_object, sitting_at
from tests.widgets.show import assert_harmless, kept_texts
from tui.model.secret.secret import SecretRef

REF = SecretRef("default", "long")
SIZES = [(80, 24), (100, 30), (120, 36), (200, 60)]
TOKEN = "made-up-" + "".join(f"{number:04}" for number in range(98))
WIDE = "鍵" * 60
LINES = "".join(f"line {number} of forty\n" for number in range(1, 41))
HOSTILE = "made up \x1b[2J\x1b[31mred\x07 rtl\u202eevil [bold]x[/bold]\ttab and more of it to be too long"
DATA = {
    "a-short": b"made-up-short",
    "b-token": TOKEN.encode(),
    "c-lines": LINES.encode(),
    "d-wide": WIDE.encode(),
    "e-hostile": HOSTILE.encode(),
    "f-bytes": bytes(range(256)),
}
STORY = [secret_object("long", DATA)]


def below(person: Person, table: str = "#key-table") -> list[str]:
    """The lines of values that are on screen below their keys."""
    x, y, width, height = person.app.screen.query_one(table).region
    rows = person.app.screen._compositor.render_strips()[y : y + height]
    lines = [strip.crop(x, x + width).text.rstrip("┃ ") for strip in rows]
    return [line.split("│ ", 1)[1] for line in lines if line.startswith("  │ ")]


async def show(person: Person, key: str) -> list[str]:
    """Show the value of one key, and no other; its lines."""
    await person.put_cursor("#key-table", key)
    await person.presses("r", f"{key} is shown until")
    return below(person)


@pytest.mark.slow
async def test_left_out_lines_are_counted_and_enter_opens_all_of_them() -> None:
    async with in_secret(REF, story=STORY, size=(80, 24)) as person:
        *shown, last = await show(person, "c-lines")
        assert shown == [f"line {number} of forty⏎" for number in range(1, len(shown) + 1)] and len(shown) > 4
        assert last == f"… {40 - len(shown)} more lines; enter opens the value"
        assert "e-hostile" in person.read("#key-table"), "the other keys stay on screen"
        await person.presses("enter", "line 1 of forty")
        await person.presses("G", "line 40 of forty")
    async with in_secret(REF, story=STORY, size=(200, 60)) as person:
        assert len(await show(person, "c-lines")) == 40, "there is room for all"


async def test_the_cursor_goes_from_key_to_key_past_the_lines_of_a_value() -> None:
    async with sitting_at(story=STORY, size=(80, 24)) as person:
        screen: Any = person.app.screen
        await person.open(REF)
        await person.presses("R", "6 values are shown until")
        seen = [screen.secret.key]
        lines = set(below(person))
        for _ in range(5):
            await person.press("j")
            seen.append(screen.secret.key)
            assert seen[-1] in person.read("#key-table"), "the key is in sight"
            lines |= set(below(person))
        assert seen == list(DATA)
        assert {"line 1 of forty⏎", "line 2 of forty⏎"} <= lines, "three lines for each at least"
        assert any("more, " in line or "more lines" in line for line in lines)
        await person.press("R")
        assert below(person) == []


async def test_control_characters_and_bytes_are_drawn_as_symbols() -> None:
    async with in_secret(REF, story=STORY, size=(120, 36)) as person:
        assert "made up ␛[2J␛[31mred␇ rtl‹U+202E›evil [bold]x[/bold]⇥tab" in "".join(
            await show(person, "e-hostile")
        )
        await person.press("r")
        await show(person, "f-bytes")
        assert " ".join(below(person)).split() == [f"{number:02x}" for number in range(256)]
        assert_harmless([person.app.screen.query_one("#key-table")])


@pytest.mark.slow
async def test_nothing_is_kept_of_the_lines_that_were_shown() -> None:
    value = b"".join(b"number-%d\n" % number for number in range(200, 240))
    line = value.splitlines()[7].decode()  # a constant of this test would be found as kept
    async with in_secret(REF, story=[secret_object("long", {"a": value})], size=(120, 36)) as person:
        await person.presses("r", f"{line}⏎")
        await person.presses("r escape", "read by  ")
        await person.waits_for(lambda: not kept_texts(line), "its lines to be let go of")


async def test_spaces_at_the_ends_of_a_value_and_of_its_lines_are_seen() -> None:
    data = {"a": b"made-up  ", "b": b" made-up", "c": b" ", "d": b"one \ntwo\n  three\n", "e": b"in a text"}
    ref = SecretRef("default", "spaces")
    async with in_secret(ref, story=[secret_object("spaces", data)], size=(80, 24)) as person:
        await person.presses("R", "5 values are shown until")
        table = person.read("#key-table")
        assert all(text in table for text in ("made-up␠␠", "␠made-up", "in a text"))
        assert below(person) == ["one␠⏎", "two⏎", "  three⏎"]
        assert table.count("␠") == 5
        await person.presses("enter", "  made-up␠␠")


async def test_the_footer_says_show_or_hide_of_the_key_under_the_cursor() -> None:
    async with in_secret(REF, story=STORY, size=(80, 24)) as person:
        await person.put_cursor("#key-table", "a-short")
        await person.presses("r", "r hide")
        await person.presses("j", "r show")
        await person.presses("k", "r hide")
        await person.presses("r", "r show")


async def test_an_empty_value_says_so_in_the_list_and_on_its_page() -> None:
    async with in_secret(REF, story=[secret_object("long", {"none": b""})], size=(80, 24)) as person:
        await person.reads("#secret", "none empty 0 B")
        await person.presses("enter", "━ long / none ━", "r shows it")
        await person.presses("r", "empty: 0 bytes")
