"""What the deletion of a Secret does, in lines: who loses it, and who may create it again."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final

from tui.model.readers.reader import FAILS, ReaderId, each_once, readers_count
from tui.model.rollout.effects import effects_on
from tui.model.secret.secret import Secret, SecretRef, SecretSummary
from tui.model.text.counts import listed
from tui.model.text.printable import pad, printable
from tui.session.health.known import secret_meta
from tui.session.writes.undo import MOST_BYTES
from tui.ui.base.reader_words import mentioned, not_checked, readers_doubt, readers_word
from tui.ui.base.screen import TuiScreen
from tui.ui.base.screen_context import ScreenContext
from tui.ui.dialogs.confirm_context import destination
from tui.ui.widgets.lines import Line
from tui.ui.widgets.review_page import ReviewPage
from tui.ui.widgets.text import Styled, width

_COLUMN: Final = 40
"""Cells to which shorter names and ways are padded, so that the effects are aligned in a column."""


class LateChanges:
    """Changes since the question was asked: they must be on screen before anything is deleted."""

    def __init__(self) -> None:
        self._said: list[str] = []
        self._is_read = True
        self._workloads: dict[SecretRef, frozenset[str]] = {}
        """The workloads on screen that read each Secret; none until all were looked at."""

    def add(self, news: Iterable[str]) -> list[Line]:
        """All that is new so far, as the first line."""
        if more := list(news):
            self._said, self._is_read = list(dict.fromkeys([*self._said, *more])), False
        changed = f"! changed since you opened this: {', '.join(self._said)}"
        return [(Styled(changed, "warning"),)] if self._said else []

    def readers(self, shared: ScreenContext, names: Mapping[SecretRef, str]) -> Iterator[str]:
        """The readers that are not on screen yet."""
        for ref, name in names.items():
            readers = shared.session.readers_of(ref.namespace)
            if not readers.state.is_complete:
                continue
            now = frozenset(" ".join(reader.info.workload) for reader in readers.of(ref))
            yield from (f"{one} reads {name}" for one in sorted(now - self._workloads.get(ref, now)))
            self._workloads[ref] = now

    def is_seen(self, screen: TuiScreen[Any]) -> bool:
        """Were all changes on screen? If not, show them, so that the next press deletes."""
        is_seen, self._is_read = self._is_read, True
        if not is_seen:
            screen.query_one(ReviewPage).page.action_scroll_edge("first")
            key = screen.shared.keys.of("confirm_delete")
            screen.say(f"Nothing sent: see what changed at the top, then press {key} to delete.", "warning")
        return is_seen


def last_lines(shared: ScreenContext, count: int, *namespaces: str) -> list[list[Line]]:
    """What stays below: whether so many deletions can be undone, what is asked for, and where they are."""
    blocks: list[list[Line]] = [[undo_line(shared, count, *namespaces)]] if count else []
    if shared.settings.guarded:
        said = f"{shared.settings.guarded}: you must also type the context's name"
        blocks.append([(Styled(said, "warning"),)])
    return [*blocks, [destination(shared, "Deletes in  ", *namespaces)]]


def comes_back(shared: ScreenContext, secret: Secret | SecretSummary) -> Iterator[Line]:
    """What may create it again: its manager, what produces it, a draft."""
    ref, session = secret.ref, shared.session
    if secret.manager:
        yield (Styled(f"! managed by {secret.manager}, which may create it again", "warning"),)
    made = session.readers_of(ref.namespace).producers_of(ref)
    if names := sorted({one.info.title for one in made if one.info.title != secret.manager}):
        yield (Styled(f"! produced by {listed(names)}, which may create it again", "warning"),)
    draft = session.drafts.get(ref, secret.uid)
    if draft is not None and not draft.is_empty:
        kept = f"! your draft of {listed(draft.changes().keys)} is kept, and can create it again"
        yield (Styled(kept, "warning"),)


def stays(secret: Secret | SecretSummary) -> Iterator[Line]:
    """Why it is not gone at once."""
    said = ["it is being deleted already"] if secret.is_terminating else []
    if secret.finalizers:
        said.append(f"it stays until its finalizers finish: {', '.join(secret.finalizers)}")
    if said:
        yield (Styled(f"! {'; '.join(said)}", "warning"),)


def affected_readers(shared: ScreenContext, ref: SecretRef) -> list[tuple[int, Line]]:
    """Its known readers, pods of one workload together, and what happens to each; the worst first."""
    held = shared.session.readers_of(ref.namespace)
    found: dict[ReaderId, list[tuple[int, str, str]]] = {}
    owners: dict[ReaderId, str] = {}
    for reader, what in effects_on(held.of(ref), "deleted", secret_meta(shared.session, ref), None):
        info = reader.info
        found.setdefault(info.id, []).append((-what.severity, what.sentence, reader.use.how()))
        owners[info.id] = info.owner_title
    same: dict[tuple[int, str, str, str], list[ReaderId]] = {}
    for which, ways in found.items():
        severity, sentence, how = min(ways, key=lambda way: way[0])
        more = f" and {len(ways) - 1} more" if len(ways) > 1 else ""
        same.setdefault((severity, sentence, how + more, owners[which]), []).append(which)
    titles = {reader.info.id: reader.info.title for reader in each_once(held.of(ref))}
    rows = list[tuple[int, str, str, str]]()
    for (severity, sentence, how, owner), several in sorted(same.items(), key=lambda item: item[0][0]):
        one, count = several[0], f"{owner}, {len(several)} {several[0][0].many}"
        rows.append((severity, titles[one] if len(several) == 1 else count, how, sentence))
    names = min(_COLUMN, max((width(name) for _, name, _, _ in rows), default=0))
    hows = min(_COLUMN, max((width(how) for _, _, how, _ in rows), default=0))
    return [
        (
            -severity,
            (
                Styled(f"  {_filled(name, names)}  {_filled(how, hows)}  ", is_drawn=True),
                Styled(sentence, "bad" if severity == -FAILS else "muted", is_whole=True),
            ),
        )
        for severity, name, how, sentence in rows
    ]


def about_readers(shared: ScreenContext, ref: SecretRef) -> Iterator[Line]:
    """A heading, its known readers and what happens to them, and what was not looked at."""
    held, clock = shared.session.readers_of(ref.namespace), shared.session.clock
    readers = each_once(held.of(ref))
    many = f"   {readers_count(readers)}" if readers else ""
    yield (Styled("Who reads it, and what happens to them", "strong"), many)
    yield from (line for _, line in affected_readers(shared, ref))
    if not readers:
        yield (Styled(f"  {readers_word(held, ref, shared.keys, clock)}", "muted"),)
    elif doubt := readers_doubt(held, shared.keys, clock):
        yield (Styled(f"  ! {doubt}", "warning"),)
    yield from mentioned(held, ref)
    yield from not_checked(held, shared.keys, clock, ref)


def _filled(text: str, cells: int) -> str:
    return pad(printable(text), max(cells, width(text)))


def undo_line(shared: ScreenContext, count: int, *namespaces: str) -> Line:
    """Whether it can be undone, and what is lost all the same."""
    if not shared.session.writes.undo.keeps:
        return ("Deleting cannot be undone: secret-tui keeps no copy of the values.",)
    refused = [one for one in namespaces if shared.session.may("create", "secrets", one) is False]
    if refused:
        why = f"you may not create Secrets in {listed(refused)}"
        return (Styled(f"Deleting cannot be undone: {why}.", "warning"),)
    undo, until = shared.keys.of("undo_write") or "undo write", "until you quit or switch the context"
    if count == 1:
        lost = "its uid, owner references and annotations that copy values are lost"
        return (f"{undo} can create it again {until}; {lost}.",)
    most = f" (the last {MOST_BYTES >> 20} MiB)" if count > MOST_BYTES >> 20 else ""
    reads = f"Each is read first: {undo} can create them again {until}{most};"
    return (f"{reads} uids, owner references and annotations that copy values are lost.",)
