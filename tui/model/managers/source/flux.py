"""State and actions of the Kustomization or HelmRelease with which Flux applied a Secret.

Actions: reconcile, fetch a newer revision, force an upgrade, reset the retries, suspend, resume.

Source: fluxcd/pkg apis/meta/annotations.go, flux2 cmd/flux/reconcile.go, helm-controller
api/v2/helmrelease_types.go (GetStorageNamespace).
"""

from __future__ import annotations

from functools import partial
from typing import Final

from msgspec.structs import replace

from tui.model.api_object import ApiKind, Obj, at, condition, text
from tui.model.managers.source.source import Progress, Request, Source, SourceAction, SourcePlace, SourceState
from tui.model.managers.source.status import (
    annotate,
    failed,
    is_false,
    is_of_another,
    is_set,
    is_true,
    ready_state,
    word,
)
from tui.model.secret.secret import Secret

_KUSTOMIZE, _HELM = "kustomize.toolkit.fluxcd.io", "helm.toolkit.fluxcd.io"
KUSTOMIZATION_KINDS: Final = tuple(
    ApiKind(_KUSTOMIZE, version, "kustomizations", "Kustomization") for version in ("v1", "v1beta2")
)
HELM_RELEASE_KINDS: Final = tuple(
    ApiKind(_HELM, version, "helmreleases", "HelmRelease") for version in ("v2", "v2beta2", "v2beta1")
)
_FETCHED: Final = {
    "GitRepository": "gitrepositories",
    "OCIRepository": "ocirepositories",
    "Bucket": "buckets",
    "HelmRepository": "helmrepositories",
    "HelmChart": "helmcharts",
}
_REQUESTED: Final = "reconcile.fluxcd.io/requestedAt"
_SECOND_ANNOTATION: Final = {
    "": "",
    "Force": "reconcile.fluxcd.io/forceAt",
    "Reset": "reconcile.fluxcd.io/resetAt",
}
"""Keys are kinds of request; "" is a plain reconciliation.

Values are the annotations that the request sets besides `_REQUESTED`; "" if it sets only `_REQUESTED`.
"""


def _place(kinds: tuple[ApiKind, ...], secret: Secret) -> SourcePlace | None:
    prefix = f"{kinds[0].group}/"
    name = secret.labels.get(f"{prefix}name")
    if not name or is_of_another(secret, "Flux"):
        return None
    namespace = secret.labels.get(f"{prefix}namespace", "")
    return SourcePlace(kinds, namespace, name, f"label {prefix}name", is_elsewhere=True)


def _state(obj: Obj, secret: Secret) -> SourceState:
    state = ready_state(condition(obj, "Ready"))
    is_suspended = at(obj, "spec.suspend") is True
    revision = text(obj, "status.lastAppliedRevision") or text(obj, "status.lastAttemptedRevision")
    facts = [*state.facts, ("interval", text(obj, "spec.interval", "not known"))]
    if revision:
        facts.append(("revision", revision))
    if is_suspended:
        facts.append(("suspended", "yes"))
    edit = "An edit is overwritten at the next reconciliation."
    if is_suspended:
        edit = f"An edit stays while the {text(obj, 'kind', 'object')} is suspended."
    elif obj.get("kind") == HELM_RELEASE_KINDS[0].kind:
        is_watched = text(obj, "spec.driftDetection.mode") == "enabled"
        edit = f"An edit {'is undone' if is_watched else 'stays until an upgrade'}"
        edit += f" (driftDetection {text(obj, 'spec.driftDetection.mode', 'disabled')})."
    if is_excluded(secret):
        edit = "An edit stays: Flux ignores the Secret (kustomize.toolkit.fluxcd.io/reconcile: disabled)."
    verdict = "suspended" if is_suspended else state.verdict
    return replace(state, verdict=verdict, facts=tuple(facts), edit=edit)


def storage_namespace(obj: Obj) -> str:
    """Namespace in which the HelmRelease `obj` stores Helm's records; "" if `obj` names none."""
    return text(obj, "status.storageNamespace") or text(obj, "spec.storageNamespace")


def is_excluded(secret: Secret) -> bool:
    """True if a label or annotation makes kustomize-controller ignore the Secret.

    helm-controller reads neither this label nor this annotation.
    """
    mark = f"{_KUSTOMIZE}/reconcile"
    if f"{_HELM}/name" in secret.labels:
        return False
    return "disabled" in (secret.labels.get(mark), secret.annotations.get(mark))


def _suspended(obj: Obj) -> str:
    kind = text(obj, "kind", "object")
    return f"The {kind} is suspended; resume it first." if at(obj, "spec.suspend") else ""


def _idle_source(obj: Obj) -> str:
    if at(obj, "spec.type") == "oci":
        return "Flux does not fetch a HelmRepository of type oci: reconcile the HelmRelease instead."
    return _suspended(obj)


def _patch(request_kind: str, request: Request) -> Obj:
    """Build the annotations of a request. If a request sets two, Flux requires the same value in both."""
    return annotate(**{name: request.time for name in (_REQUESTED, _SECOND_ANNOTATION[request_kind]) if name})


def _progress(request_kind: str, before: Obj, now: Obj, request: Request) -> Progress:
    handled = {text(now, "status.lastHandledReconcileAt")}
    ready = condition(now, "Ready")
    # A failure before the upgrade or reset leaves lastHandledForceAt or lastHandledResetAt unchanged.
    if handled == {request.time} and is_false(ready):
        return failed("The reconciliation", ready)
    if request_kind:
        handled.add(text(now, f"status.lastHandled{request_kind}At"))
    if handled != {request.time}:
        return Progress("waiting", "Flux has not handled the request yet.")
    if is_true(ready):
        return Progress("done", f"Reconciled: {word(ready.get('reason')) or 'Ready'}.")
    return Progress("waiting", "Flux is handling the request.")


def _offers(obj: Obj, secret: Secret) -> tuple[SourceAction, ...]:
    idle, is_release = _suspended(obj), obj.get("kind") == HELM_RELEASE_KINDS[0].kind
    if is_excluded(secret):
        idle = idle or "Flux ignores the Secret (kustomize.toolkit.fluxcd.io/reconcile: disabled)."
    does = "The controller applies the last fetched revision. To apply a newer commit, fetch it first."
    offers = [
        SourceAction("Reconcile", does, partial(_progress, ""), partial(_patch, ""), idle=idle),
        *_fetch(obj),
    ]
    if is_release:
        force = "Helm upgrades the release even if nothing changed; pods may restart."
        reset = "Flux clears the count of failures, and tries the release again."
        offers += [
            SourceAction(
                *("Force an upgrade", force, partial(_progress, "Force"), partial(_patch, "Force")),
                idle=idle,
                warnings=("This upgrades the whole release, not only this Secret.",),
            ),
            SourceAction(
                *("Reset the retries", reset, partial(_progress, "Reset"), partial(_patch, "Reset")),
                idle=idle,
            ),
        ]
    return (*offers, _suspend(obj))


def _suspend(obj: Obj) -> SourceAction:
    kind, wanted = text(obj, "kind", "object"), at(obj, "spec.suspend") is not True
    if wanted:
        title, done = "Suspend", f"The {kind} is suspended: an edit stays until the {kind} is resumed."
        does = f"For an emergency: Flux applies nothing of the {kind} until you resume it. An edit stays."
    else:
        title, done = "Resume", f"The {kind} is resumed, and Flux reconciles it."
        does = f"Flux applies the {kind} now and at each interval, and may overwrite edits."
    warnings = [
        f"Flux stops applying the whole {kind}, not only this Secret. "
        f"Resume the {kind} once the source has your edit."
    ]
    if kind == KUSTOMIZATION_KINDS[0].kind:
        mark = f"{_KUSTOMIZE}/reconcile: disabled"
        warnings.append(f"To exclude only this Secret, annotate it instead: {mark}.")
    return SourceAction(
        *(title, does, partial(is_set, "spec.suspend", wanted, done)),
        lambda request: {"spec": {"suspend": wanted}},
        warnings=tuple(warnings) if wanted else (),
        act="suspended" if wanted else "resumed",
        is_setting=True,
    )


def _fetch(obj: Obj) -> list[SourceAction]:
    for path in ("spec.sourceRef", "spec.chartRef", "spec.chart.spec.sourceRef"):
        kind, name = text(obj, f"{path}.kind"), text(obj, f"{path}.name")
        if kind in _FETCHED and name:
            namespace = text(obj, f"{path}.namespace") or text(obj, "metadata.namespace")
            kinds = tuple(
                ApiKind("source.toolkit.fluxcd.io", version, _FETCHED[kind], kind)
                for version in ("v1", "v1beta2")
            )
            does = f"Flux fetches the newest revision of {kind}/{name}, and applies it."
            return [
                SourceAction(
                    *(f"Fetch {kind}/{name}", does, partial(_progress, ""), partial(_patch, "")),
                    at=SourcePlace(kinds, namespace, name, path),
                    is_followed_there=True,
                    idle_there=_idle_source,
                )
            ]
    return []


FLUX_SOURCES: Final = tuple(
    Source("Flux", partial(_place, kinds), _state, _offers)
    for kinds in (KUSTOMIZATION_KINDS, HELM_RELEASE_KINDS)
)
