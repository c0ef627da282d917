"""The editor of one line: enter adds no byte, a paste of several lines is not cut down to its first."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from textual.events import Key, Paste
from textual.pilot import Pilot

from tests.widgets.show import Show, assert_harmless, lines, parts
from tui.widgets.text import STAND_IN
from tui.widgets.value_editor import LineEditor


@asynccontextmanager
async def editing(
    text: str = "", *, is_hidden: bool = False
) -> AsyncIterator[tuple[Show, Pilot[None], LineEditor]]:
    editor = LineEditor(is_hidden=is_hidden)
    app = Show(editor)
    async with app.run_test(size=(40, 6), message_hook=app.heard.append) as pilot:
        assert editor.load(text) is None
        editor.focus()
        await pilot.pause()
        yield app, pilot, editor


async def test_enter_keeps_exactly_what_stands_there() -> None:
    async with editing("pw") as (app, pilot, editor):
        await pilot.press("!", "space", "enter")
        (kept,) = app.hear(LineEditor.Kept)
        assert kept.text == "pw! " and kept.control is editor


@pytest.mark.parametrize(
    "text", ["a\nb", "a\n", "a\r", "a\tb", "a\x1b", "a\x00", "a\u200b", "a\u00a0", "a\udcff"]
)
async def test_what_one_line_cannot_keep_is_not_loaded(text: str) -> None:
    async with editing("before") as (_, _pilot, editor):
        problem = editor.load(text)
        assert problem is not None and problem.endswith(".")
        assert editor.value == "before"


@pytest.mark.parametrize(
    "pasted", ["-----BEGIN\nx\n-----END\n", "a\r\nb", "a\n\n", "a\tb", "a\x1bb", "a\u202eb"]
)
async def test_a_paste_that_is_no_line_changes_nothing(pasted: str) -> None:
    async with editing("before") as (app, pilot, editor):
        editor.post_message(Paste(pasted))
        await pilot.pause()
        assert editor.value == "before"
        (message,) = app.hear(LineEditor.PasteRefused)
        assert message.reason.startswith("Not pasted: ") and message.pasted == pasted


@pytest.mark.parametrize("pasted", ["word\n", "word\r\n"])
async def test_the_line_break_of_a_copied_line_is_left_out_and_that_is_said(pasted: str) -> None:
    async with editing("my ") as (app, pilot, editor):
        editor.post_message(Paste(pasted))
        await pilot.pause()
        assert editor.value == "my word"
        (message,) = app.hear(LineEditor.PasteFitted)
        assert "line break" in message.said


async def test_a_paste_takes_the_place_of_the_selection() -> None:
    async with editing("old") as (_, pilot, editor):
        await pilot.press("shift+home")
        editor.post_message(Paste("new"))
        await pilot.pause()
        assert editor.value == "new"


async def test_a_no_break_blank_is_not_typed() -> None:
    async with editing("x") as (app, pilot, editor):
        editor.post_message(Key("no_break_space", "\u00a0"))
        await pilot.pause()
        assert editor.value == "x" and app.hear(LineEditor.PasteRefused)


async def test_blanks_at_the_edges_are_drawn_as_marked_dots() -> None:
    async with editing("  in side ") as (_, pilot, editor):
        await pilot.pause()
        assert "··in side·" in lines(editor)[1]
        assert editor.has_edge_blank is True
        dots = [part for part in parts(editor) if "·" in part.text]
        assert all(part.style is not None and part.style + STAND_IN == part.style for part in dots)
        editor.load("a·")
        await pilot.pause()
        (dot,) = [part for part in parts(editor) if "·" in part.text]
        assert dot.style is None or not dot.style.underline, "a dot that is really there is not marked"
        assert editor.has_edge_blank == editor.value.endswith(" ")
        assert_harmless([editor])


async def test_dots_stand_right_where_the_line_is_scrolled() -> None:
    async with editing("日" * 40 + "  ") as (_, pilot, editor):
        await pilot.press("home", "end")
        await pilot.pause()
        assert "日··" in lines(editor)[1]


async def test_undo_and_redo() -> None:
    async with editing("one") as (_, pilot, editor):
        await pilot.press("x", "ctrl+u")
        assert editor.value == ""
        await pilot.press("ctrl+z")
        assert editor.value == "onex"
        await pilot.press("ctrl+z", "ctrl+z", "ctrl+z")
        assert editor.value == "one"
        await pilot.press("ctrl+y")
        assert editor.value == "onex"
        editor.forget()
        await pilot.press("ctrl+z", "ctrl+y")
        assert editor.value == ""


async def test_a_hidden_text_is_neither_drawn_nor_copied() -> None:
    async with editing("made-up ", is_hidden=True) as (app, pilot, editor):
        await pilot.press("shift+home", "ctrl+c", "ctrl+x")
        await pilot.pause()
        assert app.copied == [] and editor.value == "made-up "
        assert "made-up" not in "\n".join(lines(editor)) and "·" not in "\n".join(lines(editor))


async def test_copy_goes_through_the_app() -> None:
    async with editing("made-up") as (app, pilot, editor):
        await pilot.press("shift+home", "ctrl+c")
        assert app.copied == ["made-up"]
        await pilot.press("ctrl+x")
        assert app.copied == ["made-up"] * 2 and editor.value == ""


async def test_brackets_are_text_and_the_cursor_does_not_blink() -> None:
    async with editing("[red]x[/] [@click=app.quit]y") as (_, pilot, editor):
        await pilot.pause()
        assert "[red]x[/] [@click=app.quit]y" in lines(editor)[1]
        assert_harmless([editor])
        assert not editor.cursor_blink
