"""Gate: aiohttp middleware that checks each request, and each retry that aiohttp makes.

The gate refuses redirects, requests to servers other than its own, and requests into pods, services and
nodes. With `read_only`, it also refuses all writes and their dry runs.
"""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable
from contextvars import ContextVar
from typing import TYPE_CHECKING, Final
from urllib.parse import unquote, urlsplit

from msgspec import Struct

from tui.model.errors import ClusterError, OutcomeUnknown, ReadOnly, Redirected, Unreachable
from tui.model.text.printable import ascii_only

# transport.py imports aiohttp only at the first request, because the import is slow.
if TYPE_CHECKING:
    from aiohttp import ClientRequest, ClientResponse

REVIEW_PATHS: Final = frozenset(
    {
        "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews",
        "/apis/authorization.k8s.io/v1/selfsubjectrulesreviews",
        "/apis/authentication.k8s.io/v1/selfsubjectreviews",
    }
)
"""A POST to these paths changes nothing."""
_TUNNELS: Final = frozenset({"exec", "attach", "portforward", "proxy"})
"""Subresources whose GET does more than read."""
_PREFIX: Final = re.compile(r"/(?:api/[^/]+|apis/[^/]+/[^/]+)(?:/|$)")


class Attempt(Struct):
    """A request and the number of its tries."""

    method: str
    what: str
    changes: bool
    """True for a write, except a dry run or an access review."""
    count: int = 0
    is_connected: bool = False
    """True once aiohttp has a connection: from then on, the request may have been sent."""


CURRENT: Final[ContextVar[Attempt]] = ContextVar("the request that is being sent")


def is_read(method: str, path: str) -> bool:
    """True if the request changes nothing.

    `path` is percent-encoded, without a query, and relative to the path in the server's URL.
    """
    return method == "GET" or (method == "POST" and path in REVIEW_PATHS)


def is_tunnel(path: str) -> bool:
    """True if the path opens a tunnel into a pod, a service or a node.

    Old watch paths such as `/api/v1/watch/pods` also count as tunnels.

    Source: apiserver pkg/endpoints/request/requestinfo.go.
    """
    prefix = _PREFIX.match(path)
    if prefix is None:
        return not _TUNNELS.isdisjoint(unquote(path).split("/"))
    parts = [unquote(part) for part in path[prefix.end() :].split("/")]
    if parts[0] in ("proxy", "watch"):
        return True
    if parts[0] == "namespaces" and len(parts) > 2:
        parts = parts[2:]
    return (len(parts) > 2 and parts[2] in _TUNNELS) or parts[0] == "proxy"


def is_plain(path: str) -> bool:
    """True if a server cannot read the path as another path, even after it decodes each segment twice."""
    parts = path.split("/")[1:]
    if not path.startswith("/"):
        return False
    return all(part not in ("", ".", "..") and not set("/\\%\0") & set(unquote(part)) for part in parts)


class Gate:
    def __init__(self, server: str, read_only: bool) -> None:
        parts = urlsplit(server)
        self._scheme, self._base = parts.scheme, parts.path.rstrip("/")
        self._place = (parts.hostname or "", parts.port or {"https": 443, "http": 80}.get(parts.scheme))
        self._read_only = read_only

    def check(self, method: str, scheme: str, host: str, port: int | None, path: str) -> None:
        """Raise Redirected for a request to another server, and ReadOnly for other refused requests."""
        is_below = not self._base or path.startswith(self._base + "/")
        if scheme != self._scheme or (host.lower(), port) != self._place or not is_below:
            raise Redirected(ascii_only(host))
        inner = path[len(self._base) :]
        if not is_plain(inner) or is_tunnel(inner):
            raise ReadOnly("a request into a pod, a service or a node")
        if self._read_only and not is_read(method, inner):
            raise ReadOnly(f"a {ascii_only(method)} request")

    async def __call__(
        self, request: ClientRequest, go_on: Callable[[ClientRequest], Awaitable[ClientResponse]]
    ) -> ClientResponse:
        """Check one try of a request, and send it.

        Refuse a third try of a GET, and a second try of any other method. Raises ClusterErrors and aiohttp's
        errors.
        """
        from tui.cluster.http.client_errors import may_have_arrived

        attempt = CURRENT.get(None)
        if attempt is None:
            raise ReadOnly("a request that this program did not make")
        url = request.url
        self.check(request.method, url.scheme, url.raw_host or "", url.port, url.raw_path)
        attempt.count += 1
        if attempt.count > 1 and (attempt.method != "GET" or attempt.count > 2):
            raise self._lost(attempt)
        outcome: ClientResponse | ClusterError
        try:
            outcome = await go_on(request)
        except Exception as error:
            if attempt.method == "GET" or not attempt.is_connected or not may_have_arrived(error):
                raise
            outcome = self._lost(attempt)
        if isinstance(outcome, ClusterError):
            raise outcome  # outside `except`, so that a traceback does not contain aiohttp's error
        if 300 <= outcome.status < 400:
            target_host = _host(outcome.headers.get("Location", ""))
            outcome.close()
            raise Redirected(target_host or ascii_only(self._place[0]))
        return outcome

    def _lost(self, attempt: Attempt) -> ClusterError:
        if attempt.changes:
            return OutcomeUnknown(attempt.what)
        return Unreachable("reset", ascii_only(self._place[0]))


def _host(location: str) -> str:
    try:
        return ascii_only(urlsplit(location).hostname or "")[:253]
    except ValueError:
        return "another host"
