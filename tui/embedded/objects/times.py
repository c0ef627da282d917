"""Times as the API writes and reads them."""

from __future__ import annotations

from datetime import UTC, datetime


def rfc3339(seconds: float) -> str:
    """Seconds since the epoch as 2026-11-24T15:00:00Z; parts of a second are dropped."""
    return datetime.fromtimestamp(int(seconds), UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def age(text: str | None, now: float) -> str:
    """The Age cell of a table for a time given as text, in its largest unit."""
    if not text:
        return "<unknown>"
    seconds = max(int(now - datetime.fromisoformat(text).timestamp()), 0)
    for unit, length in (("y", 31_536_000), ("d", 86_400), ("h", 3_600), ("m", 60)):
        if seconds >= length:
            return f"{seconds // length}{unit}"
    return f"{seconds}s"
