"""Bootstrap tokens (type bootstrap.kubernetes.io/token): the rules that no server checks, and the expiry.

Source: kubernetes.io, Authenticating with Bootstrap Tokens.
"""

from __future__ import annotations

import re
from typing import Final

from tui.model.secret.formats.pem import expiry_words
from tui.model.secret.types.form import Data
from tui.model.text.times import parse_time

_TOKEN_ID: Final = re.compile(rb"[a-z0-9]{6}")
_TOKEN_SECRET: Final = re.compile(rb"[a-z0-9]{16}")


def warnings(name: str, data: Data) -> tuple[str, ...]:
    """What the server accepts although nothing can use it."""
    found: list[str] = []
    token_id, token_secret = data.get("token-id"), data.get("token-secret")
    if token_id is None or not _TOKEN_ID.fullmatch(token_id.reveal()):
        found.append("token-id must be 6 lowercase letters or digits.")
    elif name != f"bootstrap-token-{token_id.reveal().decode('ascii')}":
        found.append("The name must be bootstrap-token- followed by the token-id.")
    if token_secret is None or not _TOKEN_SECRET.fullmatch(token_secret.reveal()):
        found.append("token-secret must be 16 lowercase letters or digits.")
    return tuple(found)


def facts(data: Data, now: float) -> tuple[str, ...]:
    """When the token expires."""
    end = expiry(data)
    return ("this token does not expire" if end is None else f"this token {expiry_words(end, now)}",)


def expiry(data: Data) -> float | None:
    """In seconds since the epoch; None for never, or if it cannot be read. `expiration` is RFC 3339 text."""
    value = data.get("expiration")
    if value is None or value.size > 64:
        return None
    try:
        return parse_time(value.reveal().decode("ascii").strip())
    except UnicodeDecodeError:
        return None
