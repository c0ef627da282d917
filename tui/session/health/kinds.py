"""What objects of other kinds tell of Secrets: the hosts that they serve, and whether they are in error."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Final

from msgspec import Struct

from tui.model.api_object import Obj, condition, objects, text
from tui.model.health.evidence import SourceTrouble, TlsHost
from tui.model.managers.source.cert_manager import last_failure
from tui.model.managers.source.status import is_false
from tui.model.secret.secret import SecretRef


class HealthKind(Struct, frozen=True):
    """One kind of object, and what is taken from it."""

    group: str
    resource: str
    hosts: Callable[[Obj], Iterator[TlsHost]] | None = None
    trouble: Callable[[Obj], SourceTrouble | None] | None = None


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
    return _trouble(
        obj, "ExternalSecret", text(obj, "spec.target.name") or _name(obj)[0], condition(obj, "Ready")
    )


def _certificate(obj: Obj) -> SourceTrouble | None:
    """One that cannot be renewed stays ready until it expires."""
    found = last_failure(obj) or condition(obj, "Ready")
    return _trouble(obj, "Certificate", text(obj, "spec.secretName"), found)


def _sealed_secret(obj: Obj) -> SourceTrouble | None:
    return _trouble(obj, "SealedSecret", _name(obj)[0], condition(obj, "Synced"))


def _trouble(obj: Obj, kind: str, secret: str, found: Obj) -> SourceTrouble | None:
    """By the condition `found`. Its message is left out: nobody knows what a provider puts there."""
    if not is_false(found):
        return None
    name, namespace = _name(obj)
    says = f"in error: {text(found, 'reason') or 'no reason given'}"
    return SourceTrouble(namespace, f"{kind}/{name}", says, SecretRef(namespace, secret) if secret else None)


def _name(obj: Obj) -> tuple[str, str]:
    return text(obj, "metadata.name"), text(obj, "metadata.namespace")


KINDS: Final = (
    HealthKind("networking.k8s.io", "ingresses", hosts=_ingress),
    HealthKind("gateway.networking.k8s.io", "gateways", hosts=_gateway),
    HealthKind("external-secrets.io", "externalsecrets", trouble=_external_secret),
    HealthKind("cert-manager.io", "certificates", trouble=_certificate),
    HealthKind("bitnami.com", "sealedsecrets", trouble=_sealed_secret),
)
