"""Which value pods have, in words and tones for the screens."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from typing import Final

from tui.model.draft.draft import Draft
from tui.model.readers.controllers import when_seen
from tui.model.readers.freshness import Verdict, pods_words, value_counts, workload_words, worst
from tui.model.readers.pod_use import FILES, PodUse
from tui.model.readers.pods import PodInfo
from tui.model.readers.reader import Reader, ReaderInfo, Use, secret_of
from tui.model.rollout.effects import restart_words
from tui.model.secret.secret import SecretRef
from tui.model.text.counts import listed
from tui.session.health.known import secret_meta
from tui.session.session import Session
from tui.session.writes.revert_watch import AfterWrite
from tui.ui.keymap import Keys
from tui.ui.widgets.lines import Line
from tui.ui.widgets.lists.reader_table import VERDICT_TONES
from tui.ui.widgets.text import Styled

_MOST_KEYS: Final = 3
_MOST_JUDGED: Final = 200
"""Uses of a key that are judged for its row, at each event."""


def verdict_of(session: Session, info: ReaderInfo, use: Use, key: str | None = None) -> Verdict | None:
    """Which value a pod has of `key`, or of all that the use reads; None for other kinds, and a pod's end."""
    if not isinstance(info, PodInfo) or not isinstance(use, PodUse):
        return None
    return None if info.is_terminating else session.verdicts.of(info, use, key)


def has_already(session: Session, reader: Reader, key: str, draft: Draft) -> bool:
    """Does a pod still run with what this draft puts back, since it was not restarted after the write?"""
    info, use, back = reader.info, reader.use, session.changes.comes_back(draft, key)
    if back is None or not isinstance(info, PodInfo) or not isinstance(use, PodUse):
        return False
    return use.is_read_at_start and session.verdicts.of(info, use, key, back).word == "new value"


def is_spread(session: Session, ref: SecretRef, key: str | None) -> bool:
    """Did the key change before our eyes, or does a pod keep, or may keep, an old value of it?"""
    if (row := session.row_of(ref)) is not None and session.changes.history(row, key).seen:
        return True
    readers = session.readers_of(ref.namespace).of(ref, None if key is None else [key])
    found = (verdict_of(session, one.info, one.use, key) for one in readers)
    return any(one is not None and one.is_old for one in found)


def former_in_pod(session: Session, ref: SecretRef, key: str) -> tuple[PodInfo, PodUse] | None:
    """A container that runs with an old value of the key, and can print it; a certain one first."""
    found = list[tuple[str, PodInfo, PodUse]]()
    for reader in session.readers_of(ref.namespace).of(ref, [key]):
        info, use = reader.info, reader.use
        told = verdict_of(session, info, use, key)
        if told is None or not isinstance(info, PodInfo) or not isinstance(use, PodUse):
            continue
        if told.is_old and use.is_read_at_start and info.started(use.container or "") is not None:
            found.append((told.word, info, use))
    first = min(found, key=lambda one: one[0], default=None)
    return first[1:] if first is not None else None


def value_word(session: Session, key: str | None, reader: Reader, *, is_spread: bool) -> str:
    """ "old value", "old value?", or "" if it is not known, or is in the words for when a change is seen.

    "new value" where a change `is_spread` and is seen at a start alone: that one had it already.
    """
    found = verdict_of(session, reader.info, reader.use, key)
    if found is None or not isinstance(reader.use, PodUse):
        return ""
    is_new = found.word == "new value" and is_spread and reader.use.is_read_at_start
    return found.value if found.is_old or is_new else ""


def seen_words(session: Session, info: ReaderInfo, use: Use) -> str:
    """When a use sees a change, and who brings that about by itself."""
    ref = secret_of(info, use)
    meta = secret_meta(session, ref)
    words, held = when_seen(info, use, meta), session.held(ref)
    secret = held.secret if held is not None else None
    if isinstance(use, PodUse) and secret is not None and secret.is_immutable and use.way in FILES:
        return "only a new pod reads it"  # the kubelet does not look again
    if isinstance(use, PodUse) and use.way in FILES and isinstance(info, PodInfo) and info.phase == "Pending":
        return words if info.started(use.container or "") or use.is_sub_path else "read when the pod starts"
    if not isinstance(use, PodUse) or not use.is_read_at_start or not isinstance(info, PodInfo):
        return words
    owner = session.readers_of(ref.namespace).owner(info.namespace, info.workload)
    by = restart_words(info, owner, meta)
    return f"{words}; {by}" if by else words


def verdict_lines(session: Session, info: ReaderInfo, use: Use | None) -> list[Line]:
    """The verdict with its grounds, where that says more than when a change is seen."""
    found = verdict_of(session, info, use) if use is not None else None
    if found is None or not found.is_telling:
        return []
    return [(Styled(found.short, VERDICT_TONES[found.word]), f": {found.grounds}")]


def words_of_pods(
    session: Session, wanted: Callable[[ReaderInfo, Use], bool], infos: Iterable[ReaderInfo]
) -> str:
    """How many have an old value in their wanted uses: "2 of 3 old"; "" for none."""
    readers = (Reader(info, use) for info in infos for use in info.uses if wanted(info, use))
    found = _of_pods(session, readers)
    return workload_words(found) if any(one.is_old for one in found) else ""


def arrival(session: Session, ref: SecretRef) -> str:
    """Who has what a change that was seen brought; "" without one, or where no old value can stay."""
    row, readers = session.row_of(ref), session.readers_of(ref.namespace)
    if row is None or not session.changes.saw(row):
        return ""
    found = _of_pods(session, readers.of(ref))
    is_all = readers.state.is_complete and readers.state.is_live
    return pods_words(found if is_all else [one for one in found if one.word == "old value"])


def lost_words(later: AfterWrite, keys: Keys) -> str:
    """ "password: changed again by kubectl-edit"; where a manager did that, the key that shows it."""
    shows = f"; {keys.of('show_source')} shows its source" if later.is_reset else ""
    return f"{listed(sorted(later.keys), _MOST_KEYS)}: {later.did}{shows}"


def pods_cell(session: Session, ref: SecretRef, key: str) -> Styled | str:
    """How many pods have an old value of a key, and how many the new one; "" where that is not known."""
    readers = session.readers_of(ref.namespace).of(ref, [key])
    if len(readers) > _MOST_JUDGED:
        return ""
    found = _of_pods(session, readers, key)
    words = value_counts([one.value for one in found])
    return Styled(words, "warning" if any(one.is_old for one in found) else "good") if words else ""


def old_counts(session: Session, readers: Sequence[Reader]) -> list[str]:
    """How many pods have an old value: "1 old", "3 old?"; none where too many uses would be judged."""
    if len(readers) > _MOST_JUDGED:
        return []
    count = Counter(one.value for one in _of_pods(session, readers))
    return [
        f"{count[word]} {word.replace(' value', '')}" for word in ("old value", "old value?") if count[word]
    ]


def _of_pods(session: Session, readers: Iterable[Reader], key: str | None = None) -> list[Verdict]:
    """The worst verdict of each pod, of a key or of all that it reads."""
    pods: dict[str, list[Verdict]] = {}
    for reader in readers:
        if (found := verdict_of(session, reader.info, reader.use, key)) is not None:
            pods.setdefault(reader.info.uid, []).append(found)
    return [one for found in pods.values() if (one := worst(found)) is not None]
