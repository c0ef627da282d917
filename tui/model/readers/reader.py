"""Objects that read Secrets, their uses of Secrets, and the effects of a change of a Secret."""

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
"""Severity: the next start or mount of the reader fails."""
MAY_FAIL: Final = 3
STAYS_OLD: Final = 2
"""Severity: the reader keeps an old value, or loses a value, until the user acts."""
ARRIVES: Final = 1
"""Severity: the reader sees the change and does not fail."""
NOTHING: Final = 0


class Effect(NamedTuple):
    """Severity (higher is worse), and a sentence without its subject, the reader's name."""

    severity: int
    sentence: str


class ReaderKind(NamedTuple):
    """A kind of object, with its names for the screen."""

    name: str
    """Name in the API, such as "Pod"."""
    one: str
    many: str
    group: str = ""
    """API group. It distinguishes kinds of the same name."""


ReaderId: TypeAlias = tuple[ReaderKind, str, str]
"""The kind, namespace and name of an object."""


class Use(Struct, frozen=True, gc=False, kw_only=True):
    """A place where an object names a Secret."""

    secret: str
    way: str
    """Kind of place in one word, such as "env_from"."""
    key: str | None
    """Key that is read; None for several, all or unknown keys."""
    container: str | None = None
    """Container, or None if the use belongs to the whole object."""
    target: str = ""
    """Variable, path or host for which the Secret is used, such as "DB_PASSWORD"."""
    is_optional: bool = False
    namespace: str | None = None
    """Namespace of the Secret; None for the namespace of the reader."""
    produces: bool = False
    """True if the object makes an operator write the Secret. False if the object reads the Secret."""

    def reads(self, key: str) -> bool:
        """True if the use reads the key, or may read it."""
        return self.key is None or self.key == key

    def how(self) -> str:
        """Describe the use for a column: "env DB_PASSWORD"."""
        raise NotImplementedError

    def how_without_place(self) -> str:
        """Describe the use for a list without a column of containers: "env DB_PASSWORD (init)"."""
        return self.how()

    def when_seen(self) -> str:
        """Describe when the reader sees a changed value: "read again at next start"."""
        raise NotImplementedError

    def effect(self, change: ChangeKind, ref: SecretRef, key: str | None) -> Effect:
        """Describe what happens to the object after a change of `key` in the Secret `ref`.

        `key` may be None if the Secret is deleted, or if any of its keys may change.
        """
        raise NotImplementedError

    @property
    def place(self) -> str:
        """Text for the column of containers."""
        return self.container or ""

    @property
    def key_word(self) -> str:
        return self.key if self.key is not None else "all keys"

    @property
    def notes(self) -> tuple[str, ...]:
        return ("optional",) if self.is_optional else ()


class ReaderInfo(Struct, frozen=True, kw_only=True):
    """Facts about an object that can name Secrets. Times are seconds since the epoch."""

    kind: ReaderKind
    namespace: str
    name: str
    uid: str
    resource_version: str
    uses: tuple[Use, ...]
    controller: tuple[str, str] | None = None
    """(kind, name) of the controller that owns the object."""
    status: str = ""
    """Status in a few words, such as "running"."""
    created: float | None = None
    restarts: tuple[tuple[str, str], ...] = ()
    """(kind, name) of each workload that an operator restarts after writing the Secret of this object."""
    mentions: tuple[Use, ...] = ()
    """Places, not in `uses`, that contain a Secret's name but perhaps do not refer to the Secret."""

    SHARED: ClassVar[tuple[str, ...]] = ("namespace", "uses", "controller", "status")
    """Fields in which objects with equal values share one value in memory."""

    @property
    def id(self) -> ReaderId:
        """Identity among objects of all kinds."""
        return self.kind, self.namespace, self.name

    @property
    def title(self) -> str:
        """Name in a list of several kinds: "ingress/web"."""
        return f"{self.kind.one}/{self.name}"

    @property
    def workload(self) -> tuple[str, str]:
        """(kind, name) of the owner, or of the object itself if it has no owner."""
        return self.controller or (self.kind.name, self.name)

    @property
    def owner_title(self) -> str:
        """Title of the owner, such as "Deployment/web", or of the object itself if it has no owner."""
        return "/".join(self.controller) if self.controller else self.title

    @property
    def messages(self) -> tuple[str, ...]:
        return ()


class Reader(Struct, frozen=True):
    info: ReaderInfo
    use: Use


def secret_of(info: ReaderInfo, use: Use) -> SecretRef:
    return SecretRef(use.namespace or info.namespace, use.secret)


def each_once(readers: Iterable[Reader]) -> tuple[Reader, ...]:
    """Return the readers without the workloads whose pods or owner are also readers."""
    all_readers = tuple(readers)
    workloads_of_pods = {
        reader.info.controller
        for reader in all_readers
        if reader.info.kind.name == "Pod" and reader.info.controller
    }
    listed = workloads_of_pods | {(reader.info.kind.name, reader.info.name) for reader in all_readers}
    return tuple(
        reader
        for reader in all_readers
        if reader.info.kind.name == "Pod"
        or (
            reader.info.controller not in listed
            and (reader.info.kind.name, reader.info.name) not in workloads_of_pods
        )
    )


def told_once(infos: Iterable[ReaderInfo]) -> Iterator[ReaderInfo]:
    """Yield the objects with only the uses that `each_once` keeps.

    An object that has uses is omitted if `each_once` keeps none of them.
    """
    infos = tuple(infos)
    by_secret = defaultdict[SecretRef, list[Reader]](list)
    for info in infos:
        for use in info.uses:
            by_secret[secret_of(info, use)].append(Reader(info, use))
    kept = {(reader.info.id, reader.use) for readers in by_secret.values() for reader in each_once(readers)}
    for info in infos:
        uses = tuple(use for use in info.uses if (info.id, use) in kept)
        if uses or not info.uses:
            yield info if len(uses) == len(info.uses) else replace(info, uses=uses)


def mentions_words(count: int, name: str) -> str:
    """Tell how many objects mention `name`.

    If `name` has only letters, as "default" has, add that it may be an ordinary word.
    """
    sentence = f"{counted(count, 'object')} {'mentions' if count == 1 else 'mention'} this name"
    return f"{sentence}; it may be an ordinary word" if name.isalpha() else sentence


def readers_count(readers: Iterable[Reader]) -> str:
    """Count the objects by kind. An object with several uses counts once."""
    return count_words(Counter(kind for kind, _namespace, _name in {reader.info.id for reader in readers}))


def count_words(counts: Mapping[ReaderKind, int]) -> str:
    """Join the counts that are not 0, the highest first: "3 pods, 1 ingress"."""
    highest_first = sorted(counts.items(), key=lambda item: (-item[1], item[0]))
    return ", ".join(counted(count, kind.one, kind.many) for kind, count in highest_first if count)


def readers_count_word(counts: Mapping[ReaderKind, int]) -> str:
    """Count readers for a column: "3 pods" if all are pods, else "4 readers"."""
    if all(kind.name == "Pod" for kind, count in counts.items() if count):
        return count_words(counts)
    return counted(sum(counts.values()), "reader")


def readers_count_words(counts: Mapping[ReaderKind, int]) -> str:
    """Count readers in total and by kind."""
    word, words = readers_count_word(counts), count_words(counts)
    return word if word == words else f"{word}: {words}"
