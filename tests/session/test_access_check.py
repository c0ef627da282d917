"""Check of who can read a Secret: the lists that it reads, and what is unknown where they are refused."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncIterator, Iterable
from typing import Any, Final

import pytest

from tests.contract.planes import opened
from tests.faulty_cluster.faults import Fault
from tests.faulty_cluster.server import FaultyCluster
from tests.model.rbac_objects import binding, role, rule
from tui.cluster.kubeconfig.target import LoginTarget
from tui.embedded.users import Rule
from tui.model.access import grants as model_grants
from tui.model.access import who
from tui.model.access.who import SecretScope
from tui.model.readers.gaps import gap_words
from tui.session import access_check
from tui.session.access_check import AccessCheck

RBAC: Final = "rbac.authorization.k8s.io"
READ: Final = rule("get", "secrets", "db")
DB: Final = SecretScope("web", "db")
LISTS: Final = {
    "clusterroles": Rule(["list"], ["clusterroles"], groups=[RBAC]),
    "clusterrolebindings": Rule(["list"], ["clusterrolebindings"], groups=[RBAC]),
    "roles": Rule(["list"], ["roles"], groups=[RBAC]),
    "rolebindings": Rule(["list"], ["rolebindings"], groups=[RBAC]),
    "pods": Rule(["list"], ["pods"]),
}


def stored(obj: dict[str, Any]) -> dict[str, Any]:
    kind = "RoleBinding" if "roleRef" in obj else "Role"
    kind = kind if obj["metadata"]["namespace"] else f"Cluster{kind}"
    metadata = {key: value for key, value in obj["metadata"].items() if value}
    return {**obj, "apiVersion": f"{RBAC}/v1", "kind": kind, "metadata": metadata}


def pod(namespace: str, name: str, account: str, secret: str = "db") -> dict[str, Any]:
    volumes = [{"name": "v", "secret": {"secretName": secret}}]
    spec = {"containers": [{"name": "c"}], "volumes": volumes, "serviceAccountName": account}
    return {
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": {"name": name, "namespace": namespace},
        "spec": spec,
    }


@pytest.fixture
async def embedded() -> AsyncIterator[FaultyCluster]:
    objects = [
        role("read", READ),
        role("own", READ, namespace="web"),
        role("enter", rule("create", "pods/exec"), rule("create", "serviceaccounts/token")),
        binding("everywhere", "ClusterRole/read", "ServiceAccount/ops/backup"),
        binding("here", "Role/own", "User/dana", namespace="web"),
        binding("doors", "ClusterRole/enter", "Group/support", namespace="web"),
        binding("tokens", "ClusterRole/enter", "User/erin", namespace="ops"),
    ]
    pods = [pod("web", "api-1", "app"), pod("ops", "backup-1", "backup")]
    async with FaultyCluster([*map(stored, objects), *pods]) as started:
        yield started


async def check(
    embedded: FaultyCluster, *lists: str, namespace: str = "*", scope: SecretScope = DB
) -> AccessCheck:
    """Run the check as a user who may list these resources, everywhere or in one namespace."""
    rules = [
        Rule(LISTS[name].verbs, LISTS[name].resources, (), (namespace,), LISTS[name].groups) for name in lists
    ]
    embedded.users.add("jane", rules=rules)
    target = LoginTarget("e", "e", "jane", embedded.url, "web", token=embedded.users["jane"].token)
    async with opened(target) as cluster:
        made = AccessCheck(cluster, scope)
        steps = list[str]()
        await made.run(lambda: steps.append(made.progress))
    assert steps[0] == "Reading clusterroles …"
    assert steps[-1] == ""
    return made


def ways(made: AccessCheck) -> set[str]:
    return {f"{one.way} {one.subject}" for one in made.accesses} - {"read system:masters"}


ALL: Final = {"read dana", "read ops/backup", "exec support", "token erin"}


async def test_readers_and_indirect_access_by_exec_and_tokens_are_found(embedded: FaultyCluster) -> None:
    made = await check(embedded, *LISTS)
    assert ways(made) == ALL
    assert (made.gaps, made.ask_for) == ((), ())
    runs_as = [access for access in made.accesses if str(access.subject) == "ops/backup"]
    assert [pod.name for access in runs_as for pod in made.pods.run_as(access.subject)] == ["backup-1"]
    whole = await check(embedded, *LISTS, scope=SecretScope(None))
    assert ways(whole) == {*ALL, "exec erin"}


@pytest.mark.parametrize(
    ("missing", "known", "asked"),
    [
        ("clusterroles", {"read dana", "not known ops/backup", "not known support"}, "in this cluster"),
        ("clusterrolebindings", {"read dana", "exec support"}, "in this cluster"),
        ("roles", {"not known dana", "read ops/backup", "exec support", "token erin"}, "in namespace web"),
        ("rolebindings", {"read ops/backup"}, "in namespace web"),
        ("pods", ALL, "in namespace web"),
    ],
)
async def test_each_list_that_is_refused_is_a_gap_with_the_right_to_ask_for(
    missing: str, known: set[str], asked: str, embedded: FaultyCluster
) -> None:
    made = await check(embedded, *(name for name in LISTS if name != missing))
    assert ways(made) == known
    assert any(missing in words for words in gap_words(made.gaps))
    assert f"list {missing} {asked}" in [right.words for right in made.ask_for]


async def test_lists_of_the_namespace_alone_leave_tokens_elsewhere_unknown(embedded: FaultyCluster) -> None:
    rules = [*(LISTS[name] for name in ("clusterroles", "clusterrolebindings"))]
    rules += [Rule(LISTS[name].verbs, [name], (), ("web",), LISTS[name].groups) for name in LISTS]
    embedded.users.add("jane", rules=rules)
    target = LoginTarget("e", "e", "jane", embedded.url, "web", token=embedded.users["jane"].token)
    async with opened(target) as cluster:
        made = AccessCheck(cluster, DB)
        await made.run(lambda: None)
    assert ways(made) == ALL - {"token erin"}
    assert gap_words(made.gaps) == [
        "refused: roles of other namespaces, rolebindings of other namespaces, pods of ops"
    ]
    assert [right.words for right in made.ask_for] == [
        "list roles in all namespaces",
        "list rolebindings in all namespaces",
        "list pods in namespace ops",
    ]


async def test_a_list_of_all_namespaces_that_fails_is_tried_in_the_own_one(embedded: FaultyCluster) -> None:
    for resource in ("roles", "rolebindings"):
        embedded.faults.add(Fault("status", path=f"/apis/{RBAC}/v1/{resource}", code=504, times=None))
    made = await check(embedded, *LISTS)
    assert ways(made) == ALL - {"token erin"}
    assert gap_words(made.gaps) == ["failed: roles of other namespaces, rolebindings of other namespaces"]
    assert made.ask_for == ()
    embedded.faults.add(Fault("status", path=f"/apis/{RBAC}/v1/namespaces/*/roles", code=504, times=None))
    made = await check(embedded, *LISTS)
    assert "not known dana" in ways(made)
    assert gap_words(made.gaps) == ["failed: roles, rolebindings of other namespaces"]


async def test_a_refresh_that_is_stopped_keeps_the_former_result_and_its_gaps(
    embedded: FaultyCluster,
) -> None:
    embedded.users.add("jane", rules=[rule for name, rule in LISTS.items() if name != "roles"])
    target = LoginTarget("e", "e", "jane", embedded.url, "web", token=embedded.users["jane"].token)
    async with opened(target) as cluster:
        made = AccessCheck(cluster, DB)
        await made.run(lambda: None)
        before = made.accesses, made.pods, made.gaps, made.ask_for
        assert all(before)
        embedded.faults.add(Fault("hang", path="*/clusterroles", times=None))
        is_reading = asyncio.Event()
        refresh = asyncio.create_task(made.run(is_reading.set))
        await is_reading.wait()
        refresh.cancel()
        await asyncio.gather(refresh, return_exceptions=True)
        assert (made.accesses, made.pods, made.gaps, made.ask_for) == before
        assert made.progress == ""


async def test_bindings_become_grants_page_by_page_and_off_the_event_loop(
    embedded: FaultyCluster, monkeypatch: pytest.MonkeyPatch
) -> None:
    threads, pages = set[threading.Thread](), list[int]()

    def grants(bindings: Iterable[Any], roles: Any) -> Any:
        pages.append(len(bindings := list(bindings)))
        threads.add(threading.current_thread())
        return list(model_grants.grants(bindings, roles))

    def accesses(*given: Any) -> Any:
        threads.add(threading.current_thread())
        return who.accesses(*given)

    monkeypatch.setattr(access_check, "grants", grants)
    monkeypatch.setattr(access_check, "accesses", accesses)
    many = (binding(f"many-{number}", "ClusterRole/read", "User/finn") for number in range(600))
    async with FaultyCluster(map(stored, [role("read", READ), *many])) as started:
        made = await check(started, *LISTS)
    assert len(made.accesses) == 601
    assert (max(pages), sum(pages)) == (500, 600)
    assert threading.current_thread() not in threads


async def test_the_access_check_reads_no_secret(embedded: FaultyCluster) -> None:
    await check(embedded, *LISTS)
    assert not any("/secrets" in request.path for request in embedded.requests)
