"""Google's credential files, such as the key file of a service account."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Final

from tui.model.secret.formats.json_text import json_spans, read_json
from tui.model.secret.formats.leaf_span import leaves_of, rewrite_of
from tui.model.secret.formats.public_names import plain_name
from tui.model.secret.formats.validity import Validity
from tui.model.secret.formats.value_format import Fact, PageRow, RowName, ValueFormat
from tui.model.secret.value import Value

_MAIL: Final = re.compile(r"[a-z0-9.-]{1,100}@[a-z0-9.-]{1,100}\.gserviceaccount\.com")
_KEY_ID: Final = re.compile(r"[0-9a-f]{40}")
_KINDS: Final = {
    "service_account": "Google service account",
    "external_account": "Google external account",
    "authorized_user": "Google user credentials",
    "impersonated_service_account": "Google impersonated account",
}


def _row(key: str, data: bytes) -> RowName | None:
    if b'"type"' not in data or not any(name.encode() in data for name in _KINDS):
        return None
    account = read_json(data)
    if not isinstance(account, dict) or (kind := _KINDS.get(str(account.get("type")))) is None:
        return None
    if not account.keys() & {"private_key", "audience", "refresh_token", "source_credentials"}:
        return None
    project = plain_name(account.get("project_id")) or plain_name(account.get("quota_project_id"))
    return RowName(kind, f"{kind} of {project}" if project else "")


def _facts(
    key: str, data: bytes, now: float, issued: Validity | None, siblings: Mapping[str, Value]
) -> Iterator[Fact]:
    account = read_json(data) if _row(key, data) is not None else {}
    if not isinstance(account, dict):
        return
    candidates = {
        "client email": (account.get("client_email"), _MAIL),
        "key id": (account.get("private_key_id"), _KEY_ID),
    }
    words = [f"{name} {text}" for name, (text, shape) in candidates.items() if shape.fullmatch(str(text))]
    if words:
        yield Fact(f"{key}  {', '.join(words)}")


GOOGLE: Final = ValueFormat(
    "Google's key file",
    facts=_facts,
    row=_row,
    leaves=leaves_of(json_spans),
    rewrite=rewrite_of(json_spans),
    page=(
        PageRow(
            "Google service account, external account",
            "Google service account of shop-prod",
            "project, client email, key id",
            "private key",
            "each leaf",
        ),
    ),
)
