"""An open Secret: masked, shown for a while, and what happens to it on the server meanwhile."""

from __future__ import annotations

import pytest

from tests.faulty_cluster.faults import Fault
from tests.ui.person import MINE, PASSWORD, in_secret, secret_object, sitting_at
from tui.model.secret.secret import SecretRef
from tui.model.settings.settings import Settings

pytestmark = pytest.mark.slow

OTHER = SecretRef("default", "feature-flags")


async def test_keys_pressed_while_a_secret_loads_say_so_and_do_nothing_now_or_later() -> None:
    async with sitting_at() as person:
        person.cluster.faults.add(Fault("delay", path="*/secrets/mysecret", seconds=3600))
        await person.acts_on(MINE, "enter")
        await person.reads("#secret", "mysecret")
        assert "Opening" not in person.text, "an answer that comes soon is the first that is drawn"
        person.clock.advance(0.1)
        await person.reads("#secret", "Opening mysecret …")
        for key in ("enter", "r", "R", "c", "e", "s", "delete", "a", "n", "x", "="):
            said = len(person.app.shared.messages)
            await person.press(key)
            assert person.status == "mysecret is still loading.", key
            assert len(person.app.shared.messages) > said, key
        await person.press("u", "w", "m")
        person.cluster.faults.clear()
        await person.reads("#secret", "password ********", "username ********")
        assert len(person.app.screen_stack) == 1
        assert not person.session.drafts.all()
        assert PASSWORD not in person.text
        assert "Sent to" not in person.text and not any(
            "clipboard" in m.text for m in person.app.shared.messages
        )


async def test_another_secret_opens_masked_though_the_same_key_was_shown_before() -> None:
    story_twin = SecretRef("default", "twin")
    async with sitting_at() as person:
        person.others_make(story_twin, {"password": b"an0ther-made-up"})
        await person.sees("twin")
        await person.open()
        await person.presses("r", PASSWORD)
        await person.press("h")
        await person.acts_on(story_twin, "enter")
        await person.reads("#secret", "twin", "password ********")
        assert "an0ther-made-up" not in person.text and PASSWORD not in person.text


async def test_a_change_on_the_server_is_marked_and_the_cursor_and_what_was_shown_stay() -> None:
    async with in_secret(key="username") as person:
        await person.presses("r", "username is shown")
        person.others_set("username", b"r00t-made-up")
        person.others_set("a-new-key", b"made-up")
        await person.reads("#secret", "changed on the server since you opened it: a-new-key, username")
        await person.reads("#key-table", "a-new-key ********", "r00t-made-up", "password ********")
        assert "▸" in person.line_of("r00t-made-up"), "the cursor stays on its key"
        await person.presses("enter", "r00t-made-up")
        person.others_set("username", b"third-made-up")
        await person.sees("username changed on the server; this screen is up to date.", "third-made-up")


async def test_an_edit_from_a_viewed_key_that_others_dropped_opens_no_other_key() -> None:
    async with in_secret(key="password") as person:
        await person.presses("enter", "mysecret / password")
        person.others_drop("password")
        await person.sees("This key no longer exists.")
        await person.presses("e", "Nothing done: the selection changed.")
        await person.sees_no("Edit mysecret")


async def test_deleted_while_open_its_values_go_and_its_draft_stays() -> None:
    async with in_secret() as person:
        await person.press("r")
        await person.edit("username", "n3w-made-up")
        await person.sees(PASSWORD)
        person.others_delete()
        await person.reads(
            "#secret",
            "X mysecret was deleted on the server; your draft is kept w creates it again",
        )
        assert PASSWORD not in person.text
        for key in ("r", "e", "delete", "n", "a", "c"):
            await person.press(key)
            assert len(person.app.screen_stack) == 1, key
        assert len(person.session.drafts) == 1
        await person.press("w")
        await person.sees("default/mysecret was deleted; the draft is kept", "a creates a new Secret")
        await person.presses("W", "Not sent. Not found: secret default/mysecret does not exist")
        await person.presses("a", "Creates in", "accepted at")
        await person.presses("W", "Created: default/mysecret with 1 key")
        assert person.on_server() == {"username": b"n3w-made-up"}
        assert not person.session.drafts.all()


async def test_deleted_by_others_while_open_it_is_created_again_as_it_was() -> None:
    async with in_secret(size=(80, 24)) as person:
        held = person.on_server()
        person.others_delete()
        await person.reads("#secret", "X mysecret was deleted on the server U creates it again as it was")
        assert PASSWORD not in person.text
        await person.presses("U", "default/mysecret: deleted by others")
        await person.presses("enter", "Creates in", "accepted at")
        await person.presses("W", "Created: default/mysecret")
        await person.reads("#secret", "password ********")
        await person.sees_no("was deleted")
        assert person.on_server() == held


async def test_a_secret_created_again_under_the_same_name_is_opened_by_a_refresh() -> None:
    async with in_secret(size=(80, 24)) as person:
        person.others_delete()
        await person.reads("#secret", "was deleted on the server")
        person.cluster.store.put(secret_object("mysecret", {"other": b"made-up"}))
        await person.reads("#secret", "was deleted and created again", "ctrl+r opens the new Secret.")
        await person.presses("ctrl+r", "other ********", at="#secret")


async def test_nothing_is_kept_of_a_deleted_secret_where_that_is_asked_for() -> None:
    async with in_secret(size=(80, 24), settings=Settings(no_undo=True)) as person:
        person.others_delete()
        await person.reads(
            "#secret", "mysecret was deleted on the server; its values were removed from memory"
        )


async def test_text_typed_while_others_change_lock_or_delete_the_secret_is_kept() -> None:
    async with sitting_at() as person:
        cases = (("change", MINE, "username"), ("freeze", OTHER, "salt"), ("delete", MINE, "password"))
        for what, ref, key in cases:
            await person.open(ref, key=key)
            await person.presses("e", f"Edit {ref.name} / {key}")
            await person.press("X")
            if what == "change":
                person.others_set(key, b"theirs-made-up")
            elif what == "freeze":
                found = person.cluster.store.get("secrets", ref.namespace, ref.name)
                person.cluster.store.put(found | {"immutable": True}, manager="controller")
            else:
                person.others_delete(ref)
            await person.presses("enter", f"{key} kept in the draft")
            (draft,) = person.session.drafts.all()
            assert draft.ref == ref and draft.changes().set[key].reveal().endswith(b"X"), what
            person.session.drafts.drop(ref)
            await person.press("escape")


async def test_recreated_while_open_it_is_another_secret_and_the_draft_is_not_put_on_it() -> None:
    async with in_secret() as person:
        await person.edit("password", "n3w-made-up")
        person.others_delete()
        person.others_make(MINE, {"password": b"theirs-made-up"})
        await person.reads("#secret", "X mysecret was deleted and created again; your draft is kept")
        await person.presses("w", "was deleted and created again; the draft is kept")
        await person.press("W")
        assert person.on_server() == {"password": b"theirs-made-up"}
        assert person.asked("PATCH", part="password") == []
        await person.press("escape", "escape")
        await person.open()
        await person.reads("#secret", "Opaque 1 key", "a draft of the deleted Secret mysecret is kept")
        await person.presses("r", "theirs-made-up")
        assert "n3w-made-up" not in person.text
        await person.presses("w", "was deleted and created again")
        await person.presses("a", "Not created: Secret mysecret exists.")
        await person.press("escape")
        await person.edit_to_review("password", "m1ne-made-up")
        await person.presses("W", "Written: password of default/mysecret")
        assert person.on_server() == {"password": b"m1ne-made-up"}
        assert [draft.changes().set["password"].reveal() for draft in person.session.drafts.all()] == [
            b"n3w-made-up"
        ]


async def test_a_masked_one_line_value_shows_a_final_line_break_or_blanks_at_its_ends() -> None:
    data = {"echoed": b"made-up\n", "pasted": b"made-up ", "plain": b"made-up", "script": b"a\nb\n"}
    async with in_secret(story=[secret_object("mysecret", data)], size=(80, 24)) as person:
        await person.reads(
            "#secret", "echoed ******** final line break", "pasted ******** blank at start/end"
        )
        await person.reads("#secret", "plain ******** 7 B", "script ******** 4 B")


@pytest.mark.parametrize("size", [(80, 24), (120, 36)])
async def test_keys_are_filtered_by_words_until_escape(size: tuple[int, int]) -> None:
    many = secret_object("mysecret", {f"{word}-{nth}": b"1" for word in ("db", "api") for nth in range(20)})
    async with in_secret(story=(many,), size=size) as person:
        await person.presses("slash", "enter keep")
        await person.type("none")
        await person.sees("No key has the words of the filter. esc shows all keys.")
        await person.presses("escape", "api-0")
        await person.press("slash")
        await person.type("db 7")
        await person.sees("/db 7  2 of 40 keys", "db-17", "db-7")
        assert "api-7" not in person.text
        await person.presses("enter j", "Read by: db-7", at="#key-readers")
        await person.presses("s", "Set unseen: mysecret / db-7")
        await person.paste("made-up")
        await person.presses("enter", "db-7 set unseen")
        await person.press("slash")
        await person.type("api-3")
        await person.sees("2 of 40 keys", "~ db-7", "api-3")  # what is changed stays
        await person.press("escape")
        await person.sees_no("of 40 keys")
        assert person.session.open_ref == MINE
        await person.presses("escape", "Secrets  1")
