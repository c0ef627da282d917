"""Resource: a kind of object to list and watch, with its API version, query and decoder."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any, Final, Generic, TypeVar

import msgspec
from msgspec import Struct

from tui.cluster.api.decode import DecodedKind, ListMeta, bad, decode, secret, secrets
from tui.cluster.api.interning import Interner
from tui.cluster.api.tables import TABLE_TYPE, SecretRows
from tui.cluster.api.watch_events import Decoder, Row
from tui.cluster.http.request import Query
from tui.cluster.http.transport import JSON_TYPE
from tui.model.json_decoder import HiddenStruct
from tui.model.readers.reader import ReaderInfo
from tui.model.readers.source import ReaderSource
from tui.model.secret.secret import Secret, SecretSummary
from tui.model.secret.types.registry import HELM_RELEASE, SERVICE_ACCOUNT_TOKEN

NAMES: Final = "application/json;as=PartialObjectMetadataList;v=v1;g=meta.k8s.io"


class Resource(Struct, Generic[Row], frozen=True):
    name: str
    decoder: Callable[[], Decoder[Row]]
    accept: str = JSON_TYPE
    query: Query = ()
    api: str = "v1"
    """Group and version, such as "apps/v1". The core group has only a version."""
    is_namespaced: bool = True

    @property
    def group(self) -> str:
        return self.api.rpartition("/")[0]


_Shape = TypeVar("_Shape")


class _ObjectList(HiddenStruct, Generic[_Shape]):
    kind: str
    metadata: ListMeta
    items: list[_Shape] | None = None


class ReaderRows:
    def __init__(self, source: ReaderSource) -> None:
        self._source = source
        generic: Any = _ObjectList
        self._list: type[_ObjectList[Any]] = generic[source.shape]
        self._shared = Interner()

    def page(self, body: bytes) -> tuple[ListMeta, tuple[ReaderInfo, ...]]:
        listing, read = decode(body, self._list), self._source.read
        if not listing.kind.endswith("List"):  # only the ending is known: a CRD chooses its list kind
            raise bad()
        return listing.metadata, tuple(self._shared.reader(read(shape)) for shape in listing.items or ())

    def row(self, body: msgspec.Raw) -> ReaderInfo:
        if decode(body, DecodedKind).kind != self._source.kind.name:
            raise bad()
        return self._source.read(decode(body, self._source.shape))


# The server sends the rows of SECRETS without values, because the query asks only for metadata.
SECRETS: Final[Resource[SecretSummary]] = Resource(
    "secrets", SecretRows, TABLE_TYPE, (("includeObject", "Metadata"),)
)


class _WholeSecrets:
    def page(self, body: bytes) -> tuple[ListMeta, tuple[Secret, ...]]:
        return secrets(body)

    def row(self, body: msgspec.Raw) -> Secret:
        return secret(bytes(body))


NOT_READ_WHOLE: Final = (HELM_RELEASE, SERVICE_ACCOUNT_TOKEN)
"""Types that `WHOLE_SECRETS` leaves out. `WITH_TOKENS` leaves out only Helm releases, which are large."""
WHOLE_SECRETS: Final[Resource[Secret]] = Resource(
    "secrets",
    _WholeSecrets,
    query=(("fieldSelector", ",".join(f"type!={name}" for name in NOT_READ_WHOLE)),),
)
WITH_TOKENS: Final = msgspec.structs.replace(
    WHOLE_SECRETS, query=(("fieldSelector", f"type!={HELM_RELEASE}"),)
)


def reader_resource(source: ReaderSource) -> Resource[ReaderInfo]:
    accept = NAMES if source.is_metadata else JSON_TYPE
    rows = partial(ReaderRows, source)
    api = source.api
    return Resource(api.resource, rows, accept, api=api.api, is_namespaced=api.is_namespaced)
