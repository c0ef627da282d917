"""Known names of Secrets, for users who have no right to list Secrets."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from difflib import get_close_matches

import msgspec

from tui.model.rbac.rights import Rights
from tui.model.secret.secret import SecretRef

_VERBS = ("get", "patch", "delete")
RIGHT_UNKNOWN = "right unknown"
RIGHT_REFUSED = "refused"
_MOST_COMPARED = 2_000
"""Maximum number of names compared with a mistyped name. A comparison takes about 20 µs."""


class KnownName(msgspec.Struct, frozen=True):
    """Name of a Secret. Perhaps no such Secret exists."""

    ref: SecretRef
    right: str
    source: str
    """Sources of the name in words, e.g. "your rights, opened before"."""

    @property
    def is_granted(self) -> bool:
        return self.right not in (RIGHT_UNKNOWN, RIGHT_REFUSED)

    @property
    def key(self) -> str:
        return str(self.ref)


def nearest(name: str, names: Collection[str]) -> list[str]:
    if len(names) > _MOST_COMPARED:
        names = [other for other in names if other[:1] == name[:1]][:_MOST_COMPARED]
    return get_close_matches(name, names, n=3, cutoff=0.6)


def near_keys(key: str, names: Iterable[str]) -> list[str]:
    """Return at most two names similar to `key`. Case is ignored, and "-" is equal to "_"."""
    plain: dict[str, str] = {}
    for name in sorted(names):
        plain.setdefault(_plain(name), name)
    return [plain[match] for match in get_close_matches(_plain(key), plain, n=2, cutoff=0.6)]


def _plain(key: str) -> str:
    return key.casefold().replace("-", "_")


def known_names(
    namespace: str,
    rights: Rights | None,
    used: Mapping[str, str],
    opened: Collection[str],
    written: Collection[str] = (),
) -> tuple[KnownName, ...]:
    """Return the known names of a namespace's Secrets, sorted by right (granted, unknown, refused).

    `used`: keys are names of Secrets, values are their readers in words.
    """
    granted = {name for verb in _VERBS for name in rights.names(verb, "secrets")} if rights else set()
    known = []
    for name in granted | set(used) | set(opened) | set(written):
        sources = (
            *(name in granted and "your rights", used.get(name)),
            *(name in opened and "opened before", name in written and "written before"),
        )
        source = ", ".join(word for word in sources if word)
        known.append(KnownName(SecretRef(namespace, name), _right(rights, name), source))
    rank = {RIGHT_UNKNOWN: 1, RIGHT_REFUSED: 2}
    return tuple(sorted(known, key=lambda name: (rank.get(name.right, 0), name.ref.name)))


def _right(rights: Rights | None, name: str) -> str:
    if rights is None:
        return RIGHT_UNKNOWN
    answers = {verb: rights.may(verb, "secrets", name) for verb in _VERBS}
    granted = [verb for verb in _VERBS if answers[verb]]
    return ", ".join(granted) or (RIGHT_UNKNOWN if answers["get"] is None else RIGHT_REFUSED)
