"""Values that openssl, ssh-keygen and gpg make: the row says what these tools print of them."""

from __future__ import annotations

import re
import subprocess
import time
from base64 import b64encode
from pathlib import Path
from typing import Final

import pytest

from tui.model.secret.formats.registry import row_name
from tui.model.secret.formats.value_format import RowName
from tui.model.secret.value import Value

pytestmark = pytest.mark.pty

PASSWORD: Final = "made-up-pass"


def run(folder: Path, command: str, *more: str) -> str:
    done = subprocess.run(
        [*command.split(), *more], cwd=folder, check=True, capture_output=True, text=True, timeout=60
    )
    return done.stdout


def named(path: Path) -> RowName:
    return row_name(path.name, Value(path.read_bytes()))


def test_certificates_requests_and_keystores_of_openssl_are_named(tmp_path: Path) -> None:
    run(
        tmp_path,
        "openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 40 "
        "-keyout ca.key -out ca.crt -subj /CN=made-up-ca",
    )
    run(tmp_path, "openssl req -new -newkey rsa:2048 -nodes -keyout tls.key -out tls.csr -subj /CN=shop.test")
    (tmp_path / "names").write_text("subjectAltName=DNS:shop.test,DNS:www.shop.test,IP:10.0.0.1\n")
    run(
        tmp_path,
        "openssl x509 -req -in tls.csr -CA ca.crt -CAkey ca.key -days 12 -out tls.crt -extfile names",
    )
    run(tmp_path, "openssl x509 -in tls.crt -outform DER -out tls.der")
    run(tmp_path, f"openssl pkcs12 -export -in tls.crt -inkey tls.key -out tls.p12 -passout pass:{PASSWORD}")
    run(tmp_path, "openssl crl2pkcs7 -nocrl -certfile tls.crt -out tls.p7b")
    run(tmp_path, f"openssl pkcs8 -topk8 -in tls.key -out locked.key -passout pass:{PASSWORD}")
    for name in ("tls.crt", "tls.der", "tls.p7b"):
        assert named(tmp_path / name).words == "cert: shop.test +2", name
        (validity,) = named(tmp_path / name).times
        ends = run(tmp_path, "openssl x509 -in tls.crt -noout -enddate -dateopt iso_8601").strip()
        assert ends == time.strftime("notAfter=%Y-%m-%d %H:%M:%SZ", time.gmtime(validity.ends)), name
    rows = {
        name: named(tmp_path / name).words
        for name in ("ca.crt", "tls.csr", "tls.key", "locked.key", "ca.key")
    }
    assert rows == {
        "ca.crt": "CA: made-up-ca",
        "tls.csr": "CSR for shop.test",
        "tls.key": "RSA 2048 private key",
        "locked.key": "private key, encrypted",
        "ca.key": "ECDSA secp256r1 private key",
    }
    assert named(tmp_path / "tls.p12").kind == "PKCS#12 keystore"


def test_revocation_lists_of_openssl_are_named(tmp_path: Path) -> None:
    run(
        tmp_path,
        "openssl req -x509 -newkey rsa:2048 -nodes -days 40 -keyout ca.key -out ca.crt -subj /CN=made-up-ca",
    )
    (tmp_path / "index").touch()
    (tmp_path / "ca.cnf").write_text("[ca]\ndefault_ca=x\n[x]\ndatabase=index\ndefault_md=sha256\n")
    run(tmp_path, "openssl ca -config ca.cnf -gencrl -keyfile ca.key -cert ca.crt -crldays 7 -out ca.crl")
    name = named(tmp_path / "ca.crl")
    assert name.words == "CRL of made-up-ca"
    printed = run(tmp_path, "openssl crl -in ca.crl -noout -nextupdate -dateopt iso_8601").strip()
    assert printed == time.strftime("nextUpdate=%Y-%m-%d %H:%M:%SZ", time.gmtime(name.times[0].ends))


@pytest.mark.parametrize(
    ("kind", "word"), [("ed25519", "Ed25519"), ("rsa", "RSA"), ("ecdsa", "ECDSA nistp256")]
)
def test_keys_and_certificates_of_ssh_keygen_are_named(kind: str, word: str, tmp_path: Path) -> None:
    run(tmp_path, f"ssh-keygen -q -t {kind} -C made-up -f key -N", "")
    run(tmp_path, "ssh-keygen -q -t ed25519 -C made-up -f ca -N", "")
    _, fingerprint, *_ = run(tmp_path, "ssh-keygen -l -f key.pub").split()
    assert named(tmp_path / "key.pub").words == f"{word} public key {fingerprint}"
    assert re.fullmatch(rf"{word}( \d+)? private key", named(tmp_path / "key").words)
    run(
        tmp_path,
        "ssh-keygen -q -s ca -h -I made-up -n a.test,b.test -V 20260101000000Z:20300101000000Z key.pub",
    )
    name = named(tmp_path / "key-cert.pub")
    assert name.words == "SSH certificate for a.test +1"
    assert [time.gmtime(validity.ends)[:3] for validity in name.times] == [(2030, 1, 1)]


@pytest.mark.parametrize("kind", ["ed25519", "rsa2048", "nistp256"])
def test_keys_of_gpg_are_named(kind: str, tmp_path: Path, memory: Path) -> None:
    home = memory / "gpg"  # short: its agent's socket may have about 100 bytes
    home.mkdir(mode=0o700)
    gpg = f"gpg --homedir {home} --batch --quiet"
    try:
        run(tmp_path, f"{gpg} --passphrase= --quick-gen-key made-up@example.test {kind} sign 30d")
        listed = run(tmp_path, f"{gpg} --with-colons --list-keys").splitlines()
        (_, _, _, _, key_id, _, ends, *_) = next(
            line.split(":") for line in listed if line.startswith("pub:")
        )
        run(tmp_path, f"{gpg} --armor --output public.asc --export made-up@example.test")
        run(tmp_path, f"{gpg} --output secret.gpg --export-secret-keys made-up@example.test")
    finally:
        run(tmp_path, f"gpgconf --homedir {home} --kill all")
    for path, half in ((tmp_path / "public.asc", "public"), (tmp_path / "secret.gpg", "private")):
        name = named(path)
        assert name.words == f"OpenPGP {half} key {key_id}"
        assert [validity.ends for validity in name.times] == [float(ends)]
        twice = row_name("b64", Value(b64encode(path.read_bytes())))
        assert twice.words == f"base64 of {name.words}"
