"""Session of the program without its screens on the real server, and connections that a test can cut."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncIterator, Coroutine, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from random import Random
from typing import Any, Self

from tests.cluster.tcp_relay import Standing, pump
from tests.controlplane.plane import ControlPlane
from tests.controlplane.users import ADMIN
from tests.helpers import eventually
from tests.journeys.kubeconfigs import kubeconfig
from tui.cluster.auth.credentials import login
from tui.cluster.client import Cluster
from tui.cluster.kubeconfig.target import Impersonate, LoginTarget
from tui.session.clock import Clock
from tui.session.session import Session


class Line(Standing):
    """TCP relay to the API server that a test can cut."""

    def __init__(self, plane: ControlPlane) -> None:
        super().__init__()
        self._behind, self._is_cut = plane.place.secure_port, False

    async def speak(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if self._is_cut:
            return
        there, out = await self.to(self._behind)
        self.alongside(pump(there, writer))
        await pump(reader, out)
        out.transport.abort()

    def hold(self, is_cut: bool) -> None:
        """Cut all connections and accept no other, or relay again."""
        self._is_cut = is_cut
        self.cut()


class LineBeside:
    """Context manager that runs a `Line` on a thread of its own, for a program in a terminal."""

    def __init__(self, plane: ControlPlane) -> None:
        self._plane, self._line = plane, Line(plane)

    def __enter__(self) -> Self:
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="line")
        self._thread.start()
        self._run(self._line.__aenter__())
        return self

    def __exit__(self, *_: object) -> None:
        self._run(self._line.__aexit__())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    def _run(self, work: Coroutine[Any, Any, object]) -> None:
        asyncio.run_coroutine_threadsafe(work, self._loop).result(10)

    @property
    def kubeconfig(self) -> Path:
        """Kubeconfig of the admin that leads through this line."""
        return kubeconfig(self._plane, url=f"https://127.0.0.1:{self._line.port}")

    @contextmanager
    def cut_off(self) -> Iterator[None]:
        """Cut the line until the block ends."""
        self._loop.call_soon_threadsafe(self._line.hold, True)
        try:
            yield
        finally:
            self._loop.call_soon_threadsafe(self._line.hold, False)


class QuickClock(Clock):
    """Clock that runs `times` as fast as the computer's for sleeps and the monotonic time."""

    def __init__(self, times: float) -> None:
        super().__init__()
        self._times = times
        self._start = super().monotonic()

    def monotonic(self) -> float:
        return self._start + (super().monotonic() - self._start) * self._times

    async def sleep(self, seconds: float) -> None:
        await super().sleep(seconds / self._times)


@asynccontextmanager
async def session_on(
    plane: ControlPlane,
    namespace: str | None,
    *,
    user: str = "",
    clock: Clock | None = None,
) -> AsyncIterator[Session]:
    """Start a session as the admin, impersonating `user` if one is given; Secrets and pods are loaded.

    Unless `clock` is given, its clock runs ten times as fast as the computer's.
    """
    target = LoginTarget(
        "real",
        "real",
        ADMIN,
        plane.url,
        namespace or "default",
        ca=plane.ca_pem,
        token=plane.users[ADMIN].token,
        impersonate=Impersonate(user, ()) if user else None,
    )
    clock = clock or QuickClock(10)
    session = Session(Cluster(target, login(target)), clock, namespace=namespace, rng=Random(7))
    session.start()
    try:
        session.want_readers(namespace)
        await eventually(lambda: session.readers.state.kind not in ("idle", "loading"), "the pods")
        await eventually(lambda: session.secrets.state.kind not in ("idle", "loading"), "the Secrets")
        yield session
    finally:
        await session.close()
