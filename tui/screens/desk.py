"""What every screen works with: session, grade of this run, clipboard, messages, what was chosen."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from msgspec import Struct

from tui.commands import Grade
from tui.state import State
from tui.widgets.text import Styled, Tone

if TYPE_CHECKING:
    from tui.live.session import Session

NOT_LOOKED_AT: Final = Styled("  not looked at: workloads without pods, Ingresses, other kinds", "muted")


class Said(Struct, frozen=True):
    """One message of this run."""

    at: float
    text: str
    tone: Tone = ""


@dataclass
class Desk:
    """Handed from the app to its screens, one for a run."""

    session: Session
    grade: Grade
    copy: Callable[[bytes, str], Awaitable[str]]
    """Sends bytes to the clipboard; says what can be known of it in one sentence."""
    state: State
    """What the person chose; replaced whole."""
    not_seen_yet: Callable[[], None] = lambda: None
    """To be called when what takes presses becomes something else, other than by a press."""
    badge: str = ""
    guard: str = ""
    """The badge of a guarded context, "" in any other."""
    show_seconds: float = 60
    """How long a value stays shown after the last press."""
    messages: list[Said] = field(default_factory=list)

    def note(self, text: str, tone: Tone) -> Said:
        """Remember a message, for the list of them."""
        said = Said(self.session.clock.now(), text, tone)
        self.messages.append(said)
        return said

    def server_now(self) -> float:
        """Seconds since the epoch by the server's clock, by which ages are told."""
        return self.session.clock.now() + (self.session.cluster.skew or 0.0)

    def readers_word(self) -> str:
        """What is known where no reader is: never "unused", since not everything was looked at."""
        pane = self.session.pods.pane
        if pane.kind == "refused" and not pane.is_complete:
            return "not known: you may not list pods"
        if pane.kind == "idle":
            return "not looked at yet (p looks)"
        if not pane.is_complete:
            return "pods are being fetched…" if pane.error is None else f"not known: {pane.error.sentence}"
        return "none known"
