"""Custom kinds of the managers of Secrets, in the shape that their projects document, and the rights to them.

The schemas have the fields that a test or a played manager fills, and some that name a Secret.
"""

from __future__ import annotations

from functools import partial
from typing import Any, Final

from tests.controlplane.custom_kinds import (
    CONDITIONS,
    CustomKind,
    Schema,
    flag,
    having,
    install,
    integer,
    many,
    text,
)
from tests.controlplane.plane import ControlPlane
from tests.controlplane.rights import RBAC

KEY_OF_SECRET: Final = having(name=text(), key=text())
EXTERNAL_SECRET: Final = CustomKind(
    "external-secrets.io",
    "v1",
    "externalsecrets",
    "ExternalSecret",
    having(
        refreshInterval=text(default="1h0m0s"),
        secretStoreRef=having(name=text(), kind=text(enum=["SecretStore", "ClusterSecretStore"])),
        target=having(name=text(), creationPolicy=text(default="Owner")),
        data=many(having(secretKey=text(), remoteRef=having(key=text()))),
    ),
    having(refreshTime=text(format="date-time"), syncedResourceVersion=text(), conditions=CONDITIONS),
    selectable=(".spec.target.name",),
)
CERTIFICATE: Final = CustomKind(
    "cert-manager.io",
    "v1",
    "certificates",
    "Certificate",
    having(
        secretName=text("Name of the Secret resource that will be created and managed by this Certificate."),
        issuerRef=having(name=text(), kind=text(), group=text()),
        dnsNames=many(text()),
        keystores=having(
            jks=having(create=flag(), passwordSecretRef=KEY_OF_SECRET),
            pkcs12=having(create=flag(), passwordSecretRef=KEY_OF_SECRET),
        ),
    ),
    having(
        conditions=CONDITIONS,
        revision=integer(),
        notAfter=text(format="date-time"),
        nextPrivateKeySecretName=text(),
    ),
)
KUSTOMIZATION: Final = CustomKind(
    "kustomize.toolkit.fluxcd.io",
    "v1",
    "kustomizations",
    "Kustomization",
    having(
        interval=text(),
        prune=flag(),
        sourceRef=having(kind=text(), name=text()),
        decryption=having(provider=text(), secretRef=having(name=text())),
        kubeConfig=having(secretRef=KEY_OF_SECRET),
        postBuild=having(
            substituteFrom=many(
                having(
                    kind=text("Kind of the values referent, valid values are ('Secret', 'ConfigMap')."),
                    name=text(),
                    optional=flag(),
                )
            )
        ),
    ),
    having(conditions=CONDITIONS, lastHandledReconcileAt=text(), observedGeneration=integer()),
)
HELM_RELEASE: Final = CustomKind(
    "helm.toolkit.fluxcd.io",
    "v2",
    "helmreleases",
    "HelmRelease",
    having(
        interval=text(),
        chart=having(spec=having(chart=text(), sourceRef=having(kind=text(), name=text()))),
        kubeConfig=having(secretRef=KEY_OF_SECRET),
    ),
    having(
        conditions=CONDITIONS,
        observedGeneration=integer(),
        lastHandledReconcileAt=text(),
        lastHandledForceAt=text(),
    ),
)


def _vault(kind: str, spec: Schema, status: Schema) -> CustomKind:
    """Kind of the Vault Secrets Operator, with the fields that all its kinds share."""
    common = having(
        mount=text(),
        rolloutRestartTargets=many(having(kind=text(), name=text())),
        destination=having(name=text(), create=flag()),
    )
    more = having(conditions=CONDITIONS, lastGeneration=integer(), secretMAC=text())
    for whole, part in ((spec, common), (status, more)):
        whole["properties"] |= part["properties"]
    return CustomKind("secrets.hashicorp.com", "v1beta1", f"{kind.lower()}s", kind, spec, status)


VAULT_STATIC: Final = _vault("VaultStaticSecret", having(path=text(), type=text()), having())
VAULT_DYNAMIC: Final = _vault(
    "VaultDynamicSecret",
    having(path=text()),
    having(
        lastRenewalTime=integer(),
        secretLease=having(id=text(), duration=integer(), renewable=flag(), requestID=text()),
    ),
)
VAULT_PKI: Final = _vault(
    "VaultPKISecret",
    having(role=text()),
    having(serialNumber=text(), expiration=integer(), lastRotation=integer(), valid=flag(), error=text()),
)
MANAGERS: Final = (
    *(EXTERNAL_SECRET, CERTIFICATE, KUSTOMIZATION, HELM_RELEASE),
    *(VAULT_STATIC, VAULT_DYNAMIC, VAULT_PKI),
)

_ROLES: Final = f"{RBAC}/clusterroles"
_CHANGE: Final = ["create", "delete", "deletecollection", "patch", "update"]


def install_managers(plane: ControlPlane) -> None:
    """Install the kinds, and the roles with which their charts extend the built-in `edit` and `view`.

    An editor may update a Certificate's status, but not patch it. The plane's controllers must run.
    """
    install(plane, MANAGERS)
    for kind in MANAGERS:
        rule = {"apiGroups": [kind.group], "resources": [kind.plural]}
        edit = [rule | {"verbs": _CHANGE}]
        if kind is CERTIFICATE:
            edit.append(rule | {"resources": ["certificates/status"], "verbs": ["update"]})
        _add(plane, kind, "edit", edit)
        _add(plane, kind, "view", [rule | {"verbs": ["get", "list", "watch"]}])


def _add(plane: ControlPlane, kind: CustomKind, to: str, rules: list[dict[str, Any]]) -> None:
    labels = {f"rbac.authorization.k8s.io/aggregate-to-{to}": "true"}
    body = {"metadata": {"name": f"{kind.plural}-{to}", "labels": labels}, "rules": rules}
    plane.make(_ROLES, body)
    plane.wait_for(partial(_is_added, plane, kind, to))


def _is_added(plane: ControlPlane, kind: CustomKind, to: str) -> bool:
    rules = plane.ask("GET", f"{_ROLES}/{to}").body["rules"]
    return any(kind.group in rule["apiGroups"] and kind.plural in rule["resources"] for rule in rules)
