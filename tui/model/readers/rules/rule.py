"""KindRule: by which fields objects of one kind name Secrets; and the uses that it finds in an object."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Final, Literal

import msgspec
from msgspec import Struct

from tui.model.api_object import Obj, at, text
from tui.model.json_decoder import converted
from tui.model.readers.pod_spec import PodSpec
from tui.model.readers.pod_use import uses_of
from tui.model.readers.reader import Use
from tui.model.readers.rules.object_use import ObjectUse, When
from tui.model.readers.rules.path import PathMatch, find, first_text

_NAME: Final = re.compile(r"[a-z0-9]([-a-z0-9.]{0,251}[a-z0-9])?")
"""A DNS subdomain, nearly: what is not one names no Secret, and may be a value in the wrong field."""
_TEMPLATE: Final = re.compile(r"\$\{|\{\{")
_SCHEME: Final = re.compile(r"kubernetes(-gateway)?://")
"""Istio's; a Secret's name has no colon, so that it is looked for everywhere."""


class Place(Struct, frozen=True):
    """A path that names Secrets, and how the key and the namespace are found.

    "@field" is a field beside the name. A value "ns/name" names the namespace itself.
    """

    path: str
    """Path of the name, from the object's top. See path.py."""
    key: str = ""
    """The keys that are read, separated by blanks: "tls.crt tls.key"; "@key" is the key that field names.

    "@key ca.crt": ca.crt where the field is missing. "": all keys, or what the kind wants.
    """
    namespace: tuple[str, ...] = ()
    """The fields that can name the namespace: the first that is there counts, else it is the object's own."""
    guess: str = ""
    """The probable namespace if no field names it; the object's own is possible as well."""
    produces: bool = False
    """True if the object's controller writes the Secret, rather than reads it."""
    default: tuple[str, ...] = ()
    """The Secret's name if the path has none: other paths, or texts in which {} is the object's own name.

    The first that gives a name counts.
    """
    needs_kind: bool = False
    """True if a `kind` beside it must say Secret. (Else it may be absent.)"""
    unless: tuple[str, str] | None = None
    """A path and a text: an object that has this text there names nothing."""
    is_optional: bool = False


class Unread(Struct, frozen=True):
    """A place that can name Secrets in a way that is not read, so that "everything was read" is not said."""

    path: str
    what: str
    """Words for the place, with {} for the kind: "values of {}"."""
    namespace: str = ""
    """The path of the namespace for which it counts, else the object's own."""


class KindRule(Struct, frozen=True):
    """A kind of object. Its version is found by discovery."""

    group: str
    kind: str
    places: tuple[Place, ...] = ()
    when: When = "reconcile"
    """Time at which a change arrives."""
    templates: tuple[str, ...] = ()
    """The paths of pod specs in it."""
    is_guessed: bool = False
    """True if no rule of the kind is known, so that the names of fields tell which hold Secrets."""
    texts: Literal["", "data", "literals"] = ""
    """Texts of a built-in kind that may say a name, beside the annotations."""
    unread: tuple[Unread, ...] = ()
    is_watched: bool = False
    """True if a search that listed the kind goes on to watch it, as workloads. Not with `unread`."""
    restarts: str = ""
    """The path of {kind, name}: the workloads that its controller restarts when it writes the Secret."""
    restarts_if: str = ""
    """A field; if it is false, `restarts` is ignored."""


def rules(
    group: str, kinds: Mapping[str, tuple[Place, ...]], when: When = "reconcile"
) -> tuple[KindRule, ...]:
    """The rules of a group: the places of each kind, or of several kinds, separated by blanks."""
    return tuple(
        KindRule(group, kind, places, when=when) for names, places in kinds.items() for kind in names.split()
    )


def uses_in(rule: KindRule, obj: Obj) -> tuple[Use, ...]:
    """Every use of a Secret in an object of that kind. What has an unexpected shape names none."""
    found: dict[tuple[str, str | None], ObjectUse] = {}
    for place in rule.places:
        for use in _uses_at(place, rule, obj):
            found.setdefault((use.path or use.secret, use.namespace), use)
    return (*found.values(), *_in_templates(rule, obj))


def unread_in(rule: KindRule, obj: Obj) -> tuple[tuple[str, str], ...]:
    """Parts of an object that were not read, in words, each with the namespace for which that counts."""
    own = text(obj, "metadata.namespace")
    return tuple(
        (one.what, text(obj, one.namespace) or own)
        for one in rule.unread
        if any(found.value for found in find(obj, one.path))
    )


def restarts_in(rule: KindRule, obj: Obj) -> tuple[tuple[str, str], ...]:
    """(kind, name) of each workload that is restarted when this object writes its Secret."""
    if not rule.restarts or (rule.restarts_if and at(obj, rule.restarts_if) is False):
        return ()
    targets = (found.value for found in find(obj, rule.restarts) if isinstance(found.value, dict))
    return tuple((text(one, "kind").rpartition(".")[2], text(one, "name")) for one in targets)


def _uses_at(place: Place, rule: KindRule, obj: Obj) -> Iterator[ObjectUse]:
    if place.unless is not None and first_text(obj, place.unless[0]) == place.unless[1]:
        return
    is_empty = True
    for found in find(obj, place.path):
        if isinstance(found.value, str) and found.value:
            is_empty = False
            if _is_of_secret(found, place):
                yield from _uses(found, place, rule, obj)
    if is_empty and (name := _default(place, obj)):
        yield from _uses(PathMatch(name, {}, place.path), place, rule, obj)


def _default(place: Place, obj: Obj) -> str:
    for told in place.default:
        own = first_text(obj, "metadata.name" if "{}" in told else told)
        if own:
            return told.replace("{}", own) if "{}" in told else own
    return ""


def _is_of_secret(found: PathMatch, place: Place) -> bool:
    """Fields beside a name can say that it is of another kind."""
    if not found.at.endswith(".name"):
        return True
    kind, group, api, type_ = (found.beside.get(name) for name in ("kind", "group", "apiVersion", "type"))
    if group or api not in (None, "", "v1") or type_ == "ConfigMap":
        return False
    return kind == "Secret" or (not kind and not place.needs_kind)


def _uses(found: PathMatch, place: Place, rule: KindRule, obj: Obj) -> Iterator[ObjectUse]:
    named = _SCHEME.sub("", found.value)
    said, _, name = named.rpartition("/")
    is_template = _TEMPLATE.search(named) is not None
    if not is_template and not all(_NAME.fullmatch(part) for part in (said or "x", name)):
        return
    if is_template:
        said, name = "", named
    for namespace, is_uncertain in _namespaces(place, said, found, obj):
        is_unknown = is_template or _TEMPLATE.search(namespace or "") is not None
        yield use_at(found, place, rule, name, namespace, is_template=is_unknown, is_uncertain=is_uncertain)


def use_at(
    found: PathMatch,
    place: Place,
    rule: KindRule,
    secret: str,
    namespace: str | None,
    *,
    is_template: bool = False,
    is_uncertain: bool = False,
) -> ObjectUse:
    """The use of a Secret that this field names; None is the namespace of the object."""
    keys = tuple(_keys(place.key, found))
    return ObjectUse(
        secret=secret,
        way="field",
        key=keys[0] if len(keys) == 1 else None,
        keys=keys,
        target=found.label,
        path=shown_path(found.at),
        namespace=namespace,
        produces=place.produces,
        is_optional=place.is_optional or found.beside.get("optional") is True,
        when=rule.when,
        is_template=is_template,
        is_namespace_uncertain=is_uncertain,
        is_guessed=rule.is_guessed,
    )


def _keys(told: str, found: PathMatch) -> Iterator[str]:
    """A field beside the name comes before keys that are fixed."""
    names = told.split() or (["@key"] if found.at.endswith((".name", ".secretName")) else [])
    beside = [found.beside.get(name[1:]) for name in names if name.startswith("@")]
    if texts := [text for text in beside if isinstance(text, str) and text]:
        yield from texts
    else:
        yield from (name for name in names if not name.startswith("@"))


def _namespaces(place: Place, said: str, found: PathMatch, obj: Obj) -> Iterator[tuple[str | None, bool]]:
    """Each namespace in which the Secret may be, and whether that is uncertain. None = the object's own."""
    if said:
        yield said, False
        return
    for name in place.namespace:
        texts = (
            [found.beside.get(name[1:])] if name.startswith("@") else [one.value for one in find(obj, name)]
        )
        if texts := [text for text in texts if isinstance(text, str) and text]:
            yield from ((text, False) for text in texts)
            return
    own = first_text(obj, "metadata.namespace")
    if place.guess:
        yield place.guess, True
    if not place.guess or own not in ("", place.guess):
        yield None, not own or bool(place.guess)


def shown_path(at: str) -> str:
    """A path without the field that only says "name"."""
    if at.startswith("metadata.annotations['"):
        return f"annotation {at[22:-2]}"
    at = at.removesuffix(".name")
    return at.removesuffix(".secretName") if at.endswith("].secretName") else at


def _in_templates(rule: KindRule, obj: Obj) -> Iterator[Use]:
    for path in rule.templates:
        for found in find(obj, path):
            try:
                yield from uses_of(converted(found.value, PodSpec))
            except msgspec.ValidationError:
                # Not the shape that the API server accepts for pods: the names are there all the same.
                yield from _uses_at(Place(f"{path}.**"), rule, obj)
                return
