"""FindTextScreen: base class of editor screens, with lines above and below a text that can be searched."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TypeVar

from textual.app import ComposeResult

from tui.ui.base.job import ask
from tui.ui.base.screen import TuiScreen
from tui.ui.commands import BY_ID
from tui.ui.dialogs.prompt import NameRequest, NameScreen
from tui.ui.keymap import shown_key
from tui.ui.textual_fixes.box_model import forget_height
from tui.ui.widgets.bars.frame import Pane
from tui.ui.widgets.lines import Line, Lines
from tui.ui.widgets.value.value_editor import ValueEditor

T = TypeVar("T")


class FindTextScreen(TuiScreen[T]):
    """Base class of an editor screen whose text can be searched."""

    _sought = ""
    IS_TYPING = True
    IS_NEVER_MASKED = True

    def compose_body(self) -> ComposeResult:
        with Pane(id="editor"):
            yield Lines(marks_rest=True, id="above")
            yield ValueEditor(id="value")
            yield Lines(id="sizes")

    def show_around(self, above: Iterable[Line], below: Iterable[Line]) -> None:
        forget_height(self.query_one(ValueEditor))
        self.query_one("#above", Lines).show(above)
        self.query_one("#sizes", Lines).show(below)

    def show_loaded(self, what: str) -> None:
        keep = self.footer_key(BY_ID["keep_value"])
        undo = next(key for key, active in self.active_bindings.items() if active.binding.action == "undo")
        self.show_message(f"Loaded {what}. {shown_key(undo)} undoes the loading, {keep} keeps the text.")

    async def run_find_text(self) -> None:
        editor = self.query_one(ValueEditor)

        def problem(words: str) -> str | None:
            if not words:
                return "Type the text to find."
            return None if editor.next_place(words) is not None else "Not found in this text."

        wanted = NameRequest(
            "Find",
            ("The search ignores case. It starts at the cursor, then goes on from the top.",),
            problem,
            "next",
            given=self._sought,
        )
        if (words := await ask(self, NameScreen(wanted))) is not None:
            self._sought = words
            editor.select_next(words)
