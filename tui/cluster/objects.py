"""Discover the served kinds. Read and change objects of all kinds except Secrets.

Secrets are refused, because the objects are plain dicts, and plain dicts do not hide values.
"""

from __future__ import annotations

from collections.abc import AsyncGenerator
from contextlib import aclosing
from functools import partial
from typing import Final, NamedTuple

import msgspec

from tui.cluster.api.decode import DecodedKind, ListMeta, bad, decode
from tui.cluster.api.paging import chunks, decode_answer, off_loop
from tui.cluster.api.tables import TABLE_TYPE, config_map_keys
from tui.cluster.http.request import Query, RequestInfo, collection, single, writing
from tui.cluster.http.transport import JSON_TYPE, MERGE_PATCH, Transport
from tui.model.api_object import ApiKind, Obj, ObjectRef
from tui.model.json_decoder import HiddenStruct
from tui.model.readers.needs import KnownKeys

DISCOVERY: Final = "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList"
"""Media type of aggregated discovery. Source: kubernetes.io, API Concepts, "Aggregated discovery"."""


class _ObjectList(HiddenStruct):
    metadata: ListMeta
    items: list[Obj] | None = None


class _Resource(HiddenStruct, rename="camel"):
    resource: str = ""
    scope: str = ""
    response_kind: DecodedKind | None = None
    verbs: tuple[str, ...] = ()


class _Version(HiddenStruct):
    version: str = ""
    freshness: str = ""
    resources: list[_Resource] | None = None


class _Named(HiddenStruct):
    name: str = ""


class _Group(HiddenStruct):
    metadata: _Named
    versions: list[_Version] | None = None


class _Discovery(HiddenStruct):
    items: list[_Group] | None = None


class ServedKinds(NamedTuple):
    """Kinds that a cluster serves outside the core group."""

    kinds: tuple[ApiKind, ...]
    """Kinds whose objects can be listed, each in the version that the server prefers."""
    stale: tuple[str, ...]
    """API groups whose discovery is outdated (freshness Stale), so that kinds may be missing."""


class Objects:
    """Client for objects of all kinds except Secrets. Raises ClusterErrors, and ValueError for Secrets."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    async def served(self) -> ServedKinds:
        asked = RequestInfo("get", "apis", None)
        answer = await self._transport.request("GET", "/apis", asked, accept=DISCOVERY, wait="page")
        return await off_loop(_served, answer.body)

    async def pages(
        self, kind: ApiKind, namespace: str | None, *, query: Query = ()
    ) -> AsyncGenerator[list[Obj]]:
        place = kind.resource, namespace
        asked = RequestInfo("list", *place, group=kind.group, is_namespaced=kind.is_namespaced)
        path = collection(_no_secrets(kind).resource, namespace, kind.api)
        async with aclosing(chunks(self._transport, path, asked, query, JSON_TYPE, _page)) as pages:
            async for _, objects in pages:
                yield objects

    async def get(self, ref: ObjectRef) -> Obj:
        asked = _asked("get", ref)
        answer = await self._transport.request("GET", _path(ref), asked)
        return await off_loop(partial(_this_object, asked), answer.body)

    async def config_map_keys(self, ref: ObjectRef) -> KnownKeys:
        """Read the keys of a ConfigMap from its managedFields. Its values are not fetched."""
        answer = await self._transport.request("GET", _path(ref), _asked("get", ref), accept=TABLE_TYPE)
        return await off_loop(config_map_keys, answer.body)

    async def patch(self, ref: ObjectRef, patch: Obj, *, dry_run: bool = False) -> Obj:
        """Send a merge patch (RFC 7396). Raises OutcomeUnknown if no valid answer arrives."""
        return await self._send("PATCH", _path(ref), _asked("patch", ref, dry_run), patch, MERGE_PATCH)

    async def put_status(self, ref: ObjectRef, whole: Obj, *, dry_run: bool = False) -> Obj:
        """Send the whole object with a new status. Raises Conflict if its resourceVersion is not current."""
        asked = _asked("update", ref, dry_run)
        asked = msgspec.structs.replace(asked, resource=f"{asked.resource}/status")
        return await self._send("PUT", f"{_path(ref)}/status", asked, whole, JSON_TYPE)

    async def _send(self, method: str, path: str, asked: RequestInfo, body: Obj, content_type: str) -> Obj:
        answer = await self._transport.request(
            method, path, asked, query=writing(asked), body=body, content_type=content_type
        )
        return await decode_answer(asked, partial(_this_object, asked), answer.body)


def _asked(verb: str, ref: ObjectRef, is_dry_run: bool = False) -> RequestInfo:
    kind = ref.kind
    place = kind.resource, ref.namespace or None, ref.name
    return RequestInfo(verb, *place, is_dry_run, kind.group, kind.is_namespaced)


def _no_secrets(kind: ApiKind) -> ApiKind:
    if (kind.group, kind.resource) == ("", "secrets"):
        raise ValueError("Secrets are not read as plain objects")
    return kind


def _path(ref: ObjectRef) -> str:
    return single(_no_secrets(ref.kind).resource, ref.namespace or None, ref.name, ref.kind.api)


def _this_object(asked: RequestInfo, body: bytes) -> Obj:
    """Decode the object that `asked` names. Raises BadAnswer for another object."""
    obj = decode(body, Obj)
    meta = obj.get("metadata")
    if not isinstance(meta, dict):
        raise bad()
    if (meta.get("namespace") or None, meta.get("name")) != (asked.namespace, asked.name):
        raise bad()
    return obj


def _page(body: bytes) -> tuple[ListMeta, list[Obj]]:
    listing = decode(body, _ObjectList)
    return listing.metadata, listing.items or []


def _served(body: bytes) -> ServedKinds:
    kinds: dict[tuple[str, str], ApiKind] = {}
    stale: dict[str, None] = {}
    for group in decode(body, _Discovery).items or ():
        for version in group.versions or ():
            if version.freshness == "Stale":
                stale[group.metadata.name] = None
            for resource in version.resources or ():
                if "list" not in resource.verbs or resource.response_kind is None:
                    continue
                kind = ApiKind(
                    group.metadata.name,
                    version.version,
                    resource.resource,
                    resource.response_kind.kind,
                    resource.scope == "Namespaced",
                )
                # the server lists its preferred version first
                kinds.setdefault((kind.group, kind.resource), kind)
    return ServedKinds(tuple(kinds.values()), tuple(stale))
