"""Kinds whose objects the health check reads: kinds that serve a certificate, and kinds that manage Secrets.

Source: cert-manager pkg/apis/certmanager/v1/types_certificate.go (renewalTime, lastFailureTime) and
policies/checks.go; external-secrets apis/externalsecrets/v1 (refreshTime, syncWindows); fluxcd
kustomize-controller and helm-controller docs/spec (labels of applied objects); argo-cd
pkg/apis/application/v1alpha1/types.go (OperationState, ApplicationCondition, ResourceStatus).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from functools import partial
from typing import Final, TypeAlias

from msgspec import Struct
from msgspec.structs import replace

from tui.model.api_object import Obj, at, condition, objects, text
from tui.model.health.evidence import SourceTrouble, TlsHost
from tui.model.managers.source.argo_cd import USUAL as ARGO_CD
from tui.model.managers.source.argo_cd import namespace_and_name
from tui.model.managers.source.cert_manager import issued, last_failure
from tui.model.managers.source.external_secrets import EXTERNAL_SECRETS_SOURCE as EXTERNAL
from tui.model.managers.source.status import is_false, is_true
from tui.model.secret.formats.validity import Validity
from tui.model.secret.secret import Secret, SecretRef, SecretSummary
from tui.model.text.times import parse_time

Applied: TypeAlias = dict[tuple[str, str], list[SecretRef]]
"""Keys are the namespace and name of an object, values are the Secrets that the object applied."""
_LOOK: Final = "Check the object: its Secret is not updated"
_LATE: Final = 3600.0
"""Seconds after which a due refresh or renewal counts as overdue."""


class HealthKind(Struct, frozen=True):
    group: str
    resource: str
    hosts: Callable[[Obj], Iterator[TlsHost]] | None = None
    trouble: Callable[[Obj], SourceTrouble | None] | None = None
    issued: Callable[[Obj], tuple[SecretRef, Validity] | None] = lambda obj: None
    """Return the Secret that an object wrote, and the validity of the Secret's certificate."""
    named: Callable[[SecretSummary], tuple[str, str] | None] | None = None
    """Return namespace and name of the object that applied a Secret.

    The namespace is "" if the Secret gives only the name. If this field is None, the troubles of all
    objects are reported. Otherwise an object's trouble is reported only if the object is known to have
    applied a Secret.
    """
    usual: str = ""
    """Namespace to use if the namespace that `named` returns is ""."""


def _ingress(obj: Obj) -> Iterator[TlsHost]:
    name, namespace = _name(obj)
    for entry in objects(obj, "spec.tls"):
        secret, hosts = text(entry, "secretName"), entry.get("hosts")
        for host in hosts if secret and isinstance(hosts, list) else ():
            yield TlsHost(namespace, f"Ingress/{name}", str(host), SecretRef(namespace, secret))


def _gateway(obj: Obj) -> Iterator[TlsHost]:
    name, namespace = _name(obj)
    for listener in objects(obj, "spec.listeners"):
        host, refs = text(listener, "hostname"), objects(listener, "tls.certificateRefs")
        if host and len(refs) == 1 and text(refs[0], "kind", "Secret") == "Secret":
            ref = SecretRef(text(refs[0], "namespace", namespace), text(refs[0], "name"))
            yield TlsHost(namespace, f"Gateway/{name}", host, ref)


def _external_secret(obj: Obj) -> SourceTrouble | None:
    name, namespace = _name(obj)
    ref = SecretRef(namespace, text(obj, "spec.target.name") or name)
    due = EXTERNAL.state(obj, Secret(ref, "", "", "", {})).next
    do = "Check that External Secrets runs: the Secret is not updated"
    return _not_true(obj, "Ready", ref.name) or _overdue(obj, "refresh overdue", ref.name, due, do)


def _push_secret(obj: Obj) -> SourceTrouble | None:
    do = "Check the object: the store does not get the Secret's values"
    return _not_true(obj, "Ready", text(obj, "spec.selector.secret.name"), do)


def _certificate(obj: Obj) -> SourceTrouble | None:
    secret, failure = text(obj, "spec.secretName"), last_failure(obj)
    due, ends = parse_time(text(obj, "status.renewalTime")), parse_time(text(obj, "status.notAfter"))
    trouble = _not_true(obj, "Ready", secret)
    if trouble is not None and failure:
        trouble = replace(trouble, reason=text(failure, "reason"))
    elif trouble is None and failure:
        failed = parse_time(text(obj, "status.lastFailureTime"))
        since = min((time for time in (due, failed) if time is not None), default=None)
        reason = text(failure, "reason")
        trouble = _trouble(obj, "renewal fails", secret, since, "" if reason == "Failed" else reason)
    elif trouble is None:
        is_begun = is_true(condition(obj, "Issuing"))
        idle = "Check that cert-manager runs: the renewal has not begun"
        do = "Check why the renewal does not finish" if is_begun else idle
        trouble = _overdue(obj, "renewal overdue", secret, due, do)
    return replace(trouble, ends=ends) if trouble is not None and ends is not None else trouble


def _issued(obj: Obj) -> tuple[SecretRef, Validity] | None:
    validity = issued(obj)
    return (
        (SecretRef(_name(obj)[1], text(obj, "spec.secretName")), validity) if validity is not None else None
    )


def _sealed_secret(obj: Obj) -> SourceTrouble | None:
    return _not_true(obj, "Synced", _name(obj)[0])


def _vault_secret(obj: Obj) -> SourceTrouble | None:
    secret = text(obj, "spec.destination.name")
    return _not_true(obj, "SecretSynced", secret) or _not_true(obj, "Ready", secret)


def _flux(obj: Obj) -> SourceTrouble | None:
    if at(obj, "spec.suspend") is True:
        do = "Resume the object to get changes from its source"
        return _trouble(obj, "suspended", "", do=do)
    return _not_true(obj, "Ready", "", "Check the object: changes at its source do not arrive")


def _application(obj: Obj) -> SourceTrouble | None:
    """Report a failed sync, an error, or a Secret that differs from its source.

    Unhealthy pods are not reported.
    """
    do = "Check the Application: changes at its source do not arrive"
    broken = (item for item in objects(obj, "status.conditions") if text(item, "type").endswith("Error"))
    if text(obj, "status.operationState.phase") in ("Failed", "Error"):
        since = parse_time(text(obj, "status.operationState.finishedAt"))
        return replace(_trouble(obj, "sync failed", "", since, do=do), span="ago")
    if error := next(broken, None):
        since = parse_time(text(error, "lastTransitionTime"))
        return _trouble(obj, "in error", "", since, text(error, "type"), do)
    secrets = (item for item in objects(obj, "status.resources") if item.get("kind") == "Secret")
    if any(item.get("status") == "OutOfSync" for item in secrets):
        do = "Compare and sync the Application: a Secret differs"
        return _trouble(obj, "out of sync", "", do=do)
    return None


def _not_true(obj: Obj, type: str, secret: str, do: str = _LOOK) -> SourceTrouble | None:  # noqa: A002
    """Report the condition `type` if it is false; None if it is true, unknown or absent.

    The condition's message is left out, because it may quote a value.
    """
    status = condition(obj, type)
    if not is_false(status):
        return None
    reason = text(status, "reason") or "no reason given"
    what = "not ready" if type == "Ready" else "not synced"
    return _trouble(obj, what, secret, parse_time(text(status, "lastTransitionTime")), reason, do)


def _overdue(obj: Obj, what: str, secret: str, due: float | None, do: str) -> SourceTrouble | None:
    if due is None:
        return None
    return replace(_trouble(obj, what, secret, due, do=do), grace=_LATE, span="by")


def _trouble(
    obj: Obj, what: str, secret: str, since: float | None = None, reason: str = "", do: str = _LOOK
) -> SourceTrouble:
    name, namespace = _name(obj)
    ref = SecretRef(namespace, secret) if secret else None
    return SourceTrouble(namespace, f"{text(obj, 'kind')}/{name}", what, do, ref, since, reason)


def troubles_of(kind: HealthKind, obj: Obj, refs_of: Applied | None) -> Iterator[SourceTrouble]:
    """Yield the trouble of an object, if any. If `refs_of` is given, skip an object that is not in it."""
    name, namespace = _name(obj)
    refs = refs_of.get((namespace, name)) or refs_of.get(("", name)) if refs_of is not None else None
    if kind.trouble is None or (refs_of is not None and not refs) or (trouble := kind.trouble(obj)) is None:
        return
    yield replace(trouble, ref=refs[0], others=len(refs) - 1) if refs else trouble


def applied(kind: HealthKind, rows: Iterable[SecretSummary]) -> Applied | None:
    """Return a dict: keys identify objects of `kind`, values are Secrets in `rows` that the object applied.

    Return None if `kind.named` is None, because it is then unknown which object applied a Secret.
    """
    if kind.named is None:
        return None
    secrets_of = defaultdict[tuple[str, str], list[SecretRef]](list)
    for row in rows:
        if (by := kind.named(row)) is not None:
            secrets_of[by].append(row.ref)
    return secrets_of


def _by_flux(group: str, row: SecretSummary) -> tuple[str, str] | None:
    labels = dict(row.labels)
    # If another tool copies a Secret of Flux, the copy has the same labels.
    is_its_own = (row.manager or "").partition("/")[0] == "Flux"
    name, namespace = (labels.get(f"{group}/{part}") for part in ("name", "namespace"))
    return (namespace, name) if is_its_own and name and namespace else None


def _by_argo_cd(row: SecretSummary) -> tuple[str, str] | None:
    project, _, name = (row.manager or "").partition("/")
    return namespace_and_name(name) if project == "Argo CD" and name else None


def _name(obj: Obj) -> tuple[str, str]:
    return text(obj, "metadata.name"), text(obj, "metadata.namespace")


KINDS: Final = (
    HealthKind("networking.k8s.io", "ingresses", hosts=_ingress),
    HealthKind("gateway.networking.k8s.io", "gateways", hosts=_gateway),
    HealthKind("external-secrets.io", "externalsecrets", trouble=_external_secret),
    HealthKind("external-secrets.io", "pushsecrets", trouble=_push_secret),
    HealthKind("cert-manager.io", "certificates", trouble=_certificate, issued=_issued),
    HealthKind("bitnami.com", "sealedsecrets", trouble=_sealed_secret),
    *(
        HealthKind("secrets.hashicorp.com", resource, trouble=_vault_secret)
        for resource in ("vaultstaticsecrets", "vaultdynamicsecrets", "vaultpkisecrets")
    ),
    *(
        HealthKind(group, resource, trouble=_flux, named=partial(_by_flux, group))
        for group, resource in (
            ("kustomize.toolkit.fluxcd.io", "kustomizations"),
            ("helm.toolkit.fluxcd.io", "helmreleases"),
        )
    ),
    HealthKind("argoproj.io", "applications", trouble=_application, named=_by_argo_cd, usual=ARGO_CD),
)
