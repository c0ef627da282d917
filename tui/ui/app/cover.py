"""The cover: a screen that hides values and names of Secrets until the user presses Enter."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, ClassVar

from textual.app import App, ComposeResult
from textual.binding import Binding, BindingType

from tui.ui.base.min_size import MinSizeScreen
from tui.ui.base.screen import TuiScreen
from tui.ui.commands import over_bindings
from tui.ui.widgets.bars.footer import KeyFooter
from tui.ui.widgets.bars.frame import Pane
from tui.ui.widgets.lines import Line, Lines


class CoverScreen(MinSizeScreen[None]):
    """The cover. Enter closes it."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "uncover", show=False),
        *over_bindings(),
    ]

    def __init__(self, browser: TuiScreen[Any], come_back: Callable[[], None]) -> None:
        super().__init__()
        self._browser, self._come_back = browser, come_back

    def compose(self) -> ComposeResult:
        with Pane(id="cover"):
            yield Lines(id="cover-words")
        yield KeyFooter()

    def on_mount(self) -> None:
        shared = self._browser.shared
        count = len(shared.session.drafts.all())
        kept = "1 draft is kept." if count == 1 else f"{count} drafts are kept." if count else ""
        since = shared.session.clock.moment(shared.session.clock.now())
        lines: list[Line] = [
            "All values are masked; fetched values are removed from memory.",
            *([kept] if kept else []),
            *(["A canceled edit is kept until you leave its Secret."] if self._browser.has_canceled else []),
            (),
            "enter returns; values stay masked.",
        ]
        self.query_one(Pane).head("secret-tui", f"covered since {since}")
        self.query_one("#cover-words", Lines).show(lines)
        quits = shared.keys.first("quit_program")
        *keys, last = [("enter", "return"), *([(quits, "quit")] if quits else [])]
        self.query_one(KeyFooter).show(keys, last=last)

    def action_uncover(self) -> None:
        """Close the cover before `_come_back` reopens screens, so that the main screen gets the focus."""
        self.dismiss()
        self._browser.call_later(self._come_back)


def cover(app: App[Any]) -> None:
    """Close all screens except the main one, drop fetched values, and show the cover.

    If the cover is shown already, only draw it again. Drafts are kept. `close_for_cover` of a screen decides
    whether typed text is kept.
    """
    while len(app.screen_stack) > 1:
        top = app.screen
        if isinstance(top, CoverScreen):
            top.refresh(repaint=True)
            return
        if isinstance(top, MinSizeScreen):
            top.close_for_cover()
        else:
            top.dismiss(None)
    browser = app.screen
    if not isinstance(browser, TuiScreen):
        return  # the main screen is not open yet
    app.push_screen(CoverScreen(browser, browser.let_go()))
