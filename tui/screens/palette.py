"""The palette: the same commands, found by their words. It offers only what would work here and now."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any, ClassVar

from textual.binding import BindingType
from textual.command import CommandPalette, DiscoveryHit, Hit, Hits, Provider
from textual.content import Content

from tui.commands import Command, commands_in, over_bindings
from tui.screens.ending import Ending

if TYPE_CHECKING:
    from tui.screens.base import TuiScreen


def open_palette(screen: TuiScreen[Any]) -> None:
    """Show the palette over a screen."""
    screen.app.push_screen(Palette(providers=[CommandProvider], placeholder="Find a command…"))


class Palette(CommandPalette, Ending[None]):
    """Textual's, out of which one can quit. Textual's first: only its first base gives a class its styles."""

    BINDINGS: ClassVar[list[BindingType]] = [*over_bindings()]


class CommandProvider(Provider):
    """Commands of the place where it was asked for. Our own words only: nothing foreign is parsed."""

    @property
    def _offered(self) -> list[Command]:
        asked: Any = self.screen
        return [
            command
            for command in commands_in(asked.place)
            if asked.is_bound(command)
            and asked.refusal(command) is None
            and asked.is_useful(command)
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
        matcher = self.matcher(query)
        for command in self._offered:
            score = max(matcher.match(command.title), matcher.match(command.help))
            if score > 0:
                yield Hit(
                    score,
                    self._line(command),
                    partial(self._run, command),
                    text=command.title,
                    help=Content(command.help),  # type: ignore[arg-type]
                )

    async def _run(self, command: Command) -> None:
        asked: Any = self.screen
        await asked.action_run_command(command.id)
