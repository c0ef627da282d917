"""The kinds that this cluster holds, and the reviews that it answers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True)
class Kind:
    """One resource of the API: its names, and whether it lives in namespaces. All are of version v1."""

    plural: str
    name: str
    is_namespaced: bool = True


NAMESPACE: Final = Kind("namespaces", "Namespace", is_namespaced=False)
SECRET: Final = Kind("secrets", "Secret")
POD: Final = Kind("pods", "Pod")
EVENT: Final = Kind("events", "Event")
SERVICE_ACCOUNT: Final = Kind("serviceaccounts", "ServiceAccount")

KINDS: Final = {kind.plural: kind for kind in (NAMESPACE, SECRET, POD, EVENT, SERVICE_ACCOUNT)}
BY_NAME: Final = {kind.name: kind for kind in KINDS.values()}

REVIEWS: Final = {
    ("authorization.k8s.io", "selfsubjectrulesreviews"): "SelfSubjectRulesReview",
    ("authentication.k8s.io", "selfsubjectreviews"): "SelfSubjectReview",
}
