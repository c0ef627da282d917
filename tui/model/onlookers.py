"""Who else sees this terminal, as far as that was found; what was not found is not claimed to be absent."""

from __future__ import annotations

from msgspec import Struct


class Onlookers(Struct, frozen=True):
    """Recorders, and the other people of a shared session."""

    recorders: tuple[str, ...] = ()
    """Each as a part of a sentence: "script, which this program runs under"."""
    clients: int = 1
    """Clients of tmux that this program's window is open for."""

    @property
    def badges(self) -> tuple[str, ...]:
        """Marks for the header."""
        shared = (f"SHARED {self.clients}",) if self.clients > 1 else ()
        return ("RECORDED", *shared) if self.recorders else shared

    @property
    def sentences(self) -> tuple[str, ...]:
        """The same for a person, one after the other."""
        recorded = f"RECORDED: what is on screen is written down by {' and by '.join(self.recorders)}."
        shared = f"SHARED {self.clients}: {self.clients} clients of tmux have this window."
        return (*((recorded,) if self.recorders else ()), *((shared,) if self.clients > 1 else ()))
