"""Identity and rights of the login, requested once per namespace."""

from __future__ import annotations

from tui.cluster.client import Identity
from tui.model.errors import ClusterError, Forbidden
from tui.model.rbac.rights import Rights
from tui.session.cache.events import Services


class RightsCache:
    """Answers of the access reviews. None means not requested or not answered: not known."""

    def __init__(self, services: Services) -> None:
        self.identity: Identity | None = None
        self._cluster, _, self._tasks, self._events = services
        self._rights: dict[str, Rights] = {}
        self._asked: set[str] = set()

    def rights(self, namespace: str) -> Rights | None:
        return self._rights.get(namespace)

    def may(
        self, verb: str, resource: str, namespace: str | None, name: str | None = None, group: str = ""
    ) -> bool | None:
        """True if the verb is allowed there; None if unknown."""
        rights = self._rights.get(namespace) if namespace is not None else None
        return None if rights is None else rights.may(verb, resource, name, group)

    def names(self, resource: str) -> frozenset[str]:
        """Names that the known rules list one by one."""
        told = self._rights.values()
        return frozenset(name for rights in told for name in rights.names("get", resource))

    def ask_identity(self) -> None:
        self._tasks.start(self._ask_identity(), "identity")

    def ask_rights(self, namespace: str | None) -> None:
        """Request the rules of a namespace, if that was not done; all namespaces together have none."""
        if namespace is not None and namespace not in self._asked:
            self._asked.add(namespace)
            self._tasks.start(self._ask_rights(namespace), f"rights {namespace}")

    async def learn_rights(self, namespace: str) -> None:
        """Wait for the rules of a namespace, if they are not known yet."""
        if namespace not in self._rights:
            self._asked.add(namespace)
            await self._ask_rights(namespace)

    def ask_again(self, namespace: str | None, *, is_all: bool) -> None:
        """Request unknown rules again, or all: rights may have been granted.

        Known rules hold until then; those of other namespaces are requested when they are opened.
        """
        self._asked = set() if is_all else self._asked & self._rights.keys()
        if is_all or self.identity is None:
            self.ask_identity()
        self.ask_rights(namespace)

    async def _ask_identity(self) -> None:
        try:
            self.identity = await self._cluster.who_am_i()
        except ClusterError:
            return  # not known, then: an older server does not have the question
        self._events.tell("identity")

    async def _ask_rights(self, namespace: str) -> None:
        try:
            self._rights[namespace] = await self._cluster.rights(namespace)
        except Forbidden:
            self._rights.pop(namespace, None)  # not known, then
        except ClusterError:
            return  # what was told before is the best there is
        self._events.tell("rights")
