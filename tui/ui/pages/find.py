"""Find words on a page or in a shown value: asked for by `/`, then the next place by one key."""

from __future__ import annotations

from typing import Any

from tui.model.text.printable import lowered
from tui.ui.base.job import ask
from tui.ui.base.screen import TuiScreen
from tui.ui.dialogs.prompt import NameScreen, NameWanted
from tui.ui.widgets.lines import Lines
from tui.ui.widgets.scroller import Searched
from tui.ui.widgets.text import text_of


async def find_on_page(screen: TuiScreen[Any], page: Searched) -> None:
    """Ask for words, and mark the next line that has them."""

    def problem(words: str) -> str | None:
        if not words:
            return "Type what to find."
        if not page.has_text:
            return "The value was hidden meanwhile; escape goes back."
        if page.next_line(words) is not None:
            return None
        return "Only in lines that are always in sight." if _is_pinned(screen, words) else "Not on this page."

    wanted = NameWanted(
        "Find", ("Any case; from the lines in sight on.",), problem, "next", given=page.sought
    )
    if (words := await ask(screen, NameScreen(wanted))) is not None:
        page.sought = words
        await find_next(screen, page)


def _is_pinned(screen: TuiScreen[Any], words: str) -> bool:
    """True if lines beside the page, which do not scroll, have these words."""
    lines = (line for part in screen.query(Lines) if part.display for line in part.lines)
    return any(lowered(words) in lowered("".join(map(text_of, line))) for line in lines)


async def find_next(screen: TuiScreen[Any], page: Searched) -> None:
    """Mark the next line that has the words; after the last one comes the first."""
    if not page.sought:
        await find_on_page(screen, page)
    elif (number := page.next_line(page.sought)) is None:
        screen.say("Not on this page any more.")
    else:
        page.show_found(number)
        key = screen.shared.keys.of("find_next")
        more = "No other line has it." if page.next_line(page.sought) == number else f"{key} finds the next."
        screen.show_status(f"Line {number + 1} of {page.line_count}. {more}")
