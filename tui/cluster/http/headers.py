"""Request headers for impersonation; warnings and the server's date from the answer."""

from __future__ import annotations

import re
from collections.abc import Iterable
from email.utils import parsedate_to_datetime
from typing import Final
from urllib.parse import quote

from tui.cluster.kubeconfig.target import Impersonate

_QUOTED: Final = re.compile(r'\d{3} \S+ "((?:[^"\\]|\\.)*)"')
_TOKEN: Final = "!#$&'*+-.^_`|~"
"""What a header's name may hold beside letters and digits; `%` too, but it is what escapes."""


def impersonation(who: Impersonate | None) -> list[tuple[str, str]]:
    """`Impersonate-*`; a header for each group and each extra value.

    Source: client-go transport/round_trippers.go (impersonatingRoundTripper, headerKeyEscape).
    """
    if who is None:
        return []
    said = [("Impersonate-User", who.user)]
    if who.uid:
        said.append(("Impersonate-Uid", who.uid))
    said += [("Impersonate-Group", group) for group in who.groups]
    for key, values in who.extra:
        name = f"Impersonate-Extra-{quote(key, safe=_TOKEN)}"
        said += [(name, value) for value in values]
    return said


def warnings_of(headers: Iterable[str]) -> tuple[str, ...]:
    """The texts of `Warning: 299 - "text"`; api/bodies.py reduces them to words that quote no value.

    Source: RFC 7234 5.5, apiserver pkg/warning.
    """
    return tuple(re.sub(r"\\(.)", r"\1", text) for header in headers for text in _QUOTED.findall(header))


def date_of(header: str) -> float | None:
    """The `Date` header as seconds since the epoch; None if it is invalid."""
    try:
        return parsedate_to_datetime(header).timestamp()
    except (TypeError, ValueError, OverflowError, IndexError):
        return None
