"""AccessCheck: read roles, bindings and pods, and tell who can read Secrets. No value is read."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import aclosing

from tui.cluster.api.resources import reader_resource
from tui.cluster.client import Cluster
from tui.model.access.grants import (
    CLUSTER_ROLE,
    CLUSTER_ROLE_BINDING,
    ROLE,
    ROLE_BINDING,
    Subject,
    grants,
    roles,
)
from tui.model.access.who import Access, Pods, SecretScope, accesses
from tui.model.api_object import POD, ApiKind, Obj
from tui.model.errors import ClusterError, Forbidden
from tui.model.rbac.rights import Right
from tui.model.readers.gaps import Gap, gap_of
from tui.model.readers.pods import PODS, PodInfo


class AccessCheck:
    """One look at who can read a Secret, those of a namespace, or those of the cluster."""

    def __init__(self, cluster: Cluster, scope: SecretScope) -> None:
        self._cluster, self.scope = cluster, scope
        self.progress = ""
        """What is being read, in words; "" if nothing is."""
        self.accesses: tuple[Access, ...] = ()
        self.pods = Pods((), is_listed=False)
        self.gaps: tuple[Gap, ...] = ()
        self.ask_for: tuple[Right, ...] = ()
        """Rights with which more would be known."""
        self._read = set[tuple[ApiKind, str | None]]()
        """What was listed, and where; None is everywhere."""
        self._refused = dict[ApiKind, ClusterError]()
        """Kinds that were listed in the namespace alone, and why."""

    async def run(self, changed: Callable[[], object]) -> None:
        """Read everything once; `changed` is called with each step. What is refused is a gap."""
        self.gaps, self.ask_for = (), ()
        self._read.clear()
        self._refused.clear()
        try:
            await self._run(changed)
        finally:
            self.progress = ""
            changed()

    async def _run(self, changed: Callable[[], object]) -> None:
        listed = dict[ApiKind, list[Obj]]()
        for kind in (CLUSTER_ROLE, CLUSTER_ROLE_BINDING, ROLE, ROLE_BINDING):
            self.progress = f"Reading {kind.resource} …"
            changed()
            listed[kind] = await self._list(kind)
        known = roles(listed[ROLE], listed[CLUSTER_ROLE], self._has_roles)
        granted = tuple(grants((*listed[ROLE_BINDING], *listed[CLUSTER_ROLE_BINDING]), known))
        without_pods = accesses(self.scope, granted, known, Pods((), is_listed=False))
        subjects = {access.subject for access in without_pods}
        self._other_namespaces({one.subject for one in without_pods if one.way in ("read", "not known")})
        places = {subject.namespace or subject.accounts_of for subject in subjects} - {""}
        here = self.scope.namespace
        pods = list[PodInfo]()
        for place in sorted(places | {here}) if here is not None else [None]:
            self.progress = f"Reading pods of {place or 'all namespaces'} …"
            changed()
            pods += await self._list_pods(place)
        self.pods = Pods(tuple(pods), is_listed=(POD, self.scope.namespace) in self._read)
        self.accesses = tuple(accesses(self.scope, granted, known, self.pods))

    def _has_roles(self, namespace: str) -> bool:
        kind = ROLE if namespace else CLUSTER_ROLE
        return not self._read.isdisjoint(((kind, None), (kind, namespace)))

    async def _list(self, kind: ApiKind) -> list[Obj]:
        """All of a kind; where that is refused, those of the namespace."""
        here = self.scope.namespace if kind.is_namespaced else None
        try:
            return await self._objects(kind, None)
        except ClusterError as error:
            if here is None or not isinstance(error, Forbidden):
                self._lacks(kind, None, error)
                return []
            self._refused[kind] = error
        try:
            return await self._objects(kind, here)
        except ClusterError as error:
            self._lacks(kind, here, error)
            return []

    async def _objects(self, kind: ApiKind, namespace: str | None) -> list[Obj]:
        objects = list[Obj]()
        async with aclosing(self._cluster.objects.pages(kind, namespace)) as pages:
            async for page in pages:
                objects += page
        self._read.add((kind, namespace))
        return objects

    async def _list_pods(self, namespace: str | None) -> list[PodInfo]:
        rows = list[PodInfo]()
        try:
            async with aclosing(self._cluster.pages(reader_resource(PODS), namespace)) as pages:
                async for page in pages:
                    rows += [row for row in page.rows if isinstance(row, PodInfo)]
        except ClusterError as error:
            self._lacks(POD, namespace, error)
            return []
        self._read.add((POD, namespace))
        return rows

    def _other_namespaces(self, readers: set[Subject]) -> None:
        """Bindings there may give the tokens of service accounts that read."""
        others = {one.namespace or one.accounts_of for one in readers} - {"", self.scope.namespace}
        for kind, error in self._refused.items():
            if others and (kind, self.scope.namespace) in self._read:
                self._lacks(kind, None, error)

    def _lacks(self, kind: ApiKind, namespace: str | None, error: ClusterError) -> None:
        is_elsewhere = kind.is_namespaced and namespace != self.scope.namespace
        where = f" of {namespace or 'other namespaces'}" if is_elsewhere else ""
        self.gaps = (*self.gaps, gap_of(f"{kind.resource}{where}", error))
        if isinstance(error, Forbidden):
            group, is_namespaced = kind.group, kind.is_namespaced
            right = Right("list", kind.resource, namespace, group=group, is_namespaced=is_namespaced)
            self.ask_for = (*self.ask_for, right)
