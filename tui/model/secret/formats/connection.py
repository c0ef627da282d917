"""Connection strings of libpq ("host=… dbname=…"), ADO, ODBC and Azure.

Source: PostgreSQL, 34.1.1.1 Keyword/Value Connection Strings; SqlConnection.ConnectionString.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from typing import Final

from msgspec import Struct

from tui.model.json_decoder import HiddenRepr
from tui.model.secret.formats.leaf import WHOLE, UnwritableLeaf, text_leaf
from tui.model.secret.formats.leaf_span import LeafSpan, leaves_of, rewrite_of
from tui.model.secret.formats.public_names import database_name, host_and_port, plain_name
from tui.model.secret.formats.url import host_of
from tui.model.secret.formats.value_format import PageRow, RowName, ValueFormat

_MOST: Final = 4096
_LIBPQ: Final = re.compile(r"\s*(\w+)\s*=\s*('(?:[^'\\]|\\.)*'|(?:[^\s'\\]|\\.)*)(?=\s|$)")
_ADO: Final = re.compile(
    r"""\s*(?:;|([^=;]+)=\s*("(?:[^"]|"")*"(?=\s*(?:;|$))|'(?:[^']|'')*'(?=\s*(?:;|$))|[^;]*?)\s*(?:;|$))"""
)
_SERVER: Final = ("server", "data source", "host", "addr", "address", "network address")
_NAMED: Final = ("database", "initial catalog")
_LOGIN: Final = (
    "password",
    "pwd",
    "user id",
    "uid",
    "user",
    "username",
    "integrated security",
    "trusted_connection",
)


class ConnectionParts(HiddenRepr, Struct, frozen=True):
    kind: str
    host: str
    """Host and port, or the name of an Azure storage account."""
    database: str
    """Name of the database; "" if the name is missing, or could contain a part of a login."""


def read_connection(data: bytes) -> ConnectionParts | None:
    if len(data) > _MOST or data.count(b"=") < 2:
        return None
    try:
        text = data.decode().strip()
    except UnicodeDecodeError:
        return None
    if "\n" in text:
        return None
    return _with_semicolons(text) if ";" in text else _libpq(text)


class _Setting(HiddenRepr, Struct, frozen=True):
    """A setting NAME=VALUE. VALUE, with its quotes, is at `start:end` of the connection string."""

    name: str
    value: str
    """Value without quotes and escapes."""
    start: int
    end: int
    written: Callable[[str], str]


def _settings(text: str) -> list[_Setting]:
    """Split the text into settings. Return [] if a part of the text is not a setting."""
    pattern, is_libpq = (_ADO, False) if ";" in text else (_LIBPQ, True)
    settings, at, end = list[_Setting](), 0, len(text.rstrip())
    while at < end:
        if (setting := pattern.match(text, at)) is None:
            return []
        at = setting.end()
        if setting[1] is None:
            continue
        written = partial(_libpq_written if is_libpq else _ado_written, setting[2])
        read = _libpq_value if is_libpq else _ado_value
        settings.append(_Setting(setting[1].strip(), read(setting[2]), *setting.span(2), written))
    return settings


def _libpq_value(written: str) -> str:
    bare = written[1:-1] if written.startswith("'") else written
    return re.sub(r"\\(.)", r"\1", bare)


def _libpq_written(was: str, text: str) -> str:
    escaped = re.sub(r"(['\\])", r"\\\1", text)
    return f"'{escaped}'" if was.startswith("'") or not text or re.search(r"\s", text) else escaped


def _ado_value(written: str) -> str:
    quote = written[:1]
    return written[1:-1].replace(quote * 2, quote) if quote and quote in "'\"" else written


def _ado_written(was: str, text: str) -> str:
    quote = was[:1] if was[:1] and was[:1] in "'\"" else ""
    if not quote and (text != text.strip() or text[:1] in ("'", '"', "=", "{") or ";" in text):
        quote = "'" if '"' in text else '"'
    return f"{quote}{text.replace(quote, quote * 2)}{quote}" if quote else text


def connection_spans(key: str, data: bytes) -> Iterator[LeafSpan]:
    """Yield each setting as a leaf, except server, port and database, which are public."""
    parts = read_connection(data)
    if parts is None:
        return
    for setting in _settings(data.decode()):
        if setting.name.lower() not in (*_SERVER, *_NAMED, "hostaddr", "dbname", "port"):
            is_azure = parts.kind.startswith("Azure")
            written = _azure_written if is_azure else setting.written
            yield LeafSpan(text_leaf(setting.name, setting.value), setting.start, setting.end, written)


def _azure_written(text: str) -> str:
    if ";" in text or text != text.strip():
        raise UnwritableLeaf(f"cannot contain a semicolon, or begin or end with a blank; {WHOLE}")
    return text


def _libpq(text: str) -> ConnectionParts | None:
    settings = {setting.name: setting.value for setting in _settings(text)}
    if not settings.keys() & {"host", "hostaddr"} or not settings.keys() & {"dbname", "user", "password"}:
        return None
    host = settings.get("host") or settings.get("hostaddr", "")
    return ConnectionParts(
        "libpq connection", _with_port(host, settings.get("port", "")), database_name(settings.get("dbname"))
    )


def _with_semicolons(text: str) -> ConnectionParts | None:
    settings = {setting.name.lower(): setting.value for setting in _settings(text)}
    if "accountname" in settings and settings.keys() & {"accountkey", "sharedaccesssignature"}:
        return ConnectionParts("Azure storage account", plain_name(settings["accountname"]), "")
    if "endpoint" in settings and "sharedaccesskey" in settings:
        return ConnectionParts("Azure Service Bus", host_of(settings["endpoint"]), "")
    server = _first(settings, _SERVER)
    if not server or not (settings.keys() & {*_NAMED, *_LOGIN}):
        return None
    host, _, port = server.removeprefix("tcp:").partition(",")
    return ConnectionParts(
        "SQL connection",
        _with_port(host, port or settings.get("port", "")),
        database_name(_first(settings, _NAMED)),
    )


def _first(settings: Mapping[str, str], names: tuple[str, ...]) -> str:
    return next((settings[name] for name in names if settings.get(name)), "")


def _with_port(host: str, port: str) -> str:
    return host_and_port(f"{host}:{port}" if port else host)


def _row(key: str, data: bytes) -> RowName | None:
    parts = read_connection(data)
    if parts is None:
        return None
    place = f"{parts.host}/{parts.database}" if parts.database else parts.host
    return RowName(parts.kind, f"{parts.kind} {place}" if parts.host else "")


CONNECTION: Final = ValueFormat(
    "a connection string",
    row=_row,
    leaves=leaves_of(connection_spans),
    rewrite=rewrite_of(connection_spans),
    page=(
        PageRow(
            "Connection string of libpq, ADO, Azure",
            "libpq connection db.internal:5432/orders",
            "host, port, database, account",
            "user, password, other settings",
            "user, password, other settings",
        ),
    ),
)
