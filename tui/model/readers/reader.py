"""Readers of a Secret, of any kind: the object, its uses, and what a change does to each of them."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from typing import ClassVar, Final, Literal, NamedTuple, TypeAlias

from msgspec import Struct
from msgspec.structs import replace

from tui.model.secret.secret import SecretRef
from tui.model.text.counts import counted

ChangeKind = Literal["changed", "added", "removed", "deleted"]

FAILS: Final = 4
"""The next start fails."""
MAY_FAIL: Final = 3
"""The next start, or the next image pull, may fail."""
STAYS_OLD: Final = 2
"""Something keeps an old value, or loses one, until somebody acts."""
ARRIVES: Final = 1
"""The change arrives by itself."""
NOTHING: Final = 0
"""The change has no effect."""


class Effect(NamedTuple):
    """A severity (the highest is the worst), and the sentence that follows the reader's name."""

    severity: int
    sentence: str


class ReaderKind(NamedTuple):
    """A kind of object, in words."""

    name: str
    """Name as the API writes it: "Pod"."""
    one: str
    """ "pod"."""
    many: str
    """ "pods"."""
    group: str = ""
    """API group: two groups may have a kind of one name."""


ReaderId: TypeAlias = tuple[ReaderKind, str, str]
"""The kind, namespace and name of an object."""


class Use(Struct, frozen=True, gc=False, kw_only=True):
    """A place where an object names a Secret. Each kind of reader has a subclass."""

    secret: str
    way: str
    """Kind of the place, in one word."""
    key: str | None
    """None = all keys, or whatever the reader wants."""
    container: str | None = None
    """None = the object as a whole."""
    target: str = ""
    """Variable, path or host in the reader; "" if that says nothing."""
    is_optional: bool = False
    """True if the Secret and the key may be missing."""
    namespace: str | None = None
    """The Secret's; None = the reader's own."""
    produces: bool = False
    """True if the object writes the Secret, rather than reads it."""

    def reads(self, key: str) -> bool:
        """True if the use reads that key, as far as is known."""
        return self.key is None or self.key == key

    def how(self) -> str:
        """Describe the use for a column: "env DB_PASSWORD"."""
        raise NotImplementedError

    def how_without_place(self) -> str:
        """The same where the container is not told: "env DB_PASSWORD (init)"."""
        return self.how()

    def when_seen(self) -> str:
        """Tell when a change of the value is seen, in words that follow the reader's name."""
        raise NotImplementedError

    def effect(self, change: ChangeKind, ref: SecretRef, key: str | None) -> Effect:
        """Effect of a change to `key` on the reader (None: the whole Secret, when it is deleted)."""
        raise NotImplementedError

    @property
    def place(self) -> str:
        """The container, for a column; "" for the object as a whole."""
        return self.container or ""

    @property
    def key_word(self) -> str:
        """The key, for a column."""
        return self.key if self.key is not None else "all keys"

    @property
    def notes(self) -> tuple[str, ...]:
        """Notes for the screen, a word or two each."""
        return ("optional",) if self.is_optional else ()


class ReaderInfo(Struct, frozen=True, kw_only=True):
    """An object that can read Secrets, as far as it concerns them. Times are seconds since the epoch."""

    kind: ReaderKind
    namespace: str
    name: str
    uid: str
    resource_version: str
    uses: tuple[Use, ...]
    controller: tuple[str, str] | None = None
    """(kind, name) of what keeps it running."""
    status: str = ""
    """Status in a word: "running"; "" for kinds without one."""
    created: float | None = None
    restarts: tuple[tuple[str, str], ...] = ()
    """(kind, name) of the workloads that it restarts when it writes a Secret."""
    mentions: tuple[Use, ...] = ()
    """Secrets whose names it says in other fields: whether it reads them is not known."""

    SHARED: ClassVar[tuple[str, ...]] = ("namespace", "uses", "controller", "status")
    """Fields that many objects have in common."""

    @property
    def id(self) -> ReaderId:
        """Identity of the object among those of all kinds."""
        return self.kind, self.namespace, self.name

    @property
    def title(self) -> str:
        """Name beside objects of other kinds: "ingress/web"."""
        return f"{self.kind.one}/{self.name}"

    @property
    def workload(self) -> tuple[str, str]:
        """(kind, name) of what it belongs to; an object on its own is its own."""
        return self.controller or (self.kind.name, self.name)

    @property
    def owner_title(self) -> str:
        """Name in a list: the owner that keeps it running, "Deployment/web", or else its title."""
        return "/".join(self.controller) if self.controller else self.title

    @property
    def messages(self) -> tuple[str, ...]:
        """Messages that are reported about the object."""
        return ()


class Reader(Struct, frozen=True):
    """An object, and one of its uses."""

    info: ReaderInfo
    use: Use


def secret_of(info: ReaderInfo, use: Use) -> SecretRef:
    return SecretRef(use.namespace or info.namespace, use.secret)


def each_once(readers: Iterable[Reader]) -> tuple[Reader, ...]:
    """The same readers without those that repeat another.

    A workload repeats its pods; a ReplicaSet or a Job repeats its owner.
    """
    found = tuple(readers)
    told = {one.info.controller for one in found if one.info.kind.name == "Pod" and one.info.controller}
    there = told | {(one.info.kind.name, one.info.name) for one in found}
    return tuple(
        one
        for one in found
        if one.info.kind.name == "Pod"
        or (one.info.controller not in there and (one.info.kind.name, one.info.name) not in told)
    )


def told_once(infos: Iterable[ReaderInfo]) -> Iterator[ReaderInfo]:
    """The same objects with the uses that `each_once` keeps; one that loses all its uses is left out."""
    infos = tuple(infos)
    by_secret = defaultdict[SecretRef, list[Reader]](list)
    for info in infos:
        for use in info.uses:
            by_secret[secret_of(info, use)].append(Reader(info, use))
    told = {(one.info.id, one.use) for readers in by_secret.values() for one in each_once(readers)}
    for info in infos:
        uses = tuple(use for use in info.uses if (info.id, use) in told)
        if uses or not info.uses:
            yield info if len(uses) == len(info.uses) else replace(info, uses=uses)


def mentions_words(count: int, name: str) -> str:
    """Count objects that say a name; a word such as "default" is said for other reasons as well."""
    said = f"{counted(count, 'object')} {'mentions' if count == 1 else 'mention'} this name"
    return f"{said}; for a single word that proves little" if name.isalpha() else said


def readers_count(readers: Iterable[Reader]) -> str:
    """Count the objects by kind: "3 pods, 1 ingress"; "" for none. An object with several uses is one."""
    return count_words(Counter(kind for kind, _namespace, _name in {reader.info.id for reader in readers}))


def count_words(counts: Mapping[ReaderKind, int]) -> str:
    """The counts that are not 0, the highest first: "3 pods, 1 ingress"."""
    highest_first = sorted(counts.items(), key=lambda item: (-item[1], item[0]))
    return ", ".join(counted(count, kind.one, kind.many) for kind, count in highest_first if count)


def readers_count_word(counts: Mapping[ReaderKind, int]) -> str:
    """Count readers for a column: "3 pods" if all are pods, else "4 readers"."""
    if all(kind.name == "Pod" for kind, count in counts.items() if count):
        return count_words(counts)
    return counted(sum(counts.values()), "reader")


def readers_count_words(counts: Mapping[ReaderKind, int]) -> str:
    """The same with how many of each kind: "4 readers: 3 pods, 1 ingress"."""
    word, words = readers_count_word(counts), count_words(counts)
    return word if word == words else f"{word}: {words}"
