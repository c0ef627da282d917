"""Two dialogs: a name to type, and a question with named answers."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Final

from msgspec import Struct
from textual import on
from textual.app import ComposeResult
from textual.events import Key
from textual.widgets import Input

from tui.model.text.counts import joined
from tui.ui.dialogs.dialog import Dialog
from tui.ui.keymap import is_modifier, shown_key
from tui.ui.widgets import text
from tui.ui.widgets.bars.footer import KeyFooter
from tui.ui.widgets.field import Field
from tui.ui.widgets.lines import Line, Lines, wrapped
from tui.ui.widgets.page import Page
from tui.ui.widgets.scroller import THUMB
from tui.ui.widgets.table.table import Column, VirtualTable
from tui.ui.widgets.text import Styled

_AROUND: Final = 4
"""Lines of a dialog for its frame and one line of keys."""
_LEAST: Final = 3
"""Lines of answers that are in sight at any height."""
_LOW: Final = 10
"""Lines of a terminal whose answers need the line that says how to choose."""
_WIDTH: Final = 76
"""Columns of a dialog, until it is laid out."""
_BESIDE: Final = 8
"""Columns of a dialog beside its words."""
_BEFORE: Final = 3
"""Columns that an answer has less than the words above it."""
_COLUMNS: Final = (Column("letter", "", 1, gap=2), Column("words", "", 8, grow=1))
_PAGES: Final = {"pageup": -1.0, "pagedown": 1.0}
"""Keys that scroll the words above answers."""
_LINES: Final = {"up": -1, "down": 1}
"""Keys that do so above a single answer."""


class NameWanted(Struct, frozen=True):
    """The name to ask for, and its rule."""

    title: str
    lines: tuple[Line, ...]
    problem: Callable[[str], str | None]
    """Reason why the name is invalid, a sentence; None if it is valid."""
    verb: str
    """Verb for what enter does: "add", "rename", "delete"."""
    given: str = ""
    judges_early: bool = True
    """Show a problem while the name is typed? Otherwise only after enter."""
    typed: str = ""
    """The text of an earlier, cancelled attempt."""
    field: type[Field] = Field
    """Widget to type in."""
    typing: Callable[[str], object] | None = None
    """Called with each text while it is typed."""


class NameScreen(Dialog[str]):
    """Line to type a name; enter accepts a valid one only, escape cancels."""

    def __init__(self, wanted: NameWanted) -> None:
        super().__init__(wanted.title, wanted.lines, ("enter", wanted.verb))
        self._wanted = wanted
        self.left_with = ""
        """The text that was typed when it was left, if that is not the given one."""

    def compose_fields(self) -> ComposeResult:
        typed = self._wanted.typed
        given = typed or self._wanted.given
        yield self._wanted.field(given, select_on_focus=not typed, id="name")

    def on_mount(self) -> None:
        name = self.query_one(Input)
        name.focus()
        self._judge(name.value, is_pressed=False)

    @on(Input.Changed)
    def judge_name(self, event: Input.Changed) -> None:
        """Say at once what is wrong with it."""
        if self._wanted.typing is not None:
            self._wanted.typing(event.value)
        self._judge(event.value, is_pressed=False)

    @on(Input.Submitted)
    def take_name(self, event: Input.Submitted) -> None:
        if self._judge(event.value, is_pressed=True) is None:
            self.dismiss(event.value)

    def _judge(self, name: str, *, is_pressed: bool) -> str | None:
        problem = self._wanted.problem(name)
        is_early = name not in ("", self._wanted.given) and self._wanted.judges_early
        self.warn(problem if problem and (is_early or is_pressed) else "")
        return problem

    def action_leave(self) -> None:
        typed = self.query_one(Input).value
        if typed != self._wanted.given:
            self.left_with = typed
        super().action_leave()


class _ChoiceLine(Struct, frozen=True):
    """Line of the answers; a long answer takes several, and the cursor is on its first."""

    name: str
    letter: str
    words: Styled

    @property
    def is_first(self) -> bool:
        return bool(self.letter)


class Question(Dialog[str]):
    """A question that names the object and the effect; each answer is a key and its words.

    With a default each has a line: `enter` takes the one under the cursor, which begins there; so no answer
    is `j` or `k`, which move. Without one only its key takes an answer. Dismissed with the key of the answer,
    or None for escape.
    """

    def __init__(
        self,
        title: str,
        lines: Sequence[str | Styled],
        answers: Sequence[tuple[str, str]],
        *,
        default: str = "",
        back: str = "back",
    ) -> None:
        """Put the cursor on `default` first; "" if an answer discards, deletes, writes, or hands out what
        the press before it did not ask for.

        `back`: what escape does.
        """
        super().__init__(title, lines)
        self._answers, self._default, self._back = dict(answers), default, back
        self._is_dead = False
        """True if the last press was no answer."""
        self._table: VirtualTable[_ChoiceLine] | None = None
        if default:
            self._table = VirtualTable(
                _COLUMNS,
                key=lambda line: line.name,
                cells=lambda line: (Styled(line.letter, "accent"), line.words),
                selectable=lambda line: line.is_first,
                has_header=False,
                id="answers",
            )

    def compose_body(self) -> ComposeResult:
        is_parted = self._table is not None and self._lines
        yield Page([*self._lines, ""] if is_parted else self._lines, id="words")
        if self._table is not None:
            yield self._table
        yield Lines(id="problem")
        yield KeyFooter()

    def on_mount(self) -> None:
        words = self.query_one(Page)
        (self._table or words).focus()
        self.watch(words, "out_of_sight", self._show_keys)
        if self._table is not None:
            self._table.move_to(self._default)

    def on_resize(self) -> None:
        """Keep the answers in sight; the question gets the rest of the height, and scrolls."""
        page, said = self.query_one(Page), self.query_one("#problem", Lines)
        width = page.size.width or min(self.size.width, _WIDTH) - _BESIDE
        below = sum(1 for _ in wrapped(said.lines, width)) + self.query_one(KeyFooter).fit() - 1
        room = self.size.height - _AROUND - below
        if self._table is not None:
            lines = list(self._choice_lines(width - _BEFORE))
            self._table.show(lines)
            rows = min(len(lines), room - 1, max(_LEAST, room - len(page.broken_at(width - THUMB))))
            self._table.styles.max_height = rows
            room -= rows
        page.styles.max_height = max(1, room)

    def _choice_lines(self, width: int) -> Iterator[_ChoiceLine]:
        for letter, words in self._answers.items():
            for nth, cells in enumerate(text.wrap([words], width)):
                drawn = Styled("".join(cell.text for cell in cells), is_drawn=True)
                yield _ChoiceLine(f"{letter} {nth}" if nth else letter, "" if nth else letter, drawn)

    def _show_keys(self, out_of_sight: tuple[int, int]) -> None:
        is_choice = len(self._answers) > 1
        ways = [("a letter or arrows", "choose")] if is_choice and self.size.height > _LOW else []
        keys = [*self._answers.items()] if self._table is None else [("enter", "takes it"), *ways]
        by = "pgdn" if self._table is not None and is_choice else "↑↓"
        scrolls = [(by, "scroll")] if any(out_of_sight) else []
        self.query_one(KeyFooter).show([*keys, *scrolls], last=("esc", self._back))
        self.on_resize()

    def on_key(self, event: Key) -> None:
        """Take a key that answers; some move or work as everywhere. Of any other say which answer."""
        pressed = (event.character if event.is_printable else None) or event.key
        if (answer := self._answer_of(pressed)) is not None:
            event.stop()
            self.dismiss(answer)
        elif self._moves(pressed):
            event.stop()
        elif pressed == "enter" or (event.key not in self.active_bindings and not is_modifier(event.key)):
            letters = [letter for letter in self._answers if not letter.isdecimal()]
            keys = [*(["enter"] if self._default else []), *map(shown_key, letters), "esc"]
            self._is_dead = True
            self.warn(f"{shown_key(event.key)} does nothing here; press {joined(keys, 'or')}.")
            self.on_resize()

    def _answer_of(self, pressed: str) -> str | None:
        """The answer that a press is; digits only move."""
        if pressed == "enter" and self._table is not None:
            return self._table.cursor_key
        return pressed if pressed in self._answers and not pressed.isdecimal() else None

    def _moves(self, pressed: str) -> bool:
        """Move the cursor to the line of a number, or scroll the words."""
        if self._table is None:
            return False
        if pressed.isdecimal():
            nth = int(pressed)
            return 0 < nth <= len(self._answers) and self._table.move_to([*self._answers][nth - 1])
        words = self.query_one(Page)
        if pressed in _PAGES and any(words.out_of_sight):
            words.action_scroll_pages(_PAGES[pressed])
        elif pressed in _LINES and len(self._answers) == 1:
            words.action_scroll_by(_LINES[pressed])
        else:
            return False
        return True

    @property
    def has_refused(self) -> bool:
        return self._is_dead

    def forget_dead_key(self) -> None:
        self._is_dead = False

    def say_more(self, sentence: str) -> None:
        super().say_more(sentence)
        self.on_resize()
