"""Rules by schema: the fields of a kind that name Secrets, as far as their names, shapes and words tell.

What is found so may be wrong: it is marked "found by field name". A field called "…secret" can hold the
secret itself: it counts only if its description says that it is a name, and rule.py takes only texts that
can be one.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, Final, NamedTuple, TypeAlias

from tui.model.readers.rules.registry import rules_by_kind
from tui.model.readers.rules.rule import KindRule, Place

Schema: TypeAlias = dict[str, Any]

EXCEPTIONS: Final[tuple[tuple[str, str, str], ...]] = (
    ("gateway.networking.k8s.io", "spec.to[]", "a ReferenceGrant allows references, and makes none"),
    ("secrets.hashicorp.com", "rolloutRestartTargets[]", "the workloads to restart"),
    ("keda.sh", ".secrets[]", "names in a cloud's own store of secrets"),
    ("external-secrets.io", ".webhook.secrets[]", "the name of a variable in a template"),
    ("external-secrets.io", "externalSecretName", "names the ExternalSecret to make"),
    ("external-secrets.io", "pushSecretName", "names the PushSecret to make"),
    ("", "applicationCredentialName", "names an application of a cloud"),
)
"""Group, part of a path, and why what is found there names no Secret."""

_GVK: Final = "x-kubernetes-group-version-kind"
_NOT_READ: Final = frozenset(("apiVersion", "kind", "metadata", "status"))
_DEEPEST: Final = 40
_REFERENCE: Final = frozenset(("name", "key", "namespace", "optional"))
_TEXTS: Final = ("secretname", "secretref", "credentialname", "secret")
_LISTS: Final = ("secrets", "secretnames", "credentialnames")
_WRITTEN: Final = frozenset(("writeConnectionSecretToRef",))
"""Crossplane's word, on kinds of every provider: the Secret is written."""
_OTHER: Final = re.compile(r"config ?map|secret-?store|template$", re.I)
_PRIVATE: Final = re.compile(r"secret|credential|password|token|certificate", re.I)
_KIND: Final = re.compile(r"\bsecrets?\b", re.I)
_NAMES: Final = re.compile(r"\bname|\brefer|kubernetes|k8s|\bsecret (containing|with|that|in)\b", re.I)


class _Node(NamedTuple):
    """A schema with its references followed."""

    properties: dict[str, Schema]
    items: Schema | None
    values: Schema | None
    type: str
    description: str
    enum: tuple[Any, ...]
    refs: frozenset[str]


def rules_of_schema(document: Schema) -> tuple[KindRule, ...]:
    """The kinds of an OpenAPI v3 document whose schema has such fields, without those of RULES."""
    schemas = _as_map(_as_map(document.get("components")).get("schemas"))
    known = rules_by_kind()
    guessed = (_rule(schemas, schema) for schema in schemas.values() if isinstance(schema, dict))
    return tuple(rule for rule in guessed if rule is not None and (rule.group, rule.kind) not in known)


def _rule(schemas: Schema, schema: Schema) -> KindRule | None:
    kinds = schema.get(_GVK)
    if not isinstance(kinds, list) or len(kinds) != 1 or not isinstance(kinds[0], dict):
        return None
    group, kind = str(kinds[0].get("group", "")), str(kinds[0].get("kind", ""))
    node = _node(schemas, schema, frozenset())
    if node is None or (kind.endswith("List") and "items" in node.properties):
        return None
    places: dict[str, Place] = {}
    for name, field in node.properties.items():
        if name not in _NOT_READ:
            for place in _places(schemas, field, _Way(name, name, node, node.refs)):
                if not _is_exception(group, place.path):
                    places.setdefault(place.path, place)
    if not places:
        return None
    return KindRule(group, kind, tuple(places.values()), when="unknown", is_guessed=True)


def _is_exception(group: str, path: str) -> bool:
    return any(group.endswith(of) and part in path for of, part, _ in EXCEPTIONS)


class _Way(NamedTuple):
    """Where a schema is."""

    path: str
    field: str
    """The name of the field, also for the items of its list."""
    parent: _Node
    refs: frozenset[str]
    around: str = ""
    """The name of the field around it."""
    depth: int = 0


def _places(schemas: Schema, schema: Schema, way: _Way) -> Iterator[Place]:
    node = _node(schemas, schema, way.refs)
    if node is None or way.depth > _DEEPEST:
        return
    if _is_text(node, way):
        key, namespace = _beside(way.field, way.parent)
        yield Place(way.path, key, namespace)
    if (reference := _reference(schemas, node, way)) is not None:
        yield reference
        return
    if node.items is not None:
        yield from _places(schemas, node.items, _below(way, "[]", way.field, way.parent, node))
    if node.values is not None:
        yield from _places(schemas, node.values, _below(way, ".*", way.field, way.parent, node))
    for name, field in node.properties.items():
        step = f"['{name}']" if re.search(r"[./\[]", name) else f".{name}"
        yield from _places(schemas, field, _below(way, step, name, node, node))


def _below(way: _Way, step: str, field: str, parent: _Node, node: _Node) -> _Way:
    around = way.around if field == way.field else way.field
    return _Way(f"{way.path}{step}", field, parent, way.refs | node.refs, around, way.depth + 1)


def _is_text(node: _Node, way: _Way) -> bool:
    """Is it a name, or an item of a list of names?"""
    word = way.field.lower()
    if node.type != "string":
        return False
    if way.path.endswith("[]"):
        return word.endswith(_LISTS)
    if not word.endswith(_TEXTS):
        return False
    # A bare "…secret" may be the secret itself.
    is_bare = word.endswith("secret") and not word.endswith(("pullsecret", "pushsecret"))
    return not is_bare or _NAMES.search(node.description) is not None


def _beside(field: str, parent: _Node) -> tuple[str, tuple[str, ...]]:
    """The fields for key and namespace that go with a name of that field."""
    stem = field.removesuffix("Name").removesuffix("name")
    keys = [name for name in (f"{stem}Key", "secretKey", "key") if name in parent.properties]
    spaces = [name for name in (f"{stem}Namespace", "namespace") if name in parent.properties]
    return (f"@{keys[0]}" if keys else ""), ((f"@{spaces[0]}",) if spaces else ())


def _reference(schemas: Schema, node: _Node, way: _Way) -> Place | None:
    """A map with a name that refers to a Secret by its field's name, its shape and words, or its kind."""
    parts = {name: _node(schemas, field, way.refs | node.refs) for name, field in node.properties.items()}
    name = parts.get("name")
    if name is None or name.type != "string" or any(part and part.properties for part in parts.values()):
        return None
    path = f"{way.path}.name"
    namespace = ("@namespace",) if "namespace" in parts else ()
    told = " ".join(part.description for part in (node, name, parts.get("key")) if part)
    if _OTHER.search(way.field):
        return None
    if (kind := parts.get("kind")) is not None:
        says_secret = "secret" in way.field.lower()
        if says_secret or _KIND.search(kind.description) or "Secret" in kind.enum:
            return Place(path, "", namespace, needs_kind=not says_secret)
        return None
    if "secret" in way.field.lower():
        return Place(path, "", namespace, produces=way.field in _WRITTEN)
    is_selector = "key" in parts and _REFERENCE.issuperset(parts)
    words = f"{told} {way.field} {way.around}"
    if is_selector and _PRIVATE.search(words) and not _OTHER.search(told):
        return Place(path, "", namespace)
    return None


def _node(schemas: Schema, schema: object, seen: frozenset[str]) -> _Node | None:
    """None if it refers to what is around it, so that it has no end."""
    node = _Node({}, None, None, "", "", (), frozenset())
    if not isinstance(schema, dict):
        return node
    parts = [schema, *_all_of(schema)]
    while parts:
        part = parts.pop(0)
        if isinstance(ref := part.get("$ref"), str):
            name = ref.rpartition("/")[2]
            if name in seen or name in node.refs:
                return None
            node = node._replace(refs=node.refs | {name})
            target = _as_map(schemas.get(name))
            parts += [target, *_all_of(target)]
        items, values, enum = part.get("items"), part.get("additionalProperties"), part.get("enum")
        node = node._replace(
            properties={**_as_map(part.get("properties")), **node.properties},
            items=node.items or (items if isinstance(items, dict) else None),
            values=node.values or (values if isinstance(values, dict) else None),
            type=node.type or str(part.get("type", "")),
            description=f"{node.description} {part.get('description', '')}".strip(),
            enum=node.enum or (tuple(enum) if isinstance(enum, list) else ()),
        )
    return node


def _all_of(schema: Schema) -> list[Schema]:
    found = schema.get("allOf")
    return [part for part in found if isinstance(part, dict)] if isinstance(found, list) else []


def _as_map(value: object) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}
