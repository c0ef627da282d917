"""Everything that changes a Secret, in tmux by keys alone; what the server then holds is read by HTTP."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.terminal.drive import Tmux
from tests.terminal.server import Server
from tests.terminal.steps import MASK, NEW, OLD, edit, open_mysecret, program, type_over, write

pytestmark = pytest.mark.pty


@pytest.fixture
def server() -> Iterator[Server]:
    """The story's cluster."""
    with Server("--demo") as server:
        yield server


def test_a_key_is_added_renamed_and_dropped_in_one_write(server: Server) -> None:
    server.write("mysecret", {"bare": b"made up\xff\r\n", "lines.txt": b"made up\n\n"})
    before = server.data("mysecret")
    with program(server) as tmux:
        open_mysecret(tmux)
        tmux.presses("a", "Add a key")
        tmux.type("added.key")
        tmux.sees("added.key")
        tmux.presses("Enter", "edit mysecret / added.key", "one line")
        tmux.type("made up too")
        tmux.presses("Enter", "added.key kept in the draft")
        tmux.go_to("bare")
        tmux.presses("n", "Rename bare")
        for _ in "bare":
            tmux.press("BSpace")
        tmux.rests()
        tmux.type("renamed")
        tmux.sees("renamed")
        tmux.presses("Enter", "bare is renamed in the draft")
        tmux.go_to("lines.txt")
        tmux.presses("DC", "lines.txt dropped in the draft")
        tmux.presses("u", "Undone:", "lines.txt")
        tmux.go_to("username")
        tmux.presses("-", "username dropped in the draft", "dropped 5 B")
        write(tmux, "added.key", "renamed", "username", "removed")
        tmux.presses("C-q")
        assert tmux.exit_code == 0
    wanted = {**before, "added.key": b"made up too", "renamed": before["bare"]}
    del wanted["bare"], wanted["username"]
    assert server.data("mysecret") == wanted


def test_undone_to_the_start_there_is_nothing_to_write(server: Server) -> None:
    before = server.secret("mysecret")
    with program(server) as tmux:
        open_mysecret(tmux)
        edit(tmux, "password", NEW, was=len(OLD))
        tmux.presses("u", "Undone:", gone=["1 draft"])
        tmux.presses("w", "No draft to review")
        tmux.presses("C-q")
        assert tmux.exit_code == 0, "no draft, no question"
    assert server.secret("mysecret") == before


def test_a_new_secret_is_made_and_deleted_by_its_name(server: Server) -> None:
    with program(server) as tmux:
        tmux.sees("mysecret", "● live")
        tmux.presses("a", "New Opaque Secret")
        tmux.type("made-up-secret")
        tmux.sees("made-up-secret")
        tmux.presses("Enter", "default/made-up-secret is a new draft", "not created yet")
        assert "made-up-secret" not in server.names(), "nothing is sent before the review"
        tmux.presses("a", "Add a key")
        tmux.type("first")
        tmux.sees("first")
        tmux.presses("Enter", "edit made-up-secret / first")
        tmux.type("made up")
        tmux.presses("Enter", "first kept in the draft")
        tmux.presses("w", "accepted", "Creates in")
        assert "made-up-secret" not in server.names(), "a dry run makes nothing"
        tmux.presses("W", "created: default/made-up-secret with 1 key")
        assert server.data("made-up-secret") == {"first": b"made up"}
        assert server.secret("made-up-secret")["type"] == "Opaque"
        tmux.sees("first", MASK, gone=["not created yet"])

        tmux.presses("D", "Delete made-up-secret", "Who reads it", "keys: first")
        tmux.type("made-up")
        tmux.presses("Enter", "Nothing sent: that is not its name")
        assert "made-up-secret" in server.names()
        tmux.type("-secret")
        tmux.presses("Enter", "deleted: default/made-up-secret")
        assert "made-up-secret" not in server.names()
        assert "mysecret" in server.names()
        tmux.presses("C-q")
        assert tmux.exit_code == 0


def collide(server: Server, tmux: Tmux) -> None:
    """While the editor is open another writer changes the same key, and one more; up to the question."""
    open_mysecret(tmux)
    tmux.presses("e", "edit mysecret / password")
    server.write("mysecret", {"password": b"made up by others", "theirs": b"also made up"})
    type_over(tmux, NEW, was=len(OLD))
    tmux.presses("Enter", "password kept in the draft", "changed on the server since you opened it")
    tmux.presses("w", "mysecret changed on the server while you edited", "1 to resolve")
    screen = tmux.presses("w", "Resolve first: password")
    assert not any(text in screen for text in (NEW, OLD.decode(), "made up by others"))
    tmux.presses("r", OLD.decode(), "made up by oth", NEW)


def test_a_conflict_can_keep_the_servers_value(server: Server) -> None:
    with program(server) as tmux:
        collide(server, tmux)
        tmux.presses("1", "all resolved", "w reviews again")
        tmux.presses("w", "The draft is empty now", gone=["1 draft"])
        assert server.data("mysecret")["password"] == b"made up by others"


def test_a_conflict_can_take_yours(server: Server) -> None:
    with program(server) as tmux:
        collide(server, tmux)
        tmux.presses("2", "all resolved", "w reviews again")
        assert server.data("mysecret")["password"] == b"made up by others", "decided, not sent"
        tmux.presses("w", "accepted", "17 B → 15 B")
        tmux.presses("W", "written: password of default/mysecret")
    data = server.data("mysecret")
    assert (data["password"], data["theirs"]) == (NEW.encode(), b"also made up")


def test_a_conflict_can_be_edited(server: Server) -> None:
    with program(server) as tmux:
        collide(server, tmux)
        tmux.presses("e", "edit mysecret / password", f"was {len(NEW)} B")
        type_over(tmux, "both, made up", was=len(NEW))
        tmux.presses("Enter", "password kept in the draft; w reviews again")
        tmux.presses("w", "accepted", "17 B → 13 B")
        tmux.presses("W", "written: password of default/mysecret")
    data = server.data("mysecret")
    assert (data["password"], data["theirs"]) == (b"both, made up", b"also made up")


def test_what_does_not_collide_is_merged_without_a_question(server: Server) -> None:
    with program(server) as tmux:
        open_mysecret(tmux)
        tmux.presses("e", "edit mysecret / password")
        server.write("mysecret", {"username": b"made up by others"})
        type_over(tmux, NEW, was=len(OLD))
        tmux.presses("Enter", "password kept in the draft")
        write(tmux, "12 B → 15 B")
    data = server.data("mysecret")
    assert (data["password"], data["username"]) == (NEW.encode(), b"made up by others")


def test_a_change_after_the_review_is_not_overwritten(server: Server) -> None:
    with program(server) as tmux:
        open_mysecret(tmux)
        edit(tmux, "password", NEW, was=len(OLD))
        tmux.presses("w", "accepted", "Writes to")
        server.write("mysecret", {"password": b"made up by others"})
        tmux.presses("W", "changed on the server while you edited", "1 to resolve")
        assert server.data("mysecret")["password"] == b"made up by others"
        tmux.presses("Escape", "password", gone=["to resolve"])
        assert "1 draft" in tmux.screen, "going back keeps the draft"
