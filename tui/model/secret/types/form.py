"""Forms in which the user fills in fields instead of editing keys.

Source of the docker config format: kubectl's pkg/cmd/create/create_secret_docker.go (DockerConfigEntry).
DOCKER_FORM escapes <, > and &, as Go's encoding/json does.
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
"""Texts of the filled fields, by the id of the field."""


class FormField(msgspec.Struct, frozen=True):
    id: str
    label: str
    is_hidden: bool = False
    given: str = ""
    """Initial text of the field in an empty form."""
    is_optional: bool = False


class Form(msgspec.Struct, frozen=True):
    """Fields, and the function that turns their texts into keys of the Secret."""

    title: str
    fields: tuple[FormField, ...]
    write: Callable[[Data, Typed], Mapping[str, Value | None]]
    """Function that returns the new values of the changed keys; None removes a key.

    Raises ValueError with a sentence to show.
    """
    part: str = ""
    """Id of the field that selects a part of the data, e.g. "server" for a registry; "" if no field does."""
    parts: Callable[[Data], tuple[str, ...]] | None = None
    """Function that lists the parts of the Secret's data, such as registries."""
    wanted: str = ""
    """Help text that names the fields to fill in, and the keys that the form writes."""

    def giving(self, id: str, text: str) -> Form:  # noqa: A002
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
    wanted="Fill in one or both fields. They set the keys username and password.",
)


def _registries(data: Data) -> tuple[str, ...]:
    return tuple(_config(data).get("auths") or ())


def _write_registry(data: Data, typed: Typed) -> Mapping[str, Value]:
    server = typed.get("server", "").strip()
    if not server:
        raise ValueError("Type the server of the registry.")
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
    """Decode the docker config; {} if `data` has none. Raises ValueError if the config is not valid."""
    if DOCKER_KEY not in data:
        return {}
    config_bytes = data[DOCKER_KEY].reveal()
    try:
        docker.logins(config_bytes)
        config: dict[str, Any] = json.loads(config_bytes)
    except ValueError:
        raise ValueError(f"{DOCKER_KEY} is not a docker config: edit the key as text.") from None
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
    f"Enter the login of one registry. It is written to {DOCKER_KEY}.",
)
