"""Reasons why an object such as a Certificate does not update its Secret.

The reasons come from events, and from objects that controllers create, such as a CertificateRequest for a
Certificate.
"""

from __future__ import annotations

from typing import Final

from tui.cluster.client import Cluster
from tui.model.api_object import EVENT, ApiKind, Obj, ObjectRef, objects, text
from tui.model.errors import ClusterError, NotFound
from tui.model.managers.source.source import Source

Told = tuple[str, str]
"""Label of a row, such as "made" or "latest event", and the text beside it."""
_MOST: Final = 3
"""Maximum number of objects to show for the last kind in `Source.made`, such as Challenge."""


async def reasons(cluster: Cluster, source: Source, ref: ObjectRef, obj: Obj) -> tuple[Told, ...]:
    """Return rows about objects that were created for `obj`, and about the latest Warning event of `obj`.

    For example, a CertificateRequest is created for a Certificate.
    """
    statements: list[Told] = []
    owner = obj
    for kind in source.made:
        try:
            children = await _owned(cluster, kind, ref.namespace, owner)
        except NotFound:  # the cluster does not serve this kind
            break
        except ClusterError as error:
            statements.append(("" if statements else "made", f"{kind.kind}s not read. {error.sentence}"))
            break
        if not children:
            break
        owner, is_last = children[0], kind == source.made[-1]
        shown = (
            [child for child in children if text(child, "status.state") != "valid"]
            if is_last
            else children[:1]
        )
        statements += [
            ("" if statements else "made", f"{kind.kind}: {source.state_text(child)}")
            for child in shown[:_MOST]
        ]
    return (*statements, *await _latest_warning(cluster, ref, obj))


async def _owned(cluster: Cluster, kind: ApiKind, namespace: str, owner: Obj) -> list[Obj]:
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
        return [("events", f"not read. {error.sentence}")]
    if not warnings:
        return []
    latest = max(warnings, key=_seen)
    return [("latest event", f"{text(latest, 'reason')}: {text(latest, 'message')} ({_seen(latest)})")]


def _seen(event: Obj) -> str:
    """Return the time when an event occurred last. Client libraries write this time to different fields."""
    return text(event, "lastTimestamp") or text(event, "series.lastObservedTime") or text(event, "eventTime")
