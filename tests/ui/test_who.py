"""Subjects that can read a Secret: the screen of all ways, the page of one, and unknown rights."""

from __future__ import annotations

import pytest

from tests.model.rbac_objects import binding, role, rule
from tests.session.test_access_check import LISTS, pod, stored
from tests.ui.person import Person, secret_object, sitting_at
from tui.embedded.users import Rule

pytestmark = pytest.mark.slow

BOTH = pytest.mark.parametrize("size", [(80, 24), (120, 36), (200, 60)])
STORY = [
    secret_object("mysecret", {"username": b"admin"}),
    *map(
        stored,
        (
            role("reader", rule("get list watch", "secrets")),
            role("one", rule("get", "secrets", "mysecret"), namespace="default"),
            role("enter", rule("create", "pods/exec")),
            binding("backup", "ClusterRole/reader", "ServiceAccount/ops/backup"),
            binding("one", "Role/one", "User/dana", namespace="default"),
            binding("support", "ClusterRole/enter", "Group/support", namespace="default"),
        ),
    ),
    pod("default", "api-1", "app", "mysecret"),
    pod("ops", "backup-1", "backup", "mysecret"),
]


async def asks(person: Person, *texts: str) -> None:
    await person.press("colon")
    await person.fills("who can", "enter")
    await person.sees("Who can read  ", *texts)


@BOTH
async def test_subjects_that_can_read_the_secret_under_the_cursor_are_listed_with_their_roles(
    size: tuple[int, int],
) -> None:
    async with sitting_at(story=STORY, size=size) as person:
        await asks(person, "default/mysecret", "4 rows", "everything, without a role")
        await person.sees("1 user, 1 group and 1 service account can read, 1 group indirectly (exec)")
        await person.put_cursor("#changes", "read ServiceAccount ops/backup None ClusterRoleBinding/backup")
        await person.sees("ClusterRoleBinding/backup  in all namespaces", "pods     ops/backup-1")
        await person.put_cursor("#changes", "read User dana default RoleBinding/one")
        await person.sees(
            "get secrets/mysecret", "RoleBinding/one  in namespace default", "Role/one", "by name"
        )
        await person.presses("enter", "user dana", "kubectl get rolebinding one -n default -o yaml")
        await person.sees("kubectl get role one -n default -o yaml")
        await person.presses("escape", "Who can read  default/mysecret")
        assert not person.asked("GET", part="/secrets/")


async def test_words_filter_the_ways_and_a_namespace_has_its_own() -> None:
    async with sitting_at(story=STORY) as person:
        await asks(person, "4 rows")
        await person.press("slash")
        await person.fills("exec", "enter")
        await person.sees("1 row", "support")
        await person.presses("escape", "4 rows")
        await person.presses("escape", "mysecret")
        await person.presses("N", "Namespaces")
        await asks(person, "Who can read  default", "4 rows")
        await person.put_cursor("#changes", "read User dana default RoleBinding/one")
        await person.sees("get secrets/mysecret")


async def test_rights_that_may_not_be_listed_are_unknown_and_the_right_to_ask_for_is_named() -> None:
    rules = [Rule(["get", "list", "watch"], ["secrets", "pods"]), LISTS["rolebindings"]]
    async with sitting_at(story=STORY, rules=rules) as person:
        await asks(person, "3 rows", "not known")
        await person.sees("! Not read: refused: clusterroles, roles, clusterrolebindings")
        text = " ".join(person.text.split())
        assert "Ask for the right to list clusterroles in this cluster, list roles in" in text
