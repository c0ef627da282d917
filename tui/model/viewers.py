"""Viewers of this terminal, as far as detected; an undetected viewer is not ruled out."""

from __future__ import annotations

from msgspec import Struct
from msgspec.structs import replace


class Viewers(Struct, frozen=True):
    """Recorders of this terminal, and other clients of a shared session."""

    recorders: tuple[str, ...] = ()
    """Each as a part of a sentence: "script, which this program runs under"."""
    clients: int = 1
    """Clients of tmux that this program's window is open for."""
    pids: tuple[int, ...] = ()
    """Process ids of these clients, if known, in ascending order."""
    is_known: bool = True
    """True if every source answered. If not, tmux did not, and the rest still holds."""

    @property
    def doubts(self) -> frozenset[str]:
        """Reasons to ask about, each once: a recorder, a client, an unknown state."""
        clients = [f"client {pid}" for pid in self.pids] or [f"SHARED {self.clients}"]
        return frozenset(
            (
                *(f"recorded by {recorder}" for recorder in self.recorders),
                *(clients if self.clients > 1 else ()),
                *(() if self.is_known else ("not known",)),
            )
        )

    def after(self, before: Viewers) -> Viewers:
        """The result of this check, with tmux's earlier answer if it gave none now."""
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
        """The same for a person, one after the other."""
        recorded = f"RECORDED: this screen is recorded by {' and by '.join(self.recorders)}."
        shared = f"SHARED {self.clients}: {self.clients} tmux clients show this window."
        unknown = "Cannot tell who else sees this terminal."
        return (
            *((recorded,) if self.recorders else ()),
            *((shared,) if self.clients > 1 else ()),
            *(() if self.is_known else (unknown,)),
        )
