"""Base class of dialogs with input fields."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar, TypeVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.screen import ModalScreen

from tui.ui.base.min_size import MinSizeScreen
from tui.ui.commands import over_bindings
from tui.ui.widgets.bars.footer import Item, KeyFooter
from tui.ui.widgets.bars.frame import Pane, is_staying
from tui.ui.widgets.lines import Line, Lines
from tui.ui.widgets.text import Styled, Tone
from tui.ui.widgets.value.accept_text import TextField

T = TypeVar("T")


class Dialog(MinSizeScreen[T | None], ModalScreen[T | None]):
    """Dialog with text above its input fields, and a line below them for problems. Esc returns None."""

    BINDINGS: ClassVar[list[BindingType]] = [*over_bindings(), Binding("escape", "leave", show=False)]

    def __init__(self, title: str, lines: Sequence[Line], *keys: Item) -> None:
        super().__init__()
        self._title, self._lines, self._keys = title, lines, keys
        self._warned = ""

    def compose(self) -> ComposeResult:
        with Vertical(id="dialog"), Pane(id="asking") as pane:
            pane.head(self._title)
            yield from self.compose_body()

    def compose_body(self) -> ComposeResult:
        yield Lines(self._lines, id="words")
        yield from self.compose_fields()
        yield Lines([""], id="problem")
        yield KeyFooter(self._keys, last=("esc", "cancel"))

    def compose_fields(self) -> ComposeResult:
        raise NotImplementedError

    def show_below(self, *lines: Line) -> None:
        if is_staying(self):
            self.query_one("#problem", Lines).show([line for line in lines if line] or [""])

    def show_message(self, sentence: str, tone: Tone = "") -> None:
        self._warned = sentence
        self.show_below(Styled(sentence, tone) if sentence else ())

    def warn(self, sentence: str) -> None:
        self.show_message(sentence, "warning")

    def show_more(self, sentence: str) -> None:
        self.show_below(Styled(f"{self._warned} {sentence}".strip(), "warning"))

    @on(TextField.InputMessage)
    def show_field_message(self, event: TextField.InputMessage) -> None:
        self.warn(event.message)

    def action_leave(self) -> None:
        self.dismiss(None)
