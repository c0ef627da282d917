"""RightsCache: the user's identity in the cluster, and the user's rights in each namespace."""

from __future__ import annotations

from tui.cluster.client import Identity
from tui.model.errors import ClusterError, Forbidden
from tui.model.rbac.rights import Rights
from tui.session.cache.events import Services


class RightsCache:
    """Cache of the answers to a SelfSubjectReview, and to a SelfSubjectRulesReview for each namespace."""

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
        """True if the rules of the namespace allow the verb. None if this is unknown."""
        rights = self._rights.get(namespace) if namespace is not None else None
        return None if rights is None else rights.may(verb, resource, name, group)

    def names(self, resource: str) -> frozenset[str]:
        """Return the resourceNames of all known rules that let the user get objects of the resource."""
        known_rules = self._rights.values()
        return frozenset(name for rights in known_rules for name in rights.names("get", resource))

    def ask_identity(self) -> None:
        self._tasks.start(self._ask_identity(), "identity")

    def ask_rights(self, namespace: str | None) -> None:
        """Request the rules of a namespace once. If `namespace` is None, do nothing."""
        if namespace is not None and namespace not in self._asked:
            self._asked.add(namespace)
            self._tasks.start(self._ask_rights(namespace), f"rights {namespace}")

    async def learn_rights(self, namespace: str) -> None:
        """Request the rules of a namespace if unknown, and wait for the answer."""
        if namespace not in self._rights:
            self._asked.add(namespace)
            await self._ask_rights(namespace)

    def ask_again(self, namespace: str | None, *, is_all: bool) -> None:
        """Request the user's identity if unknown, and the rules of a namespace if unknown.

        With `is_all`, request both even if known, because an administrator may have granted rights. For each
        other namespace, the next call of `ask_rights` then requests the rules again.
        """
        self._asked = set() if is_all else self._asked & self._rights.keys()
        if is_all or self.identity is None:
            self.ask_identity()
        self.ask_rights(namespace)

    async def _ask_identity(self) -> None:
        try:
            self.identity = await self._cluster.who_am_i()
        except ClusterError:
            return  # the identity stays as it was; servers before Kubernetes 1.28 lack SelfSubjectReview
        self._events.notify("identity")

    async def _ask_rights(self, namespace: str) -> None:
        try:
            self._rights[namespace] = await self._cluster.rights(namespace)
        except Forbidden:
            self._rights.pop(namespace, None)
        except ClusterError:
            return  # keep the last known rules
        self._events.notify("rights")
