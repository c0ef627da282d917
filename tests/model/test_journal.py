"""Lines of the journal: their fields, their characters, and how they are read back."""

from __future__ import annotations

import json

import pytest

from tui.model import journal
from tui.model.journal import ActingUser, JournalIdentity
from tui.model.secret.secret import SecretRef

AT = 1_795_528_810.1234
DB = SecretRef("default", "db")
HOSTILE = JournalIdentity("\u0440rod\x9b31m", "https://api.example.test:6443", "ja\x7fne\u2028")


def test_a_line_is_one_line_of_printable_ascii() -> None:
    text = journal.line(journal.entry(AT, HOSTILE, "shown", DB, ("b\ud800\n", "a"), "", ""))
    assert text.endswith(b"\n") and text.count(b"\n") == 1
    assert all(32 <= byte < 127 for byte in text[:-1])
    assert json.loads(text)["context"] == HOSTILE.context


def test_a_journal_line_holds_who_where_what_and_the_outcome() -> None:
    who = JournalIdentity("home", "https://h:6443", "jane", "robot", ("ops",), ActingUser("robot", ("ops",)))
    found = json.loads(journal.line(journal.entry(AT, who, "written", DB, ("b", "a"), "", "confirmed")))
    assert found == {
        "time": "2026-11-24T14:00:10.123Z",
        "context": "home",
        "server": "https://h:6443",
        "login": "jane",
        "user": "robot",
        "groups": ["ops"],
        "as": {"user": "robot", "groups": ["ops"]},
        "secret": "default/db",
        "what": "written",
        "keys": ["a", "b"],
        "outcome": "confirmed",
    }


@pytest.mark.parametrize(
    "who", [HOSTILE, JournalIdentity("a", "b"), JournalIdentity("a", "b", "c", "d", ("e",), ActingUser("f"))]
)
def test_an_entry_is_read_back_as_it_was_written(who: JournalIdentity) -> None:
    entry = journal.entry(AT, who, "copied", DB, ("password",), "in base64", "")
    assert journal.parse(journal.line(entry)) == entry


@pytest.mark.parametrize(
    "text",
    [b"", b"{", b"[]", b"1", b"\xff", b"{}", b'{"time": 1}', b"[" * 100_000, b'{"time": "a", "as": 3}'],
)
def test_a_text_that_is_no_journal_line_is_not_parsed(text: bytes) -> None:
    assert journal.parse(text) is None


def test_an_entry_is_shown_in_printable_characters_for_a_ticket() -> None:
    entry = journal.entry(AT, HOSTILE, "shown", DB, ("password",), "", "")
    told = journal.entry_text(entry)
    assert told.isprintable() and told.startswith(
        "2026-11-24 14:00:10.123Z  \\u0440rod\\u009b31m (api.example"
    )
    assert told.endswith("  default/db  shown password")


def test_an_impersonation_is_shown_with_both_names() -> None:
    who = JournalIdentity("home", "https://h", "jane", "robot", (), ActingUser("robot"))
    entry = journal.entry(AT, who, "written", DB, ("a",), "as a new Secret", "unknown")
    told = journal.entry_text(entry)
    assert told == (
        "2026-11-24 14:00:10.123Z  home (h)  jane as robot  default/db  written a, as a new Secret, unknown"
    )


@pytest.mark.parametrize(
    ("asked", "fits"),
    [("*", "*/* web/* web/db"), ("web/db", "*/* web/* web/db"), ("db", "*/* web/* web/db"), ("pay/*", "*/*")],
)
def test_the_line_of_a_whole_list_is_found_by_each_secret_that_may_have_been_in_it(
    asked: str, fits: str
) -> None:
    lists = [SecretRef("*", "*"), SecretRef("web", "*"), SecretRef("web", "db")]
    lines = [
        journal.entry(AT, JournalIdentity("home", "https://h"), "opened", ref, (), "", "") for ref in lists
    ]
    assert [line.secret for line in lines if journal.JournalFilter(secret=asked).fits(line)] == fits.split()
