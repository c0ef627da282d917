"""Copy a Secret to another context: a draft waits there until the user opens that context and reviews it."""

from __future__ import annotations

import pytest

from tests.several_clusters import Traveller, between
from tests.ui.person import MINE, PASSWORD
from tui.model.kube_context import ContextFacts
from tui.model.secret.secret import SecretRef
from tui.model.settings.settings import ContextRule, Settings

pytestmark = pytest.mark.slow


async def sent(person: Traveller, context: str, namespace: str) -> None:
    await person.acts_on(MINE, "Y x", f"Copy {MINE} to contexts", f"[ ] {context}")
    await person.type(context)
    await person.presses("enter enter", "Namespace in the contexts")
    await person.fills(namespace, "enter")


async def test_some_keys_are_drafted_there_without_labels() -> None:
    async with between("stage", "other", size=(120, 36)) as person:
        await person.open(SecretRef("default", "feature-flags"), key="salt")
        await person.presses("Y s enter x", "Copy salt of default/feature-flags to contexts")
        await person.type("other")
        await person.press("enter", "enter")
        await person.fills("web", "enter")
        await person.sees("A draft of web/feature-flags waits in other")
        ((_, draft),) = person.session.parked
        assert [*draft.fields(None)] == ["salt"]


async def test_a_draft_for_a_secret_that_exists_in_the_other_context_is_compared_there() -> None:
    async with between("stage", "other", size=(120, 36)) as person:
        await sent(person, "other", "default")
        await person.sees("waits in other")
        await person.goes_to("other")
        person.others_set("password", b"theirs-made-up")
        await person.press("w")
        await person.sees(
            "default/mysecret already exists; the draft is kept",
            ":apply to existing makes this a draft of the existing",
        )
        await person.runs("apply to existing", "mysecret changed on the server while you edited", "password")
        await person.presses("2 w", "accepted at")
        await person.presses("W", "Written: password of default/mysecret")
        assert person.on_server()["password"] == PASSWORD.encode()


async def test_a_second_copy_there_is_refused() -> None:
    async with between("stage", "other", size=(120, 36)) as person:
        await sent(person, "other", "web")
        await person.sees("waits in other")
        await sent(person, "other", "web")
        await person.sees("Not copied to other: web/mysecret has a draft there already.")


async def test_a_secret_under_no_reveal_is_not_copied_to_a_context_that_shows_values() -> None:
    hidden = (ContextRule("prod", no_reveal=True), ContextRule("hidden", no_reveal=True))
    settings = Settings(contexts=hidden)
    async with between("prod", "other", "hidden", settings=settings) as person:
        left_out = "Contexts left out, because they allow showing values: other."
        await person.acts_on(MINE, "Y x", f"Copy {MINE} to contexts", "[ ] hidden", left_out)
        assert "[ ] other" not in person.text
        await person.presses("escape Y d", f"Compare {MINE} with contexts", "other")
    async with between("prod", "other", settings=settings) as person:
        await person.acts_on(MINE, "Y x", "Not copied: every other context allows showing values.")
        assert not person.session.parked


async def test_without_another_context_it_says_so() -> None:
    async with between("stage") as person:
        await person.acts_on(MINE, "Y x", "The kubeconfig has no other context.")


@pytest.mark.parametrize(
    ("server", "address"),
    [("https://a.test:6443/", "https://a.test:6443"), ("a.test", "http://a.test"), ("", "")],
)
def test_a_context_is_known_by_the_address_that_a_login_there_has(server: str, address: str) -> None:
    assert ContextFacts("c", server=server).home == ("c", address)
