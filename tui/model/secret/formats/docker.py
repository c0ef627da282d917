"""Docker configs (.dockerconfigjson, .dockercfg), with a login for each registry."""

from __future__ import annotations

import base64
import re
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from typing import Final, NamedTuple

import msgspec

from tui.model.json_decoder import HiddenStruct, decoded
from tui.model.kube_context import without_login
from tui.model.secret.formats.json_text import json_flaw, json_tree
from tui.model.secret.formats.leaf import UnwritableLeaf, inner_path, text_leaf
from tui.model.secret.formats.leaf_span import (
    LeafSpan,
    Scalar,
    Tree,
    leaves_of,
    rewrite_of,
    spans_in,
)
from tui.model.secret.formats.limits import MAX_INPUT, UnreadableValue, bounded
from tui.model.secret.formats.public_names import first_of
from tui.model.secret.formats.url import host_of
from tui.model.secret.formats.validity import Validity
from tui.model.secret.formats.value_format import Fact, Flaw, PageRow, Paste, Pasted, RowName, ValueFormat
from tui.model.secret.value import Value
from tui.model.text.counts import counted, joined

_WHAT: Final = "a docker config"
DOCKER_KEY: Final = ".dockerconfigjson"
DOCKER_CFG_KEY: Final = ".dockercfg"
_KEYS: Final = (DOCKER_KEY, DOCKER_CFG_KEY)
_MOST_NAMES: Final = 3
_AUTH: Final = re.compile(rb'("auth"\s*:\s*")([A-Za-z0-9+/]+={0,2})(?=")')


class RegistryLogin(NamedTuple):
    """Registry of a login, and whether the login has a user name and a password.

    The user name itself is left out, because some registries take a token as user name.
    """

    registry: str
    """Server without user name and password, or "…" if they cannot be cut off."""
    has_user: bool
    has_password: bool


class _Entry(HiddenStruct):
    username: str | None = None
    password: str | None = None
    auth: str | None = None
    identitytoken: str | None = None
    email: object = None

    @property
    def login(self) -> tuple[str | None, str | None]:
        """User name and password. As in the kubelet, `auth` is used if it decodes to "user:password".

        Otherwise the other fields are used. The identity token takes the place of a missing password.
        """
        user, colon, password = decoded_auth(self.auth).partition(":")
        name, secret = (user, password) if colon else (self.username, self.password)
        return name, secret or self.identitytoken


class _Config(HiddenStruct):
    auths: dict[str, _Entry] | None = None


def logins(data: bytes) -> tuple[RegistryLogin, ...]:
    """Read the logins of a .dockerconfigjson or .dockercfg, sorted by registry.

    Raises UnreadableValue for other data, and for data over 256 kB.
    """
    entries = _entries(data)
    return tuple(
        RegistryLogin(_shown_registry(registry), *map(bool, entries[registry].login))
        for registry in sorted(entries)
    )


def login_changes(before: bytes, after: bytes) -> tuple[str, ...]:
    """Describe the changed logins, without their values. Raises UnreadableValue."""
    former, new = _entries(before), _entries(after)
    return tuple(
        change
        for registry in sorted(former | new)
        if (change := _change(registry, former.get(registry), new.get(registry)))
    )


def _change(registry: str, was: _Entry | None, now: _Entry | None) -> str:
    name = _shown_registry(registry)
    if was is None or now is None:
        return f"{'new login to' if was is None else 'removed login to'} {name}"
    pairs = zip(
        ("user name", "password", "e-mail"), (*was.login, was.email), (*now.login, now.email), strict=True
    )
    changed = joined([field for field, before, after in pairs if before != after])
    return f"new {changed} for {name}" if changed else ""


def _entries(data: bytes) -> dict[str, _Entry]:
    bounded(data, _WHAT)
    try:
        entries = decoded(data, _Config).auths
        return decoded(data, dict[str, _Entry]) if entries is None else entries
    except (msgspec.MsgspecError, RecursionError, UnicodeDecodeError):
        raise UnreadableValue(_WHAT) from None


def decoded_auth(auth: str | None) -> str:
    """Decode base64, usually of "user:password". Return "" if `auth` is None or is not base64 of UTF-8."""
    try:
        return base64.b64decode(auth or "", validate=True).decode()
    except ValueError:
        return ""


def auth_logins(data: bytes) -> Iterator[tuple[bytes, bytes]]:
    for auth in _AUTH.finditer(data):
        user, colon, password = _auth_bytes(auth[2]).partition(b":")
        if colon:
            yield user, password


def with_auth_passwords(data: bytes, new: Callable[[bytes], bytes]) -> bytes:
    """Replace the password in each field `auth`, and keep all other bytes."""

    def renewed(auth: re.Match[bytes]) -> bytes:
        user, colon, password = _auth_bytes(auth[2]).partition(b":")
        after = new(password) if colon else password
        return auth[0] if after == password else auth[1] + base64.b64encode(user + colon + after)

    return _AUTH.sub(renewed, data)


def _auth_bytes(auth: bytes) -> bytes:
    try:
        return base64.b64decode(auth, validate=True)
    except ValueError:
        return b""


def _row(key: str, data: bytes) -> RowName | None:
    if key not in _KEYS and b'"auths"' not in data:
        return None
    hosts = [_registry_host(login.registry) for login in logins(data)]
    is_shown = bool(hosts) and all(hosts)
    words = first_of(list(dict.fromkeys(hosts)), _MOST_NAMES) if is_shown else ""
    return RowName("docker config", words)


def _shown_registry(registry: str) -> str:
    name = without_login(registry)
    return "…" if "@" in name else name


def _registry_host(registry: str) -> str:
    """Host, such as "docker.io" for "https://index.docker.io/v1/"."""
    host = host_of(registry)
    return "docker.io" if host in ("index.docker.io", "registry-1.docker.io") else host


def _spans(key: str, data: bytes) -> Iterator[LeafSpan]:
    """Yield the leaves of a config, with the user name and the password inside `auth` as two leaves.

    If the field `username` holds the same user name as `auth`, a new user name is written to both fields. The
    same applies to the field `password`.
    """
    tree = json_tree(data.decode())
    entries = tree.get("auths", tree) if isinstance(tree, Mapping) else None
    if not isinstance(tree, Mapping) or not isinstance(entries, Mapping):
        return
    for registry, entry in entries.items():
        name = _shown_registry(registry)
        path = name if entries is tree else f"auths.{name}"
        for field, part in entry.items() if isinstance(entry, Mapping) else ():
            login = decoded_auth(part.text) if field == "auth" and isinstance(part, Scalar) else ""
            if ":" not in login:
                yield from spans_in(part, inner_path(path, field))
            elif isinstance(entry, Mapping) and isinstance(part, Scalar):
                yield from _auth_spans(path, entry, part, login)
    if entries is not tree and (others := {field: part for field, part in tree.items() if field != "auths"}):
        yield from spans_in(others)


def _auth_spans(path: str, entry: Mapping[str, Tree], auth: Scalar, login: str) -> Iterator[LeafSpan]:
    user, _, password = login.partition(":")
    for name, text in (("username", user), ("password", password)):
        field = entry.get(name)
        follows = isinstance(field, Scalar) and (field.kind, field.text) == ("", text)
        leaf_path = f"{path}.{name}" if follows or field is None else f"{path}.auth.{name}"
        written = partial(_auth_written, auth, login, name)
        yield LeafSpan(text_leaf(leaf_path, text), auth.start, auth.end, written, follows=follows)


def _auth_written(auth: Scalar, login: str, name: str, text: str) -> str:
    user, _, password = login.partition(":")
    if name == "username" and ":" in text:
        raise UnwritableLeaf("is a user name and cannot contain a colon")
    login = f"{text}:{password}" if name == "username" else f"{user}:{text}"
    return auth.written(base64.b64encode(login.encode()).decode())


def _has_logins(data: bytes) -> bool:
    try:
        return bool(logins(data))
    except UnreadableValue:
        return False


def _flaw(data: bytes) -> Flaw | None:
    if _has_logins(data):
        return None
    return json_flaw(data) or Flaw("has no registry login")


def _facts(
    key: str, data: bytes, now: float, issued: Validity | None, siblings: Mapping[str, Value]
) -> tuple[Fact, ...]:
    if key not in _KEYS:
        return ()
    try:
        readable = logins(data)
    except UnreadableValue:
        return (Fact(f"{key}  has no readable registry logins", level="warning"),)
    return tuple(
        Fact(
            f"{login.registry}  {'user name' if login.has_user else 'no user name'}, "
            f"{'password' if login.has_password else 'no password'}"
        )
        for login in readable
    )


def _changes(key: str, before: bytes, after: bytes, now: float) -> tuple[Fact, ...]:
    if key not in _KEYS:
        return ()
    try:
        changed = login_changes(before, after)
    except UnreadableValue:
        return ()
    words = joined(changed, most=_MOST_NAMES) or "same logins as before"
    return (Fact(f"· {key}: {words}", level="muted"),)


def _paste(paste: Paste) -> Pasted | None:
    data = paste.text.encode()
    try:
        has_auths = decoded(data, _Config).auths is not None
    except (msgspec.MsgspecError, RecursionError, UnicodeDecodeError):
        return None
    registry_logins = logins(data) if has_auths and len(data) <= MAX_INPUT else ()
    if not registry_logins:
        return None
    is_empty = not any(login.has_password for login in registry_logins)
    notes = ("! The config has no passwords. Docker keeps them in a credential store.",) if is_empty else ()
    words = f"A docker config with {counted(len(registry_logins), 'registry', 'registries')}"
    return Pasted(words, {DOCKER_KEY: Value(data)}, notes)


DOCKER: Final = ValueFormat(
    _WHAT,
    recognizes=lambda key, data: key in _KEYS and _has_logins(data),
    flaw=_flaw,
    facts=_facts,
    changes=_changes,
    paste=_paste,
    row=_row,
    leaves=leaves_of(_spans),
    rewrite=rewrite_of(_spans),
    page=(
        PageRow(
            "Docker config",
            "docker.io, ghcr.io",
            "registries",
            "user names, passwords, auth",
            "each leaf; a new user name or password also changes `auth`",
        ),
    ),
)
