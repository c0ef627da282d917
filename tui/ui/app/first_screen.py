"""The first frame: where the program connects to, drawn before the browser is imported."""

from __future__ import annotations

from textual.app import ComposeResult
from textual.events import ScreenResume

from tui.ui.base.min_size import MinSizeScreen
from tui.ui.textual_fixes.result_callback import NoCallback
from tui.ui.widgets.bars.header import HeaderFacts, HeaderLine
from tui.ui.widgets.lines import Lines
from tui.ui.widgets.text import Styled


class FirstScreen(NoCallback, MinSizeScreen[None]):
    """Takes no key: until the browser replaces it, only the keys that quit do something."""

    AUTO_FOCUS = ""

    def __init__(self, facts: HeaderFacts, note: str) -> None:
        """`note`: what is loaded, as the browser will say it."""
        super().__init__()
        self._facts, self._note = facts, note

    def compose(self) -> ComposeResult:
        yield HeaderLine(self._facts)
        yield Lines([(Styled(self._note, "muted"),)], id="first-note")

    def on_screen_resume(self, event: ScreenResume) -> None:
        event.refresh_styles = False  # composed a moment ago, all of it was styled then
