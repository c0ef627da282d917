"""Objects of the kinds that only rules know: what is kept of them as readers and producers of Secrets."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from functools import partial
from typing import Final

from msgspec.structs import replace

from tui.model.api_object import BUILT_IN_GROUPS, CONFIG_MAP, POD, ApiKind, Obj, text
from tui.model.readers.gaps import Gap
from tui.model.readers.reader import ReaderInfo, ReaderKind
from tui.model.readers.rules.mention import named_in
from tui.model.readers.rules.object_use import ObjectUse
from tui.model.readers.rules.registry import GroupKind
from tui.model.readers.rules.rule import KindRule, restarts_in, unread_in, uses_in
from tui.model.readers.secret_names import NO_NAMES, SecretNames
from tui.model.readers.source import ReaderSource
from tui.model.readers.workloads import WORKLOADS
from tui.model.text.times import parse_time

CORE: Final = (
    ApiKind("", "v1", "serviceaccounts", "ServiceAccount"),
    ApiKind("", "v1", "persistentvolumes", "PersistentVolume", is_namespaced=False),
    ApiKind("", "v1", "podtemplates", "PodTemplate"),
    CONFIG_MAP,
    ApiKind("", "v1", "services", "Service"),
    ApiKind("", "v1", "persistentvolumeclaims", "PersistentVolumeClaim"),
    ApiKind("", "v1", "namespaces", "Namespace", is_namespaced=False),
)
"""The kinds of the core group that can have rules, if only in somebody's settings.

Discovery tells of the other groups alone.
"""
TEXT_KINDS: Final = {
    CONFIG_MAP: KindRule("", "ConfigMap", texts="data"),
    **{
        api: KindRule(api.group, api.kind, texts="literals") for api in (POD, *(one.api for one in WORKLOADS))
    },
}
"""Kinds that are searched for names only on request."""
_NEW_WORD: Final = re.compile(r"(?<=.)(?=[A-Z][a-z])")


class ObjectInfo(ReaderInfo, frozen=True, kw_only=True):
    """An object of some kind."""

    api: ApiKind
    unread: tuple[tuple[str, str], ...] = ()
    """Parts that were not read, in words, each with the namespace for which that counts ("": any)."""

    @property
    def title(self) -> str:
        return f"{self.api.kind}/{self.name}"


def can_name_secrets(group: str) -> bool:
    """True if kinds of that group may name Secrets, even unknown kinds. False for metrics.k8s.io."""
    return group not in BUILT_IN_GROUPS


def ruled(served: Iterable[ApiKind], rules: Mapping[GroupKind, KindRule]) -> dict[ApiKind, KindRule]:
    """The kinds that this cluster has and that a rule knows."""
    return {api: rules[api.group, api.kind] for api in (*CORE, *served) if (api.group, api.kind) in rules}


def unruled(served: Iterable[ApiKind], rules: Mapping[GroupKind, KindRule]) -> dict[ApiKind, KindRule]:
    """The other custom kinds, which are looked through for names of Secrets."""
    typed = {(source.api.group, source.api.kind) for source in WORKLOADS}
    known = rules.keys() | typed
    return {
        api: KindRule(api.group, api.kind, when="unknown", is_guessed=True)
        for api in served
        if api.group not in BUILT_IN_GROUPS and (api.group, api.kind) not in known
    }


def object_source(
    api: ApiKind, rule: KindRule, names: SecretNames = NO_NAMES, namespace: str | None = None
) -> ReaderSource:
    """Build the source of a kind: how its objects are listed; only the places that name Secrets are kept.

    `names` are searched for in custom resources. Objects that are not about the `namespace` keep no use: a
    watch of all namespaces tells of them too.
    """
    kind = ReaderKind(api.kind, *_in_words(api), api.group)
    return ReaderSource(
        kind=kind,
        api=api,
        shape=dict,
        read=partial(_read, api, kind, rule, names, namespace),
        is_metadata=is_built_in(api)
        and all(place.path.startswith("metadata.") for place in rule.places)
        and not (rule.templates or rule.unread or rule.texts),
    )


def is_built_in(api: ApiKind) -> bool:
    return api.group in BUILT_IN_GROUPS


def _in_words(api: ApiKind) -> tuple[str, str]:
    """Singular and plural in words: "service account", "service accounts"."""
    *before, last = _NEW_WORD.sub(" ", api.kind).lower().split(" ")
    joined = "".join(before)
    many = api.resource.removeprefix(joined) if api.resource.startswith(joined) else f"{last}s"
    return " ".join((*before, last)), " ".join((*before, many))


def names_other_namespaces(api: ApiKind, rule: KindRule) -> bool:
    """True if an object can name a Secret of another namespace. A custom resource can in any text."""
    return (
        not (api.is_namespaced and is_built_in(api))
        or any(one.namespace for one in rule.unread)
        or any(
            place.namespace or place.guess or place.path.startswith("metadata.annotations")
            for place in rule.places
        )
    )


def is_about(info: ReaderInfo, namespace: str | None) -> bool:
    """True if an object lives in that namespace, or may name a Secret there. None is any namespace."""
    if namespace in (None, info.namespace):
        return True
    if isinstance(info, ObjectInfo) and any(where in ("", namespace) for _, where in info.unread):
        return True
    return any((use.namespace or info.namespace) in ("", namespace) for use in (*info.uses, *info.mentions))


def unread_of(source: ReaderSource, rows: Iterable[ReaderInfo], namespace: str | None) -> list[Gap]:
    """List references to Secrets that are not read: by a template, a label, or in free text."""
    rows = tuple(rows)
    uses = (use for info in rows for use in info.uses)
    found = [
        what.format(source.api.full_name)
        for info in rows
        if isinstance(info, ObjectInfo)
        for what, where in info.unread
        if namespace is None or where in ("", namespace)
    ]
    if any(isinstance(use, ObjectUse) and use.is_template for use in uses):
        found.append(f"{source.api.full_name} that name Secrets by templates")
    return [Gap(what, "not looked at") for what in dict.fromkeys(found)]


def _read(
    api: ApiKind, kind: ReaderKind, rule: KindRule, names: SecretNames, about: str | None, found: Obj
) -> ReaderInfo:
    uses = uses_in(rule, found)
    guessed, mentions = named_in(found, names, rule, uses)
    info = ObjectInfo(
        kind=kind,
        api=api,
        namespace=text(found, "metadata.namespace"),
        name=text(found, "metadata.name"),
        uid=text(found, "metadata.uid"),
        resource_version=text(found, "metadata.resourceVersion"),
        created=parse_time(text(found, "metadata.creationTimestamp")),
        uses=(*uses, *guessed),
        mentions=mentions,
        restarts=restarts_in(rule, found),
        unread=unread_in(rule, found),
    )
    return info if is_about(info, about) else replace(info, uses=(), mentions=())
