"""Find names of Secrets in any string of an object: a reference if its field looks like one, else a mention.

No list of fields is complete: schemas with x-kubernetes-preserve-unknown-fields have none, and each project
names its own fields. So every string is searched for the names of known Secrets. A name is a DNS subdomain
(kubernetes.io, "Object Names and IDs"): characters that cannot be in one separate words (for exceptions see
`_WORD`).
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
"""A word that may be a Secret's name; underscores belong to it, dots at its end (of a sentence) do not."""
_BETWEEN: Final = {
    code: " "
    for code in (*range(0x100), *range(0x2000, 0x2070), *range(0x3000, 0x3040))
    if not chr(code).isalnum() and chr(code) not in "_.-"
}
"""Word separators for `str.translate`. It is six times as fast as `_WORD`, and rules out most maps."""
_NAMESPACE: Final = ("namespace", "namespaces")
"""Endings of fields that give the namespace of Secrets named beside or below them."""
_LAST_APPLIED: Final = "kubectl.kubernetes.io/last-applied-configuration"
_POD_SPECS: Final = ("spec", "spec.template.spec", "spec.jobTemplate.spec.template.spec")
_CONTAINERS: Final = ("initContainers", "containers", "ephemeralContainers")
_OWNERS: Final = frozenset(
    ("Deployment", "StatefulSet", "DaemonSet", "ReplicaSet", "ReplicationController", "Job", "CronJob")
)
_LONGEST: Final = 200
_KEPT: Final = 3
"""Limit of paths kept for one Secret in one object."""

_Steps: TypeAlias = tuple[Step, ...]


class Mention(Use, frozen=True, gc=False, kw_only=True):
    """Strings of an object that contain a Secret's name; the object may or may not read the Secret."""

    way: str = "mention"
    key: str | None = None
    paths: tuple[str, ...]
    """Paths of the first strings, at most `_KEPT`."""
    more: int = 0
    """Number of further paths."""

    def how(self) -> str:
        """Describe the paths: "spec.args[2] and 3 more"."""
        more = len(self.paths) - 1 + self.more
        return f"{self.paths[0]} and {more} more" if more else self.paths[0]

    def when_seen(self) -> str:
        return "mentions this name; whether it reads it is not known"

    @property
    def key_word(self) -> str:
        return "-"

    @property
    def notes(self) -> tuple[str, ...]:
        return (f"also {listed(self.paths[1:])}",) if len(self.paths) > 1 else ()


class _Hit(NamedTuple):
    """Name of a Secret found in a string."""

    ref: SecretRef
    steps: _Steps
    is_whole: bool
    """True if the whole value is the name, or `namespace/name`."""


def named_in(
    obj: Obj, names: SecretNames, rule: KindRule, uses: Iterable[Use]
) -> tuple[list[ObjectUse], tuple[Mention, ...]]:
    """Guess references if the kind has no rule, and list mentions of Secrets without a reference.

    `uses`: references that the kind's rule found.
    """
    own = text(obj, "metadata.namespace")
    guessed: dict[tuple[str, SecretRef], ObjectUse] = {}
    mentioned: dict[SecretRef, dict[str, None]] = {}
    for hit in _hits(obj, names, own, rule):
        found = match_at(obj, hit.steps)
        place = guessed_place(obj, hit.steps) if rule.is_guessed and hit.is_whole else None
        if place is not None:
            space = hit.ref.namespace
            guessed[found.at, hit.ref] = use_at(
                found, place, rule, hit.ref.name, None if space == own else space, is_uncertain=not space
            )
        elif hit.ref.namespace:
            mentioned.setdefault(hit.ref, {})[_short(shown_path(found.at))] = None
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
    """Cut off the beginning of a path longer than `_LONGEST`, since map keys can have any length."""
    return path if len(path) <= _LONGEST else f"…{path[-_LONGEST:]}"


def _hits(obj: Obj, names: SecretNames, own: str, rule: KindRule) -> Iterator[_Hit]:
    """Yield every name found in strings, breadth first; keys of maps are searched too."""
    waiting: list[tuple[Any, _Steps]] = list(_parts(obj, rule))
    for holder, way in waiting:  # grows meanwhile
        if isinstance(holder, dict):
            items: list[tuple[Step, Any]] = list(holder.items())
            for key in _saying(list(holder), names):
                for hit in _said(key, names, obj, (*way, key), own):
                    yield hit._replace(is_whole=False)
        else:
            items = list(enumerate(holder)) if isinstance(holder, list) else []
        texts = {step: value for step, value in items if isinstance(value, str)}
        said = set(_saying(list(texts.values()), names))
        for step, value in texts.items() if said else ():
            if value in said:
                yield from _said(value, names, obj, (*way, step), own)
        waiting += [(value, (*way, step)) for step, value in items if isinstance(value, dict | list)]


def _saying(texts: list[str], names: SecretNames) -> list[str]:
    """Texts that may contain a name. One pass tests all of them, because most maps contain none."""
    apart = "\n".join((*texts, "")).translate(_BETWEEN)
    found = names.all.intersection(apart.replace("... ", " ").replace(". ", " ").split())
    return [text for text in texts if any(name in text for name in found)] if found else []


def _parts(obj: Obj, rule: KindRule) -> Iterator[tuple[object, _Steps]]:
    """Parts of an object to search, without its own name and the copy in `_LAST_APPLIED`.

    Rules cover all fields of built-in kinds. So these are searched only in annotations, which other
    projects set, and in what `texts` names.
    """
    if rule.texts == "literals":
        yield from _literals(obj)
        return
    meta = obj.get("metadata")
    if isinstance(meta, dict):
        notes = meta.get("annotations")
        if isinstance(notes, dict):
            kept = {name: one for name, one in notes.items() if name != _LAST_APPLIED}
            yield kept, ("metadata", "annotations")
        if rule.group not in BUILT_IN_GROUPS:
            yield meta.get("labels"), ("metadata", "labels")
    if rule.group not in BUILT_IN_GROUPS:
        yield {name: one for name, one in obj.items() if name not in ("apiVersion", "kind", "metadata")}, ()
    elif rule.texts == "data":
        yield obj.get("data"), ("data",)


def _literals(obj: Obj) -> Iterator[tuple[object, _Steps]]:
    """Commands, arguments and literal variables of containers. Objects that a workload owns are skipped,
    because they repeat the workload's.
    """
    if any(owner.get("kind") in _OWNERS for owner in objects(obj, "metadata.ownerReferences")):
        return
    for path in _POD_SPECS:
        for kind in _CONTAINERS:
            for number, container in _numbered(obj, f"{path}.{kind}"):
                steps = (*path.split("."), kind, number)
                yield from ((container.get(field), (*steps, field)) for field in ("command", "args"))
                for which, variable in _numbered(container, "env"):
                    yield {"value": variable.get("value")}, (*steps, "env", which)


def _numbered(obj: Obj, path: str) -> Iterator[tuple[int, Obj]]:
    found = at(obj, path)
    items = enumerate(found if isinstance(found, list) else ())
    return ((number, one) for number, one in items if isinstance(one, dict))


def _said(said: str, names: SecretNames, obj: Obj, steps: _Steps, own: str) -> Iterator[_Hit]:
    """Yield Secrets named in a string: in the namespace before a slash ("namespace/name"), else in `_spaces`.

    The word before a slash is a namespace only if that has a Secret of this name; it may be a vault too.
    """
    spaces: tuple[str, tuple[str, ...]] | None = None
    before = ""
    end = -1
    for word in _WORD.finditer(said):
        before = before if end >= 0 and said[end : word.start()] == "/" else ""
        if (name := word[0]) in names.all:
            if name in names.by_namespace.get(before, ()):
                there: tuple[str, ...] = (before,)
                whole = f"{before}/{name}"
            else:
                spaces = _spaces(obj, steps, own) if spaces is None else spaces
                beside, around = spaces
                is_beside = name in names.by_namespace.get(beside, ())
                there = (beside,) if is_beside else around or ("",)
                whole = name if is_beside or not beside else ""
            for space in there:
                if not space or name in names.by_namespace.get(space, ()):
                    yield _Hit(SecretRef(space, name), steps, said == whole)
        before, end = word[0], word.end()


def _spaces(obj: Obj, steps: _Steps, own: str) -> tuple[str, tuple[str, ...]]:
    """The value of a field `namespace` beside a name, and all namespaces in which the Secret may be.

    The latter are the object's own and those in the fields around the name; () for a cluster-scoped object
    without such fields. The field beside the name may belong to something else. So it decides alone only if
    that namespace has a Secret of this name; otherwise the name counts only as a mention.
    """
    found = {own: None} if own else {}
    here: Any = obj
    beside = ""
    for step in steps:
        if isinstance(here, dict):
            beside = ""
            for field, said in here.items():
                if field.lower().endswith(_NAMESPACE):
                    texts = said if isinstance(said, list) else [said]
                    found.update(dict.fromkeys(one for one in texts if isinstance(one, str) and one))
                    beside = said if field == "namespace" and isinstance(said, str) else beside
        here = here[step]
    return beside, tuple(found)
