"""Recorders and tmux clients that can see this terminal."""

from __future__ import annotations

from msgspec import Struct
from msgspec.structs import replace


class Viewers(Struct, frozen=True):
    """Recorders of this terminal, and tmux clients that show it."""

    recorders: tuple[str, ...] = ()
    clients: int = 1
    pids: tuple[int, ...] = ()
    is_known: bool = True
    """False if tmux did not answer."""

    @property
    def doubts(self) -> frozenset[str]:
        clients = [f"client {pid}" for pid in self.pids] or [f"SHARED {self.clients}"]
        return frozenset(
            (
                *(f"recorded by {recorder}" for recorder in self.recorders),
                *(clients if self.clients > 1 else ()),
                *(() if self.is_known else ("not known",)),
            )
        )

    def after(self, before: Viewers) -> Viewers:
        """Return `self`; if tmux did not answer, return `before` with the recorders of `self` added."""
        if self.is_known:
            return self
        recorders = tuple(dict.fromkeys((*before.recorders, *self.recorders)))
        return replace(before, recorders=recorders)

    @property
    def badges(self) -> tuple[str, ...]:
        shared = (f"SHARED {self.clients}",) if self.clients > 1 else ()
        return ("RECORDED", *shared) if self.recorders else shared

    @property
    def sentences(self) -> tuple[str, ...]:
        recorded = f"RECORDED: this screen is recorded by {' and by '.join(self.recorders)}."
        shared = f"SHARED {self.clients}: {self.clients} tmux clients show this window."
        unknown = "The check for viewers failed: others may see this terminal."
        return (
            *((recorded,) if self.recorders else ()),
            *((shared,) if self.clients > 1 else ()),
            *(() if self.is_known else (unknown,)),
        )
