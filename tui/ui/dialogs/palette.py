"""The command palette: type words to find a command."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from functools import partial
from typing import Any, ClassVar, Final, cast

from textual import on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.command import CommandInput, CommandPalette, Hit, Hits, Provider
from textual.content import Content
from textual.events import Event
from textual.worker import WorkerCancelled

from tui.model.secret.validation import namespace_problem
from tui.model.text.printable import printable
from tui.model.why import parse_typed
from tui.terminal import locations
from tui.ui.base.screen import TuiScreen
from tui.ui.command_types import Command, Where
from tui.ui.commands import BY_ID, commands_in, over_bindings
from tui.ui.textual_fixes.shutdown import may_handle
from tui.ui.widgets.field import Field
from tui.ui.widgets.value.accept_text import TextField

_WORDS: Final = re.compile(r"[^\s,:;()]+")
_NAMESPACE: Final = re.compile(r"(?:ns|namespaces?|sec|secrets?)\s+(\S+)")
"""A word such as "ns", then the name of a namespace, as in k9s."""
_WHY: Final = re.compile(r"why\s+(\S.*)", re.IGNORECASE)
"""The word "why", then an error message or the name of a pod or workload."""
_COMPARED: Final = re.compile(r"compare\s+(\S+)", re.IGNORECASE)
"""The word "compare", then a namespace to compare with."""
_MOST_NAMESPACES: Final = 9
_ALL: Final = "all"
_LEAST: Final = 0.1
_WHOLE_NAME: Final = 100.0
_PLACEHOLDER: Final = "Find a command…"
_TITLE, _KEYS = 17, 6
"""Widths of a row's title and of its keyboard keys, in terminal cells."""
_LEAST_STEP: Final = 0.001
"""Score that a command loses for each command that was used more recently."""
_LEAST_TYPED: Final = 3
_SETTING_HINTS: Final = (
    (
        "settings",
        ("settings", "options", "preferences", "configuration"),
        "secret-tui --print-config shows all settings; edit {file}",
    ),
    (
        "remap keys",
        ("remap", "rebind", "keymap", "keys", "shortcuts"),
        "secret-tui --print-keymap shows all keys; edit them in {file}",
    ),
)
"""Tasks without a command. Each task has a title, words that find the task, and a hint."""


def open_palette(screen: TuiScreen[Any]) -> None:
    screen.app.push_screen(Palette(screen))


class PaletteField(CommandInput, Field):
    """Text field of the palette.

    It extends CommandInput, because Textual's CommandPalette looks for a CommandInput.
    """


class Palette(CommandPalette):
    """Textual's palette with this program's field and keyboard keys."""

    BINDINGS: ClassVar[list[BindingType]] = [*over_bindings()]

    def __init__(self, over: TuiScreen[Any]) -> None:
        super().__init__(providers=[CommandProvider])
        self._over = over

    async def on_event(self, event: Event) -> None:
        if may_handle(self, event):
            await super().on_event(event)

    def compose(self) -> ComposeResult:
        for part in super().compose():
            is_field = isinstance(part, CommandInput)
            yield PaletteField(placeholder=_PLACEHOLDER, select_on_focus=False) if is_field else part

    @on(CommandInput.Submitted)
    async def wait_for_search(self) -> None:
        """Wait for the commands that match the typed text, before Textual runs the first one.

        The list may still show the commands for an earlier text, if Enter arrives together with the text.
        """
        searches = [worker for worker in self.workers if worker.node is self and not worker.is_cancelled]
        for search in searches:
            with suppress(WorkerCancelled):  # the palette closes
                await search.wait()

    @on(TextField.InputMessage)
    def show_field_message(self, event: TextField.InputMessage) -> None:
        self._over.show_message(event.message, "warning")


class CommandProvider(Provider):
    """Finds commands, and actions for a typed namespace, error, pod or workload.

    A command that does not work on the screen below the palette is found too. Its row then says why.
    """

    @property
    def _screen_below(self) -> TuiScreen[Any]:
        return cast("TuiScreen[Any]", self.screen)

    def _why_not(self, command: Command) -> str | None:
        return self._screen_below.refusal(command) or self._screen_below.why_not(command)

    @property
    def _offered(self) -> list[Command]:
        return [
            command
            for command in commands_in(self._screen_below.place)
            if command.id not in ("open_palette", "go_back") and self._why_not(command) is None
        ]

    async def discover(self) -> Hits:
        for nth, command in enumerate(sorted(self._offered, key=self._last_use)):
            yield self._hit_of(command, -nth)

    async def search(self, query: str) -> Hits:
        is_found = False
        for hit in (
            *self._namespaces(query),
            *self._compared(query),
            *self._why(query),
            *self._setting_hints(query),
        ):
            is_found = True
            yield hit
        for command in self._offered:
            if score := match(query, command.title, command.synonyms, command.help):
                is_found = True
                yield self._hit_of(command, score - self._last_use(command) * _LEAST_STEP)
        for hit in self._elsewhere(query, is_found=is_found):
            yield hit

    def _last_use(self, command: Command) -> int:
        used = self._screen_below.shared.app.used
        return used.index(command.id) if command.id in used else len(used)

    def _hit_of(self, command: Command, score: float) -> Hit:
        effect, keys = (
            command.help_in(self._screen_below.place),
            self._screen_below.shared.keys.shown(command.id),
        )
        shown = " ".join(keys) if len(" ".join(keys)) <= _KEYS else keys[0]
        return _hit(score, command.title, effect, partial(self._run, command), shown)

    async def _run(self, command: Command) -> None:
        used = self._screen_below.shared.app.used
        used[:] = [command.id, *(id_ for id_ in used if id_ != command.id)]
        await self._screen_below.action_run_command(command.id)

    def _setting_hints(self, query: str) -> Iterator[Hit]:
        typed, file = query.strip().casefold(), printable(str(locations.settings_file(os.environ)))
        for title, words, ways in _SETTING_HINTS:
            if len(typed) >= _LEAST_TYPED and any(word.startswith(typed) for word in words):
                says = ways.format(file=file)
                yield _hit(_WHOLE_NAME, title, says, partial(self._screen_below.show_message, f"{says}."))

    def _namespaces(self, query: str) -> Iterator[Hit]:
        asked = self._screen_below
        match_ = _NAMESPACE.fullmatch(query.strip().casefold())
        if match_ is None:
            return
        typed, namespaces = match_[1], asked.shared.session.namespaces
        names = {name for name in namespaces.names if typed in name} | ({_ALL} if typed == _ALL else set())
        if not namespaces.state.is_complete and namespace_problem(typed) is None:
            names.add(typed)
        for nth, name in enumerate(_nearest(typed, names)):
            title = "all namespaces" if name == _ALL else f"namespace {printable(name)}"
            goes = partial(asked.shared.app.navigator.show_namespace, None if name == _ALL else name)
            says = "List all Secrets" if name == _ALL else "List its Secrets"
            yield _hit(_WHOLE_NAME - nth, title, says, goes)

    def _compared(self, query: str) -> Iterator[Hit]:
        asked, command = self._screen_below, BY_ID["compare_namespaces"]
        match_ = _COMPARED.fullmatch(query.strip())
        if match_ is None or asked.place not in command.where or self._why_not(command) is not None:
            return
        typed, known = match_[1], asked.shared.session.namespaces
        names = {name for name in known.names if typed in name and name != asked.shared.session.namespace}
        is_other = "/" in typed or not known.state.is_complete
        if is_other and namespace_problem(typed.rpartition("/")[2]) is None:
            names.add(typed)
        for nth, name in enumerate(_nearest(typed, names)):
            run = partial(asked.shared.app.navigator.compare_with, name)
            says = f"Compare this namespace with {printable(name)}, key by key"
            yield _hit(_WHOLE_NAME - nth, "compare", says, run)

    def _why(self, query: str) -> Iterator[Hit]:
        asked, command = self._screen_below, BY_ID["find_why"]
        match_ = _WHY.fullmatch(query.strip())
        about = parse_typed(match_[1]) if match_ is not None and asked.place in command.where else None
        if match_ is not None and about is not None and self._why_not(command) is None:
            says = f"Explain the failed start: {printable(match_[1])}"
            yield _hit(_WHOLE_NAME, "why", says, partial(asked.shared.app.explain, about))

    def _elsewhere(self, query: str, *, is_found: bool) -> Iterator[Hit]:
        asked = self._screen_below
        not_possible = [
            (command, why)
            for command in commands_in(asked.place)
            if match(query, command.title, command.synonyms, command.help)
            and (why := self._why_not(command)) is not None
        ]
        place, way = self._next_place()
        not_possible += [
            (command, asked.refusal(command) or way)
            for command in commands_in(place)
            if asked.place not in command.where
            and match(query, command.title, command.synonyms, "" if is_found else command.help)
        ]
        for command, why in not_possible:
            key = asked.shared.keys.first(command.id)
            yield self._no_run(command.title, why.removesuffix("."), self._score(query, command), key)
        if not not_possible and not is_found:
            help_key = asked.shared.keys.of("show_help")
            why = f"{help_key} shows all keys of this screen"
            yield self._no_run("No command here matches", why, _LEAST)

    def _next_place(self) -> tuple[Where, str]:
        keys, place = self._screen_below.shared.keys, self._screen_below.place
        if place is Where.SECRETS:
            opens = f"{keys.of('go_in')} opens the Secret under the cursor"
            return Where.SECRET, f"Works in an open Secret; {opens}"
        is_beside = place is Where.NAMESPACES
        leads = f"{keys.of('next_pane')} goes to the list" if is_beside else f"{keys.of('go_back')} goes back"
        return Where.SECRETS, f"Works in the list of Secrets; {leads}"

    def _score(self, query: str, command: Command) -> float:
        """Score of a command that does not work now: high if exactly its title is typed, else low.

        The high score keeps Enter from running another command that has this title as a synonym. The score
        stays low if the typed title is a word in the title of a command that works now.
        """
        typed = query.strip().casefold()
        words_here = {word for command in self._offered for word in _WORDS.findall(command.title.casefold())}
        return _WHOLE_NAME if typed == command.title.casefold() and typed not in words_here else _LEAST

    def _no_run(self, title: str, why: str, score: float, key: str = "") -> Hit:
        named = f"{title} ({key})" if key else title
        show = partial(self._screen_below.show_message, f"{named}: {why[:1].lower()}{why[1:]}.", "warning")
        return _hit(score, title, why, show, key)


def _nearest(typed: str, names: Iterable[str]) -> list[str]:
    ranked = sorted(names, key=lambda name: (name != typed, not name.startswith(typed), name))
    return ranked[:_MOST_NAMESPACES]


def _hit(score: float, title: str, effect: str, run: Callable[[], Any], keys: str = "") -> Hit:
    row = Content.assemble(
        f"{title:<{_TITLE}}  ", (f"{keys:<{_KEYS}}", "$accent"), "  ", (effect, "$text-muted")
    )
    return Hit(score, row, run, text=title)


def match(query: str, title: str, *more: str) -> float:
    """Score of a command for the query; 0 if a typed word matches no word of the command.

    A typed word matches each word that begins with it. A typed word of three or more letters also matches
    each word that contains it.
    """
    fields = [_WORDS.findall(text.casefold()) for text in (title, *more)]
    score = 10.0 if title.casefold().startswith(query.casefold().strip()) else 0.0
    for typed in _WORDS.findall(query.casefold()):
        worth = max((_worth(typed, words) / 2**nth for nth, words in enumerate(fields)), default=0.0)
        if not worth:
            return 0.0
        score += worth
    return score


def _worth(typed: str, words: list[str]) -> float:
    if typed in words:
        return 1.5
    if any(word.startswith(typed) for word in words):
        return 1.0
    return _LEAST if len(typed) > 2 and any(typed in word for word in words) else 0.0
