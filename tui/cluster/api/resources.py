"""The kinds that are listed and watched: path, query and decoder of each. To add a kind, add a `Resource`."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final, Generic

import msgspec
from msgspec import Struct

from tui.cluster.api.decode import ListMeta, Quiet, bad, decode
from tui.cluster.api.interning import Interner
from tui.cluster.api.tables import SecretRows
from tui.cluster.api.watch_events import Decoder, Row
from tui.cluster.http.paths import Query
from tui.cluster.http.transport import JSON
from tui.model.readers.pod_spec import PodShape
from tui.model.readers.usage import PodInfo, pod_info
from tui.model.secret.secret import SecretSummary

TABLE: Final = "application/json;as=Table;v=v1;g=meta.k8s.io"


class Resource(Struct, Generic[Row], frozen=True):
    """A kind of object."""

    name: str
    """The name in its path: "secrets"."""
    decoder: Callable[[], Decoder[Row]]
    """Creates a decoder for each list and each watch."""
    accept: str = JSON
    query: Query = ()


class _PodList(Quiet):
    kind: str
    metadata: ListMeta
    items: list[PodShape] | None = None


class _Kind(Quiet):
    kind: str = ""


class PodRows:
    """Decodes pods, only the parts that can name a Secret."""

    def __init__(self) -> None:
        self._shared = Interner()

    def page(self, body: bytes) -> tuple[ListMeta, tuple[PodInfo, ...]]:
        """One chunk of a list. Raises BadAnswer."""
        found = decode(body, _PodList)
        if found.kind != "PodList":
            raise bad()
        return found.metadata, tuple(self._shared.pod(pod_info(shape)) for shape in found.items or ())

    def row(self, body: msgspec.Raw) -> PodInfo:
        """The object of an event. Raises BadAnswer."""
        if decode(body, _Kind).kind != "Pod":
            raise bad()
        return pod_info(decode(body, PodShape))


SECRETS: Final[Resource[SecretSummary]] = Resource(
    "secrets", SecretRows, TABLE, (("includeObject", "Metadata"),)
)
"""Without their values."""
PODS: Final[Resource[PodInfo]] = Resource("pods", PodRows)
