"""Jobs: copy to several namespaces, change one password in four, rename one, replace an immutable one."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
import yaml

from tests.jobs.conftest import AT_TWO_SIZES
from tests.jobs.person import JOB, Person
from tests.terminal.server import Host, Server
from tui.embedded.demo.story import STORY_TIME

pytestmark = [*JOB, AT_TWO_SIZES]

NAME = "legacy-db"


@pytest.fixture
def server(host: Host) -> Iterator[Server]:
    """The demo's cluster, which refuses to create a Secret in kube-public."""
    refused = "POST /api/v1/namespaces/kube-public/secrets"
    with Server("--demo", "--for-kubectl", "--refuse", refused, host=host, at=STORY_TIME) as server:
        yield server


def made(server: Server, namespace: str, name: str = NAME, **data: str) -> None:
    """Create a Secret past the program."""
    body: dict[str, Any] = {
        "apiVersion": "v1",
        "kind": "Secret",
        "metadata": {"name": name, "namespace": namespace},
        "type": "Opaque",
        "stringData": data,
    }
    server.call("POST", f"/api/v1/namespaces/{namespace}/secrets", body)


def marks(person: Person, *names: str) -> None:
    """Mark each of these places in the list by typing its name, and go on."""
    for count, name in enumerate(names, 1):
        person.type(name)
        person.presses("Enter", f"{count} marked")
        person.rests()
    person.press("Enter")


def test_copy_to_three_namespaces_of_which_one_is_already_the_same_and_one_refuses(
    person: Person, server: Server
) -> None:
    wanted = server.data(NAME, "payments")
    made(server, "web", **{key: value.decode() for key, value in wanted.items()})
    person.finds(NAME)
    person.presses("Y", f"Copy payments/{NAME}", "n  the whole Secret, to other namespaces")
    person.presses("n", f"Copy payments/{NAME} to", "0 marked", "kube-public")
    marks(person, "default", "kube-public", "web")
    person.sees("Review: 2 drafts", "1 of 2 ready", "nothing sent yet", "W write 1")
    person.sees_row(f"default/{NAME}", "new, 2 keys", "ready")
    person.sees_row(f"kube-public/{NAME}", "!", "dry run refused")
    person.sees_row(f"web/{NAME}", "already the same")
    person.sees("Compared by key", "target does not exist yet")
    assert "made-up" not in person.screen
    person.presses("W", "1 of 2 written", "created at", "1 draft")
    assert server.data(NAME, "default") == wanted
    assert NAME not in server.names("kube-public")
    person.goes_back("NAME", "1 draft")


def test_copy_to_all_namespaces_that_the_filter_shows(person: Person, server: Server) -> None:
    person.finds(NAME)
    person.presses("Y", f"Copy payments/{NAME}")
    person.presses("n", f"Copy payments/{NAME} to", "* mark all", "0 marked", "kube-public")
    person.type("kube-")
    person.presses("*", "3 marked", "[x] kube-system", "[ ] web")
    person.presses("Enter", "Review: 3 drafts", "nothing sent yet")
    person.sees_row(f"kube-node-lease/{NAME}", "new, 2 keys")
    assert NAME not in server.names("kube-system")
    person.sees("2 of 3 ready")
    person.presses("W", "2 of 3 written", "1 draft")
    for namespace in ("kube-node-lease", "kube-system"):
        assert server.data(NAME, namespace) == server.data(NAME, "payments")
    assert NAME not in server.names("kube-public") and NAME not in server.names("web")
    person.goes_back("NAME", "1 draft")


def test_change_the_same_password_in_four_namespaces_in_one_review(person: Person, server: Server) -> None:
    old = server.data(NAME, "payments")["pass"].decode()
    for namespace in ("default", "monitoring", "web"):
        made(server, namespace, **{"pass": old, "user": namespace})
    made(server, "kube-system", **{"pass": "another-made-up"})
    person.presses("0", "all namespaces", "NAMESPACE")
    person.finds(f"ns:payments {NAME}")
    person.press("Enter")
    person.until(person.sees_keys, f"the keys of {NAME}")
    person.edits("pass")
    person.clears()
    person.types("n3w-made-up")
    person.presses("Enter", "pass kept in the draft", "I repeats the change")
    person.presses("I", f"{NAME} is read in 4 namespaces", "in memory")
    person.presses("Enter", "3 marked", "the old value", "another value")
    person.presses("Enter", "Review: 4 drafts", "4 of 4 ready", "W write 4")
    assert "made-up" not in person.screen
    person.presses("W", "Written: 4 Secrets", gone=["Review", "4 drafts"])
    for namespace in ("default", "monitoring", "web", "payments"):
        assert server.data(NAME, namespace)["pass"] == b"n3w-made-up"
    assert server.data(NAME, "web")["user"] == b"web"
    assert server.data(NAME, "kube-system")["pass"] == b"another-made-up"
    person.quits()


def test_rename_a_secret(person: Person, server: Server) -> None:
    held = server.data("sftp-settlements", "payments")
    person.finds("sftp-settlements")
    person.presses("n", "Rename payments/sftp-settlements", "it still names sftp-settlements")
    person.press("C-u")
    person.type("sftp-eu")
    person.reads("sftp-eu")
    person.presses("Enter", "Review: sftp-eu", "accepted", "Creates in", "nothing sent yet")
    assert "sftp-eu" not in server.names("payments")
    person.presses("W", "sftp-eu is created", "sftp-settlements still exists", "D delete")
    assert server.data("sftp-eu", "payments") == held
    person.presses("D", "Readers, worst first", "Deletes in")
    assert "sftp-settlements" in server.names("payments"), "nothing is deleted by itself"
    person.type("sftp-settlements")
    person.rests()
    person.presses("Enter", "Deleted: payments/sftp-settlements")
    assert "sftp-settlements" not in server.names("payments")
    assert server.data("sftp-eu", "payments") == held
    person.quits()


def test_replace_an_immutable_secret(person: Person, server: Server) -> None:
    held = server.data("card-encryption", "payments")
    person.opens("card-encryption")
    person.presses("s", "is immutable", "V makes a changed copy")
    person.presses("V", "Copy it under a new name, and change the copy?", "card-encryption-2")
    person.presses("Enter", "card-encryption-2 is a new draft", "1 draft")
    person.sets_blind("key", "made-up-key")
    person.presses("w", "Review: card-encryption-2", "accepted", "Creates in")
    person.presses("W", "card-encryption-2 is created", "Deployment/gateway", "volumes[].secret")
    person.sees("secretName: card-encryption → secretName: card-encryption-2")
    assert server.data("card-encryption-2", "payments")["key"] == b"made-up-key"
    assert server.data("card-encryption", "payments") == held
    person.goes_back("KEY")
    person.quits()


def join_contexts(server: Server, other: Server) -> None:
    """Add the context "other" to the kubeconfig."""
    joined = yaml.safe_load(server.kubeconfig.read_text())
    there = yaml.safe_load(other.kubeconfig.read_text())
    for kind, part in (("clusters", "cluster"), ("users", "user")):
        joined[kind].append({"name": "other", part: there[kind][0][part]})
    joined["contexts"].append({"name": "other", "context": {"cluster": "other", "user": "other"}})
    server.kubeconfig.write_text(yaml.safe_dump(joined))


def test_copy_to_another_context(server: Server, size: tuple[int, int]) -> None:
    held = server.data(NAME, "payments")
    with Server("--demo", "--for-kubectl", name="other", at=STORY_TIME) as other:
        join_contexts(server, other)
        with Person(server, "-n", "payments", size=size) as person:
            person.finds(NAME)
            person.presses("Y", "x  the whole Secret, to other contexts")
            person.presses("x", f"Copy payments/{NAME} to contexts", "[ ] other")
            marks(person, "other")
            person.sees("Namespace in the contexts")
            person.press("C-u")
            person.type("web")
            person.rests()
            person.presses("Enter", f"A draft of web/{NAME} waits in other")
            assert NAME not in other.names("web"), "nothing is sent before the review there"
            person.presses("X", "Contexts  2", "other")
            person.press("j")
            person.presses("Enter", "other ›", "1 draft", "● live")
            person.presses("w", f"Review: {NAME}", "accepted", "Creates in")
            person.presses("W", f"Created: web/{NAME}", gone=["1 draft"])
            person.quits()
        assert other.data(NAME, "web") == held


def test_compare_with_another_context(server: Server, size: tuple[int, int]) -> None:
    held = server.data(NAME, "payments")
    key = min(held)
    with Server("--demo", "--for-kubectl", name="other", at=STORY_TIME) as other:
        join_contexts(server, other)
        with Person(server, "-n", "payments", size=size) as person:
            person.finds(NAME)
            person.presses("Y", "d  only compare it with other contexts")
            person.presses("d", f"Compare payments/{NAME} with contexts", "[ ] other")
            person.presses("Enter", "Namespace, or namespace/name", f"payments/{NAME}")
            person.presses("Enter", f"payments/{NAME} with", "the same", "no writes")
            person.goes_back("READ BY")
            person.presses("Y", "d  only compare it")
            person.presses("d", "[ ] other")
            person.presses("Enter", "Namespace, or namespace/name")
            person.press("C-u")
            person.type("web")
            person.rests()
            person.presses("Enter", "does not exist", f"web/{NAME}")
            person.presses("Enter", "absent", key, gone=[held[key].decode()])
            person.presses("r", held[key].decode())
            person.goes_back("does not exist")
            person.goes_back("READ BY")
            person.quits()
        assert NAME not in other.names("web")
