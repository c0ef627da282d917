"""EmbeddedCluster: a small Kubernetes on a loopback port, with its store, users, faults and life."""

from __future__ import annotations

import asyncio
import os
import socket
import time
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Self

import yaml
from aiohttp import web

from tui.embedded.http.faults import Faults
from tui.embedded.http.serve import Seen, Serving
from tui.embedded.objects.store import Record, Store
from tui.embedded.status import Obj
from tui.embedded.users import Users

__all__ = ["EmbeddedCluster", "Seen"]


class EmbeddedCluster:
    """A small Kubernetes on http://127.0.0.1:PORT, for as long as its `async with` lasts.

    `story`: objects (as decoded YAML) that it holds at the start; `records`: ready ones, such as those of
    `generate`; `now`: seconds since the epoch for everything that it dates and ages; `bookmark_every`:
    seconds between the bookmarks of a watch.
    """

    def __init__(
        self,
        story: Iterable[Obj] = (),
        *,
        records: Iterable[Record] = (),
        now: Callable[[], float] = time.time,
        port: int = 0,
        bookmark_every: float = 60.0,
    ) -> None:
        self.store = Store(now)
        self.users = Users()
        self.faults = Faults(self._refuse)
        self._serving = Serving(self.store, self.users, self.faults, bookmark_every)
        self._port = port
        self._runner: web.AppRunner | None = None
        self._listener: asyncio.Server | None = None
        self._listening: set[asyncio.Task[None]] = set()
        for name in ("default", "kube-node-lease", "kube-public", "kube-system"):
            self.store.put({"kind": "Namespace", "metadata": {"name": name}}, manager="kube-apiserver")
        for obj in story:
            self.store.put(obj)
        self.store.load(records)

    async def __aenter__(self) -> Self:
        app = web.Application(client_max_size=0)
        app.router.add_route("*", "/{path:.*}", self._serving.handle)
        app.on_response_prepare.append(self._serving.dated)
        self._runner = web.AppRunner(app, access_log=None, handler_cancellation=True, shutdown_timeout=0.2)
        await self._runner.setup()
        await self._listen(self._bound())
        self._serving.host = f"127.0.0.1:{self._port}"
        return self

    async def __aexit__(self, *_: object) -> None:
        """Ends open watches and hanging requests at once, and closes the port."""
        self.faults.clear()
        self.end_watches()
        self._serving.close()
        await asyncio.gather(*self._listening)
        if self._listener is not None:
            self._listener.close()
        if self._runner is not None:
            await self._runner.cleanup()
            self._runner = None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._port}"

    @property
    def token(self) -> str:
        """The token of the user admin."""
        return self.users["admin"].token

    @property
    def requests(self) -> list[Seen]:
        """Every request that arrived, in order; tests may clear it."""
        return self._serving.seen

    def kubeconfig(self, user: str = "admin", namespace: str = "default", context: str = "embedded") -> Obj:
        """A kubeconfig for one user. It holds the token."""
        return {
            "apiVersion": "v1",
            "kind": "Config",
            "current-context": context,
            "clusters": [{"name": "embedded", "cluster": {"server": self.url}}],
            "users": [{"name": user, "user": {"token": self.users[user].token}}],
            "contexts": [
                {"name": context, "context": {"cluster": "embedded", "user": user, "namespace": namespace}}
            ],
        }

    def write_kubeconfig(
        self, path: Path, user: str = "admin", namespace: str = "default", context: str = "embedded"
    ) -> None:
        """Writes it so that only this user may read it, whatever the umask; never through a symlink."""
        flags = os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_NOFOLLOW
        with os.fdopen(os.open(path, flags, 0o600), "w", encoding="utf-8") as file:
            os.fchmod(file.fileno(), 0o600)
            yaml.safe_dump(self.kubeconfig(user, namespace, context), file)

    def end_watches(self, *, is_expired: bool = False) -> None:
        """Closes every open watch; `is_expired`: with a 410 ERROR event before."""
        for shelf in self.store.shelves.values():
            for feed in list(shelf.feeds):
                feed.end("expired" if is_expired else "closed")

    def _bound(self) -> socket.socket:
        bound = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
        bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        bound.bind(("127.0.0.1", self._port))
        bound.listen(128)
        self._port = bound.getsockname()[1]
        return bound

    async def _listen(self, bound: socket.socket) -> None:
        if self._runner is None or self._runner.server is None:
            raise RuntimeError("not started")
        loop = asyncio.get_running_loop()
        self._listener = await loop.create_server(self._runner.server, sock=bound)

    def _refuse(self, is_down: bool) -> None:
        """The port closes and every connection is cut, or it opens again."""
        if is_down and self._listener is not None:
            self._listener.close()
            self._listener = None
            server = self._runner.server if self._runner else None
            for connection in server.connections if server else ():
                if connection.transport is not None:
                    connection.transport.abort()
        elif not is_down and self._listener is None and self._runner is not None:
            task = asyncio.create_task(self._listen(self._bound()))
            self._listening.add(task)
            task.add_done_callback(self._listening.discard)
