"""Format of age identities: private keys of the encryption program age."""

from __future__ import annotations

import re
from typing import Final

from tui.model.secret.formats.value_format import PageRow, RowName, ValueFormat
from tui.model.text.counts import counted

_LINE: Final = re.compile(
    rb"AGE-(?:SECRET-KEY-(?:PQ-)?1[A-Z0-9]{30,4000}|PLUGIN-[A-Z0-9-]+1[02-9A-Z]{6,4000})"
)
"""Line with an age identity in bech32. The separator of bech32 is the last "1" of the text.

In a plugin's identity, the pattern allows no "1" after the separator, so that matching takes linear time.
"""
_RECIPIENT: Final = re.compile(rb"(?m)^# (?:public key|recipient): (age1[a-z0-9]{58})\s*$")


def _row(key: str, data: bytes) -> RowName | None:
    if data.startswith((b"age-encryption.org/v1\n", b"-----BEGIN AGE ENCRYPTED FILE-----")):
        return RowName("age, encrypted")
    if b"AGE-" not in data:
        return None
    lines = [line.strip() for line in data.splitlines()]
    identities = [line for line in lines if line and not line.startswith(b"#")]
    if not identities or not all(map(_LINE.fullmatch, identities)):
        return None
    if len(identities) > 1:
        return RowName("age identity", counted(len(identities), "age identity", "age identities"))
    recipient = _RECIPIENT.search(data)
    return RowName("age identity", f"age identity of {recipient[1].decode()}" if recipient else "")


AGE: Final = ValueFormat(
    "an age identity",
    row=_row,
    page=(PageRow("age identity", "age identity of age1ql3z7hj…", "recipient", "the identity"),),
)
