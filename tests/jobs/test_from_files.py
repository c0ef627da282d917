"""Job: load a `.env` file, manifests by `-f` and by a pipe, one key by `--set-file`, and a backup."""

from __future__ import annotations

from pathlib import Path

from tests.jobs.conftest import AT_TWO_SIZES
from tests.jobs.person import JOB, Person
from tests.model.test_manifest_objects import DOCUMENTED
from tests.terminal.server import Server

pytestmark = [*JOB, AT_TWO_SIZES]

KEY = "-----BEGIN PRIVATE KEY-----\nbWFkZSB1cA==\n-----END PRIVATE KEY-----"
ENV = f"""# made up
export DB_HOST=db.made-up.test
DB_PORT=5432
DB_USER=ann
DB_PASSWORD="quote \\" and #hash"
EMPTY=
URL=https://made-up.test/?a=b  # a comment
PLAIN=two words
DOLLAR=${{DB_HOST}}
UNICODE="größe"
TLS_KEY="{KEY}"
LINES="one\\ntwo"
LAST='\\'single\\''
"""
READ = {
    "DB_HOST": b"db.made-up.test",
    "DB_PORT": b"5432",
    "DB_USER": b"ann",
    "DB_PASSWORD": b'quote " and #hash',
    "EMPTY": b"",
    "URL": b"https://made-up.test/?a=b",
    "PLAIN": b"two words",
    "DOLLAR": b"${DB_HOST}",
    "UNICODE": "größe".encode(),
    "TLS_KEY": KEY.encode(),
    "LINES": b"one\ntwo",
    "LAST": b"'single'",
}
SEVERAL = """apiVersion: v1
kind: Secret
metadata:
  name: made-up-new
stringData:
  token: made-up-1
---
apiVersion: v1
kind: Secret
metadata:
  name: db-tls
---
apiVersion: v1
kind: Secret
metadata:
  name: legacy-db
stringData:
  pass: made-up-2
---
apiVersion: v1
kind: Pod
metadata:
  name: reader
spec:
  containers:
  - name: main
    image: redis
    env:
    - name: TOKEN
      valueFrom:
        secretKeyRef:
          name: made-up-new
          key: tokken
"""


def test_load_twelve_keys_from_an_env_file(person: Person, server: Server, tmp_path: Path) -> None:
    (tmp_path / "app.env").write_text(ENV)
    before = server.data("gateway-api", "payments")
    person.opens("gateway-api")
    person.presses("F", "from a file")
    person.type(f"{tmp_path}/app.env")
    person.sees("app.env: ", "If the file contains keys, you can set all of them.")
    person.presses("Enter", "12 keys in app.env: set them all?", "new: DB_HOST, DB_PORT, DB_USER", "4 more")
    person.presses("y", "Loaded into the draft: DB_HOST (15 B)", "and 8 more", "1 draft")
    person.reviews("12 added", "DB_PASSWORD")
    assert "made-up" not in person.screen, "no value is shown"
    person.writes()
    assert server.data("gateway-api", "payments") == {**before, **READ}
    person.quits()


def test_write_the_manifest_of_the_kubernetes_documentation(
    server: Server, size: tuple[int, int], tmp_path: Path
) -> None:
    (tmp_path / "secret.yaml").write_bytes(DOCUMENTED)
    file = str(tmp_path / "secret.yaml")
    with Person(server, "-f", file, size=size) as person:
        person.sees("Nothing to write from secret.yaml: default/mysecret already has all of these values.")
        person.quits()
    with Person(server, "-n", "payments", "-f", file, size=size) as person:
        person.sees("Review: mysecret", "password", "username", "added", "accepted", "Creates in")
        assert "mysecret" not in server.names("payments"), "nothing is written yet"
        person.presses("W", "Created: payments/mysecret", gone=["Creates in", "1 draft"])
        assert server.data("mysecret", "payments") == {"username": b"admin", "password": b"1f2d1e2e67df"}
        assert "1f2d" not in person.screen
        person.quits()


def test_write_the_secrets_of_several_documents_from_a_pipe(
    server: Server, size: tuple[int, int], tmp_path: Path
) -> None:
    (tmp_path / "several.yaml").write_text(SEVERAL)
    before = server.data("legacy-db", "payments")
    piped = tmp_path / "several.yaml"
    with Person(server, "-n", "payments", "-f", "-", size=size, stdin=piped) as person:
        person.sees("Other objects in stdin", "Not applied: Pod/reader.", "To apply the objects")
        person.sees("next start FAILS: couldn't find key tokken", "2 drafts", "y  review 2 drafts")
        person.presses("Enter", "Review: 2 drafts", "2 of 2 ready", "new, 1 key")
        person.presses("W", "Written: 2 Secrets", gone=["Review", "draft"])
        assert server.data("made-up-new", "payments") == {"token": b"made-up-1"}
        assert server.data("legacy-db", "payments") == {**before, "pass": b"made-up-2"}
        person.opens("made-up-new")
        person.quits()


def test_set_one_key_from_a_file_on_the_command_line(
    server: Server, size: tuple[int, int], tmp_path: Path
) -> None:
    (tmp_path / "pw").write_bytes(b"made-up \xff\n")
    before = server.data("legacy-db", "payments")
    with Person(server, "payments/legacy-db", "--set-file", f"pass={tmp_path}/pw", size=size) as person:
        person.sees("Review: legacy-db", "1 changed", "accepted", "user unchanged, not sent")
        person.writes()
        person.quits()
    assert server.data("legacy-db", "payments") == {**before, "pass": b"made-up \xff\n"}


def test_a_backup_of_marked_secrets_restores_them(
    server: Server, size: tuple[int, int], tmp_path: Path
) -> None:
    names, file = ("bank-keystore", "db-tls", "legacy-db"), str(tmp_path / "backup.yaml")
    before = {name: server.data(name, "payments") for name in names}
    with Person(server, "-n", "payments", size=size) as person:
        for name in names:
            person.finds(name)
            person.presses("Space", "marked")
            person.presses("/", f"/ {name}")
            person.presses("Escape", "Secrets  13 ", gone=[f"/ {name}"])
        person.presses(
            "S", "Save 3 Secrets as", "m  manifest for kubectl apply", "secret-tui reads the Secrets"
        )
        person.presses("m", "Save the manifest of 3 Secrets to a file", "payments-secrets.yaml")
        person.press("C-u")
        person.type(file)
        person.presses("Enter", "Saved the manifest of 3 Secrets to")
        person.quits()
    for name in names[:2]:
        server.call("DELETE", f"/api/v1/namespaces/payments/secrets/{name}")
    server.write("legacy-db", {"pass": b"made-up"}, "payments")
    with Person(server, "-f", file, size=size) as person:
        person.sees("Review: 3 drafts", "3 of 3 ready", "payments/db-tls")
        person.presses("W", "Written: 3 Secrets", gone=["Review", "draft"])
        person.quits()
    assert {name: server.data(name, "payments") for name in names} == before
