"""Requests and answers, independent of the web server."""

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
"""Maximum bytes of a request's body."""
GZIP_FROM: Final = 128 * 1024
"""Answers with more bytes than this are compressed if the client accepts gzip."""
_Body = TypeVar("_Body")


@dataclass(frozen=True)
class Call:
    """A request and its user. The repr does not show the body."""

    method: str
    path: str
    query: MultiMapping[str]
    headers: CIMultiDictProxy[str]
    user: User
    body: bytes | None = field(default=b"", repr=False)
    """Body of the request: b"" if it has none, None if its body is larger than `MOST_BODY`."""
    warnings: list[str] = field(default_factory=list)
    """Texts for Warning headers of the answer."""

    def takes(self, *names: str) -> None:
        """Raise ApiError (400) for a query parameter outside `names`."""
        for name in self.query:
            if name not in names:
                raise bad_request(f"this cluster does not serve the parameter {name}")

    def takes_write(self) -> None:
        """Check the query parameters and the Accept header of a write.

        Raises ApiError: 400 for an unknown parameter, 406 if the client does not accept JSON.
        """
        self.takes("dryRun", "fieldManager")
        self.form(frozenset())

    @property
    def is_dry_run(self) -> bool:
        return "dryRun" in self.query

    def read(self, media: str) -> bytes:
        """Return the body. Raises ApiError: 415 if its type is not `media`, 413 if it is too large."""
        if self.headers.get("Content-Type", JSON_CONTENT).partition(";")[0].strip() != media:
            text = f"this cluster accepts only the Content-Type {media}"
            raise ApiError(415, status(415, "UnsupportedMediaType", text))
        if self.body is None:
            text = f"the body is larger than {MOST_BODY} bytes"
            raise ApiError(413, status(413, "RequestEntityTooLarge", text))
        return self.body

    def number(self, name: str) -> int | None:
        text = self.query.get(name, "")
        return int(text) if text else None

    def accepted(self) -> Iterator[tuple[str, dict[str, str]]]:
        for clause in (self.headers.get("Accept") or "*/*").split(","):
            media, *raw = (part.strip() for part in clause.split(";"))
            yield media, dict(part.split("=", 1) for part in raw if "=" in part)

    def form(self, served: Set[str]) -> str:
        """Choose the form of the answer: the first served form in the Accept header.

        A form is a value of the parameter `as`, such as "Table"; "" is the whole object. `served`: forms that
        the cluster serves besides the whole object. Raises ApiError (406) if the header has no served form.
        """
        for media, parameters in self.accepted():
            is_meta = parameters.get("g") == "meta.k8s.io" and parameters.get("v") == "v1"
            target = parameters.get("as", "")
            if media in {JSON_CONTENT, "*/*", "application/*"} and (
                not target or (is_meta and target in served)
            ):
                return target
        raise ApiError(406, status(406, "NotAcceptable", "unsupported Accept header"))


def decoded(body: bytes, shape: type[_Body]) -> _Body:
    """Decode a JSON body into `shape`. Raises ApiError (400), which quotes no part of the body."""
    try:
        return json_decoder.decoded(body, shape)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        raise bad_request(f"the body is not JSON, or has unexpected fields for {shape.__name__}") from None


@dataclass(frozen=True)
class Reply:
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
    """Term of a field selector: the selector "metadata.name=db,type!=Opaque" has two terms."""

    path: str
    value: str
    is_equal: bool


@dataclass(frozen=True)
class Watch:
    """Request for a watch. A watch from `version` 0 begins with the existing objects.

    `seconds` is the duration of the watch; None for no limit.
    """

    kind: Kind
    namespace: str
    fields: Sequence[FieldTerm]
    version: int
    is_table: bool
    seconds: float | None
