"""Topics for the screens: at once for the first, together for a burst, never closer than 50 ms."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from itertools import pairwise
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from tui.session.cache.events import NOTICES_APART, Events, Topic


class Handle:
    """Call that is due at a time."""

    def __init__(self, due: float, call: Callable[[], None]) -> None:
        self.due, self.call, self.is_canceled = due, call, False

    def cancel(self) -> None:
        self.is_canceled = True


class ByHand:
    """A loop whose time moves when the test says so."""

    def __init__(self) -> None:
        self.now = 100.0
        self.calls: list[Handle] = []

    @property
    def loop(self) -> Any:
        """Stand-in for the part of an event loop that is used."""
        return self

    def time(self) -> float:
        return self.now

    def call_later(self, delay: float, callback: Callable[..., None], *args: object) -> Handle:
        """Schedule the callback."""
        handle = Handle(self.now + delay, partial(callback, *args))
        self.calls.append(handle)
        return handle

    def run_until(self, moment: float) -> None:
        """Move on, calling what is due."""
        while due := [handle for handle in self.calls if handle.due <= moment and not handle.is_canceled]:
            first = min(due, key=lambda handle: handle.due)
            self.calls.remove(first)
            self.now = max(self.now, first.due)
            first.call()
        self.now = moment


@given(
    st.lists(st.tuples(st.integers(0, 120), st.sampled_from(["secrets", "readers", "writes"])), max_size=60)
)
def test_every_topic_is_delivered_and_no_two_notices_are_closer_than_the_limit(
    told: list[tuple[int, Topic]],
) -> None:
    timer = ByHand()
    notices = Events(timer.loop)
    heard: list[tuple[float, frozenset[Topic]]] = []
    notices.subscribe(lambda topics: heard.append((timer.now, topics)))
    for wait, topic in told:
        timer.run_until(timer.now + wait / 1000)
        before = timer.now
        notices.notify(topic)
        assert timer.calls, "it is due"
        assert min(call.due for call in timer.calls) <= before + NOTICES_APART + 1e-9
    timer.run_until(timer.now + 1)
    assert frozenset[Topic]().union(*(topics for _, topics in heard)) == {topic for _, topic in told}
    moments = [moment for moment, _ in heard]
    assert all(later - earlier >= NOTICES_APART - 1e-9 for earlier, later in pairwise(moments))


def test_the_first_of_a_burst_goes_out_at_once_and_the_rest_together() -> None:
    timer = ByHand()
    notices = Events(timer.loop)
    heard: list[frozenset[Topic]] = []
    notices.subscribe(heard.append)
    notices.notify("secrets")
    timer.run_until(timer.now)
    assert heard == [{"secrets"}]
    for _ in range(200):
        notices.notify("secrets")
        notices.notify("readers", "link")
    timer.run_until(timer.now + NOTICES_APART)
    assert heard == [{"secrets"}, {"secrets", "readers", "link"}]
    assert NOTICES_APART == 0.05


def test_topics_that_are_delivered_at_once_are_not_delivered_again() -> None:
    timer = ByHand()
    events = Events(timer.loop)
    heard: list[frozenset[Topic]] = []
    events.subscribe(heard.append)
    events.notify("drafts")
    timer.run_until(timer.now)
    events.notify("drafts", "writes")
    events.notify_now()
    assert heard == [{"drafts"}, {"drafts", "writes"}]
    events.notify_now()
    timer.run_until(timer.now + 1)
    assert len(heard) == 2


def test_event_handlers_run_in_the_order_of_their_turns() -> None:
    events, heard = Events(), list[str]()
    events.on(str, lambda _: heard.append("last"), turn=2)
    events.on(str, lambda _: heard.append("first"), turn=1)
    events.on(str, lambda _: heard.append("also last"), turn=2)
    events.emit("written")
    assert heard == ["first", "last", "also last"]
