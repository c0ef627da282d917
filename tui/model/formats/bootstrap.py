"""Bootstrap tokens (type bootstrap.kubernetes.io/token): when one expires."""

from __future__ import annotations

from collections.abc import Mapping

from tui.model.secret.validation import BOOTSTRAP_TOKEN
from tui.model.secret.value import Value
from tui.model.text.times import parse_time

__all__ = ["BOOTSTRAP_TOKEN", "expiry"]


def expiry(data: Mapping[str, Value]) -> float | None:
    """When the token expires, in seconds since the epoch; None for never, or if it cannot be read.

    The key `expiration` holds RFC 3339 text. Source: kubernetes.io, Authenticating with Bootstrap Tokens.
    """
    value = data.get("expiration")
    if value is None or value.size > 64:
        return None
    try:
        return parse_time(value.reveal().decode("ascii").strip())
    except UnicodeDecodeError:
        return None
