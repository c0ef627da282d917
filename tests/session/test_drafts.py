"""Drafts: kept by the uid of a Secret; only a person or a known write takes one away."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from tests.session.samples import RecordedEvents
from tui.model.draft.draft import Changes, Draft
from tui.model.secret.secret import FieldOwner, Secret, SecretRef
from tui.model.secret.value import Value
from tui.session.cache.events import Notice
from tui.session.writes.drafts import Drafts

REF = SecretRef("default", "mysecret")


def made(data: dict[str, bytes], *, uid: str = "uid-a", version: str = "1") -> Secret:
    """Build a version of mysecret."""
    return Secret(REF, uid, version, "Opaque", {key: Value(value) for key, value in data.items()})


def fresh() -> tuple[Drafts, RecordedEvents]:
    """Empty drafts, and the events about them."""
    events = RecordedEvents()
    return Drafts(events), events


def test_drafts_are_kept_by_uid_and_an_empty_one_is_dropped() -> None:
    drafts, events = fresh()
    first, second = made({"a": b"1"}), made({"a": b"1"}, uid="uid-b")
    old = Draft.of(first).set(first, "a", Value(b"2"))
    new = Draft.of(second).set(second, "a", Value(b"3"))
    drafts.put(old)
    drafts.put(new)
    assert (drafts.get(REF, "uid-a"), drafts.get(REF, "uid-b"), drafts.get(REF)) == (old, new, new)
    drafts.put(old)
    assert drafts.get(REF) is old, "the one that was changed last"
    assert list(drafts.all()) == [old, new]
    drafts.put(old.undo())
    assert (drafts.get(REF, "uid-a"), len(drafts)) == (None, 1)
    drafts.drop(REF)
    assert (len(drafts), drafts.get(REF)) == (0, None)
    before = len(events.topics)
    drafts.drop(REF)
    assert len(events.topics) == before


def test_a_secret_to_be_created_is_a_draft_even_without_keys() -> None:
    drafts, _ = fresh()
    drafts.put(Draft.new(REF))
    assert drafts.get(REF, "") is not None
    drafts.written(Draft.new(REF), made({}))
    assert len(drafts) == 0


def test_edits_made_while_a_secret_is_created_stay_a_draft_of_it() -> None:
    drafts, _ = fresh()
    sent = Draft.new(REF).set(None, "a", Value(b"1")).set(None, "b", Value(b"2"))
    drafts.put(sent.drop(None, "b").set(None, "c", Value(b"3")))
    secret = made({"a": b"1", "b": b"2"})
    drafts.written(sent, secret)
    rest = drafts.get(REF, "uid-a")
    assert rest is not None and drafts.get(REF, "") is None
    assert rest.changes() == Changes({"c": Value(b"3")}, frozenset("b"))


def test_a_draft_that_differs_from_its_sent_version_is_unsent() -> None:
    drafts, _ = fresh()
    secret = made({"a": b"1", "b": b"1"})
    sent = Draft.of(secret).set(secret, "a", Value(b"2"))
    drafts.put(sent)
    assert drafts.unsent() == [(sent, ())]
    rebased = sent.rebase(made({"a": b"1", "b": b"2"}, version="2")).draft
    drafts.sent(rebased)
    assert drafts.unsent() == []
    more = sent.set(secret, "b", Value(b"3"))
    for changed, keys in (
        (more, ("b",)),
        (more.set(secret, "a", Value(b"4")), ("a", "b")),
        (sent.undo(), ("a",)),
        (sent.drop(secret, "a"), ("a",)),
    ):
        drafts.put(changed)
        assert drafts.unsent() == [(changed, keys)]
    drafts.put(more.drop(secret, "b").set(secret, "b", Value(b"1")))
    assert drafts.unsent() == []
    others = [Draft.new(REF), Draft.of(made({"a": b"1"}, uid="uid-b")).set(None, "a", Value(b"2"))]
    for other in others:
        drafts.put(other)
    assert drafts.unsent() == [(other, ()) for other in others]
    drafts.not_written(rebased, is_sure=True)
    assert len(drafts.unsent()) == 3


def test_a_draft_that_the_server_already_holds_is_dropped_and_its_writer_named() -> None:
    drafts, events = fresh()
    secret = made({"a": b"1", "b": b"1"})
    drafts.put(Draft.of(secret).set(secret, "a", Value(b"2")).drop(secret, "b"))
    drafts.seen(made({"a": b"2", "b": b"1"}, version="2"))
    assert len(drafts) == 1, "b is still to be dropped"
    owner = FieldOwner("kubectl-edit", "Update", None, ("a",))
    drafts.seen(replace(made({"a": b"2"}, version="3"), field_owners=(owner,)))
    assert len(drafts) == 0
    said = "Draft of default/mysecret dropped: the server already has its changes (written by kubectl-edit)."
    assert events.news() == [Notice(said, "warning")]


def test_a_draft_in_flight_is_not_dropped_when_its_value_is_seen_on_the_server() -> None:
    drafts, events = fresh()
    secret = made({"a": b"1"})
    draft = Draft.of(secret).set(secret, "a", Value(b"2"))
    drafts.put(draft)
    drafts.sent(draft)
    drafts.seen(made({"a": b"2"}, version="2"))
    assert list(drafts.all()) == [draft] and events.news() == []


values = st.none() | st.sampled_from([b"1", b"2", b"3"])
edits = st.dictionaries(st.sampled_from("abcd"), values, max_size=4)


def edited(draft: Draft, secret: Secret, changes: dict[str, bytes | None]) -> Draft:
    """Set and drop keys."""
    for key, value in changes.items():
        draft = draft.drop(secret, key) if value is None else draft.set(secret, key, Value(value))
    return draft


@given(edits, edits, edits, edits)
def test_a_write_ends_the_edits_that_were_sent_and_no_later_ones(
    start: dict[str, bytes | None],
    first: dict[str, bytes | None],
    later: dict[str, bytes | None],
    others: dict[str, bytes | None],
) -> None:
    """Send on top of changes by others to other keys, while the person goes on editing."""
    drafts, _ = fresh()
    before = made({key: value for key, value in start.items() if value is not None})
    sent = edited(Draft.of(before), before, first)
    held = edited(sent, before, later)
    drafts.put(held)
    if held.is_empty:
        return  # taken back as a whole: discarded
    ours = {*sent.changes().set, *sent.changes().removed}
    data = dict(before.data) | {
        key: Value(value) for key, value in others.items() if value is not None and key not in held.base
    }
    data |= sent.changes().set
    gone = sent.changes().removed
    after = made({key: value.reveal() for key, value in data.items() if key not in gone}, version="2")
    drafts.written(sent, after)
    rest = drafts.get(REF)
    wanted = {key: held.value(before, key) for key in held.base if key in ours or key in later}
    for key, value in wanted.items():
        now = rest.value(after, key) if rest is not None else after.data.get(key)
        assert now == value, "what the person made of it last"
    if rest is not None:
        assert rest.resource_version == "2"
        assert not rest.changes().is_empty
