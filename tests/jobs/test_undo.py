"""Job: undo an edit, a drop, a creation, a deletion and several writes of one press; the cluster agrees."""

from __future__ import annotations

from pathlib import Path

from tests.jobs.conftest import AT_TWO_SIZES
from tests.jobs.person import JOB, Person
from tests.terminal.server import Server

pytestmark = [*JOB, AT_TWO_SIZES]
NAME, WHERE = "legacy-db", "payments"


def undoes(person: Person, what: str, done: str) -> None:
    person.presses("U", "Undo a write", what)
    person.presses("Enter", "Review: ", "accepted")
    person.presses("W", done)


def labels(person: Person, text: str) -> None:
    person.presses("d", "Describe", "l label")
    person.presses("l", "Label of")
    person.fills(text)
    person.sees("kept in the draft")
    person.presses("w", "Review", "accepted", "labels/team")
    person.presses("W", "Written", gone=["Writes to"])
    person.goes_back("KEY")


def deletes(person: Person, name: str) -> None:
    person.fills(name)
    person.sees("Deleted", "U undoes")


def test_undo_an_edit_a_drop_and_a_label(person: Person, server: Server) -> None:
    before = server.data(NAME, WHERE)
    person.opens(NAME)
    person.edits("pass")
    person.types("-made-up")
    person.keeps("pass")
    person.reviews("pass")
    person.presses("W", "Written", "U undoes")
    assert server.data(NAME, WHERE)["pass"] == before["pass"] + b"-made-up"
    undoes(person, f"{WHERE}/{NAME}: pass", "Written")
    assert server.data(NAME, WHERE) == before
    person.go_to("user")
    person.presses("DC", "user dropped")
    person.reviews("user", "gone")
    person.writes()
    assert "user" not in server.data(NAME, WHERE)
    undoes(person, f"{WHERE}/{NAME}: user", "Written")
    assert server.data(NAME, WHERE) == before
    labels(person, "team=payments")
    assert server.secret(NAME, WHERE)["metadata"]["labels"]["team"] == "payments"
    undoes(person, f"{WHERE}/{NAME}: labels/team", "Written")
    assert "team" not in server.secret(NAME, WHERE)["metadata"].get("labels", {})
    assert server.data(NAME, WHERE) == before
    person.quits()


def test_undo_a_creation_and_a_deletion(person: Person, server: Server) -> None:
    before = server.secret(NAME, WHERE)
    person.begins("made-up", "Enter", "new draft")
    person.presses("w", "Review", "accepted")
    person.presses("W", "Created: ", "U undoes")
    assert "made-up" in server.names(WHERE)
    person.presses("U", "Undo a write", f"{WHERE}/made-up: created")
    person.presses("Enter", "Delete made-up")
    deletes(person, "made-up")
    assert "made-up" not in server.names(WHERE)
    person.opens(NAME)
    person.presses("D", f"Delete {NAME}", "U can create the Secret again")
    deletes(person, NAME)
    assert NAME not in server.names(WHERE)
    undoes(person, f"{WHERE}/{NAME}: deleted", "Created: ")
    after = server.secret(NAME, WHERE)
    assert after["metadata"]["uid"] != before["metadata"]["uid"]
    assert (after["type"], after["data"]) == (before["type"], before["data"])
    assert after["metadata"].get("labels") == before["metadata"].get("labels")
    person.quits()


def test_copies_to_three_namespaces_are_undone_together_and_so_is_the_undo(
    person: Person, server: Server
) -> None:
    held, places = server.data(NAME, WHERE), ("default", "monitoring", "web")
    person.finds(NAME)
    person.presses("Y", "n  the whole Secret, to other namespaces")
    person.presses("n", f"Copy {WHERE}/{NAME} to", "0 marked")
    for count, place in enumerate(places, 1):
        person.fills(place)
        person.sees(f"{count} marked")
    person.presses("Enter", "Review: 3 drafts", "3 of 3 ready")
    person.presses("W", "Created: 3 Secrets", "U offers to undo all.", gone=["Review"])
    assert all(server.data(NAME, place) == held for place in places)
    person.presses("U", "all 3 created together")
    person.presses("A", "Review: 3 deletions", "3 of 3 ready", "Created at", "pods only", "W delete 3")
    assert all(NAME in server.names(place) for place in places), "nothing is deleted yet"
    person.presses("W", "Deleted: 3 Secrets", "U offers to undo all.", gone=["Review"])
    assert not any(NAME in server.names(place) for place in places)
    assert server.data(NAME, WHERE) == held
    person.presses("U", "all 3 deleted together")
    person.presses("A", "Review: 3 drafts", "3 of 3 ready")
    person.presses("W", "Created: 3 Secrets", gone=["Review"])
    assert all(server.data(NAME, place) == held for place in places)
    person.quits()


def test_a_creation_and_a_change_of_one_file_are_undone_together(
    server: Server, size: tuple[int, int], tmp_path: Path
) -> None:
    before, file = server.data(NAME, WHERE), tmp_path / "several.yaml"
    documents = (("made-up-new", "token"), (NAME, "pass"))
    file.write_text(
        "---\n".join(
            f"apiVersion: v1\nkind: Secret\nmetadata: {{name: {name}}}\nstringData: {{{key}: made-up}}\n"
            for name, key in documents
        )
    )
    with Person(server, "-n", WHERE, "-f", str(file), size=size) as person:
        person.sees("Review: 2 drafts", "2 of 2 ready")
        person.presses("W", "Written: 2 Secrets", "U offers to undo all.", gone=["Review"])
        assert server.data("made-up-new", WHERE) == {"token": b"made-up"}
        person.presses("U", "all 2 written together")
        person.presses("A", "Review: 1 draft, 1 deletion", "2 of 2 ready", "W write 1, delete 1")
        person.sees_row(f"{WHERE}/made-up-new", "delete", "ready")
        person.presses("W", "Written: 1 Secret, deleted: 1", gone=["Review"])
        assert "made-up-new" not in server.names(WHERE)
        assert server.data(NAME, WHERE) == before
        person.quits()
