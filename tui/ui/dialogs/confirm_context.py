"""Show the destination of a write, and ask for the name of a guarded context.

In a guarded context, the user must type the context's name before each write.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from tui.model.text.printable import ascii_only
from tui.session.contexts import LoginPrompts
from tui.ui.base.job import ask
from tui.ui.base.screen import TuiScreen
from tui.ui.base.screen_context import ScreenContext
from tui.ui.dialogs.prompt import NameRequest, NameScreen, Question
from tui.ui.widgets.lines import Line, cells_of, indent_of
from tui.ui.widgets.text import Cell, Styled


def destination(shared: ScreenContext, verb: str, *namespaces: str) -> list[Cell]:
    """Return a line with `verb`, the context, the namespaces, the user and the server.

    In names from the kubeconfig, characters outside ASCII are escaped, so that no two names look alike.
    """
    session = shared.session
    target, identity = session.cluster.target, session.access.identity
    user = identity.user if identity is not None else target.user or "nobody"
    guarded = shared.settings.guarded
    badge: list[Cell] = [Styled(f" {guarded} ", "badge"), " "] if guarded else []
    return [
        verb,
        *badge,
        Styled(ascii_only(target.context), "strong"),
        Styled(" › ", is_drawn=True),
        Styled(", ".join(namespaces), is_whole=True),
        Styled(f" as {ascii_only(user)}", is_whole=True),
        Styled(f" ({ascii_only(target.server)})", "muted", is_whole=True),
    ]


def destination_lines(shared: ScreenContext, verb: str, sends: str, *namespaces: str) -> list[Line]:
    """Return a list that begins with the line of `destination`.

    In a guarded context, a second line says that the command with the id `sends` asks for the context's name.
    """
    lines: list[Line] = [destination(shared, verb, *namespaces)]
    if shared.settings.guarded:
        asks = f"{shared.settings.guarded}: {shared.keys.of(sends)} asks for the context's name"
        lines.append((Styled(f"{' ' * indent_of(cells_of(verb))}{asks}", "warning"),))
    return lines


async def confirm_context(
    screen: TuiScreen[Any], verb: str, effect: str, namespaces: Sequence[str]
) -> str | None:
    """Ask the user to type the name of a guarded context. Return the name; None after Esc.

    If the context is not guarded, return "" without asking.
    """
    session, shared = screen.shared.session, screen.shared
    if not session.guard:
        return ""
    where = destination(shared, "", *namespaces)
    wanted = NameRequest(
        title=f"{shared.settings.guarded}: {verb} in {session.guard}?",
        lines=(effect, where, (), ("Type the context's name: ", Styled(session.guard, "strong"))),
        problem=session.writes.misnamed,
        verb=verb,
        judges_early=False,
    )
    return await ask(screen, NameScreen(wanted))


def person_at(screen: TuiScreen[Any]) -> LoginPrompts:
    async def agrees(lines: Sequence[str]) -> bool:
        question = Question(
            title="Trust this kubeconfig?",
            lines=(*lines, "y logs in. You are not asked again for this login in this run."),
            answers=(("y", "log in"),),
        )
        return await ask(screen, question) == "y"

    return LoginPrompts(agrees, screen.shared.app.lend)
