"""Job: set keys from what is pasted onto a Secret, and see in the review how each value differs."""

from __future__ import annotations

import gzip
from base64 import b64encode

from tests.certificates import made_up_chain
from tests.jobs.conftest import AT_TWO_SIZES
from tests.jobs.person import JOB, Person
from tests.terminal.server import Server

pytestmark = [*JOB, AT_TWO_SIZES]

ENV = "# made up\nuser=ann\nexport pass='made-up-password-1'\nurl=https://made-up.test/?a=b\n"
BEFORE = "".join(f"made.up.{number}=made-up-{number}\n" for number in range(30))


def test_paste_env_lines_and_a_certificate_bundle_onto_a_secret(person: Person, server: Server) -> None:
    leaf, issuer, root, key = made_up_chain()
    person.opens("legacy-db")
    person.pastes(ENV)
    person.sees("Paste into legacy-db", "3 .env lines: set user, pass and url?", "pass 18 B → 18 B")
    assert "made-up-password" not in person.screen
    person.presses("y", "Pasted into the draft: user (3 B), pass (18 B), url (25 B).", gone=["Paste into"])
    person.pastes(root + key + issuer + leaf)
    person.sees("3 certificates and a private key: set tls.crt and tls.key?")
    person.sees("The key belongs to the first certificate.")
    person.presses("y", "Pasted into the draft: tls.crt", gone=["Paste into"])
    person.reviews("nothing sent yet")
    person.presses("r", "- made-up-password-0", "+ made-up-password-1")
    person.writes()
    person.quits()
    assert server.data("legacy-db", "payments") == {
        "user": b"ann",
        "pass": b"made-up-password-1",
        "url": b"https://made-up.test/?a=b",
        "tls.crt": (leaf + issuer + root).encode(),
        "tls.key": key.encode(),
    }


def test_paste_a_file_of_another_machine_as_base64(person: Person, server: Server) -> None:
    data = gzip.compress(b"made up", mtime=0)
    person.opens("legacy-db")
    person.go_to("pass")
    person.presses("b", "base64 -w0 < FILE", "paste its output here")
    person.pastes(b64encode(data).decode() + "\n")
    person.sees(f"Base64 of {len(data)} bytes (gzip): decode and set pass?")
    person.goes_back(gone=["Paste into", "1 draft"])
    person.pastes(b64encode(data).decode())
    person.sees("decode and set pass?")
    person.presses("y", f"Pasted into the draft: pass ({len(data)} B).")
    person.reviews("pass", f"18 B → {len(data)} B")
    person.writes()
    person.quits()
    assert server.data("legacy-db", "payments") == {"user": b"root", "pass": data}


def test_the_review_shows_the_changed_line_of_a_long_value_and_warns_of_broken_json(
    person: Person, server: Server
) -> None:
    server.write("legacy-db", {"conf": BEFORE.encode(), "config.json": b'{"made": "up"}'}, "payments")
    person.opens("legacy-db")
    person.go_to("conf")
    person.pastes(BEFORE.replace("made.up.20=made-up-20", "made.up.20=made-up-21 "))
    person.sees("30 .env lines", "Or set conf to the whole paste as text.")
    person.presses("t", "Pasted into the draft: conf")
    person.go_to("config.json")
    person.pastes('{"made": up"}')
    person.sees("Set config.json to these 13 B, one line, no final line break?")
    person.presses("y", "Pasted into the draft: config.json")
    person.reviews("nothing sent yet", "! config.json was valid JSON; now it is not (line 1).")
    person.presses("r", "~ made.up.20  10 B → 11 B", "- made-up-20", "+ made-up-21␠")
    person.press("Enter")
    person.sees_title("legacy-db / conf")
    person.sees("- made.up.20=made-up-20⏎", "+ made.up.20=made-up-21␠⏎")
    person.press("g")
    same = BEFORE[: BEFORE.index("made.up.20=")]
    person.reads_by_pages(f"{same}-made.up.20=made-up-20+made.up.20=made-up-21␠")
    person.goes_back("Review")
    person.writes()
    person.quits()
    after = BEFORE.replace("made-up-20", "made-up-21 ").encode()
    assert server.data("legacy-db", "payments")["conf"] == after
