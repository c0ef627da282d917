"""A complete HTTP answer: an Answer if it succeeded, otherwise the matching ClusterError."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING, Final

from msgspec import Struct

from tui.cluster.http.request_info import RequestInfo
from tui.cluster.http.status_errors import bad_answer, error_of
from tui.model.errors import BadAnswer
from tui.model.json_decoder import Hidden

# aiohttp is loaded with the first request: see transport.py.
if TYPE_CHECKING:
    from aiohttp import ClientResponse

_QUOTED: Final = re.compile(r'\d{3} \S+ "((?:[^"\\]|\\.)*)"')
_LOOKED_AT: Final = 64 * 1024
"""Bytes of a page searched for a login: more than is shown, since a cut may split one."""


class Answer(Hidden, Struct, frozen=True):
    """A success. Its repr does not show the body."""

    body: bytes
    warnings: tuple[str, ...]
    """Texts of the `Warning` headers, as received: they may quote a value."""
    date: float | None
    """The server's clock, seconds since the epoch."""


def is_page(response: ClientResponse) -> bool:
    """True for an HTML page of a portal or a proxy, whatever its status."""
    return response.headers.get("Content-Type", "").lower().startswith("text/html")


def answer_of(
    asked: RequestInfo, response: ClientResponse, body: bytes, hides: Callable[[str], bool]
) -> Answer:
    """Check the response and read its headers. Raises ClusterErrors.

    `hides` is true for a text that holds a credential.
    """
    headers = response.headers
    content_type = headers.get("Content-Type", "")
    is_success = 200 <= response.status < 300
    if not is_success or is_page(response):
        if is_success:
            error = bad_answer(asked, response.status, content_type, body)
        else:
            acting = response.request_info.headers.get("Impersonate-User", "")
            error = error_of(
                asked, response.status, content_type, headers.get("Retry-After", ""), body, acting
            )
        if isinstance(error, BadAnswer) and hides(body[:_LOOKED_AT].decode("utf-8", "replace")):
            error = BadAnswer(response.status, error.content_type)
        raise error
    return Answer(
        body=body,
        warnings=warnings_of(text for text in headers.getall("Warning", ()) if not hides(text)),
        date=date_of(headers.get("Date", "")),
    )


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
