"""Expiry of bootstrap tokens, and warnings that the server does not give.

Source: kubernetes.io, Authenticating with Bootstrap Tokens; cluster-bootstrap/token/api/types.go.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Final

from tui.model.secret.formats.validity import expiry_words
from tui.model.secret.types.form import Data
from tui.model.secret.value import Value
from tui.model.text.times import parse_time

TOKEN_NAMESPACE: Final = "kube-system"
"""Namespace in which the cluster looks for bootstrap tokens."""
_PREFIX: Final = "bootstrap-token-"
_TOKEN_ID: Final = re.compile("[a-z0-9]{6}")
_TOKEN_SECRET: Final = re.compile(rb"[a-z0-9]{16}")
_GROUP: Final = re.compile("system:bootstrappers:[a-z0-9:-]{0,255}[a-z0-9]")
_USAGES: Final = ("authentication", "signing")


def warnings(namespace: str, name: str, data: Data) -> tuple[str, ...]:
    """Return a sentence for each reason why the token cannot work, although the server accepts the Secret."""
    return tuple(_warnings(namespace, name, {key: _text(value) for key, value in data.items()}))


def _warnings(namespace: str, name: str, texts: Mapping[str, str]) -> Iterator[str]:
    if namespace != TOKEN_NAMESPACE:
        yield f"A bootstrap token works only in namespace {TOKEN_NAMESPACE}."
    if not _TOKEN_ID.fullmatch(texts.get("token-id", "")):
        yield "token-id must be 6 lowercase letters or digits."
    elif name != _PREFIX + texts["token-id"]:
        yield "The Secret's name must be bootstrap-token- followed by the token-id."
    if not _TOKEN_SECRET.fullmatch(texts.get("token-secret", "").encode()):
        yield "token-secret must be 16 lowercase letters or digits."
    if not any(texts.get(f"usage-bootstrap-{usage}") == "true" for usage in _USAGES):
        yield 'The token has no enabled use: set usage-bootstrap-authentication or -signing to "true".'
    if texts.get("expiration") and parse_time(texts["expiration"]) is None:
        yield "expiration must be a time like 2026-12-31T10:00:00Z; the cluster treats this token as expired."
    groups = filter(None, texts.get("auth-extra-groups", "").split(","))
    if not all(_GROUP.fullmatch(group) for group in groups):
        yield 'Each group in auth-extra-groups must be "system:bootstrappers:" followed by a-z, 0-9, : or -.'


def _text(value: Value) -> str:
    return value.reveal()[:4096].decode("utf-8", "replace")


def facts(data: Data, now: float) -> tuple[str, ...]:
    end = expiry(data)
    if end is not None:
        return (f"this token {expiry_words(end, now)}",)
    if (value := data.get("expiration")) is not None and value.size:
        return ("this token has an expiration that cannot be read",)
    return ("this token does not expire",)


def expiry(data: Data) -> float | None:
    """Expiry in seconds since the epoch; None if the token never expires, or its expiry cannot be read."""
    value = data.get("expiration")
    if value is None or value.size > 64:
        return None
    try:
        return parse_time(value.reveal().decode("ascii"))
    except UnicodeDecodeError:
        return None
