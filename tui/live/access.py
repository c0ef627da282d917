"""Access: who the person is to the cluster, and what they may do, asked once for each namespace."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tui.model.errors import ClusterError
from tui.model.rights import Rights

if TYPE_CHECKING:
    from tui.cluster.cluster import Cluster, Identity


class Access:
    """What the access reviews said. What was not asked, or not answered, is None: not known."""

    def __init__(self, cluster: Cluster) -> None:
        self.identity: Identity | None = None
        self._cluster = cluster
        self._rights: dict[str, Rights] = {}
        self._asked: set[str] = set()

    def rights(self, namespace: str) -> Rights | None:
        """The rules for one namespace."""
        return self._rights.get(namespace)

    def may(self, verb: str, resource: str, namespace: str | None, name: str | None = None) -> bool | None:
        """May it be done there? None is not known."""
        rights = self._rights.get(namespace) if namespace is not None else None
        return None if rights is None else rights.may(verb, resource, name)

    async def ask_identity(self) -> bool:
        """Ask who this login is; False if that was not told (an older server does not know the question)."""
        try:
            self.identity = await self._cluster.who_am_i()
        except ClusterError:
            return False
        return True

    async def ask_rights(self, namespace: str) -> bool:
        """Ask once; True if an answer came."""
        if namespace in self._asked:
            return False
        self._asked.add(namespace)
        try:
            self._rights[namespace] = await self._cluster.rights(namespace)
        except ClusterError:
            return False
        return True

    def ask_again(self, *, is_all: bool) -> None:
        """Ask anew the next time what was not told, or all: rights may have been granted meanwhile.

        The old answers stay until then.
        """
        self._asked = set() if is_all else self._asked & self._rights.keys()
