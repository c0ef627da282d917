"""Health checks of risky values, and of credentials outside Secrets."""

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
from tui.model.readers.point_at import WITHOUT_ROLLOUT
from tui.model.secret.secret import SecretRef
from tui.model.settings.accepted_risks import ALL_RISKS
from tui.model.text.counts import joined

_Place: TypeAlias = tuple[SecretRef, ValuePlace]


class _Reuse(Struct, frozen=True):
    """Kind of value, such as private keys, that several Secrets should not share."""

    name: str
    digests: Callable[[ValueRisks], Mapping[bytes, ValuePlace]]
    """Function that returns a mapping from the digest of each value of this kind to the value's place."""
    says: str
    do: str


_REUSES: Final = (
    _Reuse(
        "reused",
        lambda risks: risks.reused,
        "is the same as",
        "Give each Secret its own value if the logins are separate",
    ),
    _Reuse(
        "same-key",
        lambda risks: risks.private_keys,
        "is the same private key as",
        "Issue a separate key for each Secret",
    ),
)


def risks(evidence: Evidence) -> Iterator[Finding]:
    """Report risky values, such as default passwords."""
    for ref, value_risks in evidence.risks.items():
        for risk in value_risks.risks:
            if not _accepts(evidence, (ref, risk.place), risk.name):
                yield _of_value(ref, risk)


def reused(evidence: Evidence) -> Iterator[Finding]:
    """Report each password, token or private key that several Secrets with different names hold.

    Secrets with the same name in several namespaces are taken for intended copies, and not reported.
    """
    for reuse in _REUSES:
        for places in _held_in_several(evidence, reuse):
            if not _is_accepted(evidence, places, reuse):
                (ref, first), *others = (
                    place for place in places if not _accepts(evidence, place, reuse.name)
                )
                other_places = joined([f"{place} of {_from(ref, other)}" for other, place in others], most=2)
                yield _of_value(ref, Risk(reuse.name, first, f"{reuse.says} {other_places}", reuse.do))


def _held_in_several(evidence: Evidence, reuse: _Reuse) -> Iterator[list[_Place]]:
    """Yield the places of each value that Secrets with different names hold.

    Leave out a value if all its places have the same known `login`. b"" is not a known login.
    """
    places = defaultdict[bytes, list[_Place]](list)
    for ref, value_risks in sorted(evidence.risks.items()):
        for digest, place in reuse.digests(value_risks).items():
            places[digest].append((ref, place))
    for same_value in places.values():
        logins = {place.login for _, place in same_value}
        if len({ref.name for ref, _ in same_value}) > 1 and (len(logins) > 1 or b"" in logins):
            yield same_value


def _accepts(evidence: Evidence, place: _Place, risk: str) -> bool:
    ref, value_place = place
    names = (risk, ref.namespace, ref.name, str(value_place))
    is_annotated = not evidence.risks[ref].accepted.isdisjoint((risk, ALL_RISKS))
    return is_annotated or any(rule.fits_secret(*names) for rule in evidence.accepted)


def _accepts_plain(evidence: Evidence, credential: PlainCredential) -> bool:
    names = (PLAIN, credential.namespace, credential.object, credential.place)
    return credential.is_accepted or any(rule.fits_object(*names) for rule in evidence.accepted)


def _is_accepted(evidence: Evidence, places: list[_Place], reuse: _Reuse) -> bool:
    """True if no two Secrets with different names hold the value in places where its risk is not accepted."""
    return len({place[0].name for place in places if not _accepts(evidence, place, reuse.name)}) <= 1


def plain(evidence: Evidence) -> Iterator[Finding]:
    """Report likely credentials in objects that are not Secrets.

    All users who may read such an object see its values.
    """
    for credential in evidence.plain:
        if not _accepts_plain(evidence, credential):
            looks = f"looks like {credential.looks_like}"
            kind, _, name = credential.object.partition("/")
            act = f"kubectl edit {kind.lower()}/{name} -n {credential.namespace}"
            if kind in ("Pod", "Job"):  # the API server refuses a change of their variables
                act = f"create {credential.object} again"
            elif kind in WITHOUT_ROLLOUT:
                act += ", then delete its pods"
            yield Finding(
                level="care",
                namespace=credential.namespace,
                object=credential.object,
                says=f"it {looks}, outside of a Secret",
                short=f"{short_title(credential.object)}: {credential.place} {looks}",
                do=f"Put a new value into a Secret, and refer to the Secret: {act}",
                key=credential.place,
                risk=PLAIN,
            )


def accepted_count(evidence: Evidence) -> int:
    values = sum(
        _accepts(evidence, (ref, risk.place), risk.name)
        for ref, value_risks in evidence.risks.items()
        for risk in value_risks.risks
    )
    shared = sum(
        _is_accepted(evidence, places, reuse)
        for reuse in _REUSES
        for places in _held_in_several(evidence, reuse)
    )
    return values + shared + sum(_accepts_plain(evidence, credential) for credential in evidence.plain)


def _from(ref: SecretRef, other: SecretRef) -> str:
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
