"""Reasons why a managing object does not do its work, from the objects that it made, and from its events."""

from __future__ import annotations

from typing import Final

from tui.cluster.client import Cluster
from tui.model.api_object import EVENT, ApiKind, Obj, ObjectRef, objects, text
from tui.model.errors import ClusterError, NotFound
from tui.model.managers.source.source import Source

Told = tuple[str, str]
"""Name of the object, and its own words."""
_MOST: Final = 3
"""Objects of the last kind: a Challenge for each host name."""


async def reasons(cluster: Cluster, source: Source, ref: ObjectRef, obj: Obj) -> tuple[Told, ...]:
    """Collect the states of its objects, from the first to the last that it made, then its latest Warning
    event."""
    told: list[Told] = []
    owner = obj
    for kind in source.made:
        try:
            made = await _owned(cluster, kind, ref.namespace, owner)
        except NotFound:  # the cluster does not serve this kind
            break
        except ClusterError as error:
            told.append(("" if told else "made", f"{kind.kind}s not looked at. {error.sentence}"))
            break
        if not made:
            break
        owner, is_last = made[0], kind == source.made[-1]
        shown = [child for child in made if text(child, "status.state") != "valid"] if is_last else made[:1]
        told += [("" if told else "made", f"{kind.kind}: {source.told(child)}") for child in shown[:_MOST]]
    return (*told, *await _latest_warning(cluster, ref, obj))


async def _owned(cluster: Cluster, kind: ApiKind, namespace: str, owner: Obj) -> list[Obj]:
    """Objects that it made, the newest first."""
    uid = text(owner, "metadata.uid")
    owned = [
        candidate
        async for page in cluster.objects.pages(kind, namespace)
        for candidate in page
        if any(above.get("uid") == uid for above in objects(candidate, "metadata.ownerReferences"))
    ]
    return sorted(owned, key=lambda candidate: text(candidate, "metadata.creationTimestamp"), reverse=True)


async def _latest_warning(cluster: Cluster, ref: ObjectRef, obj: Obj) -> list[Told]:
    query = [("fieldSelector", f"type=Warning,involvedObject.uid={text(obj, 'metadata.uid')}")]
    try:
        warnings = [
            event async for page in cluster.objects.pages(EVENT, ref.namespace, query=query) for event in page
        ]
    except ClusterError as error:
        return [("events", f"not looked at. {error.sentence}")]
    if not warnings:
        return []
    latest = max(warnings, key=_seen)
    return [("latest event", f"{text(latest, 'reason')}: {text(latest, 'message')} ({_seen(latest)})")]


def _seen(event: Obj) -> str:
    """Time when it was seen last: in one of three fields, by the library that wrote it."""
    return text(event, "lastTimestamp") or text(event, "series.lastObservedTime") or text(event, "eventTime")
