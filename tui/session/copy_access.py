"""CopyAccess: find the subjects that can read a copy of a Secret but not the original."""

from __future__ import annotations

from msgspec import Struct

from tui.cluster.client import Cluster
from tui.model.access.grants import Subject
from tui.model.access.who import SecretScope, readers_there
from tui.model.rbac.rights import Right
from tui.model.secret.secret import SecretRef
from tui.session.access_check import AccessCheck


class CopyReaders(Struct, frozen=True):
    """Subjects that can read a copy of a Secret but not the original."""

    subjects: tuple[Subject, ...]
    is_known: bool
    """True if all roles and bindings of both namespaces were read."""
    ask_for: tuple[Right, ...]
    """Rights that the user needs to read the roles and bindings that could not be read."""


class CopyAccess:
    """Find subjects that can read a copy but not the original. Each namespace is checked at most once."""

    def __init__(self, cluster: Cluster) -> None:
        self._cluster = cluster
        self._checks = list[AccessCheck]()

    async def of(self, copied: SecretRef, place: SecretRef) -> CopyReaders:
        """Return the subjects that can read the copy `place`, but not the original `copied`."""
        target_check, source_check = await self._check(place.namespace), await self._check(copied.namespace)
        subjects = readers_there(await source_check.of(copied), await target_check.of(place))
        ask_for = tuple(dict.fromkeys((*target_check.ask_for, *source_check.ask_for)))
        return CopyReaders(subjects, not (target_check.gaps or source_check.gaps), ask_for)

    async def _check(self, namespace: str) -> AccessCheck:
        check = next((known for known in self._checks if known.covers(namespace)), None)
        if check is None:
            check = AccessCheck(self._cluster, SecretScope(namespace))
            await check.run_without_pods()
            self._checks.append(check)
        return check
