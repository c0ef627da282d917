"""The registry of commands: each can run wherever its keys are bound, and is listed there."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Iterator
from typing import Any

import pytest

import tui.ui
from tests.ui.person import in_secret
from tui.model.draft.draft import Draft
from tui.session.writes.review import WriteTarget
from tui.ui.app.common_commands import CommonCommands
from tui.ui.base.screen import TuiScreen
from tui.ui.browser.screen import BrowserScreen
from tui.ui.command_jobs import IDS, JOB_OF
from tui.ui.command_types import Where
from tui.ui.commands import BY_ID, COMMANDS, commands_in
from tui.ui.dialogs.palette import match
from tui.ui.review.screen import ReviewScreen
from tui.ui.value.viewer import ValueScreen

_SEVERAL: dict[type[Any], tuple[Where, ...]] = {
    BrowserScreen: (Where.SECRETS, Where.NAMESPACES, Where.SECRET),
    ReviewScreen: (Where.REVIEW, Where.CONFLICT),
}


def all_screens() -> Iterator[type[TuiScreen[Any]]]:
    """Every screen of the program."""
    for module in pkgutil.walk_packages(tui.ui.__path__, "tui.ui."):
        importlib.import_module(module.name)
    yield from _without_subclasses(TuiScreen)


def _without_subclasses(screen: type[TuiScreen[Any]]) -> Iterator[type[TuiScreen[Any]]]:
    for below in screen.__subclasses__():
        yield from _without_subclasses(below)
    if not screen.__subclasses__():
        yield screen


def places_of(screen: type[TuiScreen[Any]]) -> tuple[Where, ...]:
    """Places in which a press on this screen may act."""
    return _SEVERAL.get(screen, ()) or (screen.PLACE,)


async def test_every_screen_has_a_method_for_each_command_of_its_places() -> None:
    async with in_secret() as person:
        browser = person.app.screen
        secret = person.session.fetched[0]
        assert isinstance(browser, BrowserScreen)
        target = WriteTarget(Draft.of(secret))
        groups = {
            BrowserScreen: browser.groups,
            ReviewScreen: ReviewScreen(browser.shared, target).groups,
            ValueScreen: ValueScreen(browser.shared, secret.ref, "", lambda: None, is_shown=False).groups,
        }
        missing = [
            f"{screen.__name__} at {place}: run_{command.id}"
            for screen in all_screens()
            for place in places_of(screen)
            for command in commands_in(place)
            if not command.opens
            and not any(
                hasattr(owner, f"run_{command.id}")
                for owner in (*groups.get(screen, ()), screen, CommonCommands)
            )
        ]
    assert missing == []


def test_every_screen_that_a_command_names_exists() -> None:
    paths = {f"{screen.__module__}:{screen.__name__}" for screen in all_screens()}
    assert {f"tui.ui.{command.opens}" for command in COMMANDS if command.opens} <= paths


def test_every_command_has_a_screen() -> None:
    reached = {place for screen in all_screens() for place in places_of(screen)}
    assert {place for command in COMMANDS for place in command.where} <= reached


def test_a_screen_binds_the_commands_of_its_places_and_no_others() -> None:
    for screen in all_screens():
        bound = {binding.id for binding in screen.BINDINGS}  # type: ignore[union-attr]
        wanted = {command.id for place in places_of(screen) for command in commands_in(place)}
        assert bound == wanted, screen.__name__


def test_no_two_commands_of_one_place_share_a_press() -> None:
    for place in Where:
        presses = [key for command in commands_in(place) for key in command.keys.split(",") if key]
        assert len(presses) == len(set(presses)), place


def test_drafts_are_written_only_in_a_review_and_never_by_enter_or_escape() -> None:
    """The press that opened the review, enter and escape write nothing; D only opens the deletion."""
    assert {command.id: (command.keys, {*command.where}) for command in COMMANDS if command.sends} == {
        "write_changes": ("W", {Where.REVIEW, Where.DRAFTS}),
        "send_restarts": ("W", {Where.RESTART}),
        "send_request": ("W", {Where.REQUEST}),
        "delete_secret": ("D", {Where.SECRETS, Where.SECRET, Where.HEALTH}),
        "confirm_delete": ("enter", {Where.DELETE}),
    }
    for name in ("go_in", "go_back", "leave_editor", "leave_dialog"):
        assert not BY_ID[name].writes and not BY_ID[name].shows, name


@pytest.mark.parametrize("page", ["question_mark", "exclamation_mark", "i"])
async def test_a_page_has_no_value_to_show_and_survives_every_press(page: str) -> None:
    """Presses that mean something on a Secret do nothing where there is none."""
    async with in_secret() as person:
        await person.press(page)
        top = person.app.screen
        own = "" if page != "i" else "a"  # describe sets an annotation with it
        for key in {"r", "x", "c", "e", "R", "W", "d", "a", "D", "w", "m", "1", "2", "enter"} - {own}:
            await person.press(key)
            assert person.app.screen is top, key
        await person.presses("escape", "Read by: password")


def test_commands_that_send_or_cannot_be_undone_share_no_key_with_harmless_ones() -> None:
    """A person who means a harmless command by its letter must not write by it in another place."""
    grave = [command for command in COMMANDS if command.sends or command.is_final]
    shared = {
        f"{key}: {one.id}, {other.id}"
        for one in grave
        for key in one.keys.split(",")
        for other in COMMANDS
        if key and key != "enter" and other not in grave and key in other.keys.split(",")
    }
    assert shared == set()
    assert {one.id for one in grave if "enter" in one.keys.split(",")} == {"confirm_delete"}
    assert BY_ID["make_immutable"].keys == ""


def test_a_letter_means_the_same_in_every_place_where_it_changes_something() -> None:
    by_letter = {
        "B": {"show_health"},
        "I": {"change_elsewhere", "replace_found"},
        "U": {"undo_write"},
        "n": {"rename_key", "rename_secret", "find_next"},
        "N": {"choose_namespace", "find_before"},
        "b": {"copy_upload"},
        "asterisk": {"mark_shown", "star_namespace"},
    }
    for letter, ids in by_letter.items():
        assert {one.id for one in COMMANDS if letter in one.keys.split(",")} == ids


def test_each_command_has_one_job() -> None:
    assert sorted(JOB_OF) == sorted(command.id for command in COMMANDS)
    listed = [id_ for ids in IDS.values() for id_ in ids.split()]
    assert len(listed) == len(set(listed))


def test_a_command_without_a_key_is_found_first_by_its_whole_title() -> None:
    """Messages and docs/keys.md name such a command by its title: `:take all`."""
    for place in Where:
        here = commands_in(place)
        for command in (one for one in here if not one.keys):
            scores = {one.id: match(command.title, one.title, one.synonyms, one.help) for one in here}
            assert max(scores, key=lambda id_: scores[id_]) == command.id, (place, command.id)


def test_exactly_the_commands_that_show_or_write_have_words_for_a_refusal() -> None:
    refusable = {command.id for command in COMMANDS if command.shows or command.writes}
    assert {command.id for command in COMMANDS if command.cannot} == refusable
