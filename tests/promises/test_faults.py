"""Promise 10: a refusal is a state. Each fault, at the socket, in a list, an open, a review and a write.

The sentence is read from the screen; a draft begun before is still there; when the fault ends, ctrl+r
recovers, without a restart.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from functools import partial
from typing import Any, Final

import pytest

from tests.ui.person import MINE, Person, sitting_at
from tui.model.secret.secret import SecretRef

OTHER: Final = SecretRef("default", "feature-flags")
ELSEWHERE: Final = "http://elsewhere.example.test/"


@dataclass(frozen=True)
class Trouble:
    """A fault, and the sentence shown for it in each place; "" where it is no error."""

    kind: str
    listing: str
    opening: str
    review: str
    write: str
    options: tuple[tuple[str, Any], ...] = ()
    has_no_answer: bool = False
    """True if the server sends nothing within the time of a request."""


def _same(kind: str, sentence: str, write: str = "", **options: Any) -> Trouble:
    return Trouble(kind, sentence, sentence, sentence, write or sentence, tuple(options.items()))


_BUSY: Final = "The server is limiting requests (HTTP 429). Retry after 7 s."
_IN_DOUBT: Final = "outcome unknown since 14:00: password of default/mysecret."
TROUBLES: Final[dict[str, Trouble]] = {
    "401": _same("status", "Not logged in:", "The login failed.", code=401),
    "403": Trouble(
        "status",
        "Refused: you may not list secrets in namespace default.",
        "Refused: you may not get secrets feature-flags in namespace default.",
        "Refused: you may not get secrets mysecret in namespace default.",
        "Rejected by an admission check",
        (("code", 403),),
    ),
    "404": Trouble(
        "status",
        "Not found:",
        "Not found: secret default/feature-flags does not exist in this cluster.",
        "was deleted; the draft is kept",
        "The Secret was deleted since you opened it.",
        (("code", 404),),
    ),
    "409": Trouble("status", "", "", "", "Not written: password of default/mysecret.", (("code", 409),)),
    "410": Trouble(
        "status", "The list took too long", "its version expired on the server", "", "", (("code", 410),)
    ),
    "422": Trouble("status", "", "", "", "Rejected by the server", (("code", 422),)),
    "429": _same("status", _BUSY, code=429, retry_after=7),
    "500": _same("status", "The server failed (HTTP 500).", _IN_DOUBT, code=500),
    "503": _same("status", "The server failed (HTTP 503).", _IN_DOUBT, code=503),
    "a redirect": _same("redirect", "does not follow redirects", url=ELSEWHERE),
    "a proxy's page": _same("html", "The server failed (HTTP 502).", _IN_DOUBT, code=502),
    "garbage": _same("garbage", "The program cannot use the answer", _IN_DOUBT),
    "a dead connection": _same("drop_before", "the connection to", _IN_DOUBT),
    "half-open": replace(_same("hang", "No answer within", _IN_DOUBT), has_no_answer=True),
}


_SHORT: Final = 3.0
"""Seconds that requests have where no answer comes."""
WRITES: Final = [name for name, trouble in TROUBLES.items() if trouble.write]
REVIEWS: Final = [name for name, trouble in TROUBLES.items() if trouble.review]
OPENINGS: Final = [name for name, trouble in TROUBLES.items() if trouble.opening]
LISTINGS: Final = [name for name, trouble in TROUBLES.items() if trouble.listing]
pytestmark = pytest.mark.slow


@asynccontextmanager
async def with_a_draft(trouble: Trouble) -> AsyncIterator[Person]:
    """A person with a draft of mysecret, which is still there in the end."""
    async with sitting_at(request_timeout=_SHORT if trouble.has_no_answer else None) as person:
        await person.open()
        await person.edit("password", "n3w-made-up")
        yield person
        assert [draft.ref for draft in person.session.drafts.all()] == [MINE], "the draft stays"


def start_fault(person: Person, trouble: Trouble, **where: Any) -> None:
    """Let the requests that `where` selects fail so, until `end_fault`."""
    person.fault(trouble.kind, times=None, **dict(trouble.options), **where)


def has_message(person: Person, text: str) -> bool:
    """True once a message holds this text; moves the clock on between two tries of a conflicting write."""
    if any(wait <= 0.3 for wait in person.clock.waits):
        person.clock.advance(0.3)
    return any(text in message.text for message in person.app.shared.messages)


async def end_fault(person: Person) -> None:
    """End the fault; no request follows by itself."""
    person.cluster.faults.clear()
    await person.calm()


@pytest.mark.parametrize("name", WRITES)
async def test_a_write_that_fails_says_so_and_changes_nothing(name: str) -> None:
    trouble = TROUBLES[name]
    async with with_a_draft(trouble) as person:
        await person.reviewed()
        start_fault(person, trouble, method="PATCH")
        await person.press("W")
        await person.waits_for(partial(has_message, person, trouble.write), trouble.write)
        await end_fault(person)
        assert person.on_server()["password"] == b"1f2d1e2e67df"
        if len(person.app.screen_stack) > 1:
            await person.press("escape")
        await person.sees("1 draft")


@pytest.mark.parametrize("name", REVIEWS)
async def test_a_review_that_fails_says_so_and_is_repeated_by_ctrl_r(name: str) -> None:
    trouble = TROUBLES[name]
    async with with_a_draft(trouble) as person:
        start_fault(person, trouble, method="GET", path="*/secrets/mysecret")
        await person.presses("w", trouble.review, at="#verdict")
        await end_fault(person)
        await person.presses("ctrl+r", "accepted at")


@pytest.mark.parametrize("name", OPENINGS)
async def test_a_secret_that_cannot_be_opened_says_so_and_is_read_again_by_ctrl_r(name: str) -> None:
    trouble = TROUBLES[name]
    async with with_a_draft(trouble) as person:
        start_fault(person, trouble, method="GET", path="*/secrets/feature-flags")
        await person.press("h")
        await person.acts_on(OTHER, "enter")
        await person.reads("#secret", trouble.opening)
        assert "mysecret" in person.read("#secrets"), "the rest keeps working"
        await end_fault(person)
        await person.presses("ctrl+r", "flags.json ********", at="#secret")


@pytest.mark.parametrize("name", LISTINGS)
async def test_a_list_that_fails_keeps_its_rows_says_so_and_is_live_again_after_ctrl_r(name: str) -> None:
    trouble = TROUBLES[name]
    async with with_a_draft(trouble) as person:
        start_fault(person, trouble, method="GET", path="*/namespaces/default/secrets")
        await person.press("ctrl+r")
        await person.waits_for(lambda: person.session.secrets.state.error, "an error")
        assert "mysecret" in person.read("#secrets"), "the old rows stay"
        await person.reads("#secrets", trouble.listing)
        await end_fault(person)
        await person.presses("ctrl+r", "● live")
        await person.waits_for(lambda: person.session.secrets.state.is_live, "a live list")
