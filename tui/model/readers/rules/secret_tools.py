"""Rules that list the places where objects of secret tools refer to Secrets.

The tools are cert-manager, External Secrets, Sealed Secrets, Vault and the Secrets Store CSI Driver.
Source: the CRDs of each tool.
"""

from __future__ import annotations

from typing import Final

from tui.model.readers.rules.builtin import TLS_KEYS
from tui.model.readers.rules.rule import KindRule, ReferencePath, UnreadField, rules

_BESIDE: Final = ("@namespace",)


def _issuer(guess: str) -> tuple[ReferencePath, ...]:
    return (
        ReferencePath("spec.ca.secretName", TLS_KEYS, guess=guess),
        ReferencePath("spec.acme.privateKeySecretRef.name", "@key tls.key", guess=guess, produces=True),
        ReferencePath("spec.vault.auth.clientCertificate.secretName", TLS_KEYS, guess=guess),
        ReferencePath("spec.venafi.tpp.credentialsRef.name", guess=guess),
        ReferencePath("spec.venafi.ngts.credentialsRef.name", guess=guess),
        ReferencePath("spec.**", guess=guess),
    )


_CERT_MANAGER: Final = rules(
    "cert-manager.io",
    {
        "Certificate": (
            ReferencePath("spec.secretName", produces=True),
            ReferencePath("spec.keystores.*.passwordSecretRef.name"),
            ReferencePath("status.nextPrivateKeySecretName", produces=True),
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
                ReferencePath(
                    "spec.target.name",
                    produces=True,
                    default=("{}",),
                    unless=("spec.target.creationPolicy", "None"),
                ),
                ReferencePath(f"spec.target.{_TEMPLATE}"),
            ),
            "ClusterExternalSecret": (
                ReferencePath(
                    "spec.externalSecretSpec.target.name",
                    namespace=_PROVISIONED,
                    produces=True,
                    default=("spec.externalSecretName", "{}"),
                    unless=("spec.externalSecretSpec.target.creationPolicy", "None"),
                ),
                ReferencePath(f"spec.externalSecretSpec.target.{_TEMPLATE}", namespace=_PROVISIONED),
            ),
            "SecretStore ClusterSecretStore": (ReferencePath("spec.provider.**", namespace=_BESIDE),),
        },
    ),
    KindRule(
        _ESO,
        "PushSecret",
        (ReferencePath("spec.selector.secret.name"), ReferencePath(f"spec.{_TEMPLATE}")),
        unread=(UnreadField("spec.selector.secret.selector", _BY_LABELS),),
    ),
    KindRule(
        _ESO,
        "ClusterPushSecret",
        (
            ReferencePath("spec.pushSecretSpec.selector.secret.name", namespace=_PROVISIONED),
            ReferencePath(f"spec.pushSecretSpec.{_TEMPLATE}", namespace=_PROVISIONED),
        ),
        unread=(UnreadField("spec.pushSecretSpec.selector.secret.selector", _BY_LABELS),),
    ),
    *rules(f"generators.{_ESO}", {_GENERATORS: (ReferencePath("spec.**", namespace=_BESIDE),)}),
)

_VSO: Final = "secrets.hashicorp.com"


def _written(kind: str, restarts_if: str = "") -> KindRule:
    return KindRule(
        _VSO,
        kind,
        (ReferencePath("spec.destination.name", produces=True),),
        restarts="spec.rolloutRestartTargets[]",
        restarts_if=restarts_if,
    )


def _login(*methods: str) -> tuple[ReferencePath, ...]:
    return tuple(ReferencePath(f"spec.{method}.secretRef") for method in methods)


_VAULT: Final = (
    _written("VaultStaticSecret", restarts_if="spec.hmacSecretData"),
    *map(_written, ("VaultDynamicSecret", "VaultPKISecret", "HCPVaultSecretsApp")),
    *rules(
        _VSO,
        {
            "VaultAuth VaultAuthGlobal": _login("appRole", "aws", "jwt"),
            "HCPAuth": _login("servicePrincipal"),
            "VaultConnection": (ReferencePath("spec.caCertSecretRef", "ca.crt"),),
        },
    ),
)

SECRET_TOOL_RULES: Final = (
    *_CERT_MANAGER,
    *_EXTERNAL_SECRETS,
    KindRule(
        "bitnami.com", "SealedSecret", (ReferencePath("", produces=True, default=("{}",)),), when="watch"
    ),
    *_VAULT,
    KindRule(
        "secrets-store.csi.x-k8s.io",
        "SecretProviderClass",
        (ReferencePath("spec.secretObjects[].secretName", produces=True),),
        when="mount",
    ),
)
