"""Planted: a custom kind, and an object of it in which every place for a Secret is filled, and others too.

A Secret's name begins with `secret-`, that of anything else with `other-`.
"""

from __future__ import annotations

import json
from typing import Any, NamedTuple

from tests.controlplane.custom_kinds import CustomKind, Schema, flag, having, text

Obj = dict[str, Any]


class Planted(NamedTuple):
    """A kind, and the spec of an object with every place filled; a namespace that is named is `shop`."""

    kind: CustomKind
    spec: Obj

    def spec_in(self, namespace: str) -> Obj:
        """The same with another namespace for `shop`."""
        found: Obj = json.loads(json.dumps(self.spec).replace('"shop"', json.dumps(namespace)))
        return found


def key_of(of: str = "Secret", about: str = "") -> Schema:
    """As Go's corev1.SecretKeySelector and ConfigMapKeySelector come out."""
    return having(
        about,
        key=text(f"The key of the {of} to select from. Must be a valid {of.lower()} key."),
        name=text("Name of the referent."),
        optional=flag(),
    )


def basic_auth() -> Schema:
    return having(
        "BasicAuth to use on every scrape request.",
        username=key_of(about="`username` specifies a key of a Secret containing the username."),
        password=key_of(about="`password` specifies a key of a Secret containing the password."),
    )


def tls_files() -> Schema:
    either = {
        "secret": key_of(about="Secret containing data to use for the targets."),
        "configMap": key_of("ConfigMap", "ConfigMap containing data to use for the targets."),
    }
    return having(ca=having(**either), keySecret=key_of(about="Secret containing the client key file."))


def ref(**more: Schema) -> Schema:
    return having(name=text("Name of the referent."), **more)


def at(name: str, key: str = "made-up") -> Obj:
    return {"name": name, "key": key}


def names_in(part: Any, start: str) -> set[str]:
    """Every string there that begins so."""
    if isinstance(part, dict):
        return set().union(*(names_in(one, start) for one in part.values()))
    if isinstance(part, list):
        return set().union(*(names_in(one, start) for one in part))
    return {part} if isinstance(part, str) and part.startswith(start) else set()
