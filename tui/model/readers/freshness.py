"""Judge if a running container has the old or the new value of a Secret, with the reason.

A container reads variables and subPath files when it starts, so its start is compared with the last change.

managedFields do not give the time of each change. An entry of managedFields gets a new time when its
manager changes any field, but not when a key is removed.

Times are seconds since the epoch. The clock of the node gives a container's start. All other times are by the
API server's clock.

Sources: kubelet's kubelet_pods.go and subpath_linux.go; structured-merge-diff merge/update.go.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import UTC, tzinfo
from typing import Final, Literal, NamedTuple, TypeAlias

from msgspec import Struct

from tui.model.readers.pod_use import FILES, VARIABLES, PodUse
from tui.model.readers.pods import PodInfo
from tui.model.text.counts import counted
from tui.model.text.times import moment

Word: TypeAlias = Literal["old value", "old value?", "new value", "not known"]

BAND: Final = 5.0
"""Uncertainty of a container's start, in seconds.

The clocks of the node and the API server may differ, and the kubelet reads variables a moment before the
start.
"""
TICK: Final = 1.0
"""Resolution of the API server's times, in seconds."""
REFRESHED: Final = 120.0
"""Maximum seconds from a change until the kubelet refreshes volume files (sync period plus cache time)."""
_SOON: Final = "within 2 min"
_WORST: Final[tuple[Word, ...]] = ("old value", "old value?", "not known", "new value")
_UNNAMED: Final = frozenset(("before-first-apply", "ancient-changes"))
"""Names in managedFields that stand for several or unknown managers."""


class Verdict(NamedTuple):
    """Judgment of a container's value (old or new), with the reason."""

    word: Word
    grounds: str
    instead: str = ""
    """Words that a column shows instead of `word`: "next pull", "automatic"."""
    changed: float = 0.0
    """Time of the change on which the verdict depends; 0 if unknown."""
    is_back: bool = False
    """True if the key changed after the container's start, and a later change restored the former value."""

    @property
    def short(self) -> str:
        """Word for a column: "old", "old?", "new", "not known", or `instead`."""
        return self.instead or self.word.replace(" value", "")

    @property
    def value(self) -> str:
        """Return `word`, or "current value" if `is_back` is True."""
        return "current value" if self.is_back else self.word

    @property
    def is_old(self) -> bool:
        return self.word in ("old value", "old value?")

    @property
    def is_telling(self) -> bool:
        """False if the text in `instead` says why the value is not judged, for example "next pull".

        True for the text `_SOON`: the container's files soon have the new value.
        """
        return self.instead in ("", _SOON)


class KnownChange(Struct, frozen=True, gc=False):
    """Change that this session made to a key, or saw in a watch."""

    key: str
    since: float
    """Earliest possible time of the change."""
    until: float
    """Latest possible time of the change."""
    by: str = ""
    """Field manager that made the change."""
    was: int = 0
    now: int = 0
    """Ids of the values before and after the change; 0 if unknown. Equal values have equal ids."""
    is_added: bool = False
    """True if the change certainly added the key."""


class History(Struct, frozen=True, kw_only=True):
    """Facts about the changes of one key, or of all keys, of a Secret."""

    created: float | None = None
    seen: tuple[KnownChange, ...] = ()
    """Known changes, the oldest first."""
    moved: float | None = None
    """Latest time, according to managedFields, at which a manager may have changed the key; None if unknown.

    Unless `is_bound` is True, the key may have changed later: managedFields give no time for the
    removal of a key.
    """
    moved_by: str = ""
    """Manager that may have made the change at `moved`."""
    unexplained: float | None = None
    """Time like `moved`, but only for changes that are not in `seen`."""
    is_bound: bool = False
    """True if the key certainly did not change after `moved`."""
    gone: Literal["", "secret", "key"] = ""
    """Part that does not exist: the Secret, or only the key; "" if both exist, as far as is known."""
    keeps_replaced: bool = False
    """True if a node may still use a deleted Secret with the same name.

    The kubelet keeps an immutable Secret while a pod on its node names it (watch_based_manager.go;
    kubernetes/kubernetes#131589).
    """


UNKNOWN: Final = History()


def verdict(
    info: PodInfo,
    use: PodUse,
    history: History,
    now: float | None,
    zone: tzinfo = UTC,
    key: str | None = None,
    *,
    is_dated: bool = False,
) -> Verdict:
    """Judge if the container `use.container` has an old value of `key`.

    If `key` is None, judge all keys that `use` reads.

    `is_dated`: times in the reason always have a date, even times of today.
    """
    if use.way == "image_pull":
        why = "used at the next image pull; running containers do not use it"
        return Verdict("not known", why, "next pull")
    if use.container is None:
        part = "key" if use.is_left_out else "volume"
        return Verdict("not known", f"no container mounts the {part}", "not mounted")
    if use.way not in VARIABLES and use.way not in FILES:
        return Verdict("not known", "the volume's driver reads the Secret at the next mount", "next mount")
    started = info.started(use.container)
    if started is None:
        return _not_running(info, use)
    case = _Case(info, use, history, started, key or use.key, now, None if is_dated else now, zone)
    if history.gone:
        return case.gone()
    if case.has_waited():
        return case.started_with_it()
    return case.at_start() if use.is_read_at_start else case.refreshed()


def _not_running(info: PodInfo, use: PodUse) -> Verdict:
    if any(container == use.container for container, _reason, _message in info.waiting):
        why = "the container is waiting; it reads the Secret when it starts"
        return Verdict("not known", why, "next start")
    if use.container_kind in ("init", "ephemeral"):
        return Verdict("not known", "the container has ended; a new pod reads the Secret", "ended")
    why = "the container does not run; it reads the Secret at its next start"
    return Verdict("not known", why, "next start")


class _Case(NamedTuple):
    info: PodInfo
    use: PodUse
    history: History
    started: float
    key: str | None
    now: float | None
    """Current time, to judge how old a change is; None if unknown."""
    today: float | None
    """Current time, so that texts leave out today's date; None if texts show the date of every time."""
    zone: tzinfo

    @property
    def what(self) -> str:
        return f"the key {self.key}" if self.key is not None else "the data"

    def gone(self) -> Verdict:
        """Judge a container whose Secret or key is gone.

        A running container keeps the values that it read, and a volume keeps its last files.
        """
        lost = "the Secret" if self.history.gone == "secret" else self.what
        if self.use.is_optional:
            return Verdict("not known", f"{lost} does not exist; the pod may have an earlier value")
        is_volume = self.use.way in FILES and not self.use.is_sub_path
        return self._old(
            f"{lost} is gone; {'the last files stay' if is_volume else 'the container keeps the old value'}"
        )

    def has_waited(self) -> bool:
        """True if the container cannot start without the key, and must have waited until the key was added.

        False unless the history has exactly one known change, which added the key before the start.
        """
        use, added = self.use, [change for change in self.history.seen if change.is_added]
        if len(self.history.seen) != 1 or not added or use.is_optional or not self.history.is_bound:
            return False
        is_last = (self.history.moved or 0.0) <= added[0].until < self.started + TICK
        return is_last and (use.is_listed or use.way == "env")

    def started_with_it(self) -> Verdict:
        return Verdict("new value", self._started(f"with {self.what}, which the container needs to start"))

    def at_start(self) -> Verdict:
        history, moved = self.history, self.history.moved
        later = [change for change in history.seen if self._is_before(change.since)]
        close = max((change.until for change in history.seen if change not in later), default=None)
        if lasting := [
            change for change in later if not _is_back([other for other in later if other.key == change.key])
        ]:
            last = min(lasting, key=lambda change: (-change.until, change.key))
            return self._old(f"the key {last.key} changed {self.at(last.until)}{_by(last.by)}", last.until)
        if history.created is not None and self._is_before(history.created):
            return self._replaced(history.created)
        if close is not None and not self._is_read_after(close):
            return self._too_close(close)
        if later:  # the changes in `later` restored each value
            moved = history.unexplained
        if moved is None or (not history.is_bound and not self._is_before(moved)):
            return Verdict("not known", f"the cluster does not record when {self.what} last changed")
        if self._is_before(moved):
            wrote = history.moved_by if history.moved_by not in _UNNAMED and not later else ""
            by = f": {wrote} wrote to the Secret" if wrote else ""
            why = self._started(f"{self.what} may have changed {self.at(moved)}{by}")
            return Verdict("old value?", why, changed=moved)
        if not self._is_read_after(moved):
            return self._too_close(moved)
        if later:
            back = later[-1].until
            result = self._new(f"{self.what} got its former value back at {self.at(back)}", back)
            return result._replace(is_back=result.word == "new value")
        return self._new(self._last_change(moved), moved)

    def refreshed(self) -> Verdict:
        """Judge a container that mounts a volume without a subPath.

        The kubelet refreshes the files, but the app may have read them only at its start.
        """
        history, now = self.history, self.now
        created = history.created or 0.0
        if history.keeps_replaced and self._is_before(created):
            return self._replaced(created)
        changes = [change.until for change in history.seen]
        if now is None or history.moved is None or not history.is_bound:
            why = "the file is refreshed within 2 min of a change; the app may need a reload"
            return Verdict("not known", why, "automatic")
        last = max(history.moved, created, *changes)
        if now <= last + REFRESHED:
            why = f"{self.what} changed {self.at(last)}; the file is updated within 2 min"
            return Verdict("not known", why, _SOON, last)
        if self._is_read_after(last):
            return self._new(self._last_change(last), last)
        return self._new(f"the file was refreshed after {self.at(last)}; the app may need a reload", last)

    def at(self, t: float) -> str:
        return moment(t, self.today, self.zone)

    def _is_read_after(self, change: float) -> bool:
        """True if the container certainly read the Secret after `change`.

        For files, more time must pass between `change` and the start than for variables. A container that
        restarts in its pod may find files that the kubelet has not refreshed yet.
        """
        if self._is_newer_pod(change):
            return True
        return self.started > change + (BAND if self.use.way in VARIABLES else REFRESHED)

    def _is_before(self, change: float) -> bool:
        """True if the container certainly started before `change`.

        False for a pod that was created after the change, even if the clock of its node is wrong.
        """
        return change > self.started + BAND and not self._is_newer_pod(change)

    def _is_newer_pod(self, change: float) -> bool:
        return self.info.created is not None and self.info.created >= change + TICK

    def _started(self, why: str) -> str:
        return f"started {self.at(self.started)}, {why}"

    def _old(self, why: str, changed: float = 0.0) -> Verdict:
        return Verdict("old value", self._started(why), changed=changed)

    def _new(self, why: str, changed: float) -> Verdict:
        if self.history.keeps_replaced:
            why = "an immutable Secret was replaced; the node may keep the old one"
            return Verdict("not known", why)
        if self.started <= changed + BAND and self._is_newer_pod(changed):
            created = self.at(self.info.created or 0.0)
            return Verdict("new value", f"its pod was created {created}, {why}", changed=changed)
        return Verdict("new value", self._started(why), changed=changed)

    def _last_change(self, t: float) -> str:
        by = "" if self.history.moved_by in _UNNAMED else _by(self.history.moved_by)
        return f"{self.what} last changed {self.at(t)}{by}"

    def _too_close(self, t: float) -> Verdict:
        why = self._started(f"{self.what} changed at about the same time ({self.at(t)})")
        return Verdict("not known", why, changed=t)

    def _replaced(self, created: float) -> Verdict:
        why = self._started(f"the Secret was created later, {self.at(created)}")
        return Verdict("old value?", why, changed=created)


def _is_back(changes: Sequence[KnownChange]) -> bool:
    """True if the key has the same value after these changes as before them."""
    return changes[0].was == changes[-1].now != 0


def _by(manager: str) -> str:
    return f" by {manager}" if manager else ""


def rank(judged: Verdict) -> tuple[int, bool, float]:
    """Return a sort key for verdicts, the most urgent first.

    Verdicts are sorted by `word`, then by `instead` (empty first), then by `changed` (latest first).
    """
    return _WORST.index(judged.word), bool(judged.instead), -judged.changed


def worst(verdicts: Iterable[Verdict]) -> Verdict | None:
    return min(verdicts, key=rank, default=None)


def pods_words(verdicts: Iterable[Verdict]) -> str:
    """Describe the values of pods: "2 pods keep the old value until they restart".

    `verdicts` holds the worst verdict of each pod.
    """
    telling = [verdict for verdict in verdicts if verdict.is_telling]
    count = Counter(verdict.word for verdict in telling)
    pods = count["old value"] or count["old value?"]
    if pods:
        keep = "may keep" if not count["old value"] else "keeps" if pods == 1 else "keep"
        restart = "it restarts" if pods == 1 else "they restart"
        return f"{counted(pods, 'pod')} {keep} the old value until {restart}"
    if count["not known"]:
        return f"{counted(count['not known'], 'pod')} may not have the new value yet"
    pods, value = (
        count["new value"],
        "current value" if any(verdict.is_back for verdict in telling) else "new value",
    )
    if pods <= 1:
        return f"its pod has the {value}" if pods else ""
    return f"{'both' if pods == 2 else f'all {pods}'} pods have the {value}"


def value_counts(words: Sequence[str]) -> str:
    """Count pods by value, for example "3 old? 1 new of 5".

    In this example, 3 of 5 pods may have the old value, 1 has the new value, and 1 has an unknown value.
    """
    count = Counter("new" if word == "current value" else word.replace(" value", "") for word in words)
    if words and count["new"] == len(words):
        return "all new" if len(words) > 1 else "new"
    if words and count["not known"] == len(words):
        return "not known"
    known = [word for word in ("old", "old?", "new") if count[word]]
    total = f" of {len(words):,}" if known and sum(count[word] for word in known) < len(words) else ""
    return " ".join(f"{count[word]:,} {word}" for word in known) + total


def workload_words(verdicts: Sequence[Verdict]) -> str:
    """Return the worst verdict of a workload's pods as short words: "2 of 3 old", "new"."""
    if not verdicts:
        return ""
    worst_verdict = worst(verdicts)
    assert worst_verdict is not None
    count = sum(verdict.word == worst_verdict.word for verdict in verdicts)
    if worst_verdict.word in ("old value", "old value?"):
        mark = "?" if worst_verdict.word == "old value?" else ""
        return f"{count} of {len(verdicts)} old{mark}"
    return worst_verdict.short
