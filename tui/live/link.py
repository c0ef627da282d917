"""Link: whether what is on screen is kept fresh, in one word for the header."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal

from msgspec import Struct
from msgspec.structs import replace

from tui.live.panes import Pane
from tui.model.errors import ClusterError, Forbidden


class Link(Struct, frozen=True):
    """Is what is on screen kept fresh?"""

    kind: Literal["connecting", "live", "not live"] = "connecting"
    since: float | None = None
    """Seconds since the epoch; None where nothing was lost: all that would be followed is refused."""
    error: ClusterError | None = None

    @property
    def is_lost(self) -> bool:
        """Was there more, or should there be, and the cluster does not answer?"""
        return self.kind == "not live" and self.since is not None


def link_of(panes: Iterable[Pane], before: Link, now: float) -> Link:
    """The link after some pane changed; `before` itself if it still holds.

    A refusal is an answer: the pane says it, and the link holds while anything else is followed. Once
    connected it is never "connecting" again.
    """
    followed = [pane for pane in panes if pane.kind != "idle"]
    lost = [pane for pane in followed if is_lost(pane)]
    if lost:
        error = next((pane.error for pane in lost if pane.error is not None), None)
        if before.kind == "not live":
            return replace(before, error=error)
        return Link("not live", min((pane.since for pane in lost if pane.since), default=now), error)
    refused = [pane.error for pane in followed if isinstance(pane.error, Forbidden) and not pane.is_live]
    if followed and len(refused) == len(followed):
        is_told = before.kind == "not live" and before.since is None
        return before if is_told else Link("not live", None, refused[0])
    has_answer = any(pane.is_live or pane.kind in ("ready", "refused") for pane in followed)
    return Link("live", now) if has_answer and before.kind != "live" else before


def is_lost(pane: Pane) -> bool:
    """Was it followed, or to be followed, and something other than a refusal ended that?"""
    if pane.kind in ("broken", "expired"):
        return True
    is_cut = pane.kind == "ready" and not pane.is_live and pane.since is not None
    return is_cut and not isinstance(pane.error, Forbidden)
