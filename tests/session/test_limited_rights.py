"""Sessions with few rights: one Secret alone, and rights that are asked for again when refused."""

from __future__ import annotations

import pytest

from tests.helpers import eventually
from tests.session.cluster_session import cluster_session
from tests.session.test_session import kinds, wait_until_live
from tui.embedded.users import Rule
from tui.session.open_secret import REREADS_APART


async def test_a_session_of_one_secret_asks_for_no_more_than_it_and_its_readers() -> None:
    async with cluster_session(name="mysecret") as here:
        await here.open()
        await eventually(lambda: here.session.access.identity and here.session.access.rights("default"))
        await eventually(lambda: here.session.readers.state.is_live, "the pods that may read it")
        assert {word for word in kinds(here) if "review" not in word} == {
            "mysecret",
            "watch secrets",
            "pods",
            "watch pods",
        }
        (watch,) = here.asked("GET", "/secrets?")
        assert "metadata.name%3Dmysecret" in watch and "resourceVersion" not in watch
        assert len(here.asked("GET", "/secrets/mysecret")) == 1
        assert here.session.namespaces.count("default") is None
        here.others_set("password", b"theirs")
        await eventually(lambda: here.session.opened and here.session.opened.changed == {"password"})
        here.session.look_around()
        await wait_until_live(here)
        assert len(here.session.secrets.rows) == 2
        assert here.opened.secret is not None


async def test_a_session_of_one_secret_follows_its_watch_through_a_gap() -> None:
    async with cluster_session(name="mysecret") as here:
        await here.open()
        here.home.end_watches(is_expired=True)
        here.home.store.delete("secrets", "default", "mysecret")
        await here.in_time(lambda: here.session.opened and here.session.opened.gone == "deleted")
        await eventually(lambda: here.session.secrets.rows == ())


@pytest.mark.parametrize("verbs", [("get",), ("get", "patch")])
async def test_a_secret_that_may_be_read_but_not_watched_is_read_again_at_intervals(
    verbs: tuple[str, ...],
) -> None:
    one = Rule(verbs, ("secrets",), names=("mysecret",))
    async with cluster_session(start=False, name="mysecret", user="oncall", users={"oncall": [one]}) as here:
        here.session.start()
        secret = await here.open()
        await eventually(lambda: here.session.secrets.state.error and here.session.access.rights("default"))
        assert [row.uid for row in here.session.secrets.rows] == [secret.uid], "it is a row all the same"
        assert here.session.may("patch", "secrets", name="mysecret") is ("patch" in verbs)
        here.others_set("password", b"theirs")
        await eventually(lambda: REREADS_APART in here.clock.waits)
        here.clock.advance(REREADS_APART)
        await eventually(lambda: here.session.opened and here.session.opened.changed == {"password"})
        assert (here.session.link.kind, here.session.link.since) == ("not live", None), "nothing was lost"
        asked = {word for word in kinds(here) if "review" not in word}
        assert asked == {"mysecret", "watch secrets", "pods"}
        assert kinds(here).count("watch secrets") == 1, "what was refused is not asked for again"
        assert kinds(here).count("pods") == 1


async def test_a_refused_rights_review_makes_the_rights_unknown_again() -> None:
    async with cluster_session() as here:
        await eventually(lambda: here.session.may("patch", "secrets"))
        here.fault("status", code=403, path="*selfsubjectrulesreviews", times=None)
        here.session.refresh()
        await eventually(lambda: here.session.access.rights("default") is None)
        assert here.session.may("patch", "secrets") is None
