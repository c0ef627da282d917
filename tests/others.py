"""Changes that others make in the embedded cluster beside the program."""

from __future__ import annotations

import base64
from collections.abc import Mapping
from typing import Any, Final

from tests.faulty_cluster.faults import Fault
from tests.faulty_cluster.server import FaultyCluster
from tui.model.secret.secret import SecretRef

MINE: Final = SecretRef("default", "mysecret")


def secret_object(
    name: str,
    data: Mapping[str, bytes],
    *,
    namespace: str = "default",
    metadata: Mapping[str, Any] | None = None,
    **more: Any,
) -> dict[str, Any]:
    """A Secret as the API writes it; `more` are fields beside its data."""
    return {
        "kind": "Secret",
        "metadata": {"name": name, "namespace": namespace, **(metadata or {})},
        "type": "Opaque",
        "data": {key: base64.b64encode(value).decode() for key, value in data.items()},
        **more,
    }


class Others:
    """Mixin for classes that have an embedded cluster."""

    @property
    def place(self) -> FaultyCluster:
        """The cluster in which the others write."""
        raise NotImplementedError

    def others_set(
        self, key: str, value: bytes, ref: SecretRef = MINE, *, manager: str = "controller"
    ) -> None:
        secret = self.place.store.get("secrets", ref.namespace, ref.name)
        secret["data"] = (secret.get("data") or {}) | {key: base64.b64encode(value).decode()}
        secret["metadata"].pop("managedFields", None)
        self.place.store.put(secret, manager=manager)

    def others_make(self, ref: SecretRef, data: Mapping[str, bytes]) -> None:
        self.place.store.put(secret_object(ref.name, data, namespace=ref.namespace))

    def others_delete(self, ref: SecretRef = MINE) -> None:
        self.place.store.delete("secrets", ref.namespace, ref.name)

    def on_server(self, ref: SecretRef = MINE) -> dict[str, bytes]:
        data = self.place.store.get("secrets", ref.namespace, ref.name).get("data") or {}
        return {key: base64.b64decode(text) for key, text in data.items()}

    def fault(self, kind: Any, **what: Any) -> Fault:
        return self.place.faults.add(Fault(kind, **what))
