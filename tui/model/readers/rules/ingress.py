"""Rules for the kinds of Gateway API, Istio and Traefik. A rule lists the fields that name Secrets.

Sources: the CRDs; Istio's pilot/pkg/model/credentials/resource.go (forms of a credentialName).
"""

from __future__ import annotations

from typing import Final

from tui.model.readers.rules.builtin import TLS_KEYS
from tui.model.readers.rules.rule import Place, rules

_BESIDE: Final = ("@namespace",)
_LISTENERS: Final = Place("spec.listeners[].tls.certificateRefs[].name", TLS_KEYS, _BESIDE)
_FRONTEND: Final = "validation.caCertificateRefs[].name"


def _authority(path: str) -> Place:
    """Build a Place for a CA. References without `kind: Secret` do not count: most CAs are in ConfigMaps."""
    return Place(path, "ca.crt", _BESIDE, needs_kind=True)


_GATEWAYS: Final = (
    *rules(
        "gateway.networking.k8s.io",
        {
            "Gateway": (
                _LISTENERS,
                Place("spec.tls.backend.clientCertificateRef.name", TLS_KEYS, _BESIDE),
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
            "XBackend": (Place("spec.tls.clientCertificateRef.name", TLS_KEYS, _BESIDE),),
        },
        "watch",
    ),
)


def _credentials(*paths: str) -> tuple[Place, ...]:
    """Build Places with a guessed namespace.

    Istio reads the Secrets in the namespace of the proxy's pod. No field holds this namespace.
    """
    return tuple(Place(path, guess="istio-system") for path in paths)


def _servers(path: str) -> tuple[Place, ...]:
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
            "WasmPlugin": (Place("spec.imagePullSecret", ".dockerconfigjson"),),
            "TrafficExtension": (Place("spec.wasm.imagePullSecret", ".dockerconfigjson"),),
        },
        "unknown",
    ),
)

_CA: Final = "tls.ca ca.crt"


def _transport(spec: str) -> tuple[Place, ...]:
    return (
        Place(f"{spec}.certificatesSecrets[]", TLS_KEYS),
        Place(f"{spec}.rootCAsSecrets[]", _CA),
        Place(f"{spec}.rootCAs[].secret", _CA),
    )


_TRAEFIK: Final[dict[str, tuple[Place, ...]]] = {
    "IngressRoute IngressRouteTCP": (Place("spec.tls.secretName", TLS_KEYS),),
    "TLSStore": (
        Place("spec.defaultCertificate.secretName", TLS_KEYS),
        Place("spec.certificates[].secretName", TLS_KEYS),
    ),
    "TLSOption": (Place("spec.clientAuth.secretNames[]", _CA),),
    "Middleware": (
        Place("spec.basicAuth.secret"),
        Place("spec.digestAuth.secret"),
        Place("spec.forwardAuth.tls.caSecret", _CA),
        Place("spec.forwardAuth.tls.certSecret", TLS_KEYS),
        Place("spec.rateLimit.redis.secret"),
        Place("spec.rateLimit.redis.tls.caSecret", _CA),
        Place("spec.rateLimit.redis.tls.certSecret", TLS_KEYS),
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
