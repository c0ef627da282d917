"""Find words on a page or in a shown value."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from typing import Any

from textual.app import ComposeResult

from tui.model.text.printable import lowered
from tui.ui.base.job import ask
from tui.ui.base.screen import TuiScreen
from tui.ui.dialogs.prompt import NameRequest, NameScreen
from tui.ui.widgets.bars.frame import Pane
from tui.ui.widgets.lines import Lines
from tui.ui.widgets.scroller import SearchableText
from tui.ui.widgets.text import text_of


class FindScreen(NameScreen):
    """Screen that asks for the words to find."""

    def compose_body(self) -> ComposeResult:
        yield from self.compose_fields()
        yield Lines([""], id="problem")

    def on_mount(self) -> None:
        self.query_one(Pane).head("Find", ("enter finds", "escape goes back"))


async def find_on_page(screen: TuiScreen[Any], page: SearchableText) -> None:
    """Ask for words. While the user types, show the first match from line `page.found_at.start` on."""
    go_back, start, shown = page.bookmark(), page.found_at.start, ""

    def problem(words: str) -> str | None:
        if not words:
            return "Type what to find."
        if not page.has_text:
            return "The value is masked again."
        if page.places(words):
            return None
        is_pinned = _is_pinned(screen, words)
        return "Found only in fixed lines above or below this page." if is_pinned else "Not on this page."

    def show_first(words: str) -> None:
        nonlocal shown
        if words != (shown or page.sought):  # at first, the input field contains `page.sought`
            shown = words
            places = page.places(words) if words and page.has_text else ()
            if places:
                _show(screen, page, places, bisect_left(places, start))
            else:
                go_back()

    question = NameRequest(
        *("Find", (), problem, "find"),
        given=page.sought,
        typing=show_first,
    )
    if (words := await ask(screen, FindScreen(question))) is None:
        go_back()
    elif words == shown:
        page.sought = words
        places = page.places(words)
        _show(screen, page, places, bisect_left(places, page.found_at.start))
    else:
        page.sought = words
        _step(screen, page, 1)


def _is_pinned(screen: TuiScreen[Any], words: str) -> bool:
    lines = (line for part in screen.query(Lines) if part.display for line in part.lines)
    return any(lowered(words) in lowered("".join(map(text_of, line))) for line in lines)


async def find_next(screen: TuiScreen[Any], page: SearchableText) -> None:
    """Go to the next match. If no words were searched before, ask for words."""
    if page.sought:
        _step(screen, page, 1)
    else:
        await find_on_page(screen, page)


async def find_before(screen: TuiScreen[Any], page: SearchableText) -> None:
    if page.sought:
        _step(screen, page, -1)
    else:
        await find_on_page(screen, page)


def _step(screen: TuiScreen[Any], page: SearchableText, step: int) -> None:
    places, at = page.places(page.sought), page.found_at
    if places:
        following, before = bisect_left(places, at.stop), bisect_left(places, at.start) - 1
        _show(screen, page, places, following if step > 0 else before)
    else:
        screen.show_message("The searched words are no longer on this page.")


def _show(screen: TuiScreen[Any], page: SearchableText, places: Sequence[int], nth: int) -> None:
    """Show the match `places[nth]`. An index beyond one end of `places` continues at the other end."""
    nth %= len(places)
    page.show_found(places[nth], f"{nth + 1} of {len(places)}")
    keys = screen.shared.keys
    ways = f"{keys.of('find_next')} finds the next match, {keys.of('find_before')} the previous."
    more = ways if len(places) > 1 else "No other line matches."
    screen.show_status(f"Line {places[nth] + 1} of {page.line_count}. {more}")
