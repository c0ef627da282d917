"""Promises 6 and 7: the program knows of every write whether it happened, and each is reviewed first."""

from __future__ import annotations

from typing import Any, Final

from tests.controls.control import Control, always, does_nothing
from tui.cluster.client import Cluster
from tui.cluster.http.client_errors import may_have_arrived
from tui.cluster.http.gate import Gate
from tui.model.draft.former_values import former_held
from tui.model.readers.pod_use import PodUse
from tui.session.writes.intents import is_ours
from tui.session.writes.review import Review, Reviews


def _sends_without_a_look(original: Any) -> Any:
    async def call(gate: Gate, request: Any, go_on: Any) -> Any:
        return await go_on(request)

    return call


def _writes_in_earnest(original: Any) -> Any:
    async def write(cluster: Cluster, *args: Any, dry_run: bool = False) -> Any:
        return await original(cluster, *args)

    return write


CONTROLS: Final = (
    Control(
        6,
        "a write whose answer was lost counts as not written",
        may_have_arrived,
        always(False),
        "tests/cluster/test_gate_over_sockets.py::test_a_write_whose_answer_breaks_off_is_unknown",
    ),
    Control(
        6,
        "what others wrote is called our write",
        is_ours,
        does_nothing,
        "tests/session/test_unknown_outcomes.py::test_changes_by_others_are_told_apart_from_our_lost_write",
    ),
    Control(
        6,
        "a write is sent twice, and redirects are followed",
        Gate.__call__,
        _sends_without_a_look,
        "tests/cluster/test_gate_over_sockets.py",
    ),
    Control(
        7,
        "the dry run writes",
        Cluster.write,
        _writes_in_earnest,
        "tests/session/test_writes.py::test_nothing_is_sent_by_a_review_and_the_dry_run_is_the_same_request",
    ),
    Control(
        7,
        "a write does not wait for the dry run",
        Review.can_write,
        lambda original: property(lambda review: review.stage == "ready"),
        "tests/session/test_writes.py::test_a_dry_run_that_is_refused_or_unanswered_prevents_the_write",
    ),
    Control(
        7,
        "a write waits for its turn and is sent although its review was left",
        Reviews.shows,
        always(True),
        "tests/session/test_several_drafts.py::test_a_waiting_write_is_dropped_when_its_review_is",
    ),
    Control(
        7,
        "the review does not say which readers are affected",
        PodUse.reads,
        always(False),
        "tests/model/test_pod_use.py",
    ),
    Control(
        7,
        "several drafts are written without a word on an old value that is left elsewhere",
        former_held,
        always(()),
        "tests/ui/test_draft_list.py"
        "::test_an_old_value_that_is_left_in_another_key_is_asked_about_before_any_is_written",
    ),
)
