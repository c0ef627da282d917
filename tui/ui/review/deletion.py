"""Lines about the effects of deleting a Secret: readers that lose it, objects that may recreate it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, Final

from tui.model.readers.reader import (
    FAILS,
    MAY_FAIL,
    NOTHING,
    ReaderId,
    ReaderInfo,
    each_once,
    readers_count,
)
from tui.model.rollout.effects import effects_on
from tui.model.secret.secret import Secret, SecretRef, SecretSummary
from tui.model.text.counts import listed
from tui.model.text.printable import printable
from tui.session.health.known import secret_meta
from tui.session.writes.undo import MOST_UNDO_BYTES
from tui.ui.base.reader_words import mentioned, not_checked, readers_doubt, readers_word
from tui.ui.base.screen import TuiScreen
from tui.ui.base.screen_context import ScreenContext
from tui.ui.dialogs.confirm_context import destination
from tui.ui.review.affected_lines import ReaderEffect, effect_lines
from tui.ui.review.lines import marked
from tui.ui.widgets.lines import Line
from tui.ui.widgets.review_page import ReviewPage
from tui.ui.widgets.text import Styled

AROUND: Final = 8
"""Width in terminal cells of the frame, padding and scroll bar around the lines of a deletion screen."""


class LateChanges:
    """Changes since the deletion screen opened. The user must see all of them before a deletion is sent."""

    def __init__(self) -> None:
        self._problems: list[str] = []
        self._is_read = True
        self._workloads: dict[SecretRef, frozenset[str]] = {}
        """Workloads that read each Secret, as of the last call of `readers`.

        A Secret has no entry until all pods of its namespace are listed.
        """

    def add(self, news: Iterable[str]) -> list[Line]:
        """Add changes. Return one line with all changes added so far; [] if none were added."""
        if more := list(news):
            self._problems, self._is_read = list(dict.fromkeys([*self._problems, *more])), False
        changed = f"! changed since you opened this screen: {', '.join(self._problems)}"
        return [(Styled(changed, "warning"),)] if self._problems else []

    def readers(self, shared: ScreenContext, names: Mapping[SecretRef, str]) -> Iterator[str]:
        """Phrases for workloads that read a Secret now, but did not at the previous call."""
        for ref, name in names.items():
            readers = shared.session.readers_of(ref.namespace)
            if not readers.state.is_complete:
                continue
            workloads_now = frozenset(" ".join(reader.info.workload) for reader in readers.of(ref))
            yield from (
                f"{workload} reads {name}"
                for workload in sorted(workloads_now - self._workloads.get(ref, workloads_now))
            )
            self._workloads[ref] = workloads_now

    def is_seen(self, screen: TuiScreen[Any]) -> bool:
        """True if no change was added since the previous call. For the first call, all added changes count.

        Otherwise scroll to the changes, and ask the user to press the key of `confirm_delete`.
        """
        is_seen, self._is_read = self._is_read, True
        if not is_seen:
            screen.query_one(ReviewPage).page.action_scroll_edge("first")
            key = screen.shared.keys.of("confirm_delete")
            screen.show_message(
                f"Nothing sent: read the changes at the top, then press {key} to delete.", "warning"
            )
        return is_seen


def last_lines(
    shared: ScreenContext, count: int, *namespaces: str, is_owned: bool = False
) -> list[list[Line]]:
    blocks: list[list[Line]] = [[undo_line(shared, count, *namespaces, is_owned=is_owned)]] if count else []
    if shared.settings.guarded:
        words = f"{shared.settings.guarded}: you must also type the context's name"
        blocks.append([(Styled(words, "warning"),)])
    return [*blocks, [destination(shared, "Deletes in  ", *namespaces)]]


def comes_back(shared: ScreenContext, secret: Secret | SecretSummary) -> Iterator[Line]:
    """Lines about everything that may create the Secret again: objects that write it, and its draft."""
    ref, session = secret.ref, shared.session
    makers = {producer.info.title for producer in session.readers_of(ref.namespace).producers_of(ref)}
    if names := sorted(makers | ({secret.manager} if secret.manager else set())):
        yield marked("!", "warning", f"{listed(names)} may create the Secret again")
    draft = session.drafts.get(ref, secret.uid)
    if draft is not None and not draft.is_empty:
        kept = f"your draft of {listed(draft.changes().keys)} is kept and can create the Secret again"
        yield marked("!", "warning", kept)


def stays(secret: Secret | SecretSummary) -> Iterator[Line]:
    reasons = ["the Secret is being deleted already"] if secret.is_terminating else []
    if secret.finalizers:
        subject = "it" if reasons else "the Secret"
        reasons.append(f"{subject} stays until its finalizers finish: {', '.join(secret.finalizers)}")
    if reasons:
        yield marked("!", "warning", "; ".join(reasons))


def affected_readers(shared: ScreenContext, ref: SecretRef) -> list[ReaderEffect]:
    """Effects of a deletion on the known readers, worst first."""
    held = shared.session.readers_of(ref.namespace)
    ways: dict[ReaderId, list[tuple[int, str, str]]] = {}
    infos: dict[ReaderId, ReaderInfo] = {}
    for reader, effect in effects_on(held.of(ref), "deleted", secret_meta(shared.session, ref), None):
        # The deletion screen already names the Secret.
        sentence = effect.sentence.removesuffix(f': secret "{ref.name}" not found')
        ways.setdefault(reader.info.id, []).append((-effect.severity, sentence, reader.use.how()))
        infos[reader.info.id] = reader.info
    ids_by_effect: dict[tuple[int, str, str, str], set[ReaderId]] = {}
    for id_, of_reader in ways.items():
        rank, sentence, how = min(of_reader, key=lambda way: way[0])
        more = f" and {len(of_reader) - 1} more" if len(of_reader) > 1 else ""
        ids_by_effect.setdefault((rank, sentence, how + more, infos[id_].owner_title), set()).add(id_)
    owners = {owner for *_, owner in ids_by_effect}
    names = Counter(owner.rpartition("/")[2] for owner in owners)
    return sorted(
        ReaderEffect(
            rank,
            printable(short if names[short := owner.rpartition("/")[2]] == 1 else owner),
            printable(how),
            sentence,
            frozenset(ids),
        )
        for (rank, sentence, how, owner), ids in ids_by_effect.items()
    )


def deletion_verdict(shared: ScreenContext, ref: SecretRef, effects: Sequence[ReaderEffect]) -> Line:
    held = shared.session.readers_of(ref.namespace)
    readers = each_once(held.of(ref))
    if not readers:
        word = readers_word(held, ref, shared.keys, shared.session.clock)
        return marked("", "muted", word if held.state.is_complete else f"Readers: {word}")
    worst = max((-effect.rank for effect in effects), default=NOTHING)
    hit = frozenset[ReaderId]().union(*(effect.ids for effect in effects if effect.rank == -worst))
    reads = f"{readers_count(readers)} {'reads' if len(readers) == 1 else 'read'} the Secret"
    total = len({reader.info.id for reader in readers})
    count = "all" if len(hit) == total > 1 else str(len(hit))
    if worst >= FAILS:
        its = "its" if len(hit) == 1 else "their"
        return marked("X", "bad", f"{reads}; {count} would fail at {its} next start")
    if worst >= MAY_FAIL:
        return marked("!", "warning", f"{reads}; {count} may fail")
    return marked("!", "warning", f"{reads}; none would fail at the next start")


def about_readers(shared: ScreenContext, ref: SecretRef, width: int, *, command: str = "") -> Iterator[Line]:
    held, clock = shared.session.readers_of(ref.namespace), shared.session.clock
    if effects := affected_readers(shared, ref):
        yield (Styled("Readers, worst first", "strong"),)
        yield from effect_lines(effects, width)
        if doubt := readers_doubt(held, shared.keys, clock):
            yield (Styled(f"  ! {doubt}", "warning"),)
    yield from mentioned(held, ref)
    yield from not_checked(held, shared.keys, clock, ref, command=command)


def undo_line(shared: ScreenContext, count: int, *namespaces: str, is_owned: bool = False) -> Line:
    if not shared.session.writes.undo.keeps:
        return ("Deleting cannot be undone: secret-tui keeps no copy of the values.",)
    refused = [
        namespace for namespace in namespaces if shared.session.may("create", "secrets", namespace) is False
    ]
    if refused:
        why = f"you may not create Secrets in {listed(refused)}"
        return (Styled(f"Deleting cannot be undone: {why}.", "warning"),)
    undo, until = shared.keys.of("undo_write") or "undo write", "until you quit or change context"
    if count == 1:
        loss = "; its owner references are lost" if is_owned else ""
        return (f"{undo} can create the Secret again {until}{loss}.",)
    most = MOST_UNDO_BYTES >> 20
    which = f"the last of them (up to {most} MiB)" if count > most else "them"
    return (f"Each Secret is read before it is deleted. {undo} can create {which} again {until}.",)
