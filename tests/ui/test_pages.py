"""Help, palette, messages and facts."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from tests.promises.test_values_dropped import are_gone, values_of
from tests.ui.person import MINE, PASSWORD, Person, in_secret, sitting_at
from tui.model.readers.pod_spec import WAYS
from tui.model.secret.secret import SecretRef
from tui.ui.base.screen import TuiScreen
from tui.ui.command_types import Where
from tui.ui.commands import commands_in
from tui.ui.keymap import DEFAULT


async def page(person: Person) -> str:
    """Text of a whole page, in sight or not."""
    from tui.ui.widgets.page import Page
    from tui.ui.widgets.text import text_of

    lines = person.app.screen.query_one("#page-lines", Page).lines
    return "\n".join("".join(text_of(cell) for cell in line) for line in lines)


async def test_help_has_every_command_of_the_place_and_every_way_of_reading() -> None:
    async with sitting_at(size=(80, 24)) as person:
        await person.presses("question_mark enter", "Keys and more")
        told = await page(person)
        browser = person.app.screen_stack[0]
        assert isinstance(browser, TuiScreen)
        for command in commands_in(Where.SECRETS):
            assert command.help in told, command.id
            assert " ".join(DEFAULT.shown(command.id)) in told
        for way in WAYS:
            assert way.title in told and way.update in told
        assert "The line below the readers names the kinds of objects that were read." in told
        await person.press("G", "g", "pagedown", "escape")
        await person.open()
        await person.presses("f1 enter", "Keys and more")
        told = await page(person)
        for command in commands_in(Where.SECRET):
            assert command.help_in(Where.SECRET) in told, command.id
        await person.presses("q", "password")


@pytest.mark.slow
async def test_the_messages_of_the_run_are_kept_with_their_times_and_hold_no_value() -> None:
    async with sitting_at() as person:
        await person.presses("exclamation_mark", "No messages yet.")
        await person.press("escape", "o")
        person.clock.advance(61)
        await person.press("o")
        await person.open()
        await person.press("r")
        await person.edit("username", "r00t-made-up")
        await person.press("exclamation_mark")
        told = await page(person)
        assert "14:00:00  Ordered by age." in told and "14:01:01  Ordered by type." in told
        assert told.index("username kept") < told.index("Ordered by age"), "latest first"
        assert PASSWORD not in told and "r00t-made-up" not in told


@pytest.mark.slow
async def test_a_message_of_another_day_has_its_date() -> None:
    async with sitting_at() as person:
        await person.presses("o", "Ordered by")
        messages = person.app.screen.shared.messages  # type: ignore[attr-defined]
        messages[-1] = replace(messages[-1], at=messages[-1].at - 86_400)
        await person.presses("exclamation_mark", "23 Nov 14:00:00  Ordered by age.")


@pytest.mark.slow
async def test_describe_shows_the_facts_about_a_secret_without_its_values() -> None:
    ref = SecretRef("payments", "db-credentials")
    async with in_secret(ref, namespace="payments", size=(200, 60)) as person:
        await person.press("i")
        await person.sees("managed by", "Writers and their keys", "externalsecrets.external-secrets.io/db")
        await person.sees("reconcile.external-secrets.io/data-hash", "not shown: it holds a digest", "owner")
        await person.sees("resourceVersion", "password  19 B, text", "ca.p12  707 B, PKCS#12 keystore")
        told = await page(person)
        assert "made-up-password-42" not in told and "0ddba11f" not in told
        person.others_delete(ref)
        await person.sees("payments/db-credentials was deleted.")


@pytest.mark.slow
async def test_describe_from_the_list_fetches_the_secret_and_lets_go_of_it_after() -> None:
    ref = SecretRef("payments", "db-credentials")
    async with sitting_at(namespace="payments", size=(120, 36)) as person:
        await person.acts_on(ref, "d")
        await person.sees("Describe  db-credentials", "Writers and their keys", "at least 12d ago: ca.p12")
        await person.sees("reconcile.external-secrets.io/data-hash", "owner")
        assert len(person.asked("GET", part="/secrets/db-credentials")) == 1
        held = values_of(person)
        await person.calm()
        await person.presses("escape", "Secrets  13")
        assert person.session.open_ref is None
        await are_gone(person, held)


async def test_describe_says_why_not_all_is_shown() -> None:
    async with sitting_at(size=(120, 36)) as person:
        person.fault("status", method="GET", path="*/secrets/mysecret", code=500, times=None)
        await person.acts_on(MINE, "d")
        await person.sees("Describe  mysecret", "password, username", "! Incomplete: The server failed")
        person.cluster.faults.clear()
        await person.presses("ctrl+r", "Refreshed.", "resourceVersion")


async def test_facts_never_show_the_copy_of_the_values_in_the_last_applied_annotation() -> None:
    async with in_secret(SecretRef("default", "feature-flags"), size=(120, 36)) as person:
        await person.reads("#secret", "last-applied annotation has a copy of the values")
        await person.presses("i", "last-applied-configuration is not shown")
        assert "managed by kubectl apply" in " ".join(person.text.split()), "as above the keys"
        assert "bWFkZS" not in await page(person)


async def test_facts_of_certificates_come_before_the_writers_of_keys_in_a_small_terminal() -> None:
    async with in_secret(SecretRef("payments", "gateway-tls"), size=(80, 24), namespace="payments") as person:
        await person.press("d")
        await person.sees("Describe  gateway-tls", "Certificates, keys, logins and tokens", "expires in")
        rows = person.text.splitlines()
        inside, writers = (
            next(y for y, row in enumerate(rows) if word in row) if word in person.text else len(rows)
            for word in ("Certificates, keys", "Who wrote")
        )
        assert inside < writers
