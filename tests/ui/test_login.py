"""A login that expires in mid-run: the screen stays, the header names the key L, and L logs in."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from msgspec.structs import replace

from tests.ui.person import Person, in_secret, sitting_at
from tui.model.errors import PluginFailed

pytestmark = pytest.mark.slow

ENDED = "login expired, L logs in"
NEW = "n3w-made-up"


async def _loses_login(person: Person) -> None:
    person.fault("status", code=401, times=None)
    await person.presses("ctrl+r", ENDED)


def _footer_has_l(person: Person) -> bool:
    return " L log in" in f" {person.text.splitlines()[-1]}"


async def test_an_expired_login_is_reported_and_everything_stays() -> None:
    async with sitting_at(size=(80, 24)) as person:
        await person.press("L")
        await person.sees_no("log in")
        assert not _footer_has_l(person)
        await person.open()
        await person.edit("password", NEW)
        await _loses_login(person)
        await person.sees("~ password", "username", "L log in")
        await person.sees("! as of 14:00", "1 pod", "mypod")  # the Secret says why above
        assert len(person.session.drafts.all()) == 1
        assert person.session.secrets.rows, "the rows stay"


async def test_l_logs_in_and_the_draft_is_still_there(monkeypatch: pytest.MonkeyPatch) -> None:
    lent: list[str] = []

    @contextmanager
    def lend(says: str, stop: object) -> Iterator[None]:
        lent.append(says)
        yield
        person.cluster.faults.clear()

    async with sitting_at(size=(120, 36)) as person:
        monkeypatch.setattr(person.app, "lend", lend)
        await person.open()
        await person.edit("password", NEW)
        await _loses_login(person)
        await person.presses("L", "Logged in again.")
        await person.sees_no(ENDED)
        assert lent == ["secret-tui: logging in to payments-cluster; ctrl+c goes back"]
        await person.waits_for(lambda: not _footer_has_l(person), "no L in the footer")
        await person.reviewed()
        await person.presses("W", "Written: password of default/mysecret")
    assert person.on_server()["password"] == NEW.encode()


async def test_a_login_that_fails_or_is_still_rejected_by_the_cluster_is_reported() -> None:
    async with in_secret(size=(120, 36)) as person:
        await person.edit("password", NEW)
        drafts, before = person.session.drafts.all(), person.on_server()
        await _loses_login(person)
        await person.presses("L", "  ! Not logged in: ", ENDED)
        assert "Logged in again." not in person.text

        def fails(*, may_ask: bool) -> None:
            raise PluginFailed("made-up-login", 3, "no such user")

        person.session.cluster.login.log_in_again = fails  # type: ignore[method-assign]
        await person.presses("L", "The login command made-up-login exited with 3: no such user.", ENDED)
        await person.sees("~ password", "username", "mypod")
        assert person.session.drafts.all() == drafts
        assert person.on_server() == before


async def test_a_write_answered_401_after_an_accepted_dry_run_is_known_not_to_be_written() -> None:
    async with in_secret(size=(120, 36)) as person:
        await person.edit_to_review("password", NEW)
        before = person.on_server()
        person.fault("status", code=401, method="PATCH", times=None)
        await person.press("W")
        await person.sees("Not written: password of default/mysecret. The login failed. The draft is kept.")
        assert person.on_server() == before
        assert not person.session.writes.unknown
        person.cluster.faults.clear()
        await person.press("escape")
        await person.reviewed()
        await person.presses("W", "Written: password of default/mysecret")


async def test_a_review_that_the_old_login_could_not_have_is_repeated_after_l() -> None:
    async with in_secret(size=(120, 36)) as person:
        await person.edit("password", NEW)
        await _loses_login(person)
        await person.presses("w", "Not logged in: ")
        person.cluster.faults.clear()
        await person.presses("L", "Logged in again.", "accepted at")
        await person.sees_no("Not logged in")


@pytest.mark.parametrize(
    ("way", "badge"), [({"verify": False}, " NO TLS CHECK "), ({"server": "http://c"}, " HTTP ")]
)
async def test_a_way_that_is_not_safe_wears_a_badge(way: dict[str, Any], badge: str) -> None:
    async with sitting_at(size=(80, 24)) as person:
        assert badge not in person.text
        person.session.cluster.target = replace(person.session.cluster.target, **way)
        await person.presses("question_mark", f"{badge} payments-cluster › default")


async def test_the_key_is_found_in_help_and_palette_only_then() -> None:
    async with sitting_at(size=(120, 80)) as person:
        await person.presses("question_mark", "Keys that work here", "Not possible now")
        assert "log in: You are logged in." in person.text.partition("Not possible now")[2]
        await person.press("escape")
        await _loses_login(person)
        await person.presses("question_mark", "L      log in", "login expired")
        assert "L      log in" in person.text.partition("Not possible now")[0]
