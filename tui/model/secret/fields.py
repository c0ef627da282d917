"""Names by which a draft refers to fields of a Secret.

The name of a value in `data` is its key. Other fields have names with a slash, such as `labels/NAME`, because
no key can contain a slash.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final, NamedTuple

from tui.model.secret.value import Value

LAST_APPLIED: Final = "kubectl.kubernetes.io/last-applied-configuration"
"""Annotation in which `kubectl apply` keeps a copy of the Secret's data."""

_COPY: Final = "a copy of the values"
_DIGEST: Final = "a digest of the values"

MASKED_ANNOTATIONS: Final = {
    # External Secrets, apis/externalsecrets/v1/externalsecret_types.go: AnnotationDataHash
    "reconcile.external-secrets.io/data-hash": _DIGEST,
    # Infisical's operator, controllers: SECRET_VERSION_ANNOTATION, the ETag of the values
    "secrets.infisical.com/version": _DIGEST,
    # OpenShift's controller manager, on `-dockercfg-` Secrets of service accounts: the token
    "openshift.io/token-secret.value": _COPY,
    # Rancher's wrangler, pkg/apply/desiredset_compare.go: LabelApplied, the whole object, compressed
    "objectset.rio.cattle.io/applied": _COPY,
    # Carvel kapp, docs "Diff stage": the whole object as it was last applied
    "kapp.k14s.io/original": _COPY,
    # Banzai Cloud's k8s-objectmatcher, patch/annotation.go: LastAppliedConfig, the whole object, zipped
    "banzaicloud.com/last-applied": _COPY,
}
"""Annotations that must not be read or shown, with descriptions of their content."""

LABELS: Final = "labels/"
ANNOTATIONS: Final = "annotations/"
IMMUTABLE: Final = "immutable/true"


class SecretSections(NamedTuple):
    """Fields of a draft, split into the sections of a Secret. The value None removes a field."""

    data: Mapping[str, Value | None]
    labels: Mapping[str, Value | None]
    annotations: Mapping[str, Value | None]
    is_immutable: bool | None
    """None if `immutable` is not among the fields."""


def is_key(name: str) -> bool:
    return "/" not in name


def keys_among(names: Iterable[str]) -> list[str]:
    return [name for name in names if is_key(name)]


def holds_values(name: str) -> bool:
    """True for the name of an annotation that holds a copy or a digest of the Secret's values."""
    return name.removeprefix(ANNOTATIONS) in (LAST_APPLIED, *MASKED_ANNOTATIONS) and name.startswith(
        ANNOTATIONS
    )


def parts(fields: Mapping[str, Value | None]) -> SecretSections:
    """Split fields by section. Fields with unknown names go to `data`, and the server refuses them."""

    def under(front: str) -> dict[str, Value | None]:
        return {name.removeprefix(front): value for name, value in fields.items() if name.startswith(front)}

    others = (LABELS, ANNOTATIONS, IMMUTABLE)
    data = {name: value for name, value in fields.items() if not name.startswith(others)}
    is_immutable = fields[IMMUTABLE] is not None if IMMUTABLE in fields else None
    return SecretSections(data, under(LABELS), under(ANNOTATIONS), is_immutable)
