"""Validity: from when until when a certificate is valid, when that is soon over, and the words for it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final, TypeAlias

from msgspec import Struct

_DAY: Final = 86_400
LATEST: Final = 253_402_300_800
"""The year 10000, in seconds since the epoch: no calendar has what ends later, so that it does not end."""
_LONGEST_SOON: Final = 30 * _DAY
"""Seconds; of a life under 90 days a third is soon. Source: y509, cert-manager's default of renewBefore."""


class Validity(Struct, frozen=True):
    """The times of one certificate, in seconds since the epoch."""

    begins: float
    ends: float
    renewal: float | None = None
    """When cert-manager is to renew it, if it does."""
    what: str = "certificate"
    """What ends: "certificate", "JWT"."""

    @property
    def soon(self) -> float:
        """When its last days begin; for cert-manager's once the renewal is due."""
        if self.renewal is not None:
            return self.renewal
        return self.ends - min(_LONGEST_SOON, (self.ends - self.begins) / 3)


KeyTimes: TypeAlias = Mapping[str, tuple[Validity, ...]]
"""By key of a Secret its certificates, or what else in it ends, in their order."""


class TimeProblem(Struct, frozen=True):
    """Why certificates are not valid, or need care."""

    words: str
    """ "is not valid for another 5h", "expired 3d ago", "expires in 12d"."""
    ends: float
    is_valid: bool
    what: str = "certificate"
    """What needs care: "certificate", "JWT"."""


def time_problem(times: Sequence[Validity], now: float) -> TimeProblem | None:
    """The worst of certificates that are used together; None if none needs care."""
    if not times:
        return None
    latest, first = max(times, key=lambda one: one.begins), min(times, key=_ends)
    if latest.begins > now:
        return TimeProblem(f"is {validity_words(latest, now)}", first.ends, is_valid=False, what=latest.what)
    if first.ends < now:
        return TimeProblem(expiry_words(first.ends, now), first.ends, is_valid=False, what=first.what)
    if soon := [one for one in times if one.soon < now]:
        first = min(soon, key=_ends)
        return TimeProblem(validity_words(first, now), first.ends, is_valid=True, what=first.what)
    return None


def renewed(times: Sequence[Validity], issued: Validity | None) -> tuple[Validity, ...]:
    """The same times, with the renewal of the certificate that cert-manager `issued`, if it is among them."""
    if issued is None:
        return tuple(times)
    ours = (issued.begins, issued.ends)
    return tuple(issued if (one.begins, one.ends) == ours else one for one in times)


def validity_words(one: Validity, now: float) -> str:
    """ "not valid for another 5h", "expires in 12d", "expires in 12d, renewal due 3d ago"."""
    if one.begins > now:
        return f"not valid for another {_amount(one.begins - now)}"
    words = expiry_words(one.ends, now)
    if one.renewal is None or not one.renewal < now < one.ends:
        return words
    return f"{words}, renewal due {_amount(now - one.renewal)} ago"


def expiry_words(ends: float, now: float) -> str:
    """ "expired 3d ago", "expires in 12d", "expires in 5h"."""
    left = ends - now
    return f"expired {_amount(-left)} ago" if left < 0 else f"expires in {_amount(left)}"


def _ends(one: Validity) -> float:
    return one.ends


def _amount(seconds: float) -> str:
    for unit, size in (("d", _DAY), ("h", 3600), ("m", 60)):
        if seconds >= size:
            return f"{int(seconds // size):,}{unit}"
    return f"{int(seconds)}s"
