"""Undo of this run's writes: each field that was written, to the byte, and no other."""

from __future__ import annotations

from collections.abc import Mapping

from hypothesis import given
from hypothesis import strategies as st

from tests.session.samples import RecordedEvents
from tests.still_clock import StillClock
from tui.model.draft.draft import Changes, Draft
from tui.model.secret.fields import ANNOTATIONS, IMMUTABLE, LABELS
from tui.model.secret.secret import Secret, SecretRef
from tui.model.secret.value import Value
from tui.session.cache.events import SecretLost
from tui.session.writes.intents import DELETE
from tui.session.writes.outcome import SentWrite, WriteBegun, WriteEnded, WriteResult
from tui.session.writes.review import Review, to_send
from tui.session.writes.undo import BY_OTHERS, UndoList

REF = SecretRef("default", "mysecret")
TEXTS = st.sampled_from(["", "one", "two"])
KEYS = st.sampled_from(["a", "b", "c"])
DATA = st.dictionaries(KEYS, st.sampled_from([b"", b"\r\n", b"\x00\xff", b"one\n"]))
NAMES = st.dictionaries(st.sampled_from(["app", "example.test/x"]), TEXTS)
CHANGES = st.dictionaries(
    KEYS | st.sampled_from([f"{LABELS}app", f"{ANNOTATIONS}example.test/x", IMMUTABLE]),
    st.sampled_from([None, b"", b"one"]),
    min_size=1,
).map(lambda changes: changes | ({IMMUTABLE: b"true"} if changes.get(IMMUTABLE) is not None else {}))


def secret(
    data: Mapping[str, Value],
    labels: Mapping[str, str],
    annotations: Mapping[str, str],
    *,
    is_immutable: bool,
) -> Secret:
    how = {"labels": labels, "annotations": annotations, "is_immutable": is_immutable}
    return Secret(REF, "u1", "1", "Opaque", data, **how)  # type: ignore[arg-type]


SECRETS = st.builds(
    secret,
    DATA.map(lambda data: {key: Value(value) for key, value in data.items()}),
    *(NAMES, NAMES),
    is_immutable=st.booleans(),
)


def as_written(held: Mapping[str, Value], changes: Changes) -> Secret:
    """Secret after a patch, as the server would have it."""
    left = {name: value for name, value in held.items() if name not in changes.removed}
    fields = {**left, **changes.set}
    below = {
        front: {
            name.removeprefix(front): value.reveal().decode()
            for name, value in fields.items()
            if name.startswith(front)
        }
        for front in (LABELS, ANNOTATIONS)
    }
    data = {name: value for name, value in fields.items() if "/" not in name}
    return secret(data, below[LABELS], below[ANNOTATIONS], is_immutable=IMMUTABLE in fields)


def after(sent: SentWrite, end: WriteResult) -> UndoList:
    events = RecordedEvents()
    undo = UndoList(StillClock(0.0), events)
    events.emit(WriteEnded(sent, end))
    return undo


@given(SECRETS, CHANGES)
def test_a_change_is_undone_in_the_fields_that_it_names(on: Secret, wanted: dict[str, bytes | None]) -> None:
    values = {name: None if value is None else Value(value) for name, value in wanted.items()}
    draft = Draft.of(on).set_all(on, values)
    if draft.is_empty:
        return
    sent = to_send(Review(draft, "ready", on))
    written = as_written(on.fields, sent.changes)
    (one,) = after(sent, WriteResult("written", written)).writes
    assert not one.draft.deletes and one.words == ", ".join(draft.changes().keys)
    assert one.draft.changes().keys == draft.changes().keys
    assert as_written(written.fields, one.draft.changes()).fields == on.fields


@given(SECRETS)
def test_a_deletion_is_undone_by_a_secret_with_all_that_it_had(on: Secret) -> None:
    sent = SentWrite(DELETE, REF, "u1", "1", Changes({}, frozenset()), base=on.fields, type=on.type)
    (one,) = after(sent, WriteResult("deleted")).writes
    assert one.words == "deleted"
    assert one.draft.is_new and one.draft.type == on.type and one.draft.fields(None) == on.fields


def test_a_deletion_is_kept_once_whether_its_answer_or_the_watch_tells_it_first() -> None:
    on = secret({"a": Value(b"one")}, {}, {}, is_immutable=False)
    sent = SentWrite(DELETE, REF, "u1", "1", Changes({}, frozenset()), base=on.fields, type=on.type)
    told = WriteEnded(sent, WriteResult("deleted")), SecretLost(on)
    for order in (told, told[::-1]):
        events = RecordedEvents()
        undo = UndoList(StillClock(0.0), events)
        for event in order:
            events.emit(event)
        assert [(one.ref, one.words) for one in undo.writes] == [(REF, "deleted")]


def test_a_secret_that_others_deleted_is_kept_and_is_no_part_of_the_latest_undo() -> None:
    events = RecordedEvents()
    undo = UndoList(StillClock(0.0), events)
    for uid in ("u1", "u1", "u2"):
        events.emit(SecretLost(Secret(REF, uid, "1", "Opaque", {"a": Value(b"one")})))
    assert [(one.words, one.uid) for one in undo.writes] == [(BY_OTHERS, "u1"), (BY_OTHERS, "u2")]
    assert undo.latest_together == () and undo.keeps_deleted("u2") and not undo.keeps_deleted("u3")


@given(SECRETS, CHANGES)
def test_a_change_that_was_not_written_cannot_be_undone(on: Secret, wanted: dict[str, bytes | None]) -> None:
    values = {name: None if value is None else Value(value) for name, value in wanted.items()}
    sent = to_send(Review(Draft.of(on).set_all(on, values), "ready", on))
    assert (
        after(sent, WriteResult("not written")).writes
        == after(sent, WriteResult("conflict", on)).writes
        == ()
    )


def created(name: str) -> WriteEnded:
    """Event for a Secret that was created with one key and with its name as uid."""
    ref = SecretRef("default", name)
    draft = Draft.new(ref).set(None, "a", Value(b"made-up"))
    return WriteEnded(
        to_send(Review(draft, "ready")), WriteResult("written", Secret(ref, name, "1", "Opaque", {}))
    )


def changed(name: str, size: int = 1, *, by: Draft | None = None) -> WriteEnded:
    """Event for a value of so many bytes that was replaced by one as long, or put back by that draft."""
    on = Secret(SecretRef("default", name), name, "1", "Opaque", {"a": Value(b"o" * size)})
    draft = by or Draft.of(on).set(on, "a", Value(b"n" * size))
    sent = to_send(Review(draft, "ready", on))
    return WriteEnded(sent, WriteResult("written", as_written(on.fields, sent.changes)))


def deleted(name: str) -> WriteEnded:
    nothing, held = Changes({}, frozenset()), {"a": Value(b"made-up")}
    return WriteEnded(
        SentWrite(DELETE, SecretRef("default", name), name, "1", nothing, base=held), WriteResult("deleted")
    )


def undo_of(*batches: tuple[WriteEnded, ...], events: RecordedEvents | None = None) -> UndoList:
    events = events or RecordedEvents()
    undo = UndoList(StillClock(0.0), events)
    for batch in batches:
        undo.begin_batch()
        for one in batch:
            events.emit(one)
    return undo


def test_the_writes_of_one_key_press_are_undone_together_and_deletions_come_last() -> None:
    undo = undo_of((created("b"), changed("c"), deleted("d"), created("a")))
    assert [(one.ref.name, one.words) for one in undo.latest_together] == [
        ("d", "deleted"),
        ("c", "a"),
        ("b", "created"),
        ("a", "created"),
    ]


def test_a_write_whose_answer_was_lost_belongs_to_the_press_that_sent_it() -> None:
    events, late = RecordedEvents(), changed("a")
    undo = UndoList(StillClock(0.0), events)
    undo.begin_batch()
    events.emit(WriteBegun(late.sent))
    undo.begin_batch()
    for one in (changed("b"), late):
        events.emit(one)
    assert [one.ref.name for one in undo.writes] == ["b", "a"]
    assert undo.latest_together == (), "each was written by a press of its own"


def test_a_creation_is_undone_by_its_deletion_and_that_by_another_creation() -> None:
    events = RecordedEvents()
    undo = undo_of((created("a"), created("b")), (deleted("a"), deleted("b")), events=events)
    assert [one.is_undone for one in undo.writes] == [True, True, False, False]
    again = undo.writes[-1]
    assert [one.ref.name for one in undo.latest_together] == ["a", "b"]
    events.emit(WriteEnded(to_send(Review(again.draft, "ready")), created("b").end))
    assert [one.words for one in undo.writes][-1] == "created again" and undo.writes[-2].is_undone


def test_all_of_two_hundred_and_thirty_small_writes_can_be_undone() -> None:
    undo = undo_of(tuple(changed(f"n{count}") for count in range(230)))
    assert len(undo.latest_together) == 230 and undo.dropped_with(undo.latest_together[0]) == 0


def test_values_that_are_too_large_together_are_counted_before_and_after_the_write() -> None:
    large = tuple(changed(f"n{count}", 500_000) for count in range(12))
    drafts = [one.sent.draft for one in large if one.sent.draft is not None]
    undo = undo_of(large)
    assert undo_of().kept_of(drafts) == len(undo.latest_together) == 10
    assert undo.dropped_with(undo.latest_together[0]) == 2
    assert undo.latest_together[0].ref.name == "n2", "the oldest go first"
    small = [Draft.new(SecretRef("default", str(count))) for count in range(230)]
    assert undo_of().kept_of(small) == 230
