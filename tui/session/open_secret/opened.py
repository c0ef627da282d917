"""The one Secret whose values are in memory, what changed in it, and whether it is gone."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Literal

from tui.model.errors import ClusterError, NotFound
from tui.model.secret.secret import Secret, SecretRef, SecretSummary
from tui.session.cache.list_state import ListState, kind_of
from tui.session.cache.resource_store import is_newer


class Opened:
    """The open Secret; only the session changes it."""

    def __init__(self, ref: SecretRef, *, is_new: bool = False) -> None:
        self.ref = ref
        self.is_new = is_new
        """Is it still to be created, from a draft? Then nothing is fetched."""
        self.secret: Secret | None = None
        """The newest version; None while loading, after it was deleted, and after it was left."""
        self.pane = ListState() if is_new else ListState("loading")
        self.changed: frozenset[str] = frozenset()
        """The keys that others changed, added or removed since it was opened."""
        self.gone: Literal["deleted", "recreated"] | None = None
        """Set when it was deleted or recreated: its values are dropped, its draft stays."""
        self.uid = ""
        """The uid that was opened; "" until it was read."""
        self.labels: Mapping[str, str] | None = None
        """Its labels, kept after it was deleted."""

    def took(self, secret: Secret, now: float, *, ours: frozenset[str] = frozenset()) -> bool:
        """Take a version that was read; `ours` are the keys that a write of this run changed.

        False if it is no newer than what is held.
        """
        if self.gone is not None:
            return False
        if self.uid and secret.uid != self.uid:
            self.ended("recreated")
            return True
        held = self.secret
        if held is not None and not is_newer(secret.resource_version, held.resource_version):
            # An event was faster than the answer: what it brought was ours all the same.
            self.changed -= frozenset(key for key in ours if held.data.get(key) == secret.data.get(key))
            if secret.resource_version == held.resource_version and not self.pane.is_live:
                self.pane = _read(now)  # a read before this one failed
            return False
        if held is not None:
            self.changed = (self.changed | held.differing(secret)) - ours
        self.uid, self.secret = secret.uid, secret
        self.pane = _read(now)
        return True

    def resolved(self, keys: Iterable[str]) -> None:
        """The person saw what the server has for these keys now, and decided."""
        self.changed -= frozenset(keys)

    def needs(self, row: SecretSummary) -> bool:
        """Is this row newer than what is held, or of a Secret that was made, or made anew, since?"""
        if self.gone is not None or row.ref != self.ref:
            return False
        if not self.uid:
            return isinstance(self.pane.error, NotFound)  # it was made since
        if row.uid != self.uid:
            return True
        held = self.secret
        return held is None or is_newer(row.resource_version, held.resource_version)

    def is_followed_by(self, row: SecretSummary) -> bool:
        """Was it deleted, and is this the recreated one?"""
        return self.gone == "deleted" and row.ref == self.ref and row.uid != self.uid

    def failed(self, error: ClusterError, now: float) -> None:
        """A read failed. Earlier values stay, marked as not live."""
        if isinstance(error, NotFound) and self.uid:
            self.ended("deleted")
            return
        never = ListState(kind_of(error), error=error, since=now)
        self.pane = never if self.secret is None else self.pane.lost(error, now)

    def ended(self, how: Literal["deleted", "recreated"]) -> None:
        """It was deleted or recreated: drop its values."""
        if self.secret is not None:
            self.labels = self.secret.labels
        self.gone, self.secret = how, None

    def let_go(self) -> None:
        """It was left: drop its values, so that no object of the session refers to them."""
        self.secret = None
        self.pane = ListState()

    def __repr__(self) -> str:
        return f"<Opened {self.ref}>"


def _read(now: float) -> ListState:
    return ListState("ready", is_complete=True, is_live=True, since=now, loaded=1)
