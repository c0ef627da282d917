"""The kinds of managers of Secrets, in the shape that their projects tell, and the rights to them."""

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
    texts,
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
        refreshPolicy=text(enum=["CreatedOnce", "Periodic", "OnChange"]),
        refreshInterval=text(default="1h0m0s"),
        secretStoreRef=having(name=text(), kind=text(enum=["SecretStore", "ClusterSecretStore"])),
        target=having(
            name=text(),
            creationPolicy=text(enum=["Owner", "Orphan", "Merge", "None"], default="Owner"),
            deletionPolicy=text(enum=["Delete", "Merge", "Retain"], default="Retain"),
            immutable=flag(),
        ),
        data=many(having(secretKey=text(), remoteRef=having(key=text(), property=text(), version=text()))),
    ),
    having(
        refreshTime=text(format="date-time"),
        syncedResourceVersion=text(),
        conditions=CONDITIONS,
        binding=having(name=text()),
    ),
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
        duration=text(),
        renewBefore=text(),
        privateKey=having(rotationPolicy=text(enum=["Never", "Always"])),
        secretTemplate=having(annotations=texts(), labels=texts()),
        keystores=having(
            jks=having(create=flag(), passwordSecretRef=KEY_OF_SECRET),
            pkcs12=having(create=flag(), passwordSecretRef=KEY_OF_SECRET),
        ),
    ),
    having(
        conditions=CONDITIONS,
        revision=integer(),
        notBefore=text(format="date-time"),
        notAfter=text(format="date-time"),
        renewalTime=text(format="date-time"),
        lastFailureTime=text(format="date-time"),
        failedIssuanceAttempts=integer(),
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
        path=text(),
        prune=flag(),
        suspend=flag(),
        sourceRef=having(kind=text(), name=text(), namespace=text()),
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
    having(
        conditions=CONDITIONS,
        lastAppliedRevision=text(),
        lastAttemptedRevision=text(),
        lastHandledReconcileAt=text(),
        observedGeneration=integer(),
    ),
)
HELM_RELEASE: Final = CustomKind(
    "helm.toolkit.fluxcd.io",
    "v2",
    "helmreleases",
    "HelmRelease",
    having(
        interval=text(),
        timeout=text(),
        suspend=flag(),
        releaseName=text(),
        targetNamespace=text(),
        chart=having(
            spec=having(
                chart=text(),
                version=text(),
                sourceRef=having(apiVersion=text(), kind=text(), name=text(), namespace=text()),
            )
        ),
        chartRef=having(apiVersion=text(), kind=text(), name=text(), namespace=text()),
        driftDetection=having(mode=text(enum=["enabled", "warn", "disabled"])),
        kubeConfig=having(secretRef=KEY_OF_SECRET),
        valuesFrom=many(
            having(
                kind=text("Kind of the values referent, valid values are ('Secret', 'ConfigMap')."),
                name=text(),
                valuesKey=text(),
                targetPath=text(),
                optional=flag(),
            )
        ),
    ),
    having(
        conditions=CONDITIONS,
        observedGeneration=integer(),
        lastAttemptedGeneration=integer(),
        lastAttemptedRevision=text(),
        lastAttemptedReleaseAction=text(enum=["install", "upgrade"]),
        lastHandledReconcileAt=text(),
        lastHandledForceAt=text(),
        lastHandledResetAt=text(),
        failures=integer(),
        installFailures=integer(),
        upgradeFailures=integer(),
    ),
)


def _vault(kind: str, spec: Schema, status: Schema) -> CustomKind:
    """A kind of the Vault Secrets Operator: all have these fields too."""
    common = having(
        vaultAuthRef=text(),
        namespace=text(),
        mount=text(),
        rolloutRestartTargets=many(having(kind=text(), name=text())),
        destination=having(
            name=text(), create=flag(), overwrite=flag(), type=text(), labels=texts(), annotations=texts()
        ),
    )
    more = having(
        conditions=CONDITIONS,
        lastGeneration=integer(),
        secretMAC=text(),
        vaultClientMeta=having(cacheKey=text(), id=text()),
    )
    for whole, part in ((spec, common), (status, more)):
        whole["properties"] |= part["properties"]
    return CustomKind("secrets.hashicorp.com", "v1beta1", f"{kind.lower()}s", kind, spec, status)


VAULT_STATIC: Final = _vault(
    "VaultStaticSecret",
    having(
        path=text(),
        version=integer(),
        type=text(enum=["kv-v1", "kv-v2"]),
        refreshAfter=text(),
        hmacSecretData={**flag(), "default": True},
        syncConfig=having(instantUpdates=flag()),
    ),
    having(),
)
VAULT_DYNAMIC: Final = _vault(
    "VaultDynamicSecret",
    having(
        path=text(),
        params=texts(),
        requestHTTPMethod=text(enum=["GET", "POST", "PUT"]),
        renewalPercent=integer(),
        revoke=flag(),
        allowStaticCreds=flag(),
        refreshAfter=text(),
    ),
    having(
        lastRenewalTime=integer(),
        lastRuntimePodUID=text(),
        secretLease=having(id=text(), duration=integer(), renewable=flag(), requestID=text()),
        staticCredsMetaData=having(lastVaultRotation=integer(), rotationPeriod=integer(), ttl=integer()),
    ),
)
VAULT_PKI: Final = _vault(
    "VaultPKISecret",
    having(
        role=text(),
        issuerRef=text(),
        commonName=text(),
        altNames=many(text()),
        ttl=text(),
        format=text(),
        expiryOffset=text(),
        revoke=flag(),
        clear=flag(),
    ),
    having(serialNumber=text(), expiration=integer(), lastRotation=integer(), valid=flag(), error=text()),
)
MANAGERS: Final = (
    *(EXTERNAL_SECRET, CERTIFICATE, KUSTOMIZATION, HELM_RELEASE),
    *(VAULT_STATIC, VAULT_DYNAMIC, VAULT_PKI),
)

_ROLES: Final = f"{RBAC}/clusterroles"
_CHANGE: Final = ["create", "delete", "deletecollection", "patch", "update"]


def install_managers(plane: ControlPlane) -> None:
    """The kinds, and the roles with which their charts add to the built-in `edit` and `view`.

    Of a Certificate's status an editor may update all, and patch nothing. Needs the plane's controllers.
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
