"""Faults to order: what a network, a proxy or a server in trouble does to a request.

A Fault waits until a request fits its method, path, user and query, acts `times` times and is gone.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from typing import Final, Literal

from tui.embedded import status
from tui.embedded.verbs.call import Reply

FaultKind = Literal[
    "delay",  # answers after `seconds`
    "status",  # refuses with `code`: 401, 403, 404, 409, 410, 422, 500, 503; 429 is text/plain
    "redirect",  # 307 to `url`
    "html",  # a proxy's page, with `code` (502)
    "drop_before",  # the connection dies before the request is handled: lost before commit
    "drop_after",  # ... after it was handled and before the answer: lost after commit
    "late",  # the write is committed and answered `seconds` later, even if its client left
    "hang",  # never answers, keeps the connection (half-open)
    "garbage",  # 200 with `body` instead of an answer
    "refuse",  # the port is closed and every connection cut, until the faults are cleared
]
GARBAGE: Final = b'\x00\xff{"kind":"Sec'
HTML: Final = (
    b"<html><head><title>502 Bad Gateway</title></head><body><center><h1>502 Bad Gateway</h1></center>"
    b"<hr><center>proxy</center></body></html>\n"
)


@dataclass
class Fault:
    """A fault. `path` and `method` are globs over the URL's path and the method; `query` is a substring."""

    kind: FaultKind
    method: str = "*"
    path: str = "*"
    user: str = "*"
    query: str = ""
    times: int | None = 1
    code: int = 503
    seconds: float = 1.0
    url: str = ""
    body: bytes = GARBAGE
    message: str = ""
    retry_after: int | None = None
    seen: int = field(default=0, init=False)

    def fits(self, method: str, path: str, query: str, user: str) -> bool:
        return (
            self.kind != "refuse"
            and (self.times is None or self.seen < self.times)
            and fnmatchcase(method, self.method)
            and fnmatchcase(path, self.path)
            and fnmatchcase(user, self.user)
            and self.query in query
        )


class Faults:
    """The faults in force. `released` is set when requests that a fault holds are to end."""

    def __init__(self, refuse: Callable[[bool], None]) -> None:
        self.active: list[Fault] = []
        self.released = asyncio.Event()
        self._refuse = refuse

    def add(self, fault: Fault) -> Fault:
        """Put a fault in force. A "refuse" acts at once, and until `clear`."""
        self.released = asyncio.Event()
        self.active.append(fault)
        if fault.kind == "refuse":
            self._refuse(True)
        return fault

    def clear(self) -> None:
        """End every fault: requests that hang are dropped, and delays are over."""
        self.active.clear()
        self.released.set()
        self._refuse(False)

    def take(self, method: str, path: str, query: str, user: str) -> list[Fault]:
        """The faults that this request meets, each counted once."""
        met = [fault for fault in self.active if fault.fits(method, path, query, user)]
        for fault in met:
            fault.seen += 1
        return met


_STATUSES: Final = {
    400: ("BadRequest", "the server rejected our request for an unknown reason"),
    403: ("Forbidden", "forbidden: by order of a test"),
    404: ("NotFound", "the server could not find the requested resource"),
    409: ("Conflict", f"Operation cannot be fulfilled: {status.STALE}"),
    410: ("Expired", "The resourceVersion for the provided list is too old."),
    422: ("Invalid", "the server rejected our request due to an error in our request"),
    500: ("InternalError", "Internal error occurred: by order of a test"),
    503: ("ServiceUnavailable", "the server is currently unable to handle the request"),
    504: ("Timeout", "Timeout: request did not complete within the allotted timeout"),
}


def refusal(fault: Fault) -> Reply:
    """The answer of a "status" fault (429 is answered as text by the server)."""
    if fault.code == 401:
        return Reply.of(status.unauthorized())
    reason, message = _STATUSES.get(fault.code, ("InternalError", "by order of a test"))
    headers = {} if fault.retry_after is None else {"Retry-After": str(fault.retry_after)}
    return Reply(fault.code, status.status(fault.code, reason, fault.message or message), headers)
