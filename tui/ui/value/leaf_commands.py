"""Viewer commands that change a whole value or one leaf of the value.

A leaf is one part of a decoded value, such as a field of a JSON text.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Final, Protocol

from msgspec import Struct
from msgspec.structs import replace

from tui.model.json_decoder import HiddenRepr
from tui.model.secret.compare import SoughtText
from tui.model.secret.formats.leaf import WHOLE, UnwritableLeaf
from tui.model.secret.formats.leaf_edit import why_not_writable, with_leaf
from tui.model.secret.formats.registry import decoded_value
from tui.model.secret.value import Value
from tui.process.threads import looked_into
from tui.ui.base.revealed import RevealScreen
from tui.ui.command_types import unless
from tui.ui.value.canceled_edits import CanceledEdits
from tui.ui.widgets.bars.frame import is_staying

_TOO_SLOW: Final = f"cannot be changed alone: encoding the value takes longer than a second; {WHOLE}"


class LeafPlace(HiddenRepr, Struct, frozen=True):
    """A leaf of a key's value, together with that whole value."""

    key: str
    whole: Value
    path: str
    """Path such as `auths.registry.example.com.password`."""
    leaf: Value

    @property
    def name(self) -> str:
        """Key and path, with a blank between them. No key equals this name, because keys contain no blank."""
        return f"{self.key} {self.path}"


async def place_in(whole: Value, place: LeafPlace) -> LeafPlace | None:
    if whole is place.whole:
        return place
    decoded = await looked_into(partial(decoded_value, place.key, whole, 0))
    leaves = decoded.leaves if decoded is not None else ()
    values = (leaf.value for leaf in leaves if leaf.path == place.path)
    return next((replace(place, whole=whole, leaf=value) for value in values), None)


async def written(place: LeafPlace, after: Value) -> Value | str:
    """Return the key's whole value with `after` in place of the leaf, or why the leaf cannot be written."""
    try:
        text = after.reveal().decode("utf-8", "surrogatepass")
        value = await looked_into(partial(with_leaf, place.key, place.whole, place.path, text, place.leaf))
    except UnicodeDecodeError:
        return "can hold only UTF-8 text"
    except UnwritableLeaf as why:
        return str(why)
    return value if value is not None else _TOO_SLOW


class ValueAnswer(Struct, frozen=True):
    """Command that the main screen runs after the viewer is closed."""

    command: str


class LeafEditor(Protocol):
    """Interface by which a viewer changes leaves of the open Secret, and reviews the Secret's draft."""

    canceled: CanceledEdits

    def value(self, key: str) -> Value | None:
        """Value of a key after the draft's changes; None if the key has no value."""

    def on_server(self, key: str) -> Value | None: ...

    def why_not(self) -> str | None: ...

    def why_not_rotated(self) -> str | None: ...

    def why_not_reviewed(self) -> str | None: ...

    async def change(self, place: LeafPlace, *, is_unseen: bool) -> None: ...

    async def bring_back(self) -> None: ...

    async def rotate(self, place: LeafPlace) -> None: ...

    async def review(self) -> bool:
        """Open the review on top of the viewer, and return True.

        Return False if the review must open in the main screen. The caller then closes the viewer.
        """


class LeafCommands:
    """Commands of a viewer: edit, rotate, review, and bring back a canceled edit.

    Editing and rotating change the leaf in `place`. If `place` is None, they change the whole value.
    """

    def __init__(
        self,
        screen: RevealScreen[ValueAnswer | SoughtText | None],
        key: str,
        at_cursor: Callable[[], tuple[Value | None, str]],
        editor: LeafEditor | None,
        why_not: str,
    ) -> None:
        """Set up the commands.

        `at_cursor`: function that returns the value and the path of the leaf at the cursor. If no leaf is at
        the cursor, the function returns the value and the path that the viewer shows. The path "" means the
        key's whole value.
        """
        self.screen, self.key, self.editor = screen, key, editor
        self._at_cursor, self.why_not = at_cursor, why_not
        self._whole: Value | None = None
        self._not_writable: dict[str, str] = {}
        self._is_looking = False

    @property
    def place(self) -> LeafPlace | None:
        (leaf, path), whole = self._at_cursor(), self.editor.value(self.key) if self.editor else None
        if leaf is None or whole is None or not path:
            return None
        return LeafPlace(self.key, whole, path, leaf)

    def look_at_leaf(self) -> None:
        """Check whether the leaf at the cursor can be written, then update the footer."""
        if not self._is_looking:
            self._is_looking = True
            self.screen.run_worker(self._look(), group="writable")

    async def _look(self) -> None:
        try:
            while (place := self.place) is not None and await self._stored_reason(place) is None:
                pass
        finally:
            self._is_looking = False
        if is_staying(self.screen):
            self.screen.refresh_footer()

    async def _stored_reason(self, place: LeafPlace) -> str | None:
        """Return the known reason why the leaf cannot be written, or "" if it can be written.

        If the leaf was not checked yet, check it, keep the answer for the next call, and return None.
        """
        if place.whole is not self._whole:
            self._whole, self._not_writable = place.whole, {}
        if (known := self._not_writable.get(place.path)) is not None:
            return known
        why = await looked_into(partial(why_not_writable, place.key, place.whole, place.path, place.leaf))
        if place.whole is self._whole:
            self._not_writable[place.path] = _TOO_SLOW if why is None else why
        return None

    def forget(self) -> None:
        self._whole, self._not_writable = None, {}

    def _not_editable(self) -> str | None:
        if self.editor is None:
            return self.why_not
        place = self.place
        why = self._not_writable.get(place.path) if place is not None and place.whole is self._whole else ""
        return self.editor.why_not() or (f"{place.path} {why}." if place is not None and why else None)

    def _not_rotatable(self) -> str | None:
        return (self.editor.why_not_rotated() if self.editor is not None else None) or self._not_editable()

    def _not_reviewable(self) -> str | None:
        return self.why_not if self.editor is None else self.editor.why_not_reviewed()

    def _none_canceled(self) -> str | None:
        return self.why_not if self.editor is None else self.editor.canceled.why_none()

    @unless(_not_editable)
    async def run_edit_value(self) -> None:
        if self.editor is not None and await self.editor.canceled.offer_last(
            self.screen, self.editor.bring_back
        ):
            return
        await self._change("edit_value")

    @unless(_not_editable)
    async def run_set_unseen(self) -> None:
        await self._change("set_unseen")

    async def _change(self, command: str) -> None:
        place = self.place
        if place is None or self.editor is None:
            self.screen.dismiss(ValueAnswer(command))
        elif await self._can_write(place):
            await self.editor.change(place, is_unseen=command == "set_unseen")

    async def _can_write(self, place: LeafPlace) -> bool:
        await self._stored_reason(place)
        if (why := self._not_editable()) is not None:
            self.screen.show_message(why, "warning")
        return why is None

    @unless(_not_rotatable)
    async def run_rotate_key(self) -> None:
        place = self.place
        if place is None or self.editor is None:
            self.screen.dismiss(ValueAnswer("rotate_key"))
        elif await self._can_write(place):
            await self.editor.rotate(place)

    @unless(_not_reviewable)
    async def run_review_changes(self) -> None:
        if self.editor is None or not await self.editor.review():
            self.screen.dismiss(ValueAnswer("review_changes"))

    @unless(_none_canceled)
    async def run_bring_back(self) -> None:
        if self.editor is not None:
            await self.editor.bring_back()
