"""Messages for keyboard keys that do nothing on the current screen."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, ClassVar, Final, Protocol

from textual.app import App

from tui.ui.base.screen_context import ScreenContext
from tui.ui.command_types import Where, refusal
from tui.ui.commands import BY_ID
from tui.ui.keymap import shown_key

_BESIDE_A_SECRET: Final = (Where.REVIEW, Where.RESTART, Where.PODS)
"""Screens about one Secret, on which users often press keys of the pane of the open Secret.

For example, users press `e` (edit) in the review.
"""
_OPENED_BY: Final = {
    Where.SECRET: "go_in",
    Where.SECRETS: "next_pane",
    Where.REVIEW: "review_changes",
    Where.PODS: "show_readers",
    Where.HEALTH: "show_health",
    Where.YAML: "show_yaml",
    Where.DESCRIBE: "describe_secret",
    Where.SOURCE: "show_source",
    Where.NAMESPACES: "choose_namespace",
    Where.CONTEXTS: "choose_context",
    Where.MESSAGES: "show_messages",
}
"""Id of the command that opens each place. `_ways` yields the places in this order."""
_WORDS: Final = {
    Where.SECRET: "an open Secret",
    Where.VALUE: "the view of a value",
    Where.YAML: "the YAML page",
    Where.REVIEW: "the review",
    Where.PODS: "the list of readers",
    Where.CONTEXTS: "the list of contexts",
    Where.MESSAGES: "the messages",
    Where.SOURCE: "the source page",
    Where.COMPARED: "the list of compared Secrets",
}


class PressedScreen(Protocol):
    HELP_DOES: ClassVar[str]
    shared: ScreenContext

    @property
    def place(self) -> Where: ...

    @property
    def app(self) -> App[Any]: ...

    def dead_key_hint(self, key: str) -> str: ...


def dead_key_sentence(screen: PressedScreen, key: str) -> str:
    hint = screen.dead_key_hint(key) or _special_hint(screen, key) or _where_it_works(screen, key)
    keys = screen.shared.keys
    if not hint and screen.place is Where.NAMESPACES:
        hint = f"{keys.of('find_namespace')} finds a namespace"
    helps = f"{keys.of('show_help')} {screen.HELP_DOES}"
    return f"{shown_key(key)} does nothing here; {hint or helps}."


def top_sentence(screen: PressedScreen) -> str:
    """Sentence to show if the user presses the key of "go_back" on the top level."""
    of, is_list = screen.shared.keys.of, screen.place is Where.SECRETS
    goes_on = f"{of('choose_namespace')} lists namespaces" if is_list else f"{of('go_in')} opens a namespace"
    quits = f"{of('choose_context')} lists contexts, {of('quit_program')} quits"
    return f"Top level: {goes_on}, {quits}."


def _special_hint(screen: PressedScreen, key: str) -> str:
    keys, place, session = screen.shared.keys, screen.place, screen.shared.session
    if key in keys.pressed("find_value") and place in BY_ID["find_on_page"].where:
        return f"{keys.of('find_on_page')} finds words on this page"
    can_review = place in BY_ID["review_changes"].where and session.drafts.all()
    if key in keys.pressed("write_changes") and can_review:
        return f"{keys.of('review_changes')} reviews the draft, then {keys.of('write_changes')} writes it"
    # in k9s, u shows what uses a resource
    if key in keys.pressed("undo_step") and place is Where.SECRETS:
        return f"{keys.of('show_readers')} shows who reads the Secret"
    return ""


def _where_it_works(screen: PressedScreen, key: str) -> str:
    if screen.place is Where.PAGE:
        return ""
    keys, settings = screen.shared.keys, screen.shared.settings
    for place, way_there in _ways(screen):
        command = keys.command_at(key, place)
        if command is not None and refusal(command, settings) is None:
            return f"it works in {_WORDS.get(place, _with_article(place.value))} ({way_there})"
    return ""


def _ways(screen: PressedScreen) -> Iterator[tuple[Where, str]]:
    keys, place = screen.shared.keys, screen.place
    goes_back = f"{keys.of('go_back')} goes back"
    if place in _BESIDE_A_SECRET:
        yield Where.SECRET, goes_back
    below = (other for other in reversed(screen.app.screen_stack) if other is not screen)
    yield from ((other.place, goes_back) for other in below if hasattr(other, "place"))
    for other, id_ in _OPENED_BY.items():
        if other is not place and place in BY_ID[id_].where:
            yield other, f"{keys.of(id_)} {'opens one' if other is Where.SECRET else 'opens it'}"


def _with_article(title: str) -> str:
    return f"the {title}" if title.startswith("list") or (title.endswith("s") and " of " in title) else title
