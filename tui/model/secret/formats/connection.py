"""Connection strings: libpq's "host=… dbname=…", those of ADO and ODBC, and Azure's accounts.

Source: PostgreSQL, 34.1.1.1 Keyword/Value Connection Strings; SqlConnection.ConnectionString.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Final

from msgspec import Struct

from tui.model.json_decoder import Hidden
from tui.model.secret.formats.leaf import Leaf, text_leaf
from tui.model.secret.formats.public_names import database_name, host_and_port, plain_name
from tui.model.secret.formats.url import host_of
from tui.model.secret.formats.value_format import PageRow, RowName, ValueFormat

_MOST: Final = 4096
_LIBPQ: Final = re.compile(r"\s*(\w+)\s*=\s*('(?:[^'\\]|\\.)*'|(?:[^\s'\\]|\\.)*)(?=\s|$)")
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


class ConnectionParts(Hidden, Struct, frozen=True):
    """The public parts of a connection string."""

    kind: str
    host: str
    """With its port; "" if there is none that may be shown."""
    database: str


def read_connection(data: bytes) -> ConnectionParts | None:
    """The parts of a value that is one connection string; None if it is none."""
    if len(data) > _MOST or data.count(b"=") < 2:
        return None
    try:
        text = data.decode().strip()
    except UnicodeDecodeError:
        return None
    if "\n" in text:
        return None
    return _with_semicolons(text) if ";" in text else _libpq(text)


def _libpq_settings(text: str) -> dict[str, str]:
    """Settings by name; none if one of them cannot be read."""
    settings = dict[str, str]()
    at = 0
    while at < len(text):
        if (setting := _LIBPQ.match(text, at)) is None:
            return {}
        settings[setting[1]] = setting[2].strip("'")
        at = setting.end()
    return settings


def connection_leaves(key: str, data: bytes) -> Iterator[Leaf]:
    """Settings but the public ones: server, port and database."""
    if read_connection(data) is None:
        return
    text = data.decode().strip()
    if ";" in text:
        parts = [part.partition("=") for part in text.split(";") if part.strip()]
        settings = {name.strip(): value.strip() for name, _, value in parts}
    else:
        settings = {name: re.sub(r"\\(.)", r"\1", value) for name, value in _libpq_settings(text).items()}
    for name, value in settings.items():
        if name.lower() not in (*_SERVER, *_NAMED, "hostaddr", "dbname", "port"):
            yield text_leaf(name, value)


def _libpq(text: str) -> ConnectionParts | None:
    settings = _libpq_settings(text)
    if not settings.keys() & {"host", "hostaddr"} or not settings.keys() & {"dbname", "user", "password"}:
        return None
    host = settings.get("host") or settings.get("hostaddr", "")
    return ConnectionParts(
        "libpq connection", _with_port(host, settings.get("port", "")), database_name(settings.get("dbname"))
    )


def _with_semicolons(text: str) -> ConnectionParts | None:
    parts = [part.partition("=") for part in text.split(";") if part.strip()]
    settings = {name.strip().lower(): value.strip() for name, _, value in parts}
    if "accountname" in settings and settings.keys() & {"accountkey", "sharedaccesssignature"}:
        return ConnectionParts("Azure storage account", plain_name(settings["accountname"]), "")
    if "endpoint" in settings and "sharedaccesskey" in settings:
        return ConnectionParts("Azure Service Bus", host_of(settings["endpoint"]), "")
    server = _first(settings, _SERVER)
    if not server or not (settings.keys() & {*_NAMED, *_LOGIN}) or not all(sign for _, sign, _ in parts):
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
    leaves=connection_leaves,
    page=(
        PageRow(
            "Connection string of libpq, ADO, Azure",
            "libpq connection db.internal:5432/orders",
            "host, port, database, account",
            "user, password, other settings",
        ),
    ),
)
