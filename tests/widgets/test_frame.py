"""Panes and notes: a title never breaks the frame, the focus shows without color."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from textual.widget import Widget
from textual.widgets import Static

from tests.widgets.show import HOSTILE, Show, assert_harmless, lines, parts
from tui.model.text.printable import printable
from tui.ui.widgets.bars.frame import Pane
from tui.ui.widgets.bars.note import Note, NoteView
from tui.ui.widgets.table.columns import Column
from tui.ui.widgets.table.table import VirtualTable
from tui.ui.widgets.text import Cell, Styled


def table() -> VirtualTable[str]:
    return VirtualTable([Column("name", "NAME", 4)], key=str, cells=lambda row: [row])


def titled(title: str, right: Cell | Sequence[Cell] = (), content: Widget | None = None) -> Pane:
    pane = Pane(content or table())
    pane.head(title, right)
    return pane


@pytest.mark.parametrize(
    ("width", "top"),
    [
        (60, "━ Secrets  6 of 140 ━━━━━━━━━ filter: db   Helm hidden (H) ━"),
        (50, "━ Secrets  6 of 140 ━━━━━━━━━━━━━━━━━ filter: db ━"),
        (32, "━ Secrets  6 of 140 ━ filter:… ━"),
        (24, "━ Secrets  6 of 140 ━━━━"),
        (12, "━ Secr…140 ━"),
        (4, "━━━━"),
        (120, "┏━ Secrets  6 of 140 " + "━" * 67 + " filter: db   Helm hidden (H) ━┓"),
    ],
)
async def test_title_and_right_part_share_the_top_line(width: int, top: str) -> None:
    pane = titled("Secrets  6 of 140", ["filter: db", "Helm hidden (H)"])
    async with Show(pane).run_test(size=(width, 8)) as pilot:
        await pilot.pause()
        assert lines(pane)[0] == top
        assert_harmless([pane])


async def test_without_colors_the_frame_is_drawn_in_grays(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    pane = titled("one", [Styled("two", "warning")])
    async with Show(pane).run_test(size=(110, 8)) as pilot:
        await pilot.pause()
        assert pane.has_focus_within, "its frame has the colour of the focus"
        drawn = [part.style for part in parts(pane) if part.style is not None]
        colours = [found for style in drawn for found in (style.color, style.bgcolor) if found is not None]
        assert colours and all(len(set(found.get_truecolor())) == 1 for found in colours)


@pytest.mark.slow
@pytest.mark.parametrize("hostile", HOSTILE)
@pytest.mark.parametrize("width", [70, 110])
async def test_hostile_titles_are_text_and_leave_the_frame_whole(hostile: str, width: int) -> None:
    pane = titled(hostile, [hostile, Styled(hostile, "warning")], Static("x"))
    async with Show(pane).run_test(size=(width, 6)) as pilot:
        await pilot.pause()
        top = lines(pane)[0]
        assert top.strip("┌┐─").startswith(f" {printable(hostile)} ")
        assert top[-1] in "─┐" and top[0] in "─┌"
        assert_harmless([pane])
        await pilot.resize_terminal(9, 6)
        await pilot.pause()
        assert_harmless([pane])


@pytest.mark.parametrize(
    ("kind", "mark"), [("loading", ""), ("empty", ""), ("refused", "! "), ("broken", "! "), ("covered", "")]
)
async def test_a_note_says_what_it_is_and_what_to_press(kind: str, mark: str) -> None:
    note = Note(kind, ("Missing: list secrets in namespace payments.", "Press ctrl+r to ask again."))  # type: ignore[arg-type]
    view = NoteView()
    async with Show(view).run_test(size=(60, 8)) as pilot:
        view.show_note(note)
        await pilot.pause()
        said = [line.strip() for line in lines(view)]
        assert said == ["", mark + str(note.lines[0]), str(note.lines[1]), ""]
        view.show_note(None)
        await pilot.pause()
        assert view.styles.display == "none"
        view.show_note(note)
        await pilot.pause()
        assert view.display and [line.strip() for line in lines(view)] == said


async def test_a_note_wraps_in_a_narrow_pane_and_is_text() -> None:
    view = NoteView()
    async with Show(view).run_test(size=(20, 60)) as pilot:
        view.show_note(Note("broken", HOSTILE))
        await pilot.pause()
        assert_harmless([view])
        assert "[red]x[/red]" in "\n".join(lines(view))
        view.show_note(Note("empty", ()))
        await pilot.pause()
        assert_harmless([view])
