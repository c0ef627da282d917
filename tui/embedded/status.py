"""Status bodies of refused requests, with the reasons and causes of the real API server."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, NamedTuple

Obj = dict[str, Any]

STALE = "the object has been modified"


class Cause(NamedTuple):
    """Rule that a request breaks.

    `reason` is a word such as FieldValueRequired. `field` is a path such as data[a].
    `message` contains no values of a Secret.
    """

    reason: str
    field: str
    message: str = ""


class ApiError(Exception):
    """Refusal of a request. The repr does not show the body of the answer."""

    def __init__(self, code: int, body: Obj) -> None:
        super().__init__()
        self.code = code
        self.body = body


def status(code: int, reason: str, message: str, details: Obj | None = None) -> Obj:
    """Build the body of a refusal. Empty entries of `details` are left out, as in the real server."""
    body: Obj = {"kind": "Status", "apiVersion": "v1", "metadata": {}, "status": "Failure"}
    body |= {"message": message, "reason": reason}
    if details is not None:
        body["details"] = {key: value for key, value in details.items() if value}
    return body | {"code": code}


def _about(code: int, reason: str, message: str, resource: str, name: str, group: str = "") -> ApiError:
    return ApiError(code, status(code, reason, message, {"name": name, "group": group, "kind": resource}))


def _full(resource: str, group: str) -> str:
    return f"{resource}.{group}" if group else resource


def not_found(resource: str, name: str, group: str = "") -> ApiError:
    return _about(404, "NotFound", f'{_full(resource, group)} "{name}" not found', resource, name, group)


def already_exists(resource: str, name: str, *, is_leaving: bool = False) -> ApiError:
    """Build a 409 error. `is_leaving` is True if the object is being deleted but still has finalizers."""
    text = f'{resource} "{name}" already exists'
    return _about(
        409, "AlreadyExists", f"object is being deleted: {text}" if is_leaving else text, resource, name
    )


def conflict(resource: str, name: str, why: str = STALE, group: str = "") -> ApiError:
    text = f'Operation cannot be fulfilled on {_full(resource, group)} "{name}": {why}'
    return _about(409, "Conflict", text, resource, name, group)


def forbidden(resource: str, name: str, why: str, group: str = "") -> ApiError:
    subject = f'{_full(resource, group)} "{name}"' if name else _full(resource, group)
    return _about(403, "Forbidden", f"{subject} is forbidden: {why}", resource, name, group)


def unprocessable(kind: str, name: str, causes: Iterable[Cause]) -> ApiError:
    unique = [cause._asdict() for cause in dict.fromkeys(causes)]
    details = {"name": name, "kind": kind, "causes": unique}
    fields = ", ".join(dict.fromkeys(cause["field"] for cause in unique))
    return ApiError(422, status(422, "Invalid", f'{kind} "{name}" is invalid: {fields}', details))


def bad_request(message: str) -> ApiError:
    return ApiError(400, status(400, "BadRequest", message))


def unauthorized() -> ApiError:
    return ApiError(401, status(401, "Unauthorized", "Unauthorized"))


def expired(message: str, continue_token: str = "") -> ApiError:
    """Build a 410 error.

    `continue_token` lets the client continue its list; "" if the client must begin again.
    """
    metadata = {"continue": continue_token} if continue_token else {}
    return ApiError(410, status(410, "Expired", message) | {"metadata": metadata})


def no_such_path() -> ApiError:
    return ApiError(404, status(404, "NotFound", "this cluster does not have that resource", {}))


def method_not_allowed() -> ApiError:
    text = "this cluster does not allow this method on that resource"
    return ApiError(405, status(405, "MethodNotAllowed", text, {}))
