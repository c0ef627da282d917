"""Texts that say whether pods still use an old value."""

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
"""Maximum number of readers for which `pods_cell` and `old_counts` count pods.

Both functions judge each reader at every call, which would be slow for more readers.
"""


def verdict_of(session: Session, info: ReaderInfo, use: Use, key: str | None = None) -> Verdict | None:
    """Verdict on the value of `key` in a pod, such as "old value".

    If `key` is None, the verdict covers all keys that the use reads. The result is None for a reader that is
    not a pod, and for a pod that is terminating.
    """
    if not isinstance(info, PodInfo) or not isinstance(use, PodUse):
        return None
    return None if info.is_terminating else session.verdicts.of(info, use, key)


def has_already(session: Session, reader: Reader, key: str, draft: Draft) -> bool:
    """True if the reader, a pod, read `key` at its start and still has the value that `draft` restores."""
    info, use, earlier_change = reader.info, reader.use, session.changes.comes_back(draft, key)
    if earlier_change is None or not isinstance(info, PodInfo) or not isinstance(use, PodUse):
        return False
    return use.is_read_at_start and session.verdicts.of(info, use, key, earlier_change).word == "new value"


def is_spread(session: Session, ref: SecretRef, key: str | None) -> bool:
    """True if this session saw a change of the key, or if a pod has or may have an old value of the key.

    `key`: None for any key of the Secret.
    """
    if (row := session.row_of(ref)) is not None and session.changes.history(row, key).seen:
        return True
    readers = session.readers_of(ref.namespace).of(ref, None if key is None else [key])
    verdicts = (verdict_of(session, reader.info, reader.use, key) for reader in readers)
    return any(verdict is not None and verdict.is_old for verdict in verdicts)


def former_in_pod(session: Session, ref: SecretRef, key: str) -> tuple[PodInfo, PodUse] | None:
    """Find a running container that read the key at its start, and has or may have an old value."""
    containers = list[tuple[str, PodInfo, PodUse]]()
    for reader in session.readers_of(ref.namespace).of(ref, [key]):
        info, use = reader.info, reader.use
        verdict = verdict_of(session, info, use, key)
        if verdict is None or not isinstance(info, PodInfo) or not isinstance(use, PodUse):
            continue
        if verdict.is_old and use.is_read_at_start and info.started(use.container or "") is not None:
            containers.append((verdict.word, info, use))
    first = min(containers, key=lambda container: container[0], default=None)
    return first[1:] if first is not None else None


def value_word(session: Session, key: str | None, reader: Reader, *, is_spread: bool) -> str:
    """Text for the value that a pod has, such as "old value" or "old value?".

    A value that is or may be old always has a text. Other values have a text only if `is_spread` is true and
    the pod read them at its start. Otherwise the result is "".
    """
    verdict = verdict_of(session, reader.info, reader.use, key)
    if verdict is None or not isinstance(reader.use, PodUse):
        return ""
    return verdict.value if verdict.is_old or (is_spread and reader.use.is_read_at_start) else ""


def seen_words(session: Session, info: ReaderInfo, use: Use) -> str:
    """Describe when a reader sees a change, and whether a controller restarts the pod."""
    ref = secret_of(info, use)
    meta = secret_meta(session, ref)
    words, opened = when_seen(info, use, meta), session.held(ref)
    secret = opened.secret if opened is not None else None
    if isinstance(use, PodUse) and secret is not None and secret.is_immutable and use.way in FILES:
        return "only a new pod reads the Secret"  # the kubelet never reads an immutable Secret again
    if isinstance(use, PodUse) and use.way in FILES and isinstance(info, PodInfo) and info.phase == "Pending":
        return words if info.started(use.container or "") or use.is_sub_path else "read when the pod starts"
    if not isinstance(use, PodUse) or not use.is_read_at_start or not isinstance(info, PodInfo):
        return words
    owner = session.readers_of(ref.namespace).owner(info.namespace, info.workload)
    restarter = restart_words(info, owner, meta)
    return f"{words}; {restarter}" if restarter else words


def verdict_lines(session: Session, info: ReaderInfo, use: Use | None) -> list[Line]:
    """Line with the verdict on the values in a pod, and the grounds of the verdict.

    The result is [] if there is no verdict, or if its `is_telling` is false.
    """
    verdict = verdict_of(session, info, use) if use is not None else None
    if verdict is None or not verdict.is_telling:
        return []
    return [(Styled(verdict.short, VERDICT_TONES[verdict.word]), f": {verdict.grounds}")]


def words_of_pods(
    session: Session, wanted: Callable[[ReaderInfo, Use], bool], infos: Iterable[ReaderInfo]
) -> str:
    """Return a text such as "2 of 3 old" about the pods of `infos` that have or may have an old value.

    The result is "" if there is no such pod. Uses for which `wanted` returns False are left out.
    """
    readers = (Reader(info, use) for info in infos for use in info.uses if wanted(info, use))
    verdicts = _of_pods(session, readers)
    return workload_words(verdicts) if any(verdict.is_old for verdict in verdicts) else ""


def arrival(session: Session, ref: SecretRef) -> str:
    """Say whether the pods that read a Secret have its last change; "" if this session saw no change.

    While the list of readers is incomplete or not live, count only pods that surely have an old value.
    """
    row, readers = session.row_of(ref), session.readers_of(ref.namespace)
    if row is None or not session.changes.saw(row):
        return ""
    verdicts = _of_pods(session, readers.of(ref))
    has_all_readers = readers.state.is_complete and readers.state.is_live
    return pods_words(
        verdicts if has_all_readers else [verdict for verdict in verdicts if verdict.word == "old value"]
    )


def lost_words(later: AfterWrite, keys: Keys) -> str:
    """Return a text such as "password: changed again by …" about keys that this program wrote."""
    shows = f"; {keys.of('show_source')} shows the source" if later.is_reset else ""
    return f"{listed(sorted(later.keys), _MOST_KEYS)}: {later.did}{shows}"


def pods_cell(session: Session, ref: SecretRef, key: str) -> Styled | str:
    """Count pods by the value that they have for a key, such as "1 old 2 new of 4".

    The result is "" if no pod's value is known, or for more than `_MOST_JUDGED` readers.
    """
    readers = session.readers_of(ref.namespace).of(ref, [key])
    if len(readers) > _MOST_JUDGED:
        return ""
    verdicts = _of_pods(session, readers, key)
    if all(verdict.word == "not known" for verdict in verdicts):
        return ""
    pods = {reader.info.id for reader in readers if isinstance(reader.info, PodInfo)}
    ending_pods = [""] * (len(pods) - len(verdicts))
    words = value_counts([*(verdict.value for verdict in verdicts), *ending_pods])
    return Styled(words, "warning" if any(verdict.is_old for verdict in verdicts) else "good")


def old_counts(session: Session, readers: Sequence[Reader]) -> list[str]:
    """Return texts such as ["1 old", "3 old?"] about the pods that have or may have an old value."""
    if len(readers) > _MOST_JUDGED:
        return []
    count = Counter(verdict.value for verdict in _of_pods(session, readers))
    return [
        f"{count[word]} {word.replace(' value', '')}" for word in ("old value", "old value?") if count[word]
    ]


def _of_pods(session: Session, readers: Iterable[Reader], key: str | None = None) -> list[Verdict]:
    pods: dict[str, list[Verdict]] = {}
    for reader in readers:
        if (verdict := verdict_of(session, reader.info, reader.use, key)) is not None:
            pods.setdefault(reader.info.uid, []).append(verdict)
    return [
        worst_verdict for pod_verdicts in pods.values() if (worst_verdict := worst(pod_verdicts)) is not None
    ]
