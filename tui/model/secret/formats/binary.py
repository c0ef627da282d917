"""Binary values: names for their kinds, a command that prints a keystore, and pasted base64."""

from __future__ import annotations

import re
from base64 import b64decode
from collections.abc import Mapping
from typing import Final

from tui.model.secret.formats.pem import to_pem
from tui.model.secret.formats.validity import Validity
from tui.model.secret.formats.value_format import Fact, Paste, Pasted, ValueFormat
from tui.model.secret.value import Value, facts
from tui.model.text.counts import counted

_LEAST_BASE64: Final = 16
_KINDS: Final = (
    (b"\x1f\x8b", "binary (gzip)"),
    (b"PK\x03\x04", "binary (zip)"),
    (b"\xfd7zXZ\x00", "binary (xz)"),
    (b"\xfe\xed\xfe\xed", "binary (JKS keystore)"),
    (b"\xce\xce\xce\xce", "binary (JCEKS keystore)"),
    (b"\x89PNG", "binary (PNG)"),
    (b"\x30\x82", "binary (DER or PKCS#12)"),
)


def _kind(start: bytes) -> str:
    return next((kind for magic, kind in _KINDS if start.startswith(magic)), "")


def base64_of(text: str) -> Value | None:
    """Decode base64 of at least 16 characters, not counting whitespace; None for any other text."""
    squeezed = re.sub(r"\s", "", text)
    if len(squeezed) < _LEAST_BASE64:
        return None
    try:
        return Value(b64decode(squeezed, validate=True))
    except ValueError:
        return None


def _paste(paste: Paste) -> Pasted | None:
    """Decode pasted base64 of binary data; None for any other paste.

    `_kind` must know the data, or the present value of the key (`paste.value`) must be binary.
    Base64 of a text stays as it is, because a password can look like base64.
    """
    decoded = base64_of(paste.text)
    if paste.key is None or decoded is None:
        return None
    kind = _kind(decoded.reveal())
    is_bytes_now = paste.value is not None and paste.value.size > 0 and not facts(paste.value).is_readable
    if facts(decoded).is_readable or not (is_bytes_now or kind):
        return None
    name = kind.removeprefix("binary (").removesuffix(")") or "binary"
    words = f"Base64 of {counted(decoded.size, 'byte')} ({name})"
    return Pasted(words, {paste.key: decoded}, verb="set decoded")


def _facts(
    key: str, data: bytes, now: float, issued: Validity | None, siblings: Mapping[str, Value]
) -> tuple[Fact, ...]:
    command = to_pem(data)
    is_keystore = command.startswith("openssl pkcs12")
    return (Fact(f"{key}  save the value as FILE; {command} prints its content"),) if is_keystore else ()


BINARY: Final = ValueFormat("binary", kind=_kind, facts=_facts, paste=_paste)
