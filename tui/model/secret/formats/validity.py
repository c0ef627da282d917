"""Validity of a certificate: from when until when, when its last days begin, and the words for it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final, TypeAlias

from msgspec import Struct

_DAY: Final = 86_400
LATEST: Final = 253_402_300_800
"""Start of the year 10000, in seconds since the epoch: later dates count as no expiry."""
NEVER_ENDS: Final = LATEST - _DAY
"""Seconds since the epoch. RFC 5280 writes 9999-12-31 for no end; east of UTC no calendar has that time."""
_LONGEST_SOON: Final = 30 * _DAY
"""Longest warning before an expiry, in seconds; for a life under 90 days a third of it.

Source: y509, cert-manager's default of renewBefore.
"""


class Validity(Struct, frozen=True):
    """Times of a certificate, in seconds since the epoch."""

    begins: float
    ends: float
    renewal: float | None = None
    """Time at which cert-manager is to renew it, if it does."""
    what: str = "certificate"
    """Noun for the thing that ends: "certificate", "JWT"."""

    @property
    def soon(self) -> float:
        """Time from which it needs care: when its last days begin, or the renewal by cert-manager is due."""
        if self.renewal is not None:
            return self.renewal
        return self.ends - min(_LONGEST_SOON, (self.ends - self.begins) / 3)


KeyTimes: TypeAlias = Mapping[str, tuple[Validity, ...]]
"""Validity of the parts of each key, such as certificates, in their order."""


class TimeProblem(Struct, frozen=True):
    """Reason why certificates are not valid, or need care."""

    words: str
    """Words after the thing: "is not valid for another 5h", "expired 3d ago", "expires in 12d"."""
    ends: float
    is_valid: bool
    what: str = "certificate"
    """Noun for the thing that needs care: "certificate", "JWT"."""


def time_problem(times: Sequence[Validity], now: float) -> TimeProblem | None:
    """Find the worst of certificates that are used together; None if none needs care."""
    if not times:
        return None
    latest, first = max(times, key=lambda validity: validity.begins), min(times, key=_ends)
    if latest.begins > now:
        return TimeProblem(f"is {validity_words(latest, now)}", first.ends, is_valid=False, what=latest.what)
    if first.ends < now:
        return TimeProblem(expiry_words(first.ends, now), first.ends, is_valid=False, what=first.what)
    if soon := [validity for validity in times if validity.soon < now]:
        first = min(soon, key=_ends)
        return TimeProblem(validity_words(first, now), first.ends, is_valid=True, what=first.what)
    return None


def renewed(times: Sequence[Validity], issued: Validity | None) -> tuple[Validity, ...]:
    """Add the renewal of the certificate that cert-manager `issued`, if it is among these times."""
    if issued is None:
        return tuple(times)
    ours = (issued.begins, issued.ends)
    return tuple(issued if (validity.begins, validity.ends) == ours else validity for validity in times)


def validity_words(validity: Validity, now: float) -> str:
    """Describe a validity: "not valid for another 5h", "expires in 12d", "expires in 12d, renewal due 3d
    ago"."""
    if validity.begins > now:
        return f"not valid for another {_amount(validity.begins - now)}"
    words = expiry_words(validity.ends, now)
    if validity.renewal is None or not validity.renewal < now < validity.ends:
        return words
    return f"{words}, renewal due {_amount(now - validity.renewal)} ago"


def expiry_words(ends: float, now: float) -> str:
    """ "expired 3d ago", "expires in 12d", "expires in 5h", "never ends"."""
    left = ends - now
    if ends >= NEVER_ENDS:
        return "never ends"
    return f"expired {_amount(-left)} ago" if left < 0 else f"expires in {_amount(left)}"


def _ends(validity: Validity) -> float:
    return validity.ends


def _amount(seconds: float) -> str:
    for unit, size in (("d", _DAY), ("h", 3600), ("m", 60)):
        if seconds >= size:
            return f"{int(seconds // size):,}{unit}"
    return f"{int(seconds)}s"
