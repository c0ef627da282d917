"""Rules for the kinds of Gateway API, Istio and Traefik. A rule lists the fields that name Secrets.

Sources: the CRDs; Istio's pilot/pkg/model/credentials/resource.go (forms of a credentialName).
"""

from __future__ import annotations

from typing import Final

from tui.model.readers.rules.builtin import TLS_KEYS
from tui.model.readers.rules.rule import ReferencePath, rules

_BESIDE: Final = ("@namespace",)
_LISTENERS: Final = ReferencePath("spec.listeners[].tls.certificateRefs[].name", TLS_KEYS, _BESIDE)
_FRONTEND: Final = "validation.caCertificateRefs[].name"


def _authority(path: str) -> ReferencePath:
    """Build a ReferencePath for a CA. Only a `kind: Secret` counts, because most CAs are in ConfigMaps."""
    return ReferencePath(path, "ca.crt", _BESIDE, needs_kind=True)


_GATEWAYS: Final = (
    *rules(
        "gateway.networking.k8s.io",
        {
            "Gateway": (
                _LISTENERS,
                ReferencePath("spec.tls.backend.clientCertificateRef.name", TLS_KEYS, _BESIDE),
                _authority(f"spec.tls.frontend.default.{_FRONTEND}"),
                _authority(f"spec.tls.frontend.perPort[].tls.{_FRONTEND}"),
            ),
            "ListenerSet": (_LISTENERS,),
            "BackendTLSPolicy": (_authority(f"spec.{_FRONTEND}"),),
        },
        "watch",
    ),
    *rules(
        "gateway.networking.x-k8s.io",
        {
            "XListenerSet": (_LISTENERS,),
            "XBackend": (ReferencePath("spec.tls.clientCertificateRef.name", TLS_KEYS, _BESIDE),),
        },
        "watch",
    ),
)


def _credentials(*paths: str) -> tuple[ReferencePath, ...]:
    """Build ReferencePaths with a guessed namespace.

    Istio reads the Secrets in the namespace of the proxy's pod. No field holds this namespace.
    """
    return tuple(ReferencePath(path, guess="istio-system") for path in paths)


def _servers(path: str) -> tuple[ReferencePath, ...]:
    return _credentials(
        f"{path}.tls.credentialName", f"{path}.tls.credentialNames[]", f"{path}.tls.caCertCredentialName"
    )


_POLICY: Final = ("trafficPolicy", "subsets[].trafficPolicy")

_MESH: Final = (
    *rules(
        "networking.istio.io",
        {
            "Gateway": _servers("spec.servers[]"),
            "Sidecar": _servers("spec.ingress[]"),
            "DestinationRule": _credentials(
                *(f"spec.{policy}.tls.credentialName" for policy in _POLICY),
                *(f"spec.{policy}.portLevelSettings[].tls.credentialName" for policy in _POLICY),
            ),
        },
        "watch",
    ),
    *rules(
        "extensions.istio.io",
        {
            "WasmPlugin": (ReferencePath("spec.imagePullSecret", ".dockerconfigjson"),),
            "TrafficExtension": (ReferencePath("spec.wasm.imagePullSecret", ".dockerconfigjson"),),
        },
        "unknown",
    ),
)

_CA: Final = "tls.ca ca.crt"


def _transport(spec: str) -> tuple[ReferencePath, ...]:
    return (
        ReferencePath(f"{spec}.certificatesSecrets[]", TLS_KEYS),
        ReferencePath(f"{spec}.rootCAsSecrets[]", _CA),
        ReferencePath(f"{spec}.rootCAs[].secret", _CA),
    )


_TRAEFIK: Final[dict[str, tuple[ReferencePath, ...]]] = {
    "IngressRoute IngressRouteTCP": (ReferencePath("spec.tls.secretName", TLS_KEYS),),
    "TLSStore": (
        ReferencePath("spec.defaultCertificate.secretName", TLS_KEYS),
        ReferencePath("spec.certificates[].secretName", TLS_KEYS),
    ),
    "TLSOption": (ReferencePath("spec.clientAuth.secretNames[]", _CA),),
    "Middleware": (
        ReferencePath("spec.basicAuth.secret"),
        ReferencePath("spec.digestAuth.secret"),
        ReferencePath("spec.forwardAuth.tls.caSecret", _CA),
        ReferencePath("spec.forwardAuth.tls.certSecret", TLS_KEYS),
        ReferencePath("spec.rateLimit.redis.secret"),
        ReferencePath("spec.rateLimit.redis.tls.caSecret", _CA),
        ReferencePath("spec.rateLimit.redis.tls.certSecret", TLS_KEYS),
    ),
    "ServersTransport": _transport("spec"),
    "ServersTransportTCP": _transport("spec.tls"),
}

INGRESS_RULES: Final = (
    *_GATEWAYS,
    *_MESH,
    *rules("traefik.io", _TRAEFIK, "watch"),
    *rules("traefik.containo.us", _TRAEFIK, "watch"),
)
