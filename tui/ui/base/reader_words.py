"""Texts about the readers of a Secret, and why the known readers may be incomplete or out of date."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Final

from tui.model.errors import Forbidden
from tui.model.readers.gaps import TEXTS, gap_words
from tui.model.readers.reader import ReaderKind, mentions_words, readers_count_word
from tui.model.secret.secret import SecretRef, SecretSummary
from tui.model.text.counts import joined, listed
from tui.model.text.printable import printable
from tui.session.cache.list_state import ListState
from tui.session.cache.readers import Readers
from tui.session.clock import Clock
from tui.session.marks import lacks_of_row
from tui.session.session import Session
from tui.ui.keymap import Keys
from tui.ui.widgets.lines import Line
from tui.ui.widgets.text import Cell, Styled, Tone, text_of, width

NO_READER: Final = "no reader known"


def read_by(readers: Readers, ref: SecretRef, counts: Mapping[ReaderKind, int] | None = None) -> Cell:
    """Cell with the number of readers of a Secret.

    `counts`: numbers of readers to show instead, for example those of one key.
    """
    word = readers_count_word(readers.counts(ref) if counts is None else counts)
    state = readers.state
    if state.is_complete:
        return word or Styled("mentioned" if readers.is_mentioned(ref) else NO_READER, "muted")
    if state.kind in ("idle", "refused"):
        # A line below the keys says "refused" once, so each key has only "·".
        return Styled("·" if state.kind == "idle" or counts is not None else "refused", "muted")
    return Styled(f"{word}…", "muted")


def read_by_row(session: Session, row: SecretSummary, keys: Keys, cells: int) -> Cell:
    """Cell for a row of the list of Secrets: problems of the Secret, or else the cell of `read_by`.

    Examples of problems:

    - "3, 1 fails": one of three readers waits for a missing key.
    - "1 lacks a key": a running reader needs a missing key.
    - "3, see B": the health screen (key B) shows problems.
    """
    cell = read_by(session.readers_of(row.ref.namespace), row.ref)
    count, lacks = text_of(cell), lacks_of_row(session, row)
    if failing := len({lack.info.id for lack in lacks if lack.waits}):
        fail, total = "fails" if failing == 1 else "fail", count.partition(" ")[0]
        if total == f"{failing:,}":
            return Styled(f"{count} {fail}", "bad")
        return _longest([f"{count}, {failing:,} {fail}", f"{failing:,} of {total} fail"], cells, "bad")
    if lacking := len({lack.info.id for lack in lacks}):
        return Styled(f"{lacking:,} lack{'s' if lacking == 1 else ''} a key", "bad")
    if problems := session.problems.get((row.ref, row.resource_version)):
        is_bad = any(finding.level == "fails" for finding in problems)
        see = f"see {keys.of('show_health')}"
        return _longest([f"{count}, {see}", see], cells, "bad" if is_bad else "warning")
    return cell


def _longest(texts: Sequence[str], cells: int, tone: Tone) -> Styled:
    return Styled(next((text for text in texts if width(text) <= cells), texts[-1]), tone)


def readers_word(readers: Readers, ref: SecretRef, keys: Keys, clock: Clock) -> str:
    """Text for a Secret without a known reader, such as "no reader known (all kinds were read)"."""
    why, state = _doubts(readers, keys, clock), readers.state
    if state.is_complete:
        is_known = not (readers.gaps_of(ref) or readers.is_mentioned(ref))
        no_reader = f"{NO_READER} (all kinds were read)" if is_known else NO_READER
        return f"{no_reader} {why}".rstrip()
    if state.kind in ("idle", "loading"):
        return why
    return f"not known: {why}"


def readers_doubt(readers: Readers, keys: Keys, clock: Clock) -> str:
    """Reason why the known readers may be incomplete or out of date; "" if there is none."""
    why = _doubts(readers, keys, clock)
    return why if readers.state.is_complete or not why else f"incomplete: {why}"


def _doubts(readers: Readers, keys: Keys, clock: Clock) -> str:
    kinds_by_doubt = defaultdict[str, list[ReaderKind]](list)
    complete_stores = [store for store in readers.search.followed if store.state.is_complete]
    states = {store.source.kind: store.state for store in (*readers.stores, *complete_stores)}
    for kind, state in states.items():
        kinds_by_doubt[_doubt(state, "", keys, clock)].append(kind)
    doubts = (
        _doubt(states[kinds[0]], joined([kind.many for kind in kinds]), keys, clock)
        for kinds in kinds_by_doubt.values()
    )
    return "; ".join(doubt for doubt in doubts if doubt)


def _doubt(state: ListState, kinds: str, keys: Keys, clock: Clock) -> str:
    if state.is_complete:
        if state.is_live or state.since is None:
            return ""
        why = "reloading…" if state.error is None else state.error.sentence
        why = state.error.lack if isinstance(state.error, Forbidden) else why
        return f"as of {clock.moment(state.since)}: {why}"
    if state.kind == "refused":
        return f"you may not list {kinds}"
    if state.error is not None:
        return state.error.sentence
    if state.kind == "idle":
        return f"{kinds} not loaded yet ({keys.of('show_readers')} loads them)"
    return f"loading {kinds}…"


def mentioned(readers: Readers, ref: SecretRef) -> list[Line]:
    """Line about objects that mention the Secret's name outside of known references; [] if there are none."""
    places = [f"{reader.info.title} {reader.use.how()}" for reader in readers.mentions_of(ref)]
    if not places:
        return []
    count = f"  {mentions_words(len(places), ref.name)}: "
    return [(Styled(count, "warning"), printable(listed(places, 2)))]


def not_checked(
    readers: Readers, keys: Keys, clock: Clock, ref: SecretRef | None = None, *, command: str = ""
) -> list[Line]:
    """Lines to show below the known readers: which kinds were searched for readers, and which were not.

    `command`: id of the command that searches all kinds; "go_back" if only the previous screen has this
    command; "" to name no keyboard key.
    """
    search = readers.search
    if search.phase == "not asked":
        ending = ": no other kind was read"
        if command:
            afterwards = f", then {keys.of('show_readers')} twice," if command == "go_back" else ""
            ending = f"; {keys.of(command)}{afterwards} reads all kinds"
        return [(Styled(f"  pods only{ending}", "muted"),)]
    if search.phase == "asking" and not search.listed:
        return [(Styled("  looking for kinds that can name Secrets…", "muted"),)]
    if search.is_running:
        stop = keys.of("stop_running")
        return [(Styled(f"  read so far: {search.progress}… ({stop} stops)", "muted"),)]
    as_of = f"as of {clock.moment(search.at or 0.0)}"
    gaps = readers.gaps if ref is None else readers.gaps_of(ref)
    lines = [f"{words} ({as_of})" for words in gap_words(gaps)]
    if not gaps:
        scope = "everything was" if search.with_texts else "all kinds were"
        lines = [f"{scope} read {as_of}: {search.progress}"]
    if not search.with_texts:
        ending = f" ({keys.of(command)} reads them too)" if command == "search_readers" else ""
        lines.append(f"not read: {TEXTS}{ending}")
    return [(Styled(f"  {words}", "muted"),) for words in lines]
