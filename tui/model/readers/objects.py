"""Objects that read or write Secrets, except pods and workloads."""

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
"""Kinds of the core group that have rules. They are listed here because discovery skips the core group."""
TEXT_KINDS: Final = {
    CONFIG_MAP: KindRule("", "ConfigMap", texts="data"),
    **{
        api: KindRule(api.group, api.kind, texts="literals")
        for api in (POD, *(source.api for source in WORKLOADS))
    },
}
"""Keys: kinds with texts that are searched only on request. Values: rules that select these texts."""
_NEW_WORD: Final = re.compile(r"(?<=.)(?=[A-Z][a-z])")


class ObjectInfo(ReaderInfo, frozen=True, kw_only=True):
    """An object of a kind that is neither Pod nor workload."""

    api: ApiKind
    unread: tuple[tuple[str, str], ...] = ()
    """(description, namespace) of each part that can name Secrets but was not read.

    The namespace is "" if the part can name Secrets of any namespace.
    """

    @property
    def title(self) -> str:
        return f"{self.api.kind}/{self.name}"


def can_name_secrets(group: str) -> bool:
    """True if the API group may have kinds that name Secrets but have no rule."""
    return group not in BUILT_IN_GROUPS


def ruled(served: Iterable[ApiKind], rules: Mapping[GroupKind, KindRule]) -> dict[ApiKind, KindRule]:
    """Return a dict: keys are the kinds in `served` and CORE that have a rule, values are their rules.

    CORE is added, because `served` lists only kinds of other API groups.
    """
    return {api: rules[api.group, api.kind] for api in (*CORE, *served) if (api.group, api.kind) in rules}


def unruled(served: Iterable[ApiKind], rules: Mapping[GroupKind, KindRule]) -> dict[ApiKind, KindRule]:
    """Return a dict: keys are the custom kinds in `served` that have no rule, values are new rules for them.

    With a new rule, references to Secrets are guessed from the names of fields.
    """
    workload_kinds = {(source.api.group, source.api.kind) for source in WORKLOADS}
    ruled_kinds = rules.keys() | workload_kinds
    return {
        api: KindRule(api.group, api.kind, when="unknown", is_guessed=True)
        for api in served
        if api.group not in BUILT_IN_GROUPS and (api.group, api.kind) not in ruled_kinds
    }


def object_source(
    api: ApiKind, rule: KindRule, names: SecretNames = NO_NAMES, namespace: str | None = None
) -> ReaderSource:
    """Build a source that finds references to Secrets and mentions of `names` in each object of a kind.

    If `namespace` is set, an object keeps its uses and mentions only if `is_about` returns True.
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
    *before, last = _NEW_WORD.sub(" ", api.kind).lower().split(" ")
    joined = "".join(before)
    many = api.resource.removeprefix(joined) if api.resource.startswith(joined) else f"{last}s"
    return " ".join((*before, last)), " ".join((*before, many))


def names_other_namespaces(api: ApiKind, rule: KindRule) -> bool:
    """True if an object of the kind can name a Secret of another namespace.

    This is always True for custom resources, because any of their strings may be a namespace.
    """
    return (
        not (api.is_namespaced and is_built_in(api))
        or any(unread.namespace for unread in rule.unread)
        or any(
            place.namespace or place.guess or place.path.startswith("metadata.annotations")
            for place in rule.places
        )
    )


def is_about(info: ReaderInfo, namespace: str | None) -> bool:
    """True if an object is in `namespace` or may name a Secret of `namespace`, or if `namespace` is None."""
    if namespace in (None, info.namespace):
        return True
    if isinstance(info, ObjectInfo) and any(
        unread_namespace in ("", namespace) for _, unread_namespace in info.unread
    ):
        return True
    return any((use.namespace or info.namespace) in ("", namespace) for use in (*info.uses, *info.mentions))


def unread_of(source: ReaderSource, rows: Iterable[ReaderInfo], namespace: str | None) -> list[Gap]:
    """Return a Gap for each distinct description in `ObjectInfo.unread`.

    If `namespace` is set, descriptions for other namespaces are left out. One more Gap follows if any object
    names a Secret by a template.
    """
    rows = tuple(rows)
    uses = (use for info in rows for use in info.uses)
    places = [
        words.format(source.api.full_name)
        for info in rows
        if isinstance(info, ObjectInfo)
        for words, unread_namespace in info.unread
        if namespace is None or unread_namespace in ("", namespace)
    ]
    if any(isinstance(use, ObjectUse) and use.is_template for use in uses):
        places.append(f"{source.api.full_name} that name Secrets by templates")
    return [Gap(words, "not looked at") for words in dict.fromkeys(places)]


def _read(
    api: ApiKind, kind: ReaderKind, rule: KindRule, names: SecretNames, namespace: str | None, obj: Obj
) -> ReaderInfo:
    uses = uses_in(rule, obj)
    guessed, mentions = named_in(obj, names, rule, uses)
    info = ObjectInfo(
        kind=kind,
        api=api,
        namespace=text(obj, "metadata.namespace"),
        name=text(obj, "metadata.name"),
        uid=text(obj, "metadata.uid"),
        resource_version=text(obj, "metadata.resourceVersion"),
        created=parse_time(text(obj, "metadata.creationTimestamp")),
        uses=(*uses, *guessed),
        mentions=mentions,
        restarts=restarts_in(rule, obj),
        unread=unread_in(rule, obj),
    )
    return info if is_about(info, namespace) else replace(info, uses=(), mentions=())
