"""Controls of what was mended: each broken in one way again, for tests/broken.py."""

from __future__ import annotations

import dataclasses
from typing import Any, Final

import msgspec

from tests import breaking
from tests.control import Control
from tui.model.secret.formats.docker import Login
from tui.session.writes.drafts import Drafts
from tui.session.writes.review import Review
from tui.ui.review import retarget_draft


def _looks_only_when_told(real: Any) -> Any:
    """A watch that tells of nothing is taken for one that would have told."""

    async def look(self: Any, mark: Any, version: str) -> Any:
        row = self._row_of(mark.ref)
        if row is not None and (row.uid, row.resource_version) == (mark.uid, version):
            return None, version, None
        return await real(self, mark, version)

    return look


def _writes_unrehearsed(review: Review) -> bool:
    answers = ("accepted", "cannot", "unanswered")
    return review.stage == "ready" and review.has_changes and review.rehearsal.kind in answers


def _goes_by_name(self: Drafts) -> Any:
    """Where a draft of a Secret left, all that is meant for it is taken for sent."""
    sent = {draft.ref for draft in self._sent.values()}
    return [(draft, ()) for draft in self.all() if draft.ref not in sent]


def _names_the_user(real: Any) -> Any:
    def login(registry: str, entry: Any) -> Login:
        found: Login = real(registry, entry)
        return found._replace(has_user=entry.username or found.has_user)

    return login


def _as_if_nobody_changed_it(real: Any) -> Any:
    """What the other Secret holds is taken for what the draft was begun on."""

    def put_on(self: Any, other: Any) -> Any:
        return dataclasses.replace(real(self, other), base={key: other.data.get(key) for key in self.base})

    return put_on


def _awaited_among_the_presses(real: Any) -> Any:
    """No press is looked at before the cluster answered."""

    async def run(self: Any) -> None:
        await retarget_draft._put_on_other(self, self.review, lambda: self.review, self._ask)

    return run


OF_MENDS: Final = (
    Control(
        9,
        "a server that does not answer keeps the presses in the review waiting",
        "tui.ui.review.screen:ReviewScreen.run_change_existing",
        _awaited_among_the_presses,
        ("tests/ui/test_remaking.py::test_a_server_that_does_not_answer_keeps_no_press_waiting",),
    ),
    Control(
        13,
        "what a person turned to since is done behind",
        "tui.ui.review.retarget_draft:_left_meanwhile",
        breaking.does_nothing,
        ("tests/ui/test_remaking.py::test_what_a_person_turned_to_meanwhile_is_not_done_behind",),
    ),
    Control(
        5,
        "quitting in mid-write does not name what was not sent",
        "tui.session.writes.drafts:Drafts.unsent",
        lambda real: _goes_by_name,
        (
            "tests/session/test_drafts.py::test_what_differs_from_what_was_sent_is_unsent",
            "tests/ui/test_quitting.py::test_what_was_changed_after_it_was_sent_is_named",
            "tests/ui/test_quitting.py::test_what_was_changed_while_a_write_is_in_doubt_is_named",
            "tests/ui/test_quitting.py::test_other_drafts_of_the_name_of_what_is_written_are_named",
        ),
    ),
    Control(
        5,
        "a draft goes on another Secret of its name without a question",
        "tui.model.draft.draft:Draft.put_on",
        _as_if_nobody_changed_it,
        ("tests/ui/test_remaking.py",),
    ),
    Control(
        6,
        "how a write ended after the screen was gone is not told",
        "tui.session.writes.queue:Writes.news",
        lambda real: lambda self: (),
        (
            "tests/session/test_ending.py::test_a_refusal_that_comes_after_the_screen_is_gone_is_told",
            "tests/session/test_ending.py::test_a_write_that_succeeds_after_the_screen_is_gone_is_told",
        ),
    ),
    Control(
        6,
        "a write that is under way is told as a draft that was not sent",
        "tui.session.writes.queue:Writes.busy_with",
        lambda real: lambda self, ref: None,
        ("tests/ui/test_review.py::test_while_a_write_is_under_way_nothing_says_that_it_was_not_sent",),
    ),
    Control(
        10,
        "a shape may be used by a thread while another makes it ready",
        "tui.model.json_decoder:_decoder",
        lambda real: msgspec.json.Decoder,
        ("tests/model/test_decoding.py::test_a_shape_is_whole_before_any_thread_decodes_into_it",),
    ),
    Control(
        10,
        "a look draws on a screen that is taken down",
        "tui.ui.widgets.bars.frame:is_staying",
        lambda real: lambda node: True,
        ("tests/ui/test_taken_down.py",),
    ),
    Control(
        3,
        "the review shows its values for ever",
        "tui.ui.review.screen:ReviewScreen.set_timer",
        lambda real: lambda self, seconds, *args: real(self, 3600.0, *args),
        (
            "tests/ui/test_review.py::test_what_the_review_shows_hides_itself_when_its_time_is_over_and_a_press_begins_it_anew",
            "tests/ui/test_conflict.py::test_what_the_conflict_shows_hides_itself_when_its_time_is_over",
        ),
    ),
    Control(
        11,
        "a silent watch is believed at the end",
        "tui.session.writes.revert_watch:Aftermath._look",
        _looks_only_when_told,
        ("tests/session/test_aftermath.py",),
    ),
    Control(
        7,
        "W writes where the dry run got no answer",
        "tui.session.writes.review:Review.can_write",
        lambda real: property(_writes_unrehearsed),
        (
            "tests/session/test_writes.py::test_what_the_rehearsal_says_decides",
            "tests/ui/test_review.py::test_a_dry_run_without_an_answer_keeps_write_shut_until_it_is_asked_again",
        ),
    ),
    Control(
        7,
        "below its last change the review reads no further",
        "tui.ui.widgets.table_with_page:Onward._go_on",
        breaking.does_nothing,
        ("tests/ui/test_reading_on.py", "tests/widgets/test_reading.py"),
    ),
    Control(
        13,
        "enter on what is still fetched says nothing",
        "tui.ui.widgets.lists.key_table:KeyTable.check_action",
        lambda real: lambda self, action, parameters: True,
        (
            "tests/ui/test_opened.py::test_what_is_pressed_while_it_is_fetched_is_told_so_and_done_neither_now_nor_later",
        ),
    ),
    Control(
        13,
        "the question of trust does not say where it all goes",
        "tui.cluster.kubeconfig.load:_ways",
        lambda real: lambda cluster: iter(()),
        ("tests/cluster/test_plugin_trust.py",),
    ),
    Control(
        13,
        "the question of trust does not name the server",
        "tui.cluster.kubeconfig.load:_Chosen.server",
        lambda real: lambda self: "https://somewhere",
        ("tests/cluster/test_plugin_trust.py",),
    ),
    Control(
        3,
        "the user of a registry's login is told",
        "tui.model.secret.formats.docker:_login",
        _names_the_user,
        ("tests/model/test_formats.py",),
    ),
    Control(
        3,
        "a login in a server's address is shown",
        "tui.model.kube_context:without_login",
        lambda real: lambda server: server,
        (
            "tests/model/test_context.py",
            "tests/model/test_formats.py",
            "tests/cluster/test_plugin_trust.py",
            "tests/cluster/test_kubeconfig.py",
        ),
    ),
)
