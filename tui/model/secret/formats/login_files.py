"""Files with logins of programs: .pgpass, .netrc, .npmrc, pip.conf."""

from __future__ import annotations

import re
from typing import Final

from tui.model.secret.formats.public_names import first_of, host_and_port, is_host, plain_name
from tui.model.secret.formats.text_lines import setting_lines
from tui.model.secret.formats.url import read_url
from tui.model.secret.formats.value_format import PageRow, RowName, ValueFormat

_MOST_NAMES: Final = 2

_PGPASS: Final = re.compile(r"((?:[^:\\]|\\.)+):(\d{1,5}|\*):((?:[^:\\]|\\.)+):(?:[^:\\]|\\.)+:.+")


def _pgpass_row(key: str, data: bytes) -> RowName | None:
    if data.count(b":") < 4:
        return None
    entries = [_PGPASS.fullmatch(line) for line in setting_lines(data)]
    places = [
        f"{entry[1]}:{entry[2]}/{entry[3]}"
        for entry in entries
        if entry and (entry[1] == "*" or is_host(entry[1])) and (entry[3] == "*" or plain_name(entry[3]))
    ]
    if not places or len(places) < len(entries):
        return None
    return RowName(".pgpass", f".pgpass: {first_of(places)}")


_MACHINE: Final = re.compile(r"(?:^|\s)machine\s+(\S+)")
_NETRC: Final = re.compile(r"\s*(?:machine\s+\S+|default)\s+(?:login|account|password)\s+\S+(?:\s|$)")


def _netrc_row(key: str, data: bytes) -> RowName | None:
    if b"password" not in data or _NETRC.match(text := "\n".join(setting_lines(data))) is None:
        return None
    hosts = [host for host in _MACHINE.findall(text) if host_and_port(host)]
    return RowName(".netrc", f".netrc: {first_of(hosts, _MOST_NAMES)}" if hosts else "")


_NPM: Final = re.compile(
    r"//([^/\s:]+(?::\d+)?)/(?:[^\s=]*/)?:(?:_authToken|_auth|_password|username|email)\s*="
)


def _npmrc_row(key: str, data: bytes) -> RowName | None:
    if b":_auth" not in data and b":_password" not in data:
        return None
    hosts = [
        host
        for line in setting_lines(data)
        if (found := _NPM.match(line)) and (host := host_and_port(found[1]))
    ]
    return RowName(".npmrc", f".npmrc: {first_of(list(dict.fromkeys(hosts)))}") if hosts else None


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
    page=(PageRow(".pgpass", ".pgpass: db.internal:5432/orders", "host, port, database", "user, password"),),
)
NETRC: Final = ValueFormat(
    ".netrc",
    row=_netrc_row,
    page=(PageRow(".netrc", ".netrc: git.example, api.example", "hosts", "users, passwords"),),
)
NPMRC: Final = ValueFormat(
    ".npmrc", row=_npmrc_row, page=(PageRow(".npmrc", ".npmrc: npm.example", "hosts", "tokens"),)
)
PIP: Final = ValueFormat(
    "pip.conf",
    row=_pip_row,
    page=(PageRow("pip.conf", "pip.conf: pypi.example", "hosts", "users, passwords"),),
)
