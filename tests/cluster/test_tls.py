"""TLS: which servers are trusted, and how the client's key gets into OpenSSL without a trace."""

from __future__ import annotations

import asyncio
import os
import socket
import ssl
import struct
import sys
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives import serialization

from tests.cluster.calls import REF, Call, everything_said, is_unlinked
from tests.cluster.rude_server import TOKEN, Heard, Rude, always, cluster_at, reply, secret_json, target_at
from tests.controlplane import certs
from tui.cluster.auth import tls
from tui.cluster.auth.credentials import login
from tui.cluster.auth.exec_plugin import Plugin
from tui.cluster.auth.tls import context_for
from tui.cluster.client import Cluster
from tui.cluster.kubeconfig.target import ExecSpec, Login, LoginTarget
from tui.model.errors import BadKubeconfig, OutcomeUnknown, Unauthorized, Unreachable

CA = certs.authority("made-up authority")
OTHER = certs.authority("another authority")
JANE = certs.client(CA, "jane")


def serving(tmp_path: Path, pair: certs.Pair | None = None, *, asks: bool = False) -> ssl.SSLContext:
    """TLS context of a server; `asks` requires a client certificate."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    certificate, key = (pair or certs.serving(CA)).write(tmp_path, "server")
    context.load_cert_chain(certificate, key)
    if asks:
        context.load_verify_locations(cadata=CA.certificate.decode())
        context.verify_mode = ssl.CERT_REQUIRED
    return context


async def open_at(rude: Rude, **target: Any) -> None:
    async with cluster_at(rude.url, **target) as cluster:
        await cluster.open(REF)


def answering(context: ssl.SSLContext) -> Rude:
    return Rude(always(reply(secret_json())), tls=context)


async def test_a_server_of_the_configured_authority_is_trusted(tmp_path: Path) -> None:
    async with answering(serving(tmp_path)) as rude:
        await open_at(rude, ca=CA.certificate)
    assert rude.heard[0].header("authorization") == f"Bearer {TOKEN}"


@pytest.mark.parametrize("ca", [OTHER.certificate, None], ids=["another", "the system's"])
async def test_a_server_of_another_authority_gets_no_request(
    tmp_path: Path, call: Call, ca: bytes | None
) -> None:
    async with answering(serving(tmp_path)) as rude, cluster_at(rude.url, ca=ca) as cluster:
        with pytest.raises(Unreachable) as refused:
            await call(cluster)
    assert refused.value.why == "tls"
    assert refused.value.sentence.endswith(" was rejected: signed by unknown authority.")
    assert is_unlinked(refused.value)
    assert TOKEN not in everything_said(refused.value)
    assert rude.heard == []


async def test_the_check_of_the_servers_certificate_can_be_switched_off(tmp_path: Path) -> None:
    async with answering(serving(tmp_path)) as rude:
        await open_at(rude, verify=False)


async def test_the_tls_server_name_is_the_name_that_is_checked(tmp_path: Path) -> None:
    async with answering(serving(tmp_path)) as rude:
        await open_at(rude, ca=CA.certificate, tls_server_name="kubernetes")
        with pytest.raises(Unreachable) as refused:
            await open_at(rude, ca=CA.certificate, tls_server_name="elsewhere")
    assert refused.value.why == "tls"
    assert "elsewhere" in refused.value.sentence


async def test_a_server_that_speaks_no_tls_is_reported_as_a_tls_failure() -> None:
    async def serve(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(reply(b"Client sent an HTTP request to an HTTPS server.", 400))
        writer.close()

    async with await asyncio.start_server(serve, "127.0.0.1", 0) as server:
        port = server.sockets[0].getsockname()[1]
        async with cluster_at(f"https://127.0.0.1:{port}", ca=CA.certificate) as cluster:
            with pytest.raises(Unreachable) as refused:
                await cluster.open(REF)
    assert refused.value.why == "tls"


async def test_certificate_and_token_are_both_sent(tmp_path: Path) -> None:
    seen: list[Any] = []

    async def script(heard: Heard, writer: asyncio.StreamWriter) -> None:
        seen.append(writer.get_extra_info("peercert"))
        writer.write(reply(secret_json()))

    async with Rude(script, tls=serving(tmp_path, asks=True)) as rude:
        await open_at(rude, ca=CA.certificate, client_cert=JANE.certificate, client_key=JANE.key)
    assert seen[0]["subject"] == ((("commonName", "jane"),),)
    assert rude.heard[0].header("authorization") == f"Bearer {TOKEN}"


async def test_the_certificate_of_a_plugin_is_renewed_after_a_401(tmp_path: Path) -> None:
    bob = certs.client(CA, "bob")
    given = [Login(certificate=(JANE.certificate, JANE.key)), Login(certificate=(bob.certificate, bob.key))]
    seen: list[str] = []

    class Runner(Plugin):
        def __call__(self, target: LoginTarget, may_ask: bool) -> Login:
            return given.pop(0)

    async def script(heard: Heard, writer: asyncio.StreamWriter) -> None:
        seen.append(writer.get_extra_info("peercert")["subject"][0][0][1])
        writer.write(reply(secret_json()) if seen[-1] == "bob" else reply(status=401))

    spec = ExecSpec("made-up-login", (), (), "client.authentication.k8s.io/v1", "Never", "", False, None)
    async with Rude(script, tls=serving(tmp_path, asks=True)) as rude:
        target = target_at(rude.url, token=None, ca=CA.certificate, exec=spec)
        cluster = Cluster(target, login(target, Runner()))
        await cluster.open(REF)
        await cluster.close()
    assert seen == ["jane", "bob"]


def test_the_key_leaves_no_file_and_no_descriptor() -> None:
    opened: list[str] = []
    is_watching = True

    def hook(event: str, args: tuple[Any, ...]) -> None:
        if event == "open" and is_watching:
            opened.append(str(args[0]))

    before = {link.name for link in Path("/proc/self/fd").iterdir()}
    sys.addaudithook(hook)
    try:
        context_for(target_at("https://c"), (JANE.certificate, JANE.key))
    finally:
        is_watching = False
    assert [path for path in opened if path.startswith(os.environ["TMPDIR"])] == []
    assert {link.name for link in Path("/proc/self/fd").iterdir()} == before


def test_without_memfd_the_key_is_a_private_file_for_a_moment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delattr(os, "memfd_create")
    with tls.as_path(JANE.key) as place:
        path = Path(place)
        assert path.read_bytes() == JANE.key
        assert (path.stat().st_mode & 0o777, path.parent.stat().st_mode & 0o777) == (0o600, 0o700)
    assert not path.parent.exists()
    context_for(target_at("https://c", ca=CA.certificate), (JANE.certificate, JANE.key))


OLD = certs.client(CA, "jane", lifetime=timedelta(minutes=-5))
"""Client certificate that expired five minutes ago by the clock of this machine."""


def dated(status: int, ahead: timedelta) -> bytes:
    """Answer of a server whose clock is ahead of ours by `ahead`."""
    return reply(secret_json(), status, date=format_datetime(datetime.now(UTC) + ahead, usegmt=True))


async def login_error(tmp_path: Path, answer: bytes, **target: Any) -> str:
    """Error about a login by the old certificate; "" if the server accepts it."""
    async with Rude(always(answer), tls=serving(tmp_path)) as rude:
        try:
            await open_at(rude, ca=CA.certificate, client_cert=OLD.certificate, client_key=OLD.key, **target)
        except Unauthorized as error:
            return error.sentence
    return ""


async def test_the_servers_clock_decides_whether_a_client_certificate_has_expired(tmp_path: Path) -> None:
    hours = timedelta(hours=3, minutes=30)
    assert await login_error(tmp_path, dated(200, -hours)) == ""
    assert await login_error(tmp_path, dated(401, -hours)) == (
        "Not logged in: this computer's clock is 3h ahead of the server's."
    )
    message = await login_error(tmp_path, dated(401, timedelta()))
    assert message.startswith("Not logged in: the client certificate expired on ")
    message = await login_error(tmp_path, dated(401, hours))
    assert message.startswith(
        "Not logged in: this computer's clock is 3h behind the server's; the client cert"
    )


async def test_a_connection_that_is_reset_is_not_called_refused() -> None:
    async def reset(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        end = writer.get_extra_info("socket")
        end.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        writer.transport.abort()

    async with await asyncio.start_server(reset, "127.0.0.1") as server:
        port = server.sockets[0].getsockname()[1]
        async with cluster_at(f"https://127.0.0.1:{port}", ca=CA.certificate) as cluster:
            with pytest.raises(Unreachable) as refused:
                await cluster.open(REF)
    assert refused.value.why == "reset"
    assert refused.value.sentence.startswith(f"Not reachable: the connection to 127.0.0.1:{port} broke")


async def test_an_expiry_by_the_clock_of_this_computer_is_marked_as_such(tmp_path: Path) -> None:
    assert (await login_error(tmp_path, reply(status=401))).endswith(", according to this computer's clock.")


async def test_an_expired_server_certificate_is_reported_with_the_time_of_this_computer(
    tmp_path: Path,
) -> None:
    old = certs.serving(CA, lifetime=timedelta(minutes=-5))
    async with answering(serving(tmp_path, old)) as rude:
        with pytest.raises(Unreachable) as refused:
            await open_at(rude, ca=CA.certificate)
    assert "certificate has expired; this computer's clock says " in refused.value.sentence


@pytest.mark.parametrize(
    ("certificate", "key", "says"),
    [
        (JANE.certificate, OTHER.key, "do not match"),
        (b"made up", JANE.key, "cannot be read"),
        (JANE.certificate, b"made up", "cannot be read"),
        (b"", b"", "cannot be read"),
    ],
    ids=["of two pairs", "no certificate", "no key", "nothing"],
)
def test_an_unusable_certificate_or_key_is_refused_with_the_reason(
    certificate: bytes, key: bytes, says: str
) -> None:
    with pytest.raises(BadKubeconfig) as refused:
        context_for(target_at("https://c"), (certificate, key))
    assert says in refused.value.sentence
    assert is_unlinked(refused.value)


def test_a_key_with_a_passphrase_is_refused_without_asking_for_it() -> None:
    held = serialization.load_pem_private_key(JANE.key, None)
    locked = held.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.BestAvailableEncryption(b"made up"),
    )
    with pytest.raises(BadKubeconfig) as refused:
        context_for(target_at("https://c"), (JANE.certificate, locked))
    assert "passphrase" in refused.value.sentence


def test_a_malformed_authority_is_refused() -> None:
    with pytest.raises(BadKubeconfig):
        context_for(target_at("https://c", ca=b"made up"), None)


def test_old_authorities_are_accepted_and_session_keys_are_not_logged(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SSLKEYLOGFILE", str(tmp_path / "keys"))
    context = context_for(target_at("https://c", ca=CA.certificate), None)
    assert not context.verify_flags & ssl.VERIFY_X509_STRICT
    assert context.verify_mode is ssl.CERT_REQUIRED
    assert context.check_hostname
    assert context.minimum_version >= ssl.TLSVersion.TLSv1_2
    assert getattr(context, "keylog_filename", None) is None


async def test_a_server_that_requires_a_client_certificate_gets_no_write_without_one(
    tmp_path: Path, write: Call
) -> None:
    async with (
        answering(serving(tmp_path, asks=True)) as rude,
        cluster_at(rude.url, ca=CA.certificate) as cluster,
    ):
        with pytest.raises((Unreachable, OutcomeUnknown)):
            await write(cluster)
    assert rude.heard == []
