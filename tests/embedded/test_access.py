"""Access to the embedded cluster: tokens, its address, rules for names, and the headers of answers."""

from __future__ import annotations

import socket
from email.utils import formatdate

import pytest

from tests.embedded.conftest import NOW, Caller
from tests.faulty_cluster.server import FaultyCluster
from tui.embedded.users import Rule, Users

SECRETS = "/api/v1/namespaces/default/secrets"


def test_tokens_have_256_bits_and_are_not_shown() -> None:
    users = Users()
    tokens = {users.add(f"u{number}").token for number in range(50)}
    assert len(tokens) == 50
    assert all(len(token) == 64 and int(token, 16) >= 0 for token in tokens)
    assert users["admin"].token not in repr(users["admin"])


async def test_the_cluster_listens_on_one_address(cluster: FaultyCluster) -> None:
    port = int(cluster.url.rpartition(":")[2])
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(("127.0.0.2", port), timeout=5)


async def test_a_rule_for_a_name_allows_a_list_of_that_name_alone(
    cluster: FaultyCluster, call: Caller
) -> None:
    cluster.users.add("jane", rules=[Rule(["get", "list"], ["secrets"], names=["one"])])
    assert (await call("GET", f"{SECRETS}/one", user="jane")).status == 404
    assert (await call("GET", f"{SECRETS}/two", user="jane")).status == 403
    assert (await call("GET", SECRETS, user="jane")).status == 403
    assert (await call("GET", f"{SECRETS}?fieldSelector=metadata.name%3Done", user="jane")).status == 200


async def test_answers_have_the_clusters_time_and_no_server_header(call: Caller) -> None:
    for path in (SECRETS, "/api/v1/foos", "/version"):
        answer = await call("GET", path)
        assert answer.headers["Date"] == formatdate(NOW, usegmt=True)
        assert "Server" not in answer.headers
