"""The command palette: find a command that works here by its words."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import partial
from typing import Any, ClassVar, Final

from textual.binding import BindingType
from textual.command import CommandPalette, DiscoveryHit, Hit, Hits, Provider
from textual.content import Content

from tui.ui.base.min_size import ShutdownSafeScreen
from tui.ui.base.screen import TuiScreen
from tui.ui.commands import Command, Where, commands_in, over_bindings

_WORDS: Final = re.compile(r"[^\s,:;()]+")
_LEAST: Final = 0.1
_WHOLE_NAME: Final = 100.0


def open_palette(screen: TuiScreen[Any]) -> None:
    """Show the palette over a screen."""
    screen.app.push_screen(Palette(providers=[CommandProvider], placeholder="Find a command…"))


class Palette(CommandPalette, ShutdownSafeScreen[None]):
    """Textual's palette, with a way to quit. Textual's class is the first base, since only that one gives
    styles.
    """

    BINDINGS: ClassVar[list[BindingType]] = [*over_bindings()]


class CommandProvider(Provider):
    """Commands of the screen below. All words are our own, so no foreign text is parsed."""

    @property
    def _offered(self) -> list[Command]:
        asked: Any = self.screen
        return [
            command
            for command in commands_in(asked.place)
            if asked.refusal(command) is None
            and asked.why_not(command) is None
            and command.id not in ("open_palette", "go_back")
        ]

    def _line(self, command: Command) -> Content:
        asked: Any = self.screen
        keys = " ".join(asked.desk.keys.shown(command.id))
        return Content(f"{command.title}  ({keys})" if keys else command.title)

    async def discover(self) -> Hits:
        for command in self._offered:
            yield DiscoveryHit(
                self._line(command),
                partial(self._run, command),
                text=command.title,
                help=Content(command.help),  # type: ignore[arg-type]  # Content keeps it from being markup
            )

    async def search(self, query: str) -> Hits:
        is_found = False
        for command in self._offered:
            if score := match(query, command.title, command.synonyms, command.help):
                is_found = True
                yield Hit(
                    score,
                    self._line(command),
                    partial(self._run, command),
                    text=command.title,
                    help=Content(command.help),  # type: ignore[arg-type]
                )
        for hit in self._elsewhere(query, is_found=is_found):
            yield hit

    def _elsewhere(self, query: str, *, is_found: bool) -> Iterator[Hit]:
        """Hits for what is refused, not possible now, or works elsewhere; one line if there is none."""
        asked: Any = self.screen
        keys = asked.desk.keys
        others = [
            self._no_command(command, why, self._score(query, command))
            for command in commands_in(asked.place)
            if match(query, command.title, command.synonyms, command.help)
            and (why := asked.refusal(command) or asked.why_not(command)) is not None
        ]
        place, why = self._next_place()
        others += [
            self._no_command(command, asked.refusal(command) or why, self._score(query, command))
            for command in commands_in(place)
            if asked.place not in command.where
            and match(query, command.title, command.synonyms, "" if is_found else command.help)
        ]
        nothing = "No command here has these words", f"{keys.of('show_help')} shows all keys of this place"
        yield from others or ([] if is_found else [self._no_run(*nothing, _LEAST)])

    def _next_place(self) -> tuple[Where, str]:
        """Where a person may look for what does not work here, and how to get there."""
        asked: Any = self.screen
        keys = asked.desk.keys
        if asked.place is Where.LISTS:
            return Where.SECRET, f"Works in an open Secret; {keys.of('go_in')} opens the one under the cursor"
        leads = (
            f"{keys.of('next_pane')} goes there"
            if asked.place is Where.NAMESPACES
            else f"{keys.of('go_back')} goes back"
        )
        return Where.LISTS, f"Works in the list of Secrets; {leads}"

    def _named(self, command: Command) -> str:
        asked: Any = self.screen
        key = asked.desk.keys.first(command.id)
        return f"{command.title} ({key})" if key else command.title

    def _score(self, query: str, command: Command) -> float:
        """The score of what does not work here: last, but first if its whole name was typed.

        Otherwise `enter` would run another command that has that word among its synonyms.
        """
        typed = query.strip().casefold()
        here = {word for one in self._offered for word in _WORDS.findall(one.title.casefold())}
        return _WHOLE_NAME if typed == command.title.casefold() and typed not in here else _LEAST

    def _no_command(self, command: Command, why: str, score: float) -> Hit:
        return self._no_run(self._named(command), why.removesuffix("."), score)

    def _no_run(self, title: str, why: str, score: float) -> Hit:
        asked: Any = self.screen
        say = partial(asked.say, f"{title}: {why[:1].lower()}{why[1:]}.", "warning")
        return Hit(score, Content(title), say, text=title, help=Content(why))  # type: ignore[arg-type]

    async def _run(self, command: Command) -> None:
        asked: Any = self.screen
        await asked.action_run_command(command.id)


def match(query: str, title: str, *more: str) -> float:
    """How well a command fits what was typed; 0 unless each word of that begins one of the command's.

    `more` are its other words, the weightier first. Inside a word three letters are found too.
    """
    fields = [_WORDS.findall(text.casefold()) for text in (title, *more)]
    score = 10.0 if title.casefold().startswith(query.casefold()) else 0.0
    for typed in _WORDS.findall(query.casefold()):
        worth = max((_worth(typed, words) / 2**nth for nth, words in enumerate(fields)), default=0.0)
        if not worth:
            return 0.0
        score += worth
    return score


def _worth(typed: str, words: list[str]) -> float:
    """The score of one typed word among these."""
    if typed in words:
        return 1.5
    if any(word.startswith(typed) for word in words):
        return 1.0
    return _LEAST if len(typed) > 2 and any(typed in word for word in words) else 0.0
