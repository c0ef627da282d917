"""Open Secret: read when a person opens it, kept current by the watch, and dropped when it is left."""

from __future__ import annotations

import gc
import threading
import weakref

import pytest
from msgspec.structs import replace

from tests.helpers import eventually
from tests.session.cluster_session import MINE, ClusterSession, cluster_session
from tests.session.samples import START, RecordedEvents, row
from tests.still_clock import StillClock
from tui.cluster.api.watch_events import WatchEvent
from tui.embedded.users import Rule
from tui.model.draft.draft import Draft
from tui.model.secret.formats import registry
from tui.model.secret.formats.registry import known_row_name
from tui.model.secret.secret import Secret, SecretRef
from tui.model.secret.value import Value
from tui.session.cache.events import SecretOpened, SecretSeen
from tui.session.cache.feeds import SecretFeed
from tui.session.cache.secret_store import SecretStore
from tui.session.open_secret import Opened
from tui.session.writes import undo

OTHER = SecretRef("default", "other")
Refs = list[weakref.ref[object]]


def gets(here: ClusterSession, ref: SecretRef = MINE) -> int:
    """Count the reads of its values."""
    return len(here.asked("GET", f"/{ref.namespace}/secrets/{ref.name}?"))


async def test_a_value_is_fetched_by_open_and_by_nothing_else() -> None:
    async with cluster_session() as here:
        await eventually(lambda: here.session.readers.state.is_live)
        assert gets(here) == gets(here, OTHER) == 0
        secret = await here.open()
        assert secret.data == {"username": Value(b"admin"), "password": Value(b"1f2d1e2e67df")}
        assert (gets(here), gets(here, OTHER)) == (1, 0)
        here.others_set("a", b"2", OTHER)
        rows = here.session.secrets.rows
        await eventually(lambda: here.session.secrets.rows is not rows)
        assert (gets(here), gets(here, OTHER)) == (1, 0), "an event of another Secret fetches nothing"


async def test_values_are_named_when_they_are_shown() -> None:
    async with cluster_session() as here:
        data = (await here.open()).data
        assert all(known_row_name(key, value) is not None for key, value in data.items())


async def test_values_are_shown_without_names_that_take_long(monkeypatch: pytest.MonkeyPatch) -> None:
    is_over = threading.Event()
    monkeypatch.setattr(registry, "name_values", lambda *_: is_over.wait())
    async with cluster_session() as here:
        data = (await here.open()).data
        is_over.set()
        assert all(known_row_name(key, value) is None for key, value in data.items())


async def test_a_change_by_others_is_fetched_and_the_keys_that_changed_are_named() -> None:
    async with cluster_session() as here:
        draft = await here.edited()
        here.others_set("password", b"theirs")
        await eventually(lambda: here.session.opened and here.session.opened.changed == {"password"})
        here.others_set("replica", b"1")
        await eventually(
            lambda: here.session.opened and here.session.opened.changed == {"password", "replica"}
        )
        here.others_label("team", "shop")
        await eventually(lambda: here.session.opened and here.session.opened.secret and _labels(here))
        assert here.opened.changed == {"password", "replica"}, "a label is no key"
        assert here.secret.data["password"] == Value(b"theirs")
        assert here.session.drafts.get(MINE) == draft, "a draft's base is never replaced by an event"
        assert draft.base == {"password": Value(b"1f2d1e2e67df")}


def _labels(here: ClusterSession) -> object:
    opened = here.session.opened
    return opened and opened.secret and opened.secret.labels


async def test_a_newer_open_supersedes_an_older_one() -> None:
    async with cluster_session() as here:
        opened = list[SecretRef]()
        here.session.events.on(SecretOpened, lambda event: opened.append(event.secret.ref))
        slow = here.fault("delay", path="*/mysecret", seconds=60)
        here.session.open(MINE)
        await eventually(lambda: slow.seen)
        await here.open(OTHER)
        here.home.faults.clear()
        await here.session.cluster.who_am_i()
        here.session.open(MINE)
        assert (await here.open(OTHER)).ref == here.opened.ref == OTHER
        assert opened == [OTHER, OTHER], "the late answer opens nothing"


async def test_a_version_that_comes_while_one_is_fetched_is_fetched_too() -> None:
    async with cluster_session() as here:
        await here.open()
        slow = here.fault("delay", path="*/mysecret", seconds=60)
        here.others_set("password", b"second")
        await eventually(lambda: slow.seen)
        rows = here.session.secrets.rows
        here.others_set("password", b"third")
        await eventually(lambda: here.session.secrets.rows is not rows)
        here.home.faults.clear()
        await eventually(lambda: _value(here) == Value(b"third"))
        before = gets(here)
        here.session.refresh()
        await eventually(lambda: gets(here) > before)


def _value(here: ClusterSession) -> Value | None:
    opened = here.session.opened
    return opened.secret.data["password"] if opened and opened.secret else None


async def test_while_a_write_is_in_flight_its_answer_is_waited_for_and_nothing_fetched() -> None:
    async with cluster_session() as here:
        review = await here.reviewed(await here.edited())
        hang = here.fault("delay", method="PATCH", seconds=60)
        assert here.session.writes.write(review) is None
        await eventually(lambda: hang.seen)
        before, rows = gets(here), here.session.secrets.rows
        here.others_set("replica", b"1")
        await eventually(lambda: here.session.secrets.rows is not rows)
        assert gets(here) == before
        here.home.faults.clear()
        await here.ended()
        await eventually(lambda: here.session.opened and here.session.opened.changed == {"replica"})


async def test_a_deleted_secret_is_reported_its_values_dropped_and_its_draft_kept() -> None:
    async with cluster_session() as here:
        draft = await here.edited()
        here.home.store.delete("secrets", "default", "mysecret")
        await eventually(lambda: here.session.opened and here.session.opened.gone == "deleted")
        assert here.opened.secret is None
        assert here.session.drafts.all() == [draft]
        here.others_make(MINE, {"password": b"another life"})
        await eventually(lambda: here.session.opened and here.session.opened.gone == "recreated")
        assert here.opened.secret is None, "the life that was opened does not come back"
        fresh = await here.open()
        assert fresh.uid != draft.uid
        assert here.session.drafts.get(MINE, draft.uid) == draft
        assert here.session.drafts.get(MINE, fresh.uid) is None


async def test_a_secret_read_again_unchanged_after_a_failure_is_live_again() -> None:
    async with cluster_session() as here:
        await here.open()
        opened = here.opened
        here.fault("status", path="*/secrets/mysecret", code=503)
        here.session.refresh()
        await eventually(lambda: opened.state.error is not None, "a failed read")
        here.session.refresh()
        await eventually(lambda: opened.state.error is None and opened.state.is_live, "that it is as it was")


async def test_an_open_secret_is_read_again_every_half_minute_without_a_list() -> None:
    async with cluster_session(
        start=False, user="oncall", users={"oncall": [Rule(("get",), ("secrets",))]}
    ) as here:
        here.session.start()
        await eventually(lambda: here.session.secrets.state.kind == "refused")
        await here.open()
        here.others_set("password", b"theirs")
        await eventually(lambda: 30.0 in here.clock.waits)
        assert gets(here) == 1
        here.clock.advance(30)
        await eventually(lambda: here.session.opened and here.session.opened.changed == {"password"})
        here.home.store.delete("secrets", "default", "mysecret")
        await eventually(lambda: 30.0 in here.clock.waits)
        here.clock.advance(30)
        await eventually(lambda: here.session.opened and here.session.opened.gone == "deleted")


async def test_an_open_secret_is_not_polled_while_the_list_is_live() -> None:
    async with cluster_session() as here:
        await here.open()
        for _ in range(3):
            await eventually(lambda: 30.0 in here.clock.waits)
            here.clock.advance(30)
        await eventually(lambda: 30.0 in here.clock.waits)
        assert gets(here) == 1


async def test_values_are_dropped_when_their_secret_is_left() -> None:
    async with cluster_session() as here:
        await here.open()
        await here.reviewed(_draft(here))
        here.others_set("password", b"theirs")
        await eventually(lambda: _value(here) == Value(b"theirs"))
        held, on_screen = _held(here), here.session.opened
        here.session.leave()
        await eventually(lambda: not _alive(held), "every value is dead, though a screen still holds this")
        assert on_screen is not None and on_screen.secret is None
        assert here.session.writes.reviews.targets == ()


async def test_after_a_write_only_its_key_names_and_the_value_for_undo_are_kept() -> None:
    async with cluster_session() as here:
        await here.wrote(await here.edited())
        held = _held(here)
        here.session.leave()
        assert here.session.writes.outcomes[-1].keys == ("password",)
        assert [one.words for one in here.session.writes.undo.writes] == ["password"]
        await eventually(lambda: _alive(held) == 1, "only the written value to be alive")
        here.session.writes.undo.writes = ()
        await eventually(lambda: not _alive(held))


async def test_values_for_undo_are_kept_up_to_a_limit_of_bytes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(undo, "MOST_UNDO_BYTES", 2500)
    async with cluster_session() as here:
        for text in (b"a" * 100, b"b" * 100, b"c" * 100):
            await here.wrote(await here.edited("password", text))
        written = [one.draft.base["password"] for one in here.session.writes.undo.writes]
        assert [value.reveal()[:1] for value in written if value] == [b"b", b"c"]
        monkeypatch.setattr(undo, "MOST_UNDO_BYTES", 1300)
        await here.wrote(await here.edited("password", b"d" * 100))
        assert len(here.session.writes.undo.writes) == 1


def _draft(here: ClusterSession) -> Draft:
    """Draft without any other reference."""
    return Draft.of(here.secret).set(here.secret, "password", Value(b"n3w-made-up"))


def _held(here: ClusterSession) -> Refs:
    """Weak references to the open Secret and its values."""
    held: list[object] = [here.secret, *here.secret.data.values()]
    return [weakref.ref(each) for each in held]


def _alive(held: Refs) -> int:
    gc.collect()
    return sum(ref() is not None for ref in held)


def made(version: str, uid: str = "uid-a", **data: bytes) -> Secret:
    return Secret(MINE, uid, version, "Opaque", {key: Value(value) for key, value in data.items()})


def test_a_watch_event_of_a_known_or_older_version_is_not_announced() -> None:
    store = SecretStore("default")
    seen: list[str] = []
    events = RecordedEvents()
    events.on(SecretSeen, lambda event: seen.append(event.row.uid))
    feed = SecretFeed(store, StillClock(START), events)
    for uid, version in (("uid-b", 5), ("uid-b", 5), ("uid-a", 3), ("uid-b", 4), ("uid-b", 6)):
        feed.event(WatchEvent("put", row("mysecret", uid=uid, version=version), str(version)))
    assert seen == ["uid-b", "uid-b"]


def test_our_own_write_is_no_change_by_others_whether_event_or_answer_comes_first() -> None:
    for event_first in (True, False):
        opened = Opened(MINE)
        opened.took(made("1", a=b"1", b=b"1"), 0.0)
        if event_first:
            opened.took(made("2", a=b"2", b=b"1"), 0.0)
        opened.took(made("2", a=b"2", b=b"1"), 0.0, ours=frozenset("a"))
        assert opened.changed == frozenset()
        opened.took(made("3", a=b"3", b=b"1"), 0.0)
        assert opened.changed == {"a"}


def test_a_later_change_by_others_is_not_hidden_by_an_answer_that_comes_late() -> None:
    opened = Opened(MINE)
    opened.took(made("1", a=b"1"), 0.0)
    opened.took(made("3", a=b"theirs"), 0.0)
    assert not opened.took(made("2", a=b"ours"), 0.0, ours=frozenset("a"))
    assert opened.changed == {"a"}
    assert opened.secret is not None and opened.secret.data["a"] == Value(b"theirs")


async def test_a_change_whose_event_comes_before_the_first_answer_is_read_too() -> None:
    async with cluster_session() as here:
        await here.listed()
        here.session.open(MINE)
        held = here.session.secrets.get(MINE)
        assert held is not None and here.opened.secret is None
        here.session.events.emit(SecretSeen(replace(held, resource_version="999999")))
        await eventually(lambda: gets(here) == 2, "it is read once more")
