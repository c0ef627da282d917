"""A request and its answer, apart from any web server: negotiation, bodies, warnings."""

from __future__ import annotations

import zlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

import msgspec
from multidict import CIMultiDictProxy, MultiMapping

from tui.embedded.objects.kinds import Kind
from tui.embedded.status import (
    ApiError,
    bad_request,
    no_such_form,
    not_acceptable,
    too_large,
    unsupported_media_type,
)
from tui.embedded.users import User
from tui.embedded.verbs.selectors import Match
from tui.embedded.verbs.table import Form, Include

JSON: Final = "application/json"
MOST_BODY: Final = 3 * 1024 * 1024
GZIP_FROM: Final = 128 * 1024


@dataclass(frozen=True)
class Call:
    """One request after authentication. The body never gets into the repr."""

    method: str
    path: str
    query: MultiMapping[str]
    headers: CIMultiDictProxy[str]
    user: User
    body: bytes | None = field(default=b"", repr=False)
    """None if it was larger than the server takes."""
    warnings: list[str] = field(default_factory=list)
    """What the answer says in Warning headers, whether it is good or bad."""

    def read(self) -> bytes:
        """The body. Raises ApiError (413)."""
        if self.body is None:
            raise too_large(f"limit is {MOST_BODY}")
        return self.body

    def flag(self, name: str) -> bool:
        """A boolean of the query, as Go's conversion reads it."""
        return self.query.get(name, "0").lower() not in {"0", "false"}

    def number(self, name: str) -> int | None:
        text = self.query.get(name, "")
        if not text:
            return None
        try:
            return int(text)
        except ValueError:
            why = f'strconv.ParseInt: parsing "{text}": invalid syntax'
            raise bad_request(why) from None


@dataclass(frozen=True)
class Reply:
    """A whole answer. `payload` is encoded when sent."""

    code: int
    payload: Any = field(repr=False)
    headers: Mapping[str, str] = field(default_factory=dict)
    content_type: str = JSON

    def body(self) -> bytes:
        if isinstance(self.payload, bytes):
            return self.payload
        return msgspec.json.encode(self.payload) + b"\n"

    @classmethod
    def of(cls, error: ApiError) -> Reply:
        return cls(error.code, error.body, error.headers)


@dataclass(frozen=True)
class Watch:
    """A watch to be opened: what to send, in which form, from which version on."""

    kind: Kind
    namespace: str
    match: Match | None
    version: int
    form: Form
    include: Include
    has_bookmarks: bool
    sends_initial: bool
    seconds: float | None

    @property
    def is_watch_list(self) -> bool:
        """Such a stream is compressed if the client offers it."""
        return self.sends_initial and self.has_bookmarks


def form_of(accept: str) -> Form:
    """The form that an Accept header asks for first. Raises ApiError (406)."""
    is_known = False
    for clause in accept.split(",") if accept.strip() else ["*/*"]:
        media, *raw = (part.strip() for part in clause.split(";"))
        given = dict(part.split("=", 1) for part in raw if "=" in part)
        if media not in {JSON, "*/*", "application/*"}:
            continue
        is_known = True
        target = given.get("as")
        if target is None:
            return "plain"
        if given.get("g") != "meta.k8s.io" or given.get("v") not in {"v1", "v1beta1"}:
            continue
        if target == "Table":
            return "table"
        if target == "PartialObjectMetadata":
            return "partial"
        if target == "PartialObjectMetadataList":
            return "partial list"
    raise no_such_form() if is_known else not_acceptable()


def json_body(call: Call) -> bytes:
    """The body of a POST or PUT. Raises ApiError (415)."""
    media = call.headers.get("Content-Type", JSON).partition(";")[0].strip()
    if media not in {JSON, "*/*", ""}:
        raise unsupported_media_type()
    return call.read()


def gzipped(body: bytes) -> bytes:
    """Level 1, as the server does it."""
    packer = zlib.compressobj(1, zlib.DEFLATED, 31)
    return packer.compress(body) + packer.flush()


def wants_gzip(headers: CIMultiDictProxy[str]) -> bool:
    return "gzip" in headers.get("Accept-Encoding", "")
