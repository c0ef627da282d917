"""External Secrets: refresh an ExternalSecret from its store, or push a Secret with a PushSecret.

Source: external-secrets pkg/controllers/externalsecret (shouldRefresh), pushsecret, clusterexternalsecret.
"""

from __future__ import annotations

from functools import partial
from typing import Final

from msgspec.structs import replace

from tui.model.api_object import ApiKind, Obj, at, condition, objects, text
from tui.model.managers.registry import EXTERNAL_SECRETS
from tui.model.managers.source.source import (
    Progress,
    Remote,
    Request,
    Source,
    SourceAction,
    SourcePlace,
    SourceState,
)
from tui.model.managers.source.status import (
    annotate,
    condition_text,
    failed,
    is_false,
    later,
    owned_by,
    ready_state,
    word,
)
from tui.model.secret.secret import Secret
from tui.model.text.counts import listed
from tui.model.text.times import duration, parse_time

_GROUP: Final = "external-secrets.io"
EXTERNAL_SECRET: Final = tuple(
    ApiKind(_GROUP, version, "externalsecrets", "ExternalSecret") for version in ("v1", "v1beta1")
)
_CLUSTER: Final = tuple(
    ApiKind(_GROUP, version, "clusterexternalsecrets", "ClusterExternalSecret", is_namespaced=False)
    for version in ("v1", "v1beta1")
)
_PUSH: Final = (ApiKind(_GROUP, "v1alpha1", "pushsecrets", "PushSecret"),)
_GONE: Final = ("SecretDeleted", "SecretMissing")
_MOST_KEYS: Final = 3
_BRINGS: Final = "Set the new value in the store."
_HOURLY: Final = "1h"
"""Default of refreshInterval."""


def _place(secret: Secret) -> SourcePlace | None:
    namespace = secret.ref.namespace
    if (place := owned_by(secret, EXTERNAL_SECRET)) is not None:
        return place
    marks = secret.labels.keys() | secret.annotations.keys()
    mark = next((mark for mark in EXTERNAL_SECRETS.marks if mark in marks), None)
    if mark is not None:
        known_by = f"{'label' if mark in secret.labels else 'annotation'} {mark}"
    elif secret.manager == "External Secrets":
        known_by = "field manager" if secret.field_owners else "manager in the list of Secrets"
    else:
        return None
    return SourcePlace(EXTERNAL_SECRET, namespace, "", known_by, partial(_writes, secret.ref.name))


def _writes(name: str, obj: Obj) -> bool:
    return text(obj, "spec.target.name") == name or (
        not at(obj, "spec.target.name") and text(obj, "metadata.name") == name
    )


def _interval(obj: Obj) -> float | None:
    every = text(obj, "spec.refreshInterval", _HOURLY)
    return 0.0 if every == "0" else duration(every)


def _policy(obj: Obj) -> str:
    return text(obj, "spec.refreshPolicy", "Periodic")


def _idle(obj: Obj) -> str:
    """Explain why a request to refresh would have no effect; "" if it would refresh the Secret.

    After the first sync, an ExternalSecret ignores all requests if its policy is CreatedOnce. It also ignores
    them if its policy is Periodic and its refreshInterval is 0.
    """
    if not text(obj, "status.syncedResourceVersion"):
        return ""
    if _policy(obj) == "CreatedOnce":
        return "refreshPolicy is CreatedOnce: the Secret is not refreshed again."
    interval = _interval(obj)
    if _policy(obj) == "Periodic" and interval is not None and interval <= 0:
        return "refreshInterval is 0: the Secret is not refreshed again."
    return ""


def _state(obj: Obj, secret: Secret) -> SourceState:
    ready = condition(obj, "Ready")
    last, interval, idle = parse_time(text(obj, "status.refreshTime")), _interval(obj), _idle(obj)
    is_periodic = _policy(obj) == "Periodic" and interval is not None and interval > 0
    is_any_time = at(obj, "spec.syncWindows") is None
    every = f"every {text(obj, 'spec.refreshInterval', _HOURLY)}{'' if is_any_time else ', in sync windows'}"
    store, state = _store(obj, "spec.secretStoreRef"), ready_state(ready)
    return replace(
        state,
        facts=(
            *state.facts,
            *((("store", store),) if store else ()),
            *_remotes(obj),
            ("refresh", every if is_periodic else idle[:-1])
            if is_periodic or idle
            else ("refresh", f"policy {_policy(obj)}"),
        ),
        last=last,
        next=last + interval if last and interval and is_periodic and is_any_time else None,
        edit=_edit(obj),
    )


def _store(obj: Obj, where: str) -> str:
    name = text(obj, f"{where}.name")
    return f"{text(obj, f'{where}.kind', 'SecretStore')}/{name}" if name else ""


def remote(obj: Obj, key: str) -> Remote | None:
    """Return the place of a key's value in the store.

    An entry of spec.data for the key gives the place. Without such an entry, return None if the place is
    uncertain, e.g. because of a template.
    """
    for entry in objects(obj, "spec.data"):
        if entry.get("secretKey") == key:
            store = _store(entry, "sourceRef.storeRef") or _store(obj, "spec.secretStoreRef")
            return Remote(store, text(entry, "remoteRef.key"), text(entry, "remoteRef.property"))
    if at(obj, "spec.target.template.data") or at(obj, "spec.target.template.templateFrom"):
        return None
    whole = [entry for entry in objects(obj, "spec.dataFrom") if text(entry, "extract.key")]
    if len(whole) != 1 or len(objects(obj, "spec.dataFrom")) != 1 or whole[0].get("rewrite"):
        return None
    store = _store(whole[0], "sourceRef.storeRef") or _store(obj, "spec.secretStoreRef")
    return Remote(store, text(whole[0], "extract.key"), text(whole[0], "extract.property") or key)


def _remotes(obj: Obj) -> tuple[tuple[str, str], ...]:
    keys = [text(entry, "secretKey") for entry in objects(obj, "spec.data")]
    remotes = [(key, place) for key in keys if (place := remote(obj, key)) is not None]
    parts = [f"{key}: {place.path}" + (f", {place.part}" if place.part else "") for key, place in remotes]
    more = [f"{len(parts) - _MOST_KEYS} more"] if len(parts) > _MOST_KEYS else []
    return (("values from", "; ".join([*parts[:_MOST_KEYS], *more])),) if parts else ()


def _edit(obj: Obj) -> str:
    if at(obj, "spec.target.immutable") is True:
        return "An edit is refused: the ExternalSecret makes the Secret immutable."
    if text(obj, "spec.target.creationPolicy") == "Orphan":
        return "An edit stays until the next refresh (creationPolicy Orphan)."
    if text(obj, "spec.target.creationPolicy") == "Merge":
        return (
            "Edits of keys that the ExternalSecret writes will be reset within seconds; "
            "edits of other keys stay."
        )
    return "An edit will be reset within seconds."


def _progress(what: str, before: Obj, now: Obj, request: Request) -> Progress:
    old, ready = condition(before, "Ready"), condition(now, "Ready")
    if later(before, now, "status.refreshTime") and not is_false(ready):
        if ready.get("reason") in _GONE:
            return failed(what, ready)
        return Progress("done", f"{what} is done: {word(ready.get('reason')) or 'Ready'}.")
    if is_false(ready) and (not is_false(old) or condition_text(ready) != condition_text(old)):
        return failed(what, ready)
    again = f" The error is unchanged: {word(ready.get('reason'))}." if is_false(ready) else ""
    return Progress("waiting", f"{what} is not done yet.{again}")


def _patch(request: Request) -> Obj:
    return annotate(**{"force-sync": request.mark})


def _offers(obj: Obj, secret: Secret) -> tuple[SourceAction, ...]:
    owners = objects(obj, "metadata.ownerReferences")
    cluster_owner = next((owner for owner in owners if owner.get("kind") == "ClusterExternalSecret"), None)
    refresh = partial(_progress, "The refresh")
    if cluster_owner is not None:
        name = str(cluster_owner.get("name", ""))
        return (
            SourceAction(
                "Refresh from the store",
                f"Annotates ClusterExternalSecret/{name} to refresh its ExternalSecrets in all namespaces.",
                refresh,
                lambda request: annotate(**{"external-secrets.io/force-sync": request.mark}),
                idle=_idle(obj),
                warnings=(
                    f"All ExternalSecrets of ClusterExternalSecret/{name} are refreshed, in every namespace. "
                    "The controller undoes an annotation on a single ExternalSecret.",
                ),
                brings=_BRINGS,
                at=SourcePlace(_CLUSTER, "", name, "owner of the ExternalSecret"),
            ),
        )
    does = "The controller reads the store now, and writes the Secret if the store has another value."
    return (
        SourceAction(
            *("Refresh from the store", does, refresh, _patch),
            idle=_idle(obj),
            warnings=_pinned(obj),
            brings=_BRINGS,
        ),
    )


def _pinned(obj: Obj) -> tuple[str, ...]:
    pins = [entry for entry in objects(obj, "spec.data") if text(entry, "remoteRef.version")]
    keys = listed([text(entry, "secretKey") for entry in pins], _MOST_KEYS)
    return (f"remoteRef.version pins {keys}: a newer version in the store is not read.",) if pins else ()


def _push_place(secret: Secret) -> SourcePlace:
    namespace, name, path = secret.ref.namespace, secret.ref.name, "spec.selector.secret.name"
    return SourcePlace(_PUSH, namespace, "", path, lambda obj: text(obj, path) == name)


def _push_state(obj: Obj, secret: Secret) -> SourceState:
    state = ready_state(condition(obj, "Ready"))
    last, interval = parse_time(text(obj, "status.refreshTime")), _interval(obj)
    is_periodic = interval is not None and interval > 0
    interval_words = f"every {text(obj, 'spec.refreshInterval', _HOURLY)}"
    every = interval_words if is_periodic else "only when the PushSecret changes"
    stores = [
        f"{store.get('kind', 'SecretStore')}/{store.get('name', '')}"
        for store in objects(obj, "spec.secretStoreRefs")
    ]
    return SourceState(
        state.verdict,
        (*state.facts, ("pushes to", ", ".join(stores) or "not known"), ("refresh", every)),
        last,
        last + interval if last is not None and is_periodic and interval is not None else None,
        f"The store gets an edited value {'at the next refresh' if is_periodic else 'only after a push'}.",
    )


def _push_offers(obj: Obj, secret: Secret) -> tuple[SourceAction, ...]:
    does = "The controller writes the Secret's values to the store now."
    push = partial(_progress, "The push")
    return (SourceAction("Push to the store", does, push, _patch),)


EXTERNAL_SECRETS_SOURCE: Final = Source("External Secrets", _place, _state, _offers, remote)
PUSH: Final = Source("External Secrets", _push_place, _push_state, _push_offers, is_reader=True)
