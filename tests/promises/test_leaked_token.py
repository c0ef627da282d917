"""Promise 3: a leaked token that is typed and searched for is in no log, journal, repr, title or record."""

from __future__ import annotations

import json
import logging
from base64 import b64encode
from urllib.parse import quote

import pytest

from tests.session.test_leak_search import config_map
from tests.ui.person import Person, secret_object, sitting_at
from tests.ui.test_copy import copied, watched
from tests.ui.test_helm import kept
from tests.value_search import MARKER, traces
from tui.session.writes.audit import Journal
from tui.ui.leak.screen import LeakScreen

NEW = "n3w-made-up-value"
URL = f"postgres://ann:{quote(MARKER, safe='')}@db.test/x".encode()
STORY = [
    secret_object("mysecret", {"password": MARKER.encode(), "DATABASE_URL": URL}),
    secret_object(
        "packed", {"twice": b64encode(MARKER.encode()), "a.json": json.dumps({"a": MARKER}).encode()}
    ),
    kept(1, "app", config={"token": MARKER}),
    config_map("settings", {"app.json": json.dumps({"token": MARKER})}),
]
KEYS = ["DATABASE_URL", "password", "a.json", "twice", "release", "app.json"]


def seen_by_others(person: Person) -> str:
    """The screen, the messages, the titles and the reprs of what is open."""
    app = person.app
    messages = [f"{message.text} {message.on_screen}" for message in app.shared.messages]
    things = [thing for screen in app.screen_stack for thing in (screen, *vars(screen).values())]
    inner = [each for thing in things if hasattr(thing, "__dict__") for each in vars(thing).values()]
    return "\n".join((person.text, app.title, app.sub_title, *messages, *map(repr, (*things, *inner))))


@pytest.mark.slow
async def test_a_token_is_seen_nowhere_while_it_is_searched_replaced_and_recorded(
    caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    caplog.set_level(logging.DEBUG)
    journal = list[bytes]()
    async with sitting_at(story=STORY, journal=Journal(journal.append), size=(140, 50)) as person:
        sent = watched(person)
        looks = list[str]()

        async def presses(keys: str, *texts: str) -> None:
            await person.presses(keys, *texts)
            looks.append(seen_by_others(person))

        await person.runs("leak", "Leaked token: default")
        await person.paste(MARKER)
        await presses("enter", "6 places")
        screen = person.app.screen
        assert isinstance(screen, LeakScreen)
        assert [place.holding.key for place in screen.table.rows] == KEYS
        for _ in KEYS:
            await presses("j")
        await presses("v", "Counted the subjects that can read 2 Secrets.")
        await presses("c", "the record: ")
        await presses("I", "New value: 3 Secrets")
        await person.paste(NEW)
        await presses("enter", "Review: 1 draft", "1 of 1 ready")
        await presses("W", "Written: ")
        await presses("ctrl+r", "Found in 1 Secret, 1 Helm record and 1 ConfigMap")
        await presses("c", "the record: ")
        await presses("exclamation_mark escape escape", "Secrets  2")
        title = person.app.title
    everywhere = {
        "seen": "\n".join(looks),
        "record": b"\n".join(copied(sent)).decode(),
        "title": title,
        "log": caplog.text,
        "printed": "".join(capfd.readouterr()),
        "journal": b"\n".join(journal).decode(),
    }
    assert '"opened"' in everywhere["journal"] and "Leaked token" in everywhere["record"]
    leaks = {
        name: traces(text.encode(), value)
        for name, text in everywhere.items()
        for value in (MARKER, NEW)
        if traces(text.encode(), value)
    }
    assert leaks == {}
