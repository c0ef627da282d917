"""Changing a Secret in its draft: edit, add, rename, drop, undo, a new Secret; nothing is sent before W."""

from __future__ import annotations

import re

import pytest

from tests.ui.person import PASSWORD, in_secret, secret_object, sitting_at
from tui.model.draft.draft import Draft
from tui.model.secret.secret import SecretRef
from tui.model.settings.settings import Settings
from tui.session.cache.events import Topic
from tui.ui.browser.secret_pane import SecretPane
from tui.ui.widgets.value.value_editor import ValueEditor

pytestmark = pytest.mark.slow

WORN = SecretRef("default", "release-2026-11")
LEAVING = SecretRef("payments", "old-acquirer")


async def test_a_dropped_key_has_no_value_to_act_on_until_it_is_restored() -> None:
    async with in_secret() as person:
        await person.put_cursor("#key-table", "username")
        await person.presses("delete", "username dropped in the draft. u restores it, w reviews the draft.")
        for key in ("delete", "r", "e", "enter"):
            await person.press(key)
            assert "username is dropped" in person.status and "u restores it" in person.status, key
        await person.sees_no("c copy")
        await person.put_cursor("#key-table", "password")
        await person.sees("c copy")
        await person.presses("u", "Undone: dropped username.")
        await person.presses("u", "No drafted change to undo.")
        assert not person.session.drafts.all()


async def test_a_line_break_or_blank_around_a_value_goes_on_one_press_unseen() -> None:
    data = {
        "echoed": b"made-up\n",
        "pasted": b" made-up-2 \r\n",
        "fine": b"made up",
        "pem": b"a\nb\n",
        "raw": b"\xff\n",
    }
    ref = SecretRef("default", "worn")
    story = [secret_object("worn", data)]
    async with sitting_at(size=(80, 24), story=story, settings=Settings(no_reveal=True)) as person:
        await person.open(ref, key="echoed")
        await person.sees("ctrl+t trim")
        await person.presses("ctrl+t", "echoed trimmed in the draft, 8 B → 7 B. w reviews it.")
        await person.put_cursor("#key-table", "pasted")
        await person.presses("ctrl+t", "pasted trimmed in the draft, 13 B → 9 B.")
        await person.put_cursor("#key-table", "fine")
        await person.sees_no("ctrl+t trim")
        await person.presses("ctrl+t", "Nothing to trim: fine has no line break or blank at either end.")
        await person.put_cursor("#key-table", "pem")
        await person.presses("ctrl+t", "Not trimmed: pem has several lines. e edits it.")
        await person.put_cursor("#key-table", "raw")
        await person.presses("ctrl+t", "Not trimmed: raw is not text.")
        changes = person.session.drafts.all()[0].changes().set
        assert {key: value.reveal() for key, value in changes.items()} == {
            "echoed": b"made-up",
            "pasted": b"made-up-2",
        }


@pytest.mark.parametrize(("keys", "said"), [("e x enter", "kept in"), ("delete", "dropped in")])
async def test_a_kept_step_draws_the_secret_once(
    keys: str, said: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    drawn: list[Draft] = []
    draw = SecretPane.update_all

    def count(pane: SecretPane) -> None:
        drawn.extend(filter(None, [pane.draft]))
        draw(pane)

    monkeypatch.setattr(SecretPane, "update_all", count)
    async with in_secret() as person:
        await person.put_cursor("#key-table", "username")
        await person.presses(keys, f"username {said} the draft")
        heard: list[Topic] = []
        person.session.events.subscribe(heard.extend)
        person.session.events.notify("journal")
        await person.waits_for(lambda: "journal" in heard, "what was told before it")
        assert drawn == person.session.drafts.all()


async def test_the_editor_generates_a_value_and_its_undo_brings_the_text_back() -> None:
    async with in_secret() as person:
        await person.press("a")
        await person.fills("made")
        await person.presses("enter", "ctrl+g generate")
        await person.press("x", "ctrl+g")
        await person.sees("now    24 B, one line, no final line break", "Generated: 24 letters and digits")
        made = person.app.screen.query_one(ValueEditor).data
        await person.press("ctrl+z")
        assert person.app.screen.query_one(ValueEditor).data == b"x"
        await person.presses("ctrl+y enter", "made kept in the draft")
        (draft,) = person.session.drafts.all()
        assert draft.changes().set["made"].reveal() == made and made.isalnum()
        await person.presses("e", "was    24 B")
        await person.presses("ctrl+b", "bytes, in hexadecimal")
        await person.presses(
            "ctrl+g", "Not generated: you are editing bytes. s on a key's row generates a value."
        )


async def test_in_a_text_of_several_lines_what_is_selected_is_generated_and_the_rest_stays() -> None:
    async with in_secret() as person:
        await person.press("a")
        await person.fills("made")
        await person.presses("enter", "ctrl+g generate")
        editor = person.app.screen.query_one(ValueEditor)
        editor.load_text("user=admin\npassword=old\nhost=db")
        editor.select_next("old")
        await person.presses("ctrl+g", "Generated in place of the selection: 24 letters and digits")
        user, password, host = editor.data.decode().splitlines()
        assert (user, host) == ("user=admin", "host=db") and len(password) == len("password=") + 24
        await person.presses("ctrl+end ctrl+g", "Generated at the cursor: 24 letters and digits")
        assert editor.data.decode().splitlines()[:2] == [user, password], "a text of lines is never replaced"


async def test_of_all_namespaces_a_new_secrets_name_says_which() -> None:
    async with sitting_at(namespace=None) as person:
        await person.acts_on("web/shop-tls", "a", "namespace/name", "web/")
        await person.fills("no-namespace")
        await person.press("enter")
        assert person.read("#problem")
        await person.press("escape", "a", "enter")
        assert person.read("#problem")
        await person.press(*"made-by-hand", "enter", "enter")
        await person.reads("#secret", "made-by-hand")
        assert [draft.ref for draft in person.session.drafts.all()] == [SecretRef("web", "made-by-hand")]


async def test_an_immutable_and_a_terminating_secret_refuse_every_change_with_the_reason() -> None:
    async with sitting_at() as person:
        for ref, reason in ((WORN, "immutable"), (LEAVING, "being deleted")):
            await person.open(ref)
            await person.reads("#secret", reason)
            offered = person.read("KeyFooter")
            assert "show" in offered and "drop key" not in offered and "set unseen" not in offered
            for key in ("e", "s", "a", "delete", "n"):
                await person.press(key)
                assert reason in person.status, (str(ref), key, person.status)
                assert len(person.app.screen_stack) == 1
            await person.presses("r", "is shown until")
            await person.presses("enter", f"{ref.name} / ")
            assert "edit" not in person.read("KeyFooter") and "set unseen" not in person.read("KeyFooter")
            await person.press("e")
            assert reason in person.status, person.status
            assert ("esc, then V makes a changed copy" in person.status) is (reason == "immutable")
            await person.press("escape")
        assert not person.session.drafts.all()


async def test_a_draft_stays_with_its_secret_wherever_the_person_goes() -> None:
    async with in_secret() as person:
        await person.edit("password", "n3w-made-up")
        await person.press("escape", "N")
        await person.put_cursor("#namespace-table", "web")
        await person.press("enter")
        await person.settles()
        await person.open(SecretRef("web", "cart-redis"))
        await person.edit("REDIS_PASSWORD", "an0ther-made-up")
        await person.sees("2 drafts")
        await person.press("escape")
        await person.acts_on("web/smtp", "w", "2 of 2 ready", "web/cart-redis")
        await person.presses("j enter", "REDIS_PASSWORD", "accepted at")
        await person.press("escape", "escape", "ctrl+r")
        await person.settles()
        await person.press("N")
        await person.put_cursor("#namespace-table", "default")
        await person.press("enter")
        await person.settles()
        await person.open()
        await person.reads("#secret", "draft, nothing sent yet: edited password", "~ password ********")
        await person.presses("r", "n3w-made-up")
        assert all("dryRun=All" in asked for asked in person.asked("PATCH"))


async def test_a_new_key_in_which_nothing_was_typed_is_not_added_by_going_back_or_the_cover() -> None:
    async with in_secret() as person:
        for press, says in (
            ("escape", "zzz was not added: the value is empty"),
            ("ctrl+l", "covered since"),
            ("ctrl+b 0 ctrl+l", "covered since"),  # half a byte
            ("ctrl+s", "zzz kept in the draft"),
        ):
            await person.presses("a", "Add a key")
            await person.press(*"zzz", "enter")
            await person.sees("/ zzz")
            await person.presses(press, says)
            assert person.session.has_drafts == (press == "ctrl+s")
            if says == "covered since":
                await person.press("enter")
                await person.open()


async def test_a_canceled_edit_stays_where_a_pod_leads_to_the_same_secret_and_back() -> None:
    async with in_secret(size=(80, 24)) as person:
        await person.presses("a", "Add a key")
        await person.presses("n e w escape", "Adding a key canceled.")
        await person.presses("p", "Readers of mysecret")
        await person.presses("enter", "Inputs of Pod/mypod")
        await person.presses("enter", "mysecret", "e edit")
        await person.presses("escape", "Inputs of Pod/mypod")
        await person.presses("escape", "Readers of mysecret")
        await person.presses("escape", "mysecret", "e edit")
        await person.presses("e enter", "Add a key", "new")


async def test_a_name_that_was_canceled_can_be_brought_back_too() -> None:
    async with in_secret() as person:
        await person.presses("a", "Add a key")
        await person.press("escape")
        await person.press("a", *"tok", "escape")
        await person.sees("Adding a key canceled. e brings it back until you leave the Secret.")
        await person.presses("n 2 escape", "Renaming password canceled.")
        await person.presses("e enter", "Rename password", "▌ 2  ")
        await person.presses("enter", "password renamed to 2 in the draft.")
        await person.presses("e enter", "Add a key", "tok")
        await person.press(*"en", "ctrl+s")
        await person.sees("Edit mysecret / token")


async def test_the_editor_finds_text_in_any_case_and_goes_on_from_the_first_line() -> None:
    story = [secret_object("mysecret", {"app.conf": b"host: a\nport: 1\nHOST: b\n"})]
    async with in_secret(key="app.conf", story=story, size=(80, 24)) as person:
        await person.presses("e", "ctrl+f find", "line 1 ")
        await person.presses("ctrl+f", "Find")
        await person.type("nowhere")
        await person.sees("Not found in this text.")
        await person.fills("port", "enter")
        await person.sees("line 2 ")
        await person.press("ctrl+f")
        await person.fills("host", "enter")
        await person.sees("line 3 ")
        await person.presses("ctrl+f enter", "line 1 ")
        await person.type("name")
        await person.presses("ctrl+s", "app.conf kept in the draft")
        await person.presses("r", "name: a", "HOST: b")
    # A part of the value would be there for as long as the program runs.
    assert not [pattern for _, pattern, _ in re._cache if pattern == "host"]  # type: ignore[attr-defined]


async def test_the_editor_shows_the_line_of_the_cursor_and_goes_to_the_first_and_the_last() -> None:
    long = "".join(f"line {nth}\n" for nth in range(1, 61)).encode()
    story = [secret_object("mysecret", {"app.conf": long})]
    async with in_secret(key="app.conf", story=story) as person:
        await person.presses("e", "Edit mysecret / app.conf", "several lines   line 1 ")
        await person.presses("down down", "line 3 ")
        await person.presses("ctrl+end", "line 60 ━", "line 60  ")
        await person.presses("ctrl+home", "line 1 ━")
        await person.presses("escape E", "all keys   line ")


async def test_the_editor_begins_in_the_line_that_the_review_calls_broken() -> None:
    entries = [f'  "made{nth}": "up",' for nth in range(1, 41)]
    whole = "\n".join(["{", *entries, '  "last": 1', "}"])
    story = [secret_object("mysecret", {"config.json": whole.encode()})]
    async with in_secret(key="config.json", story=story, size=(80, 24)) as person:
        await person.press("e")
        person.app.screen.query_one(ValueEditor).load_text(whole.replace('"made30": "up"', '"made30": "up'))
        await person.presses("ctrl+s", "It was valid JSON; now it is", "not (line 31). w reviews")
        await person.presses("w", "config.json was valid JSON; now it is not (line 31).")
        await person.press("escape")
        await person.presses("e", "several lines   line 31 ", '"made30": "up,', "now it is not (line 31).")
        await person.presses("end left", "line 31 ")
        await person.type('"')
        await person.presses("ctrl+s", "config.json is back to its value before the draft")
        await person.presses("e", "several lines   line 1 ")


async def test_a_broken_value_of_one_line_is_edited_at_its_end_like_any_other() -> None:
    story = [secret_object("mysecret", {"config.json": b'{"made": "up"}'})]
    async with in_secret(key="config.json", story=story, size=(80, 24)) as person:
        await person.presses("e backspace enter", "It was valid JSON; now it is not")
        await person.presses("e", "config.json was valid JSON; now it is not (line 1).")
        await person.type("}")
        await person.presses("enter", "config.json is back to its value before the draft")


@pytest.mark.slow
@pytest.mark.parametrize("size", [(80, 24), (120, 36), (200, 60)])
async def test_the_old_and_new_value_are_directly_below_the_text(size: tuple[int, int]) -> None:
    async with in_secret(key="password", size=size) as person:
        await person.presses("e", "Edit mysecret / password")
        rows = person.text.splitlines()
        text = next(nth for nth, row in enumerate(rows) if PASSWORD in row)
        assert "was " in rows[text + 2] and "now " in rows[text + 3]
        editor = person.app.screen.query_one(ValueEditor)
        await person.paste("\n".join(["made up"] * 100))
        await person.sees("now    ", "Nothing is sent before the review.")
        assert editor.region.bottom < person.app.size.height - 4, "what is below a long text stays in sight"
