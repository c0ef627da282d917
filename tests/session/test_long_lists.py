"""Long lists: their first page is there at once, and they can be stopped and read again."""

from __future__ import annotations

import pytest

from tests.helpers import eventually
from tests.session.cluster_session import cluster_session, pod_object, secret_object
from tui.cluster.api import paging
from tui.model.errors import LoadingStopped

COUNT = 5
STORY = (
    *(secret_object(f"s{number}", {}, namespace=f"ns{number % 2}") for number in range(COUNT)),
    pod_object("mypod", "s0"),
    pod_object("other", "s1"),
)


@pytest.fixture(autouse=True)
def small_pages(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(paging, "PAGE_SIZE", 2)


async def test_a_long_list_can_be_stopped_and_read_again() -> None:
    async with cluster_session(namespace=None, story=STORY, start=False) as here:
        held = here.fault("hang", path="/api/v1/secrets", query="continue=", times=None)
        slow = here.fault("hang", path="*/namespaces", times=None)
        here.session.start()
        await eventually(lambda: held.seen and slow.seen and here.rows, "the first page")
        here.session.want_readers(None)
        await eventually(lambda: here.session.readers.state.is_live, "pods come whole")
        assert here.session.stop_lists() == ("2 Secrets", "0 namespaces")
        state = here.session.secrets.state
        assert isinstance(state.error, LoadingStopped)
        assert (state.kind, len(here.rows), state.is_complete) == ("broken", 2, False)
        assert here.session.stop_lists() == ()
        here.home.faults.clear()
        here.session.refresh()
        await here.listed()
        assert len(here.rows) == COUNT
        await eventually(lambda: here.session.namespaces.state.is_complete)
