"""Who may do what, changed while the cluster runs; and nobody else gets in."""

from __future__ import annotations

import socket
from email.utils import formatdate

import aiohttp
import pytest

from tests.embedded.conftest import NOW, Caller
from tui.embedded.server import EmbeddedCluster
from tui.embedded.users import EVERYTHING, Rule, Users

SECRETS = "/api/v1/namespaces/default/secrets"


async def test_rules_can_be_changed_at_run_time(cluster: EmbeddedCluster, call: Caller) -> None:
    cluster.users.add("jane")
    refused = await call("GET", SECRETS, user="jane")
    assert refused.status == 403
    assert refused.body["message"] == (
        'secrets is forbidden: User "jane" cannot list resource "secrets" in API group "" '
        'in the namespace "default"'
    )
    cluster.users.set_rules("jane", [Rule(["list"], ["secrets"], namespaces=["default"])])
    assert (await call("GET", SECRETS, user="jane")).status == 200
    everywhere = await call("GET", "/api/v1/secrets", user="jane")
    assert everywhere.body["message"].endswith("at the cluster scope")
    assert (await call("GET", f"{SECRETS}?watch=1", user="jane")).status == 403


async def test_a_name_allows_a_list_of_that_name(cluster: EmbeddedCluster, call: Caller) -> None:
    cluster.users.add("jane", rules=[Rule(["get", "list"], ["secrets"], names=["one"])])
    assert (await call("GET", f"{SECRETS}/one", user="jane")).status == 404
    assert (await call("GET", f"{SECRETS}/two", user="jane")).status == 403
    assert (await call("GET", SECRETS, user="jane")).status == 403
    assert (await call("GET", f"{SECRETS}?fieldSelector=metadata.name%3Done", user="jane")).status == 200


async def test_the_rules_review_tells_the_rules(cluster: EmbeddedCluster, call: Caller) -> None:
    rule = Rule(["get"], ["secrets"], names=["one"], namespaces=["default"])
    cluster.users.add("jane", rules=[rule, Rule(["list"], ["pods"], namespaces=["other"])])
    path = "/apis/authorization.k8s.io/v1/selfsubjectrulesreviews"
    answer = await call("POST", path, {"spec": {"namespace": "default"}}, user="jane")
    assert answer.status == 201
    assert {
        "verbs": ["get"],
        "apiGroups": [""],
        "resources": ["secrets"],
        "resourceNames": ["one"],
    } in answer.body["status"]["resourceRules"]
    assert "pods" not in str(answer.body)
    assert answer.body["status"]["incomplete"] is False


async def test_acting_as_a_group_brings_its_rules(cluster: EmbeddedCluster, call: Caller) -> None:
    cluster.users.add("dev", groups=["devs"], rules=[Rule(["list"], ["secrets"])])
    headers = {"Impersonate_User": "guest", "Impersonate_Group": "devs"}
    assert (await call("GET", SECRETS, None, user="admin", **headers)).status == 200
    assert (await call("GET", SECRETS, None, user="dev", **headers)).status == 403
    masters = {"Impersonate_User": "guest", "Impersonate_Group": "system:masters"}
    assert (await call("GET", SECRETS, None, user="admin", **masters)).status == 200


async def test_a_thousand_wrong_tokens_open_nothing(cluster: EmbeddedCluster) -> None:
    right = cluster.token
    async with aiohttp.ClientSession(cluster.url) as session:
        for number in range(1000):
            wrong = f"{number:064x}" if number % 2 else right[: number % 64]
            headers = {"Authorization": f"Bearer {wrong}"} if wrong else {"Authorization": "Bearer x"}
            async with session.get(SECRETS, headers=headers) as answer:
                assert answer.status == 401
                assert (await answer.json())["reason"] == "Unauthorized"
    assert all(seen.user == "" for seen in cluster.requests)


def test_tokens_have_256_bits_and_are_not_shown() -> None:
    users = Users()
    tokens = {users.add(f"u{number}").token for number in range(50)}
    assert len(tokens) == 50
    assert all(len(token) == 64 and int(token, 16) >= 0 for token in tokens)
    assert users["admin"].token not in repr(users["admin"])
    assert users["admin"].rules == (EVERYTHING,)


@pytest.mark.parametrize("host", ["localhost:{port}", "127.0.0.1", "evil.example", "[::1]:{port}"])
async def test_another_host_is_not_served(cluster: EmbeddedCluster, call: Caller, host: str) -> None:
    port = cluster.url.rpartition(":")[2]
    answer = await call("GET", SECRETS, Host=host.format(port=port))
    assert answer.status == 421
    assert cluster.requests == []


async def test_it_listens_on_one_address(cluster: EmbeddedCluster) -> None:
    port = int(cluster.url.rpartition(":")[2])
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(("127.0.0.2", port), timeout=5)


async def test_answers_carry_the_clusters_time_and_no_program(call: Caller) -> None:
    for path in (SECRETS, "/api/v1/foos", "/version"):
        answer = await call("GET", path)
        assert answer.headers["Date"] == formatdate(NOW, usegmt=True)
        assert "Server" not in answer.headers


async def test_requests_are_counted(cluster: EmbeddedCluster, call: Caller) -> None:
    await call("GET", f"{SECRETS}?limit=1")
    await call("POST", SECRETS, {"metadata": {"name": "a"}})
    assert [tuple(seen) for seen in cluster.requests] == [
        ("GET", SECRETS, "limit=1", "admin"),
        ("POST", SECRETS, "", "admin"),
    ]
