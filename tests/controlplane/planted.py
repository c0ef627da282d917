"""Planted objects: a custom kind, and an object of it in which every field that names a Secret is filled.

A Secret's name begins with `secret-`, the name of anything else with `other-`. A spec is written once: the
schema comes from its values; a value that needs more than its type is a `Part`.
"""

from __future__ import annotations

import json
from functools import reduce
from typing import Any, NamedTuple

from tests.controlplane.custom_kinds import CustomKind, Schema, flag, having, integer, many, text, texts

Obj = dict[str, Any]


class Part(NamedTuple):
    """A value and its schema."""

    value: Any
    schema: Schema


class Planted(NamedTuple):
    """Custom kind, and the spec of an object with every field filled; its references name `shop`."""

    kind: CustomKind
    spec: Obj

    def spec_in(self, namespace: str) -> Obj:
        """Spec with another namespace in place of `shop`."""
        found: Obj = json.loads(json.dumps(self.spec).replace('"shop"', json.dumps(namespace)))
        return found


def planted(api: str, kind: str, spec: Obj, *, is_namespaced: bool = True) -> Planted:
    """Make a kind of that group and version, with the schema of this spec."""
    group, _, version = api.partition("/")
    both = part_of(spec)
    names = (group, version, f"{kind.lower()}s", kind)
    return Planted(CustomKind(*names, both.schema, is_namespaced=is_namespaced), both.value)


def part_of(found: Any) -> Part:
    """Value with the schema of its type; the items of a list share one schema with the fields of all."""
    if isinstance(found, Part):
        return found
    if isinstance(found, dict):
        parts = {name: part_of(one) for name, one in found.items()}
        values = {name: one.value for name, one in parts.items()}
        return Part(values, having(**{name: one.schema for name, one in parts.items()}))
    if isinstance(found, list):
        items = [part_of(one) for one in found]
        return Part([one.value for one in items], many(reduce(_joined, (one.schema for one in items))))
    kinds = {bool: flag, int: integer, str: text}
    return Part(found, kinds[type(found)]())


def _joined(one: Schema, other: Schema) -> Schema:
    """Merge two schemas: an object has the fields of both."""
    mine, theirs = one.get("properties", {}), other.get("properties", {})
    both = {name: _joined(mine.get(name, field), field) for name, field in theirs.items()}
    return one | {"properties": mine | both} if both else one


def about(description: str, found: Any, **more: Any) -> Part:
    """Value with a description in its schema."""
    both = part_of(found)
    return Part(both.value, both.schema | {"description": description} | more)


def one_of(found: str, *others: str, description: str = "") -> Part:
    """Value of an enum."""
    return Part(found, text(description, enum=[found, *others]))


def labels(**found: str) -> Part:
    return Part(found, texts())


def ref(name: str, **more: Any) -> Obj:
    return {"name": about("Name of the referent.", name), **more}


def key_of(name: str, of: str = "Secret", description: str = "") -> Part:
    """Key selector with the schema of Go's corev1.SecretKeySelector or ConfigMapKeySelector."""
    key = about(f"The key of the {of} to select from. Must be a valid {of.lower()} key.", "made-up")
    both = part_of(ref(name, key=key))
    both.schema["properties"]["optional"] = flag()
    return about(description, both) if description else both


def basic_auth(password: str, user: str = "secret-user") -> Part:
    """Basic authentication of a scraper, from two keys of Secrets."""
    return about(
        "BasicAuth to use on every scrape request.",
        {
            "username": key_of(user, description="A key of a Secret containing the username."),
            "password": key_of(password, description="A key of a Secret containing the password."),
        },
    )


def tls_files(ca: str, key: str) -> Obj:
    """TLS files of a scraper: an authority from a Secret or a ConfigMap, and a client key from a Secret."""
    either = {
        "secret": key_of(ca, description="Secret containing data to use for the targets."),
        "configMap": key_of("other-ca", "ConfigMap", "ConfigMap containing data to use for the targets."),
    }
    return {"ca": either, "keySecret": key_of(key, description="Secret containing the client key file.")}


def names_in(part: Any, start: str) -> set[str]:
    """Strings in a nested value that begin with `start`."""
    if isinstance(part, dict):
        return set().union(*(names_in(one, start) for one in part.values()))
    if isinstance(part, list):
        return set().union(*(names_in(one, start) for one in part))
    return {part} if isinstance(part, str) and part.startswith(start) else set()
