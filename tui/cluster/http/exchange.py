"""Exchange: one request and its answer, with limits of time and size."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable
from typing import TYPE_CHECKING, Final

from msgspec import Struct

from tui.cluster.http.gate import CURRENT, Attempt
from tui.cluster.http.request import RequestInfo
from tui.cluster.http.status_errors import TOO_LONG
from tui.model.errors import BadAnswer, ClusterError, OutcomeUnknown, TimedOut

# aiohttp is loaded with the first request, see transport.py
if TYPE_CHECKING:
    from aiohttp import ClientResponse

MAX_CHUNK: Final = 64 * 1024 * 1024
"""Maximum bytes of one answer that is not an error, after decompression."""
MAX_LINE: Final = 16 * 1024 * 1024
"""Maximum bytes of one line of a watch."""
_MAX_ERROR_BODY: Final = 1024 * 1024
CUT_OFF: Final = "the answer is cut off in the middle of a line"


class Limits(Struct, frozen=True):
    """Timeouts in seconds.

    `body` limits the wait for the next part of a body, and `silence` the wait for the next line of a watch.
    A whole answer has no timeout, because the connection may be slow.
    """

    connect: float
    headers: float
    body: float
    silence: float


class Exchange:
    """A request and its answer. Raises only ClusterErrors. The caller must call `close`."""

    def __init__(
        self,
        asked: RequestInfo,
        method: str,
        host: str,
        limits: Limits,
        proxy: str = "",
    ) -> None:
        self._asked, self._host, self._limits = asked, host, limits
        self._proxy = proxy
        self._attempt = Attempt(method, asked.what, asked.changes)
        self._response: ClientResponse | None = None

    async def open(self, send: Callable[[], Awaitable[ClientResponse]]) -> ClientResponse:
        outcome: ClientResponse | ClusterError
        current = CURRENT.set(self._attempt)
        try:
            async with asyncio.timeout(self._limits.headers):
                outcome = await send()
        except ClusterError as error:
            outcome = error
        except Exception as error:
            outcome = self._trouble(error, self._limits.headers)
        finally:
            CURRENT.reset(current)
        if isinstance(outcome, ClusterError):
            outcome.__cause__ = outcome.__context__ = None  # the cause can contain credentials
            raise outcome
        self._response = outcome
        return outcome

    async def read(self, response: ClientResponse) -> bytes:
        """Return the whole body, decompressed; b"" if the status is an error and the body cannot be read."""
        outcome: bytes | ClusterError
        try:
            async with asyncio.timeout(self._limits.body) as limit:
                outcome = await self._read(response, limit)
        except Exception as error:
            outcome = self._trouble(error, self._limits.body)
        if isinstance(outcome, ClusterError):
            if response.status >= 400:
                return b""  # the status is enough to build the error
            raise outcome
        return outcome

    async def _read(self, response: ClientResponse, limit: asyncio.Timeout) -> bytes | ClusterError:
        most = MAX_CHUNK if response.status < 400 else _MAX_ERROR_BODY
        body, loop = bytearray(), asyncio.get_running_loop()
        if (response.content_length or 0) <= most:
            async for data in response.content.iter_any():
                limit.reschedule(loop.time() + self._limits.body)
                body += data
                if len(body) > most:
                    break
            else:
                return bytes(body)
        return self._bad(response, TOO_LONG)

    async def lines(self, response: ClientResponse) -> AsyncGenerator[bytes]:
        trouble: ClusterError | None = None
        try:
            while line := await self._next(response):
                if not line.endswith(b"\n"):
                    trouble = self._bad(response, CUT_OFF)
                elif line.strip():
                    yield line
        except Exception as error:
            trouble = self._trouble(error, self._limits.silence)
        if trouble is not None:
            raise trouble

    async def _next(self, response: ClientResponse) -> bytes:
        async with asyncio.timeout(self._limits.silence):
            return await response.content.readline(max_line_length=MAX_LINE)

    def close(self) -> None:
        response, self._response = self._response, None
        if response is not None:
            response.close()

    def _bad(self, response: ClientResponse, why: str) -> ClusterError:
        if self._asked.changes:
            return OutcomeUnknown(self._asked.what)
        return BadAnswer(response.status, why=why)

    def _trouble(self, error: Exception, after: float) -> ClusterError:
        from tui.cluster.http.client_errors import trouble_of

        was_sent = self._attempt.is_connected
        if type(error) is TimeoutError and not (self._asked.changes and was_sent):
            return TimedOut(f"{self._asked.verb} {self._asked.what}", after)
        return trouble_of(error, self._asked, self._host, self._limits.connect, was_sent, self._proxy)
