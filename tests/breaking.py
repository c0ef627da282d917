"""What a promise is broken with: each takes what was there, and gives what is put in its place."""

from __future__ import annotations

from typing import Any


def adds_a_line_break(real: Any) -> Any:
    return lambda *args: real(*args) + b"\n"


def touches_labels(real: Any) -> Any:
    def body(version: str, changes: Any) -> Any:
        sent = real(version, changes)
        return sent | {"metadata": sent["metadata"] | {"labels": None}}

    return body


def forgets_the_version(real: Any) -> Any:
    return lambda version, changes: {"data": real(version, changes)["data"]}


def overwrites(real: Any) -> Any:
    def rebase(self: Any, newer: Any) -> Any:
        found = real(self, newer)
        draft = self
        for collision in found.collisions:
            draft = draft.resolve(collision.key, newer, "mine")
        return real(draft, newer)

    return rebase


def rehearses_in_earnest(real: Any) -> Any:
    async def write(self: Any, *args: Any, dry_run: bool = False) -> Any:
        return await real(self, *args, dry_run=False)

    return write


def does_nothing(real: Any) -> Any:
    return lambda *args, **options: None


def takes_anything(real: Any) -> Any:
    def tighten(settings: Any, name: str, is_on: bool, origin: str) -> Any:
        from msgspec.structs import replace

        return replace(settings, **{name: is_on}, origins={**settings.origins, name: origin})

    return tighten


def comes_back_at_once(real: Any) -> Any:
    async def empty(self: Any) -> bool:
        return False

    return empty


def fetches_unasked(real: Any) -> Any:
    async def pages(self: Any, resource: Any, namespace: Any) -> Any:
        async for page in real(self, resource, namespace):
            for row in page.rows[:1] if resource.name == "secrets" else ():
                await self.open(row.ref)
            yield page

    return pages


def lets_all_out(real: Any) -> Any:
    async def go(self: Any, request: Any, go_on: Any) -> Any:
        return await go_on(request)

    return go


def names_nothing(real: Any) -> Any:
    def begin(self: Any, *args: Any) -> None:
        real(self, *args)
        self.sentence = "Refused."

    return begin


def doubts_a_401(real: Any) -> Any:
    """A server that does not know who writes is taken for one that may have written."""
    from tui.model.errors import OutcomeUnknown

    return lambda asked, code, *rest: (
        OutcomeUnknown(asked.what) if code == 401 and asked.changes else real(asked, code, *rest)
    )


def claims(real: Any) -> Any:
    async def send(*args: Any, **options: Any) -> str:
        said: str = await real(*args, **options)
        return said.replace("(it cannot confirm)", "and is there")

    return send
