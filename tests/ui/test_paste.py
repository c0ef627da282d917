"""A paste onto the keys of a Secret is described, and only a key press takes it into the draft."""

from __future__ import annotations

from base64 import b64encode

import pytest

from tests.promises.test_values_dropped import values_held
from tests.ui.person import MINE, Person, secret_object, sitting_at
from tests.ui.test_copy import copied, watched
from tui.model.secret.secret import SecretRef
from tui.terminal.settings_file import Settings

pytestmark = pytest.mark.slow

GZIP = b"\x1f\x8b\x08" + bytes(range(200))


MARKER = "n3w-made-up-and-not-taken"


async def at_password(person: Person, ref: SecretRef = MINE) -> None:
    await person.open(ref)
    if ref == MINE:
        await person.put_cursor("#key-table", "password")


def drafted(person: Person, ref: SecretRef = MINE) -> dict[str, bytes]:
    draft = person.session.drafts.get(ref)
    return {key: value.reveal() for key, value in draft.changes().set.items()} if draft is not None else {}


async def test_any_other_text_is_asked_for_the_key_under_the_cursor() -> None:
    async with sitting_at() as person:
        await at_password(person)
        await person.paste("n3w-made-up\r")
        await person.sees(
            "Set password to these 11 B, one line, no final line break?",
            "Pasted without the final line break.",
            "password  12 B → 11 B",
        )
        assert "n3w-made-up" not in person.text
        await person.presses("y", "Pasted into the draft: password (11 B). w reviews the draft.")
        assert drafted(person) == {"password": b"n3w-made-up"}
        await person.paste("one\rtwo\r")
        await person.sees("Set password to these 8 B, 2 lines, final line break?")
        await person.presses("y", "password (8 B)")
        assert drafted(person) == {"password": b"one\ntwo\n"}


async def test_a_key_in_a_longer_text_is_no_pem_to_put_right() -> None:
    block = ("-----BEGIN PRIVATE KEY-----", "bWFkZSB1cA==", "-----END PRIVATE KEY-----")
    key = "\\n".join(block)
    account = f'{{"private_key": "{key}", "cert": "{key.replace("PRIVATE KEY", "CERTIFICATE")}"}}'
    async with sitting_at() as person:
        for text in (key, account):
            await at_password(person)
            await person.presses("s")
            await person.paste(text)
            await person.presses("ctrl+s", "password" if text == account else "PEM in password")
            if text != account:
                await person.sees("The value's line breaks or blanks are damaged. Mend them?")
                await person.presses("y", "password kept in the draft")
                assert drafted(person) == {"password": "\n".join((*block, "")).encode()}
        await person.sees("w reviews")
        assert "private key in password" not in person.text
        assert drafted(person) == {"password": account.encode()}


async def test_base64_is_decoded_only_on_a_key() -> None:
    async with sitting_at() as person:
        await at_password(person)
        text = b64encode(GZIP).decode()
        await person.paste(text)
        await person.sees("Base64 of 203 bytes (gzip): decode and set password?")
        await person.sees("Or set password to the whole paste as text.")
        await person.presses("y", "password (203 B)")
        assert drafted(person) == {"password": GZIP}
        await person.press("u")
        other = b64encode(b"made up, a text\n").decode()
        await person.paste(other)
        await person.sees(
            "Set password to these 24 B", "The paste could be base64 of 16 B, one line, final line break"
        )
        await person.presses("d", "password (16 B)")
        assert drafted(person) == {"password": b"made up, a text\n"}


async def test_b_copies_the_command_for_the_other_side_before_and_in_the_question() -> None:
    async with sitting_at() as person:
        await at_password(person)
        sent = watched(person)
        await person.presses("b", "where the file is, and paste its output here.")
        await person.paste("made-up-1")
        await person.sees("b  copy base64 -w0 < FILE")
        await person.press("b")
        await person.sees_no("Paste into")
        await person.waits_for(lambda: len(copied(sent)) == 2, "the second copy")
        assert copied(sent) == [b"base64 -w0 < FILE"] * 2
        assert drafted(person) == {}


async def test_without_reveal_a_paste_is_set_unseen_and_read_only_refuses_it() -> None:
    async with sitting_at(settings=Settings(no_reveal=True)) as person:
        await at_password(person)
        await person.paste("n3w-made-up")
        await person.sees("Paste into")
        await person.presses("y", "Pasted into the draft: password (11 B).")
        assert drafted(person) == {"password": b"n3w-made-up"} and "n3w-made-up" not in person.text
    async with sitting_at(settings=Settings(read_only=True)) as person:
        await at_password(person)
        await person.paste("n3w-made-up")
        await person.sees("Read-only: values cannot be set here.")
        assert "Paste into" not in person.text and drafted(person) == {}


@pytest.mark.parametrize("text", ["a\x00b", "a\u202eb", "\udcff"])
async def test_a_paste_that_an_editor_would_refuse_is_refused(text: str) -> None:
    async with sitting_at() as person:
        await at_password(person)
        await person.paste(text)
        await person.sees("Not pasted: the text")
        assert "Paste into" not in person.text


@pytest.mark.parametrize("leaves", ["escape", "ctrl+l"])
async def test_nothing_is_kept_of_a_paste_that_was_not_taken(leaves: str) -> None:
    async with sitting_at() as person:
        await at_password(person)
        await person.paste(MARKER)
        await person.sees("Set password")
        assert values_held(MARKER), "it is held while the question is asked"
        await person.press(leaves)
        await person.sees_no("Set password")
        assert drafted(person) == {}
        await person.waits_for(lambda: not values_held(MARKER), "the paste to be let go of")


async def test_a_paste_can_become_a_new_key_instead_of_the_key_under_the_cursor() -> None:
    async with sitting_at(size=(80, 24)) as person:
        await at_password(person)
        await person.paste(MARKER)
        await person.sees("Set password to these", "a  set a new key")
        await person.presses("a", "Name of the new key")
        await person.fills("username", "enter")
        await person.sees("A key username already exists.")
        await person.fills("token", "enter")
        await person.sees("Pasted into the draft: token (")
        draft = person.session.drafts.get(MINE)
        assert draft is not None and draft.changes().keys == ("token",)
        assert MARKER not in person.text


async def test_env_lines_again_name_the_keys_that_change_before_the_others() -> None:
    names = [f"KEY_{nth}" for nth in range(12)]
    data = dict.fromkeys((*names, "GONE"), b"made-up")
    lines = [f"{name}={'n3w' if name == 'KEY_11' else 'made-up'}" for name in names]
    async with sitting_at(size=(80, 24), story=[secret_object("shop", data)]) as person:
        await person.open(SecretRef("default", "shop"))
        await person.paste("\r".join(lines))
        await person.sees("12 .env lines: set KEY_11, KEY_0, KEY_1", "KEY_11  7 B → 3 B", "same value: KEY_")
        await person.sees("not in the paste, unchanged: GONE")
        assert "KEY_0  7 B" not in person.text
        await person.presses("y", "Pasted into the draft: KEY_11 (3 B).")


async def test_env_lines_that_cannot_be_taken_name_the_line() -> None:
    async with sitting_at() as person:
        await at_password(person)
        await person.paste("A=1\rB=2\r# made up\rno key here\r")
        await person.sees("Set password to these", "Not read as .env lines: line 4 is not KEY=VALUE.")
        await person.press("escape")
        await person.paste("one\rtwo=2\rthree\r")
        await person.sees("Set password to these", "3 lines")
        assert ".env" not in person.text
