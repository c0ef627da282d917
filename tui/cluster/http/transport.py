"""Transport: send requests that the Gate allows, and return answers of limited size.

A Transport raises no error of aiohttp, because the error's repr contains the login.
"""

from __future__ import annotations

import asyncio
import ssl
import sys
from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable, Iterator
from contextlib import aclosing, asynccontextmanager, contextmanager
from functools import partial
from importlib.util import find_spec, module_from_spec
from typing import TYPE_CHECKING, Any, Final, Literal, TypeVar
from urllib.parse import quote, urlencode, urlsplit

from tui import __version__
from tui.cluster.auth.credentials import Credentials
from tui.cluster.auth.tls import context_for, why_refused
from tui.cluster.http.exchange import Exchange, Limits
from tui.cluster.http.gate import CURRENT, Gate
from tui.cluster.http.request import Answer, Query, RequestInfo, date_of, impersonation
from tui.cluster.http.status_errors import answer_of, is_page
from tui.cluster.kubeconfig.proxies import ASKS_FOR_A_LOGIN
from tui.cluster.kubeconfig.target import LoginTarget
from tui.model.errors import BadAnswer, ClusterError, PluginFailed, TimedOut, Unauthorized, Unreachable
from tui.model.text.printable import ascii_only
from tui.process.threads import run_in_thread

# aiohttp and kubernetes load slowly, so a thread loads them with the first request, after the first frame.
if TYPE_CHECKING:
    from aiohttp import ClientResponse

JSON_TYPE: Final = "application/json"
MERGE_PATCH: Final = "application/merge-patch+json"
# Default timeouts in seconds. `PAGE` is the timeout for a body, and with wait="page" also for the headers.
CONNECT: Final = 5.0
HEADERS: Final = 15.0
PAGE: Final = 30.0
SILENCE: Final = 75.0
"""`Limits.silence`, in seconds.

It is longer than the minute between two bookmarks of a watch (apiserver pkg/storage/cacher/cacher.go).
"""

SLOW: Final = 5.0
"""Seconds after which the screen says that a read is slow."""
_Answered = TypeVar("_Answered")


class Transport:
    """Connection to one server, with one login. Only one event loop may use a Transport."""

    def __init__(
        self,
        target: LoginTarget,
        credentials: Credentials,
        *,
        read_only: bool,
        request_timeout: float | None,
        now: Callable[[], float],
    ) -> None:
        """`now` returns seconds since the epoch."""
        self._target, self._credentials, self._now = target, credentials, now
        self._host = ascii_only(urlsplit(target.server).netloc)
        self._proxy = target.proxy.place if target.proxy is not None else ""
        headers, page = request_timeout or HEADERS, request_timeout or PAGE
        self._call = Limits(min(CONNECT, headers), headers, page, SILENCE)
        self._page = Limits(min(CONNECT, headers), page, page, SILENCE)
        self._user_agent = f"secret-tui/{__version__}"
        self._gate = Gate(target.server, read_only)
        self.on_answer: Callable[[ClusterError | None], None] = lambda error: None
        self.waits: Callable[[float], None] = lambda seconds: None
        self._client: _Client | None = None
        self._starting = asyncio.Lock()
        self._is_closed = False

    async def request(
        self,
        method: str,
        path: str,
        asked: RequestInfo,
        *,
        query: Query = (),
        accept: str = JSON_TYPE,
        body: dict[str, Any] | None = None,
        content_type: str = JSON_TYPE,
        wait: Literal["call", "page"] = "call",
    ) -> Answer:
        """Send a request and return its answer. Raises ClusterErrors."""
        limits = self._page if wait == "page" else self._call
        encoding = "gzip" if wait == "page" and self._target.compresses else "identity"
        headers = {"Accept": accept, "Accept-Encoding": encoding, "Content-Type": content_type}
        url = self._url(path, query)
        async with self._opened(asked, method, url, headers, body, limits) as (exchange, response):
            read = await self._observed(method, exchange.read(response))
            return answer_of(asked, response, read, self._credentials.hides)

    async def _observed(self, method: str, answer: Awaitable[_Answered]) -> _Answered:
        """Wait for `answer`. If a read raises TimedOut or Unreachable, call `on_answer` with the error.

        Errors of a write are not passed to `on_answer`, because a webhook may slow the write down.
        """
        try:
            return await answer
        except (TimedOut, Unreachable) as error:
            if method == "GET":
                self.on_answer(error)
            raise

    @contextmanager
    def _slow_is_told(self, method: str) -> Iterator[None]:
        timer = asyncio.get_running_loop().call_later(SLOW, lambda: self.waits(SLOW))
        if method != "GET":
            timer.cancel()
        try:
            yield
        finally:
            timer.cancel()

    async def lines(
        self, path: str, asked: RequestInfo, *, query: Query, accept: str
    ) -> AsyncGenerator[bytes]:
        """Yield b"" when the watch is open, then its lines. Raises ClusterErrors."""
        headers = {"Accept": accept, "Accept-Encoding": "identity", "Content-Type": JSON_TYPE}
        url = self._url(path, query)
        async with self._opened(asked, "GET", url, headers, None, self._call) as (exchange, response):
            if response.status != 200 or is_page(response):
                answer_of(asked, response, await exchange.read(response), self._credentials.hides)
            yield b""
            async with aclosing(exchange.lines(response)) as lines:
                async for line in lines:
                    yield line

    async def close(self) -> None:
        """Cut running requests. May be called twice."""
        self._is_closed = True
        self._credentials.close()
        client, self._client = self._client, None
        if client is not None:
            await client.close()

    async def reconnect(self) -> None:
        client, self._client = self._client, None
        if client is not None:
            await client.close()

    @asynccontextmanager
    async def _opened(
        self,
        asked: RequestInfo,
        method: str,
        url: str,
        headers: dict[str, str],
        body: dict[str, Any] | None,
        limits: Limits,
    ) -> AsyncIterator[tuple[Exchange, ClientResponse]]:
        """Send a request, and yield its answer, whose body is not read yet.

        After a 401, renew the login. If the login is now a new one, send the request once more.
        """
        for is_last in (False, True):
            try:
                login = await self._credentials.headers()
                turn = self._credentials.turn
                client = await self._start()
            except (Unauthorized, PluginFailed):
                self._credentials.refused()
                raise
            all_headers = [*headers.items(), *login.items(), *impersonation(self._target.impersonate)]
            all_headers.append(("User-Agent", self._user_agent))
            exchange = Exchange(asked, method, self._host, limits, self._proxy)
            send = partial(client.send, method, url, all_headers, body, limits.connect)
            try:
                with self._slow_is_told(method):
                    response = await self._observed(method, exchange.open(send))
                self.on_answer(None)
                is_refused = response.status == 401
                if is_refused and not is_last and await self._renews(turn):
                    continue
                if is_refused:
                    self._credentials.refused()
                    date = date_of(response.headers.get("Date", ""))
                    if why := await self._why_refused(client.certificate, date):
                        raise Unauthorized(why)
                elif response.status < 400:
                    self._credentials.accepted()
                if self._proxy and response.status == 407:
                    raise Unreachable("proxy", self._proxy, ASKS_FOR_A_LOGIN)
                yield exchange, response
                return
            except BadAnswer as error:
                if not self._proxy:
                    raise
                trouble: ClusterError = error.through(self._proxy)
            except Unreachable as error:
                # Some servers cut the connection when they refuse the client's certificate.
                why = await self._why_refused(client.certificate, None) if error.why == "reset" else ""
                if not why:
                    raise
                trouble = Unauthorized(why)
            finally:
                exchange.close()
            raise trouble

    async def _why_refused(self, certificate: tuple[bytes, bytes] | None, date: float | None) -> str:
        pem = certificate[0] if certificate is not None else None
        return await run_in_thread(partial(why_refused, pem, date, self._now()))

    async def _renews(self, turn: int) -> bool:
        try:
            return await self._credentials.renew(turn)
        except (Unauthorized, PluginFailed):
            self._credentials.refused()
            raise

    async def _start(self) -> _Client:
        async with self._starting:
            if self._is_closed:
                raise Unreachable("reset", self._host)
            certificate = self._credentials.certificate
            former = self._client
            if former is not None and former.certificate == certificate:
                return former
            api, context = await run_in_thread(partial(_load, self._target, certificate))
            client = self._client = _Client(api, context, self._gate, certificate, self._target)
            if former is not None:
                await former.close()
            return client

    def _url(self, path: str, query: Query) -> str:
        parameters = urlencode(query, quote_via=quote)
        return f"{self._target.server}{path}" + (f"?{parameters}" if parameters else "")


def _load(target: LoginTarget, certificate: tuple[bytes, bytes] | None) -> tuple[Any, ssl.SSLContext | None]:
    """Load the Kubernetes client and the TLS context. Blocks for half a second. Raises BadKubeconfig."""
    _skip_package_inits()
    from kubernetes.aio.client import ApiClient, Configuration

    import tui.cluster.http.client_errors  # noqa: F401  loaded on this thread, because it imports aiohttp

    configuration = Configuration(host=target.server, tls_server_name=target.tls_server_name)
    configuration.disable_strict_ssl_verification = True
    proxy = target.proxy
    if proxy is not None and not proxy.is_socks:
        configuration.proxy = proxy.url
        configuration.proxy_headers = {"Proxy-Authorization": proxy.basic} if proxy.basic else None
    is_tls = target.server.startswith("https:") or (proxy is not None and proxy.scheme == "https")
    context = context_for(target, certificate) if is_tls else None
    return ApiClient(configuration), context


def _skip_package_inits() -> None:
    """Register two packages without running their `__init__` files.

    These files import the synchronous client, `requests` and `oauthlib`. The imports would take 9 MB of
    memory, and a third of the time from the first frame to the first rows.
    """
    for name in ("kubernetes", "kubernetes.aio"):
        spec = find_spec(name) if name not in sys.modules else None
        if spec is not None:
            package = sys.modules[name] = module_from_spec(spec)
            parent, _, child = name.rpartition(".")
            if parent:
                setattr(sys.modules[parent], child, package)


class _Client:
    def __init__(
        self,
        api: Any,
        context: ssl.SSLContext | None,
        gate: Gate,
        certificate: tuple[bytes, bytes] | None,
        target: LoginTarget,
    ) -> None:
        import aiohttp

        from tui.cluster.http.resolver import Resolver

        proxy = target.proxy

        self.certificate = certificate
        self._api = api
        self._resolver = Resolver()
        if proxy is not None and proxy.is_socks:
            from tui.cluster.http.socks import SocksConnector

            self._connector: aiohttp.TCPConnector = SocksConnector(proxy, self._resolver, context)
        else:
            self._connector = aiohttp.TCPConnector(
                ssl=context if context is not None else True, resolver=self._resolver, limit=0
            )
        self._for_proxy = _for_proxy(target)
        self._api.configuration.client_session_kwargs = {
            "trust_env": False,
            "cookie_jar": aiohttp.DummyCookieJar(),
            "connector": self._connector,
            "middlewares": (gate,),
            "trace_configs": [_tracing()],
        }

    async def send(
        self,
        method: str,
        url: str,
        headers: list[tuple[str, str]],
        body: dict[str, Any] | None,
        connect: float,
    ) -> ClientResponse:
        """Send a request, and return when the headers of its answer arrive. Raises aiohttp's errors."""
        from aiohttp import ClientTimeout
        from multidict import CIMultiDict
        from yarl import URL

        sent: Any = await self._api.rest_client.request(
            method,
            URL(url, encoded=True),
            headers=CIMultiDict([*headers, *self._for_proxy]),
            body=body,
            _request_timeout=ClientTimeout(total=None, connect=connect),
        )
        response: ClientResponse = sent.response
        return response

    async def close(self) -> None:
        await self._api.close()
        await self._connector.close()
        await self._resolver.close()


def _for_proxy(target: LoginTarget) -> list[tuple[str, str]]:
    """Build the header that logs in to the proxy; [] if requests need no such header.

    Requests to an https server need none, because the request that opens the tunnel contains the login.
    """
    proxy = target.proxy
    if proxy is None or proxy.is_socks or not proxy.basic or not target.server.startswith("http:"):
        return []
    return [("Proxy-Authorization", proxy.basic)]


def _tracing() -> Any:
    from aiohttp import TraceConfig

    async def note(*_: object) -> None:
        if (attempt := CURRENT.get(None)) is not None:
            attempt.is_connected = True

    tracing = TraceConfig()
    tracing.on_connection_create_end.append(note)
    tracing.on_connection_reuseconn.append(note)
    return tracing
