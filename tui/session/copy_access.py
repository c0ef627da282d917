"""CopyAccess: who could read copies where they go, and cannot read what is copied. No value is read."""

from __future__ import annotations

from msgspec import Struct

from tui.cluster.client import Cluster
from tui.model.access.grants import Subject
from tui.model.access.who import SecretScope, readers_there
from tui.model.rbac.rights import Right
from tui.model.secret.secret import SecretRef
from tui.session.access_check import AccessCheck


class CopyReaders(Struct, frozen=True):
    """Subjects that could read the copy alone."""

    more: tuple[Subject, ...]
    is_known: bool
    """True if all roles and bindings that count were read."""
    ask_for: tuple[Right, ...]
    """Rights with which more would be known."""


class CopyAccess:
    """Reads roles and bindings once, or once a namespace where all may not be listed."""

    def __init__(self, cluster: Cluster) -> None:
        self._cluster = cluster
        self._checks = list[AccessCheck]()

    async def of(self, copied: SecretRef, place: SecretRef) -> CopyReaders:
        there, here = await self._check(place.namespace), await self._check(copied.namespace)
        more = readers_there(await here.of(copied), await there.of(place))
        ask_for = tuple(dict.fromkeys((*there.ask_for, *here.ask_for)))
        return CopyReaders(more, not (there.gaps or here.gaps), ask_for)

    async def _check(self, namespace: str) -> AccessCheck:
        found = next((check for check in self._checks if check.covers(namespace)), None)
        if found is None:
            found = AccessCheck(self._cluster, SecretScope(namespace))
            await found.run_without_pods()
            self._checks.append(found)
        return found
