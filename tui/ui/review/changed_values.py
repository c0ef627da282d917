"""Differences of changed values, and warnings about the values that drafts would write.

Warnings, and differences of large values, are computed on a thread.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from functools import partial
from typing import Any, Final

from msgspec import Struct

from tui.model.draft.draft import Change
from tui.model.draft.leaf_changes import changed_leaves, known_leaf_changes
from tui.model.secret.fields import is_key
from tui.model.secret.formats.registry import changed_problem
from tui.model.secret.secret import Secret, SecretRef
from tui.model.secret.value import Value
from tui.model.settings.settings import FACTS
from tui.process.threads import looked_into, run_in_thread
from tui.session.writes.review import Review
from tui.ui.base.screen import TuiScreen
from tui.ui.base.value_facts import format_changes, inside_warnings, look_inside
from tui.ui.widgets.bars.frame import is_staying
from tui.ui.widgets.lists.change_table import MOST_LINES
from tui.ui.widgets.text import Styled
from tui.ui.widgets.value.diff_view import BYTES_AT_ONCE, COMPARING, diff_rows, leaf_rows

_DECODED_AT_ONCE: Final = 512
"""Maximum total bytes of two values whose leaves (innermost fields) are compared without a thread."""


class _Laid(Struct, eq=False):
    before: Value
    after: Value
    width: int
    is_shown: bool
    is_whole: bool = False
    rows: Sequence[Styled] = (COMPARING,)

    def __repr__(self) -> str:
        return "<Laid>"


class ShownDiffs:
    """Rows with the differences of each changed value."""

    def __init__(self, screen: TuiScreen[Any], redraw: Callable[[], None]) -> None:
        self._screen, self._redraw = screen, redraw
        self.is_whole = False
        self._laid: dict[str, _Laid] = {}
        self._waiting: dict[str, _Laid] = {}

    def of(self, change: Change, width: int, *, is_shown: bool) -> Sequence[Styled]:
        """Return the rows with the differences of a change.

        A shown value has the row COMPARING while a thread compares the old and the new value. A masked value
        has rows only for its changed leaves, and no rows during the comparison.
        """
        before, after = change.before or Value(b""), change.after or Value(b"")
        diff, wanted = self._laid.get(change.key), (before, after, width, is_shown, self.is_whole)
        if diff is None or (diff.before, diff.after, diff.width, diff.is_shown, diff.is_whole) != wanted:
            diff = self._laid[change.key] = _Laid(*wanted, (COMPARING,) if is_shown else ())
            if self._is_quick(change.key, diff):
                diff.rows = self._rows(change.key, diff)
            else:
                is_idle = not self._waiting
                self._waiting[change.key] = diff
                if is_idle:
                    self._screen.run_worker(self._lay_out(), group="diffs")
        return diff.rows

    def _is_quick(self, key: str, laid: _Laid) -> bool:
        if self._has_names and known_leaf_changes(key, laid.before, laid.after) is None:
            return laid.before.size + laid.after.size <= _DECODED_AT_ONCE
        shown = (each for each in self._laid.values() if each.is_shown)
        return sum(each.before.size + each.after.size for each in shown) <= BYTES_AT_ONCE

    @property
    def _has_names(self) -> bool:
        return self._screen.shared.settings.facts == FACTS[0]

    def _rows(self, key: str, laid: _Laid) -> Sequence[Styled]:
        leaves = changed_leaves(key, laid.before, laid.after) if self._has_names else None
        if leaves is not None:
            return leaf_rows(leaves, laid.width, is_shown=laid.is_shown)
        if not laid.is_shown:
            return ()
        values = laid.before, laid.after
        rows = diff_rows(*values, laid.width) if laid.is_whole else []
        return rows if 0 < len(rows) <= MOST_LINES else diff_rows(*values, laid.width, is_folded=True)

    async def _lay_out(self) -> None:
        while self._waiting:
            key, diff = next(iter(self._waiting.items()))
            diff.rows = await run_in_thread(partial(self._rows, key, diff))
            if self._waiting.get(key) is diff:
                del self._waiting[key]
            if is_staying(self._screen) and (diff.is_shown or not self._waiting):
                self._redraw()

    def keep(self, keys: Collection[str]) -> None:
        """Drop the comparisons of keys that are not in `keys`, because comparisons hold values."""
        self._laid = {key: diff for key, diff in self._laid.items() if key in keys}
        self._waiting = {key: diff for key, diff in self._waiting.items() if key in keys}


class ValueWarnings:
    """Warnings about the values that reviewed drafts would write, computed on a thread."""

    def __init__(self, screen: TuiScreen[Any], redraw: Callable[[], None]) -> None:
        self._screen, self._redraw = screen, redraw
        self._found: dict[SecretRef, tuple[Secret, list[Styled]]] = {}

    def of(self, review: Review) -> list[Styled]:
        draft = review.draft
        if review.secret is None and not draft.is_new:
            return []
        data = draft.data(review.secret)
        wanted, warnings = self._found.get(draft.ref, (None, []))
        if wanted is None or dict(wanted.data) != dict(data):
            wanted, warnings = Secret(draft.ref, draft.uid, draft.resource_version, draft.type, data), []
            self._found[draft.ref] = wanted, warnings
            look = self._look(wanted, draft.change_list())
            self._screen.run_worker(look, group=f"inside {draft.ref}", exclusive=True)
        return warnings

    async def _look(self, wanted: Secret, changes: Sequence[Change]) -> None:
        now, facts = self._screen.shared.server_now(), self._screen.shared.settings.facts
        if (warnings := await looked_into(partial(_warnings, wanted, changes, now, facts))) is None:
            warnings = [Styled("Values not checked: too large to check within a second.", "muted")]
        if not warnings or not is_staying(self._screen):
            return
        if self._found.get(wanted.ref, (None, []))[0] is wanted:
            self._found[wanted.ref] = wanted, warnings
            self._redraw()

    def forget(self) -> None:
        self._found.clear()


def _warnings(wanted: Secret, changes: Sequence[Change], now: float, facts: str) -> list[Styled]:
    flaws = (
        changed_problem(change.key, change.before, change.after)
        for change in changes
        if change.before is not None and change.after is not None and is_key(change.key)
    )
    warnings = [Styled(f"! {flaw.words}", "warning") for flaw in flaws if flaw is not None]
    for change in changes:
        warnings += format_changes(change, now, facts)
        if change.before is not None and change.after is not None and facts == FACTS[0]:
            # Fill the cache of `changed_leaves`, which `tui.model.draft.former_values` reads later.
            changed_leaves(change.key, change.before, change.after)
    return [*warnings, *inside_warnings(*look_inside(wanted), now)]
