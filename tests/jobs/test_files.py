"""Job: load a value and a folder of values from files, and save a value to a file."""

from __future__ import annotations

import stat
from pathlib import Path

from tests.certificates import made_up_chain
from tests.jobs.conftest import AT_TWO_SIZES
from tests.jobs.person import JOB, Person
from tests.terminal.server import Server

pytestmark = [*JOB, AT_TWO_SIZES]

PEM = "".join(
    f"{line}\n" for line in ("-----BEGIN CERTIFICATE-----", "bWFkZSB1cA==", "-----END CERTIFICATE-----")
)


def test_create_a_tls_secret_from_a_file_loaded_in_its_editor(
    person: Person, server: Server, tmp_path: Path
) -> None:
    leaf, issuer, _, key = made_up_chain()
    (tmp_path / "site.pem").write_text(key + leaf + issuer)
    person.begins("site-tls", "t")
    person.sees("Enter a PEM certificate with its chain", "ctrl+n load file")
    person.presses("C-n", "Load tls.crt from a file")
    person.type(f"{tmp_path}/site.pem")
    person.sees("site.pem: ")
    person.presses("Enter", "has    2 certificates and 1 private key: they match.", "Loaded site.pem")
    person.presses("C-z", "now    0 B, empty")
    person.presses("C-y", "they match.")
    person.presses("C-s", "2 certificates and a private key in tls.crt")
    person.presses("y", "tls.crt and tls.key kept in the draft.")
    person.creates()
    person.quits()
    assert server.data("site-tls", "payments") == {
        "tls.crt": (leaf + issuer).encode(),
        "tls.key": key.encode(),
    }


def test_create_a_tls_secret_from_two_files(person: Person, server: Server, tmp_path: Path) -> None:
    leaf, issuer, _, key = made_up_chain()
    (tmp_path / "site.pem").write_text(leaf + issuer)
    (tmp_path / "site.key").write_text(key)
    person.begins("site-tls", "t")
    person.sees_title("/ tls.crt")
    person.goes_back("not created yet")
    for name, file in (("tls.crt", "site.pem"), ("tls.key", "site.key")):
        person.presses("F", "from a file")
        person.type(f"{name}={tmp_path}/{file}")
        person.sees(f"{name}: ")
        person.presses("Enter", f"Loaded into the draft: {name}")
    person.creates()
    person.quits()
    made = server.secret("site-tls", "payments")
    assert made["type"] == "kubernetes.io/tls"
    assert server.data("site-tls", "payments") == {
        "tls.crt": (leaf + issuer).encode(),
        "tls.key": key.encode(),
    }


def test_load_a_folder_of_values_and_save_a_value_to_a_file(
    person: Person, server: Server, tmp_path: Path
) -> None:
    tmp_path.chmod(0o700)
    (tmp_path / "certs" / "old").mkdir(parents=True)
    (tmp_path / "certs" / "ca.pem").write_text(PEM)
    (tmp_path / "certs" / "password").write_bytes(b"made up \xff\x00")
    before = server.data("gateway-api", "payments")
    person.opens("gateway-api")
    person.go_to("api-key")
    person.presses("F", "Load api-key from a file")
    person.type(f"{tmp_path}/ce")
    person.press("Tab")
    person.sees("ca.pem: 67 B", "password: 10 B")
    person.sees("left out: old is a folder")
    person.presses("Enter", "Loaded into the draft: ca.pem (67 B), password (10 B).", "1 draft")
    person.sees_row("ca.pem")
    person.reviews("ca.pem", "password", "added")
    person.writes()
    assert server.data("gateway-api", "payments") == {
        **before,
        "ca.pem": PEM.encode(),
        "password": b"made up \xff\x00",
    }
    person.go_to("password")
    person.presses("S", "Save password to a file", "Only you can read the file")
    person.press("C-u")
    person.type(f"{tmp_path}/saved")
    person.presses("Enter", "Saved password to", "10 B")
    saved = tmp_path / "saved"
    assert saved.read_bytes() == b"made up \xff\x00"
    assert stat.S_IMODE(saved.stat().st_mode) == 0o600
    person.presses("S", "Save password to a file")
    person.press("C-u")
    person.type(f"{tmp_path}/saved")
    person.sees("Saving replaces the existing file of 10 B.")
    person.presses("Enter", "replace the file")
    saved.write_bytes(b"another")
    person.presses("y", "Saved password to")
    assert saved.read_bytes() == b"made up \xff\x00"
    person.quits()
