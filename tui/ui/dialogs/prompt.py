"""Two dialogs: a name to type, and a question with named answers."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final

from msgspec import Struct
from textual import on
from textual.app import ComposeResult
from textual.events import Key
from textual.widgets import Input

from tui.model.text.counts import joined
from tui.ui.dialogs.dialog import Dialog
from tui.ui.keymap import is_modifier, shown_key
from tui.ui.widgets.bars.footer import KeyFooter
from tui.ui.widgets.field import Field
from tui.ui.widgets.lines import Line, Lines, wrapped
from tui.ui.widgets.page import Page
from tui.ui.widgets.text import Styled

_AROUND: Final = 4
"""Lines of a dialog for its frame and one line of keys."""


class NameWanted(Struct, frozen=True):
    """The name to ask for, and its rule."""

    title: str
    lines: tuple[Line, ...]
    problem: Callable[[str], str | None]
    """Why the name is invalid, as a sentence; None if it is valid."""
    verb: str
    """What enter does: "add", "rename", "delete"."""
    given: str = ""
    judges_early: bool = True
    """Show a problem while the name is typed? Otherwise only after enter."""
    typed: str = ""
    """The text of an earlier, cancelled attempt."""
    field: type[Field] = Field
    """What it is typed in."""


class NameScreen(Dialog[str]):
    """One line to type; enter accepts a valid name only, escape cancels."""

    def __init__(self, wanted: NameWanted) -> None:
        super().__init__(wanted.title, wanted.lines, ("enter", wanted.verb))
        self._wanted = wanted
        self.left_with = ""
        """The text that was typed when it was left, if that is not the given one."""

    def compose_fields(self) -> ComposeResult:
        typed = self._wanted.typed
        given = typed or self._wanted.given
        yield self._wanted.field(given, select_on_focus=not typed, id="name", compact=True)

    def on_mount(self) -> None:
        name = self.query_one(Input)
        name.focus()
        self._judge(name.value, is_pressed=False)

    @on(Input.Changed)
    def judge_name(self, event: Input.Changed) -> None:
        """Say at once what is wrong with it."""
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


class Question(Dialog[str]):
    """A question that names the object and the effect; each answer is a key and its verb.

    An answer with the verb "" is named in the lines, and not repeated in the footer. Dismissed with the
    pressed answer, or None for escape.
    """

    def __init__(self, title: str, lines: Sequence[str | Styled], answers: Sequence[tuple[str, str]]) -> None:
        super().__init__(title, lines)
        self._answers = answers
        self._is_dead = False
        """Was the last press no answer?"""

    def compose_body(self) -> ComposeResult:
        yield Page(self._lines, id="words")
        yield Lines(id="problem")
        yield KeyFooter()

    def on_mount(self) -> None:
        words = self.query_one(Page)
        words.focus()
        self.watch(words, "out_of_sight", self._show_keys)

    def on_resize(self) -> None:
        """Keep the answers in sight; the question gets the rest of the height, and scrolls."""
        page, said = self.query_one(Page), self.query_one("#problem", Lines)
        below = sum(1 for _ in wrapped(said.lines, page.size.width)) + self.query_one(KeyFooter).fit() - 1
        page.styles.max_height = max(1, self.size.height - _AROUND - below)

    def _show_keys(self, out_of_sight: tuple[int, int]) -> None:
        named = ((key, verb) for key, verb in self._answers if verb)
        *answers, last = (("esc" if key == "escape" else key, verb) for key, verb in named)
        moves = [("↑↓", "scroll")] if any(out_of_sight) else []
        self.query_one(KeyFooter).show([*answers, *moves], last=last)
        self.on_resize()

    def on_key(self, event: Key) -> None:
        """Take a key that answers; some scroll or work as everywhere. Of any other say which answer."""
        pressed = event.character if event.is_printable else event.key
        if pressed != "escape" and any(pressed == key for key, _ in self._answers):
            event.stop()
            self.dismiss(pressed)
        elif event.key not in self.active_bindings and not is_modifier(event.key):
            answers = [shown_key(key) for key, _ in self._answers]
            self._is_dead = True
            self.warn(f"{shown_key(event.key)} does nothing here; press {joined(answers, 'or')}.")
            self.on_resize()

    @property
    def has_refused(self) -> bool:
        return self._is_dead

    def forget_dead_key(self) -> None:
        self._is_dead = False

    def say_more(self, sentence: str) -> None:
        super().say_more(sentence)
        self.on_resize()
