"""Login files .pgpass, .netrc, .npmrc and pip.conf.

Source: PostgreSQL, 34.16 The Password File; netrc(5); npm/ini, lib/ini.js; pip's configuration files.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import partial
from itertools import islice
from typing import Final

from msgspec import Struct

from tui.model.json_decoder import HiddenRepr
from tui.model.secret.formats.ini_text import ini_file_spans
from tui.model.secret.formats.leaf import WHOLE, text_leaf
from tui.model.secret.formats.leaf_span import LeafSpan, leaves_of, refused, rewrite_of
from tui.model.secret.formats.limits import placed_lines, setting_lines, text_of
from tui.model.secret.formats.public_names import first_of, host_and_port, is_host, plain_name
from tui.model.secret.formats.url import read_url
from tui.model.secret.formats.value_format import PageRow, RowName, ValueFormat

_MOST_NAMES: Final = 2

_PGPASS_PART: Final = re.compile(r"((?:[^:\\]|\\.|\\\Z)*)(?::|\Z)")
_PGPASS_PARTS: Final = 5


class _Part(HiddenRepr, Struct, frozen=True):
    """Part of a file: the unescaped text, and the offsets of the escaped text in the file."""

    text: str
    start: int
    end: int


def _pgpass_entries(data: bytes) -> Iterator[list[_Part]]:
    """Yield the host, port, database, user and password of each line. Skip comments and blank lines.

    A malformed line has fewer parts or empty parts.
    """
    at = 0
    for line in text_of(data).split("\n"):
        if (bare := line.rstrip("\r")).strip() and not bare.lstrip().startswith("#"):
            parts = islice(_PGPASS_PART.finditer(bare), _PGPASS_PARTS)
            yield [_Part(_unescaped(part[1]), at + part.start(1), at + part.end(1)) for part in parts]
        at += len(line) + 1


def _unescaped(text: str) -> str:
    return re.sub(r"\\(.)", r"\1", text)


def _pgpass_place(entry: list[_Part]) -> str:
    if len(entry) < _PGPASS_PARTS or not all(part.text for part in entry):
        return ""
    host, port, database = (part.text for part in entry[:3])
    is_place = (host == "*" or is_host(host)) and (database == "*" or plain_name(database))
    return f"{host}:{port}/{database}" if is_place and _PORT.fullmatch(port) else ""


_PORT: Final = re.compile(r"\d{1,5}|\*", re.ASCII)


def _pgpass_row(key: str, data: bytes) -> RowName | None:
    if data.count(b":") < _PGPASS_PARTS - 1:
        return None
    places = list(map(_pgpass_place, _pgpass_entries(data)))
    return RowName(".pgpass", f".pgpass: {first_of(places)}") if places and all(places) else None


def _pgpass_spans(key: str, data: bytes) -> Iterator[LeafSpan]:
    for entry in _pgpass_entries(data):
        place = _pgpass_place(entry)
        for name, part in (("user", entry[3]), ("password", entry[4])):
            leaf = text_leaf(f"{place}.{name}", part.text)
            yield LeafSpan(leaf, part.start, part.end, lambda text: re.sub(r"([:\\])", r"\\\1", text))


_TOKEN: Final = re.compile(r'"((?:[^"\\]|\\.)*)"|(\S+)')
_MACRO: Final = re.compile(r"(?s)[^\n]*\n(.*?)(?:\n[ \t]*\n|\Z)")


class _NetrcField(HiddenRepr, Struct, frozen=True):
    host: str
    """Host and port, "default", or "…" for a text that does not look like a host."""
    field: str
    """Name, such as "login"; for a macro, "macdef" and the name of the macro."""
    part: _Part
    """Value of the field. Its offsets include the quotes around the value; its text does not."""


def _netrc_fields(data: bytes) -> tuple[_NetrcField, ...]:
    """Read the logins and macros of a .netrc; () if the text is not a valid .netrc.

    A keyword is read together with its value, so that the password "machine" is not taken for a keyword.
    """
    text, at, host = text_of(data), 0, ""
    fields = list[_NetrcField]()
    while (word := _TOKEN.search(text, at)) is not None:
        at = word.end()
        if word[0].startswith("#"):
            end = text.find("\n", at)
            at = end if end >= 0 else len(text)
            continue
        if word[0] == "default":
            host = word[0]
            continue
        if word[0] not in ("machine", "login", "account", "password", "macdef"):
            return ()
        if (value := _TOKEN.search(text, at)) is None or (not host and word[0] != "machine"):
            return ()
        at = value.end()
        content = _unescaped(value[1]) if value[1] is not None else value[2]
        if word[0] == "machine":
            host = host_and_port(content) or "…"
        elif word[0] != "macdef":
            fields.append(_NetrcField(host, word[0], _Part(content, *value.span())))
        elif (macro := _MACRO.match(text, at)) is not None:
            fields.append(_NetrcField(host, f"macdef {content}", _Part(macro[1], *macro.span(1))))
            at = macro.end()
    return tuple(fields)


def _netrc_row(key: str, data: bytes) -> RowName | None:
    if b"password" not in data:
        return None
    fields = _netrc_fields(data)
    if not any(field.field == "password" for field in fields):
        return None
    hosts = list(dict.fromkeys(field.host for field in fields if field.host not in ("default", "…")))
    return RowName(".netrc", f".netrc: {first_of(hosts, _MOST_NAMES)}" if hosts else "")


def _netrc_spans(key: str, data: bytes) -> Iterator[LeafSpan]:
    text = text_of(data)
    for field in _netrc_fields(data):
        is_quoted = text.startswith('"', field.part.start)
        is_macro = field.field.startswith("macdef ")
        written = refused(f"is a macro; {WHOLE}") if is_macro else partial(_netrc_written, is_quoted)
        leaf = text_leaf(f"{field.host}.{field.field}", field.part.text)
        yield LeafSpan(leaf, field.part.start, field.part.end, written)


def _netrc_written(is_quoted: bool, text: str) -> str:
    if not is_quoted and text and not re.search(r'["\s]|^#', text):
        return text
    escaped = re.sub(r'(["\\])', r"\\\1", text)
    return f'"{escaped}"'


_NPM: Final = re.compile(
    r"//([^/\s:]+(?::\d+)?)/(?:[^\s=]*/)?:(?:_authToken|_auth|_password|username|email)\s*="
)
_NPM_NOTE: Final = re.compile(r"(?<!\\)[;#]")


def _npmrc_row(key: str, data: bytes) -> RowName | None:
    if b":_auth" not in data and b":_password" not in data:
        return None
    hosts = [
        host
        for line in setting_lines(data)
        if (auth := _NPM.match(line)) and (host := host_and_port(auth[1]))
    ]
    return RowName(".npmrc", f".npmrc: {first_of(list(dict.fromkeys(hosts)))}") if hosts else None


def _npmrc_spans(key: str, data: bytes) -> Iterator[LeafSpan]:
    """Yield each value as npm reads it: a quoted value without its quotes, any other without its comment."""
    for line, at in placed_lines(data):
        name, sign, setting = line.partition("=")
        if not sign or line.startswith(";"):
            continue
        start = at + len(line) - len(setting.lstrip())
        setting = setting.strip()
        if len(setting) > 1 and setting[0] == setting[-1] and setting[0] in "\"'":
            leaf = text_leaf(name.strip(), setting[1:-1])
            yield LeafSpan(leaf, start + 1, start + len(setting) - 1, lambda text: text)
        else:
            setting = _NPM_NOTE.split(setting)[0].strip()
            leaf = text_leaf(name.strip(), re.sub(r"\\([\\;#])", r"\1", setting))
            yield LeafSpan(leaf, start, start + len(setting), lambda text: re.sub(r"([\\;#])", r"\\\1", text))


def _pip_row(key: str, data: bytes) -> RowName | None:
    if b"index-url" not in data and b"index_url" not in data:
        return None
    hosts = list[str]()
    for line in setting_lines(data):
        name, sign, url = line.partition("=")
        if sign and name.strip().replace("_", "-") in ("index-url", "extra-index-url"):
            parts = read_url(url.encode())
            hosts += parts.hosts if parts is not None else ()
    return RowName("pip.conf", f"pip.conf: {first_of(list(dict.fromkeys(hosts)))}") if hosts else None


PGPASS: Final = ValueFormat(
    ".pgpass",
    row=_pgpass_row,
    leaves=leaves_of(_pgpass_spans),
    rewrite=rewrite_of(_pgpass_spans),
    page=(
        PageRow(
            ".pgpass",
            ".pgpass: db.internal:5432/orders",
            "host, port, database",
            "user, password",
            "user, password",
        ),
    ),
)
NETRC: Final = ValueFormat(
    ".netrc",
    row=_netrc_row,
    leaves=leaves_of(_netrc_spans),
    rewrite=rewrite_of(_netrc_spans),
    page=(
        PageRow(
            ".netrc", ".netrc: git.example, api.example", "hosts", "users, passwords", "users, passwords"
        ),
    ),
)
NPMRC: Final = ValueFormat(
    ".npmrc",
    row=_npmrc_row,
    leaves=leaves_of(_npmrc_spans),
    rewrite=rewrite_of(_npmrc_spans),
    page=(PageRow(".npmrc", ".npmrc: npm.example", "hosts", "users, tokens, passwords", "each value"),),
)
PIP: Final = ValueFormat(
    "pip.conf",
    row=_pip_row,
    leaves=leaves_of(ini_file_spans),
    rewrite=rewrite_of(ini_file_spans),
    page=(PageRow("pip.conf", "pip.conf: pypi.example", "hosts", "users, passwords", "each value"),),
)
