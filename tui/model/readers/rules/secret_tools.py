"""Rules that list the places where objects of secret tools refer to Secrets.

The tools are cert-manager, External Secrets, Sealed Secrets, Vault and the Secrets Store CSI Driver.
Source: the CRDs of each tool.
"""

from __future__ import annotations

from typing import Final

from tui.model.readers.rules.builtin import TLS_KEYS
from tui.model.readers.rules.rule import KindRule, Place, Unread, rules

_BESIDE: Final = ("@namespace",)


def _issuer(guess: str) -> tuple[Place, ...]:
    return (
        Place("spec.ca.secretName", TLS_KEYS, guess=guess),
        Place("spec.acme.privateKeySecretRef.name", "@key tls.key", guess=guess, produces=True),
        Place("spec.vault.auth.clientCertificate.secretName", TLS_KEYS, guess=guess),
        Place("spec.venafi.tpp.credentialsRef.name", guess=guess),
        Place("spec.venafi.ngts.credentialsRef.name", guess=guess),
        Place("spec.**", guess=guess),
    )


_CERT_MANAGER: Final = rules(
    "cert-manager.io",
    {
        "Certificate": (
            Place("spec.secretName", produces=True),
            Place("spec.keystores.*.passwordSecretRef.name"),
            Place("status.nextPrivateKeySecretName", produces=True),
        ),
        "Issuer": _issuer(""),
        "ClusterIssuer": _issuer("cert-manager"),
    },
)

_ESO: Final = "external-secrets.io"
_PROVISIONED: Final = ("status.provisionedNamespaces[]",)
"""Field of a cluster-scoped object: the namespaces in which it creates namespaced objects."""
_BY_LABELS: Final = "{} that choose Secrets by labels"
_TEMPLATE: Final = "template.templateFrom[].secret.name"
_GENERATORS: Final = (
    "ACRAccessToken BeyondtrustWorkloadCredentialsDynamicSecret CloudsmithAccessToken ClusterGenerator "
    "ECRAuthorizationToken GCRAccessToken GithubAccessToken GitlabDeployToken Grafana MFA QuayAccessToken "
    "STSSessionToken VaultDynamicSecret Webhook"
)

_EXTERNAL_SECRETS: Final = (
    *rules(
        _ESO,
        {
            "ExternalSecret": (
                Place(
                    "spec.target.name",
                    produces=True,
                    default=("{}",),
                    unless=("spec.target.creationPolicy", "None"),
                ),
                Place(f"spec.target.{_TEMPLATE}"),
            ),
            "ClusterExternalSecret": (
                Place(
                    "spec.externalSecretSpec.target.name",
                    namespace=_PROVISIONED,
                    produces=True,
                    default=("spec.externalSecretName", "{}"),
                    unless=("spec.externalSecretSpec.target.creationPolicy", "None"),
                ),
                Place(f"spec.externalSecretSpec.target.{_TEMPLATE}", namespace=_PROVISIONED),
            ),
            "SecretStore ClusterSecretStore": (Place("spec.provider.**", namespace=_BESIDE),),
        },
    ),
    KindRule(
        _ESO,
        "PushSecret",
        (Place("spec.selector.secret.name"), Place(f"spec.{_TEMPLATE}")),
        unread=(Unread("spec.selector.secret.selector", _BY_LABELS),),
    ),
    KindRule(
        _ESO,
        "ClusterPushSecret",
        (
            Place("spec.pushSecretSpec.selector.secret.name", namespace=_PROVISIONED),
            Place(f"spec.pushSecretSpec.{_TEMPLATE}", namespace=_PROVISIONED),
        ),
        unread=(Unread("spec.pushSecretSpec.selector.secret.selector", _BY_LABELS),),
    ),
    *rules(f"generators.{_ESO}", {_GENERATORS: (Place("spec.**", namespace=_BESIDE),)}),
)

_VSO: Final = "secrets.hashicorp.com"


def _written(kind: str, restarts_if: str = "") -> KindRule:
    return KindRule(
        _VSO,
        kind,
        (Place("spec.destination.name", produces=True),),
        restarts="spec.rolloutRestartTargets[]",
        restarts_if=restarts_if,
    )


def _login(*methods: str) -> tuple[Place, ...]:
    return tuple(Place(f"spec.{method}.secretRef") for method in methods)


_VAULT: Final = (
    _written("VaultStaticSecret", restarts_if="spec.hmacSecretData"),
    *map(_written, ("VaultDynamicSecret", "VaultPKISecret", "HCPVaultSecretsApp")),
    *rules(
        _VSO,
        {
            "VaultAuth VaultAuthGlobal": _login("appRole", "aws", "jwt"),
            "HCPAuth": _login("servicePrincipal"),
            "VaultConnection": (Place("spec.caCertSecretRef", "ca.crt"),),
        },
    ),
)

SECRET_TOOL_RULES: Final = (
    *_CERT_MANAGER,
    *_EXTERNAL_SECRETS,
    KindRule("bitnami.com", "SealedSecret", (Place("", produces=True, default=("{}",)),), when="watch"),
    *_VAULT,
    KindRule(
        "secrets-store.csi.x-k8s.io",
        "SecretProviderClass",
        (Place("spec.secretObjects[].secretName", produces=True),),
        when="mount",
    ),
)
