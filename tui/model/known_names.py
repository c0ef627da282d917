"""Names of Secrets that are known without a list: from rights, readers, writes, earlier runs."""

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
"""Most names that are compared with a wrong one; each takes about 20 µs."""


class KnownName(msgspec.Struct, frozen=True):
    """A known name. Only opening it shows if such a Secret exists."""

    ref: SecretRef
    right: str
    """The rights on it: "get, patch", "refused", "right unknown"."""
    source: str
    """The source of the name."""

    @property
    def is_granted(self) -> bool:
        """True if some right on it is known."""
        return self.right not in (RIGHT_UNKNOWN, RIGHT_REFUSED)

    @property
    def key(self) -> str:
        """Key of its row: "namespace/name"."""
        return str(self.ref)


def nearest(name: str, names: Collection[str]) -> list[str]:
    """Find at most three names that look most like this one."""
    if len(names) > _MOST_COMPARED:
        names = [other for other in names if other[:1] == name[:1]][:_MOST_COMPARED]
    return get_close_matches(name, names, n=3, cutoff=0.6)


def near_keys(key: str, names: Iterable[str]) -> list[str]:
    """Find at most two names that are most like a key; case, - and _ make no difference."""
    plain: dict[str, str] = {}
    for name in sorted(names):
        plain.setdefault(_plain(name), name)
    return [plain[one] for one in get_close_matches(_plain(key), plain, n=2, cutoff=0.6)]


def _plain(key: str) -> str:
    return key.casefold().replace("-", "_")


def known_names(
    namespace: str,
    rights: Rights | None,
    used: Mapping[str, str],
    opened: Collection[str],
    written: Collection[str] = (),
) -> tuple[KnownName, ...]:
    """List known names, those that may be opened first, then those whose right is unknown, each by name.

    `used`: the objects that refer to a name, as "3 pods". `opened`: names that were opened before. `written`:
    names that were written in this run.
    """
    granted = {name for verb in _VERBS for name in rights.names(verb, "secrets")} if rights else set()
    known = []
    for name in granted | set(used) | set(opened) | set(written):
        told = (
            *(name in granted and "your rights", used.get(name)),
            *(name in opened and "opened before", name in written and "written now"),
        )
        source = ", ".join(word for word in told if word)
        known.append(KnownName(SecretRef(namespace, name), _right(rights, name), source))
    rank = {RIGHT_UNKNOWN: 1, RIGHT_REFUSED: 2}
    return tuple(sorted(known, key=lambda name: (rank.get(name.right, 0), name.ref.name)))


def _right(rights: Rights | None, name: str) -> str:
    if rights is None:
        return RIGHT_UNKNOWN
    may = {verb: rights.may(verb, "secrets", name) for verb in _VERBS}
    given = [verb for verb in _VERBS if may[verb]]
    return ", ".join(given) or (RIGHT_UNKNOWN if may["get"] is None else RIGHT_REFUSED)
