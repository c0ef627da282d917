"""Judge whether a running container has the old or the new value of a Secret, and on what grounds. Pure.

A container reads variables and subPath files at its own start, so the start is compared with the last change.
In a pod that was created after the change it can have read nothing older: both times are the API server's.
managedFields only bound that change: an entry's time moves with any field of its manager, and a removed key
moves none. Sources: kubelet's kubelet_pods.go and subpath_linux.go; structured-merge-diff merge/update.go.
Times are seconds since the epoch by the API server's clock.
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
"""Seconds around a container's start in which its order with a change is not known: variables are read a
moment before the start, from the kubelet's cache, and the clocks of node and API server may differ."""
TICK: Final = 1.0
"""Seconds by which two times of the API server must differ to tell their order: it writes whole ones."""
REFRESHED: Final = 120.0
"""Seconds after which the kubelet has refreshed the files of a volume: its sync period and its cache."""
_SOON: Final = "within 2 min"
_WORST: Final[tuple[Word, ...]] = ("old value", "old value?", "not known", "new value")
_UNNAMED: Final = frozenset(("before-first-apply", "ancient-changes"))
"""Entries of managedFields into which the API server gathers several writers."""


class Verdict(NamedTuple):
    """Value of a container, old or new, and the reason, in a sentence without a full stop."""

    word: Word
    grounds: str
    instead: str = ""
    """Words in place of "not known" where no running container can have read an old value: "next pull"."""
    changed: float = 0.0
    """Time of the change that decides the verdict; 0 if unknown."""
    is_back: bool = False
    """True for the value from before a change, which was put back since."""

    @property
    def short(self) -> str:
        """Word for a column: "old", "old?", "new"."""
        return self.instead or self.word.replace(" value", "")

    @property
    def value(self) -> str:
        """The word for what the container has; a value that was put back is not new."""
        return "current value" if self.is_back else self.word

    @property
    def is_old(self) -> bool:
        """True if the value is known to be old, or may be on these grounds."""
        return self.word in ("old value", "old value?")

    @property
    def is_telling(self) -> bool:
        """True if the verdict says more than when a change of that kind of use is seen."""
        return self.instead in ("", _SOON)


class KnownChange(Struct, frozen=True, gc=False):
    """A change of a key that this session knows of for certain: its own, or one that it watched."""

    key: str
    since: float
    """Earliest time at which the change happened."""
    until: float
    """Latest time at which the change happened."""
    by: str = ""
    """The field manager; "" if no name is known."""
    was: int = 0
    now: int = 0
    """Numbers for the values before and after: the same number is the same value; 0 is not known."""
    is_added: bool = False
    """True if the key is known to be new."""


class History(Struct, frozen=True, kw_only=True):
    """Facts about when a key changed, or for a use of all keys, any of them."""

    created: float | None = None
    seen: tuple[KnownChange, ...] = ()
    """Changes of all keys in question, in the order in which they happened."""
    moved: float | None = None
    """The latest time in managedFields of an entry that owns it; None where they have none."""
    moved_by: str = ""
    unexplained: float | None = None
    """The same without the times that are known to be those of `seen`; None if that is not known."""
    is_bound: bool = False
    """True if managedFields account for the whole key, so that it did not change after `moved`."""
    gone: Literal["", "secret", "key"] = ""
    """The part that is known not to exist now; "" if none is."""
    keeps_replaced: bool = False
    """True if a node may keep a former object of that name. It keeps an immutable one as long as a pod
    there names it (kubelet's watch_based_manager.go; kubernetes/kubernetes#131589)."""


UNKNOWN: Final = History()
"""History of a Secret of which nothing is known."""


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
    """Judge which value of `key`, or of all keys that the use reads, its container has.

    `now` is None where the API server's clock is not known. `is_dated`: each time has its date.
    """
    if use.way == "image_pull":
        why = "used at the next image pull; running containers do not use it"
        return Verdict("not known", why, "next pull")
    if use.container is None:
        return Verdict("not known", "no container mounts it", "not mounted")
    if use.way not in VARIABLES and use.way not in FILES:
        return Verdict("not known", "its driver reads it at the next mount", "next mount")
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
        return Verdict("not known", "not started yet; it reads the Secret when it starts", "next start")
    if use.container_kind in ("init", "ephemeral"):
        return Verdict("not known", "it has ended; a new pod reads the Secret", "ended")
    return Verdict("not known", "it does not run; it reads the Secret at its next start", "next start")


class _Case(NamedTuple):
    """A running container and what is known of what it reads."""

    info: PodInfo
    use: PodUse
    history: History
    started: float
    key: str | None
    now: float | None
    today: float | None
    """Times of this day have no date."""
    zone: tzinfo

    @property
    def what(self) -> str:
        return f"the key {self.key}" if self.key is not None else "the data"

    def gone(self) -> Verdict:
        """A container that runs keeps what it read, and a volume its last files."""
        lost = "the Secret" if self.history.gone == "secret" else self.what
        if self.use.is_optional:
            return Verdict("not known", f"{lost} does not exist; the pod may have read it before")
        is_volume = self.use.way in FILES and not self.use.is_sub_path
        return self._old(f"{lost} is gone; {'the last files stay' if is_volume else 'it keeps what it read'}")

    def has_waited(self) -> bool:
        """True if it started after the only change, which added the key that it cannot start without."""
        use, added = self.use, [one for one in self.history.seen if one.is_added]
        if len(self.history.seen) != 1 or not added or use.is_optional or not self.history.is_bound:
            return False
        is_last = (self.history.moved or 0.0) <= added[0].until < self.started + TICK
        return is_last and (use.is_listed or use.way == "env")

    def started_with_it(self) -> Verdict:
        """Verdict for a key needed to start: the kubelet's cache lacks the key, or has the new value."""
        return Verdict("new value", self._started(f"with {self.what}, which it needs to start"))

    def at_start(self) -> Verdict:
        """Verdict for a value that is read at the container's start, and never again."""
        history, moved = self.history, self.history.moved
        later = [one for one in history.seen if self._is_before(one.since)]
        close = max((one.until for one in history.seen if one not in later), default=None)
        if lasting := [one for one in later if not _is_back([each for each in later if each.key == one.key])]:
            last = min(lasting, key=lambda one: (-one.until, one.key))
            return self._old(f"the key {last.key} changed {self.at(last.until)}{_by(last.by)}", last.until)
        if history.created is not None and self._is_before(history.created):
            return self._replaced(history.created)
        if close is not None and not self._is_read_after(close):
            return self._too_close(close)
        if later:  # all were put back
            moved = history.unexplained
        if moved is None or (not history.is_bound and not self._is_before(moved)):
            return Verdict("not known", f"the cluster does not tell when {self.what} changed")
        if self._is_before(moved):
            wrote = history.moved_by if history.moved_by not in _UNNAMED and not later else ""
            by = f": {wrote} wrote to the Secret" if wrote else ""
            why = self._started(f"{self.what} may have changed {self.at(moved)}{by}")
            return Verdict("old value?", why, changed=moved)
        if not self._is_read_after(moved):
            return self._too_close(moved)
        if later:
            back = later[-1].until
            found = self._new(f"{self.what} has that value again since {self.at(back)}", back)
            return found._replace(is_back=found.word == "new value")
        return self._new(self._last_change(moved), moved)

    def refreshed(self) -> Verdict:
        """A volume's files, which the kubelet refreshes; the app may have read them only at its start."""
        history, now = self.history, self.now
        created = history.created or 0.0
        if history.keeps_replaced and self._is_before(created):
            return self._replaced(created)
        changes = [one.until for one in history.seen]
        if now is None or history.moved is None or not history.is_bound:
            why = "the file is refreshed within 2 min of a change; the app may need a reload"
            return Verdict("not known", why, "by itself")
        last = max(history.moved, created, *changes)
        if now <= last + REFRESHED:
            why = f"{self.what} changed {self.at(last)}; the file follows within 2 min"
            return Verdict("not known", why, _SOON, last)
        if self._is_read_after(last):
            return self._new(self._last_change(last), last)
        return self._new(f"the file was refreshed after {self.at(last)}; the app may need a reload", last)

    def at(self, t: float) -> str:
        return moment(t, self.today, self.zone)

    def _is_read_after(self, change: float) -> bool:
        """True if the value that was read at the start has that change.

        A container that starts again in its pod may meet files that are not refreshed yet.
        """
        if self._is_newer_pod(change):
            return True
        return self.started > change + (BAND if self.use.way in VARIABLES else REFRESHED)

    def _is_before(self, change: float) -> bool:
        """True if the container started before that. Whatever its node's clock says, a newer pod did not."""
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
        return f"{self.what} changed last {self.at(t)}{by}"

    def _too_close(self, t: float) -> Verdict:
        why = self._started(f"{self.what} changed about then ({self.at(t)})")
        return Verdict("not known", why, changed=t)

    def _replaced(self, created: float) -> Verdict:
        why = self._started(f"the Secret was created later, {self.at(created)}")
        return Verdict("old value?", why, changed=created)


def _is_back(changes: Sequence[KnownChange]) -> bool:
    """True if the key is the same after these changes as before them."""
    return changes[0].was == changes[-1].now != 0


def _by(manager: str) -> str:
    return f" by {manager}" if manager else ""


def rank(one: Verdict) -> tuple[int, bool, float]:
    """The order in which a person wants to know of verdicts; of equals, the latest change first."""
    return _WORST.index(one.word), bool(one.instead), -one.changed


def worst(found: Iterable[Verdict]) -> Verdict | None:
    """The verdict of several uses: the one of which a person wants to know first."""
    return min(found, key=rank, default=None)


def pods_words(found: Iterable[Verdict]) -> str:
    """Describe what a change did to these pods, by the worst verdict of each; "" if no old value can stay."""
    telling = [one for one in found if one.is_telling]
    count = Counter(one.word for one in telling)
    pods = count["old value"] or count["old value?"]
    if pods:
        keep = "may keep" if not count["old value"] else "keeps" if pods == 1 else "keep"
        restart = "it restarts" if pods == 1 else "they restart"
        return f"{counted(pods, 'pod')} {keep} the old value until {restart}"
    if count["not known"]:
        return f"{counted(count['not known'], 'pod')} may not have the new value yet"
    pods, value = count["new value"], "current value" if any(one.is_back for one in telling) else "new value"
    if pods <= 1:
        return f"its pod has the {value}" if pods else ""
    return f"{'both' if pods == 2 else f'all {pods}'} pods have the {value}"


def value_counts(words: Sequence[str]) -> str:
    """Count pods by value, from the word for each: "3 old? 1 new of 5", "all new".

    "" for a pod of which nothing is said.
    """
    count = Counter("new" if word == "current value" else word.replace(" value", "") for word in words)
    if words and count["new"] == len(words):
        return "all new" if len(words) > 1 else "new"
    if words and count["not known"] == len(words):
        return "not known"
    known = [word for word in ("old", "old?", "new") if count[word]]
    rest = f" of {len(words):,}" if known and sum(count[word] for word in known) < len(words) else ""
    return " ".join(f"{count[word]:,} {word}" for word in known) + rest


def workload_words(found: Sequence[Verdict]) -> str:
    """The verdict of a workload, by the worst one of each of its pods: "2 of 3 old", "new"."""
    if not found:
        return ""
    most = worst(found)
    assert most is not None
    count = sum(one.word == most.word for one in found)
    if most.word in ("old value", "old value?"):
        mark = "?" if most.word == "old value?" else ""
        return f"{count} of {len(found)} old{mark}"
    return most.short
