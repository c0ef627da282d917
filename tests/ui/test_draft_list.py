"""Several drafts in one review: a row for each, opened one by one, written together by one `W`."""

from __future__ import annotations

from base64 import b64decode, b64encode

import pytest

from tests.app_pilot import SIZES
from tests.several_clusters import between
from tests.ui.person import MINE, Person, in_secret, sitting_at
from tui.embedded.server import EmbeddedCluster
from tui.embedded.users import Rule
from tui.model.draft.draft import Draft
from tui.model.secret.secret import SecretRef
from tui.model.secret.value import Value
from tui.session.writes.outcome import NotWriting
from tui.ui.review.draft_list import DraftListScreen

pytestmark = pytest.mark.slow

FLAGS = SecretRef("default", "feature-flags")
NEW = SecretRef("default", "made-up-new")
PAID = SecretRef("payments", "legacy-db")
REDIS = SecretRef("web", "cart-redis")
READS = Rule(("get", "list", "watch"), ("*",))


DENIED = 'admission webhook "short.example.test" denied the request: "n3w-made-up" is too short'


async def begun(person: Person, *refs: SecretRef) -> None:
    """Draft a changed key of each of these Secrets, or a new Secret."""
    for ref in refs:
        if ref == NEW:
            draft = Draft.new(ref).set(None, "a", Value(b"made-up"))
        else:
            secret = await person.session.cluster.open(ref)
            draft = Draft.of(secret).set(secret, min(secret.data), Value(b"n3w-made-up"))
        person.session.drafts.put(draft)
    await person.sees(f"{len(refs)} draft")


async def listed(person: Person, state: str) -> None:
    """Review all drafts, and wait for the dry runs."""
    await person.press("ctrl+p", *"several")
    await person.sees("Review all drafts")
    await person.sees_no("Review the draft")
    await person.presses("enter", state, "nothing sent yet")
    await person.sees_no("checking")


@pytest.mark.parametrize("size", SIZES)
async def test_each_draft_is_a_row_with_its_state_and_the_one_under_the_cursor_is_described(
    size: tuple[int, int],
) -> None:
    async with sitting_at(size=size) as person:
        await begun(person, FLAGS, NEW, MINE)
        person.others_set("password", b"theirs")
        await listed(person, "2 of 3 ready")
        flags, new, mine = (person.line_of(f"{ref}  ") for ref in (FLAGS, NEW, MINE))
        assert "1 key" in flags and "ready" in flags
        assert "new, 1 key" in new and "ready" in new
        assert "!" in mine and "1 key to resolve" in mine
        if size[0] == 120:  # the page beside the rows takes the place of READ BY
            await person.reads("#row-text", "no reader known")
        else:
            assert "no reader known" in flags and "1 pod" in mine
        await person.sees("Review: 3 drafts", "W write 2", "enter open", "esc back, kept")
        await person.sees("~ flags.json", "Affected readers")
        await person.sees("accepted at 14:00:00")
        await person.reads("#head", "Writes to payments-cluster › default")
        page = "#row-text" if size[0] >= 120 else "#about"
        await person.presses(
            "j j", "draft and cluster both changed password; enter opens the conflict", at=page
        )
        assert "…" not in "".join(person.line_of(f"{ref}  ") for ref in (FLAGS, NEW, MINE))


async def test_a_secret_without_a_draft_never_leads_straight_to_the_review_of_another_one() -> None:
    async with in_secret(size=(80, 24)) as person:
        await begun(person, FLAGS)
        await person.presses("w", "Review: 1 draft", str(FLAGS))
        await person.presses("escape", "mysecret")
        await person.presses("escape w", "Review: feature-flags")


async def test_from_the_namespaces_drafts_are_reviewed_and_writes_undone() -> None:
    async with in_secret(size=(120, 36)) as person:
        await person.edit("password", "made-up-9")
        await person.presses("N", "find namespace", "w review")
        await person.presses("w", "Review: mysecret", "accepted at")
        await person.presses("W", "Written: password of default/mysecret")
        await person.presses("N U", "a  14:00  default/mysecret: password")


async def test_each_draft_says_how_its_write_ended_and_a_failed_one_can_be_written_again() -> None:
    rules = [READS, Rule(("patch", "create"), ("secrets",))]
    async with sitting_at(rules=rules, size=(80, 24)) as person:
        await begun(person, FLAGS, NEW, MINE)
        await listed(person, "3 of 3 ready")
        person.others_set("password", b"theirs")
        person.cluster.users.set_rules("jane", [READS, Rule(("patch",), ("secrets",))])
        await person.presses(
            "W", "1 of 3 written · 2 not written", "written at 14:00:00", "not written, 1 key to resolve"
        )
        await person.reads("StatusLine", "Not written: default/made-up-new, default/mysecret. enter")
        await person.press("j")
        await person.reads("#about", "Not created: default/made-up-new. Refused: you may not create secrets")
        await person.presses("j enter", "mysecret changed on the server while you edited")
        await person.presses("2 w", "Review: mysecret", "accepted at")
        await person.presses("W", "2 of 3 written · 1 not written", "1 draft")
        assert person.on_server()["password"] == b"n3w-made-up"
        await person.presses("k k enter", "Nothing to review: default/feature-flags is written.")


async def test_the_summary_of_several_writes_follows_the_messages_about_each() -> None:
    async with sitting_at() as person:
        await begun(person, FLAGS, NEW)
        await listed(person, "2 of 2 ready")
        drafts, events = person.app.screen, person.app.shared.session.events
        assert isinstance(drafts, DraftListScreen)
        # Draw between the end of a write and the message about it, as another change of the screen may.
        events.on(NotWriting, lambda _: drafts.draw())
        await person.presses("W", "Written: 2 Secrets.")
        events.notify_now()
        assert person.app.shared.messages[-1].text.startswith("Written: 2 Secrets.")


async def test_a_lost_answer_is_one_row_until_it_is_known() -> None:
    async with sitting_at() as person:
        await begun(person, FLAGS, MINE)
        await listed(person, "2 of 2 ready")
        person.fault("drop_after", method="PATCH", path="*/feature-flags")
        person.fault("status", method="GET", path="*/secrets/feature-flags")
        await person.press("W")
        await person.sees("1 of 2 written · 1 unknown", "sent, outcome unknown", "written at 14:00:00")
        await person.reads(
            "#row-text", "Sent, outcome unknown since 14:00: flags.json of default/feature-flags."
        )
        await person.presses("W", "Nothing sent: no draft is ready.")
        person.clock.advance(1)
        await person.sees("Written: 2 Secrets.")


async def test_a_dry_run_that_is_not_answered_holds_up_all_and_a_refused_one_only_itself() -> None:
    async with sitting_at() as person:
        await begun(person, FLAGS, MINE)
        person.fault("delay", method="PATCH", path="*/mysecret", query="dryRun=All", seconds=3600)
        person.fault("status", method="PATCH", path="*/mysecret", query="dryRun=All", code=422)
        await person.app.screen.action_run_command("review_drafts")  # type: ignore[attr-defined]
        await person.sees("1 of 2 ready", "checking …")
        await person.presses("W", "Nothing sent: still waiting for 1 dry run.")
        person.cluster.faults.released.set()
        await person.sees("dry run refused", "W write 1")
        await person.presses("W", "1 of 2 written", "Written: flags.json of default/feature-flags")
        assert [draft.ref for draft in person.session.drafts.all()] == [MINE]


async def test_the_review_of_one_draft_names_the_others_and_how_to_review_all() -> None:
    async with sitting_at(size=(80, 24)) as person:
        await begun(person, FLAGS)
        await person.acts_on(FLAGS, "w", "Review: feature-flags", "accepted at")
        assert "other draft" not in person.text
        await person.press("escape")
        await begun(person, FLAGS, NEW)
        await person.presses("w", "1 other draft; esc, then :all drafts reviews all drafts")
        await person.press("escape", "colon", *"all", "space", *"drafts", "enter")
        await person.sees("Review: 2 drafts")


@pytest.mark.parametrize("leaves", ["escape", "ctrl+l enter"])
async def test_going_back_and_the_cover_send_nothing_more_and_the_rest_stay_drafts(leaves: str) -> None:
    async with sitting_at() as person:
        await begun(person, FLAGS, MINE)
        await listed(person, "2 of 2 ready")
        await person.sends("W", "PATCH", "*/feature-flags")
        await person.presses(leaves, "Stopped: 1 Secret not sent; the drafts are kept.")
        person.cluster.faults.clear()
        await person.sees("Written: flags.json of default/feature-flags", "1 draft")
        assert [draft.ref for draft in person.session.drafts.all()] == [MINE]


async def test_the_cover_lets_go_of_what_was_read_for_them() -> None:
    async with sitting_at() as person:
        await begun(person, FLAGS, MINE)
        await listed(person, "2 of 2 ready")
        await person.presses("ctrl+l", "2 drafts are kept.")
        assert person.session.writes.reviews.targets == ()


async def test_drafts_of_several_namespaces_are_one_review() -> None:
    async with sitting_at(size=(80, 24)) as person:
        await begun(person, MINE, REDIS, PAID)
        await person.presses("w", "3 of 3 ready", "payments/legacy-db", "web/cart-redis")
        await person.reads("#head", "› default, payments, web")
        await person.presses("G", "Affected readers, worst first   4 pods")
        await person.sees("dry run accepted")
        assert "4 pods" in person.line_of(str(REDIS)) and "no reader known" in person.line_of(str(PAID))
        await person.presses("W", "An old value remains")
        await person.presses("y", "Written: 3 Secrets.")


async def test_only_the_namespaces_of_ready_drafts_are_named_as_the_destination() -> None:
    rules = [READS, Rule(("patch",), ("secrets",), namespaces=("web",))]
    async with sitting_at(size=(80, 24), rules=rules) as person:
        await begun(person, MINE, REDIS)
        await person.presses("w", "1 of 2 ready", "refused")
        await person.reads("#head", "› web")


async def test_drafts_of_other_contexts_are_named_and_not_written_and_enter_goes_there() -> None:
    async with between("stage", "other", size=(120, 36)) as person:
        await begun(person, MINE)
        await person.goes_to("other")
        await person.presses("w", "default/mysecret", "in context stage")
        await person.press("escape")
        await begun(person, FLAGS)
        await listed(person, "1 of 1 ready")
        await person.sees("default/mysecret", "in context stage")
        await person.press("G")
        await person.reads("#row-text", "in context stage. enter opens the context to write the")
        await person.presses("W", "Written: flags.json of default/feature-flags")
        assert len(person.session.parked) == 1
        await person.presses("w", "in context stage")
        await person.presses("enter", "cluster stage")
        await person.presses("enter", "Now in stage. ", "w reviews 1 draft of")
        await person.presses("w", "Review: mysecret")


@pytest.mark.parametrize("size", [(80, 24), (120, 36)])
async def test_after_the_write_one_key_proposes_the_restarts_of_all_that_was_written(
    size: tuple[int, int],
) -> None:
    async with sitting_at(size=size) as person:
        await begun(person, REDIS, MINE)
        await person.presses("w", "2 of 2 ready")
        assert "T restart" not in person.text
        await person.presses("T", "Nothing to restart: no Secret in this list was changed yet.")
        await person.presses("W", "web/cart-redis: REDIS_URL still holds the old value of REDIS_PASSWORD.")
        await person.presses("y", "2 of 2 written", "T restart")
        await person.reads("StatusLine", "Written: 2 Secrets. ! lists each write. T restarts ")
        await person.presses("T", "Restart: readers of 2 Secrets", "Deployment/checkout in web")
        await person.reads("#rows", "› default, web")
        await person.presses("escape", "Secrets ")
        assert not person.session.drafts.all()


async def test_where_the_list_stays_for_the_restarts_the_key_that_it_names_undoes_all() -> None:
    async with sitting_at(size=(80, 24)) as person:
        await begun(person, REDIS, MINE)
        await person.presses("w", "2 of 2 ready")
        await person.presses("U", "This session has no write to undo.")
        await person.presses("W", "To replace old values: go back, open the review with enter, and press i.")
        await person.sends("y", "PATCH", "*/cart-redis")
        await person.presses("U", "Cannot undo while Secrets are being written.")
        person.cluster.faults.clear()
        await person.sees("2 of 2 written", "T restart", "to undo all.")
        await person.presses("U", "A  14:00  all 2 written together")
        await person.presses("A", "2 of 2 ready")


async def test_a_secret_that_others_change_after_its_write_is_named_in_the_summary() -> None:
    async with sitting_at(size=(80, 24)) as person:
        await begun(person, MINE, FLAGS)
        await listed(person, "2 of 2 ready")
        await person.sends("W", "PATCH", "*/mysecret")
        person.others_set("flags.json", b"made-up", FLAGS)
        await person.waits_for(lambda: person.session.writes.later, "that the first was undone")
        person.cluster.faults.clear()
        await person.waits_for(lambda: "Written: 2 Secrets." in person.status, "how the writes ended")
        assert "Others then changed or deleted: default/feature-flags." in person.status


async def test_an_old_value_that_is_left_in_another_key_is_asked_about_before_any_is_written() -> None:
    def prepare(cluster: EmbeddedCluster) -> None:
        held = cluster.store.get("secrets", FLAGS.namespace, FLAGS.name)
        old = b64decode(held["data"]["flags.json"])
        held["data"]["url"] = b64encode(b"https://made-up:" + old + b"@db").decode()
        cluster.store.put(held)

    async with sitting_at(prepare=prepare, size=(80, 24)) as person:
        await begun(person, FLAGS, NEW)
        await listed(person, "2 of 2 ready")
        await person.presses("W", "An old value remains", "default/feature-flags: url")
        assert person.on_server(FLAGS)["flags.json"] != b"n3w-made-up"
        await person.presses("escape W", "y write anyway")
        await person.presses("enter", "enter does nothing here; press y or esc.")
        await person.presses("y", "Written: 2 Secrets.")
        assert person.on_server(FLAGS)["flags.json"] == b"n3w-made-up"


async def test_refreshing_the_review_of_a_draft_that_is_about_to_be_sent_does_not_stop_it() -> None:
    async with sitting_at() as person:
        await begun(person, FLAGS, MINE)
        await listed(person, "2 of 2 ready")
        await person.sends("W", "PATCH", "*/feature-flags")
        await person.presses("j enter", "Review: mysecret")
        await person.press("ctrl+r")
        person.cluster.faults.clear()
        await person.sees("Written: 2 Secrets.")
        assert not person.session.drafts.all()


async def test_a_refusal_in_the_list_says_where_its_words_are_shown() -> None:
    async with sitting_at() as person:
        await begun(person, FLAGS, MINE)
        person.fault("status", code=403, method="PATCH", query="dryRun=All", message=DENIED, times=None)
        await person.press("ctrl+p", *"several")
        await person.presses("enter", "0 of 2 ready")
        await person.reads("#row-text", "Server says ******** enter, then R shows it")
        await person.presses("enter", "R show all")
        await person.presses("R", '"n3w-made-up" is too short')
