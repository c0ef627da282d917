"""Two dialogs: a name to type, and a question with answers to choose from."""

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
"""Height in lines of a dialog's frame and a footer of one line together."""
_LEAST: Final = 3
_LOW: Final = 10
"""Height of a terminal, in lines, up to which a question shows no hint about letters and arrows."""
_WIDTH: Final = 76
"""Width in columns that is assumed for a dialog before its layout."""
_BESIDE: Final = 8
"""Number of columns of a dialog to the left and right of its text, together."""
_BEFORE: Final = 3
"""Width in terminal cells of an answer's letter and the gap after it."""
_COLUMNS: Final = (Column("letter", "", 1, gap=2), Column("words", "", 8, grow=1))
_PAGES: Final = {"pageup": -1.0, "pagedown": 1.0}
_LINES: Final = {"up": -1, "down": 1}


class NameRequest(Struct, frozen=True):
    title: str
    lines: tuple[Line, ...]
    problem: Callable[[str], str | None]
    verb: str
    given: str = ""
    judges_early: bool = True
    typed: str = ""
    """Initial text instead of `given`.

    It is not selected, so the next typed letter is added and does not replace it.
    """
    field: type[Field] = Field
    typing: Callable[[str], object] | None = None


class NameScreen(Dialog[str]):
    """Dialog to type a name."""

    def __init__(self, wanted: NameRequest) -> None:
        super().__init__(wanted.title, wanted.lines, ("enter", wanted.verb))
        self._wanted = wanted
        self.left_with = ""

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
    """Line of an answer. A wrapped answer has several lines; only the first has `letter`."""

    name: str
    letter: str
    words: Styled

    @property
    def is_first(self) -> bool:
        return bool(self.letter)


class Question(Dialog[str]):
    """Dialog with a question. The result is the letter of the answer; Esc returns None.

    The keys `j` and `k` move the cursor, so neither is the letter of an answer.
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
        """`default`: letter of the answer at which the cursor starts. `back`: label of Esc.

        Without a default, Enter chooses no answer. The caller gives no default if an answer discards,
        deletes or writes data, or if an answer reveals a value without the user's request.
        """
        super().__init__(title, lines)
        self._answers, self._default, self._back = dict(answers), default, back
        self._is_dead = False
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
        page, problem_lines = self.query_one(Page), self.query_one("#problem", Lines)
        width = page.size.width or min(self.size.width, _WIDTH) - _BESIDE
        below = sum(1 for _ in wrapped(problem_lines.lines, width)) + self.query_one(KeyFooter).fit() - 1
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
            for line_number, cells in enumerate(text.wrap([words], width)):
                drawn = Styled("".join(cell.text for cell in cells), is_drawn=True)
                yield _ChoiceLine(
                    f"{letter} {line_number}" if line_number else letter, "" if line_number else letter, drawn
                )

    def _show_keys(self, out_of_sight: tuple[int, int]) -> None:
        is_choice = len(self._answers) > 1
        hint = [("enter", "answers")]
        if is_choice and self.size.height > _LOW:
            hint = [("a letter or enter", "answers"), ("arrows", "move")]
        keys = [*self._answers.items()] if self._table is None else hint
        scroll_keys = "pgdn" if self._table is not None and is_choice else "↑↓"
        scrolls = [(scroll_keys, "scroll")] if any(out_of_sight) else []
        self.query_one(KeyFooter).show([*keys, *scrolls], last=("esc", self._back))
        self.on_resize()

    def on_key(self, event: Key) -> None:
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
        """Return the letter of the answer that the key chooses, or None.

        A digit never chooses an answer. If the dialog has a table, the digit moves the cursor.
        """
        if pressed == "enter" and self._table is not None:
            return self._table.cursor_key
        return pressed if pressed in self._answers and not pressed.isdecimal() else None

    def _moves(self, pressed: str) -> bool:
        if self._table is None:
            return False
        if pressed.isdecimal():
            answer_number = int(pressed)
            return 0 < answer_number <= len(self._answers) and self._table.move_to(
                [*self._answers][answer_number - 1]
            )
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

    def show_more(self, sentence: str) -> None:
        super().show_more(sentence)
        self.on_resize()
