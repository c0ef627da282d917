"""FaultyCluster: the embedded cluster, with faults to order, its requests, and kubeconfigs."""

from __future__ import annotations

import asyncio
import os
import time
from collections.abc import Callable, Iterable
from pathlib import Path

import yaml

from tests.faulty_cluster.faults import Faults
from tests.faulty_cluster.serve import FaultyServing, Seen
from tui.embedded.server import EmbeddedCluster
from tui.embedded.status import Obj


class FaultyCluster(EmbeddedCluster):
    """An EmbeddedCluster with faults; `bookmark_every` is the seconds between bookmarks of a watch."""

    def __init__(
        self,
        story: Iterable[Obj] = (),
        *,
        now: Callable[[], float] = time.time,
        bookmark_every: float = 60.0,
    ) -> None:
        super().__init__(story, now=now)
        self.serving: FaultyServing = FaultyServing(self.store, self.users, bookmark_every, self._refuse)
        self._opening: set[asyncio.Task[None]] = set()

    async def __aexit__(self, *about: object) -> None:
        """End hanging requests at once, too."""
        self.faults.clear()
        self.serving.close()
        await asyncio.gather(*self._opening)
        await super().__aexit__(*about)

    @property
    def faults(self) -> Faults:
        return self.serving.faults

    @property
    def requests(self) -> list[Seen]:
        """Every request that arrived, in order; tests may clear it."""
        return self.serving.seen

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
        """Write a kubeconfig that only this user may read, whatever the umask; never through a symlink."""
        flags = os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_NOFOLLOW
        with os.fdopen(os.open(path, flags, 0o600), "w", encoding="utf-8") as file:
            os.fchmod(file.fileno(), 0o600)
            yaml.safe_dump(self.kubeconfig(user, namespace, context), file)

    def backup(self) -> Callable[[], None]:
        """Keep all objects; the returned function sets the server back to them, and ends no watch."""
        store, version = self.store, self.store.version
        kept = {name: (dict(held.records), list(held.keys)) for name, held in store.by_resource.items()}

        def restore() -> None:
            store.version = version
            store.snapshots.clear()
            for name, (records, keys) in kept.items():
                held = store.by_resource[name]
                held.records, held.keys = dict(records), list(keys)
                held.log.clear()

        return restore

    def _refuse(self, is_down: bool) -> None:
        """Close the port and cut every connection, or open the port again."""
        if self.runner is None or self.runner.server is None:
            return
        if is_down and self.listener is not None:
            self.listener.close()
            self.listener = None
            for connection in self.runner.server.connections:
                if connection.transport is not None:
                    connection.transport.abort()
        elif not is_down and self.listener is None:
            task = asyncio.create_task(self.listen(self.bound()))
            self._opening.add(task)
            task.add_done_callback(self._opening.discard)
