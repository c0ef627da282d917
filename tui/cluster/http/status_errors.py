"""Turn an HTTP answer into an Answer or a ClusterError.

Errors do not quote the server's message, because a message about a write can contain the whole object
(apiserver pkg/endpoints/handlers/patch.go). If admission refuses a dry run, the message is kept as a masked
Value.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Final

import msgspec

from tui.cluster.http.request import Answer, RequestInfo, date_of, warnings_of
from tui.model.errors import (
    AlreadyExists,
    BadAnswer,
    Clash,
    ClusterError,
    Conflict,
    Expired,
    Forbidden,
    Invalid,
    NoDryRun,
    NotFound,
    OutcomeUnknown,
    Refused,
    ServerTrouble,
    Throttled,
    Unauthorized,
)
from tui.model.json_decoder import HiddenStruct, decoded
from tui.model.secret.value import Value
from tui.model.text.printable import cut_end, printable

# aiohttp is loaded with the first request, see transport.py
if TYPE_CHECKING:
    from aiohttp import ClientResponse

_LINE: Final = 120
_LOOKED_AT: Final = 64 * 1024
"""Number of bytes of a bad answer that are searched for a credential.

The user sees only one line of the answer, but a credential that begins in this line may continue in the next.
"""
_WORDS: Final = 2000
"""Maximum characters of an admission message that are kept."""
TOO_LONG: Final = "it is too long"
GARBLED: Final = "its encoding is wrong"


class _Cause(msgspec.Struct):
    reason: str = ""
    field: str = ""


class _Details(msgspec.Struct):
    name: str = ""
    kind: str = ""
    causes: list[_Cause] | None = None
    retryAfterSeconds: float | None = None  # noqa: N815  the API's name


class _Meta(msgspec.Struct):
    continue_: str = msgspec.field(name="continue", default="")


class Status(HiddenStruct):
    """A Status of meta/v1. Its repr shows no message, because the message can contain the object."""

    kind: str = ""
    message: str = ""
    reason: str = ""
    code: int = 0
    details: _Details | None = None
    metadata: _Meta | None = None


def status_of(body: bytes) -> Status | None:
    try:
        status = decoded(body, Status)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        return None
    return status if status.kind == "Status" else None


def error_of(
    asked: RequestInfo, code: int, content_type: str, retry_after: str, body: bytes, acting: str = ""
) -> ClusterError:
    status = status_of(body)
    if asked.is_write and (refusal := _admission(asked, code, status)):
        return refusal
    if asked.changes and (code >= 500 or code == 408):
        # The server or a proxy may have given up during the write.
        return OutcomeUnknown(asked.what)
    match code:
        case 401:
            return Unauthorized()
        case 408:
            return ServerTrouble(code, _retry_after(retry_after, status))
        case 410:
            token = (status.metadata.continue_ or None) if status and status.metadata else None
            return Expired(token, is_watch=asked.verb == "watch")
        case 413:
            return Invalid((("", "the request is larger than the server allows"),))
        case 429:
            return Throttled(_retry_after(retry_after, status))
    if code >= 500:
        return ServerTrouble(code, _retry_after(retry_after, status))
    if status is None and not (code == 404 and body.startswith(b"404 page not found")):
        return bad_answer(asked, code, content_type, body)
    match code:
        case 403:
            return _forbidden(asked, status, acting)
        case 404:
            return _not_found(asked, status)
        case 409:
            return _conflict(asked, status)
        case 400 | 422:
            return Invalid(_causes(status, code))
    return bad_answer(asked, code, content_type, b"")


def event_error(asked: RequestInfo, body: bytes) -> ClusterError:
    status = status_of(body)
    if status is None:
        return bad_answer(asked, 200, "application/json", b"")
    if status.code == 410 or status.reason in ("Expired", "Gone"):
        return Expired(is_watch=True)
    if status.code < 400:
        return ServerTrouble(500)
    return error_of(asked, status.code, "application/json", "", body)


def bad_answer(asked: RequestInfo, code: int, content_type: str, body: bytes) -> ClusterError:
    """Return the error for an answer that the program cannot read.

    The answer may be a page of a proxy or captive portal. For a list or watch of several objects, the error
    quotes one line of such a page. No other text of an answer is quoted, because such text may contain a
    Secret. For a write (no dry run) with HTTP 2xx, the error is OutcomeUnknown.
    """
    if asked.changes and 200 <= code < 300:
        return OutcomeUnknown(asked.what)
    kind = content_type.split(";")[0].strip().lower()
    is_page = kind == "text/html" or (kind == "text/plain" and code >= 400)
    line = _first_line(body) if is_page and asked.verb in ("list", "watch") and not asked.name else ""
    return BadAnswer(code, cut_end(printable(kind), 60), line)


def _first_line(body: bytes) -> str:
    head = body[:4096].decode("utf-8", "replace")
    if titled := re.search(r"<title>([^<]*)", head, re.IGNORECASE):
        head = titled[1]
    lines = [line.strip() for line in head.splitlines() if line.strip()]
    if not lines or lines[0].startswith(("{", "[")):
        return ""
    return cut_end(printable(lines[0]), _LINE)


def _seconds(text: str) -> float | None:
    return float(text) if re.fullmatch(r"\d{1,6}", text) else None


def _retry_after(header: str, status: Status | None) -> float | None:
    seconds = _seconds(header)
    if seconds is None and status and status.details:
        return status.details.retryAfterSeconds
    return seconds


_BESIDE_A_USER: Final = {"groups": "", "uids": "authentication.k8s.io", "userextras": "authentication.k8s.io"}
"""Keys are resources that a refused impersonation may name, values are their API groups.

Users and service accounts are left out.
"""
_SERVICE_ACCOUNT: Final = re.compile("system:serviceaccount:([^:]+):([^:]+)")


def _forbidden(asked: RequestInfo, status: Status | None, acting: str) -> Forbidden:
    """Build the error for a refused request or impersonation.

    Source: apiserver pkg/endpoints/filters/impersonation.
    """
    if not (acting and status is not None and "cannot impersonate" in status.message):
        target = asked.resource, asked.namespace, asked.name, asked.group
        return Forbidden(asked.verb, *target, is_namespaced=asked.is_namespaced)
    may_not = partial(Forbidden, "impersonate", is_namespaced=False)
    if status.details is not None and (kind := status.details.kind) in _BESIDE_A_USER:
        return may_not(kind, None, printable(status.details.name), _BESIDE_A_USER[kind])
    if account := _SERVICE_ACCOUNT.fullmatch(acting):
        return may_not("serviceaccounts", *account.groups())
    return may_not("users", None, printable(acting))


def _not_found(asked: RequestInfo, status: Status | None) -> NotFound:
    details = status.details if status else None
    if details and details.kind == "namespaces" and asked.namespace:
        return NotFound(f"namespace {asked.namespace}")
    return NotFound(asked.what)


def _conflict(asked: RequestInfo, status: Status | None) -> ClusterError:
    """Build the error for HTTP 409: AlreadyExists, Clash or Conflict.

    A Clash may name another object, such as a quota (apiserver pkg/admission/plugin/resourcequota).
    """
    if status is not None and status.reason == "AlreadyExists":
        return AlreadyExists(asked.what, is_leaving=status.message.startswith("object is being deleted"))
    details = status.details if status else None
    # `details.kind` is "Secret" for a deletion, and "secrets" for other requests.
    resource = asked.resource.partition("/")[0]
    if details is not None and details.kind and details.kind.lower().rstrip("s") != resource.rstrip("s"):
        is_plain = all(re.fullmatch(r"[A-Za-z0-9.-]{0,120}", part) for part in (details.kind, details.name))
        return Clash(f"{details.kind} {details.name}".strip() if is_plain else "")
    return Clash() if asked.verb == "create" else Conflict(asked.what)


_NAME: Final = r"([A-Za-z0-9][A-Za-z0-9._:/-]{0,252})"
_DENIALS: Final = (
    (re.compile(rf'admission webhook "{_NAME}" denied'), "{}"),
    (re.compile(rf"ValidatingAdmissionPolicy '{_NAME}'"), "the policy {}"),
    (re.compile(rf'failed calling webhook "{_NAME}"'), "the webhook {} failed"),
    (re.compile(rf"exceeded quota: {_NAME}"), "the quota {} is used up"),
    (re.compile("is being terminated"), "the namespace is being deleted"),
)


def _admission(asked: RequestInfo, code: int, status: Status | None) -> ClusterError | None:
    """Return the error of a write that admission refused, else None. Admission may use any HTTP status."""
    if status is None:
        return None
    if code == 400 and asked.is_dry_run and "does not support dry run" in status.message:
        return NoDryRun()
    words = Value(status.message[:_WORDS].encode("utf-8", "replace")) if asked.is_dry_run else None
    for pattern, sentence in _DENIALS:
        if match := pattern.search(status.message):
            return Refused(sentence.format(*match.groups()), words)
    if code == 403 and not re.search(r'is forbidden: User "', status.message):
        return Refused("the server does not name the check", words)
    return None


_SAID: Final = {
    "FieldValueRequired": "is required",
    "FieldValueInvalid": "is not valid",
    "FieldValueTooLong": "is too long",
    "FieldValueDuplicate": "is duplicated",
    "FieldValueForbidden": "is not allowed",
}


def _causes(status: Status | None, code: int) -> tuple[tuple[str, str], ...]:
    causes = (status.details.causes or []) if status and status.details else []
    pairs = tuple(dict.fromkeys(_cause(cause) for cause in causes[:20]))
    if pairs or code == 422:
        return pairs
    return (("", "the server could not read the request"),)


def _cause(cause: _Cause) -> tuple[str, str]:
    if cause.field == "patch":
        return "", "the server could not read the change"
    if cause.reason == "FieldValueForbidden" and cause.field in ("data", "immutable"):
        return cause.field, "cannot change, because the Secret is immutable"
    if cause.field == "type" and cause.reason == "FieldValueInvalid":
        return "type", "may not change"
    field = cause.field if re.fullmatch(r"[A-Za-z0-9._/\[\]-]{1,120}", cause.field) else ""
    return field, _SAID.get(cause.reason, "breaks a rule")


def is_page(response: ClientResponse) -> bool:
    """True for an HTML page: it comes from a captive portal or a proxy, not from the API."""
    return response.headers.get("Content-Type", "").lower().startswith("text/html")


def answer_of(
    asked: RequestInfo, response: ClientResponse, body: bytes, hides: Callable[[str], bool]
) -> Answer:
    """Return the Answer of a successful response. Raises ClusterErrors for an error or an HTML page.

    `hides`: returns True for a text with a credential. Warnings with a credential are dropped.
    An error does not quote an answer with a credential.
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
