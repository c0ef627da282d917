"""Helm's records of a release: what each revision set in one Secret. Pure.

Source: helm pkg/storage/driver/secrets.go and util.go: under "release", base64 of the gzip of JSON.
"""

from __future__ import annotations

import re
import zlib
from base64 import b64decode
from binascii import Error as NotBase64
from typing import Final

import msgspec
from msgspec import Struct

from tui.model.draft.documents import ManifestProblem
from tui.model.draft.manifest_objects import SecretManifest, read_manifest
from tui.model.json_decoder import Hidden, Quiet, decoded
from tui.model.secret.fields import keys_among
from tui.model.secret.secret import Secret, SecretRef

_GZIP: Final = b"\x1f\x8b\x08"
_MOST: Final = 64 * 1024 * 1024
"""Bytes of a record once it is inflated; its Secret holds 1 MiB at most."""
_BETWEEN: Final = re.compile(r"(?m)^---.*$")
_UNREADABLE: Final = "The record is not one that Helm writes."


class _Info(Quiet):
    last_deployed: str = ""
    status: str = ""


class _ChartName(Quiet):
    name: str = ""
    version: str = ""


class _Chart(Quiet):
    metadata: _ChartName = msgspec.field(default_factory=_ChartName)


class _Record(Quiet):
    version: int
    namespace: str = ""
    manifest: str = ""
    info: _Info = msgspec.field(default_factory=_Info)
    chart: _Chart = msgspec.field(default_factory=_Chart)


class Revision(Hidden, Struct, frozen=True):
    """One revision of a release, and of all that it made one Secret."""

    number: int
    status: str
    chart: str
    """ "redis-18.1.0"."""
    deployed: str
    """When, as Helm wrote it."""
    secret: Secret | None
    """With the values that the chart rendered; None if it rendered none of that name."""

    @property
    def about(self) -> str:
        """A sentence."""
        return f"Revision {self.number}: chart {self.chart}, of {self.deployed}, {self.status}."


def revision(record: Secret, ref: SecretRef) -> Revision:
    """What a record of Helm says of that Secret. Raises ValueError, a sentence without a value."""
    found = _read(record)
    info, chart = found.info, found.chart.metadata
    return Revision(
        found.version,
        info.status or "unknown",
        f"{chart.name}-{chart.version}",
        info.last_deployed.partition(".")[0] or "an unknown time",
        _rendered(found, ref),
    )


def _read(record: Secret) -> _Record:
    value = record.data.get("release")
    try:
        packed = b64decode(value.reveal() if value is not None else b"", validate=True)
        return decoded(_inflated(packed) if packed.startswith(_GZIP) else packed, _Record)
    except (NotBase64, zlib.error, msgspec.MsgspecError, UnicodeDecodeError):
        raise ValueError(_UNREADABLE) from None


def _inflated(packed: bytes) -> bytes:
    inflating = zlib.decompressobj(zlib.MAX_WBITS | 16)
    found = inflating.decompress(packed, _MOST)
    if not inflating.eof:
        raise ValueError(_UNREADABLE)
    return found


def _rendered(found: _Record, ref: SecretRef) -> Secret | None:
    """Only documents that may be it are read: a chart holds all sorts, and not all is YAML to everyone."""
    for document in _BETWEEN.split(found.manifest):
        if ref.name not in document or "Secret" not in document:
            continue
        try:
            secrets = read_manifest(document.encode()).secrets
        except ManifestProblem as problem:
            if re.search(r"(?m)^kind: *[\"']?Secret\b", document):
                raise ValueError(f"The manifest of revision {found.version} {problem.words}.") from None
            continue
        for one in secrets:
            if (one.namespace or found.namespace, one.name) == (ref.namespace, ref.name):
                return _secret(one, ref)
    return None


def _secret(one: SecretManifest, ref: SecretRef) -> Secret:
    data = {key: one.fields[key] for key in keys_among(one.fields)}
    return Secret(ref, "", "", one.type, data)
