"""A process that edits one Secret through the program's own session, without a screen.

`python -m tests.journeys.writer KUBECONFIG NAMESPACE NAME WHO EDITS own|shared`: `own` adds a key for each
edit, `shared` changes one key that others change too. Every value that is sent is another one; a line of
JSON on stdout tells of each what the review showed in its place and how it ended.
"""

from __future__ import annotations

import asyncio
import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

from tui.cluster.auth.credentials import login
from tui.cluster.client import Cluster
from tui.cluster.kubeconfig.load import load
from tui.model.draft.draft import Draft
from tui.model.errors import ClusterError
from tui.model.secret.secret import Secret, SecretRef
from tui.model.secret.value import Value
from tui.session.clock import SystemClock
from tui.session.session import Session
from tui.session.writes.outcome import Outcome
from tui.session.writes.review import Review

SHARED = "shared"
T = TypeVar("T")


class Writer:
    """One person at one session, who reviews again until it is written."""

    def __init__(self, session: Session, ref: SecretRef, who: str) -> None:
        self._session, self._ref, self._who = session, ref, who
        self._changed = asyncio.Event()
        self._secret: Secret | None = None
        """As this person saw it last."""

    async def edit_all(self, edits: int, mode: str) -> None:
        """Makes each edit until it is known to be written."""
        unsubscribe = self._session.subscribe(lambda topics: self._changed.set())
        while self._secret is None:
            try:
                self._secret = await self._session.cluster.open(self._ref)
            except ClusterError:
                continue  # the answer was dropped
        for number in range(edits):
            key = SHARED if mode == SHARED else f"{self._who}-{number:03}"
            await self._edit(key, f"{self._who}-{number:03}")
        unsubscribe()

    async def _edit(self, key: str, text: str) -> None:
        assert self._secret is not None
        draft, kind, tries = Draft.of(self._secret), "", 0
        while kind != "written":
            value = f"{text}.{tries}"
            draft = draft.set(self._secret, key, Value(value.encode()))
            review = await self._review(draft)
            shown = review.draft.base[key]
            outcome = await self._write(review)
            told = {"value": value, "shown": None if shown is None else shown.reveal().decode()}
            _tell({"key": key, **told, "kind": outcome.kind, "merged": outcome.merged})
            draft, kind, tries = review.draft, outcome.kind, tries + 1

    async def _review(self, draft: Draft) -> Review:
        """Reviews until it can be written; where others changed the same, mine shall stand."""
        while True:
            self._session.writes.review(draft)
            review = await self._until(self._reviewed)
            if review.secret is not None:
                self._secret = review.secret
            if review.can_write:
                return review
            draft = _mine_stands(draft, review)

    async def _write(self, review: Review) -> Outcome:
        before = len(self._session.writes.outcomes)
        why_not = self._session.writes.write(review)
        assert why_not is None, why_not

        def ended() -> Outcome | None:
            known = (one for one in self._session.writes.outcomes[before:] if one.kind != "unknown")
            return next(known, None)

        return await self._until(ended)

    def _reviewed(self) -> Review | None:
        review = self._session.writes.current
        if review is None or review.stage == "loading":
            return None
        is_pending = review.stage == "ready" and review.has_changes and review.rehearsal.kind == "pending"
        return None if is_pending else review

    async def _until(self, look: Callable[[], T | None]) -> T:
        while (found := look()) is None:
            self._changed.clear()
            await self._changed.wait()
        return found


def _mine_stands(draft: Draft, review: Review) -> Draft:
    if review.secret is not None:
        for collision in review.collisions:
            draft = draft.resolve(collision.key, review.secret, "mine")
    return draft


def _tell(what: dict[str, Any]) -> None:
    sys.stdout.write(json.dumps(what) + "\n")
    sys.stdout.flush()


async def main(kubeconfig: str, namespace: str, name: str, who: str, edits: str, mode: str) -> None:
    target = load(files=[Path(kubeconfig)])
    cluster = Cluster(target, login(target))
    session = Session(cluster, SystemClock(), namespace=namespace, name=name)
    await session.start()
    await Writer(session, SecretRef(namespace, name), who).edit_all(int(edits), mode)
    left = await session.close()
    assert not left


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
