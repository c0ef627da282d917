"""Events of writes, for the other parts of the session."""

from __future__ import annotations

from msgspec import Struct

from tui.model.secret.secret import SecretRef
from tui.session.writes.outcome import End, Sent


class WriteBegun(Struct, frozen=True):
    """A write is about to be sent."""

    sent: Sent


class WriteEnded(Struct, frozen=True):
    """A write ended, and how is known."""

    sent: Sent
    end: End


class NotWriting(Struct, frozen=True):
    """No write to the Secret is in flight any more."""

    ref: SecretRef
