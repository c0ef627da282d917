"""htpasswd files, and hashes of single passwords.

Source: https://httpd.apache.org/docs/current/misc/password_encryptions.html; crypt(5)
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from typing import Final

from tui.model.secret.formats.leaf import text_leaf
from tui.model.secret.formats.leaf_span import LeafSpan, leaves_of, rewrite_of
from tui.model.secret.formats.limits import placed_lines, setting_lines
from tui.model.secret.formats.public_names import plain_name
from tui.model.secret.formats.value_format import PageRow, RowName, ValueFormat
from tui.model.text.counts import counted

_HASHES: Final = (
    ("bcrypt", False, r"\$2[abxy]?\$\d\d\$[./A-Za-z0-9]{53}"),
    ("MD5", True, r"\$(?:apr1|1)\$[./A-Za-z0-9]{1,8}\$[./A-Za-z0-9]{22}"),
    ("SHA-1", True, r"\{SHA\}[A-Za-z0-9+/]{27}="),
    ("SHA-1", True, r"\{SSHA\}[A-Za-z0-9+/]{32,60}={0,2}"),
    ("SHA-256", False, r"\$5\$(?:rounds=\d{1,9}\$)?[./A-Za-z0-9]{1,16}\$[./A-Za-z0-9]{43}"),
    ("SHA-512", False, r"\$6\$(?:rounds=\d{1,9}\$)?[./A-Za-z0-9]{1,16}\$[./A-Za-z0-9]{86}"),
    ("yescrypt", False, r"\$y\$[./A-Za-z0-9]{1,20}\$[./A-Za-z0-9]{1,86}\$[./A-Za-z0-9]{43}"),
    (
        "Argon2",
        False,
        r"\$argon2(?:id|i|d)\$v=\d+\$[mtp=,0-9]+\$[A-Za-z0-9+/]{11,64}\$[A-Za-z0-9+/]{16,128}",
    ),
    ("PBKDF2", False, r"\$?pbkdf2[_-]sha(?:1|256|512)\$\d+\$[^$\s:]{1,64}\$[A-Za-z0-9+/=.]{20,128}"),
    (
        "SCRAM",
        False,
        r"SCRAM-SHA-256\$\d+:[A-Za-z0-9+/=]{20,60}(?:[$:][A-Za-z0-9+/=]{40,60}){2}",
    ),
)
"""Name of each kind of hash, True if the kind is weak, and a pattern for the hash."""
_HASH: Final = re.compile("|".join(f"({shape})" for _, _, shape in _HASHES))
_CRYPT: Final = re.compile(r"[./A-Za-z0-9]{13}")
"""Hash of the old crypt(3).

Any 13 letters or digits match, so the pattern is used only under keys such as "htpasswd".
"""
_USER: Final = re.compile(r"[^\s:]{1,255}:(\S+)")


def _hash_kind(text: str) -> str:
    match = _HASH.fullmatch(text)
    if match is None or not match.lastindex:
        return ""
    name, is_weak, _ = _HASHES[match.lastindex - 1]
    return f"{name} (weak)" if is_weak else name


def _row(key: str, data: bytes) -> RowName | None:
    if not any(sign in data for sign in (b"$", b"{S", b":")):
        return None
    lines = list(setting_lines(data))
    if len(lines) == 1 and (kind := _hash_kind(lines[0])):
        return RowName(f"{kind} hash")
    kinds = Counter[str]()
    for line in lines:
        if (match := _USER.fullmatch(line)) is None:
            return None
        is_named = key in ("auth", "htpasswd", "users") or key.endswith("htpasswd")
        kind = _hash_kind(match[1]) or ("crypt (weak)" if is_named and _CRYPT.fullmatch(match[1]) else "")
        if not kind:
            return None
        kinds[kind] += 1
    if not kinds:
        return None
    return RowName("htpasswd", f"{' and '.join(kinds)}, {counted(len(lines), 'user')}")


def _spans(key: str, data: bytes) -> Iterator[LeafSpan]:
    """Yield the hash of each user as a leaf.

    The path of the leaf is the user name. If the user name may be secret, the path is the index of the line,
    such as "[0]". The index does not count blank lines and comments.
    """
    for number, (line, at) in enumerate(placed_lines(data)):
        if (user := _USER.fullmatch(line)) is not None:
            leaf = text_leaf(plain_name(line.partition(":")[0]) or f"[{number}]", user[1])
            yield LeafSpan(leaf, at + user.start(1), at + user.end(1), lambda text: text)


HTPASSWD: Final = ValueFormat(
    "htpasswd",
    row=_row,
    leaves=leaves_of(_spans),
    rewrite=rewrite_of(_spans),
    page=(
        PageRow(
            "htpasswd",
            "bcrypt, 3 users",
            "users, kind of hash, weak kinds",
            "hashes",
            "each hash",
        ),
        PageRow(
            f"Hashes of one password: {', '.join(dict.fromkeys(name for name, _, _ in _HASHES))}",
            "bcrypt hash",
            "kind",
            "the hash",
        ),
    ),
)
