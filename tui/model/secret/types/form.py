"""A form for a Secret type: fields to fill in place of keys to know; the forms of the built-in types. Pure.

Source of the docker config: kubectl's pkg/cmd/create/create_secret_docker.go (DockerConfigEntry); Go's
encoding/json writes <, > and & as escapes.
"""

from __future__ import annotations

import json
from base64 import b64decode, b64encode
from collections.abc import Callable, Mapping
from typing import Final, TypeAlias

import msgspec

from tui.model.json_decoder import decoded
from tui.model.secret.value import Value

Data: TypeAlias = Mapping[str, Value]
DOCKER_KEY: Final = ".dockerconfigjson"
DOCKER_CFG_KEY: Final = ".dockercfg"
DOCKER_HUB: Final = "https://index.docker.io/v1/"
Typed: TypeAlias = Mapping[str, str]
"""What was typed, by field. A field that is not in it was left as it is."""


class FormField(msgspec.Struct, frozen=True):
    """One field."""

    id: str
    label: str
    is_hidden: bool = False
    """Is it typed unseen?"""
    given: str = ""
    """What stands in it at first, in a form that is filled for the first time."""
    is_optional: bool = False


class Form(msgspec.Struct, frozen=True):
    """Fields, and how they become the Secret's data."""

    title: str
    fields: tuple[FormField, ...]
    write: Callable[[Data, Typed], Mapping[str, Value | None]]
    """The keys that change, from the data as it is and what was typed; None is one to drop. Raises
    ValueError, with a sentence."""
    part: str = ""
    """The field that names the part, which is filled already."""
    parts: Callable[[Data], tuple[str, ...]] | None = None
    """What the form fills one of, such as the registries of a docker config; None if there is one only."""
    hint: str = ""
    """What it sets beside what is typed, as a sentence."""


def _write_login(data: Data, typed: Typed) -> Mapping[str, Value]:
    found = {key: Value(typed[key].encode()) for key in ("username", "password") if key in typed}
    if not found and not data:
        raise ValueError("Type a user name or a password.")
    return found


BASIC_AUTH: Final = Form(
    "User and password",
    (FormField("username", "User name"), FormField("password", "Password", is_hidden=True)),
    _write_login,
)


def _registries(data: Data) -> tuple[str, ...]:
    return tuple(_parts(_config(data).get("auths")))


def _write_registry(data: Data, typed: Typed) -> Mapping[str, Value]:
    """One registry set; the others, and fields that are not in the form, stay as they are."""
    server = typed.get("server", "").strip()
    if not server:
        raise ValueError("A registry needs a server.")
    config = _config(data)
    entry = _parts(_parts(config.get("auths")).get(server))
    user, password = _login_of(entry)
    user, password = typed.get("username", user), typed.get("password", password)
    if not user or not password:
        raise ValueError("A registry needs a user name and a password.")
    if ":" in user:
        raise ValueError("A user name cannot have a colon.")
    entry |= {"username": _json(user), "password": _json(password)}
    if "email" in typed:
        entry |= {"email": _json(typed["email"])}
    entry |= {"auth": _json(b64encode(f"{user}:{password}".encode()).decode())}
    config["auths"] = _object({**_parts(config.get("auths")), server: _object(entry)})
    return {DOCKER_KEY: Value(_object(config).encode())}


def _config(data: Data) -> dict[str, str]:
    """The fields of the whole docker config. Raises ValueError for anything but a JSON object."""
    if DOCKER_KEY not in data:
        return {}
    try:
        found = _fields(data[DOCKER_KEY].reveal())
    except (msgspec.MsgspecError, RecursionError, UnicodeDecodeError):
        raise ValueError(f"{DOCKER_KEY} is not a JSON object: edit it as text.") from None
    if found.get("auths", "null") != "null" and not found["auths"].startswith("{"):
        raise ValueError(f"auths in {DOCKER_KEY} is not a JSON object: edit it as text.")
    return found


def _fields(text: bytes | str) -> dict[str, str]:
    """The fields of a JSON object, each value as it is written there: numbers and order stay as they are."""
    return {name: bytes(raw).decode() for name, raw in decoded(text, dict[str, msgspec.Raw]).items()}


def _parts(text: str | None) -> dict[str, str]:
    """The same, of what need not be an object."""
    return _fields(text) if text is not None and text.startswith("{") else {}


def _object(fields: Mapping[str, str]) -> str:
    return "{" + ",".join(f"{_json(name)}:{text}" for name, text in fields.items()) + "}"


def _json(text: str) -> str:
    written = json.dumps(text, ensure_ascii=False)
    for sign in "<>&":
        written = written.replace(sign, f"\\u{ord(sign):04x}")
    return written


def _login_of(entry: Mapping[str, str]) -> tuple[str, str]:
    """User and password; from `auth` where they stand there only."""
    try:
        user, _, password = b64decode(_text(entry.get("auth")), validate=True).decode().partition(":")
    except ValueError:
        user, password = "", ""
    return _text(entry.get("username")) or user, _text(entry.get("password")) or password


def _text(written: str | None) -> str:
    """The text that is written as a JSON string; "" of anything else."""
    try:
        return decoded(written or "", str)
    except msgspec.MsgspecError:
        return ""


DOCKER: Final = Form(
    "Registry login",
    (
        FormField("server", "Server", given=DOCKER_HUB),
        FormField("username", "User name"),
        FormField("password", "Password", is_hidden=True),
        FormField("email", "E-mail", is_optional=True),
    ),
    _write_registry,
    "server",
    _registries,
)
