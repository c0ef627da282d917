"""URLs, such as "postgres://…" and "jdbc:postgresql://…".

Scheme, host, port and database name are public: they are shown while the value is masked.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from inspect import unwrap
from typing import Final
from urllib.parse import SplitResult, quote, unquote, unquote_plus, urlsplit

from msgspec import Struct

from tui.model.json_decoder import HiddenRepr
from tui.model.secret.formats.leaf import WHOLE, UnwritableLeaf, text_leaf
from tui.model.secret.formats.leaf_span import LeafSpan, leaves_of, refused, rewrite_of
from tui.model.secret.formats.public_names import database_name, host_and_port
from tui.model.secret.formats.value_format import PageRow, RowName, ValueFormat, is_not_now

_URL: Final = re.compile(rb"\s*(?:[A-Za-z][A-Za-z0-9+.-]*:)+//\S+\s*")
_DATABASES: Final = (
    "postgres postgresql cockroachdb mysql mariadb mongodb mongodb+srv redis rediss valkey amqp amqps mssql "
    "sqlserver clickhouse oracle db2 snowflake"
)
"""Schemes of URLs whose path names a database. In other URLs, such as webhooks, the path may be a token."""
_OTHERS: Final = (
    "http https ws wss ftp ftps sftp ssh git nats tls tcp ldap ldaps smtp smtps kafka memcached etcd s3 gs "
    "otpauth vault consul grpc grpcs socks5 socks5h imap imaps mqtt mqtts bolt neo4j couchbase"
)
_DATABASE: Final = frozenset(_DATABASES.split())
_KNOWN: Final = _DATABASE | frozenset(_OTHERS.split())
_MOST: Final = 4096
"""Maximum size in bytes of a URL."""
_JDBC_DATABASE: Final = re.compile(r";databaseName=([^;]*)", re.IGNORECASE)
_split_uncached: Final = unwrap(urlsplit)
"""`urlsplit` without its cache, which would keep a Secret's value in memory."""
_DRIVER: Final = re.compile(r"\+[a-z0-9]+$")
"""Driver in a scheme of SQLAlchemy, such as "+psycopg2"."""


class UrlParts(HiddenRepr, Struct, frozen=True):
    scheme: str
    """Scheme; "" if it is unknown or the URL is invalid."""
    hosts: tuple[str, ...]
    """Hosts with their ports. () if `scheme` is "".

    Also () if a host is invalid, or if a host may be a part of a password.
    """
    database: str
    """Name of the database; "" if the URL has none, or if `hosts` is ().

    Also "" if the name may be a token or a part of a password.
    """


def read_url(data: bytes) -> UrlParts | None:
    if len(data) > _MOST or _URL.fullmatch(data) is None:
        return None
    try:
        text = data.decode("ascii").strip()
        prefix, colon, scheme = text.partition("://")[0].lower().rpartition(":")
        base = scheme if scheme in _KNOWN else _DRIVER.sub("", scheme)
        is_known = base in _KNOWN and (not colon or prefix == "jdbc")
        url, options = _split(text)
    except ValueError:
        return UrlParts("", (), "")
    if not is_known:
        return UrlParts("", (), "")
    shown_scheme = f"{prefix}{colon}{scheme}"
    place = url.netloc.rpartition("@")[2]
    if any("@" in part for part in (url.path, url.query, url.fragment, options)):
        return UrlParts(shown_scheme, (), "")  # the host may be a part of a password with "/", "?" or "#"
    hosts = tuple(map(host_and_port, place.split(",")))
    if not all(hosts):
        return UrlParts(shown_scheme, (), "")
    database = database_name(url.path.removeprefix("/")) if base in _DATABASE else ""
    if jdbc_database := _JDBC_DATABASE.search(f";{options}"):
        database = database_name(jdbc_database[1])
    return UrlParts(shown_scheme, hosts, database)


def host_of(url: str) -> str:
    """Host and port of a URL, whose scheme may be missing; "" if no host may be shown."""
    _, sign, remainder = url.partition("://")
    parts = read_url(f"https://{remainder if sign else url}".encode())
    return parts.hosts[0] if parts is not None and parts.hosts else ""


def _split(text: str) -> tuple[SplitResult, str]:
    """Split a URL; the second result is the part of a JDBC URL after its first semicolon, or "".

    Raises ValueError for an invalid URL.
    """
    start, _, remainder = text.partition("://")
    prefix, _, scheme = start.lower().rpartition(":")
    remainder, _, options = remainder.partition(";") if prefix == "jdbc" else (remainder, "", "")
    return _split_uncached(f"{scheme}://{remainder}"), options


_SAFE: Final = "/:,"
"""Characters left unescaped in path, query and fragment.

"@" is escaped, because `read_url` hides the host if path, query or fragment contains "@".
"""
_BODY: Final = re.compile(
    r"(?:(?P<login>[^/?#]*)@)?[^/?#@]*(?P<path>/[^?#]*)?(?P<query>\?[^#]*)?(?P<fragment>\#.*)?", re.DOTALL
)


def url_spans(key: str, data: bytes) -> Iterator[LeafSpan]:
    """Yield the parts of a URL except the public ones. Yield nothing if `read_url` returns no hosts."""
    parts = read_url(data)
    if parts is None or not parts.hosts:
        return
    url = data.decode("ascii")
    prefix, _, remainder = url.rstrip().partition("://")
    start = len(prefix) + len("://")
    remainder, semicolon, options = remainder.partition(";") if ":" in prefix else (remainder, "", "")
    if (body := _BODY.fullmatch(remainder)) is None:
        return
    if body["login"] is not None:
        yield from _login_spans(body["login"], start)
    if (body["path"] or "").strip("/") and not parts.database:
        yield _span("path", body["path"], start + body.start("path"), _path_written)
    at = start + body.start("query") + 1
    for setting in (body["query"] or "?")[1:].split("&"):
        name, sign, value = setting.partition("=")
        if setting:
            path = f"query.{unquote_plus(name)}" if sign else "query"  # a text without "=" may be a token
            text, end = value if sign else name, at + len(setting)
            yield LeafSpan(text_leaf(path, unquote_plus(text)), end - len(text), end, _part_written)
        at += len(setting) + 1
    at = start + len(remainder) + len(semicolon)
    for option in options.split(";") if semicolon else ():
        name, sign, value = option.partition("=")
        if option:
            leaf = text_leaf(f"option.{name}" if sign else "option", value if sign else name)
            yield LeafSpan(leaf, at + len(name + sign) if sign else at, at + len(option), _option_written)
        at += len(option) + 1
    if len(body["fragment"] or "") > 1:
        yield _span("fragment", body["fragment"][1:], start + body.start("fragment") + 1, _part_written)


def _login_spans(login: str, start: int) -> Iterator[LeafSpan]:
    user, colon, password = login.partition(":")
    if user:
        yield _span("user", user, start, _login_written)
    if colon:
        yield _span("password", password, start + len(user) + 1, _login_written)


def _span(path: str, written: str, start: int, write: Callable[[str], str]) -> LeafSpan:
    if path == "path" and "%2f" in written.lower():
        write = refused(f"contains an encoded slash; {WHOLE}")
    return LeafSpan(text_leaf(path, unquote(written)), start, start + len(written), write)


def _login_written(text: str) -> str:
    return quote(text, safe="")


def _path_written(text: str) -> str:
    if not text.startswith("/"):
        raise UnwritableLeaf("must begin with a slash")
    return quote(text, safe=_SAFE + "+=!$'()*")


def _part_written(text: str) -> str:
    return quote(text, safe=_SAFE)


def _option_written(text: str) -> str:
    if not text.isascii() or not text.isprintable() or re.search(r"[\s;{}@]", text):
        raise UnwritableLeaf(f"must be plain ASCII without blanks, ;, @ or braces; {WHOLE}")
    return text


def _row(key: str, data: bytes) -> RowName | None:
    parts = read_url(data)
    if parts is None:
        return None
    kind = f"{parts.scheme} URL" if parts.scheme else "URL"
    path = f"/{parts.database}" if parts.database else ""
    return RowName(kind, f"{parts.scheme}://{','.join(parts.hosts)}{path}" if parts.hosts else "")


URL: Final = ValueFormat(
    "a URL",
    recognizes=lambda key, data: _URL.fullmatch(data) is not None,
    flaw=lambda data: None if _URL.fullmatch(data) else is_not_now(),
    row=_row,
    leaves=leaves_of(url_spans),
    rewrite=rewrite_of(url_spans),
    page=(
        PageRow(
            "URL, DSN, JDBC",
            "postgres://db.internal:5432/orders",
            "scheme, host, port; for databases also the database name",
            "user, password, query, path",
            "user, password, query, path",
        ),
    ),
)
