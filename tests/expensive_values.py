"""Values that are expensive to parse, all of a size that an API server takes."""

from __future__ import annotations

import gzip
from typing import Final

LARGE: Final = 700_000
"""Bytes; with base64 a body of 1 MB."""
CERTIFICATE: Final = b"-----BEGIN CERTIFICATE-----\nbWFkZSB1cA==\n-----END CERTIFICATE-----\n"
BOMBS: Final[dict[str, tuple[str, bytes]]] = {
    "one line": ("bomb", b"x" * LARGE),
    "nothing but line breaks": ("bomb", b"\n" * LARGE),
    "accents on nothing": ("bomb", "\u0301".encode() * (LARGE // 2)),
    "controls": ("bomb", b"\x1b[31m" * (LARGE // 5)),
    "JSON, deep": (".dockerconfigjson", b'{"auths":' * (LARGE // 9)),
    "YAML aliases": ("bomb", b"a: &a [x,x]\nb: &b [*a,*a]\nc: &c [*b,*b]\n" * (LARGE // 46)),
    "gzip": ("bomb", gzip.compress(b"0" * (64 * LARGE), mtime=0)),
    "like a picture": ("bomb", b"\x89PNG\r\n\x1a\n" + b"\xff\x00" * (LARGE // 2)),
    "10,000 certificates": ("tls.crt", CERTIFICATE * (LARGE // len(CERTIFICATE))),
    "a certificate without an end": ("tls.crt", b"-----BEGIN CERTIFICATE-----\n" + b"A" * LARGE),
}
"""Key and bytes of each value, by its description."""
