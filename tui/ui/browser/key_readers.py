"""Widget with the readers of the key under the cursor."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Final

from textual.containers import Vertical
from textual.geometry import Size

from tui.model.readers.reader import Reader, each_once, readers_count
from tui.model.secret.secret import SecretRef
from tui.session.cache.readers import Readers
from tui.ui.base.freshness import is_spread, seen_words, value_word
from tui.ui.base.reader_words import mentioned, not_checked, readers_doubt, readers_word
from tui.ui.base.screen_context import ScreenContext
from tui.ui.widgets.lines import Line, Lines, cells_of, part_line, wrapped
from tui.ui.widgets.lists import reader_lines
from tui.ui.widgets.text import Styled, text_of

_AROUND: Final = 2
"""Sum of the blank cells to the left and to the right of a line."""
_TITLE: Final = 1
_NOT_LOOKED_AT: Final = 2
_LEAST_WIDTH: Final = 44
"""Minimum width in cells of this widget while it stands to the right of the keys."""


class KeyReaders(Vertical):
    """Readers of a key: how each reader uses the key, and when the reader sees a change."""

    def __init__(self, shared: ScreenContext) -> None:
        self._uses, self._below = Lines(id="key-readers", wrap=False), Lines(id="not-looked-at")
        super().__init__(self._uses, self._below, id="readers")
        self._shared = shared

    def least_lines(self, ref: SecretRef, key: str) -> int:
        uses = len(each_once(self._shared.session.readers_of(ref.namespace).of(ref, [key])))
        return _TITLE + max(1, uses) + _NOT_LOOKED_AT

    def least_width(self, ref: SecretRef, value_width: int) -> int:
        """Return the minimum width in cells at which every line about a reader is shown whole.

        `value_width`: cells for the text about the value that a pod has now.
        """
        readers = each_once(self._shared.session.readers_of(ref.namespace).of(ref))
        return max(_LEAST_WIDTH, _AROUND + reader_lines.needed_width(readers, value_width, self._seen))

    def _seen(self, reader: Reader) -> str:
        return seen_words(self._shared.session, reader.info, reader.use)

    def clear(self) -> None:
        self._uses.show([])
        self._below.show([])

    def show(self, ref: SecretRef | None, key: str | None, size: Size, warned: Sequence[Line]) -> None:
        if ref is None or key is None:
            self.clear()
            return
        session, keys = self._shared.session, self._shared.keys
        readers_here = session.readers_of(ref.namespace)
        readers = each_once(readers_here.of(ref, [key]))
        unseen = not_checked(readers_here, keys, session.clock, ref, command="show_readers")
        below = [*mentioned(readers_here, ref), *unseen]
        doubt = self._doubt(readers_here, warned) if readers else ""
        watched = ", live" if readers_here.state.is_live and not doubt else ""
        count = f"{readers_count(readers)}{watched}" if readers else ""
        lines = [part_line(f"Read by: {key}", count, size.width)]
        if doubt:
            lines += wrapped([(Styled(f"  ! {doubt}", "warning"),)], size.width)
        most = size.height - len(lines) - sum(1 for _ in wrapped(map(cells_of, below), size.width))
        where = f"{keys.of('show_readers')} shows them all"
        value = partial(value_word, session, key, is_spread=is_spread(session, ref, key))
        lines += reader_lines.reader_lines(readers, most, size.width, where, value, self._seen)
        if not readers:
            watched = " (live)" if readers_here.state.is_live else ""
            word = readers_word(readers_here, ref, keys, session.clock)
            lines.append((Styled(f"  {word}{watched}", "muted"),))
        self._uses.show(lines)
        self._below.show(below)

    def _doubt(self, held: Readers, warned: Sequence[Line]) -> str:
        """Return the reason to doubt the list of readers; "" if there is none.

        If the lines in `warned` already show `held.state.error`, leave the error out.
        """
        doubt = readers_doubt(held, self._shared.keys, self._shared.session.clock)
        error = held.state.error
        if doubt and error is not None and any(error.sentence in words for words in map(_plain, warned)):
            return doubt.removesuffix(f": {error.sentence}")
        return doubt


def _plain(line: Line) -> str:
    return "".join(map(text_of, cells_of(line)))
