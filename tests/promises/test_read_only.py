"""Read-only: whatever is pressed, at every place, only reads and access reviews leave the process."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any, Final

import pytest

from tests.scenes import DB
from tests.stage import NORMAL, Stage, on_stage
from tui.commands import COMMANDS, Where, commands_in
from tui.config import Settings
from tui.model.draft import Changes, Draft
from tui.model.errors import ReadOnly
from tui.model.secret import Secret
from tui.model.value import Value
from tui.screens.base import TuiScreen
from tui.screens.deleting import DeleteScreen
from tui.screens.editor import Editing, EditorScreen
from tui.screens.review import ReviewScreen

REVIEWS: Final = (
    "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews",
    "/apis/authorization.k8s.io/v1/selfsubjectrulesreviews",
    "/apis/authentication.k8s.io/v1/selfsubjectreviews",
)
ENDS: Final = frozenset({"quit_program", "go_back_or_quit"})
"""What would end the walk; tried last, and once, by the screens' own tests."""


def held(stage: Stage) -> Secret:
    """The Secret that is open."""
    opened = stage.session.opened
    assert opened is not None and opened.secret is not None
    return opened.secret


async def opened(stage: Stage) -> None:
    """A Secret open, the cursor on a key."""
    await stage.sees("KEY", "password")


async def dirty(stage: Stage) -> None:
    """The same with a draft: none can be made read-only, so it is put there."""
    await opened(stage)
    secret = held(stage)
    stage.session.drafts.put(Draft.of(secret).set(secret, "password", Value(b"made-up-change")))


async def in_list(stage: Stage) -> None:
    """The list, with the focus."""
    await opened(stage)
    await stage.press("escape")


async def in_review(stage: Stage) -> None:
    """A review on screen, as if w had opened it."""
    await dirty(stage)
    draft = stage.session.drafts.get(DB)
    assert draft is not None
    stage.app.push_screen(ReviewScreen(stage.app.desk, draft))
    await stage.sees("dry run")


async def in_conflict(stage: Stage) -> None:
    """The same, after another wrote the same key."""
    await dirty(stage)
    secret = stage.cluster.store.get("secrets", DB.namespace, DB.name)
    secret["data"]["password"] = "bWFkZS11cC1ieS1vdGhlcnM="
    stage.cluster.store.put(secret, manager="another")
    draft = stage.session.drafts.get(DB)
    assert draft is not None
    stage.app.push_screen(ReviewScreen(stage.app.desk, draft))
    await stage.sees("to decide")


async def in_editor(stage: Stage) -> None:
    """An editor on screen, as if e had opened it."""
    await opened(stage)
    stage.app.push_screen(EditorScreen(stage.app.desk, Editing(DB, "password", Value(b"made-up"))))
    await stage.sees("Nothing is sent until the review")


async def in_pods(stage: Stage) -> None:
    """The readers."""
    await opened(stage)
    await stage.press("p")
    await stage.sees("Readers of")


async def in_value(stage: Stage) -> None:
    """One value."""
    await opened(stage)
    await stage.press("enter")
    await stage.sees("r shows it")


async def in_page(stage: Stage) -> None:
    """A page to read."""
    await opened(stage)
    await stage.press("i")
    await stage.sees("Who wrote which key")


async def in_deletion(stage: Stage) -> None:
    """The deletion, as if D had opened it, its name typed."""
    await opened(stage)
    stage.app.push_screen(DeleteScreen(stage.app.desk, DB))
    await stage.sees("Who reads it")
    await stage.type(DB.name)


PLACES: Final[dict[str, tuple[Where, Callable[[Stage], Awaitable[None]]]]] = {
    "list": (Where.LISTS, in_list),
    "secret": (Where.SECRET, opened),
    "draft": (Where.SECRET, dirty),
    "review": (Where.REVIEW, in_review),
    "conflict": (Where.CONFLICT, in_conflict),
    "editor": (Where.EDITOR, in_editor),
    "pods": (Where.PODS, in_pods),
    "value": (Where.VALUE, in_value),
    "page": (Where.PAGE, in_page),
    "deletion": (Where.DELETE, in_deletion),
}


async def walk(stage: Stage, where: Where) -> set[str]:
    """Run every command of a place where the stage stands; what it opens is closed again. Their ids."""
    base: TuiScreen[Any] = stage.app.screen  # type: ignore[assignment]
    run = set()
    for command in commands_in(where):
        if command.id in ENDS or base not in stage.app.screen_stack or base.place is not where:
            continue
        await base.action_run_command(command.id)
        await stage.pilot.pause()
        run.add(command.id)
        while base in stage.app.screen_stack and stage.app.screen is not base:
            stage.app.pop_screen()
            await stage.pilot.pause()
    return run


def written(stage: Stage) -> list[str]:
    """The requests that arrived and are neither reads nor access reviews."""
    return [
        f"{seen.method} {seen.path}"
        for seen in stage.cluster.requests
        if seen.method != "GET" and (seen.method, seen.path) not in {("POST", path) for path in REVIEWS}
    ]


@pytest.mark.parametrize("name", PLACES)
async def test_no_command_sends_more_than_a_read(name: str) -> None:
    where, go_there = PLACES[name]
    settings = Settings(read_only=True)
    async with on_stage(size=NORMAL, namespace=DB.namespace, start=DB, settings=settings) as stage:
        await go_there(stage)
        tried = await walk(stage, where)
        await stage.pilot.pause()
        assert tried
        assert written(stage) == []


def test_the_walk_reaches_every_command() -> None:
    reached = {command.id for where, _ in PLACES.values() for command in commands_in(where)}
    assert reached == {command.id for command in COMMANDS}


async def test_the_same_walk_without_read_only_writes() -> None:
    async with on_stage(size=NORMAL, namespace=DB.namespace, start=DB) as stage:
        await in_review(stage)
        await stage.sees("accepted at")
        await walk(stage, Where.REVIEW)
        await stage.sees("ritten:")
        assert any(line.startswith("PATCH") for line in written(stage))


async def test_with_the_gate_open_a_write_reaches_the_server_and_else_not() -> None:
    for is_read_only in (True, False):
        settings = Settings(read_only=is_read_only)
        async with on_stage(namespace=DB.namespace, start=DB, settings=settings) as stage:
            await opened(stage)
            secret = held(stage)
            changes = Changes(set={"password": Value(b"made-up-change")}, removed=frozenset())
            send = stage.session.cluster.write(DB, secret.uid, secret.resource_version, changes)
            if is_read_only:
                with pytest.raises(ReadOnly):
                    await send
            else:
                await send
            assert bool(written(stage)) is not is_read_only
