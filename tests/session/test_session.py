"""Session: its requests and their order, one watch of each resource, and its end."""

from __future__ import annotations

import asyncio

from tests.helpers import eventually
from tests.session.cluster_session import (
    MINE,
    STORY,
    ClusterSession,
    cluster_session,
    pod_object,
    secret_object,
)
from tui.embedded.users import Rule
from tui.model.secret.secret import SecretRef
from tui.session.tasks import Tasks

READ_SECRETS = Rule(("get", "list", "watch"), ("secrets",))


def kinds(here: ClusterSession) -> list[str]:
    """Requests that arrived, in a word each, in the order of arrival."""
    words = []
    for seen in here.home.requests:
        last = seen.path.rsplit("/", 1)[1]
        words.append(f"watch {last}" if "watch=1" in seen.query else last)
    return words


def feeds(here: ClusterSession, what: str) -> list[str]:
    """Namespaces of the open watches."""
    return [feed.namespace for feed in here.home.store.by_resource[what].feeds]


async def wait_until_live(here: ClusterSession) -> None:
    """Wait until everything that is followed at the start is live."""
    await eventually(
        lambda: here.session.readers.state.is_live and here.session.namespaces.names, "all of it"
    )


async def test_the_start_asks_for_what_it_shows_and_for_no_value() -> None:
    async with cluster_session() as here:
        await wait_until_live(here)
        await eventually(lambda: here.session.access.identity and here.session.access.rights("default"))
        assert sorted(kinds(here)) == [
            *("namespaces", "pods", "secrets", "selfsubjectreviews", "selfsubjectrulesreviews"),
            *("watch pods", "watch secrets"),
        ]
        assert [line for line in here.asked("GET") if "default/secrets/" in line] == []
        assert [str(row.ref) for row in here.session.secrets.rows] == ["default/mysecret", "default/other"]
        assert here.session.access.identity is not None and here.session.access.identity.user == "admin"


async def test_pods_come_after_the_secrets_are_on_screen() -> None:
    async with cluster_session(start=False) as here:
        held = here.fault("delay", path="*/secrets", seconds=60)
        here.session.start()
        await eventually(lambda: held.seen and here.session.namespaces.names)
        assert "pods" not in kinds(here)
        here.home.faults.clear()
        told_at: list[int] = []
        here.session.events.subscribe(lambda _: told_at.append(len(here.session.secrets.rows)))
        await eventually(lambda: "pods" in kinds(here))
        assert told_at and told_at[-1] == 2, "the screens had been told of the secrets by then"


async def test_pods_are_read_though_secrets_may_not_be_listed() -> None:
    async with cluster_session(
        start=False, user="oncall", users={"oncall": [Rule(("*",), ("pods",))]}
    ) as here:
        here.session.start()
        await eventually(lambda: here.session.readers.state.is_live)
        assert here.session.secrets.state.kind == "refused"
        assert here.session.readers.names_in("default") == ("mysecret",)
        assert here.session.namespaces.state.kind == "refused"
        assert here.session.link.kind == "live", "a refusal is an answer"


async def test_pods_of_all_namespaces_are_read_only_on_demand() -> None:
    async with cluster_session(namespace=None) as here:
        await eventually(lambda: here.session.namespaces.names and here.session.access.identity)
        assert [str(row.ref) for row in here.session.secrets.rows] == [
            *("default/mysecret", "default/other", "web/elsewhere")
        ]
        await eventually(lambda: any("secrets" in topics for topics in here.heard))
        assert "pods" not in kinds(here) and here.session.readers.state.kind == "idle"
        assert "selfsubjectrulesreviews" not in kinds(here), "there are no rules of all namespaces"
        here.session.want_readers(None)
        here.session.want_readers(None)
        await eventually(lambda: here.session.readers.state.is_live)
        assert kinds(here).count("pods") == 1
        assert feeds(here, "pods") == [""]


async def test_pods_of_another_namespace_are_followed_beside_those_of_the_open_one() -> None:
    async with cluster_session(story=(*STORY, pod_object("there", "elsewhere", namespace="web"))) as here:
        session = here.session
        await eventually(lambda: session.readers.state.is_live)
        assert session.readers_of("default") is session.readers
        assert session.readers_of("web").state.kind == "idle"
        session.want_readers("web")
        session.want_readers("web")
        await eventually(lambda: session.readers_of("web").state.is_live)
        assert [pod.name for pod in session.readers_of("web").rows] == ["there"]
        assert [pod.name for pod in session.readers.rows] == ["mypod"]
        assert kinds(here).count("pods") == 2
        assert len(feeds(here, "pods")) == 2
        session.choose_namespace("web")
        await eventually(lambda: session.readers.state.is_live)
        assert (
            session.readers_of("web") is session.readers
            and session.readers_of("default").state.kind == "idle"
        )
        await eventually(lambda: len(feeds(here, "pods")) == 1)


async def test_pods_of_one_namespace_suffice_for_one_secret_when_all_namespaces_are_open() -> None:
    async with cluster_session(namespace=None) as here:
        here.session.want_readers("default")
        await eventually(lambda: here.session.readers_of("default").state.is_live)
        assert here.session.readers.state.kind == "idle" and feeds(here, "pods") == ["default"]
        here.session.want_readers(None)
        await eventually(lambda: here.session.readers.state.is_live)
        assert here.session.readers_of("default") is here.session.readers
        await eventually(lambda: feeds(here, "pods") == [""])


async def test_a_change_of_namespace_ends_the_watches_of_the_old_one() -> None:
    async with cluster_session() as here:
        await wait_until_live(here)
        await here.open()
        here.session.choose_namespace("web")
        assert (here.session.opened, list(here.session.secrets.rows)) == (None, [])
        await wait_until_live(here)
        assert [str(row.ref) for row in here.session.secrets.rows] == ["web/elsewhere"]
        await eventually(lambda: (feeds(here, "secrets"), feeds(here, "pods")) == (["web"], ["web"]))
        await eventually(lambda: here.session.access.rights("web"))
        assert here.session.namespaces.count("default") == (2, 0), "as it was seen"
        assert here.session.namespaces.count("web") == (1, 0)
        assert here.session.namespaces.count("kube-system") is None
        assert kinds(here).count("secrets") == 2, "no list is sent for a number"
        here.session.choose_namespace(None)
        await here.listed()
        assert here.session.namespaces.count("kube-system") == (0, 0)


async def test_refreshing_lists_again_and_leaves_one_watch_of_each() -> None:
    async with cluster_session() as here:
        await wait_until_live(here)
        for _ in range(3):
            here.session.refresh()
            await asyncio.sleep(0)
        here.session.refresh()
        await eventually(
            lambda: kinds(here).count("watch pods") >= 2 and kinds(here).count("watch secrets") >= 2
        )
        await eventually(lambda: (feeds(here, "secrets"), feeds(here, "pods")) == (["default"], ["default"]))
        await wait_until_live(here)
        await here.listed()


async def test_events_reach_the_rows_the_readers_and_the_listeners() -> None:
    async with cluster_session() as here:
        await wait_until_live(here)
        here.heard.clear()
        here.home.store.put(secret_object("third", {"a": b"1"}))
        here.home.store.delete("secrets", "default", "other")
        here.home.store.put(pod_object("second", "third", "mysecret"))
        await eventually(lambda: here.session.readers.count(SecretRef("default", "third")) == 1)
        await eventually(lambda: [row.ref.name for row in here.session.secrets.rows] == ["mysecret", "third"])
        await eventually(lambda: {"secrets", "readers"} <= frozenset[str]().union(*here.heard))
        assert here.session.readers.count(MINE) == 2
        assert here.session.secrets.state.loaded == 2


async def test_rights_are_asked_for_once_in_each_namespace() -> None:
    async with cluster_session(namespace=None) as here:
        assert here.session.may("get", "secrets", "web") is None
        for _ in range(2):
            await here.open(SecretRef("web", "elsewhere"))
            await here.open(MINE)
        await eventually(lambda: here.session.access.rights("web") and here.session.access.rights("default"))
        assert kinds(here).count("selfsubjectrulesreviews") == 2
        assert here.session.may("get", "secrets", "web") is True
        assert here.session.may("get", "secrets") is None, "of all namespaces nothing was said"


async def test_identity_and_rights_that_failed_are_asked_for_again_on_refresh() -> None:
    async with cluster_session(start=False, user="oncall", users={"oncall": [READ_SECRETS]}) as here:
        here.fault("status", path="*selfsubject*", times=2)
        here.session.start()
        await here.listed()
        await eventually(lambda: not here.home.faults.active[0].fits("POST", "/selfsubject", "", ""))
        assert (here.session.access.identity, here.session.may("list", "secrets")) == (None, None)
        here.session.refresh()
        await eventually(lambda: here.session.access.identity and here.session.access.rights("default"))
        assert here.session.may("list", "secrets") is True
        assert here.session.may("patch", "secrets") is False
        assert here.session.may("patch", "secrets", name="mysecret") is False


async def test_closing_a_session_cancels_hanging_requests_and_ends_its_watches() -> None:
    async with cluster_session() as here:
        await wait_until_live(here)
        here.fault("hang", path="*", times=None)
        here.session.refresh()
        here.session.open(MINE)
        await eventually(lambda: here.home.faults.active[0].seen >= 4)
        assert await here.session.close() == ()
        assert here.clock.monotonic() == 0, "it did not wait for anything"
        await eventually(lambda: not feeds(here, "secrets") and not feeds(here, "pods"))
        assert here.session.opened is None


async def test_a_task_that_fails_is_reported_at_once() -> None:
    told: list[str] = []
    asyncio.get_running_loop().set_exception_handler(lambda _, context: told.append(context["message"]))

    async def fail() -> None:
        raise LookupError

    tasks = Tasks()
    tasks.start(fail(), "pods")
    await eventually(lambda: told)
    assert told == ["the task pods failed"]
    await tasks.close()


async def test_no_task_begins_after_the_end() -> None:
    tasks, begun = Tasks(), list[int]()

    async def begin() -> None:
        begun.append(1)

    await tasks.close()
    await asyncio.gather(tasks.start(begin(), "late"), return_exceptions=True)
    assert begun == []
