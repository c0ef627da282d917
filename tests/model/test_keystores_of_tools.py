"""Keystores that openssl and keytool make: the facts of each are what these tools print of it."""

from __future__ import annotations

import re
import time
from pathlib import Path
from typing import Final, NamedTuple

import pytest

from tests.keystores import PASSWORD
from tests.model.test_keystores import lines, values
from tests.model.test_values_of_tools import run
from tui.model.secret.formats.registry import decoded_value, row_name
from tui.model.secret.value import Value

pytestmark = [pytest.mark.pty, pytest.mark.timeout(180)]

_PASS: Final = PASSWORD.decode()
KEYTOOL: Final = "keytool -J-Duser.language=en -J-Duser.timezone=UTC -J-Xshare:auto"
KINDS: Final = {
    "PrivateKeyEntry": "private key",
    "trustedCertEntry": "trusted certificate",
    "SecretKeyEntry": "secret key",
}
WIDE: Final = "証明書-été"


class KeystoreEntry(NamedTuple):
    """An entry: its alias, its kind, and subject, begin and end of each certificate."""

    alias: str
    kind: str
    certificates: tuple[tuple[str, ...], ...]


def opened_entries(path: Path) -> tuple[str, set[KeystoreEntry]]:
    """First line, and each entry."""
    siblings = values(keystore_password=PASSWORD)
    first, *others = lines(decoded_value(path.name, Value(path.read_bytes()), time.time(), siblings))
    entries = list[KeystoreEntry]()
    for line in others:
        if (entry := re.fullmatch(r"(\S.*): ([a-z ]+)(?:,.*)?", line)) is not None:
            entries.append(KeystoreEntry(entry[1], entry[2], ()))
        elif (subject := re.fullmatch(r"    \d+\. (.*), issued by (?:itself|(.*)): .*", line)) is not None:
            name = subject[1].removesuffix(" (CA)")
            begun = (name, subject[2] or name)
        elif (period := re.fullmatch(r"       from (.*) UTC to (.*) UTC, .*", line)) is not None:
            last = entries.pop()
            entries.append(last._replace(certificates=(*last.certificates, (*begun, *period.groups()))))
    return first, set(entries)


_CERTIFICATE: Final = re.compile(
    r"^Owner: (.*)\nIssuer: (.*)\nSerial number: .*\nValid from: (.*) until: (.*)$", re.MULTILINE
)


def printed_by_keytool(folder: Path, name: str, kind: str) -> set[KeystoreEntry]:
    printed = run(folder, f"{KEYTOOL} -list -v -keystore {name} -storetype {kind} -storepass {_PASS}")
    entries = set[KeystoreEntry]()
    for entry in printed.split("Alias name: ")[1:]:
        (word,) = re.findall(r"^Entry type: (\w+)", entry, re.MULTILINE)
        certificates = tuple(
            (owner.replace(", ", ","), issuer.replace(", ", ","), _moment(begin), _moment(end))
            for owner, issuer, begin, end in _CERTIFICATE.findall(entry)
        )
        entries.add(KeystoreEntry(entry.splitlines()[0], KINDS[word], certificates))
    return entries


def _moment(printed: str) -> str:
    then = time.strptime(printed, "%a %b %d %H:%M:%S UTC %Y")
    return f"{then.tm_mday} {time.strftime('%b %Y %H:%M', then)}"


def keytool(folder: Path, command: str, name: str, kind: str) -> None:
    passwords = f"-storepass {_PASS} -keypass {_PASS}" if kind != "PKCS12" else f"-storepass {_PASS}"
    run(folder, f"{KEYTOOL} {command} -keystore {name} -storetype {kind} {passwords}")


@pytest.mark.parametrize("kind", ["JKS", "JCEKS", "PKCS12"])
def test_keystores_of_keytool_are_read_as_keytool_prints_them(kind: str, tmp_path: Path) -> None:
    make = "-genkeypair -keyalg EC -validity 40 -alias"
    name = f"store.{kind.lower()}"
    keytool(tmp_path, f"{make} web-tls -dname CN=shop.test,O=Made-up", name, kind)
    keytool(tmp_path, f"{make} {WIDE} -dname CN=wide.test", name, kind)
    run(
        tmp_path,
        f"{KEYTOOL} -exportcert -rfc -alias web-tls -file web.pem -keystore {name} -storepass {_PASS}",
    )
    keytool(tmp_path, "-importcert -noprompt -alias corp-root -file web.pem", name, kind)
    if kind != "JKS":
        keytool(tmp_path, "-genseckey -keyalg AES -keysize 128 -alias aes", name, kind)
        keytool(tmp_path, "-importcert -noprompt -alias after-it -file web.pem", name, kind)
    first, entries = opened_entries(tmp_path / name)
    assert first == "Opened with keystore-password" + (
        "." if kind == "PKCS12" else ": the keystore is intact"
    )
    assert entries == printed_by_keytool(tmp_path, name, kind)
    assert len(entries) == (3 if kind == "JKS" else 5)


@pytest.mark.parametrize("kind", ["JKS", "PKCS12"])
def test_a_chain_in_a_keystore_of_keytool_is_in_its_order(kind: str, tmp_path: Path) -> None:
    for alias, more in (("root", "-ext bc:c"), ("web", "")):
        keytool(tmp_path, f"-genkeypair -keyalg EC -alias {alias} -dname CN={alias} {more}", "a", kind)
    options = f"-keystore a -storetype {kind} -storepass {_PASS}"
    run(tmp_path, f"{KEYTOOL} -certreq -alias web -file web.csr {options}")
    run(tmp_path, f"{KEYTOOL} -gencert -alias root -infile web.csr -outfile web.pem -rfc {options}")
    run(tmp_path, f"{KEYTOOL} -importcert -noprompt -alias web -file web.pem {options}")
    _, entries = opened_entries(tmp_path / "a")
    assert entries == printed_by_keytool(tmp_path, "a", kind)
    (web,) = (entry for entry in entries if entry.alias == "web")
    assert [subject for subject, *_ in web.certificates] == ["CN=web", "CN=root"]


OPENSSL: Final = {
    "AES-256": "",
    "AES-128 and SHA-1": "-certpbe AES-128-CBC -macalg sha1",
    "RC2 of 40 bits": "-legacy",
    "RC2 of 128 bits": "-legacy -certpbe PBE-SHA1-RC2-128",
    "3DES": "-legacy -descert",
    "3DES of two keys": "-legacy -certpbe PBE-SHA1-2DES",
    "3DES of PBES2": "-certpbe DES-EDE3-CBC",
    "many rounds": "-iter 60000",
}


@pytest.mark.parametrize("cipher", OPENSSL)
def test_keystores_of_openssl_are_read_as_openssl_prints_them(cipher: str, tmp_path: Path) -> None:
    new = "openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes"
    run(tmp_path, f"{new} -days 40 -keyout tls.key -out tls.crt -subj /CN=shop.test")
    run(tmp_path, f"{new} -days 50 -keyout ca.key -out ca.crt -subj /CN=made-up-ca")
    run(
        tmp_path,
        "openssl pkcs12 -export -in tls.crt -inkey tls.key -certfile ca.crt -name web-tls -out a.p12 "
        f"-passout pass:{_PASS} {OPENSSL[cipher]}",
    )
    first, entries = opened_entries(tmp_path / "a.p12")
    legacy = "-legacy" if "-legacy" in OPENSSL[cipher] else ""
    printed = run(tmp_path, f"openssl pkcs12 -info -nokeys -in a.p12 -passin pass:{_PASS} {legacy}")
    assert first == "Opened with keystore-password."
    subjects = re.findall(r"^subject=(.*)$", printed, re.MULTILINE)
    shown_subjects = [certificate[0] for entry in entries for certificate in entry.certificates]
    assert sorted(shown_subjects) == sorted(subject.replace(" ", "") for subject in subjects)
    assert ("web-tls", "private key") in {(entry.alias, entry.kind) for entry in entries}
    siblings = values(keystore_password=PASSWORD)
    ends = {
        validity.ends for validity in row_name("a", Value((tmp_path / "a.p12").read_bytes()), siblings).times
    }
    dates = [
        run(tmp_path, f"openssl x509 -in {name} -noout -enddate -dateopt iso_8601").strip()
        for name in ("tls.crt", "ca.crt")
    ]
    assert {time.strftime("notAfter=%Y-%m-%d %H:%M:%SZ", time.gmtime(end)) for end in ends} == set(dates)
