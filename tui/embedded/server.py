"""EmbeddedCluster: a small Kubernetes on a loopback port, with its store, users and life."""

from __future__ import annotations

import asyncio
import socket
import time
from collections.abc import Callable, Iterable
from typing import Self

from aiohttp import web

from tui.embedded.objects.store import Store
from tui.embedded.serve import Serving
from tui.embedded.status import Obj
from tui.embedded.users import Users


class EmbeddedCluster:
    """A small Kubernetes on http://127.0.0.1:PORT, for as long as its `async with` lasts.

    `story`: objects (as decoded YAML) that it holds at the start; `now`: seconds since the epoch for
    everything that it dates and ages.
    """

    def __init__(self, story: Iterable[Obj] = (), *, now: Callable[[], float] = time.time) -> None:
        self.store = Store(now)
        self.users = Users()
        self.serving = Serving(self.store, self.users)
        self.port = 0
        self.runner: web.AppRunner | None = None
        self.listener: asyncio.Server | None = None
        for name in ("default", "kube-node-lease", "kube-public", "kube-system"):
            self.store.put({"kind": "Namespace", "metadata": {"name": name}}, manager="kube-apiserver")
        for obj in story:
            self.store.place(obj)

    async def __aenter__(self) -> Self:
        app = web.Application(client_max_size=0)
        app.router.add_route("*", "/{path:.*}", self.serving.handle)
        app.on_response_prepare.append(self.serving.dated)
        self.runner = web.AppRunner(app, access_log=None, handler_cancellation=True, shutdown_timeout=0.2)
        await self.runner.setup()
        await self.listen(self.bound())
        self.serving.host = f"127.0.0.1:{self.port}"
        return self

    async def __aexit__(self, *_: object) -> None:
        """Ends open watches at once, and closes the port."""
        self.end_watches()
        if self.listener is not None:
            self.listener.close()
        if self.runner is not None:
            await self.runner.cleanup()
            self.runner = None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def token(self) -> str:
        """The token of the user admin."""
        return self.users["admin"].token

    def end_watches(self, *, is_expired: bool = False) -> None:
        """Closes every open watch; `is_expired`: with a 410 ERROR event before."""
        for shelf in self.store.shelves.values():
            for feed in list(shelf.feeds):
                feed.end("expired" if is_expired else "closed")

    def bound(self) -> socket.socket:
        """The port, the same one where it was open before."""
        bound = socket.create_server(("127.0.0.1", self.port), backlog=128)
        self.port = bound.getsockname()[1]
        return bound

    async def listen(self, bound: socket.socket) -> None:
        """Answers what arrives there."""
        if self.runner is None or self.runner.server is None:
            raise RuntimeError("not started")
        loop = asyncio.get_running_loop()
        self.listener = await loop.create_server(self.runner.server, sock=bound)
