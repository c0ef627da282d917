"""Commands that go to a pane of the main screen, or zoom a pane."""

from __future__ import annotations

from tui.ui.browser.panes import ORDER, BrowserPanes
from tui.ui.command_types import unless


class PaneCommands:
    def __init__(self, browser: BrowserPanes) -> None:
        self.browser, self.shared = browser, browser.shared

    def run_choose_namespace(self) -> None:
        pane = self.browser.at
        self.browser.go_to("namespaces")
        self.browser.chosen_from = pane

    def run_go_to_secrets(self) -> None:
        self.browser.go_to("secrets")

    def _none_open(self) -> str | None:
        is_open = self.shared.session.open_ref is not None
        return None if is_open else f"No Secret is open; {self.shared.keys.of('go_in')} opens one."

    @unless(_none_open)
    def run_go_to_open_secret(self) -> None:
        self.browser.go_to("secret")

    def run_next_pane(self) -> None:
        self._step(1)

    def run_previous_pane(self) -> None:
        self._step(-1)

    def _step(self, step: int) -> None:
        panes = ORDER if self.shared.session.open_ref is not None else ORDER[:2]
        self.browser.go_to(panes[(panes.index(self.browser.at) + step) % len(panes)])

    def _is_one_pane(self) -> str | None:
        is_one = self.browser.pane_count == 1 and not self.browser.is_zoomed
        return "This pane has the whole width already." if is_one else None

    @unless(_is_one_pane)
    def run_zoom_pane(self) -> None:
        self.browser.zoom(not self.browser.is_zoomed)
