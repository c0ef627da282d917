"""Find names of Secrets in any string of an object.

A `KindRule` cannot name all fields of a kind whose schema has x-kubernetes-preserve-unknown-fields. So the
strings are searched too.

In a kind without a rule, a string that equals a Secret's name (or "namespace/name") counts as a reference if
the name of the string's field suggests a reference (guess.py). Every other occurrence of a Secret's name is a
mention.

The name of a Secret is a DNS subdomain (kubernetes.io, "Object Names and IDs").
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Any, Final, NamedTuple, TypeAlias

from tui.model.api_object import BUILT_IN_GROUPS, Obj, at, objects, text
from tui.model.readers.reader import Use
from tui.model.readers.rules.guess import guessed_place
from tui.model.readers.rules.object_use import ObjectUse
from tui.model.readers.rules.path import Step, match_at
from tui.model.readers.rules.rule import KindRule, shown_path, use_at
from tui.model.readers.secret_names import SecretNames
from tui.model.secret.secret import SecretRef
from tui.model.text.counts import listed

_WORD: Final = re.compile(r"[\w.-]*[\w-]")
"""Pattern of a word to compare with the names of Secrets.

An underscore is part of the word. A final dot is left out, because it usually ends a sentence.
"""
_BETWEEN: Final = {
    code: " "
    for code in (*range(0x100), *range(0x2000, 0x2070), *range(0x3000, 0x3040))
    if not chr(code).isalnum() and chr(code) not in "_.-"
}
"""Table for `str.translate`: a blank for each character that separates words.

Most strings contain no name. A split at blanks rules them out six times as fast as `_WORD`.
"""
_NAMESPACE: Final = ("namespace", "namespaces")
"""Endings of the names of fields that hold a namespace, such as `targetNamespace`."""
_LAST_APPLIED: Final = "kubectl.kubernetes.io/last-applied-configuration"
_POD_SPECS: Final = ("spec", "spec.template.spec", "spec.jobTemplate.spec.template.spec")
_CONTAINERS: Final = ("initContainers", "containers", "ephemeralContainers")
_OWNERS: Final = frozenset(
    ("Deployment", "StatefulSet", "DaemonSet", "ReplicaSet", "ReplicationController", "Job", "CronJob")
)
_LONGEST: Final = 200
_KEPT: Final = 3
"""Maximum number of paths kept for one Secret in one object."""

_Steps: TypeAlias = tuple[Step, ...]


class Mention(Use, frozen=True, gc=False, kw_only=True):
    """Strings of an object that contain a Secret's name, but perhaps do not refer to the Secret."""

    way: str = "mention"
    key: str | None = None
    paths: tuple[str, ...]
    """Paths of the first strings, at most `_KEPT`."""
    more: int = 0

    def how(self) -> str:
        more = len(self.paths) - 1 + self.more
        return f"{self.paths[0]} and {more} more" if more else self.paths[0]

    def when_seen(self) -> str:
        return "mentions this name; not known to read the Secret"

    @property
    def key_word(self) -> str:
        return "-"

    @property
    def notes(self) -> tuple[str, ...]:
        return (f"also {listed(self.paths[1:])}",) if len(self.paths) > 1 else ()


class _Hit(NamedTuple):
    ref: SecretRef
    steps: _Steps
    is_whole: bool
    """True if the whole string is "name" or "namespace/name".

    False for "name" if the sibling field `namespace` holds a namespace without this Secret. Also False if the
    string is itself the key of a mapping.
    """


def named_in(
    obj: Obj, names: SecretNames, rule: KindRule, uses: Iterable[Use]
) -> tuple[list[ObjectUse], tuple[Mention, ...]]:
    """Return the guessed references in an object, and mentions of the Secrets in `names`.

    References are guessed only if `rule.is_guessed`. A Secret to which `uses` or a guess refers gets no
    mention.
    """
    own = text(obj, "metadata.namespace")
    guessed: dict[tuple[str, SecretRef], ObjectUse] = {}
    mentioned: dict[SecretRef, dict[str, None]] = {}
    for hit in _hits(obj, names, own, rule):
        match = match_at(obj, hit.steps)
        place = guessed_place(obj, hit.steps) if rule.is_guessed and hit.is_whole else None
        if place is not None:
            namespace = hit.ref.namespace
            guessed[match.at, hit.ref] = use_at(
                match,
                place,
                rule,
                hit.ref.name,
                None if namespace == own else namespace,
                is_uncertain=not namespace,
            )
        elif hit.ref.namespace:
            mentioned.setdefault(hit.ref, {})[_short(shown_path(match.at))] = None
    referred = {SecretRef(use.namespace or own, use.secret) for use in (*uses, *guessed.values())}
    return list(guessed.values()), tuple(
        Mention(
            secret=ref.name,
            namespace=ref.namespace if ref.namespace != own else None,
            paths=tuple(paths)[:_KEPT],
            more=max(0, len(paths) - _KEPT),
        )
        for ref, paths in mentioned.items()
        if ref not in referred
    )


def _short(path: str) -> str:
    return path if len(path) <= _LONGEST else f"…{path[-_LONGEST:]}"


def _hits(obj: Obj, names: SecretNames, own: str, rule: KindRule) -> Iterator[_Hit]:
    queue: list[tuple[Any, _Steps]] = list(_parts(obj, rule))
    for holder, steps in queue:  # the loop appends to `queue`
        if isinstance(holder, dict):
            items: list[tuple[Step, Any]] = list(holder.items())
            for key in _texts_with_names(list(holder), names):
                for hit in _hits_in_text(key, names, obj, (*steps, key), own):
                    yield hit._replace(is_whole=False)
        else:
            items = list(enumerate(holder)) if isinstance(holder, list) else []
        texts = {step: value for step, value in items if isinstance(value, str)}
        matching = set(_texts_with_names(list(texts.values()), names))
        for step, value in texts.items() if matching else ():
            if value in matching:
                yield from _hits_in_text(value, names, obj, (*steps, step), own)
        queue += [(value, (*steps, step)) for step, value in items if isinstance(value, dict | list)]


def _texts_with_names(texts: list[str], names: SecretNames) -> list[str]:
    """Return the texts that contain a name. One pass tests all texts together, because most contain none."""
    words = "\n".join((*texts, "")).translate(_BETWEEN)
    matches = names.all.intersection(words.replace("... ", " ").replace(". ", " ").split())
    return [text for text in texts if any(name in text for name in matches)] if matches else []


def _parts(obj: Obj, rule: KindRule) -> Iterator[tuple[object, _Steps]]:
    """Yield the parts of an object in which to search for names.

    The name of the object itself and the copy of the object in `_LAST_APPLIED` are left out.

    If `rule.texts` is "literals", the only parts are those that `_literals` yields. Otherwise, the parts of
    an object of a built-in kind are its annotations, and its `data` if `rule.texts` is "data". The rule of
    the kind covers the other fields.
    """
    if rule.texts == "literals":
        yield from _literals(obj)
        return
    meta = obj.get("metadata")
    if isinstance(meta, dict):
        annotations = meta.get("annotations")
        if isinstance(annotations, dict):
            kept = {name: value for name, value in annotations.items() if name != _LAST_APPLIED}
            yield kept, ("metadata", "annotations")
        if rule.group not in BUILT_IN_GROUPS:
            yield meta.get("labels"), ("metadata", "labels")
    if rule.group not in BUILT_IN_GROUPS:
        yield (
            {name: value for name, value in obj.items() if name not in ("apiVersion", "kind", "metadata")},
            (),
        )
    elif rule.texts == "data":
        yield obj.get("data"), ("data",)


def _literals(obj: Obj) -> Iterator[tuple[object, _Steps]]:
    """Yield the commands, arguments and literal variables of all containers.

    An object that a workload owns yields nothing, because it repeats the texts of the workload.
    """
    if any(owner.get("kind") in _OWNERS for owner in objects(obj, "metadata.ownerReferences")):
        return
    for path in _POD_SPECS:
        for kind in _CONTAINERS:
            for number, container in _numbered(obj, f"{path}.{kind}"):
                steps = (*path.split("."), kind, number)
                yield from ((container.get(field), (*steps, field)) for field in ("command", "args"))
                for index, variable in _numbered(container, "env"):
                    yield {"value": variable.get("value")}, (*steps, "env", index)


def _numbered(obj: Obj, path: str) -> Iterator[tuple[int, Obj]]:
    value = at(obj, path)
    items = enumerate(value if isinstance(value, list) else ())
    return ((number, item) for number, item in items if isinstance(item, dict))


def _hits_in_text(string: str, names: SecretNames, obj: Obj, steps: _Steps, own: str) -> Iterator[_Hit]:
    """Yield the Secrets that `string` may name.

    The word before a name, as in "payments/db", counts as a namespace only if that namespace has a Secret
    with this name, because the string may also be a path in a vault.
    """
    spaces: tuple[str, tuple[str, ...]] | None = None
    former_word = ""
    end = -1
    for word in _WORD.finditer(string):
        former_word = former_word if end >= 0 and string[end : word.start()] == "/" else ""
        if (name := word[0]) in names.all:
            if name in names.by_namespace.get(former_word, ()):
                namespaces: tuple[str, ...] = (former_word,)
                whole_text = f"{former_word}/{name}"
            else:
                spaces = _possible_namespaces(obj, steps, own) if spaces is None else spaces
                sibling_namespace, namespaces_around = spaces
                is_beside = name in names.by_namespace.get(sibling_namespace, ())
                namespaces = (sibling_namespace,) if is_beside else namespaces_around or ("",)
                whole_text = name if is_beside or not sibling_namespace else ""
            for namespace in namespaces:
                if not namespace or name in names.by_namespace.get(namespace, ()):
                    yield _Hit(SecretRef(namespace, name), steps, string == whole_text)
        former_word, end = word[0], word.end()


def _possible_namespaces(obj: Obj, steps: _Steps, own: str) -> tuple[str, tuple[str, ...]]:
    """Return the namespace beside the string at `steps`, and the possible namespaces of the named Secret.

    The namespace beside the string is the field `namespace` of the innermost mapping around the string; ""
    if the mapping has no such field. The possible namespaces are `own`, and the namespaces in fields of all
    mappings around the string.
    """
    namespaces = {own: None} if own else {}
    holder: Any = obj
    sibling_namespace = ""
    for step in steps:
        if isinstance(holder, dict):
            sibling_namespace = ""
            for field, value in holder.items():
                if field.lower().endswith(_NAMESPACE):
                    texts = value if isinstance(value, list) else [value]
                    namespaces.update(dict.fromkeys(name for name in texts if isinstance(name, str) and name))
                    sibling_namespace = (
                        value if field == "namespace" and isinstance(value, str) else sibling_namespace
                    )
        holder = holder[step]
    return sibling_namespace, tuple(namespaces)
