"""The Secret as YAML: masked until it is shown, hidden again, copied as it is on screen."""

from __future__ import annotations

import threading
from base64 import b64encode

import pytest

from tests.promises.test_values_dropped import are_gone, texts_held, values_of
from tests.ui.person import ADMIN, MASK, MINE, PASSWORD, in_secret, sitting_at
from tests.ui.test_copy import copied, watched
from tui.model.secret.export import kubectl_yaml
from tui.model.secret.secret import Secret, SecretRef
from tui.terminal.settings_file import Settings
from tui.ui.value import yaml
from tui.ui.widgets.table.table import VirtualTable

OTHER = SecretRef("default", "feature-flags")
IN_BASE64 = b64encode(PASSWORD.encode()).decode()


async def test_the_list_fetches_a_secret_only_when_its_yaml_is_opened_and_lets_go_of_it_after() -> None:
    async with sitting_at(size=(80, 24)) as person:
        await person.put_cursor("#secret-table", str(MINE))
        assert person.asked("GET", part="/secrets/") == []
        await person.presses("y", "YAML  mysecret", "values masked", f"password: '{MASK}'", "kind: Secret")
        assert len(person.asked("GET", part="/secrets/mysecret")) == 1
        held = values_of(person)
        await person.calm()
        await person.press("r")
        await person.sees(
            "values in base64", f"password: {IN_BASE64}", "2 values are shown until 14:01:00 (m hides all)"
        )
        await person.presses("escape", "Secrets  ")
        assert person.session.open_ref is None
        await are_gone(person, held)
        assert set(texts_held(person, IN_BASE64)) == set()


async def test_the_yaml_is_copied_as_it_is_on_screen() -> None:
    async with sitting_at() as person:
        sent = watched(person)
        await person.open()
        await person.presses("y c", "the YAML of mysecret, values masked")
        await person.presses("r", IN_BASE64)
        await person.presses("c", "the YAML of mysecret, values in base64")
        masked, shown = copied(sent)[:2]
        assert MASK.encode() in masked and IN_BASE64.encode() not in masked
        assert IN_BASE64.encode() in shown and MASK.encode() not in shown


async def test_under_no_reveal_it_opens_masked_and_stays_so() -> None:
    async with sitting_at(settings=Settings(no_reveal=True)) as person:
        sent = watched(person)
        await person.open()
        await person.presses("y r", "No reveal: values cannot be shown here.")
        await person.presses("c", "values masked")
        assert IN_BASE64 not in person.text and IN_BASE64.encode() not in b"".join(copied(sent))


async def test_the_yaml_follows_the_cluster_and_says_that_the_draft_is_not_in_it() -> None:
    async with in_secret(size=(120, 36)) as person:
        await person.edit("username", "r00t-made-up")
        await person.presses("y r", "without your draft", f"username: {b64encode(b'admin').decode()}")
        person.others_set("username", b"theirs-made-up")
        await person.sees(b64encode(b"theirs-made-up").decode())
        person.others_delete()
        await person.sees("# default/mysecret was deleted.")
        assert IN_BASE64 not in person.text


async def test_a_key_that_others_add_while_values_are_shown_masks_them_again() -> None:
    async with in_secret(size=(120, 36)) as person:
        await person.presses("y r", IN_BASE64)
        person.others_set("added", b"theirs-made-up")
        await person.sees(f"added: '{MASK}'", "values masked")
        assert IN_BASE64 not in person.text


async def test_a_secret_that_may_not_be_read_says_so() -> None:
    async with sitting_at(size=(120, 36)) as person:
        person.fault("status", method="GET", path="*/secrets/mysecret", code=403, times=None)
        await person.acts_on(SecretRef("default", "mysecret"), "y")
        await person.sees("# Refused: ")


@pytest.mark.slow
@pytest.mark.parametrize("page", ["y", "d"])
async def test_a_page_about_another_row_leaves_what_is_open_as_it_was(page: str) -> None:
    async with in_secret(key="username", size=(120, 36)) as person:
        await person.presses("e X escape", "Edit of username canceled.")
        await person.press("h")
        await person.acts_on(OTHER, page, f"  {OTHER.name} ")
        await person.presses("escape", "Read by: username")
        assert person.session.open_ref == MINE
        assert person.app.screen.focused is person.app.screen.query_one("#secret-table")
        assert str(OTHER) == person.app.screen.query_one("#secret-table", VirtualTable).cursor_key
        await person.presses("l e", "Edit of username was canceled.")
        await person.presses("enter", "Edit mysecret / username", f"{ADMIN}X")


async def test_the_yaml_page_says_that_values_are_shown_only_once_they_are(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    gate = threading.Event()

    def slowly(secret: Secret, *, is_masked: bool) -> str:
        if not is_masked:
            gate.wait(5)
        return kubectl_yaml(secret, is_masked=is_masked)

    monkeypatch.setattr(yaml, "kubectl_yaml", slowly)
    async with in_secret() as person:
        await person.presses("y", "values masked")
        await person.presses("r", "r hide")
        assert "values masked" in person.text
        gate.set()
        await person.sees("values in base64", IN_BASE64)
