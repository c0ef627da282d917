"""Argo CD: refresh the Application that manages a Secret, or sync only this Secret.

Source: argo-cd pkg/apis/application/v1alpha1 (application_annotations.go, types.go).
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import Final

from tui.model.api_object import ApiKind, Obj, at, objects, text
from tui.model.managers.source.source import (
    Progress,
    Request,
    Source,
    SourceAction,
    SourcePlace,
    SourceState,
    SourceVerdict,
)
from tui.model.managers.source.status import annotate, is_of_another, is_set, later, notes, word
from tui.model.secret.secret import Secret
from tui.model.text.times import parse_time

APPLICATION: Final = (ApiKind("argoproj.io", "v1alpha1", "applications", "Application"),)
_TRACKING: Final = "argocd.argoproj.io/tracking-id"
_LABEL: Final = "applications.argoproj.io/app-name"
_INSTANCE: Final = "app.kubernetes.io/instance"
_REFRESH: Final = "argocd.argoproj.io/refresh"
_HEALS: Final = "spec.syncPolicy.automated.selfHeal"
USUAL: Final = "argocd"
"""Usual namespace of Argo CD.

If the id of an Application names no namespace, the Application is expected in this namespace.
"""
_BAD: Final = ("Failed", "Error")
_VERDICTS: Final[dict[str, SourceVerdict]] = {"Synced": "ok", "OutOfSync": "out of sync"}


def _place(secret: Secret) -> SourcePlace | None:
    known = f"annotation {_TRACKING}"
    name, _, tracked = secret.annotations.get(_TRACKING, "").partition(":")
    if tracked and tracked != f"/Secret:{secret.ref}":  # the annotation was copied from another object
        return None
    if not name:
        name = "" if is_of_another(secret, "Argo CD") else secret.labels.get(_LABEL, "")
        known = f"label {_LABEL}"
    if not name and (secret.manager or "").startswith("Argo CD/"):
        known = "manager in the list of Secrets"
        if secret.field_owners:
            known = f"field manager, and label {_INSTANCE}"
        name = (secret.manager or "").removeprefix("Argo CD/")
    if not name:
        return None
    namespace, app = namespace_and_name(name)
    return SourcePlace(
        APPLICATION, namespace or USUAL, app, known, is_anywhere=not namespace, is_elsewhere=True
    )


def namespace_and_name(tracked: str) -> tuple[str, str]:
    """Split the id of an Application, such as "NAMESPACE_NAME", into namespace and name.

    If the id names no namespace, return "" as the namespace. The Application is then in the namespace of
    Argo CD.
    """
    namespace, _, name = tracked.rpartition("_")
    return namespace, name


def _resource(obj: Obj, secret: Secret) -> Obj:
    wanted = ("Secret", secret.ref.namespace, secret.ref.name)
    resources = objects(obj, "status.resources")
    return next(
        (
            resource
            for resource in resources
            if (resource.get("kind"), resource.get("namespace"), resource.get("name")) == wanted
        ),
        {},
    )


def _state(obj: Obj, secret: Secret) -> SourceState:
    sync, health = text(obj, "status.sync.status", "Unknown"), text(obj, "status.health.status", "Unknown")
    phase, own = text(obj, "status.operationState.phase"), _resource(obj, secret)
    facts = [("sync", sync), ("health", health)]
    if own:
        facts.append(("this Secret", str(own.get("status", "not known"))))
    if phase:
        message = text(obj, "status.operationState.message") if phase in _BAD else ""
        facts.append(("last operation", ": ".join(filter(None, (phase, message)))))
    facts += [
        (str(condition.get("type", "")), str(condition.get("message", "")))
        for condition in objects(obj, "status.conditions")
    ]
    is_healed = at(obj, _HEALS) is True
    edit = "An edit is reverted within seconds (selfHeal)." if is_healed else ""
    return SourceState(
        "busy" if phase == "Running" else _VERDICTS.get(sync, "not known"),
        tuple(facts),
        parse_time(text(obj, "status.reconciledAt")),
        edit=edit or "An edit stays until the next sync. Until then, Argo CD shows OutOfSync.",
    )


def _refreshed(before: Obj, now: Obj, request: Request) -> Progress:
    """Report a refresh as done if its annotation is gone and `reconciledAt` has moved forward.

    A missing annotation is not enough, because the controller removes it when a comparison starts.
    """
    if _REFRESH in notes(now) or not later(before, now, "status.reconciledAt"):
        return Progress("waiting", "The Application has not been compared yet.")
    return Progress(
        "done", f"Compared: the Application is {word(text(now, 'status.sync.status')) or 'Unknown'}."
    )


def _sync(request: Request) -> Obj:
    resource = {
        "group": "",
        "kind": "Secret",
        "name": request.secret.name,
        "namespace": request.secret.namespace,
    }
    return {
        "operation": {
            "initiatedBy": {"username": request.user},
            "sync": {"resources": [resource], "prune": False},
        }
    }


def _synced(before: Obj, now: Obj, request: Request) -> Progress:
    phase = text(now, "status.operationState.phase")
    is_new = text(now, "status.operationState.startedAt") != text(before, "status.operationState.startedAt")
    if not is_new or phase not in ("Succeeded", *_BAD):
        return Progress("waiting", "The sync runs." if is_new and phase else "The sync has not begun yet.")
    if phase in _BAD:
        return Progress("failed", f"The sync ended: {phase}.", text(now, "status.operationState.message"))
    return Progress("done", "The sync of this Secret succeeded.")


def _running(obj: Obj) -> str:
    return "The Application already runs an operation." if at(obj, "operation") else ""


def _offers(obj: Obj, secret: Secret) -> tuple[SourceAction, ...]:
    normal = "Argo CD compares the cluster with the source, and syncs only if automated sync is on."
    hard = "Like the action Refresh, but Argo CD first discards its manifest cache."
    return (
        SourceAction("Refresh", normal, _refreshed, lambda request: annotate(**{_REFRESH: "normal"})),
        SourceAction("Hard refresh", hard, _refreshed, lambda request: annotate(**{_REFRESH: "hard"})),
        SourceAction(
            "Sync this Secret",
            "Argo CD applies this one Secret from its source; nothing is pruned.",
            _synced,
            _sync,
            idle=_running(obj),
            idle_there=_running,
            unchanged="operation",
            warnings=("The source overwrites edits of this Secret.",),
        ),
        *_self_heal(obj),
    )


def _self_heal(obj: Obj) -> Iterator[SourceAction]:
    """Yield an action that turns self-heal on or off, like `argocd app set --self-heal`."""
    if at(obj, "spec.syncPolicy.automated") is None:
        return
    wanted = at(obj, _HEALS) is not True
    if wanted:
        title, done = "Turn self-heal on", "Self-heal is on: edits are reverted within seconds."
        does = "Argo CD then reverts edits within seconds, also in this Secret."
    else:
        title, done = "Turn self-heal off", "Self-heal is off: an edit stays until the next sync."
        does = "For an emergency: edits then stay until the next sync, e.g. after a commit."
    yield SourceAction(
        *(title, does, partial(is_set, _HEALS, wanted, done)),
        lambda request: {"spec": {"syncPolicy": {"automated": {"selfHeal": wanted}}}},
        warnings=() if wanted else ("This affects the whole Application. Turn self-heal on again later.",),
        act="self-heal on" if wanted else "self-heal off",
        is_setting=True,
    )


ARGO_CD_SOURCE: Final = Source("Argo CD", _place, _state, _offers)
