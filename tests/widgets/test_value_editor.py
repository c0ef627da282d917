"""The editor of text: what goes in comes out byte for byte, or does not go in at all."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from hypothesis import given
from hypothesis import strategies as st
from textual.events import Paste
from textual.pilot import Pilot
from textual.widgets import TextArea
from textual.widgets.text_area import Selection

from tests.widgets.show import HOSTILE, Show, assert_harmless, lines, parts
from tui.model.draft.editor_text import EditText, exact_bytes
from tui.ui.widgets.text import STAND_IN
from tui.ui.widgets.value import accept_text
from tui.ui.widgets.value.value_editor import ValueEditor

KEPT = (
    b"",
    b"one",
    b"one\n",
    b"one\ntwo",
    b"one\r\ntwo\r\n",
    b"one\rtwo\r",
    b"\n",
    b"\n\n\n",
    b"\ttab\there\n",
    b" blanks \n \n",
    b"\xef\xbb\xbfwith a mark\n",
    "日本語 é e\u0301 ⏎ ‹›\n".encode(),
    b"[red]x[/red]\n[/]\n",
    b"mixed\r\nends\n",
    b"esc\x1b[2J",
    b"form\x0cfeed",
    "line\u2028separator".encode(),
    "next\u0085line".encode(),
    "rtl\u202e".encode(),
    "zero\u200bwidth".encode(),
    "no-break\u00a0blank".encode(),
    "\u200b \u2039U+200B\u203a \u240d".encode(),
)
REFUSED = (
    b"nul\x00",
    b"\xff\xfe",
    b"x" * 256_001,
)


@asynccontextmanager
async def editing(
    data: bytes = b"", *, size: tuple[int, int] = (40, 12)
) -> AsyncIterator[tuple[Show, Pilot[None], ValueEditor]]:
    editor = ValueEditor()
    app = Show(editor)
    async with app.run_test(size=size, message_hook=app.heard.append) as pilot:
        assert editor.load(data) is None
        editor.focus()
        await pilot.pause()
        yield app, pilot, editor


@pytest.mark.parametrize("data", KEPT)
async def test_a_loaded_value_comes_out_as_it_went_in(data: bytes) -> None:
    async with editing(data) as (_, _pilot, editor):
        assert editor.data == data
        assert editor.has_final_newline == data.endswith((b"\n", b"\r"))


@pytest.mark.parametrize("data", REFUSED)
async def test_a_value_that_the_editor_cannot_keep_is_refused_whole(data: bytes) -> None:
    async with editing(b"before\n") as (_, _pilot, editor):
        problem = editor.load(data)
        assert problem is not None and problem.endswith(".")
        assert editor.data == b"before\n"


@given(st.binary(max_size=60) | st.text(max_size=60).map(lambda text: text.encode("utf-8", "surrogatepass")))
def test_a_text_area_keeps_every_accepted_value(data: bytes) -> None:
    edit = accept_text.load(data)
    if isinstance(edit, EditText):
        kept = TextArea(edit.text).text
        whole = exact_bytes(
            kept, edit.line_end, edit.final_newline, edit.bom, has_stand_ins=bool(edit.why_stand_ins)
        )
        assert whole == data


@given(st.text(max_size=60))
def test_a_text_area_keeps_every_accepted_paste(pasted: str) -> None:
    taken = accept_text.paste(pasted)
    if isinstance(taken, accept_text.AcceptedPaste):
        area = TextArea("x\ny")
        area.insert(taken.text, (1, 0))
        assert area.text == f"x\n{taken.text}y"
        assert bool(taken.message) == ("\r\n" in pasted), (
            "a CR alone is what a terminal sends for a line break"
        )


async def test_a_press_of_tab_types_a_tab_and_enter_a_line_break_between_lines() -> None:
    async with editing(b"a\n\n") as (_, pilot, editor):
        await pilot.press("end", "tab", "b", "enter", "c")
        assert editor.data == b"a\tb\nc\n\n" and editor.has_focus


PEM = "-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n"


@pytest.mark.parametrize(("before", "at"), [(b"", 0), (b"be-fore", 3)])
@pytest.mark.parametrize("line_end", ["\n", "\r", "\r\n"])
async def test_a_paste_of_several_lines_is_taken_whole_and_one_undo_goes_back(
    before: bytes, at: int, line_end: str
) -> None:
    pasted = PEM.replace("\n", line_end)
    kept = "\n" if line_end == "\r" else line_end  # a terminal sends CR for every line break
    async with editing(before) as (_, pilot, editor):
        editor.move_cursor((0, at))
        await pilot.press("x", "backspace")
        editor.post_message(Paste(pasted))
        await pilot.pause()
        wanted = before[:at] + PEM.replace("\n", kept).encode() + before[at:]
        assert (editor.data, editor.is_one_line) == (wanted, False)
        await pilot.press("ctrl+z")
        assert (editor.data, editor.is_one_line) == (before, True)
        await pilot.press("ctrl+y")
        assert editor.data == wanted


async def test_the_line_ending_of_a_paste_that_was_undone_is_not_kept() -> None:
    async with editing(b"") as (_, pilot, editor):
        editor.post_message(Paste("a\r\nb"))
        await pilot.press("ctrl+z")
        editor.break_line()
        assert editor.data == b"\n"


async def test_spaces_at_the_edges_of_one_line_are_drawn_as_marked_dots() -> None:
    async with editing(b"  in side ") as (_, pilot, editor):
        await pilot.pause()
        assert "··in side·" in lines(editor)[1]
        dots = [part for part in parts(editor) if "·" in part.text]
        assert all(part.style is not None and part.style + STAND_IN == part.style for part in dots)
        editor.load("a·".encode())
        await pilot.pause()
        (dot,) = [part for part in parts(editor) if "·" in part.text]
        assert dot.style is None or not dot.style.underline, "a dot that is really there is not marked"
        editor.load("日日 ".encode() * 30)
        await pilot.pause()
        assert "".join(lines(editor)).count("·") == 1
        assert_harmless([editor])


@pytest.mark.parametrize("pasted", ["x\r\ny", "x\ry", "x\ny", "x\r\ny\nz"])
async def test_pasted_line_ends_are_converted_to_the_values_own_with_a_message(pasted: str) -> None:
    async with editing(b"a\r\nb") as (app, pilot, editor):
        editor.post_message(Paste(pasted))
        await pilot.pause()
        assert editor.data.replace(b"\r\n", b"").count(b"\r") == 0
        assert editor.data == pasted.replace("\r\n", "\n").replace("\r", "\n").replace(
            "\n", "\r\n"
        ).encode() + (b"a\r\nb")
        said = [message.message for message in app.hear(ValueEditor.InputMessage)]
        assert said == ["Pasted line endings converted to CRLF."] * ("\n" in pasted.replace("\r\n", ""))


@pytest.mark.parametrize(
    "pasted", ["nul\x00", "esc\x1b]52;c;eA==\x07", "a\u2028b", "a\x0cb", "a\u200bb", "a\ud800"]
)
async def test_a_paste_that_the_editor_cannot_keep_changes_nothing(pasted: str) -> None:
    async with editing(b"before") as (app, pilot, editor):
        editor.select_all()
        editor.post_message(Paste(pasted))
        await pilot.pause()
        assert editor.data == b"before"
        (message,) = app.hear(ValueEditor.InputMessage)
        assert message.message.startswith("Not pasted: ")


async def test_the_final_line_break_is_set_apart_from_the_text() -> None:
    async with editing(b"one\r\ntwo") as (_, pilot, editor):
        editor.toggle_final_newline()
        assert editor.data == b"one\r\ntwo\r\n" and editor.text == "one\ntwo"
        editor.toggle_final_newline()
        await pilot.press("down", "end", "x")
        assert editor.data == b"one\r\ntwox"


async def test_a_final_line_break_that_was_pasted_is_taken_off_too_and_undo_brings_it_back() -> None:
    async with editing(b"") as (_, pilot, editor):
        editor.post_message(Paste("a\nb\n"))
        await pilot.pause()
        assert editor.has_final_newline
        editor.toggle_final_newline()
        assert (editor.data, editor.has_final_newline) == (b"a\nb", False)
        await pilot.press("ctrl+z")
        assert editor.data == b"a\nb\n"


async def test_copied_and_cut_text_goes_through_the_app_and_is_forgotten_with_the_value() -> None:
    async with editing(b"made-up") as (app, pilot, editor):
        editor.select_all()
        await pilot.press("ctrl+c")
        await pilot.press("ctrl+x")
        assert app.copied == ["made-up", "made-up"] and editor.data == b""
        assert app.clipboard == ""
        editor.forget()
        await pilot.press("ctrl+v")
        assert editor.data == b""
        assert any("Paste other text with your terminal" in str(heard) for heard in app.heard)


@pytest.mark.parametrize("end", ["\n", "\r\n"])
async def test_lines_that_were_cut_are_pasted_elsewhere_byte_for_byte(end: str) -> None:
    one, two, three = "  a: 1\t", "b: 2", "\tc: 3 "
    async with editing(end.join((one, two, three, "")).encode()) as (_, pilot, editor):
        await pilot.press("ctrl+x")  # nothing is selected: the line
        await pilot.press("down", "home", "ctrl+v")
        assert editor.data == end.join((two, one, three, "")).encode()
        await pilot.press("ctrl+z")
        assert editor.data == end.join((two, three, "")).encode(), "one step of undo"
        editor.load(end.join((one, two)).encode())
        editor.move_cursor((0, 0))
        await pilot.press("ctrl+x", "ctrl+v", "ctrl+v")
        assert editor.data == end.join((one, one, two)).encode()


@pytest.mark.parametrize("end", [b"\n", b"\r\n"])
async def test_lines_cut_one_after_the_other_are_pasted_together(end: bytes) -> None:
    def lines(*names: bytes) -> bytes:
        return end.join(names)

    async with editing(lines(b"a", b"b", b"c", b"d")) as (app, pilot, editor):
        editor.move_cursor((1, 0))
        await pilot.press("ctrl+x", "ctrl+x")
        assert app.copied[-1] == "b\nc\n"
        await pilot.press("up", "ctrl+v")
        assert editor.data == lines(b"b", b"c", b"a", b"d")
        await pilot.press("ctrl+x", "ctrl+v")
        assert editor.data == lines(b"b", b"c", b"a", b"d"), "a move of the cursor begins another row of cuts"


async def test_the_last_line_is_cut_with_the_break_before_it() -> None:
    async with editing(b"a\nb\nc") as (_, pilot, editor):
        await pilot.press("ctrl+end", "ctrl+x")
        assert editor.data == b"a\nb"
        await pilot.press("ctrl+v")
        assert editor.data == b"a\nb\nc"
        await pilot.press("ctrl+x", "home", "ctrl+v")
        assert editor.data == b"a\nc\nb"
        await pilot.press("ctrl+end", "ctrl+x", "ctrl+x", "ctrl+x", "ctrl+x")
        assert editor.data == b""
        await pilot.press("ctrl+v")
        assert editor.data == b"a\nc\nb", "in the order in which they stood"


async def test_characters_that_an_editor_would_not_show_become_stand_ins_and_are_read_back() -> None:
    async with editing("a\u00a0b\r\nc\nd\r\n".encode()) as (app, pilot, editor):
        assert editor.text == "a‹U+00A0›b\nc⏎d"
        assert editor.stand_ins_text.endswith("‹U+00A0› marks one of them.")
        editor.selection = Selection((1, 1), (1, 2))
        await pilot.press("ctrl+c", "enter")
        assert app.copied == ["\n"]
        assert editor.data == "a\u00a0b\r\nc\r\nd\r\n".encode(), "the odd line end is mended"
        editor.select_all()
        editor.take("‹U+200B›")
        assert editor.data == "‹U+200B›\r\n".encode(), "a paste is the text that it is"


async def test_undo_takes_back_a_change_and_forget_leaves_nothing_to_undo() -> None:
    async with editing(b"one") as (_, pilot, editor):
        await pilot.press("x")
        assert editor.data == b"onex"
        await pilot.press("ctrl+z")
        assert editor.data == b"one"
        await pilot.press("ctrl+y", "y")
        editor.forget()
        await pilot.press("ctrl+z", "ctrl+y")
        await pilot.pause()
        assert editor.data == b"" and "one" not in "\n".join(lines(editor))


async def test_very_long_lines_are_not_wrapped() -> None:
    async with editing(b"x" * 9_000) as (_, pilot, editor):
        for data, is_wrapped in ((b"x" * 9_000, True), (b"x" * 11_000, False), (b"x\n" * 11_000, True)):
            assert (editor.load(data), editor.soft_wrap) == (None, is_wrapped)
        editor.post_message(Paste("y" * 11_000))
        await pilot.pause()
        assert editor.soft_wrap is False


async def test_hostile_text_in_the_editor_is_drawn_harmlessly() -> None:
    async with editing(size=(30, 8)) as (_, pilot, editor):
        for hostile in HOSTILE:
            if editor.load(hostile.encode("utf-8", "surrogateescape")) is None:
                await pilot.pause()
                assert_harmless([editor])
                assert editor.text.split("\n")[0][:20].replace("\t", "    ") in "\n".join(lines(editor))


async def test_a_paste_higher_than_the_window_can_be_undone_and_redone() -> None:
    pasted = "".join(f"line {number}\n" for number in range(60))
    async with editing() as (_, pilot, editor):
        editor.post_message(Paste(pasted))
        await pilot.pause()
        assert editor.data == pasted.encode()
        await pilot.press("ctrl+z")
        assert editor.data == b"" and editor.cursor_location == (0, 0)
        await pilot.press("ctrl+y")
        assert editor.data == pasted.encode()
        await pilot.press("ctrl+z")
        assert editor.data == b""
