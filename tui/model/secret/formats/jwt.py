"""JSON Web Tokens: their header and end are read, their signature is not checked (RFC 7519)."""

from __future__ import annotations

import json
import re
from base64 import urlsafe_b64decode
from collections.abc import Mapping
from typing import Any, Final

from tui.model.secret.formats.validity import expiry_words
from tui.model.secret.formats.value_format import Paste, Pasted, ValueFormat
from tui.model.secret.value import Value

_TOKEN: Final = re.compile(r"([-_A-Za-z0-9]+)\.([-_A-Za-z0-9]+)\.[-_A-Za-z0-9]+")


def _paste(paste: Paste) -> Pasted | None:
    text = paste.text.strip()
    token = _TOKEN.fullmatch(text)
    if paste.key is None or token is None:
        return None
    head, claims = map(_json_part, token.groups())
    if "alg" not in head:
        return None
    expires = claims.get("exp")
    word = f", {expiry_words(expires, paste.now)}" if isinstance(expires, int | float) else ""
    return Pasted(f"A JWT{word}", {paste.key: Value(text.encode())})


def _json_part(part: str) -> Mapping[str, Any]:
    try:
        claims = json.loads(urlsafe_b64decode(part + "=" * (-len(part) % 4)))
    except (ValueError, RecursionError):
        return {}
    return claims if isinstance(claims, dict) else {}


JWT: Final = ValueFormat("a JWT", paste=_paste)
