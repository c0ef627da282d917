"""KindRule: the fields in which objects of one kind name Secrets."""

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
"""Pattern of a Secret's name.

Text that is neither a name nor a template is not shown: it may be a secret value in the wrong field.
"""
_TEMPLATE: Final = re.compile(r"\$\{|\{\{")
_SCHEME: Final = re.compile(r"kubernetes(-gateway)?://")
"""Prefix that Istio allows before a Secret's name.

The prefix is removed in objects of every kind, because no name contains a colon.
"""


class ReferencePath(Struct, frozen=True):
    """A path at which objects name Secrets, and how to find the Secret's namespace and the keys.

    In `key` and `namespace`, "@field" means the value of the field `field` beside the name.
    """

    path: str
    """Path of the Secret's name (see path.py), or "" if only `default` gives the name."""
    key: str = ""
    """Keys that the object reads, separated by blanks: "tls.crt tls.key".

    - "@key ca.crt": the value of the field `key` beside the name, or ca.crt without this field
    - "": the value of the field `key` beside `name` or `secretName`; without it, the keys are not known
    """
    namespace: tuple[str, ...] = ()
    """Sources of the Secret's namespace, each a path or "@field". The first source with a value counts."""
    guess: str = ""
    """Likely namespace if no field gives one."""
    produces: bool = False
    """True if the object's controller writes the Secret, instead of reading it."""
    default: tuple[str, ...] = ()
    """Sources of the Secret's name if `path` has no text; the first with a name counts.

    A source is another path, or a pattern such as "{}-ca", where {} is the object's own name.
    """
    needs_kind: bool = False
    """True if the name counts only beside `kind: Secret`."""
    unless: tuple[str, str] | None = None
    """(path, text): the ReferencePath is ignored in an object that has this text at this path."""
    is_optional: bool = False


class UnreadField(Struct, frozen=True):
    """A field that can name Secrets, but is not read. The search for readers reports it to the user."""

    path: str
    what: str
    """Words for the field, with {} for the resource name of the kind: "{} that choose Secrets by labels"."""
    namespace: str = ""
    """Path of the namespace whose Secrets the field may name; "" for the object's own namespace."""


class KindRule(Struct, frozen=True):
    """A kind of object, and how it names Secrets. The version of the kind comes from discovery."""

    group: str
    kind: str
    places: tuple[ReferencePath, ...] = ()
    when: When = "reconcile"
    """Time at which the object's controller sees a change of the Secret."""
    templates: tuple[str, ...] = ()
    """Paths of the pod specs in an object."""
    is_guessed: bool = False
    """True if the kind has no rule of its own, and its references are guessed from field names."""
    texts: Literal["", "data", "literals"] = ""
    """Texts in which a search looks for names of Secrets; "" for none.

    - "data": the data of a ConfigMap
    - "literals": the commands, arguments and literal variables of containers
    """
    unread: tuple[UnreadField, ...] = ()
    is_watched: bool = False
    """True if the program watches the objects of the kind after it has listed them.

    A rule with `unread` must leave this False.
    """
    restarts: str = ""
    """Path of {kind, name} maps: the workloads that the controller restarts when it writes the Secret."""
    restarts_if: str = ""
    """Path of a boolean; if it is false, `restarts` is ignored."""


def rules(
    group: str, kinds: Mapping[str, tuple[ReferencePath, ...]], when: When = "reconcile"
) -> tuple[KindRule, ...]:
    """Build a rule for each kind. A key of `kinds` is one kind, or several kinds separated by blanks."""
    return tuple(
        KindRule(group, kind, places, when=when) for names, places in kinds.items() for kind in names.split()
    )


def uses_in(rule: KindRule, obj: Obj) -> tuple[Use, ...]:
    """Return the object's uses of Secrets. Fields of a wrong type are skipped."""
    uses: dict[tuple[str, str | None], ObjectUse] = {}
    for place in rule.places:
        for use in _uses_at(place, rule, obj):
            uses.setdefault((use.path or use.secret, use.namespace), use)
    return (*uses.values(), *_in_templates(rule, obj))


def unread_in(rule: KindRule, obj: Obj) -> tuple[tuple[str, str], ...]:
    """Return (`UnreadField.what`, namespace) for each field of `rule.unread` that the object has."""
    own_namespace = text(obj, "metadata.namespace")
    return tuple(
        (part.what, text(obj, part.namespace) or own_namespace)
        for part in rule.unread
        if any(match.value for match in find(obj, part.path))
    )


def restarts_in(rule: KindRule, obj: Obj) -> tuple[tuple[str, str], ...]:
    if not rule.restarts or (rule.restarts_if and at(obj, rule.restarts_if) is False):
        return ()
    targets = (match.value for match in find(obj, rule.restarts) if isinstance(match.value, dict))
    return tuple((text(target, "kind").rpartition(".")[2], text(target, "name")) for target in targets)


def _uses_at(place: ReferencePath, rule: KindRule, obj: Obj) -> Iterator[ObjectUse]:
    if place.unless is not None and first_text(obj, place.unless[0]) == place.unless[1]:
        return
    is_empty = True
    for match in find(obj, place.path):
        if isinstance(match.value, str) and match.value:
            is_empty = False
            if _is_of_secret(match, place):
                yield from _uses(match, place, rule, obj)
    if is_empty and (name := _default(place, obj)):
        yield from _uses(PathMatch(name, {}, place.path), place, rule, obj)


def _default(place: ReferencePath, obj: Obj) -> str:
    for source in place.default:
        value = first_text(obj, "metadata.name" if "{}" in source else source)
        if value:
            return source.replace("{}", value) if "{}" in source else value
    return ""


def _is_of_secret(match: PathMatch, place: ReferencePath) -> bool:
    """False if `kind`, `group`, `apiVersion` or `type` beside a `name` rules out a Secret.

    If `place.needs_kind` is set, a missing `kind` gives False, too.
    """
    if not match.at.endswith(".name"):
        return True
    kind, group, api, type_ = (match.beside.get(name) for name in ("kind", "group", "apiVersion", "type"))
    if group or api not in (None, "", "v1") or type_ == "ConfigMap":
        return False
    return kind == "Secret" or (not kind and not place.needs_kind)


def _uses(match: PathMatch, place: ReferencePath, rule: KindRule, obj: Obj) -> Iterator[ObjectUse]:
    reference = _SCHEME.sub("", match.value)
    prefix, _, name = reference.rpartition("/")
    is_template = _TEMPLATE.search(reference) is not None
    if not is_template and not all(_NAME.fullmatch(part) for part in (prefix or "x", name)):
        return
    if is_template:
        prefix, name = "", reference
    for namespace, is_uncertain in _namespaces(place, prefix, match, obj):
        is_unknown = is_template or _TEMPLATE.search(namespace or "") is not None
        yield use_at(match, place, rule, name, namespace, is_template=is_unknown, is_uncertain=is_uncertain)


def use_at(
    match: PathMatch,
    place: ReferencePath,
    rule: KindRule,
    secret: str,
    namespace: str | None,
    *,
    is_template: bool = False,
    is_uncertain: bool = False,
) -> ObjectUse:
    """Build the use of the Secret with the name `secret`.

    `match`: the field that contains the name. `namespace`: None for the namespace of the object.
    """
    keys = tuple(_keys(place.key, match))
    return ObjectUse(
        secret=secret,
        way="field",
        key=keys[0] if len(keys) == 1 else None,
        keys=keys,
        target=match.label,
        path=shown_path(match.at),
        namespace=namespace,
        produces=place.produces,
        is_optional=place.is_optional or match.beside.get("optional") is True,
        when=rule.when,
        is_template=is_template,
        is_namespace_uncertain=is_uncertain,
        is_guessed=rule.is_guessed,
    )


def _keys(listed: str, match: PathMatch) -> Iterator[str]:
    """Yield the value of `field` beside the name for each "@field" in `listed`.

    If no such field has a value, yield the other words of `listed`. An empty `listed` means "@key" if the
    name is in a field `name` or `secretName`.
    """
    names = listed.split() or (["@key"] if match.at.endswith((".name", ".secretName")) else [])
    values = [match.beside.get(name[1:]) for name in names if name.startswith("@")]
    if texts := [text for text in values if isinstance(text, str) and text]:
        yield from texts
    else:
        yield from (name for name in names if not name.startswith("@"))


def _namespaces(
    place: ReferencePath, prefix: str, name_match: PathMatch, obj: Obj
) -> Iterator[tuple[str | None, bool]]:
    """Yield (namespace, is_uncertain), with None for the namespace of the object."""
    if prefix:
        yield prefix, False
        return
    for field in place.namespace:
        texts = (
            [name_match.beside.get(field[1:])]
            if field.startswith("@")
            else [match.value for match in find(obj, field)]
        )
        if texts := [text for text in texts if isinstance(text, str) and text]:
            yield from ((text, False) for text in texts)
            return
    own_namespace = first_text(obj, "metadata.namespace")
    if place.guess:
        yield place.guess, True
    if not place.guess or own_namespace not in ("", place.guess):
        yield None, not own_namespace or bool(place.guess)


def shown_path(at: str) -> str:
    """Shorten a path for the screen: "spec.auth.secretRef" for "spec.auth.secretRef.name"."""
    if at.startswith("metadata.annotations['"):
        return f"annotation {at[22:-2]}"
    at = at.removesuffix(".name")
    return at.removesuffix(".secretName") if at.endswith("].secretName") else at


def _in_templates(rule: KindRule, obj: Obj) -> Iterator[Use]:
    for path in rule.templates:
        for match in find(obj, path):
            try:
                yield from uses_of(converted(match.value, PodSpec))
            except msgspec.ValidationError:
                # A custom resource may hold an invalid pod spec, which can still name Secrets.
                yield from _uses_at(ReferencePath(f"{path}.**"), rule, obj)
                return
