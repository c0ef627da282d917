"""Characters that a terminal would obey, or draws nothing for: no field takes one, and none is drawn."""

from __future__ import annotations

import ast
import importlib
import inspect
import pkgutil
import re
import sys
import unicodedata
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, Final

import pytest
from rich.color import ColorSystem
from textual._compositor import LayoutUpdate
from textual.events import Key
from textual.geometry import Region
from textual.screen import Screen
from textual.strip import Strip
from textual.widget import Widget
from textual.widgets import Input, TextArea

import tui.ui
from tests.promises.walk import PLACES, Walk
from tests.ui.person import Person, in_secret, sitting_at
from tui.model.text.printable import has_unseen
from tui.ui.command_types import Command, Where
from tui.ui.dialogs.form import FormScreen
from tui.ui.dialogs.mark_names import MarkScreen
from tui.ui.review.delete_several import DeleteSeveralScreen
from tui.ui.textual_fixes.shown_cells import ShownCells
from tui.ui.widgets.value.accept_text import TextField
from tui.ui.widgets.value.hidden_field import HiddenField

ODD: Final = [
    char for char in map(chr, range(sys.maxunicode + 1)) if unicodedata.category(char) in ("Cc", "Cf")
]
WORST: Final = ["\x1b", "\x00", "\x7f", "\u202e", "\u200b", "\x9b"]
LAID_OUT: Final = ["\t", "\n", "\r"]
_SEQUENCE: Final = re.compile(r"\x1b\[[0-9;]*[GHm]")
_OURS: Final = ("tui.ui.widgets.field", "tui.ui.widgets.value.", "tui.ui.widgets.review_page")
"""Modules that define the fields."""


def sent(person: Person, shown: ShownCells) -> str:
    """Text that a terminal would get for this screen, without the sequences of places and colors."""
    rows: list[Iterable[Strip]] = [[strip] for strip in person.app.screen._compositor.render_strips()]
    update = LayoutUpdate(rows, Region(0, 0, *person.app.size))
    return _SEQUENCE.sub("", shown.changes(update))


def typed_in(field: Widget) -> str:
    if isinstance(field, HiddenField):
        return field.typed
    assert isinstance(field, Input | TextArea)
    return field.value if isinstance(field, Input) else field.text


async def pastes_worst(person: Person, field: Widget, place: str) -> None:
    """Paste each of the worst characters, of tabs and of line ends between letters into the field."""
    shown = ShownCells(ColorSystem.TRUECOLOR)
    sent(person, shown)
    field.focus()
    await person.calm()
    for char in (*WORST, *LAID_OUT):
        person.hands.paste(person.app, f"a{char}b")
        await person.pilot.pause(0)
        await person.waits_for(lambda: not person.app.is_answering, "an answer to the paste")
        drawn = sent(person, shown)
        assert drawn.isprintable() and not has_unseen(drawn), (place, f"U+{ord(char):04X}")
    taken = set(typed_in(field))
    assert not {char for char in taken if not char.isprintable()} - {"\t", "\n"}, place
    assert not has_unseen("".join(taken)), place


def test_each_control_and_format_character_is_unseen_but_tabs_and_line_ends() -> None:
    """Fields refuse them all by this function, so the walk below pastes only the worst."""
    assert [char for char in ODD if not has_unseen(f"a{char}b")] == LAID_OUT


def fields_of(screen: Any) -> list[Widget]:
    return [widget for widget in screen.query("*") if _is_field(type(widget))]


def modules_with_fields() -> set[str]:
    """Modules of this program in which a screen or a pane makes a field."""
    found = set()
    for info in pkgutil.walk_packages(tui.ui.__path__, "tui.ui."):
        module = importlib.import_module(info.name)
        names = {name for name, thing in vars(module).items() if _is_field(thing)}
        tree = ast.parse(Path(str(module.__file__)).read_text())
        makers = [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef) and _makes(node.name)]
        nodes = [node for maker in makers for node in ast.walk(maker)]
        called = [node.func.attr for node in nodes if _is_call_of_attribute(node)]  # type: ignore[attr-defined]
        named = {node.id for node in nodes if isinstance(node, ast.Name)}
        if not (module.__name__.startswith(_OURS)) and (names & named or "field" in called):
            found.add(info.name)
    return found


def _makes(name: str) -> bool:
    return name.startswith("compose") or name == "__init__"


def _is_call_of_attribute(node: ast.AST) -> bool:
    return isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)


def _is_field(thing: object) -> bool:
    return inspect.isclass(thing) and issubclass(thing, TextField | Input | TextArea)


@pytest.mark.slow
def test_every_field_is_one_of_ours() -> None:
    """Textual's own fields would take and draw any character."""
    assert modules_with_fields()
    classes = list(_below(Input)) + list(_below(TextArea))
    ours = [one for one in classes if one.__module__.startswith("tui.")]
    assert ours
    assert [one for one in ours if not issubclass(one, TextField)] == []


def _below(kind: type[Any]) -> Iterator[type[Any]]:
    for below in kind.__subclasses__():
        yield below
        yield from _below(below)


class FieldWalk(Walk):
    """Walk over every command that tries each field on its way, once for each screen and field."""

    def __init__(self, person: Person, monkeypatch: pytest.MonkeyPatch) -> None:
        super().__init__(person, monkeypatch, b"n3w-made-up")
        self.tried: set[tuple[str, str]] = set()
        self.made_in: set[str] = set()
        walk, real = self, Widget.__init__

        def noted(widget: Widget, *args: Any, **how: Any) -> None:
            real(widget, *args, **how)
            if _is_field(type(widget)):
                frame = sys._getframe(1)
                while frame.f_back and frame.f_locals.get("self") is widget:
                    frame = frame.f_back
                walk.made_in.add(frame.f_globals["__name__"])

        monkeypatch.setattr(Widget, "__init__", noted)

    async def _run(self, place: Where, command: Command) -> None:
        await super()._run(place, command)
        await self.tries()

    async def tries_at(self, keys: str, opened: type[Screen[Any]]) -> None:
        """Try the fields of the screen that these keys open from the list."""
        await self._leave_all()
        self.person.app.screen.go_to("secrets")  # type: ignore[attr-defined]
        await self.person.press(*keys.split())
        await self.person.waits_for(lambda: type(self.person.app.screen) is opened, opened.__name__)
        await self.tries()

    async def tries(self) -> None:
        screen = self.person.app.screen
        for field in fields_of(screen):
            at = type(screen).__name__, f"{type(field).__name__}#{field.id}"
            if at in self.tried or not (field.display and field.focusable):
                continue
            self.tried.add(at)
            await pastes_worst(self.person, field, "/".join(at))


@pytest.mark.slow
@pytest.mark.parametrize("char", WORST)
async def test_a_paste_into_the_palette_is_taken_or_refused_with_the_reason(char: str) -> None:
    shown = ShownCells(ColorSystem.TRUECOLOR)
    async with sitting_at(size=(80, 24)) as person:
        await person.presses("colon", "Find a command")
        sent(person, shown)
        await person.paste(f"na{char}me")
        assert sent(person, shown).isprintable()
        await person.sees("! Not pasted: the text contains ", "Find a command")
        await person.paste("unmask\n")
        await person.sees("unmask", "show")


@pytest.mark.parametrize("char", ["\u3164", "\u2800", "\u0301"])
async def test_a_press_that_draws_nothing_is_not_typed_into_a_field(char: str) -> None:
    async with sitting_at(size=(80, 24)) as person:
        await person.press("slash")
        event = Key(char, char)
        event.time = person.hands.now() + 1
        person.app.post_message(event)
        await person.sees("! Not typed: invisible character or unusual space.")
        assert person.app.screen.query_one("#filter", Input).value == ""


async def test_a_file_whose_name_has_such_characters_is_completed_drawn_and_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "at\u202f9\x1b[2J.png").write_bytes(b"made up")
    async with in_secret(size=(80, 24)) as person:
        await person.presses("F", "Load password from a file")
        await person.fills("at", "tab")
        await person.sees("at‹U+202F›9␛[2J.png")
        assert sent(person, ShownCells(ColorSystem.TRUECOLOR)).isprintable()
        await person.presses("enter", "Loaded into the draft")


@pytest.mark.slow
@pytest.mark.timeout(600)  # each command at each place
async def test_no_field_takes_or_draws_a_control_or_format_character(monkeypatch: pytest.MonkeyPatch) -> None:
    async with sitting_at(size=(80, 24)) as person:
        walk = FieldWalk(person, monkeypatch)
        await walk.tries_at("space down space D", DeleteSeveralScreen)
        await walk.tries_at("Y enter", MarkScreen)
        await walk.tries_at("escape a s i t e enter b", FormScreen)
        await walk.go(PLACES, lambda *_: False)
        assert modules_with_fields() <= walk.made_in
