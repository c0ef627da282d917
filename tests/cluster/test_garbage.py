"""Garbage from a server: only ClusterErrors reach the caller, and no value or login with them."""

from __future__ import annotations

import asyncio
import base64
import gc
import itertools
import json
import logging
import random
from collections.abc import Iterator

import pytest

from tests.cluster.calls import EVERY, MARKER, REF, Call, everything_said, is_unlinked
from tests.cluster.rude_server import (
    TOKEN,
    Heard,
    Rude,
    Script,
    always,
    cluster_at,
    drops,
    reply,
    secret_json,
    status_json,
    table_json,
)
from tui.model.errors import BadAnswer, ClusterError, OutcomeUnknown

pytestmark = pytest.mark.slow

FORBIDDEN = (TOKEN, MARKER, base64.b64encode(MARKER.encode()).decode())


def strings() -> list[bytes]:
    """200 answers that none of the calls expects: bytes, broken JSON, JSON of other shapes."""
    rng = random.Random(7)
    whole = [
        json.dumps(secret_json(data={"password": base64.b64encode(MARKER.encode()).decode()})).encode(),
        json.dumps(table_json("db", "web")).encode(),
        json.dumps(status_json(500, "InternalError", MARKER)).encode(),
        json.dumps({"type": "ADDED", "object": table_json("db")}).encode() + b"\n",
        json.dumps({"type": "ERROR", "object": status_json(410, "Expired")}).encode() + b"\n",
        json.dumps({"kind": "List", "metadata": None, "items": [None, 1, {}]}).encode(),
    ]
    odd = [b"", b" ", b"\n\n", b"null\n", b"[]\n", b"{}\n", b'""\n', b"0\n", b"\xff\xfe\x00", b"[" * 100_000]
    odd += [b'{"kind":"Secret","metadata":{"name":"db"},"data":{"a":"not base64"}}', b'{"type":"ADDED"}\n']
    odd += [
        json.dumps({"kind": kind, "metadata": {}, "rows": [{}]}).encode() for kind in ("Table", "SecretList")
    ]
    found = [*odd]
    while len(found) < 200:
        if rng.random() < 0.3:
            found.append(rng.randbytes(rng.randrange(1, 300)))
            continue
        mangled = bytearray(rng.choice(whole))
        for _ in range(rng.randrange(1, 4)):
            place = rng.randrange(len(mangled))
            match rng.randrange(3):
                case 0:
                    mangled[place] = rng.randrange(256)
                case 1:
                    del mangled[place : place + rng.randrange(1, 40)]
                case 2:
                    mangled[place:place] = rng.randbytes(3)
            mangled = mangled or bytearray(b"x")
        found.append(bytes(mangled))
    return found


async def test_200_random_answers_raise_nothing_but_cluster_errors(call: Call) -> None:
    answers = strings()
    statuses = itertools.cycle([200, 200, 201, 400, 403, 404, 409, 410, 422, 429, 500, 503, 204, 299, 600])
    turns = itertools.count()

    async def script(heard: Heard, writer: asyncio.StreamWriter) -> None:
        turn = next(turns) % len(answers)
        writer.write(reply(answers[turn], status=next(statuses)))

    errors: list[BaseException] = []
    async with Rude(script) as rude, cluster_at(rude.url) as cluster:
        for _ in answers:
            try:
                await call(cluster)
            except ClusterError as error:
                errors.append(error)
    assert len(errors) > 100
    for each in errors:
        assert is_unlinked(each)
        assert str(each).isprintable()
        output = everything_said(each)
        assert not any(word in output for word in FORBIDDEN)


@pytest.mark.parametrize(
    "answer",
    [
        b"",
        b"SSH-2.0-OpenSSH_9.6\r\n",
        b"HTTP/1.1 OK\r\n\r\n",
        b"HTTP/1.1 200 OK\r\ncontent-length: -5\r\n\r\n",
        b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\nzz\r\n",
        b"HTTP/1.1 200 OK\r\nset-cookie: " + b"a" * 100_000 + b"\r\n\r\n",
        b"\x16\x03\x01\x00\x05hello",
    ],
    ids=lambda answer: repr(answer[:24]),
)
async def test_an_answer_that_is_no_http_raises_nothing_but_cluster_errors(call: Call, answer: bytes) -> None:
    async def script(heard: Heard, writer: asyncio.StreamWriter) -> None:
        writer.write(answer)
        await writer.drain()
        writer.close()

    async with Rude(script) as rude, cluster_at(rude.url) as cluster:
        with pytest.raises(ClusterError) as refused:
            await call(cluster)
    assert is_unlinked(refused.value)
    output = everything_said(refused.value)
    assert not any(word in output for word in FORBIDDEN)


async def test_garbage_in_answer_to_a_write_leaves_its_outcome_unknown(write: Call) -> None:
    for answer in (b"<html>a portal</html>", b"{", b"{}", json.dumps(table_json("db")).encode()):
        async with Rude(always(reply(answer))) as rude, cluster_at(rude.url) as cluster:
            with pytest.raises(OutcomeUnknown):
                await write(cluster)


async def test_garbage_in_answer_to_a_dry_run_is_only_a_bad_answer(dry_run: Call) -> None:
    async with Rude(always(reply(b"{"))) as rude, cluster_at(rude.url) as cluster:
        with pytest.raises(BadAnswer):
            await dry_run(cluster)


async def test_another_secret_than_was_asked_for_is_a_bad_answer() -> None:
    other = secret_json(
        metadata={"name": "web", "namespace": "default", "uid": "u-2", "resourceVersion": "7"}
    )
    async with Rude(always(reply(other))) as rude, cluster_at(rude.url) as cluster:
        with pytest.raises(BadAnswer):
            await cluster.open(REF)


@pytest.fixture
def output(caplog: pytest.LogCaptureFixture) -> Iterator[list[str]]:
    """Texts that reached the loop's exception handler and any log, checked at the end."""
    caplog.set_level(logging.DEBUG)
    told: list[str] = []
    yield told
    told += [record.getMessage() + str(record.exc_text) for record in caplog.records]
    assert not any(word in text for text in told for word in FORBIDDEN)


async def _echo(heard: Heard, writer: asyncio.StreamWriter) -> None:
    """Answer as a proxy that shows the request in its page and its warnings."""
    shown = f"<html><title>{heard.header('authorization')}</title>{heard.body.decode()}</html>".encode()
    warning = f'299 - "{heard.header("authorization")}"'
    writer.write(reply(shown, status=502, content_type="text/html", warning=warning))


async def _echo_page(heard: Heard, writer: asyncio.StreamWriter) -> None:
    """Answer with such a page and a status that is not taken for server trouble."""
    shown = f"<title>{heard.header('authorization')}</title>{heard.body.decode()}".encode()
    writer.write(reply(shown, status=403, content_type="text/html"))


async def _echo_200(heard: Heard, writer: asyncio.StreamWriter) -> None:
    shown = f"{heard.header('authorization')} {heard.body.decode()}".encode()
    writer.write(reply(shown, content_type="text/plain"))


async def _echo_403(heard: Heard, writer: asyncio.StreamWriter) -> None:
    status = status_json(403, "Forbidden", f"{heard.header('authorization')} {heard.body.decode()}")
    writer.write(reply(status, status=403))


async def _echo_422(heard: Heard, writer: asyncio.StreamWriter) -> None:
    causes = [
        {"field": "patch", "reason": "FieldValueInvalid", "message": heard.body.decode()},
        {"field": heard.body.decode(), "reason": heard.body.decode(), "message": heard.body.decode()},
    ]
    writer.write(reply(status_json(422, "Invalid", heard.body.decode(), causes=causes), status=422))


async def _echo_redirect(heard: Heard, writer: asyncio.StreamWriter) -> None:
    writer.write(reply(status=307, location=f"http://localhost/{heard.header('authorization')}"))


@pytest.mark.parametrize(
    "script", [drops, _echo, _echo_page, _echo_200, _echo_403, _echo_422, _echo_redirect]
)
async def test_no_error_log_or_repr_contains_the_login_or_a_value(
    call: Call, script: Script, output: list[str]
) -> None:
    loop = asyncio.get_running_loop()
    loop.set_exception_handler(lambda _, context: output.append(repr(context)))
    async with Rude(script) as rude, cluster_at(rude.url) as cluster:
        with pytest.raises(ClusterError) as refused:
            await call(cluster)
        output += [
            everything_said(refused.value),
            repr(cluster.target),
            repr(cluster._transport._credentials),
        ]
        lost = asyncio.ensure_future(call(cluster))  # its exception is never retrieved
        await asyncio.wait([lost])
        del lost
        canceled = asyncio.ensure_future(call(cluster))
        await asyncio.sleep(0)
        canceled.cancel()
        await asyncio.wait([canceled])
    gc.collect()


def test_every_call_is_tried() -> None:
    """Compare the calls with the public methods of Cluster and Objects."""
    from tui.cluster.client import Cluster
    from tui.cluster.objects import Objects

    public = {
        f"{client.__name__}.{name}"
        for client in (Cluster, Objects)
        for name in vars(client)
        if not name.startswith("_")
    }
    raise_nothing = {"close", "reconnect", "listen", "reach", "server_time"}
    tried = {
        "Cluster.open": "open",
        "Cluster.provenance": "provenance",
        "Cluster.pages": "list",
        "Cluster.watch": "watch",
        "Cluster.namespaces": "namespaces",
        "Cluster.service_accounts": "accounts",
        "Cluster.has_namespace": "namespace",
        "Cluster.who_am_i": "who",
        "Cluster.rights": "rights",
        "Cluster.write": "write",
        "Cluster.create": "create",
        "Cluster.delete": "delete",
        "Objects.served": "kinds",
        "Objects.pages": "objects",
        "Objects.get": "object",
        "Objects.config_map_keys": "keys",
        "Objects.patch": "patch",
        "Objects.put_status": "status",
    }
    assert public - {f"Cluster.{name}" for name in raise_nothing} == set(tried)
    assert set(tried.values()) <= set(EVERY)
