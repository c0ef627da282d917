"""SOCKS connector that resolves the proxy's name with this program's resolver."""

from __future__ import annotations

import asyncio
import ssl as tls

from aiohttp.client_proto import ResponseHandler
from aiohttp_socks import ProxyConnectionError, ProxyConnector

from tui.cluster.http.resolver import Resolver
from tui.cluster.kubeconfig.proxies import Proxy


class SocksConnector(ProxyConnector):
    """Connector through a SOCKS proxy.

    The proxy resolves the server's name for both socks5h and socks5, as in Go.
    """

    def __init__(self, proxy: Proxy, names: Resolver, context: tls.SSLContext | None) -> None:
        super().__init__(
            host=proxy.host,
            port=proxy.port,
            username=proxy.username or None,
            password=proxy.password or None,
            rdns=True,
            ssl=context if context is not None else True,
            limit=0,
        )
        self._proxy, self._names = proxy, names

    async def _connect_via_proxy(
        self,
        host: str,
        port: int,
        ssl: tls.SSLContext | None = None,
        timeout: float | None = None,  # noqa: ASYNC109  the library has this parameter
    ) -> tuple[asyncio.Transport, ResponseHandler]:
        """Connect through the first of the proxy's addresses that answers.

        Raises OSError if the proxy's name is unknown, or if no address answers.
        """
        refused = ProxyConnectionError("no address")
        for address in await self._names.resolve(self._proxy.host, self._proxy.port):
            # Set an address. The library would resolve a name in the loop's executor, which delays quitting.
            self._proxy_host = address["host"]
            try:
                return await super()._connect_via_proxy(host, port, ssl, timeout)
            except ProxyConnectionError as error:
                refused = error
        raise refused
