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

_GZIP: Final = b"\x1f\x8b\x08"
_MOST: Final = 64 * 1024 * 1024
"""Bytes of a record once it is inflated; its Secret holds 1 MiB at most."""
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


def read_record(data: bytes) -> HelmRecord:
    """Decode the value of "release". Raises ValueError, a sentence without a value."""
    try:
        packed = b64decode(data, validate=True)
        return decoded(_inflated(packed) if packed.startswith(_GZIP) else packed, HelmRecord)
    except (NotBase64, zlib.error, msgspec.MsgspecError, UnicodeDecodeError):
        raise ValueError(_UNREADABLE) from None


def _inflated(packed: bytes) -> bytes:
    inflating = zlib.decompressobj(zlib.MAX_WBITS | 16)
    found = inflating.decompress(packed, _MOST)
    if not inflating.eof:
        raise ValueError(_UNREADABLE)
    return found
