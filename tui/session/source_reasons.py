"""Why a managing object does not do its work, where other objects tell: what it made, and its events."""

from __future__ import annotations

from typing import Final

from tui.cluster.client import Cluster
from tui.model.api_object import EVENT, ApiKind, Obj, ObjectRef, objects, text
from tui.model.errors import ClusterError, NotFound
from tui.model.managers.source.source import Source

Told = tuple[str, str]
"""Which object, and its own words."""
_MOST: Final = 3
"""Objects of the last kind: a Challenge for each host name."""


async def reasons(cluster: Cluster, source: Source, ref: ObjectRef, obj: Obj) -> tuple[Told, ...]:
    """What its objects say, from the first to the last that it made, then its latest Warning event."""
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
        shown = [one for one in made if text(one, "status.state") != "valid"] if is_last else made[:1]
        told += [("" if told else "made", f"{kind.kind}: {source.told(one)}") for one in shown[:_MOST]]
    return (*told, *await _latest_warning(cluster, ref, obj))


async def _owned(cluster: Cluster, kind: ApiKind, namespace: str, owner: Obj) -> list[Obj]:
    """The objects that it made, the newest first."""
    uid = text(owner, "metadata.uid")
    found = [
        one
        async for page in cluster.objects.pages(kind, namespace)
        for one in page
        if any(above.get("uid") == uid for above in objects(one, "metadata.ownerReferences"))
    ]
    return sorted(found, key=lambda one: text(one, "metadata.creationTimestamp"), reverse=True)


async def _latest_warning(cluster: Cluster, ref: ObjectRef, obj: Obj) -> list[Told]:
    query = [("fieldSelector", f"type=Warning,involvedObject.uid={text(obj, 'metadata.uid')}")]
    try:
        found = [
            one async for page in cluster.objects.pages(EVENT, ref.namespace, query=query) for one in page
        ]
    except ClusterError as error:
        return [("events", f"not looked at. {error.sentence}")]
    if not found:
        return []
    latest = max(found, key=_seen)
    return [("latest event", f"{text(latest, 'reason')}: {text(latest, 'message')} ({_seen(latest)})")]


def _seen(event: Obj) -> str:
    """When it was seen last: in one of three places, by the library that wrote it."""
    return text(event, "lastTimestamp") or text(event, "series.lastObservedTime") or text(event, "eventTime")
