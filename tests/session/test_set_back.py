"""API server that was restored from a backup: its state replaces the session's, with a message."""

from __future__ import annotations

from tests.helpers import eventually
from tests.session.cluster_session import MINE, ClusterSession, cluster_session
from tests.session.samples import row
from tui.model.secret.secret import SecretRef
from tui.model.secret.value import Value
from tui.session.cache.events import Notice
from tui.session.cache.feeds import SET_BACK
from tui.session.cache.secret_store import SecretStore

OTHER, LATER = SecretRef("default", "other"), SecretRef("default", "later")


async def with_a_later_state(here: ClusterSession) -> None:
    """Change, create and delete Secrets, and wait until the session has seen it."""
    here.others_set("password", b"later")
    here.others_make(LATER, {"a": b"1"})
    here.others_delete(OTHER)
    await eventually(lambda: here.rows == ["later", "mysecret"])
    await eventually(lambda: here.secret.data["password"] == Value(b"later"))


def news(here: ClusterSession) -> list[object]:
    return [one for one in here.session.events.news() if isinstance(one, Notice)]


async def test_a_refresh_replaces_all_rows_whatever_their_versions() -> None:
    async with cluster_session() as here:
        await here.open()
        restore = here.home.backup()
        await with_a_later_state(here)
        restore()
        here.session.refresh()
        await eventually(lambda: here.rows == ["mysecret", "other"])
        await eventually(lambda: here.secret.data["password"] == Value(b"1f2d1e2e67df"))
        assert news(here) == [Notice(SET_BACK, "warning")]
        version = here.home.store.version
        assert all(int(one.resource_version) <= version for one in here.session.secrets.rows)
        here.others_set("password", b"since")
        await eventually(lambda: here.secret.data["password"] == Value(b"since"), "it is followed from there")
        here.session.refresh()
        await here.listed()
        assert news(here) == [], "it is said once"


async def test_a_list_of_a_lower_version_is_accepted_with_a_message() -> None:
    async with cluster_session() as here:
        await here.open()
        restore = here.home.backup()
        await with_a_later_state(here)
        restore()
        here.home.end_watches(is_expired=True)
        await here.in_time(lambda: here.rows == ["mysecret", "other"])
        await here.in_time(lambda: here.secret.data["password"] == Value(b"1f2d1e2e67df"))
        assert news(here) == [Notice(SET_BACK, "warning")]


async def test_a_list_that_is_late_undoes_no_newer_change() -> None:
    async with cluster_session() as here:
        await here.open()
        slow = here.fault("delay", method="GET", path="*/default/secrets", seconds=3600)
        here.session.refresh()
        await eventually(lambda: slow.seen)
        here.others_set("password", b"later")
        draft = await here.edited("username", b"made-up")
        await here.wrote(draft)
        here.home.faults.clear()
        await here.listed()
        await eventually(lambda: here.secret.data["password"] == Value(b"later"))
        assert here.secret.data["username"] == Value(b"made-up")
        assert news(here) == []


def test_rows_in_doubt_are_replaced_by_any_version_and_newer_events_are_kept() -> None:
    store = SecretStore("default")
    for name in "abc":
        store.put(row(name, uid=f"uid-{name}", version=9))
    store.gone(SecretRef("default", "c"), "uid-c")
    store.doubt()
    store.begin()
    store.put(row("d", uid="uid-d", version=5))
    store.put(row("b", uid="uid-b", version=5))
    store.page(
        [row("a", uid="uid-a", version=3), row("b", uid="uid-b", version=4), row("c", uid="uid-c", version=2)]
    )
    store.end("4")
    assert [(one.ref.name, one.resource_version) for one in store.rows] == [
        ("a", "3"),
        ("b", "5"),
        ("c", "2"),
        ("d", "5"),
    ]
    store.doubt()
    store.begin()
    store.page([row("a", uid="uid-a", version=3)])
    assert [one.ref.name for one in store.end("4")] == ["b", "c", "d"]


async def test_the_row_of_a_session_of_one_secret_stays_through_a_refresh() -> None:
    async with cluster_session(name="mysecret") as here:
        await here.open()
        here.session.refresh()
        assert here.rows == ["mysecret"]
        await here.listed()
        assert here.session.row_of(MINE) is not None
