"""Times as the API writes and reads them, and ages as its tables print them."""

from __future__ import annotations

from datetime import UTC, datetime


def rfc3339(seconds: float) -> str:
    """Seconds since the epoch as 2026-11-24T15:00:00Z; parts of a second are dropped."""
    return datetime.fromtimestamp(int(seconds), UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def parse(text: str) -> float:
    """The seconds since the epoch of an RFC 3339 time. Raises ValueError."""
    return datetime.fromisoformat(text).timestamp()


def age(text: str | None, now: float) -> str:
    """The Age cell for a time given as text (apimachinery, pkg/util/duration HumanDuration)."""
    if not text:
        return "<unknown>"
    seconds = int(now - parse(text))
    if seconds < -1:
        return "<invalid>"
    return _span(max(seconds, 0))


def _span(seconds: int) -> str:
    minutes, hours = seconds // 60, seconds // 3600
    if seconds < 120:
        return f"{seconds}s"
    if minutes < 10:
        return _two(minutes, "m", seconds % 60, "s")
    if minutes < 180:
        return f"{minutes}m"
    if hours < 8:
        return _two(hours, "h", minutes % 60, "m")
    if hours < 48:
        return f"{hours}h"
    if hours < 192:
        return _two(hours // 24, "d", hours % 24, "h")
    if hours < 24 * 365 * 2:
        return f"{hours // 24}d"
    years, days = divmod(hours // 24, 365)
    return _two(years, "y", days, "d") if years < 8 else f"{years}y"


def _two(big: int, big_unit: str, small: int, small_unit: str) -> str:
    return f"{big}{big_unit}{small}{small_unit}" if small else f"{big}{big_unit}"
