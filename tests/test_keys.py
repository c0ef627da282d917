"""Keys under a keymap: what runs a command, what a person reads, what is refused; no text names a key."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Final

import pytest
from textual.binding import Binding, BindingsMap
from textual.widget import Widget

from tui.ui.command_types import Where
from tui.ui.commands import BY_ID, COMMANDS, NO_KEY, bindings
from tui.ui.keymap import DEFAULT, MOVING, keys_under, problem, shown_key
from tui.ui.widgets.scroller import Scroller
from tui.ui.widgets.table.table import VirtualTable

PACKAGE: Final = Path(__file__).parent.parent / "tui"
FOLDERS: Final = ("ui", "terminal", "session", "model")
KEYS: Final = [
    *(PACKAGE / "ui" / name for name in ("commands.py", "keys_page.py")),
    PACKAGE
    / "model"
    / "secret"
    / "formats"
    / "page.py",  # of the documentation, which tells of keys as they are
]
BROWSER: Final = (Where.SECRETS, Where.NAMESPACES, Where.SECRET)


def test_without_a_keymap_every_command_keeps_its_keys_and_textual_gets_no_keymap() -> None:
    assert keys_under({}) is DEFAULT
    assert keys_under({command.id: command.keys for command in COMMANDS}) == DEFAULT
    assert DEFAULT.keymap == {}
    assert {id_: ",".join(keys) for id_, keys in DEFAULT.by_id.items()} == {
        command.id: command.keys for command in COMMANDS
    }


def test_a_key_is_written_as_a_person_reads_it() -> None:
    keys = keys_under(
        {"reveal_key": "equals_sign, space,left_square_bracket", "log_in": "!", "add_key": "\x1b"}
    )
    assert keys.shown("reveal_key") == ("=", "space", "[")
    assert keys.shown("log_in") == ("!",)
    assert keys.pressed("log_in") == {"exclamation_mark"}
    assert DEFAULT.of("show_help") == "?"
    assert DEFAULT.of("go_back") == "esc"
    assert DEFAULT.of("refresh_now") == "ctrl+r"
    assert DEFAULT.first("show_help") == "?"
    assert DEFAULT.first("show_help", is_typing=True) == "f1"
    assert all(key.isprintable() for key in keys.shown("add_key"))


@pytest.mark.parametrize(
    ("keymap", "lost", "kept"),
    [
        ({"reveal_key": "e"}, ["edit_value"], ["copy_value"]),
        ({"reveal_key": "c"}, ["copy_value"], ["copy_name", "copy_request"]),
        ({"copy_value": "y"}, [], ["copy_name", "copy_request"]),
        ({"reveal_key": "e", "edit_value": "r"}, [], ["edit_value", "reveal_key"]),
        ({"show_pods": "ctrl+q"}, ["quit_program"], ["stop_running"]),
        ({"log_in": "question_mark"}, [], ["show_help"]),
        ({"log_in": "?,f1"}, ["show_help"], []),
        ({"log_in": ""}, ["log_in"], []),
    ],
)
def test_a_remapped_key_is_taken_only_from_commands_of_the_same_places(
    keymap: Mapping[str, str], lost: list[str], kept: list[str]
) -> None:
    keys = keys_under(keymap)
    for id_ in lost:
        assert keys.shown(id_) == ()
        assert keys.of(id_) == f":{BY_ID[id_].title}"
    assert all(keys.shown(id_) for id_ in kept)


@pytest.mark.parametrize(
    "keymap",
    [
        {"reveal_key": "e"},
        {"copy_value": "y"},
        {"add_key": "f3", "find_namespace": "f4"},
        {"reveal_key": "e", "edit_value": "r"},
        {"show_pods": "ctrl+q", "copy_as": "?"},
    ],
    ids=str,
)
def test_textual_binds_each_key_to_the_command_that_the_keymap_names(keymap: Mapping[str, str]) -> None:
    keys = keys_under(keymap)
    for places in (BROWSER, *((place,) for place in Where)):
        bound = BindingsMap(bindings(places))
        bound.apply_keymap(dict(keys.keymap))
        for place, command in ((place, one) for place in places for one in COMMANDS if place in one.where):
            by = {key for key, binding in bound if binding.id == command.id}
            assert by - {NO_KEY} == set(keys.by_id[command.id]), command.id
            for key in by - {NO_KEY}:
                here = [one.id for one in bound.key_to_bindings[key] if place in BY_ID[str(one.id)].where]
                assert set(here) == {command.id}, key


SAME: Final = "edit_value and reveal_key have the same key"


@pytest.mark.parametrize(
    ("keymap", "id_", "why"),
    [
        ({"reveal_key": "v", "edit_value": "f4,v"}, "edit_value", SAME),
        ({"log_in": "?", "add_key": "question_mark"}, "add_key", "add_key and log_in have the same key"),
        ({"reveal_kye": "v"}, "reveal_kye", "unknown command id: reveal_kye (did you mean reveal_key?)"),
        ({"quit": "i"}, "quit", "unknown command id: quit (did you mean go_back_or_quit or quit_program?)"),
        ({"toggle_helm": "f4,g"}, "toggle_helm", "g moves in lists and pages, so it cannot run toggle_helm"),
        ({"reveal_key": "Ctrl-R"}, "reveal_key", "reveal_key has an unknown key (did you mean ctrl+r?)"),
        ({"reveal_key": "r,F4"}, "reveal_key", "reveal_key has an unknown key (did you mean f4?)"),
        ({"drop_key": "del"}, "drop_key", "drop_key has an unknown key (did you mean delete?)"),
        ({"reveal_key": "ctrl+R"}, "reveal_key", "reveal_key has an unknown key (did you mean ctrl+r?)"),
        ({"reveal_key": "shift+r"}, "reveal_key", "reveal_key has an unknown key (did you mean R?)"),
        ({"reveal_key": "rr"}, "reveal_key", "unknown key; see secret-tui --print-keymap"),
        ({"x1": "i"}, "x1", "unknown command id; secret-tui --print-keymap lists all ids"),
    ],
)
def test_a_keymap_with_a_conflict_or_an_unknown_name_is_refused(
    keymap: Mapping[str, str], id_: str, why: str
) -> None:
    found = problem(keymap)
    assert found is not None and found[0] == id_ and why in found[1]


@pytest.mark.parametrize(
    "keymap",
    [
        {},
        {command.id: command.keys for command in COMMANDS},
        {"copy_name": "y", "copy_value": "y"},
        {"reveal_key": "e"},
        {"generate_value": "ctrl+d", "go_in": "enter,o"},
        {"go_back": "escape,b", "show_help": "h,f1", "log_in": ""},
    ],
    ids=str,
)
def test_a_keymap_without_a_conflict_is_accepted(keymap: Mapping[str, str]) -> None:
    assert problem(keymap) is None


@pytest.mark.parametrize("kind", [VirtualTable, Scroller])
def test_every_key_that_moves_in_a_list_or_page_is_reserved(kind: type[Widget]) -> None:
    assert {shown_key(one.key) for one in Binding.make_bindings(kind.BINDINGS)} <= MOVING


# No sentence names a key by itself

_KEYS: Final = sorted({key for command in COMMANDS for key in DEFAULT.shown(command.id)}, key=len)
_EACH: Final = "|".join(map(re.escape, _KEYS))
_DOES: Final = (
    "adds|asks|brings|checks|clears|copies|covers|deletes|drops|edits|empties|ends|forgets|generates|"
    "goes|hides|keeps|leaves|lists|loads|logs|looks|makes|offers|opens|quits|returns|reviews|saves|"
    "says|sets|shows|stays|stops|takes|types|undoes|writes|again|then|server's|yours"
)
NAMED: Final = re.compile(
    rf"(?<![\w+'“-])(?:(?:{_EACH}) (?:{_DOES})\b|[Pp]ress (?:{_EACH})(?!\w)|\((?:{_EACH})\)"
    r"|(?:ctrl\+[a-z]|esc|f1)\b)"
)
"""A command's key as a sentence would name it."""
FIXED: Final = frozenset(
    {
        "enter opens it anyway.",
        "enter chooses ",
        " is not in the list. Press enter again to open it anyway.",
        "enter returns; values stay masked.",
        "; ctrl+c goes back",
        "y logs in. You are not asked again for this login in this run.",
        "pgup pgdn ctrl+u ctrl+d",
        "esc",
        "ctrl+s",
        "ctrl+v",
        "ctrl+z",
        "ctrl+y",
        "ctrl+u",
        "ctrl+d",
        " (up scrolls)",
        " (down scrolls)",
        " below (up, down scroll)",
        " (tab scrolls)",
    }
)
"""Presses of no command: of the cover and the dialogs, a lent terminal, lists and editors."""


def literals(source: str) -> Iterator[str]:
    """Texts that a program may print: its string literals without docstrings."""
    tree = ast.parse(source)
    docstrings = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in docstrings:
            yield node.value


def test_no_text_names_a_commands_key_which_a_keymap_may_change() -> None:
    files = {path for folder in FOLDERS for path in (PACKAGE / folder).rglob("*.py") if path not in KEYS}
    for file in (*files, PACKAGE / "cli" / "parsers.py", PACKAGE / "cli" / "argument_types.py"):
        found = [text for text in literals(file.read_text()) if NAMED.search(text) and text not in FIXED]
        assert found == [], file
