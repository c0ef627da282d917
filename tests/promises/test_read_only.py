"""Promise 8: read-only is enforced where requests leave; no command anywhere gets past it."""

from __future__ import annotations

from typing import Final

import pytest

from tests.promises.walk import PLACES, Walk
from tests.ui.person import MINE, Person, in_secret, sitting_at
from tui.cluster.http.gate import REVIEW_PATHS, Gate
from tui.model.draft.draft import Changes
from tui.model.errors import ReadOnly
from tui.model.secret.value import Value
from tui.terminal.settings_file import Settings
from tui.ui.command_types import Command, Where

CHANGES: Final = Changes(set={"password": Value(b"n3w-made-up")}, removed=frozenset())


def forbidden_requests(person: Person) -> list[str]:
    """Requests that reached the cluster and are neither reads nor one of the three reviews."""
    return [
        f"{request.method} {request.path}"
        for request in person.cluster.requests
        if request.method != "GET" and not (request.method == "POST" and request.path in REVIEW_PATHS)
    ]


@pytest.mark.slow
@pytest.mark.timeout(240)  # each command at each place
@pytest.mark.parametrize("half", [0, 1])
async def test_no_command_at_any_place_sends_anything_but_reads_and_reviews(
    half: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with sitting_at(settings=Settings(read_only=True), size=(80, 24)) as person:

        def only_reads(place: Where, command: Command) -> bool:
            assert forbidden_requests(person) == [], (place, command.id)
            return False

        walk = Walk(person, monkeypatch, b"n3w-made-up")
        places = PLACES[half::2]
        await walk.go(places, only_reads)
        assert not [left for left in walk.left_out() if left[0] in places]
        assert person.on_server()["username"] == b"admin"


async def test_the_same_walk_without_read_only_writes(monkeypatch: pytest.MonkeyPatch) -> None:
    """The walk's first control: it does run the commands that write."""
    async with sitting_at(size=(80, 24)) as person:
        walk = Walk(person, monkeypatch, b"n3w-made-up")

        def wrote(*_: object) -> bool:
            return any("dryRun" not in line for line in person.asked("PATCH"))

        await walk.go(PLACES, lambda *_: wrote())
        assert wrote()
        await person.waits_for(lambda: person.on_server()["password"].endswith(b"n3w-made-up"), "a write")
        await walk.go([Where.DELETE], lambda _, command: command.id == "confirm_delete")
        await person.waits_for(lambda: person.asked("DELETE"), "a deletion")


async def test_the_gate_holds_a_write_back(monkeypatch: pytest.MonkeyPatch) -> None:
    """The walk's second control: with the gate removed a write called on the cluster reaches the server."""
    async with in_secret(settings=Settings(read_only=True)) as person:
        opened = person.session.opened
        assert opened is not None and opened.secret is not None
        secret, cluster = opened.secret, person.session.cluster
        for dry_run in (True, False):
            with pytest.raises(ReadOnly):
                await cluster.write(MINE, secret.uid, secret.resource_version, CHANGES, dry_run=dry_run)
        assert forbidden_requests(person) == []
        monkeypatch.setattr(Gate, "check", lambda *args: None)
        await cluster.write(MINE, secret.uid, secret.resource_version, CHANGES)
        assert forbidden_requests(person) == ["PATCH /api/v1/namespaces/default/secrets/mysecret"]


async def test_a_read_only_run_says_so_and_offers_nothing_that_writes() -> None:
    async with sitting_at(settings=Settings(read_only=True), size=(120, 36)) as person:
        await person.sees("READ-ONLY")
        assert person.text.splitlines()[0].lower().count("read-only") == 1
        await person.open()
        for key in ("e", "a", "delete", "n", "u", "w", "D"):
            await person.press(key)
            assert person.status.startswith("Read-only: "), key
        await person.presses("r", "1f2d1e2e67df")
        footer = person.text.splitlines()[-1]
        assert "edit" not in footer and "drop" not in footer, "what is refused is not offered"
        await person.presses("question_mark", "Read-only: values cannot be edited")
