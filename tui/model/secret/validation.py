"""The API server's validation rules for a Secret, so that the review can name a problem before the server.

Source: kubernetes pkg/apis/core/validation/validation.go (ValidateSecret), apimachinery
pkg/util/validation (names and keys). The sentences are our own and never hold a value.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

import msgspec

from tui.model.json_decoder import decoded
from tui.model.secret.value import Value, size_text

MAX_DATA: Final = 1_048_576
"""Bytes that the values of one Secret may have together; exactly this many pass. Names do not count."""
MAX_NAME: Final = 253
MAX_NAMESPACE: Final = 63
MAX_KEY: Final = 253

SERVICE_ACCOUNT_TOKEN: Final = "kubernetes.io/service-account-token"
BOOTSTRAP_TOKEN: Final = "bootstrap.kubernetes.io/token"
BASIC_AUTH: Final = "kubernetes.io/basic-auth"
SSH_AUTH: Final = "kubernetes.io/ssh-auth"
TLS: Final = "kubernetes.io/tls"
JSON_KEYS: Final = {
    "kubernetes.io/dockercfg": ".dockercfg",
    "kubernetes.io/dockerconfigjson": ".dockerconfigjson",
}
"""Types of which the server demands a key that holds a JSON object."""

_LABEL: Final = "[a-z0-9]([-a-z0-9]*[a-z0-9])?"
_SUBDOMAIN: Final = re.compile(rf"{_LABEL}(\.{_LABEL})*")
_KEY: Final = re.compile(r"[-._a-zA-Z0-9]+")
_TOKEN_ID: Final = re.compile(rb"[a-z0-9]{6}")
_TOKEN_SECRET: Final = re.compile(rb"[a-z0-9]{16}")


def name_problem(name: str) -> str | None:
    """Why a Secret cannot have this name (a DNS-1123 subdomain); None if it can."""
    if not name:
        return "A Secret needs a name."
    if len(name) > MAX_NAME:
        return f"A name has at most {MAX_NAME} characters; this one has {len(name)}."
    if _SUBDOMAIN.fullmatch(name):
        return None
    return (
        "A name has only lowercase letters, digits, - and .; each part starts and ends with a letter or "
        "digit."
    )


def namespace_problem(name: str) -> str | None:
    """Why a namespace cannot have this name (a DNS-1123 label); None if it can."""
    if not name:
        return "Type a namespace."
    if len(name) > MAX_NAMESPACE:
        return f"A namespace has at most {MAX_NAMESPACE} characters; this one has {len(name)}."
    if re.fullmatch(_LABEL, name):
        return None
    return "A namespace has only lowercase letters, digits and -, and starts and ends with a letter or digit."


def key_problem(key: str) -> str | None:
    """Why a Secret cannot have this key (IsConfigMapKey); None if it can."""
    if not key:
        return "A key needs a name."
    if len(key) > MAX_KEY:
        return f"A key has at most {MAX_KEY} characters; this one has {len(key)}."
    if not _KEY.fullmatch(key):
        return "A key has only letters, digits, -, _ and . characters."
    if key == ".":
        return "A key cannot be “.”."
    if key.startswith(".."):
        return "A key cannot start with “..”."
    return None


def data_problem(type: str, data: Mapping[str, Value]) -> str | None:  # noqa: A002
    """The first reason for which the server refuses this data; None if it accepts it."""
    problems = data_problems(type, data)
    return problems[0][1] if problems else None


def data_problems(type: str, data: Mapping[str, Value]) -> tuple[tuple[str, str], ...]:  # noqa: A002
    """All reasons for which the server refuses this data, as (field, sentence)."""
    problems = [
        (f"data[{key}]", sentence) for key in sorted(data) if (sentence := key_problem(key)) is not None
    ]
    size = sum(value.size for value in data.values())
    if size > MAX_DATA:
        problems.append(
            (
                "data",
                f"The values are {size_text(size)} together; the limit is 1 MiB (1,048,576 B).",
            )
        )
    return (*problems, *_type_problems(type, data))


def new_problem(type: str) -> str | None:  # noqa: A002
    """Why a Secret of this type cannot be made here; None if it can."""
    if type == SERVICE_ACCOUNT_TOKEN:
        return (
            "A service account token needs the annotation kubernetes.io/service-account.name, which "
            "secret-tui does not set."
        )
    return None


def data_warnings(name: str, type: str, data: Mapping[str, Value]) -> tuple[str, ...]:  # noqa: A002
    """What the server accepts although nothing will be able to use it (bootstrap tokens)."""
    if type != BOOTSTRAP_TOKEN:
        return ()
    found: list[str] = []
    token_id, token_secret = data.get("token-id"), data.get("token-secret")
    if token_id is None or not _TOKEN_ID.fullmatch(token_id.reveal()):
        found.append("token-id must be 6 lowercase letters or digits.")
    elif name != f"bootstrap-token-{token_id.reveal().decode('ascii')}":
        found.append("The name must be bootstrap-token- followed by the token-id.")
    if token_secret is None or not _TOKEN_SECRET.fullmatch(token_secret.reveal()):
        found.append("token-secret must be 16 lowercase letters or digits.")
    return tuple(found)


def _type_problems(of_type: str, data: Mapping[str, Value]) -> tuple[tuple[str, str], ...]:
    if of_type in JSON_KEYS:
        return _json_problems(of_type, JSON_KEYS[of_type], data)
    if of_type == BASIC_AUTH and "username" not in data and "password" not in data:
        sentence = f"A Secret of type {of_type} needs the key username or password, or both."
        return (("data[username]", sentence), ("data[password]", sentence))
    if of_type == SSH_AUTH and not data.get("ssh-privatekey", Value(b"")).size:
        return (
            ("data[ssh-privatekey]", f"A Secret of type {of_type} needs the key ssh-privatekey, not empty."),
        )
    if of_type == TLS:
        return tuple(
            (f"data[{key}]", f"A Secret of type {of_type} needs the key {key}.")
            for key in ("tls.crt", "tls.key")
            if key not in data
        )
    return ()


def _json_problems(of_type: str, key: str, data: Mapping[str, Value]) -> tuple[tuple[str, str], ...]:
    if key not in data:
        return ((f"data[{key}]", f"A Secret of type {of_type} needs the key {key}."),)
    if not _is_json_object(data[key].reveal()):
        return ((f"data[{key}]", f"The value of {key} must be a JSON object."),)
    return ()


def _is_json_object(data: bytes) -> bool:
    try:
        # Go replaces bytes that are no UTF-8 where a strict parser would refuse them.
        decoded(data.decode("utf-8", "replace"), dict[str, object])
    except (msgspec.DecodeError, RecursionError):
        return False
    return True
