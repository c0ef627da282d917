"""URLs: "postgres://…", "jdbc:postgresql://…"."""

from __future__ import annotations

import re
from typing import Final

from tui.model.secret.formats.value_format import ValueFormat, is_not_now

_URL: Final = re.compile(rb"\s*(?:[A-Za-z][A-Za-z0-9+.-]*:)+//\S+\s*")

URL: Final = ValueFormat(
    "a URL",
    recognizes=lambda key, data: _URL.fullmatch(data) is not None,
    flaw=lambda data: None if _URL.fullmatch(data) else is_not_now(),
)
