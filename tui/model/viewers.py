"""Detected viewers of this terminal. There may be viewers that were not detected."""

from __future__ import annotations

from msgspec import Struct
from msgspec.structs import replace


class Viewers(Struct, frozen=True):
    """Recorders of this terminal, and other clients of a shared session."""

    recorders: tuple[str, ...] = ()
    """Recorders as parts of a sentence: "script, which this program runs under"."""
    clients: int = 1
    """Number of tmux clients that show this program's window."""
    pids: tuple[int, ...] = ()
    """Process ids of the tmux clients, if known, in ascending order."""
    is_known: bool = True
    """False if tmux did not answer. `recorders` is valid even then."""

    @property
    def doubts(self) -> frozenset[str]:
        """Reasons to ask before a value is shown: recorders, tmux clients, and tmux without an answer."""
        clients = [f"client {pid}" for pid in self.pids] or [f"SHARED {self.clients}"]
        return frozenset(
            (
                *(f"recorded by {recorder}" for recorder in self.recorders),
                *(clients if self.clients > 1 else ()),
                *(() if self.is_known else ("not known",)),
            )
        )

    def after(self, before: Viewers) -> Viewers:
        """Return this result if tmux answered; otherwise `before`, with the recorders of both results."""
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
        """Sentences for the user about recorders, tmux clients, and tmux without an answer."""
        recorded = f"RECORDED: this screen is recorded by {' and by '.join(self.recorders)}."
        shared = f"SHARED {self.clients}: {self.clients} tmux clients show this window."
        unknown = "Cannot tell who else sees this terminal."
        return (
            *((recorded,) if self.recorders else ()),
            *((shared,) if self.clients > 1 else ()),
            *(() if self.is_known else (unknown,)),
        )
