"""A request and its answer, apart from any web server: parameters, forms, bodies, warnings."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, field
from typing import Any, Final, NamedTuple, TypeVar

import msgspec
from multidict import CIMultiDictProxy, MultiMapping

from tui.embedded.objects.kinds import Kind
from tui.embedded.status import ApiError, bad_request, status
from tui.embedded.users import User
from tui.model import json_decoder

JSON_CONTENT: Final = "application/json"
MERGE: Final = "application/merge-patch+json"
MOST_BODY: Final = 3 * 1024 * 1024
GZIP_FROM: Final = 128 * 1024
_Body = TypeVar("_Body")


@dataclass(frozen=True)
class Call:
    """A request after authentication. The body never gets into the repr."""

    method: str
    path: str
    query: MultiMapping[str]
    headers: CIMultiDictProxy[str]
    user: User
    body: bytes | None = field(default=b"", repr=False)
    """None if it was larger than the server takes."""
    warnings: list[str] = field(default_factory=list)
    """Texts of the answer's Warning headers."""

    def takes(self, *names: str) -> None:
        """Refuse other parameters of the query, which would be ignored silently. Raises ApiError: 400."""
        for name in self.query:
            if name not in names:
                raise bad_request(f"this cluster does not serve the parameter {name}")

    def takes_write(self) -> None:
        """Refuse what no write here may request. Raises ApiError: 400 for a parameter, 406 for a form."""
        self.takes("dryRun", "fieldManager")
        self.form(frozenset())

    @property
    def is_dry_run(self) -> bool:
        return "dryRun" in self.query

    def read(self, media: str) -> bytes:
        """The body, which is of that type. Raises ApiError: 413, 415."""
        if self.headers.get("Content-Type", JSON_CONTENT).partition(";")[0].strip() != media:
            raise ApiError(415, status(415, "UnsupportedMediaType", f"this cluster takes {media} only"))
        if self.body is None:
            raise ApiError(413, status(413, "RequestEntityTooLarge", f"the limit is {MOST_BODY}"))
        return self.body

    def number(self, name: str) -> int | None:
        text = self.query.get(name, "")
        return int(text) if text else None

    def accepted(self) -> Iterator[tuple[str, dict[str, str]]]:
        """The media types of the Accept header, each with its parameters."""
        for clause in (self.headers.get("Accept") or "*/*").split(","):
            media, *raw = (part.strip() for part in clause.split(";"))
            yield media, dict(part.split("=", 1) for part in raw if "=" in part)

    def form(self, served: Set[str]) -> str:
        """First form of the Accept header that is served: "Table" and the like, "" for the plain object.

        Raises ApiError (406).
        """
        for media, given in self.accepted():
            is_meta = given.get("g") == "meta.k8s.io" and given.get("v") == "v1"
            target = given.get("as", "")
            if media in {JSON_CONTENT, "*/*", "application/*"} and (
                not target or (is_meta and target in served)
            ):
                return target
        raise ApiError(406, status(406, "NotAcceptable", "this cluster has no answer in that form"))


def decoded(body: bytes, shape: type[_Body]) -> _Body:
    """The body in that shape. Raises ApiError (400), whose words quote nothing of the body."""
    try:
        return json_decoder.decoded(body, shape)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        raise bad_request(
            f"the body is not JSON, or has what this cluster does not take in {shape.__name__}"
        ) from None


@dataclass(frozen=True)
class Reply:
    """A whole answer. `payload` is encoded when sent."""

    code: int
    payload: Any = field(repr=False)
    headers: Mapping[str, str] = field(default_factory=dict)
    content_type: str = JSON_CONTENT

    def body(self) -> bytes:
        if isinstance(self.payload, bytes):
            return self.payload
        return msgspec.json.encode(self.payload) + b"\n"

    @classmethod
    def of(cls, error: ApiError) -> Reply:
        return cls(error.code, error.body)


class FieldTerm(NamedTuple):
    """A term of a selector such as metadata.name=db,type!=Opaque."""

    path: str
    value: str
    is_equal: bool


@dataclass(frozen=True)
class Watch:
    """Request for a watch: what to send, in which form, from which version on (0 for the current objects)."""

    kind: Kind
    namespace: str
    fields: Sequence[FieldTerm]
    version: int
    is_table: bool
    seconds: float | None
