"""All keys that work here, all ways in which a pod reads a Secret, and what this run refuses and why."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from textual.app import ComposeResult

from tui.commands import Command, Where, commands_in
from tui.keys import Keys
from tui.model.podspec import WAYS
from tui.model.secret import SecretRef
from tui.screens.base import TuiScreen
from tui.screens.desk import Desk
from tui.widgets.drawn import Line
from tui.widgets.frame import Pane
from tui.widgets.page import Page
from tui.widgets.text import Styled

_MOVING = (
    ("up down j k", "Move"),
    ("pgup pgdn ctrl+u ctrl+d", "Move by a page"),
    ("home end g G", "First, last"),
    ("shift+left shift+right", "Look sideways"),
)
_WHILE_TYPING = (("up down pgup pgdn", "Read on in the text, while the name is typed"),)
_PARTS = ("tab shift+tab", "To the next part of this screen, and back")
_BELOW = ("down pgdn end G", "Past the last row: on in the text below it; up, pgup, home, g: back")


class HelpScreen(TuiScreen[None]):
    """One long page; it scrolls."""

    BINDINGS = TuiScreen.bindings_for(Where.PAGE)
    PLACE = Where.PAGE

    def __init__(
        self,
        desk: Desk,
        asked_from: Where,
        subject: SecretRef | None,
        refusal: Callable[[Command], str | None],
        *,
        has_parts: bool = False,
    ) -> None:
        """`subject` and `refusal` are those of the screen below; has it several parts to focus?"""
        super().__init__(desk)
        self._has_parts = has_parts
        self._asked_from, self._subject, self._refusal = asked_from, subject, refusal

    @property
    def subject(self) -> SecretRef | None:
        return self._subject

    def compose_body(self) -> ComposeResult:
        with Pane(id="page"):
            yield Page(id="page-lines")

    def on_mount(self) -> None:
        pane = self.query_one(Pane)
        pane.head("All keys that work here", self._asked_from.value)
        lines = self.query_one(Page)
        commands = [command for command in commands_in(self._asked_from) if self.is_bound(command)]
        lines.show(
            [
                *_key_lines(commands, self.desk.keys, self._refusal),
                *_moving_lines(self._asked_from, has_parts=self._has_parts),
                *_grade_lines(self.desk.grades),
                *_way_lines(),
                *_promise_lines(),
            ]
        )
        lines.focus()


def _key_lines(
    commands: Iterable[Command], keys_of: Keys, refusal: Callable[[Command], str | None]
) -> Iterator[Line]:
    for command in commands:
        reason = refusal(command)
        keys = f"  {' '.join(keys_of.shown(command.id)) or '(palette)':<24}"
        if reason is None:
            yield (Styled(keys, "accent"), command.help)
        else:
            yield (Styled(keys, "muted"), Styled(f"{command.help}. {reason}", "muted"))


def _moving_lines(where: Where, *, has_parts: bool) -> Iterator[Line]:
    moving = _WHILE_TYPING if where == Where.DELETE else _MOVING
    is_named = any("tab" in command.keys.split(",") for command in commands_in(where))
    below = [_BELOW] if where in (Where.REVIEW, Where.CONFLICT) else []
    for pressed, what in (*moving, *below, *([_PARTS] if has_parts and not is_named else [])):
        yield (Styled(f"  {pressed:<24}", "accent"), what)


def _grade_lines(grades: Iterable[tuple[str, str, str]]) -> Iterator[Line]:
    yield ()
    yield (Styled("What this run may do here, and who says so", "strong"),)
    for about, how, origin in grades:
        yield (Styled(f"  {about:<24}", "accent"), f"{how:<9} {origin}")


def _way_lines() -> Iterator[Line]:
    yield ()
    yield (Styled("How a pod reads a Secret, and when it sees a change", "strong"),)
    for way in WAYS:
        yield (Styled(f"  {way.title:<24}", "accent"), way.update)


def _promise_lines() -> Iterator[Line]:
    yield ()
    yield (Styled("What this program knows and does not know", "strong"),)
    for text in (
        "A value is fetched when you open its Secret, and let go of when you leave it. Lists hold none.",
        "READ BY counts pods of the open namespace. Scaled-down workloads, Ingresses and other kinds are not "
        "looked at, so it says none known, never unused.",
        "A copy goes to a clipboard that cannot confirm it. Swap, root, recorders and clipboard managers are "
        "out of this program's reach.",
    ):
        yield (f"  {text}",)
