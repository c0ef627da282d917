"""Promise 16: a context that sounds like production has a badge, and asks for its name before a write."""

from __future__ import annotations

import pytest

from tests.ui.person import MINE, PASSWORD, Person, in_secret, sitting_at
from tui.model.draft.draft import Draft
from tui.model.secret.secret import SecretRef
from tui.model.secret.value import Value
from tui.terminal import lend_terminal
from tui.terminal.settings_file import Settings

WRONG = ("", "prod", "prod-eu ", "PROD-EU", "prod-eu\u200b", "default", "mysecret", "W")
SIZES = ((48, 20), (80, 24), (120, 36), (200, 60))


def sent_writes(person: Person) -> list[str]:
    """Writes that reached the cluster, without dry runs."""
    return [
        line
        for line in person.asked("PATCH", "POST", "DELETE", "PUT", part="/secrets")
        if "dryRun" not in line
    ]


@pytest.mark.slow
async def test_a_write_is_sent_only_after_the_contexts_name_was_typed() -> None:
    async with in_secret(context="prod-eu", size=(80, 24)) as person:
        await person.edit_to_review("password", "n3w-made-up")
        await person.sees("PROD: W asks for the context's name")
        await person.press("W")
        await person.sees("PROD: write in prod-eu?", "Writes the Secret default/mysecret: password.", "as ")
        for wrong in WRONG:
            await person.fills(wrong, "enter")
            await person.sees("Nothing sent: type the context's name, prod-eu.")
        await person.press("escape", "W", "escape", "W", "W", "enter")
        assert sent_writes(person) == []
        await person.fills("prod-eu", "enter")
        await person.sees("Written: password of default/mysecret")
        assert len(sent_writes(person)) == 1
        assert person.on_server()["password"] == b"n3w-made-up"


@pytest.mark.slow
async def test_several_writes_are_sent_only_after_the_contexts_name_was_typed_once() -> None:
    async with in_secret(context="prod-eu", size=(80, 24)) as person:
        await person.edit("password", "n3w-made-up")
        await person.press("escape")
        for name in ("made-up-1", "made-up-2"):
            draft = Draft.new(SecretRef("default", name)).set(None, "a", Value(b"made-up"))
            person.session.drafts.put(draft)
        await person.acts_on(
            "default/feature-flags", "w", "3 of 3 ready", "PROD: W asks for the context's name"
        )
        await person.presses("W", "PROD: write in prod-eu?", "Writes 3 Secrets: default/made-up-1,")
        for wrong in WRONG:
            await person.fills(wrong, "enter")
            await person.sees("Nothing sent: type the context's name, prod-eu.")
        await person.press("escape", "W", "enter")
        assert sent_writes(person) == []
        await person.fills("prod-eu", "enter")
        await person.sees("Written: 3 Secrets.")
        assert len(sent_writes(person)) == 3


async def test_a_deletion_is_sent_only_after_both_names_were_typed() -> None:
    async with sitting_at(context="prod-eu", size=(80, 24)) as person:
        await person.acts_on(MINE, "D", "keys: password", "Deletes in", "PROD: you must also type")
        await person.fills("mysecret", "enter")
        await person.sees("PROD: delete in prod-eu?", "Deletes the Secret default/mysecret")
        for wrong in WRONG:
            await person.fills(wrong, "enter")
        await person.press("escape")
        assert sent_writes(person) == []
        await person.fills("mysecret", "enter")
        await person.fills("prod-eu", "enter")
        await person.sees("Deleted: default/mysecret")
        assert len(sent_writes(person)) == 1


async def test_no_code_path_writes_in_a_guarded_context_without_its_name() -> None:
    """Writes are held back where they begin, not by a dialog alone."""
    async with in_secret(context="prod-eu") as person:
        await person.edit_to_review("password", "n3w-made-up")
        writes, opened = person.session.writes, person.session.opened
        review = writes.reviews.targets[0].review
        row = person.session.secrets.get(MINE)
        assert review is not None and opened is not None and opened.secret is not None and row is not None
        for wrong in WRONG:
            assert "name, prod-eu" in (writes.delete_all([row], typed=wrong) or "")
            assert "name, prod-eu" in (writes.write(review, typed=wrong) or "")
            assert "name, prod-eu" in (writes.delete(opened.secret, typed=wrong) or "")
        await person.calm()
        assert sent_writes(person) == [] and writes.busy is None


async def test_a_review_that_changed_while_the_name_was_asked_for_is_not_sent() -> None:
    async with in_secret(context="prod-eu") as person:
        await person.edit_to_review("password", "n3w-made-up")
        await person.press("W")
        draft = person.session.drafts.get(MINE)
        assert draft is not None
        person.session.writes.reviews.start(draft)
        await person.fills("prod-eu", "enter")
        await person.sees("Nothing sent: the review changed after you started the write.")
        assert sent_writes(person) == []


@pytest.mark.slow
async def test_a_write_in_an_unguarded_context_asks_for_no_name() -> None:
    async with in_secret(context="product-eu") as person:
        await person.edit_to_review("password", "n3w-made-up")
        assert "PROD" not in person.text
        await person.presses("W", "Written: password of default/mysecret")


@pytest.mark.parametrize("size", SIZES)
async def test_the_production_badge_comes_first_at_every_width_on_list_pods_help_and_health(
    size: tuple[int, int],
) -> None:
    settings = Settings(read_only=True, no_reveal=True)
    async with sitting_at(context="prod-eu", size=size, settings=settings) as person:
        for keys in ("question_mark", "escape", "P", "escape", "exclamation_mark"):
            await person.press(keys)
            assert person.text.startswith("  PROD  "), person.text.splitlines()[0]
        strip = person.app.screen._compositor.render_strips()[0]
        badge = next(segment for segment in strip if "PROD" in segment.text)
        assert badge.style is not None and badge.style.reverse and badge.style.bold


async def test_a_guarded_context_shows_a_value_for_half_the_time() -> None:
    async with in_secret(key="password", context="prod-eu") as person:
        await person.presses("r", PASSWORD, "shown until 14:00:30")
        await person.presses("enter", "shown until 14:00:30")


async def test_a_context_name_with_look_alike_letters_is_typed_as_it_is_drawn() -> None:
    async with in_secret(context="рrod-prod") as person:
        await person.edit_to_review("password", "n3w-made-up")
        assert "рrod" not in person.text, "in Cyrillic"
        await person.press("W")
        await person.fills("prod-prod", "enter")
        await person.reads("#problem", "name, \\u0440rod-prod.")
        assert sent_writes(person) == []
        await person.fills("\\u0440rod-prod", "enter")
        await person.sees("Written: password of default/mysecret")


@pytest.mark.parametrize(
    ("context", "says"),
    [
        ("prod-eu", "secret-tui prod-eu"),
        ("\x1b]0;x\x07рrod\x9c\n", "secret-tui \\u001b]0;x\\u0007\\u0440rod\\u009c\\u000a"),
        ("x" * 5000, "secret-tui " + "x" * 100),
    ],
)
def test_the_title_names_the_context_in_printable_ascii(context: str, says: str) -> None:
    assert lend_terminal.title(context) == f"\x1b]2;{says}\x1b\\"
