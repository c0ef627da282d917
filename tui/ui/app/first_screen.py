"""The first frame: the header and a note such as "Loading Secrets …"."""

from __future__ import annotations

from textual.app import ComposeResult
from textual.events import ScreenResume

from tui.ui.base.min_size import MinSizeScreen
from tui.ui.textual_fixes.result_callback import NoCallback
from tui.ui.widgets.bars.header import HeaderFacts, HeaderLine
from tui.ui.widgets.lines import Lines
from tui.ui.widgets.text import Styled


class FirstScreen(NoCallback, MinSizeScreen[None]):
    """Screen that is shown until the main screen (browser) replaces it."""

    AUTO_FOCUS = ""

    def __init__(self, facts: HeaderFacts, note: str) -> None:
        super().__init__()
        self._facts, self._note = facts, note

    def compose(self) -> ComposeResult:
        yield HeaderLine(self._facts)
        yield Lines([(Styled(self._note, "muted"),)], id="first-note")

    def on_screen_resume(self, event: ScreenResume) -> None:
        event.refresh_styles = False  # the widgets were styled when they were composed
