"""Validity of certificates and other values that expire, and phrases that describe a validity."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final, TypeAlias

from msgspec import Struct

_DAY: Final = 86_400
LATEST: Final = 253_402_300_800
"""Start of the year 10000, in seconds since the epoch. datetime cannot represent it or a later time."""
NEVER_ENDS: Final = LATEST - _DAY
"""Earliest expiry, in seconds since the epoch, that means "never".

RFC 5280 uses the last second of 9999 for a certificate without expiry. East of UTC, that second is in the
year 10000, which datetime cannot represent, so this limit is a day earlier.
"""
_LONGEST_SOON: Final = 30 * _DAY
"""Maximum seconds from the first warning to the expiry, if `Validity.renewal` is None.

Source: y509, cert-manager's renewBefore.
"""


class Validity(Struct, frozen=True):
    """Period in which a certificate or another value is valid, in seconds since the epoch."""

    begins: float
    ends: float
    renewal: float | None = None
    """Time of the renewal that cert-manager plans, in seconds since the epoch; None if unknown."""
    what: str = "certificate"
    """Noun for the value that expires, such as "JWT"."""

    @property
    def soon(self) -> float:
        """Time of the first warning: `renewal`, if it is not None.

        Otherwise: `ends` minus 30 days, or minus a third of the period if this third is shorter.
        """
        if self.renewal is not None:
            return self.renewal
        return self.ends - min(_LONGEST_SOON, (self.ends - self.begins) / 3)


KeyTimes: TypeAlias = Mapping[str, tuple[Validity, ...]]
"""Keys of a Secret, with the validities of the certificates (or other parts) in each value."""


class TimeProblem(Struct, frozen=True):
    """Reason why values that are used together are not valid, or expire soon."""

    words: str
    """Words that follow a noun, such as "expired 3d ago"."""
    ends: float
    """Earliest expiry in seconds since the epoch. If `is_valid`, only values that expire soon count."""
    is_valid: bool
    what: str = "certificate"
    """Noun for the value that needs care, such as "JWT"."""


def time_problem(times: Sequence[Validity], now: float) -> TimeProblem | None:
    """Find the worst problem of values that are used together."""
    if not times:
        return None
    latest, first = max(times, key=lambda validity: validity.begins), min(times, key=_ends)
    if latest.begins > now:
        return TimeProblem(validity_words(latest, now), first.ends, is_valid=False, what=latest.what)
    if first.ends < now:
        return TimeProblem(expiry_words(first.ends, now), first.ends, is_valid=False, what=first.what)
    if soon_ending := [validity for validity in times if validity.soon < now]:
        first = min(soon_ending, key=_ends)
        return TimeProblem(validity_words(first, now), first.ends, is_valid=True, what=first.what)
    return None


def renewed(times: Sequence[Validity], issued: Validity | None) -> tuple[Validity, ...]:
    """Put `issued` in place of each validity with the same period.

    `issued`: validity that cert-manager reports, with the time of the renewal.
    """
    if issued is None:
        return tuple(times)
    period = (issued.begins, issued.ends)
    return tuple(issued if (validity.begins, validity.ends) == period else validity for validity in times)


def validity_words(validity: Validity, now: float) -> str:
    """Describe a validity, such as "expires in 12d, renewal due 3d ago"."""
    if validity.begins > now:
        return f"becomes valid in {_amount(validity.begins - now)}"
    words = expiry_words(validity.ends, now)
    if validity.renewal is None or not validity.renewal < now < validity.ends:
        return words
    return f"{words}, renewal due {_amount(now - validity.renewal)} ago"


def expiry_words(ends: float, now: float) -> str:
    """Describe an expiry, such as "expired 3d ago"."""
    remaining = ends - now
    if ends >= NEVER_ENDS:
        return "never ends"
    return f"expired {_amount(-remaining)} ago" if remaining < 0 else f"expires in {_amount(remaining)}"


def _ends(validity: Validity) -> float:
    return validity.ends


def _amount(seconds: float) -> str:
    for unit, size in (("d", _DAY), ("h", 3600), ("m", 60)):
        if seconds >= size:
            return f"{int(seconds // size):,}{unit}"
    return f"{int(seconds)}s"
