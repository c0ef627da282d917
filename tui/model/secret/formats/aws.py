"""AWS credentials and config files.

Source: https://docs.aws.amazon.com/cli/latest/userguide/cli-configure-files.html
"""

from __future__ import annotations

from typing import Final

from tui.model.secret.formats.ini_text import read_ini
from tui.model.secret.formats.leaf_span import leaves_of, rewrite_of
from tui.model.secret.formats.limits import text_of
from tui.model.secret.formats.public_names import first_of, plain_name
from tui.model.secret.formats.settings_text import settings_spans
from tui.model.secret.formats.value_format import PageRow, RowName, ValueFormat

_MOST_NAMES: Final = 2
_FIELDS: Final = frozenset(
    {"aws_access_key_id", "aws_secret_access_key", "aws_session_token", "role_arn", "credential_process"}
)
_ID_KINDS: Final = {"AKIA": "lasting", "ASIA": "temporary"}


def _row(key: str, data: bytes) -> RowName | None:
    if b"aws_" not in data.lower() and b"role_arn" not in data:
        return None
    if (parser := read_ini(text_of(data), is_strict=True)) is None:
        return None
    sections = [name for name in parser.sections() if not _FIELDS.isdisjoint(parser.options(name))]
    if not sections:
        return None
    names = [plain_name(name.removeprefix("profile ")) for name in sections]
    starts = {parser.get(name, "aws_access_key_id", fallback="")[:4] for name in sections}
    kinds = ", ".join(sorted(_ID_KINDS[start] for start in starts & _ID_KINDS.keys()))
    kind = f"AWS credentials, {kinds}" if kinds else "AWS credentials"
    return RowName(kind, f"{kind}: {first_of(names, _MOST_NAMES)}" if all(names) else "")


AWS: Final = ValueFormat(
    "AWS credentials",
    row=_row,
    leaves=leaves_of(settings_spans),
    rewrite=rewrite_of(settings_spans),
    page=(
        PageRow(
            "AWS credentials and config",
            "AWS credentials, lasting: default, prod",
            "profiles, kind of key (lasting or temporary)",
            "ids, secrets",
            "each value",
        ),
    ),
)
