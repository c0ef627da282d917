"""The kinds that this cluster serves."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True)
class Kind:
    """One resource of the API: its names, and whether it lives in namespaces."""

    plural: str
    singular: str
    name: str
    is_namespaced: bool = True
    short_names: tuple[str, ...] = ()
    group: str = ""
    version: str = "v1"

    @property
    def api_version(self) -> str:
        return f"{self.group}/{self.version}" if self.group else self.version


NAMESPACE: Final = Kind("namespaces", "namespace", "Namespace", is_namespaced=False, short_names=("ns",))
SECRET: Final = Kind("secrets", "secret", "Secret")
POD: Final = Kind("pods", "pod", "Pod", short_names=("po",))
EVENT: Final = Kind("events", "event", "Event", short_names=("ev",))
SERVICE_ACCOUNT: Final = Kind("serviceaccounts", "serviceaccount", "ServiceAccount", short_names=("sa",))

KINDS: Final = {kind.plural: kind for kind in (NAMESPACE, SECRET, POD, EVENT, SERVICE_ACCOUNT)}
BY_NAME: Final = {kind.name: kind for kind in KINDS.values()}
VERBS: Final = ("create", "delete", "get", "list", "patch", "update", "watch")

REVIEWS: Final = {
    ("authorization.k8s.io", "selfsubjectaccessreviews"): "SelfSubjectAccessReview",
    ("authorization.k8s.io", "selfsubjectrulesreviews"): "SelfSubjectRulesReview",
    ("authentication.k8s.io", "selfsubjectreviews"): "SelfSubjectReview",
}
