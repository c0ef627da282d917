"""Google's key files: service accounts and external accounts (workload identity federation)."""

from __future__ import annotations

from typing import Final

from tui.model.secret.formats.json_text import json_spans, read_json
from tui.model.secret.formats.leaf_span import leaves_of, rewrite_of
from tui.model.secret.formats.public_names import plain_name
from tui.model.secret.formats.value_format import PageRow, RowName, ValueFormat

_KINDS: Final = {
    "service_account": "Google service account",
    "external_account": "Google external account",
    "authorized_user": "Google user credentials",
    "impersonated_service_account": "Google impersonated account",
}


def _row(key: str, data: bytes) -> RowName | None:
    if b'"type"' not in data or not any(name.encode() in data for name in _KINDS):
        return None
    found = read_json(data)
    if not isinstance(found, dict) or (kind := _KINDS.get(str(found.get("type")))) is None:
        return None
    if not found.keys() & {"private_key", "audience", "refresh_token", "source_credentials"}:
        return None
    project = plain_name(found.get("project_id")) or plain_name(found.get("quota_project_id"))
    return RowName(kind, f"{kind} of {project}" if project else "")


GOOGLE: Final = ValueFormat(
    "Google's key file",
    row=_row,
    leaves=leaves_of(json_spans),
    rewrite=rewrite_of(json_spans),
    page=(
        PageRow(
            "Google service account, external account",
            "Google service account of shop-prod",
            "project, client mail, key id",
            "private key",
            "each leaf",
        ),
    ),
)
