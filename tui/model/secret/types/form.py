"""A form for a Secret type: fields to fill in place of keys to know; the forms of the built-in types. Pure.

Source of the docker config: kubectl's pkg/cmd/create/create_secret_docker.go (DockerConfigEntry); Go's
encoding/json writes <, > and & as escapes.
"""

from __future__ import annotations

import json
from base64 import b64encode
from collections.abc import Callable, Mapping
from typing import Any, Final, TypeAlias

import msgspec
from msgspec.structs import replace

from tui.model.secret.formats import docker
from tui.model.secret.formats.docker import DOCKER_KEY
from tui.model.secret.value import Value

Data: TypeAlias = Mapping[str, Value]
DOCKER_HUB: Final = "https://index.docker.io/v1/"
Typed: TypeAlias = Mapping[str, str]
"""Typed texts by field. A field that is not in it was left as it is."""


class FormField(msgspec.Struct, frozen=True):
    id: str
    label: str
    is_hidden: bool = False
    """True if its text is typed unseen."""
    given: str = ""
    """Text at first, in a form that is filled for the first time."""
    is_optional: bool = False


class Form(msgspec.Struct, frozen=True):
    """Fields, and the function that turns them into the Secret's data."""

    title: str
    fields: tuple[FormField, ...]
    write: Callable[[Data, Typed], Mapping[str, Value | None]]
    """Function from the data and the typed texts to the keys that change; None drops a key. Raises
    ValueError, with a sentence."""
    part: str = ""
    """Field that names the part, which is filled already."""
    parts: Callable[[Data], tuple[str, ...]] | None = None
    """Parts to choose from, such as the registries of a docker config; None if the form has no parts."""
    wanted: str = ""
    """Sentence about the fields to fill in, and the keys that keep them."""

    def giving(self, id: str, text: str) -> Form:  # noqa: A002
        """Copy of the form with this text in a field at first."""
        fields = (replace(field, given=text) if field.id == id else field for field in self.fields)
        return replace(self, fields=tuple(fields))


def _write_login(data: Data, typed: Typed) -> Mapping[str, Value]:
    login = {key: Value(typed[key].encode()) for key in ("username", "password") if key in typed}
    if not login and not data:
        raise ValueError("Type a user name or a password.")
    return login


BASIC_AUTH: Final = Form(
    "User and password",
    (FormField("username", "User name"), FormField("password", "Password", is_hidden=True)),
    _write_login,
    wanted="Wanted: a user name and a password, for the keys username and password.",
)


def _registries(data: Data) -> tuple[str, ...]:
    return tuple(_config(data).get("auths") or ())


def _write_registry(data: Data, typed: Typed) -> Mapping[str, Value]:
    """Set a registry; the others, and fields that are not in the form, stay as they are."""
    server = typed.get("server", "").strip()
    if not server:
        raise ValueError("A registry needs a server.")
    config = _config(data)
    registries = config.get("auths") or {}
    entry = registries.get(server) or {}
    user, _, password = docker.decoded_auth(entry.get("auth")).partition(":")
    user = typed.get("username", entry.get("username") or user)
    password = typed.get("password", entry.get("password") or password)
    if not user or not password:
        raise ValueError("A registry needs a user name and a password.")
    if ":" in user:
        raise ValueError("A user name cannot have a colon.")
    entry |= {"username": user, "password": password}
    if "email" in typed:
        entry["email"] = typed["email"]
    entry["auth"] = b64encode(f"{user}:{password}".encode()).decode()
    config["auths"] = {**registries, server: entry}
    written = json.dumps(config, ensure_ascii=False, separators=(",", ":"))
    for sign in "<>&":
        written = written.replace(sign, f"\\u{ord(sign):04x}")
    return {DOCKER_KEY: Value(written.encode())}


def _config(data: Data) -> dict[str, Any]:
    """Read the whole docker config. Raises ValueError if it is not readable."""
    if DOCKER_KEY not in data:
        return {}
    held = data[DOCKER_KEY].reveal()
    try:
        docker.logins(held)
        config: dict[str, Any] = json.loads(held)
    except ValueError:
        raise ValueError(f"{DOCKER_KEY} is no docker config: edit it as text.") from None
    return config


DOCKER_FORM: Final = Form(
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
    f"Wanted: the login of one registry. It goes to {DOCKER_KEY}.",
)
