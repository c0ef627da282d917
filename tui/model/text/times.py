"""Format and parse times in seconds since the epoch. No clock is read."""

from __future__ import annotations

import re
from datetime import UTC, datetime, tzinfo
from typing import Final

_MINUTE: Final = 60
_HOUR: Final = 60 * _MINUTE
_DAY: Final = 24 * _HOUR
_YEAR: Final = 365 * _DAY
_MONTHS: Final = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_UNITS: Final = {"ms": 0.001, "s": 1.0, "m": 60.0, "h": 3600.0, "d": 86_400.0}
_PART: Final = re.compile(r"(\d{1,6}(?:\.\d+)?)(ms|s|m|h|d)", re.ASCII)
_RFC3339: Final = re.compile(
    r"\d{4}-\d\d-\d\dT(?:[01]\d|2[0-3]):\d\d:\d\d(?:[.,]\d+)?(?:Z|[+-]\d\d:\d\d)", re.ASCII
)
"""Times that Go's time.RFC3339 parses. `fromisoformat` accepts more forms."""


def age(seconds: float) -> str:
    """Format `seconds` in one unit, e.g. "5m". Negative seconds (a time in the future) give "0s"."""
    whole = max(0, int(seconds))
    for unit, letter in ((_YEAR, "y"), (_DAY, "d"), (_HOUR, "h"), (_MINUTE, "m")):
        if whole >= unit:
            return f"{whole // unit}{letter}"
    return f"{whole}s"


def age_at_least(t: float, created: float | None, now: float) -> str:
    """Age of a change that happened at `t` or earlier, e.g. "at least 12d ago".

    `created` is the time at which the changed object was created, or None if unknown. If both
    times have the same rounded age, the result is exact, e.g. "12d ago".
    """
    ago = age(now - t)
    if created is not None and ago == age(now - created):
        return f"{ago} ago"
    return f"at least {ago} ago" if now - t >= _MINUTE else "just now or earlier"


def clock(t: float, zone: tzinfo = UTC) -> str:
    return datetime.fromtimestamp(t, zone).time().isoformat("seconds")


def date(t: float, zone: tzinfo = UTC) -> str:
    local_time = datetime.fromtimestamp(t, zone)
    return f"{local_time.day} {_MONTHS[local_time.month - 1]} {local_time.year}"


def moment(t: float, now: float | None, zone: tzinfo = UTC) -> str:
    """Format `t` for a screen: "14:03" today, "12 Nov 08:40" this year, "12 Nov 2025 08:40" in other years.

    If `now` is None, format `t` for a report: "2026-11-24 14:03:10".
    """
    local_time = datetime.fromtimestamp(t, zone)
    if now is None:
        return f"{local_time:%Y-%m-%d %H:%M:%S}"
    today, time_of_day = datetime.fromtimestamp(now, zone), f"{local_time:%H:%M}"
    if local_time.date() == today.date():
        return time_of_day
    whole_date = date(t, zone)
    return f"{whole_date.removesuffix(f' {today.year}')} {time_of_day}"


def in_utc(t: float) -> str:
    """Format `t` for people in several time zones: "24 Nov 2026 14:03 UTC"."""
    return f"{date(t)} {clock(t)[:5]} UTC"


def rfc3339(t: float, timespec: str = "seconds") -> str:
    """Format a time as "2026-11-24T14:03:10Z". Units smaller than `timespec` are cut off."""
    return datetime.fromtimestamp(t, UTC).isoformat(timespec=timespec).replace("+00:00", "Z")


def parse_time(text: str | None) -> float | None:
    """RFC 3339 time in seconds since the epoch; None for other texts."""
    if not text or not _RFC3339.fullmatch(text):
        return None
    try:
        return datetime.fromisoformat(text).timestamp()
    except ValueError:  # such as 30 February
        return None


def duration(text: str) -> float | None:
    """Seconds in a span such as "1h30m" or "7d"; None for other texts."""
    parts = _PART.findall(text)
    if not parts or "".join(number + unit for number, unit in parts) != text:
        return None
    return sum(float(number) * _UNITS[unit] for number, unit in parts)
