"""Certificates in ConfigMaps, and in caBundles of webhooks and APIServices."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Final

from msgspec import Struct

from tui.model.api_object import CONFIG_MAP, ApiKind, Obj, at, objects, text
from tui.model.certificates.held import CertificatePlace, HeldCertificates, held_in_text
from tui.model.config_map import config_map_values, from_base64


class CertificateKind(Struct, frozen=True):
    api: ApiKind
    held: Callable[[Obj], Iterator[HeldCertificates]]


def _config_map(obj: Obj) -> Iterator[HeldCertificates]:
    for key, value in config_map_values(obj):
        yield from held_in_text(_place(obj, key, "ConfigMap"), value.reveal())


def _place(obj: Obj, key: str, kind: str) -> CertificatePlace:
    return CertificatePlace(kind, text(obj, "metadata.namespace"), text(obj, "metadata.name"), key)


def _bundle(obj: Obj, kind: str, key: str, client: Obj) -> Iterator[HeldCertificates]:
    """Yield the certificates in the caBundle of `client`.

    `client` is a clientConfig, or the spec of an APIService.
    """
    service = text(client, "service.namespace"), text(client, "service.name")
    yield from held_in_text(
        _place(obj, key, kind),
        from_base64(client.get("caBundle")),
        service=service if all(service) else None,
        is_ca_bundle=True,
    )


def _webhooks(kind: str, obj: Obj) -> Iterator[HeldCertificates]:
    for webhook in objects(obj, "webhooks"):
        client = at(webhook, "clientConfig")
        yield from _bundle(obj, kind, text(webhook, "name"), client) if isinstance(client, dict) else ()


def _validating(obj: Obj) -> Iterator[HeldCertificates]:
    return _webhooks("ValidatingWebhookConfiguration", obj)


def _mutating(obj: Obj) -> Iterator[HeldCertificates]:
    return _webhooks("MutatingWebhookConfiguration", obj)


def _api_service(obj: Obj) -> Iterator[HeldCertificates]:
    spec = at(obj, "spec")
    yield from _bundle(obj, "APIService", "spec.caBundle", spec) if isinstance(spec, dict) else ()


def _conversion(obj: Obj) -> Iterator[HeldCertificates]:
    client = at(obj, "spec.conversion.webhook.clientConfig")
    if isinstance(client, dict):
        yield from _bundle(obj, "CustomResourceDefinition", "spec.conversion", client)


_ADMISSION: Final = "admissionregistration.k8s.io"
CONFIG_MAPS: Final = CertificateKind(CONFIG_MAP, _config_map)
CA_BUNDLES: Final = tuple(
    CertificateKind(ApiKind(group, "v1", resource, kind, is_namespaced=False), held)
    for group, resource, kind, held in (
        (_ADMISSION, "validatingwebhookconfigurations", "ValidatingWebhookConfiguration", _validating),
        (_ADMISSION, "mutatingwebhookconfigurations", "MutatingWebhookConfiguration", _mutating),
        ("apiregistration.k8s.io", "apiservices", "APIService", _api_service),
        ("apiextensions.k8s.io", "customresourcedefinitions", "CustomResourceDefinition", _conversion),
    )
)
"""Cluster-scoped kinds whose objects hold a caBundle.

The API server uses the caBundle to verify the certificate of a webhook or an aggregated API.
"""
