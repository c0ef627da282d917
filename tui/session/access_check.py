"""AccessCheck: read roles, bindings and pods to find who can read Secrets. No Secret's value is read."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from contextlib import aclosing
from functools import partial
from typing import TypeVar

from tui.cluster.api.resources import reader_resource
from tui.cluster.client import Cluster
from tui.model.access.grants import (
    CLUSTER_ROLE,
    CLUSTER_ROLE_BINDING,
    ROLE,
    ROLE_BINDING,
    Grant,
    Roles,
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
from tui.model.secret.secret import SecretRef
from tui.process.threads import run_in_thread

_Kept = TypeVar("_Kept")


class AccessCheck:
    """Search for the subjects that can read one Secret, or all Secrets of a namespace or of the cluster."""

    def __init__(self, cluster: Cluster, scope: SecretScope) -> None:
        self._cluster, self.scope = cluster, scope
        self.progress = ""
        self.accesses: tuple[Access, ...] = ()
        self.pods = Pods((), is_listed=False)
        self.gaps: tuple[Gap, ...] = ()
        self.ask_for: tuple[Right, ...] = ()
        """Rights that the user lacks: one for each gap whose list request was forbidden."""
        self._granted: tuple[Grant, ...] = ()
        self._roles = roles((), (), lambda _: False)
        self._has_all = False

    async def run(self, changed: Callable[[], object]) -> None:
        """Read roles, bindings and pods. Fill `accesses`, and fill `gaps` with kinds that cannot be read."""
        try:
            await self._run(_Lists(self._cluster, self.scope), changed)
        finally:
            self.progress = ""
            changed()

    async def of(self, secret: SecretRef) -> Sequence[Access]:
        """Find the accesses to a Secret. Only roles, bindings and pods that this check has read are used."""
        scope = SecretScope(secret.namespace, secret.name)
        return await run_in_thread(partial(accesses, scope, self._granted, self._roles, self.pods))

    async def run_without_pods(self) -> None:
        """Read only roles and bindings. `of` then does not know which pods read a Secret."""
        lists = _Lists(self._cluster, self.scope)
        role_rules = await _read_roles(lists, lambda _: None)
        self._granted, self._roles = tuple(await _read_grants(lists, role_rules, lambda _: None)), role_rules
        self.gaps, self.ask_for = tuple(lists.gaps), tuple(lists.ask_for)
        self._has_all = not (lists.gaps or lists.is_narrowed)

    def covers(self, namespace: str) -> bool:
        """True if the roles and bindings of this namespace were read, or are named in `gaps`."""
        return self._has_all or self.scope.namespace in (None, namespace)

    async def _run(self, lists: _Lists, changed: Callable[[], object]) -> None:
        def show_progress(what: str) -> None:
            self.progress = f"Reading {what} …"
            changed()

        namespace = self.scope.namespace
        role_rules = await _read_roles(lists, show_progress)
        granted = await _read_grants(lists, role_rules, show_progress)
        no_pods = Pods((), is_listed=False)
        without_pods = await run_in_thread(partial(accesses, self.scope, granted, role_rules, no_pods))
        lists.note_other_namespaces(
            {access.subject for access in without_pods if access.way in ("read", "not known")}
        )
        subjects = {access.subject for access in without_pods}
        namespaces = {subject.namespace or subject.accounts_of for subject in subjects} - {""}
        rows = list[PodInfo]()
        for pods_namespace in sorted(namespaces | {namespace}) if namespace is not None else [None]:
            show_progress(f"pods of {pods_namespace or 'all namespaces'}")
            rows += await lists.pods(pods_namespace)
        pods = Pods(tuple(rows), is_listed=lists.has(POD, namespace))
        all_accesses = await run_in_thread(partial(accesses, self.scope, granted, role_rules, pods))
        self.accesses, self.pods = tuple(all_accesses), pods
        self._granted, self._roles = tuple(granted), role_rules
        self.gaps, self.ask_for = tuple(lists.gaps), tuple(lists.ask_for)


async def _read_roles(lists: _Lists, show_progress: Callable[[str], None]) -> Roles:
    show_progress(CLUSTER_ROLE.resource)
    cluster_roles = await lists.objects(CLUSTER_ROLE, list)
    show_progress(ROLE.resource)
    namespaced = await lists.objects(ROLE, list)
    return await run_in_thread(partial(roles, namespaced, cluster_roles, lists.has_roles))


async def _read_grants(lists: _Lists, known: Roles, show_progress: Callable[[str], None]) -> list[Grant]:
    """Turn each page of bindings into grants, so that memory never holds all bindings."""
    granted = list[Grant]()
    for kind in (CLUSTER_ROLE_BINDING, ROLE_BINDING):
        show_progress(kind.resource)
        granted += await lists.objects(kind, partial(grants, roles=known))
    return granted


class _Lists:
    def __init__(self, cluster: Cluster, scope: SecretScope) -> None:
        self._cluster, self._scope = cluster, scope
        self.gaps = list[Gap]()
        self.ask_for = list[Right]()
        self._read = set[tuple[ApiKind, str | None]]()
        """Lists that were read, by kind and namespace. A namespace None means all namespaces."""
        self._narrowed = dict[ApiKind, ClusterError]()
        """Kinds that could not be listed in all namespaces, each with the error of the list request."""

    def has(self, kind: ApiKind, namespace: str | None) -> bool:
        return (kind, namespace) in self._read

    @property
    def is_narrowed(self) -> bool:
        return bool(self._narrowed)

    def has_roles(self, namespace: str) -> bool:
        """True if the Roles of `namespace` were read. The namespace "" stands for the ClusterRoles."""
        kind = ROLE if namespace else CLUSTER_ROLE
        return self.has(kind, None) or self.has(kind, namespace)

    async def objects(self, kind: ApiKind, keep: Callable[[list[Obj]], Iterable[_Kept]]) -> list[_Kept]:
        """List a kind in all namespaces; if that fails, in the scope's namespace."""
        namespace = self._scope.namespace if kind.is_namespaced else None
        try:
            return await self._pages(kind, None, keep)
        except ClusterError as error:
            if namespace is None:
                self._lacks(kind, None, error)
                return []
            self._narrowed[kind] = error
        try:
            return await self._pages(kind, namespace, keep)
        except ClusterError as error:
            self._lacks(kind, namespace, error)
            return []

    async def _pages(
        self, kind: ApiKind, namespace: str | None, keep: Callable[[list[Obj]], Iterable[_Kept]]
    ) -> list[_Kept]:
        results = list[_Kept]()
        async with aclosing(self._cluster.objects.pages(kind, namespace)) as pages:
            async for page in pages:
                results += await run_in_thread(partial(_listed, keep, page))
        self._read.add((kind, namespace))
        return results

    async def pods(self, namespace: str | None) -> list[PodInfo]:
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

    def note_other_namespaces(self, readers: set[Subject]) -> None:
        """Add gaps for kinds listed only in the scope's namespace, if a reader is in another namespace.

        An unread binding in the other namespace may let more subjects use a reader's token.
        """
        others = {subject.namespace or subject.accounts_of for subject in readers} - {
            "",
            self._scope.namespace,
        }
        for kind, error in self._narrowed.items():
            if others and self.has(kind, self._scope.namespace):
                self._lacks(kind, None, error)

    def _lacks(self, kind: ApiKind, namespace: str | None, error: ClusterError) -> None:
        is_elsewhere = kind.is_namespaced and namespace != self._scope.namespace
        where = f" of {namespace or 'other namespaces'}" if is_elsewhere else ""
        self.gaps.append(gap_of(f"{kind.resource}{where}", error))
        if isinstance(error, Forbidden):
            group, is_namespaced = kind.group, kind.is_namespaced
            self.ask_for.append(
                Right("list", kind.resource, namespace, group=group, is_namespaced=is_namespaced)
            )


def _listed(keep: Callable[[list[Obj]], Iterable[_Kept]], page: list[Obj]) -> list[_Kept]:
    return list(keep(page))
