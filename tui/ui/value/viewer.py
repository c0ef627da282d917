"""View one whole value, as text with its line ends, as bytes, or as how it differs; masked until shown."""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal

from textual.app import ComposeResult

from tui.model.draft.editor_text import describe
from tui.model.secret.secret import SecretRef
from tui.model.secret.value import Value, facts, size_text
from tui.session.session import Topic
from tui.ui.base.revealed import RevealScreen
from tui.ui.base.screen_context import ScreenContext
from tui.ui.base.value_facts import name_of
from tui.ui.command_types import Where, unless
from tui.ui.dialogs.copy_as import copy_as, copy_value
from tui.ui.value.compare import CompareScreen
from tui.ui.widgets.bars.frame import Pane
from tui.ui.widgets.text import Styled
from tui.ui.widgets.value.diff_view import DiffView
from tui.ui.widgets.value.value_view import HexView, ValueView


class ValueScreen(RevealScreen[Literal["edit", "set"] | None]):
    """Dismissed with "edit" or "set" if the person wants to edit the value or set it without showing."""

    PLACE = Where.VALUE

    def __init__(
        self,
        shared: ScreenContext,
        ref: SecretRef,
        key: str,
        value: Callable[[], Value | None],
        *,
        is_shown: bool,
        why_not_edit: str = "",
        before: Value | None = None,
        is_former: bool = False,
    ) -> None:
        """`why_not_edit`: why it cannot be edited from here; "" where it can.

        `before`: what it was, to show how it differs; None to show it whole. `is_former`: the Secret has no
        such key, a record of another's past has it.
        """
        super().__init__(shared)
        self._ref, self._key = ref, key
        if is_shown:
            self.revealed = frozenset({("", key)})
        self._value, self._before = value, before
        self._why_not_edit, self._is_former = why_not_edit, is_former
        self._title = f"{ref.name} / {key}"
        self._pane = Pane(id="value")
        self._text, self._bytes, self._diff = ValueView(id="text"), HexView(id="bytes"), DiffView(id="diff")
        self._drawn: Value | None = None

    def compose_body(self) -> ComposeResult:
        with self._pane:
            yield self._text
            yield self._bytes
            yield self._diff

    def on_mount(self) -> None:
        self.draw_values()
        self.touched()

    def on_unmount(self) -> None:
        self._text.forget()
        self._bytes.forget()
        self._diff.forget()
        self._drawn = self._before = None

    def live_changed(self, topics: frozenset[Topic]) -> None:
        if "opened" in topics and self._value() != self._drawn:
            self.say(f"{self._key} changed on the server; this is the new value.", "warning")
            self.draw_values()

    def draw_values(self) -> None:
        value, is_shown = self._value(), bool(self.revealed)
        self._drawn = value
        text, raw, diff = self._text, self._bytes, self._diff
        diff.display = False
        if value is None:
            raw.display, text.display = False, True
            text.mask((Styled("This key no longer exists.", "warning"),))
            self._pane.head(self._title)
            return
        known = facts(value)
        is_readable = known.is_readable
        before = self._before if is_shown and is_readable else None
        diff.display = before is not None and facts(before).is_readable
        raw.display = is_shown and not is_readable
        text.display = not (raw.display or diff.display)
        if not is_shown:
            shows = f"{self.shared.keys.of('reveal_key')} shows it"
            is_barred = self.shared.settings.no_reveal
            text.mask(
                (Styled("no value is shown in this run (--no-reveal)" if is_barred else shows, "muted"),)
            )
            raw.forget()
            diff.forget()
        elif before is not None and diff.display:
            diff.show(before, value)
        elif not value.size:
            text.tell(Styled("empty: 0 bytes", "muted"))
        elif is_readable:
            text.show(value.reveal())
        else:
            raw.show(value.reveal())
        (diff if diff.display else raw if raw.display else text).focus()
        name = name_of(self._key, value, self.shared.server_now(), self.shared.settings.facts)
        is_text = known.is_text or not value.size
        shape = describe(value.reveal()) if is_text else f"{size_text(value.size)}, {name}"
        self._pane.head(self._title, (name, shape) if is_text and value.size else (shape,))

    def run_reveal_key(self) -> None:
        self.toggle_values(self._ref, "", (self._key,))

    async def run_copy_value(self) -> None:
        """To the clipboard, without showing it."""
        if (value := self._value()) is not None:
            await copy_value(self, self._ref, self._key, value)

    async def run_copy_as(self) -> None:
        """As something else: asks as what."""
        if (value := self._value()) is not None:
            await copy_as(self, self._ref, self._key, value, has_names=not self._is_former)

    def run_check_value(self) -> None:
        """Whether a value that is typed unseen is this one."""
        self.app.push_screen(CompareScreen(self.shared, self._key, self._value))

    def _not_editable(self) -> str | None:
        return self._why_not_edit or None

    @unless(_not_editable)
    def run_edit_value(self) -> None:
        self.dismiss("edit")

    @unless(_not_editable)
    def run_set_unseen(self) -> None:
        self.dismiss("set")
