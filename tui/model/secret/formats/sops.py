"""Files of SOPS, in which each value is encrypted."""

from __future__ import annotations

from typing import Final

from tui.model.secret.formats.leaf import UnwritableLeaf
from tui.model.secret.formats.leaf_span import leaves_of
from tui.model.secret.formats.value_format import PageRow, RowName, ValueFormat
from tui.model.secret.formats.yaml_text import (
    field_of,
    items_of,
    text_of_field,
    yaml_fields,
    yaml_spans,
)
from tui.model.text.counts import counted
from tui.model.text.times import date, parse_time


def _row(key: str, data: bytes) -> RowName | None:
    if b"sops" not in data or b"lastmodified" not in data or b"mac" not in data:
        return None
    metadata = field_of(yaml_fields(data), "sops")
    if not isinstance(metadata, dict) or "mac" not in metadata:
        return None
    count = sum(
        len(items_of(metadata, name)) for name in ("age", "pgp", "kms", "gcp_kms", "azure_kv", "hc_vault")
    )
    changed = parse_time(text_of_field(metadata, "lastmodified"))
    when = f", changed {date(changed)}" if changed is not None else ""
    return RowName("SOPS", f"SOPS, {counted(count, 'recipient')}{when}")


def _not_rewritten(key: str, data: bytes, path: str, text: str) -> bytes:
    raise UnwritableLeaf("is protected by the file's MAC; change the file with sops")


SOPS: Final = ValueFormat(
    "a SOPS file",
    row=_row,
    leaves=leaves_of(yaml_spans),
    rewrite=_not_rewritten,
    page=(
        PageRow(
            "SOPS file",
            "SOPS, 2 recipients, changed 1 Nov 2026",
            "recipients, last change",
            "each leaf",
            "no: protected by the file's MAC",
        ),
    ),
)
