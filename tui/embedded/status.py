"""Status bodies: every refusal of the API, with the server's own words.

Source: k8s.io/apimachinery, pkg/api/errors/errors.go.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from tui.embedded.causes import Cause, quote

Obj = dict[str, Any]
"""A Kubernetes object as decoded JSON."""

STALE = "the object has been modified; please apply your changes to the latest version and try again"


class ApiError(Exception):
    """An answer that refuses. Its repr has no text of the answer: that can echo an object."""

    def __init__(self, code: int, body: Obj, headers: Mapping[str, str] | None = None) -> None:
        super().__init__()
        self.code = code
        self.body = body
        self.headers = headers or {}

    def __repr__(self) -> str:
        return f"ApiError({self.code})"

    __str__ = __repr__


def status(
    code: int, reason: str, message: str, details: Obj | None = None, metadata: Obj | None = None
) -> Obj:
    """A Status of failure. Empty details are left out, as the server leaves them out when nil."""
    body: Obj = {"kind": "Status", "apiVersion": "v1", "metadata": metadata or {}, "status": "Failure"}
    if message:
        body["message"] = message
    if reason:
        body["reason"] = reason
    if details is not None:
        body["details"] = {key: value for key, value in details.items() if value}
    return body | {"code": code}


def qualified(resource: str, group: str) -> str:
    """A GroupResource as text: secrets, deployments.apps."""
    return f"{resource}.{group}" if group else resource


def _about(code: int, reason: str, message: str, resource: str, name: str, group: str = "") -> ApiError:
    return ApiError(code, status(code, reason, message, {"name": name, "group": group, "kind": resource}))


def not_found(resource: str, name: str, group: str = "") -> ApiError:
    return _about(
        404, "NotFound", f"{qualified(resource, group)} {quote(name)} not found", resource, name, group
    )


def already_exists(resource: str, name: str, *, is_leaving: bool = False) -> ApiError:
    text = f"{resource} {quote(name)} already exists"
    if is_leaving:
        text = f"object is being deleted: {text}"
    return _about(409, "AlreadyExists", text, resource, name)


def conflict(resource: str, name: str, why: str = STALE) -> ApiError:
    text = f"Operation cannot be fulfilled on {resource} {quote(name)}: {why}"
    return _about(409, "Conflict", text, resource, name)


def forbidden(resource: str, name: str, why: str, group: str = "") -> ApiError:
    if not resource:
        return ApiError(403, status(403, "Forbidden", f"forbidden: {why}", {}))
    subject = qualified(resource, group) + (f" {quote(name)}" if name else "")
    return _about(403, "Forbidden", f"{subject} is forbidden: {why}", resource, name, group)


def unprocessable(kind: str, name: str, causes: Iterable[Cause], group: str = "") -> ApiError:
    """422 Invalid with one cause per failed rule; equal sentences appear once, as in Go's Aggregate."""
    found = list(dict.fromkeys(causes))
    sentences = list(dict.fromkeys(cause.sentence for cause in found))
    text = sentences[0] if len(sentences) == 1 else f"[{', '.join(sentences)}]"
    details = {
        "name": name,
        "group": group,
        "kind": kind,
        "causes": [{"reason": c.reason, "message": c.message, "field": c.field} for c in found],
    }
    message = f"{qualified(kind, group)} {quote(name)} is invalid: {text}"
    return ApiError(422, status(422, "Invalid", message, details))


def bad_request(message: str) -> ApiError:
    return ApiError(400, status(400, "BadRequest", message))


def unauthorized() -> ApiError:
    return ApiError(401, status(401, "Unauthorized", "Unauthorized"))


def expired(message: str, continue_token: str = "") -> ApiError:
    """410; with a token, the remainder of the list can still be had, inconsistently."""
    metadata = {"continue": continue_token} if continue_token else {}
    return ApiError(410, status(410, "Expired", message, metadata=metadata))


def too_large(message: str) -> ApiError:
    text = f"Request entity too large: {message}"
    return ApiError(413, status(413, "RequestEntityTooLarge", text))


def unknown_patch_type() -> ApiError:
    """415 as the router gives it, before the API sees the request."""
    return ApiError(415, status(415, "UnsupportedMediaType", "415: Unsupported Media Type", {}))


_MEDIA = "application/json, application/yaml, application/vnd.kubernetes.protobuf"


def unsupported_media_type() -> ApiError:
    text = f"the body of the request was in an unknown format - accepted media types include: {_MEDIA}"
    return ApiError(415, status(415, "UnsupportedMediaType", text))


def not_acceptable() -> ApiError:
    """406 as the router gives it: no known media type was asked for."""
    streams = "application/json;stream=watch, application/vnd.kubernetes.protobuf;stream=watch"
    text = f"406: Not Acceptable\n\nAvailable representations: {_MEDIA}, {streams}"
    return ApiError(406, status(406, "NotAcceptable", text, {}))


def no_such_form() -> ApiError:
    """406 for a known media type with parameters that are not known."""
    text = f"only the following media types are accepted: {_MEDIA}"
    return ApiError(406, status(406, "NotAcceptable", text))


def wrong_form(what: str) -> ApiError:
    return ApiError(406, status(406, "NotAcceptable", f"you requested {what}"))


def no_such_path() -> ApiError:
    text = "the server could not find the requested resource"
    return ApiError(404, status(404, "NotFound", text, {}))


def method_not_allowed() -> ApiError:
    text = "the server does not allow this method on the requested resource"
    return ApiError(405, status(405, "MethodNotAllowed", text, {}))


def rejected_patch() -> ApiError:
    """A JSON patch that does not apply: the server gives no reason."""
    text = "the server rejected our request due to an error in our request"
    return ApiError(422, status(422, "Invalid", text, {}))


def too_new(asked: int, current: int) -> ApiError:
    """504 for a list at a version that does not exist yet."""
    words = f"Too large resource version: {asked}, current: {current}"
    details = {
        "causes": [{"reason": "ResourceVersionTooLarge", "message": "Too large resource version"}],
        "retryAfterSeconds": 1,
    }
    return ApiError(504, status(504, "Timeout", f"Timeout: {words}", details), {"Retry-After": "1"})


def internal(message: str) -> ApiError:
    text = f"Internal error occurred: {message}"
    return ApiError(500, status(500, "InternalError", text, {"causes": [{"message": message}]}))
