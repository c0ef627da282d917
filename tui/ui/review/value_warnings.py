"""Warnings about the values that drafts would write: certificates, and formats that they no longer have."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

from tui.model.draft.draft import Change
from tui.model.secret.fields import is_key
from tui.model.secret.formats.checks import changed_problem
from tui.model.secret.secret import Secret, SecretRef
from tui.process.threads import looked_into
from tui.session.writes.review import Review
from tui.ui.base.screen import TuiScreen
from tui.ui.base.value_facts import look_inside
from tui.ui.widgets.bars.frame import is_staying
from tui.ui.widgets.text import Styled


class ValueWarnings:
    """Read on a thread: a review has none at first, and `redraw` is called once there are some."""

    def __init__(self, screen: TuiScreen[Any], redraw: Callable[[], None]) -> None:
        self._screen, self._redraw = screen, redraw
        self._found: dict[SecretRef, tuple[Secret, list[Styled]]] = {}
        """The Secret as it would be, and what is wrong with its values."""

    def of(self, review: Review) -> list[Styled]:
        """The warnings on what this review would write."""
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
        now = self._screen.desk.server_now()
        if (found := await looked_into(partial(_warnings, wanted, changes, now))) is None:
            found = [Styled("Too large to be checked within a second.", "muted")]
        if not found or not is_staying(self._screen):
            return
        if self._found.get(wanted.ref, (None, []))[0] is wanted:
            self._found[wanted.ref] = wanted, found
            self._redraw()

    def forget(self) -> None:
        """Let go of the values."""
        self._found.clear()


def _warnings(wanted: Secret, changes: Sequence[Change], now: float) -> list[Styled]:
    problems = (
        changed_problem(change.key, change.before, change.after)
        for change in changes
        if change.before is not None and change.after is not None and is_key(change.key)
    )
    said = [Styled(f"! {problem}", "warning") for problem in problems if problem]
    return [*said, *look_inside(wanted, now)[0]]
