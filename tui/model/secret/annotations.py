"""Annotations that hold a copy or a digest of the values; their text is never read or shown."""

from __future__ import annotations

from typing import Final

LAST_APPLIED: Final = "kubectl.kubernetes.io/last-applied-configuration"
"""In which `kubectl apply` keeps a whole copy of the data; dropped while parsing."""

_COPY: Final = "a copy of the values"
_DIGEST: Final = "a digest of the values"

HIDDEN: Final = {
    # External Secrets, apis/externalsecrets/v1/externalsecret_types.go: AnnotationDataHash
    "reconcile.external-secrets.io/data-hash": _DIGEST,
    # Infisical's operator, controllers: SECRET_VERSION_ANNOTATION, the ETag of the values
    "secrets.infisical.com/version": _DIGEST,
    # OpenShift's controller manager, on the `-dockercfg-` Secrets of service accounts: the token itself
    "openshift.io/token-secret.value": _COPY,
    # Rancher's wrangler, pkg/apply/desiredset_compare.go: LabelApplied, the whole object, compressed
    "objectset.rio.cattle.io/applied": _COPY,
    # Carvel kapp, docs "Diff stage": the whole object as it was last applied
    "kapp.k14s.io/original": _COPY,
    # Banzai Cloud's k8s-objectmatcher, patch/annotation.go: LastAppliedConfig, the whole object, zipped
    "banzaicloud.com/last-applied": _COPY,
}
"""By its name what it holds."""
