"""Evidence: what was read before anything is judged, and what was not."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import UTC, tzinfo
from typing import TypeAlias

from msgspec import Struct

from tui.model.health.missing_references import KeysOf
from tui.model.health.plain_credentials import PlainCredential
from tui.model.health.risks import ValueRisks
from tui.model.readers.freshness import Verdict
from tui.model.readers.gaps import Gap, Usage
from tui.model.readers.pod_use import PodUse
from tui.model.readers.pods import PodInfo
from tui.model.readers.reader import ReaderInfo
from tui.model.secret.formats.validity import KeyTimes, Validity
from tui.model.secret.secret import SecretRef, SecretSummary
from tui.model.settings.accepted_risks import AcceptedRisk

VerdictOf: TypeAlias = Callable[[PodInfo, PodUse], Verdict]


class Certificates(Struct, frozen=True):
    """The public facts of the certificate of a TLS Secret."""

    names: tuple[str, ...] = ()
    """Alternative names of the first certificate, or else its subject's common name."""
    times: tuple[Validity, ...] = ()
    """Validity of each certificate of the chain."""
    problem: str = ""
    """Reason why the certificate could not be read."""
    pair_problem: str = ""
    """Reason why the key does not belong to the first certificate."""
    is_key_encrypted: bool = False


class FirstEnd(Struct, frozen=True):
    """The certificate of a Secret that ends first."""

    ref: SecretRef
    key: str
    validity: Validity


class TlsHost(Struct, frozen=True):
    """A host that an object serves with the certificate of a Secret."""

    namespace: str
    object: str
    host: str
    ref: SecretRef


class SourceTrouble(Struct, frozen=True):
    """An object that writes Secrets is in error, late or suspended."""

    namespace: str
    object: str
    what: str
    """State in two or three words: "not ready"."""
    do: str
    """A sentence without its full stop."""
    ref: SecretRef | None
    """The Secret; of several the first."""
    since: float | None = None
    reason: str = ""
    """Reason that the object gives, in one word."""
    grace: float = 0.0
    """Seconds after `since` before which it is none."""
    ends: float = math.inf
    """Time at which the certificate ends."""
    others: int = 0
    """Number of further Secrets that the object writes."""


class Evidence(Struct, frozen=True, kw_only=True):
    """Known facts about one namespace, or all."""

    now: float
    """Time by the server's clock."""
    today: float | None = None
    """Times of this day are told without their date; None: each has its date."""
    zone: tzinfo = UTC
    """The time zone in which times are shown."""
    infos: Sequence[ReaderInfo]
    includes_done: bool = False
    """Judge readers that ended or have an owner too: one of them was asked about."""
    rows: Sequence[SecretSummary]
    keys_of: KeysOf
    usage: Callable[[SecretRef], Usage]
    mentions: Callable[[SecretRef], Iterable[str]] = lambda ref: ()
    """The objects that say a Secret's name, and are not known to read it: "Key/signing"."""
    producers: Callable[[SecretRef], Sequence[str]]
    """Objects that write a Secret: "ExternalSecret/db"."""
    verdict_of: VerdictOf
    certificates: Mapping[SecretRef, Certificates]
    """Certificates of the TLS Secrets that were read."""
    other_times: Mapping[SecretRef, KeyTimes] = {}
    """Validity of certificates in other keys."""
    registries: Mapping[SecretRef, tuple[str, ...]]
    """Hosts for which the pull secrets that were read have a login."""
    risks: Mapping[SecretRef, ValueRisks] = {}
    """Risks of the Secrets whose values were read."""
    plain: Sequence[PlainCredential] = ()
    """Credentials in ConfigMaps and literal variables, where values were read."""
    accepted: Sequence[AcceptedRisk] = ()
    """The rules of the settings."""
    hosts: Sequence[TlsHost] = ()
    troubles: Sequence[SourceTrouble] = ()
    gaps: Sequence[Gap] = ()
