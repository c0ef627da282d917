"""Each right missing alone, on the real API server: the message for it, and that the rest works."""

from __future__ import annotations

import shlex
from collections.abc import Awaitable, Callable
from functools import partial
from typing import Final, NamedTuple

import pytest

from tests.controlplane.plane import ControlPlane
from tests.controlplane.users import CONTEXT
from tests.journeys.cluster_objects import OLD, SECRET, Beside
from tests.journeys.user_rights import ALL, Grants, acting, changed
from tests.ui.person import MASK, Person
from tui.model.rbac.rights import KubectlOptions, Right, can_i, to_ask_for
from tui.model.secret.secret import SecretRef

pytestmark = [pytest.mark.real, pytest.mark.timeout(120)]

CellStyle = Callable[[Person, str], Awaitable[None]]
NEW: Final = "another-made-up"


class Row(NamedTuple):
    """Right that is missing, the message for it, and the actions that still work."""

    verb: str
    resource: str
    says: CellStyle
    opens: bool = True
    writes: bool = True


@pytest.fixture
def beside(plane: ControlPlane) -> Beside:
    """Namespace with the Secret `mysecret` and a pod that reads it."""
    found = Beside(plane, plane.new_namespace())
    found.make_the_example()
    env = [{"secretRef": {"name": SECRET}}]
    found.make("pods", "mypod", spec={"containers": [{"name": "main", "image": "redis", "envFrom": env}]})
    return found


async def says_no_list(person: Person, space: str) -> None:
    await person.reads(
        "#secrets",
        "you may not list them here",
        f"{SECRET} get, patch",
        "1 pod",
        f"Refused: you may not list secrets in namespace {space}.",
    )
    await person.sees("enter open", "/ type a name", "you may get, patch, delete it")


async def says_no_get(person: Person, space: str) -> None:
    await person.acts_on(f"{space}/{SECRET}", "enter")
    await person.reads("#secret", f"Refused: you may not get secrets {SECRET} in namespace {space}.")
    await person.presses("escape", "● live")


async def says_no_watch(person: Person, space: str) -> None:
    await person.reads("#secrets", SECRET, "· as of", f"you may not watch secrets in namespace {space}")


async def says_no_patch(person: Person, space: str) -> None:
    await refuses(person, "e", f"patch secrets/{SECRET} in namespace {space}")


async def says_no_delete(person: Person, space: str) -> None:
    await refuses(person, "D", f"delete secrets/{SECRET} in namespace {space}")


async def refuses(person: Person, press: str, right: str) -> None:
    """Open the Secret, press a key for which `right` is missing, and see how to ask for the right."""
    space = right.rsplit(" ", 1)[-1]
    await person.open(SecretRef(space, SECRET))
    await person.waits_for(lambda: person.session.access.rights(space), "the rights")
    await person.press(press)
    assert person.status == f"Not allowed (A says more): {right}."
    await person.presses("A", "kubectl auth can-i", "kind: RoleBinding", "--as")
    await person.press("escape", "escape")


async def says_no_create(person: Person, space: str) -> None:
    await person.waits_for(lambda: person.session.access.rights(space), "the rights")
    await person.press("a")
    assert person.status == f"Not allowed (A says more): create secrets in namespace {space}."


async def says_no_pods(person: Person, space: str) -> None:
    await person.reads("#secrets", f"{SECRET} Opaque 2 refused")
    await person.presses("P", f"Refused: you may not list pods in namespace {space}.")
    await person.press("escape")


async def says_no_watch_of_pods(person: Person, space: str) -> None:
    await person.reads("#secrets", f"{SECRET} Opaque 2 1 pod")
    await person.press("P")
    await person.reads("#rows", "mypod", "as of", f"you may not watch pods in namespace {space}")
    await person.press("escape")


async def says_no_namespaces(person: Person, space: str) -> None:
    await person.reads("#namespaces", space[:6], "Refused: you may not list namespaces in this cluster.")


async def says_not_known(person: Person, space: str) -> None:
    await person.presses("A", "create secrets", "not known", "your user name is unknown")
    await person.press("escape")


MATRIX: Final = (
    Row("list", "secrets", says_no_list),
    Row("get", "secrets", says_no_get, opens=False, writes=False),
    Row("watch", "secrets", says_no_watch),
    Row("patch", "secrets", says_no_patch, writes=False),
    Row("create", "secrets", says_no_create),
    Row("delete", "secrets", says_no_delete),
    Row("list", "pods", says_no_pods),
    Row("watch", "pods", says_no_watch_of_pods),
    Row("list", "namespaces", says_no_namespaces),
    Row("create", "reviews", says_not_known),
)


@pytest.mark.parametrize("row", MATRIX, ids=lambda row: f"{row.verb} {row.resource}")
async def test_without_one_right_its_refusal_is_shown_and_the_rest_works(beside: Beside, row: Row) -> None:
    space = beside.namespace
    grants = Grants(beside.plane, space, f"without-{row.verb}-{row.resource}-{space}")
    grants.allow(
        {
            resource: tuple(verb for verb in verbs if (verb, resource) != (row.verb, row.resource))
            for resource, verbs in ALL.items()
        }
    )
    # Of this group nobody may ask for a review: the server gives that right to all others.
    groups = ("system:unauthenticated",) if row.resource == "reviews" else ()
    async with acting(grants, groups=groups) as person:
        await person.sees("mysecret")
        await row.says(person, space)
        if row.opens:
            await person.open(SecretRef(space, SECRET), key="password")
            await person.presses("r", OLD)
        if row.writes:
            await person.edit_to_review("password", NEW)
            await person.presses("W", "Written: password of")
    assert (beside.data()["password"] == NEW.encode()) is row.writes


async def test_a_secret_that_may_only_be_read_is_polled_and_written_once_the_rights_are_granted(
    beside: Beside,
) -> None:
    one = SecretRef(beside.namespace, SECRET)
    grants = Grants(beside.plane, one.namespace, f"one-{one.namespace}")
    grants.allow({"secrets": ("get",)}, [SECRET])
    async with acting(grants, start=one) as person:
        await person.sees("password", MASK)
        await person.reads("#secret", f"checked every 30 s: you may not watch secrets {SECRET}")
        assert "Refused" not in person.text
        await person.presses(
            "e", f"Not allowed (A says more): patch secrets/{SECRET} in namespace {one.namespace}."
        )
        await changed(grants, {"secrets": ("get", "patch", "watch")}, [SECRET])
        await person.press("ctrl+r")
        await person.sees_no("checked every 30 s")
        await person.waits_for(lambda: person.session.may("patch", "secrets", one.namespace, SECRET))
        await person.edit_to_review("password", NEW)
        await person.presses("W", "Written: password of")
    assert beside.data()["password"] == NEW.encode()


async def test_revoked_and_restored_rights_are_noticed_and_the_draft_is_kept(beside: Beside) -> None:
    space = beside.namespace
    grants = Grants(beside.plane, space, f"now-and-then-{space}")
    grants.allow(ALL)
    async with acting(grants) as person:
        await person.sees("mysecret", "● live")
        await person.open(SecretRef(space, SECRET))
        await person.edit("password", NEW)
        await changed(grants, {"pods": ("list", "watch")})
        await person.press("ctrl+r")
        await person.reads("#secret", "password", "not live since", f"you may not get secrets {SECRET}")
        await person.reads("#secret", "draft, nothing sent yet")
        await person.waits_for(lambda: person.session.may("patch", "secrets", space) is False, "new rights")
        await person.presses("delete", "Not allowed (A says more): patch secrets/mysecret")
        await person.press("escape")
        await person.reads(
            "#secrets", SECRET, "not live since", f"you may not list secrets in namespace {space}."
        )
        await changed(grants, ALL)
        await person.press("ctrl+r")
        await person.reads("#secrets", SECRET)
        await person.waits_for(lambda: person.session.secrets.state.is_live, "a live list")
        await person.open(SecretRef(space, SECRET))
        await person.reviewed()
        await person.presses("W", "Written: password of")
    assert beside.data()["password"] == NEW.encode()


def test_the_role_to_ask_for_grants_that_right_alone_by_kubectls_own_check(beside: Beside) -> None:
    space, user = beside.namespace, f"asks-{beside.namespace}"
    asked = (
        Right("patch", "secrets", space, SECRET),
        Right("create", "secrets", space),
        Right("list", "secrets", space),
        Right("watch", "secrets", space, SECRET),
        Right("list", "namespaces"),
    )

    other = f"too-{user}@example.test"

    def may(right: Right, user: str = user) -> bool:
        code, output = beside.kubectl(*shlex.split(can_i(right, KubectlOptions(CONTEXT, user=user)))[1:])
        assert (code, output.splitlines()[-1]) in ((0, "yes"), (1, "no")), output
        return code == 0

    assert not any(may(right) for right in asked)
    output = beside.run_kubectl(
        "apply", "-f", "-", typed="---\n".join(to_ask_for(one, user) for one in asked)
    )
    assert output.count("created") == 2 * len(asked), output
    for right in asked:
        beside.plane.wait_for(partial(may, right))
        assert not may(Right("delete", right.resource, right.namespace, right.name)), right.words
    assert not may(Right("patch", "secrets", space, "another")), "that name alone"
    beside.run_kubectl("apply", "-f", "-", typed=to_ask_for(asked[0], other))
    beside.plane.wait_for(partial(may, asked[0], other))
    assert may(asked[0]), "what one was given, another's request does not take away"
