"""Job: someone else changed the same keys meanwhile; resolve key by key, and overwrite nothing unseen."""

from __future__ import annotations

from tests.jobs.conftest import AT_TWO_SIZES
from tests.jobs.person import JOB, MASK, Person
from tests.terminal.server import Server

pytestmark = [*JOB, AT_TWO_SIZES]


def test_resolve_keys_that_someone_else_wrote_between_the_edit_and_the_write(
    person: Person, server: Server
) -> None:
    person.opens("legacy-db")
    for key in ("pass", "user"):
        person.edits(key)
        person.clears()
        person.types(f"my-{key}")
        person.presses("Enter", f"{key} kept", "1 draft")
    person.adds("added")
    person.types("my-added")
    person.keeps("added")
    person.reviews("2 changed, 1 added")
    theirs = {"pass": b"their-pass", "user": b"their-user", "other": b"their-other"}
    server.write("legacy-db", theirs, "payments")

    person.presses("W", "Not written", "Someone else changed the same keys", "the draft is kept")
    person.sees("legacy-db changed on the server while you edited", "2 keys to resolve")
    assert server.data("legacy-db", "payments") == theirs, "nothing of theirs was overwritten"
    for key in ("pass", "user"):
        person.sees_row(key, "choose", MASK)
    assert not [row for row in person.box if "added" in row and MASK in row], (
        "what collides is asked, no more"
    )

    person.goes_back("1 draft", "changed on the server")
    person.presses("w", "2 keys to resolve")
    person.presses("w", "Resolve first: pass, user")
    person.presses("R", "made-up-password-0", "their-pass", "my-pass", "root", "their-user", "my-user")
    person.presses("R", gone=["their-", "my-"])
    person.press("2")
    person.sees_row("pass", "yours")
    person.press("j", "1")
    person.sees_row("user", "theirs")
    person.sees("all resolved", "w reviews the draft again")

    person.reviews("1 changed, 1 added", "added", "pass", "other, user unchanged, not sent")
    person.writes()
    person.presses("R", "my-added", "their-other", "my-pass", "their-user", gone=["my-user", "their-pass"])
    person.quits()
    assert server.data("legacy-db", "payments") == {**theirs, "added": b"my-added", "pass": b"my-pass"}
