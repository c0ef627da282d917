"""Files with logins of programs: .pgpass, .netrc, .npmrc, pip.conf.

Source: PostgreSQL, 34.16 The Password File; netrc(5); npm/ini, lib/ini.js; pip's configuration files.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from tui.model.secret.formats.ini_text import ini_file_spans
from tui.model.secret.formats.leaf import Leaf, text_leaf
from tui.model.secret.formats.leaf_span import leaves_of, rewrite_of
from tui.model.secret.formats.public_names import first_of, host_and_port, is_host, plain_name
from tui.model.secret.formats.text_lines import setting_lines, text_of
from tui.model.secret.formats.url import read_url
from tui.model.secret.formats.value_format import PageRow, RowName, ValueFormat

_MOST_NAMES: Final = 2

_PGPASS_PART: Final = re.compile(r"((?:[^:\\]|\\.|\\\Z)*)(?::|\Z)")
_PGPASS_PARTS: Final = 5


def _pgpass_entries(data: bytes) -> Iterator[list[str]]:
    """Host, port, database, user and password of each line, fewer parts for what is none."""
    for line in text_of(data).split("\n"):
        if (line := line.rstrip("\r")).strip() and not line.lstrip().startswith("#"):
            parts = _PGPASS_PART.findall(line)[:_PGPASS_PARTS]
            yield [re.sub(r"\\(.)", r"\1", part) for part in parts]


def _pgpass_place(entry: list[str]) -> str:
    """ "db.internal:5432/orders"; "" for what is no entry."""
    if len(entry) < _PGPASS_PARTS or not all(entry):
        return ""
    host, port, database = entry[:3]
    is_place = (host == "*" or is_host(host)) and (database == "*" or plain_name(database))
    return f"{host}:{port}/{database}" if is_place and _PORT.fullmatch(port) else ""


_PORT: Final = re.compile(r"\d{1,5}|\*", re.ASCII)


def _pgpass_row(key: str, data: bytes) -> RowName | None:
    if data.count(b":") < _PGPASS_PARTS - 1:
        return None
    places = list(map(_pgpass_place, _pgpass_entries(data)))
    return RowName(".pgpass", f".pgpass: {first_of(places)}") if places and all(places) else None


def _pgpass_leaves(key: str, data: bytes) -> Iterator[Leaf]:
    for entry in _pgpass_entries(data):
        place = _pgpass_place(entry)
        yield text_leaf(f"{place}.user", entry[3])
        yield text_leaf(f"{place}.password", entry[4])


_TOKEN: Final = re.compile(r'"((?:[^"\\]|\\.)*)"|(\S+)')
_MACRO: Final = re.compile(r"(?s)[^\n]*\n(.*?)(?:\n[ \t]*\n|\Z)")


def read_netrc(data: bytes) -> tuple[tuple[str, str, str], ...]:
    """Host, field and value of each login, in their order; () if it is not surely a .netrc.

    The words are read one after the other, so "machine" in a password begins no entry. A macro, whose lines
    are commands, is the field "macdef NAME" of the entry above it.
    """
    text, at, host = text_of(data), 0, ""
    fields = list[tuple[str, str, str]]()
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
        held = re.sub(r"\\(.)", r"\1", value[1]) if value[1] is not None else value[2]
        if word[0] == "machine":
            host = host_and_port(held) or "…"
        elif word[0] != "macdef":
            fields.append((host, word[0], held))
        elif (macro := _MACRO.match(text, at)) is not None:
            fields.append((host, f"macdef {held}", macro[1]))
            at = macro.end()
    return tuple(fields)


def _netrc_row(key: str, data: bytes) -> RowName | None:
    if b"password" not in data:
        return None
    fields = read_netrc(data)
    if not any(field == "password" for _, field, _ in fields):
        return None
    hosts = list(dict.fromkeys(host for host, _, _ in fields if host not in ("default", "…")))
    return RowName(".netrc", f".netrc: {first_of(hosts, _MOST_NAMES)}" if hosts else "")


def _netrc_leaves(key: str, data: bytes) -> Iterator[Leaf]:
    for host, field, held in read_netrc(data):
        yield text_leaf(f"{host}.{field}", held)


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
        if (found := _NPM.match(line)) and (host := host_and_port(found[1]))
    ]
    return RowName(".npmrc", f".npmrc: {first_of(list(dict.fromkeys(hosts)))}") if hosts else None


def _npmrc_leaves(key: str, data: bytes) -> Iterator[Leaf]:
    """Settings as npm's ini takes them: without quotes, or without a note after ";" or "#"."""
    for line in setting_lines(data):
        name, sign, held = map(str.strip, line.partition("="))
        if not sign or line.startswith(";"):
            continue
        if len(held) > 1 and held[0] == held[-1] and held[0] in "\"'":
            held = held[1:-1]
        else:
            held = re.sub(r"\\([\\;#])", r"\1", _NPM_NOTE.split(held)[0].strip())
        yield text_leaf(name, held)


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
    leaves=_pgpass_leaves,
    page=(PageRow(".pgpass", ".pgpass: db.internal:5432/orders", "host, port, database", "user, password"),),
)
NETRC: Final = ValueFormat(
    ".netrc",
    row=_netrc_row,
    leaves=_netrc_leaves,
    page=(PageRow(".netrc", ".netrc: git.example, api.example", "hosts", "users, passwords"),),
)
NPMRC: Final = ValueFormat(
    ".npmrc",
    row=_npmrc_row,
    leaves=_npmrc_leaves,
    page=(PageRow(".npmrc", ".npmrc: npm.example", "hosts", "tokens"),),
)
PIP: Final = ValueFormat(
    "pip.conf",
    row=_pip_row,
    leaves=leaves_of(ini_file_spans),
    rewrite=rewrite_of(ini_file_spans),
    page=(PageRow("pip.conf", "pip.conf: pypi.example", "hosts", "users, passwords", "each value"),),
)
