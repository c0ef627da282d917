"""Read the journal and print one line per entry (`secret-tui journal`)."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from tui.model.journal import Wanted, parse, told
from tui.model.text.printable import printable
from tui.terminal.journal_file import NAME, read


class NotRead(Exception):
    """The journal cannot be read; the sentence says why."""

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence)
        self.sentence = sentence


def journal_lines(folder: Path | None, wanted: Wanted) -> Iterator[str]:
    """The wanted entries, the oldest first, or a sentence that there are none. Raises NotRead."""
    if folder is None:
        raise NotRead("This host has no directory for a journal.")
    fitting = broken = 0
    try:
        for text in read(folder):
            found = parse(text)
            broken += found is None
            if found is not None and wanted.fits(found):
                fitting += 1
                yield told(found)
    except OSError as error:
        raise NotRead(f"The journal in {folder} cannot be read: {error.strerror}.") from None
    place = printable(str(folder / NAME))
    if not fitting:
        yield f"No entries in {place}" + (" that match." if wanted != Wanted() else ".")
    if broken:
        yield f"{broken:,} {'line' if broken == 1 else 'lines'} of {place} could not be parsed."
