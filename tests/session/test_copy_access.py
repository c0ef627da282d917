"""Readers of a copy that cannot read the original: only roles and bindings are read."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from tests.contract.planes import opened
from tests.faulty_cluster.faults import Fault
from tests.faulty_cluster.server import FaultyCluster
from tests.model.rbac_objects import binding, role, rule
from tests.session.test_access_check import LISTS, READ, stored
from tui.cluster.kubeconfig.target import LoginTarget
from tui.embedded.users import Rule
from tui.model.access.grants import Subject
from tui.model.secret.secret import SecretRef
from tui.session.copy_access import CopyAccess, CopyReaders

HERE, THERE, OTHER = (SecretRef(place, "db") for place in ("web", "ops", "test"))
BACKUP, DANA, ERIN = (
    Subject("ServiceAccount", "backup", "ops"),
    Subject("User", "dana"),
    Subject("User", "erin"),
)


@pytest.fixture
async def embedded() -> AsyncIterator[FaultyCluster]:
    objects = [
        role("read", READ),
        role("other", rule("get", "secrets", "cache"), namespace="ops"),
        binding("everywhere", "ClusterRole/read", "Group/platform"),
        binding("web", "ClusterRole/read", "User/dana", namespace="web"),
        binding("ops", "ClusterRole/read", "User/dana", "User/erin", namespace="ops"),
        binding("backup", "ClusterRole/read", "ServiceAccount/ops/backup", namespace="ops"),
        binding("cache", "Role/other", "User/frank", namespace="ops"),
    ]
    async with FaultyCluster([*map(stored, objects)]) as started:
        yield started


async def asked(embedded: FaultyCluster, rules: list[Rule], *places: SecretRef) -> list[CopyReaders]:
    embedded.users.add("jane", rules=rules)
    target = LoginTarget("e", "e", "jane", embedded.url, "web", token=embedded.users["jane"].token)
    async with opened(target) as cluster:
        access = CopyAccess(cluster)
        return [await access.of(HERE, place) for place in places]


async def test_subjects_that_can_read_only_the_copy_are_named_by_one_reading_of_the_roles(
    embedded: FaultyCluster,
) -> None:
    found = await asked(embedded, list(LISTS.values()), THERE, OTHER, HERE)
    assert [readers.subjects for readers in found] == [(BACKUP, ERIN), (), ()]
    assert all(readers.is_known and not readers.ask_for for readers in found)
    lists = [seen.path for seen in embedded.requests if "rbac" in seen.path]
    assert len(lists) == len(set(lists)) == 4
    assert not [seen.path for seen in embedded.requests if seen.path.endswith(("/pods", "/secrets"))]


async def test_rights_in_both_namespaces_suffice_to_know_the_readers_of_a_copy(
    embedded: FaultyCluster,
) -> None:
    rules = [LISTS["clusterroles"], LISTS["clusterrolebindings"]]
    rules += [
        Rule(LISTS[name].verbs, [name], (), (place,), LISTS[name].groups)
        for name in ("roles", "rolebindings")
        for place in ("web", "ops")
    ]
    (readers,) = await asked(embedded, rules, THERE)
    assert (readers.subjects, readers.is_known) == ((BACKUP, ERIN), True)


@pytest.mark.parametrize("missing", ["clusterroles", "clusterrolebindings", "roles", "rolebindings"])
async def test_a_list_that_is_refused_leaves_the_readers_unknown_and_names_the_missing_right(
    missing: str, embedded: FaultyCluster
) -> None:
    rules = [rule for name, rule in LISTS.items() if name != missing]
    (readers,) = await asked(embedded, rules, THERE)
    assert not readers.is_known
    assert readers.ask_for[0].words.startswith(f"list {missing} in ")


async def test_a_list_that_fails_leaves_the_readers_of_a_copy_unknown(embedded: FaultyCluster) -> None:
    embedded.faults.add(Fault("status", path="*/clusterroles", code=504, times=None))
    (readers,) = await asked(embedded, list(LISTS.values()), THERE)
    assert (readers.is_known, readers.ask_for) == (False, ())
