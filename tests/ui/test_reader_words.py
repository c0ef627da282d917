"""Statements about readers never go beyond what was read: not to another namespace or the rest of a list."""

from __future__ import annotations

import pytest

from tests.still_clock import StillClock
from tests.ui.person import in_secret, sitting_at
from tui.model.errors import ClusterError, Expired, Forbidden, ServerTrouble
from tui.model.secret.secret import SecretRef
from tui.session.cache.list_state import ListState
from tui.session.cache.readers import Readers
from tui.ui.base.reader_words import readers_doubt, readers_word
from tui.ui.keymap import DEFAULT

LATE, REFUSED, BROKEN = Expired(), Forbidden("list", "pods", "default"), ServerTrouble(503)
AT = 1_763_992_800.0
SHOP = SecretRef("web", "shop-tls")


def whole(pane: ListState) -> ListState:
    """A list that was loaded to its end, and is watched."""
    return pane.loading().with_page(3, None, is_last=True).live(AT)


def half(error: ClusterError | None = None) -> ListState:
    """A list of which one page was loaded."""
    pane = ListState().loading().with_page(500, None, is_last=False)
    return pane.failed(error, AT) if error is not None else pane


@pytest.mark.parametrize(
    ("pane", "nobody", "somebody"),
    [
        (ListState(), "pods not loaded yet (p loads them)", "incomplete: pods not loaded yet (p loads them)"),
        (ListState().loading(), "loading pods…", "incomplete: loading pods…"),
        (half(), "loading pods…", "incomplete: loading pods…"),
        (half(LATE), f"not known: {LATE.sentence}", f"incomplete: {LATE.sentence}"),
        (half(BROKEN), f"not known: {BROKEN.sentence}", f"incomplete: {BROKEN.sentence}"),
        (
            ListState().failed(REFUSED, AT),
            "not known: you may not list pods",
            "incomplete: you may not list pods",
        ),
        (whole(ListState()), "no reader known", ""),
        (whole(ListState()).lost(None, AT).loading(), *["no reader known as of 14:00: reloading…"] * 2),
        (whole(ListState()).lost(BROKEN, AT), *[f"no reader known as of 14:00: {BROKEN.sentence}"] * 2),
        (whole(ListState()).failed(REFUSED, AT), *[f"no reader known as of 14:00: {REFUSED.lack}"] * 2),
    ],
)
def test_statements_about_readers_follow_the_state_of_the_list_of_pods(
    pane: ListState, nobody: str, somebody: str
) -> None:
    readers = Readers("default")
    readers.stores[0].state = pane
    assert readers_word(readers, SecretRef("default", "mysecret"), DEFAULT, StillClock(AT)) == nobody
    assert readers_doubt(readers, DEFAULT, StillClock(AT)) == somebody.removeprefix("no reader known ")


@pytest.mark.slow
async def test_the_pods_of_another_namespace_than_the_open_one_are_looked_at_for_its_secret() -> None:
    async with in_secret(SHOP, key="tls.key", namespace="web", size=(120, 36)) as person:
        await person.press("delete", "enter")  # cert-manager writes it: here anyway
        person.session.choose_namespace("default")
        person.app.screen.show_namespace("default")  # type: ignore[attr-defined]
        await person.settles()
        assert person.session.readers_of("web").state.kind == "idle"
        hang = person.fault("hang", method="GET", path="*/namespaces/web/pods")
        await person.presses("w", "Readers: loading pods…", at="#verdict")
        await person.waits_for(lambda: hang.seen)
        person.cluster.faults.clear()
        await person.presses("ctrl+r", "shop 3", at="#about")
        assert "no reader known" not in person.text
        await person.press("escape")


async def test_readers_that_are_no_longer_watched_are_shown_with_the_time_of_the_list() -> None:
    async with in_secret(size=(99, 30)) as person:
        await person.edit("username", "r00t-made-up")
        person.fault("status", method="GET", path="*/pods", code=503, times=None)
        person.clock.advance(10)
        person.cluster.end_watches(is_expired=True)
        said = "as of 14:00: The server failed (HTTP 503)."
        await person.reads("#key-readers", "mypod", said)
        await person.presses("w", "mypod", f"! {said}", at="#about")
        await person.presses("escape p", f"! {said}", at="#pods-about")
        await person.presses("escape D", "mypod", f"! {said}", at="#about")


async def test_a_key_without_a_known_reader_says_that_pods_are_watched() -> None:
    async with in_secret(SecretRef("payments", "legacy-db"), namespace="payments", size=(120, 36)) as person:
        await person.reads("#key-readers", "Read by: pass", "no reader known (live)")


async def test_pods_are_counted_alike_in_list_detail_readers_review_and_deletion() -> None:
    ref = SecretRef("payments", "db-credentials")
    async with sitting_at(namespace="payments", size=(200, 60)) as person:
        pods = {reader.info.name for reader in person.session.readers_of("payments").of(ref)}
        of_key = person.session.readers.of(ref, ["password"])
        number, number_of_key = f"{len(pods)} pods", f"{len({reader.info.name for reader in of_key})} pods"
        assert len({reader.info.workload for reader in person.session.readers.of(ref)}) < len(pods)
        await person.put_cursor("#secret-table", str(ref))
        assert any("db-credentials" in line and number in line for line in person.text.splitlines())
        await person.reads("#secret", f"read by {number}: ")
        await person.open(ref, key="password")
        await person.reads("#key-readers", "Read by: password", f"{number_of_key}, live")
        await person.presses("p", "Readers of db-credentials", number)
        await person.press("escape")
        await person.edit("password", "made-up-and-new")
        await person.presses("w", "worst first", f" {number_of_key} ", at="#text-pane")
        await person.presses("escape D", f"{number} read the Secret", at="#about")


async def test_the_file_of_an_immutable_secret_is_not_shown_as_changing() -> None:
    async with sitting_at(namespace="payments", size=(80, 24)) as person:
        await person.open(SecretRef("payments", "card-encryption"))
        await person.reads("#key-readers", "files in /run/keys", "by a new pod")
        assert "within 2 min" not in person.text
        await person.press("escape")
        await person.open(SecretRef("payments", "db-credentials"))
        await person.reads("#key-readers", "within 2 min")


async def test_the_rest_of_a_second_effect_is_indented_below_its_beginning() -> None:
    async with sitting_at(namespace="payments", size=(120, 36)) as person:
        await person.open(SecretRef("payments", "db-credentials"), key="password")
        await person.edit("password", "made-up-and-new")
        await person.put_cursor("#key-table", "username")
        await person.presses("delete", "dropped username")
        await person.presses("w", "DB_username is gone at next")
        lines = person.text.splitlines()
        nth = next(nth for nth, line in enumerate(lines) if "DB_username is gone" in line)
        assert lines[nth + 1].index("start") == lines[nth].index("variable") + 2
