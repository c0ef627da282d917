"""Bootstrap tokens (type bootstrap.kubernetes.io/token): form, unchecked rules, expiry.

Source: kubernetes.io, Authenticating with Bootstrap Tokens; cluster-bootstrap/token/api/types.go.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import partial
from typing import Final

from tui.model.secret.formats.validity import expiry_words
from tui.model.secret.generate import Recipe
from tui.model.secret.types.form import Data, Form, FormField, Typed
from tui.model.secret.value import Value
from tui.model.text.times import duration, parse_time, rfc3339

NAMESPACE: Final = "kube-system"
"""Where the cluster looks for them."""
_PREFIX: Final = "bootstrap-token-"
_LETTERS: Final = "lowercase letters and digits"
_TOKEN_ID: Final = re.compile("[a-z0-9]{6}")
_TOKEN_SECRET: Final = re.compile(rb"[a-z0-9]{16}")
_GROUP: Final = re.compile("system:bootstrappers:[a-z0-9:-]{0,255}[a-z0-9]")
_NODES: Final = "system:bootstrappers:kubeadm:default-node-token"
_USAGES: Final = ("authentication", "signing")
_DATE: Final = re.compile(r"\d{4}-\d\d-\d\d")
_NEVER: Final = "never"


def place(namespace: str, name: str) -> tuple[str, str]:
    """Where a new one belongs: the name follows from its id, which is generated unless it is in the name."""
    if not _TOKEN_ID.fullmatch(name.removeprefix(_PREFIX)):
        name = Recipe(6, _LETTERS).make()
    return NAMESPACE, _PREFIX + name.removeprefix(_PREFIX)


def form(name: str, now: float) -> Form:
    """Of the token with this name; `now` in seconds since the epoch."""
    return Form(
        "Bootstrap token",
        (
            FormField("expiration", "Expires: 24h, 7d, 2026-12-31 (UTC), never", given="24h"),
            FormField("usages", "Usages", given=", ".join(_USAGES)),
            FormField("auth-extra-groups", "Groups", given=_NODES, is_optional=True),
            FormField("description", "Description", is_optional=True),
        ),
        partial(_write, name, now),
        hint="The id is in the name; token-secret is generated.",
    )


def _write(name: str, now: float, data: Data, typed: Typed) -> Mapping[str, Value | None]:
    texts: dict[str, str | None] = {}
    if "token-id" not in data:
        texts["token-id"] = _id_of(name)
    if "token-secret" not in data:
        texts["token-secret"] = Recipe(16, _LETTERS).make()
    if not data and not {"expiration", "usages"} <= typed.keys():
        raise ValueError("A bootstrap token needs an expiry, such as 24h or never, and a usage.")
    if "expiration" in typed:
        texts["expiration"] = _end_of(typed["expiration"].strip(), now)
    if "usages" in typed:
        usages = set(_words(typed["usages"]))
        if not usages <= set(_USAGES):
            raise ValueError("A usage is authentication or signing; both are divided by a comma.")
        texts |= {f"usage-bootstrap-{one}": "true" if one in usages else None for one in _USAGES}
    if "auth-extra-groups" in typed:
        groups = _words(typed["auth-extra-groups"])
        if (problem := _groups_problem(groups)) is not None:
            raise ValueError(problem)
        texts["auth-extra-groups"] = ",".join(groups)
    if "description" in typed:
        texts["description"] = typed["description"]
    return {
        key: Value(text.encode()) if text is not None else None
        for key, text in texts.items()
        if text is not None or key in data
    }


def _id_of(name: str) -> str:
    token_id = name.removeprefix(_PREFIX)
    if not (name.startswith(_PREFIX) and _TOKEN_ID.fullmatch(token_id)):
        raise ValueError("The name must be bootstrap-token- and 6 lowercase letters or digits, the token-id.")
    return token_id


def _end_of(text: str, now: float) -> str | None:
    """The time as RFC 3339; None for never. Raises ValueError, with a sentence."""
    if text == _NEVER:
        return None
    if (span := duration(text)) is not None:
        end: float | None = now + span
    else:
        end = parse_time(f"{text}T00:00:00Z" if _DATE.fullmatch(text) else text)
    if end is None:
        raise ValueError("An expiry is a time like 24h, 7d, 2026-12-31, 2026-12-31T10:00:00Z, or never.")
    if end <= now:
        raise ValueError("The token would have expired already.")
    return rfc3339(end)


def _words(text: str) -> list[str]:
    return text.replace(",", " ").split()


def _groups_problem(groups: list[str]) -> str | None:
    if all(_GROUP.fullmatch(group) for group in groups):
        return None
    return f"A group is system:bootstrappers: and more lowercase letters, digits, : or -, such as {_NODES}."


def warnings(namespace: str, name: str, data: Data) -> tuple[str, ...]:
    """What the server accepts although nothing can use it."""
    return tuple(_warnings(namespace, name, {key: _text(value) for key, value in data.items()}))


def _warnings(namespace: str, name: str, texts: Mapping[str, str]) -> Iterator[str]:
    if namespace != NAMESPACE:
        yield f"A bootstrap token works only in namespace {NAMESPACE}."
    if not _TOKEN_ID.fullmatch(texts.get("token-id", "")):
        yield "token-id must be 6 lowercase letters or digits."
    elif name != _PREFIX + texts["token-id"]:
        yield "The name must be bootstrap-token- followed by the token-id."
    if not _TOKEN_SECRET.fullmatch(texts.get("token-secret", "").encode()):
        yield "token-secret must be 16 lowercase letters or digits."
    if not any(texts.get(f"usage-bootstrap-{one}") == "true" for one in _USAGES):
        yield 'Nothing can use it: usage-bootstrap-authentication or -signing must be "true".'
    if texts.get("expiration") and parse_time(texts["expiration"]) is None:
        yield "expiration must be a time like 2026-12-31T10:00:00Z; the cluster counts it as expired."
    if _groups_problem([one for one in texts.get("auth-extra-groups", "").split(",") if one]) is not None:
        yield "auth-extra-groups: each must begin with system:bootstrappers:."


def _text(value: Value) -> str:
    """Text of at most what a rule looks at; others break the rules all the same."""
    return value.reveal()[:4096].decode("utf-8", "replace")


def facts(data: Data, now: float) -> tuple[str, ...]:
    """When the token expires."""
    end = expiry(data)
    if end is not None:
        return (f"this token {expiry_words(end, now)}",)
    if (held := data.get("expiration")) is not None and held.size:
        return ("this token has an expiration that cannot be read",)
    return ("this token does not expire",)


def expiry(data: Data) -> float | None:
    """In seconds since the epoch; None for never, or if it cannot be read. `expiration` is RFC 3339 text."""
    value = data.get("expiration")
    if value is None or value.size > 64:
        return None
    try:
        return parse_time(value.reveal().decode("ascii"))
    except UnicodeDecodeError:
        return None
