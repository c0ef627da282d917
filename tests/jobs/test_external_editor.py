"""Job: change several keys and a label in vim or nano, and one value, and find nothing of it on a disk."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Final

import pytest

from tests.jobs.conftest import AT_TWO_SIZES
from tests.jobs.person import JOB, Person
from tests.terminal.server import Server
from tests.value_search import traces_in_files

pytestmark = [*JOB, AT_TWO_SIZES]

OLD: Final = "made-up-password-14"
NEW: Final = "new-made-up-14"
URL: Final = "redis://cart:new-made-up-14@redis.example.test:6379/0"
FOLDERS: Final = ("HOME", "TMPDIR", "XDG_STATE_HOME", "XDG_CACHE_HOME", "XDG_DATA_HOME")
VIMRC: Final = """
set backup writebackup undofile swapfile viminfo='100,<1000 updatecount=1
set backupdir=~/kept undodir=~/kept directory=~/kept
"""
NANORC: Final = """
set backup
set backupdir "~/kept"
set historylog
set positionlog
set locking
set breaklonglines
"""


@pytest.fixture
def person(
    server: Server,
    size: tuple[int, int],
    memory: Path,
    monkeypatch: pytest.MonkeyPatch,
    request: pytest.FixtureRequest,
) -> Iterator[Person]:
    """Person in the namespace web whose vim and nano keep as many copies as they can; none may remain."""
    home = Path.home()
    (home / "kept").mkdir()
    (home / ".vimrc").write_text(VIMRC)
    (home / ".nanorc").write_text(NANORC)
    monkeypatch.setenv("EDITOR", request.node.callspec.params.get("editor", "vim"))
    with Person(server, "-n", "web", size=size) as person:
        yield person
    assert list(memory.iterdir()) == []
    places = [Path(os.environ[name]) for name in FOLDERS]
    assert traces_in_files(places, OLD) + traces_in_files(places, NEW) == []
    assert list((home / "kept").iterdir()) == []


def in_vim(person: Person) -> None:
    person.type(f":%s/{OLD}/{NEW}/g")
    person.presses("Enter", NEW)
    person.type(":%s/app: cart/app: basket/")
    person.presses("Enter", "app: basket")
    person.type(":wq")
    person.press("Enter")


def in_nano(person: Person) -> None:
    for old, new in ((OLD, NEW), ("app: cart", "app: basket")):
        person.presses("C-\\", "Search (to replace)")
        person.type(old)
        person.presses("Enter", "Replace with")
        person.type(new)
        person.press("Enter")
        person.presses("a", "Replaced")
    person.press("C-o")
    person.presses("Enter", "Wrote")
    person.press("C-x")


@pytest.mark.parametrize(("editor", "edits"), [("vim", in_vim), ("nano", in_nano)], ids=["vim", "nano"])
def test_change_two_keys_and_a_label_of_a_secret_in_an_external_editor(
    person: Person, server: Server, edits: Callable[[Person], None], editor: str
) -> None:
    person.opens("cart-redis")
    person.presses("C-o", "stringData:", "REDIS_URL")
    edits(person)
    person.sees("REDIS_PASSWORD, REDIS_URL, labels/app kept in the draft.", "1 draft")
    person.reviews("REDIS_PASSWORD", "REDIS_URL", "labels/app", "basket")
    assert OLD not in person.screen
    person.writes()
    person.quits()
    assert server.data("cart-redis", "web") == {"REDIS_PASSWORD": NEW.encode(), "REDIS_URL": URL.encode()}
    assert server.secret("cart-redis", "web")["metadata"]["labels"] == {"app": "basket"}


def test_add_a_key_in_the_built_in_editor_of_the_whole_secret(person: Person, server: Server) -> None:
    before = server.data("cart-redis", "web")
    person.opens("cart-redis")
    person.press("E")
    person.sees_title("Edit cart-redis")
    person.sees("stringData:", f"REDIS_PASSWORD: {OLD}")
    person.press("End", "Enter")
    person.types("REDIS_USER: 5")
    person.presses("C-s", "Line 15: stringData.REDIS_USER must be text, not a number: put it in quotes.")
    person.press("End", "BSpace")
    person.types('"5"')
    person.presses("C-s", "REDIS_USER kept in the draft.", "1 draft")
    person.reviews("REDIS_USER", "added")
    person.writes()
    person.quits()
    assert server.data("cart-redis", "web") == {**before, "REDIS_USER": b"5"}


def test_change_one_value_in_an_external_editor_and_keep_it_in_the_built_in_one(
    person: Person, server: Server
) -> None:
    before = server.data("cart-redis", "web")
    person.opens("cart-redis")
    person.edits("REDIS_PASSWORD")
    person.presses("C-o", OLD, 'PASSWORD"')
    person.type(f":s/{OLD}/{NEW}/")
    person.presses("Enter", NEW)
    person.type(":wq")
    person.presses("Enter", "Text taken from the external editor. enter keeps the text.")
    person.reads(NEW)
    person.keeps("REDIS_PASSWORD")
    person.reviews("REDIS_PASSWORD", "19 B → 14 B")
    person.presses("W", "REDIS_URL still holds the old value of REDIS_PASSWORD.")
    person.presses("y", "Written", gone=["Writes to", "1 draft"])
    person.quits()
    assert server.data("cart-redis", "web") == {**before, "REDIS_PASSWORD": NEW.encode()}
