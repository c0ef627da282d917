"""Facts that the health checks use, and the gaps in these facts."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import UTC, tzinfo
from typing import Literal, TypeAlias

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
    """Public facts of the certificates in tls.crt of a TLS Secret."""

    names: tuple[str, ...] = ()
    """Subject alternative names of the first certificate."""
    times: tuple[Validity, ...] = ()
    problem: str = ""
    pair_problem: str = ""
    """Reason why the private key does not match the first certificate."""
    is_key_encrypted: bool = False


class FirstExpiry(Struct, frozen=True):
    """Certificate that expires first among the certificates of one Secret."""

    ref: SecretRef
    key: str
    validity: Validity


class TlsHost(Struct, frozen=True):
    """Host that an Ingress or a Gateway serves with the certificate of a Secret."""

    namespace: str
    object: str
    host: str
    ref: SecretRef


class SourceTrouble(Struct, frozen=True):
    """Error, delay or suspension of an object that writes or pushes Secrets."""

    namespace: str
    object: str
    what: str
    """State in one to three words: "not ready"."""
    do: str
    ref: SecretRef | None
    """First Secret that the object writes or pushes."""
    since: float | None = None
    """Time when the state began, in seconds since the epoch."""
    reason: str = ""
    grace: float = 0.0
    """Seconds from `since` until the state is reported."""
    ends: float = math.inf
    """Expiry of the certificate that the object writes, in seconds since the epoch; infinite if unknown."""
    others: int = 0
    span: Literal["for", "by", "ago"] = "for"
    """Word for the time from `since` until now: not ready "for" 3h, overdue "by" 3h, failed 3h "ago"."""


class Evidence(Struct, frozen=True, kw_only=True):
    """Facts that were read about a namespace or the cluster."""

    now: float
    """Current time by the server's clock."""
    today: float | None = None
    """Same as `now` if findings may shorten or omit dates; None if findings have every date in full."""
    zone: tzinfo = UTC
    infos: Sequence[ReaderInfo]
    includes_done: bool = False
    """True if the check `missing` also reports ended pods and other readers that are done.

    `is_done` in missing_references.py defines when a reader is done.
    """
    rows: Sequence[SecretSummary]
    keys_of: KeysOf
    usage: Callable[[SecretRef], Usage]
    mentions: Callable[[SecretRef], Iterable[str]] = lambda ref: ()
    """Function that lists the titles (e.g. "Task/build") of objects that contain the Secret's name.

    The name in such an object may refer to something else.
    """
    producers: Callable[[SecretRef], Sequence[str]]
    """Function that lists the objects that write a Secret."""
    verdict_of: VerdictOf
    certificates: Mapping[SecretRef, Certificates]
    other_times: Mapping[SecretRef, KeyTimes] = {}
    """Validity of the certificates in each Secret, except in tls.crt of a TLS Secret."""
    registries: Mapping[SecretRef, tuple[str, ...]]
    risks: Mapping[SecretRef, ValueRisks] = {}
    plain: Sequence[PlainCredential] = ()
    """Likely credentials outside of Secrets; () if values were not read."""
    accepted: Sequence[AcceptedRisk] = ()
    hosts: Sequence[TlsHost] = ()
    troubles: Sequence[SourceTrouble] = ()
    gaps: Sequence[Gap] = ()
