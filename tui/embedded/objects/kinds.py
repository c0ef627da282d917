"""The kinds that this cluster holds, and the reviews that it answers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from tui.model.readers import registry


@dataclass(frozen=True)
class Kind:
    """One resource of the API: its names, and whether it lives in namespaces."""

    plural: str
    name: str
    is_namespaced: bool = True
    api: str = "v1"
    """As in an object's apiVersion."""

    @property
    def group(self) -> str:
        """The API group; "" is the core group."""
        return self.api.rpartition("/")[0]


NAMESPACE: Final = Kind("namespaces", "Namespace", is_namespaced=False)
SECRET: Final = Kind("secrets", "Secret")
POD: Final = Kind("pods", "Pod")
EVENT: Final = Kind("events", "Event")
SERVICE_ACCOUNT: Final = Kind("serviceaccounts", "ServiceAccount")

_OWN: Final = {kind.plural: kind for kind in (NAMESPACE, SECRET, POD, EVENT, SERVICE_ACCOUNT)}


def kinds() -> dict[str, Kind]:
    """By their plurals: those above, and those of the program's reader sources."""
    sources = (Kind(one.resource, one.kind.name, api=one.api) for one in registry.SOURCES)
    return {kind.plural: kind for kind in sources} | _OWN


REVIEWS: Final = {
    ("authorization.k8s.io", "selfsubjectrulesreviews"): "SelfSubjectRulesReview",
    ("authentication.k8s.io", "selfsubjectreviews"): "SelfSubjectReview",
}
