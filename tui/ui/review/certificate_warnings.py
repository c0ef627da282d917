"""Warnings about the certificates that drafts would write."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from tui.model.secret.secret import Secret, SecretRef
from tui.process.threads import looked_into
from tui.session.writes.review import Review
from tui.ui.base.screen import TuiScreen
from tui.ui.base.value_facts import has_certificates, look_inside
from tui.ui.widgets.bars.frame import is_staying
from tui.ui.widgets.text import Styled


class CertificateWarnings:
    """Read on a thread: a review has none at first, and `redraw` is called once there are some."""

    def __init__(self, screen: TuiScreen[Any], redraw: Callable[[], None]) -> None:
        self._screen, self._redraw = screen, redraw
        self._found: dict[SecretRef, tuple[Secret, list[Styled]]] = {}
        """The Secret as it would be, and what is wrong with its certificates."""

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
            if has_certificates(wanted):
                self._screen.run_worker(self._look(wanted), group=f"inside {draft.ref}", exclusive=True)
        return warnings

    async def _look(self, wanted: Secret) -> None:
        found = await looked_into(partial(look_inside, wanted, self._screen.desk.server_now()))
        if found is None or not found[0] or not is_staying(self._screen):
            return
        if self._found.get(wanted.ref, (None, []))[0] is wanted:
            self._found[wanted.ref] = wanted, found[0]
            self._redraw()

    def forget(self) -> None:
        """Let go of the values."""
        self._found.clear()
