"""The checks of values at risk, and of credentials outside of Secrets: from evidence to findings."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from typing import Final, TypeAlias

from msgspec import Struct

from tui.model.api_object import short_title
from tui.model.health.evidence import Evidence
from tui.model.health.finding import Finding
from tui.model.health.plain_credentials import PLAIN, PlainCredential
from tui.model.health.risks import Risk, ValuePlace, ValueRisks
from tui.model.secret.secret import SecretRef
from tui.model.settings.accepted_risks import ALL_RISKS
from tui.model.text.counts import joined

_Place: TypeAlias = tuple[SecretRef, ValuePlace]


class _Reuse(Struct, frozen=True):
    """A kind of secret that should stand in only one Secret."""

    name: str
    """The word that accepts it."""
    digests: Callable[[ValueRisks], Mapping[bytes, ValuePlace]]
    says: str
    do: str


_REUSES: Final = (
    _Reuse(
        "reused",
        lambda looked: looked.reused,
        "is the same as",
        "Give each its own value, unless both are one login",
    ),
    _Reuse(
        "same-key",
        lambda looked: looked.private_keys,
        "is the same private key as",
        "Issue a key for each",
    ),
)


def risks(evidence: Evidence) -> Iterator[Finding]:
    """Values that are default, weak or left over, and are not accepted as they are."""
    for ref, looked in evidence.risks.items():
        for risk in looked.risks:
            if not _accepts(evidence, (ref, risk.place), risk.name):
                yield _of_value(ref, risk)


def reused(evidence: Evidence) -> Iterator[Finding]:
    """Passwords, tokens and private keys that Secrets of several names hold: copies of one are as meant."""
    for reuse in _REUSES:
        for places in _held_in_several(evidence, reuse):
            if not _is_accepted(evidence, places, reuse):
                (ref, first), *others = (
                    place for place in places if not _accepts(evidence, place, reuse.name)
                )
                where = joined([f"{place} of {_from(ref, other)}" for other, place in others], most=2)
                yield _of_value(ref, Risk(reuse.name, first, f"{reuse.says} {where}", reuse.do))


def _held_in_several(evidence: Evidence, reuse: _Reuse) -> Iterator[list[_Place]]:
    """The places of each value that Secrets of several names hold, unless all are one login."""
    places = defaultdict[bytes, list[_Place]](list)
    for ref, looked in sorted(evidence.risks.items()):
        for digest, place in reuse.digests(looked).items():
            places[digest].append((ref, place))
    for held in places.values():
        logins = {place.login for _, place in held}
        if len({ref.name for ref, _ in held}) > 1 and (len(logins) > 1 or b"" in logins):
            yield held


def _accepts(evidence: Evidence, place: _Place, risk: str) -> bool:
    """True if an annotation of the Secret or a rule of the settings accepts the risk there."""
    ref, in_secret = place
    names = (risk, ref.namespace, ref.name, str(in_secret))
    is_annotated = not evidence.risks[ref].accepted.isdisjoint((risk, ALL_RISKS))
    return is_annotated or any(rule.fits_secret(*names) for rule in evidence.accepted)


def _accepts_plain(evidence: Evidence, credential: PlainCredential) -> bool:
    names = (PLAIN, credential.namespace, credential.object, credential.place)
    return credential.is_accepted or any(rule.fits_object(*names) for rule in evidence.accepted)


def _is_accepted(evidence: Evidence, places: list[_Place], reuse: _Reuse) -> bool:
    """True if Secrets of one name at most are left once those that accept it are left out."""
    return len({place[0].name for place in places if not _accepts(evidence, place, reuse.name)}) <= 1


def plain(evidence: Evidence) -> Iterator[Finding]:
    """Report likely credentials outside of Secrets: whoever may read the object has them."""
    for credential in evidence.plain:
        if not _accepts_plain(evidence, credential):
            looks = f"looks like {credential.looks_like}"
            kind, _, name = credential.object.partition("/")
            edit = f"kubectl edit {kind.lower()}/{name} -n {credential.namespace}"
            yield Finding(
                level="care",
                namespace=credential.namespace,
                object=credential.object,
                says=f"it {looks}, outside of a Secret",
                short=f"{short_title(credential.object)}: {credential.place} {looks}",
                do=f"Move it to a Secret, with a new value: {edit}",
                key=credential.place,
                risk=PLAIN,
            )


def accepted_count(evidence: Evidence) -> int:
    """Count the risks that are not told, since annotations or settings accept them."""
    values = sum(
        _accepts(evidence, (ref, risk.place), risk.name)
        for ref, looked in evidence.risks.items()
        for risk in looked.risks
    )
    shared = sum(
        _is_accepted(evidence, places, reuse)
        for reuse in _REUSES
        for places in _held_in_several(evidence, reuse)
    )
    return values + shared + sum(_accepts_plain(evidence, credential) for credential in evidence.plain)


def _from(ref: SecretRef, other: SecretRef) -> str:
    """The other Secret's name; with its namespace where that is another one."""
    return other.name if other.namespace == ref.namespace else f"{other.namespace}/{other.name}"


def _of_value(ref: SecretRef, risk: Risk) -> Finding:
    return Finding(
        level="care",
        namespace=ref.namespace,
        says=f"it {risk.says}",
        short=f"{risk.place} {risk.says}",
        do=risk.do,
        ref=ref,
        key=risk.place.key,
        path=risk.place.path,
        risk=risk.name,
    )
