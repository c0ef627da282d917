"""A record of a Helm release: what a revision was made of, and its manifest.

Source: helm pkg/storage/driver/secrets.go and util.go: under "release", base64 of the gzip of JSON.
"""

from __future__ import annotations

import zlib
from base64 import b64decode
from binascii import Error as NotBase64
from typing import Final

import msgspec

from tui.model.json_decoder import Quiet, decoded
from tui.model.secret.formats.limits import MAX_INFLATED
from tui.model.secret.formats.public_names import plain_name
from tui.model.secret.formats.value_format import PageRow, RowName, ValueFormat

_GZIP: Final = b"\x1f\x8b\x08"
_MOST: Final = 64 * 1024 * 1024
"""Bytes of a record once it is inflated; its Secret holds 1 MiB at most."""
_PACKED: Final = b"H4sI"
"""How base64 of gzip begins."""
_MOST_RECORD: Final = 2_000_000
_UNREADABLE: Final = "The record is not one that Helm writes."


class _Info(Quiet):
    last_deployed: str = ""
    status: str = ""


class _ChartName(Quiet):
    name: str = ""
    version: str = ""


class _Chart(Quiet):
    metadata: _ChartName = msgspec.field(default_factory=_ChartName)


class HelmRecord(Quiet):
    version: int
    namespace: str = ""
    manifest: str = ""
    info: _Info = msgspec.field(default_factory=_Info)
    chart: _Chart = msgspec.field(default_factory=_Chart)


def read_record(data: bytes, most: int = _MOST) -> HelmRecord:
    """Decode the value of "release", inflated to `most` bytes. Raises ValueError, which quotes nothing."""
    try:
        packed = b64decode(data, validate=True)
        return decoded(_inflated(packed, most) if packed.startswith(_GZIP) else packed, HelmRecord)
    except (NotBase64, zlib.error, msgspec.MsgspecError, UnicodeDecodeError):
        raise ValueError(_UNREADABLE) from None


def _inflated(packed: bytes, most: int) -> bytes:
    inflating = zlib.decompressobj(zlib.MAX_WBITS | 16)
    found = inflating.decompress(packed, most)
    if not inflating.eof:
        raise ValueError(_UNREADABLE)
    return found


def _row(key: str, data: bytes) -> RowName | None:
    if not data.startswith(_PACKED):
        return None
    try:
        record = read_record(data, MAX_INFLATED)
    except ValueError:
        return None
    chart = record.chart.metadata
    if not chart.name:
        return None
    name, status = plain_name(f"{chart.name} {chart.version}"), plain_name(record.info.status)
    words = f"Helm: {name} rev {record.version}" + (f", {status}" if status else "")
    return RowName("Helm release", words if name else "")


HELM: Final = ValueFormat(
    "a Helm release",
    row=_row,
    most=_MOST_RECORD,
    page=(
        PageRow(
            "Helm release (base64, gzip, JSON)",
            "Helm: ledger 1.4.2 rev 8, deployed",
            "chart, version, revision, status",
            "values, manifest",
        ),
    ),
)
