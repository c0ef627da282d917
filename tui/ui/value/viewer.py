"""View one value: decoded, as text, as bytes, or as differences from another value.

The value is masked until the user shows it.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Collection, Mapping
from functools import partial
from typing import Any, Final, Literal

from textual import on
from textual.app import ComposeResult
from textual.events import Mount

from tui.model.draft.leaf_changes import LeafChange, leaf_differences
from tui.model.readers.reader import each_once, readers_count
from tui.model.secret.compare import SoughtText, SoughtValue
from tui.model.secret.formats.leaf import Leaf, joined_path
from tui.model.secret.formats.registry import DecodedValue, decoded_value, describe, known_row_name
from tui.model.secret.formats.value_format import Fact
from tui.model.secret.secret import SecretRef
from tui.model.secret.value import Value, facts, size_text
from tui.model.settings.settings import FACTS
from tui.process.threads import looked_into
from tui.session.session import Topic
from tui.ui.base.freshness import is_spread, seen_words, value_word
from tui.ui.base.job import ask, run_job
from tui.ui.base.revealed import RevealScreen
from tui.ui.base.screen import TuiScreen
from tui.ui.base.screen_context import ScreenContext
from tui.ui.base.value_facts import fact_line, life_lines, name_of
from tui.ui.command_types import Command, Where, unless
from tui.ui.commands import BY_ID
from tui.ui.dialogs.copy_as import copy_as, copy_value
from tui.ui.value.compare import CompareScreen
from tui.ui.value.keystore_password import KeystorePasswordScreen
from tui.ui.value.leaf_commands import LeafCommands, LeafEditor, ValueAnswer
from tui.ui.widgets.bars.footer import WIDE
from tui.ui.widgets.bars.frame import Pane, is_staying
from tui.ui.widgets.lines import Line, Lines
from tui.ui.widgets.lists.leaf_table import LeafTable, leaf_line
from tui.ui.widgets.lists.reader_lines import reader_lines
from tui.ui.widgets.table.table import VirtualTable
from tui.ui.widgets.text import Styled
from tui.ui.widgets.value.diff_view import DiffView
from tui.ui.widgets.value.value_view import HexView, ValueView

View = Literal["decoded", "text", "bytes"]
_WORDS: Final[dict[View, str]] = {"decoded": "decoded", "text": "as text", "bytes": "as bytes"}
_MOST_READERS: Final = 12
_AROUND: Final = 4
"""Total width of the frame and the padding, in terminal cells."""
_TOO_SLOW: Final = DecodedValue((Fact("Not decoded: decoding takes longer than a second.", level="muted"),))


SearchQuestion = Callable[[TuiScreen[Any], SoughtValue], Awaitable[str | None]]
"""Function that asks the user, in a dialog above the given screen, for a text to find in other Secrets.

It returns None if the user cancels.
"""


class ValueScreen(RevealScreen[ValueAnswer | SoughtText | None]):
    """Viewer of one value."""

    PLACE = Where.VALUE

    def __init__(
        self,
        shared: ScreenContext,
        ref: SecretRef,
        key: str,
        value: Callable[[], Value | None],
        *,
        is_shown: bool,
        siblings: Callable[[], Mapping[str, Value]] = dict,
        editor: LeafEditor | None = None,
        why_not_edit: str = "",
        on_server: Callable[[], Value | None] = lambda: None,
        before: Value | None = None,
        is_former: bool = False,
        path: str = "",
        ask_what_to_find: SearchQuestion | None = None,
    ) -> None:
        """`siblings`: values of all keys. Decoding may need another key, such as a keystore's password.
        `before`: old value, to show how the value differs from it; None to show no differences.
        `is_former`: True if the value comes from a Helm record. `ref` then names the Secret in which
        Helm stores the record.
        """
        super().__init__(shared)
        self._ref, self._key, self._path = ref, key, path
        self._full_name = f"{key} {path}" if path else key
        """The key or, if the value is a leaf, the key and the path with a blank between them."""
        if is_shown:
            self.revealed = frozenset({("", self._full_name)})
        self._value, self._siblings, self._before = value, siblings, before
        self._is_former, self._on_server, self._ask_what_to_find = is_former, on_server, ask_what_to_find
        self._changes = LeafCommands(self, key, self._at_cursor, editor, why_not_edit)
        self.groups = (self._changes,)
        self._title = " / ".join(filter(None, (ref.name, key, path)))
        self._decoded = DecodedValue()
        self._view: View = "text"
        self._opened_leaf: ValueScreen | None = None
        self._pane = Pane(id="value")
        self._facts = Lines(marks_rest=True, id="above")
        self._leaves = LeafTable(opens=shared.keys.of("go_in"), id="leaves")
        self._text, self._bytes, self._diff = ValueView(id="text"), HexView(id="bytes"), DiffView(id="diff")
        self._drawn: Value | None = None
        self._drawn_before: Value | None = None
        self._differences: Mapping[str, LeafChange] = {}
        """Differences between the value and the value on the server, by path of the leaf."""

    def compose_body(self) -> ComposeResult:
        with self._pane:
            yield self._facts
            yield self._leaves
            yield self._text
            yield self._bytes
            yield self._diff

    @on(Mount)
    async def decode_and_draw(self) -> None:
        # Decode before the first key press: a press meant for a leaf must not show the whole value.
        await self._decode()
        is_as_text = "text" in self._views and (self.revealed or self._before is not None)
        self._view = "text" if is_as_text else self._views[0]
        self.draw_values()
        self.touched()

    def on_unmount(self) -> None:
        self._text.forget()
        self._bytes.forget()
        self._diff.forget()
        self._decoded, self._drawn, self._before, self._opened_leaf = DecodedValue(), None, None, None
        self._drawn_before, self._differences = None, {}
        self._changes.forget()

    async def _decode(self) -> None:
        value, before = self._value(), self._on_server()
        has_names = self.shared.settings.facts == FACTS[0]
        decoded: DecodedValue | None = DecodedValue()
        differences: tuple[LeafChange, ...] | None = None
        if value is not None and has_names:
            key, now = self._path or self._key, self.shared.server_now()
            decoded = await looked_into(partial(decoded_value, key, value, now, self._siblings()))
            if before is not None and before != value:
                differences = await looked_into(partial(leaf_differences, key, before, value))
        self._decoded, self._drawn, self._drawn_before = decoded or _TOO_SLOW, value, before
        self._differences = {change.path: change for change in differences or ()}

    def live_changed(self, topics: frozenset[Topic]) -> None:
        is_other = (self._value(), self._on_server()) != (self._drawn, self._drawn_before)
        if topics & {"opened", "drafts"} and is_other:
            self.run_worker(self._take_change(), group="decode", exclusive=True)
        elif "readers" in topics and self._text.display and not self._is_whole_shown:
            self.draw_values()

    async def _take_change(self) -> None:
        is_ours = self._on_server() == self._drawn_before or self._value() == self._drawn
        await self._decode()
        if not is_staying(self):
            return
        if not is_ours:
            if self._view == "decoded":
                self.hide_shown()  # a path may lead to another leaf now
            self.show_message(
                f"{self._full_name} changed on the server; this screen is up to date.", "warning"
            )
        if self._drawn is not None and self._view not in self._views:
            self._view = self._views[0]
        self.draw_values()
        if self._opened_leaf is not None:
            self._opened_leaf.live_changed(frozenset({"opened"}))

    @property
    def _views(self) -> list[View]:
        value = self._drawn
        if value is None or not value.size:
            return ["text"]
        views: list[View] = ["decoded"] if self._decoded.leaves else []
        return [*views, "text", "bytes"] if facts(value).is_readable else [*views, "bytes"]

    @property
    def _is_whole_shown(self) -> bool:
        return ("", self._full_name) in self.revealed

    def draw_values(self) -> None:
        value, is_shown = self._drawn, self._is_whole_shown
        text, raw, diff = self._text, self._bytes, self._diff
        is_decoded = self._view == "decoded" and value is not None
        self._leaves.display = self._facts.display = is_decoded
        diff.display = raw.display = text.display = False
        self._draw_leaves()
        if value is None:
            text.display = True
            part_or_key = "part of the value" if self._path else "key"
            text.mask((Styled(f"This {part_or_key} no longer exists.", "warning"),))
            self._pane.head(self._title)
            return
        known = facts(value)
        before = self._before if is_shown and self._view == "text" and known.is_readable else None
        diff.display = not is_decoded and before is not None and facts(before).is_readable
        raw.display = not is_decoded and is_shown and self._view == "bytes"
        text.display = not (is_decoded or raw.display or diff.display)
        if not is_shown or is_decoded:
            shows = f"{self.shared.keys.of('reveal_key')} shows it"
            is_barred = self.shared.settings.no_reveal
            words = "no value is shown in this run (--no-reveal)" if is_barred else shows
            text.mask((Styled(words, "muted"),), *self._fact_lines(value), *self._reader_lines())
            raw.forget()
            diff.forget()
        elif before is not None and diff.display:
            diff.show(before, value)
        elif not value.size:
            text.show_line(Styled("empty: 0 bytes", "muted"))
        elif raw.display:
            raw.show(value.reveal())
        else:
            text.show(value.reveal())
        views = (self._leaves, diff, raw, text)
        next(view for view in views if view.display).focus()
        self._draw_head(value)

    def _draw_head(self, value: Value) -> None:
        known = facts(value)
        name = self._word_for(self._path or self._key, value)
        is_text = known.is_text or not value.size
        shape = describe(value.reveal()) if is_text else f"{size_text(value.size)}, {name}"
        self._pane.head(self._title, (shape, name) if is_text and value.size else (shape,))

    def _fact_lines(self, value: Value) -> tuple[Line, ...]:
        now, tz = self.shared.server_now(), self.shared.session.clock.tz
        has_names = self.shared.settings.facts == FACTS[0]
        name = known_row_name(self._path or self._key, value) if has_names else None
        lines = [*life_lines(name, (), now, tz)[:1], *map(fact_line, self._decoded.facts)]
        if self._decoded.needs_password:
            asks = f"{self.shared.keys.of('open_keystore')} opens the keystore with its password."
            lines.insert(1, (Styled(asks, "muted"),))
        return ((), *lines) if lines else ()

    def _reader_lines(self) -> tuple[Line, ...]:
        session, keys = self.shared.session, self.shared.keys
        readers = each_once(session.readers_of(self._ref.namespace).of(self._ref, [self._key]))
        if self._path or self._is_former or not readers:
            return ()
        value = partial(value_word, session, self._key, is_spread=is_spread(session, self._ref, self._key))
        lines = reader_lines(
            *(readers, _MOST_READERS, self.app.size.width - _AROUND),
            f"{keys.of('go_back')}, then {keys.of('show_readers')} shows them all",
            value,
            lambda reader: seen_words(session, reader.info, reader.use),
        )
        title = (Styled(f"Read by: {self._key}", "strong"), f"   {readers_count(readers)}")
        return (), title, *lines

    def _draw_leaves(self) -> None:
        if self._view != "decoded":
            self._leaves.show(())
            # The hidden table is not drawn again, and its old lines may contain a value.
            self._leaves.forget()
            return
        lines = [fact_line(fact) for fact in self._decoded.facts]
        if self._decoded.has_more:
            lines.append(
                (Styled(f"Only the first {len(self._decoded.leaves):,} leaves are listed.", "muted"),)
            )
        self._facts.show(lines)
        self._leaves.show(
            [
                leaf_line(
                    leaf,
                    self._word_for(leaf.path, leaf.value),
                    is_shown=("", self._shown_as(leaf)) in self.revealed,
                    how=self._differences[leaf.path].how if leaf.path in self._differences else "",
                )
                for leaf in self._decoded.leaves
            ]
        )

    def _word_for(self, key: str, value: Value) -> str:
        return name_of(key, value, self.shared.server_now(), self.shared.settings.facts)

    def _leaf_at(self, path: str | None) -> Leaf | None:
        return next((leaf for leaf in self._decoded.leaves if leaf.path == path), None)

    @property
    def _leaf(self) -> Leaf | None:
        return self._leaf_at(self._leaves.cursor_key) if self._view == "decoded" else None

    def _path_of(self, leaf: Leaf) -> str:
        return joined_path(self._path, leaf.path)

    def _shown_as(self, leaf: Leaf) -> str:
        return f"{self._key} {self._path_of(leaf)}"

    def _leaf_value(self, path: str) -> Value | None:
        leaf = self._leaf_at(path)
        return leaf.value if leaf is not None else None

    def _leaf_on_server(self, path: str) -> Value | None:
        change = self._differences.get(path)
        return change.before if change is not None else self._leaf_value(path)

    @property
    def target(self) -> object:
        return (self.subject, self._leaf.path if self._leaf is not None else "")

    @on(VirtualTable.Highlighted)
    def offer_for_leaf(self) -> None:
        self._changes.look_at_leaf()
        self.refresh_footer()

    @property
    def hides_here(self) -> bool:
        leaf = self._leaf
        return ("", self._shown_as(leaf) if leaf is not None else self._full_name) in self.revealed

    def may_reveal(self, ref: SecretRef, keys: Collection[str], how: str = "") -> bool:
        """True if the values may be shown.

        The journal records `self._key` (the key of the Secret), because `keys` may be names of leaves.
        """
        return super().may_reveal(ref, (self._key,), how)

    @on(VirtualTable.Opened)
    async def take_opened(self, event: VirtualTable.Opened) -> None:
        event.stop()
        await run_job(self, self._open_leaf())

    def _no_leaf(self) -> str | None:
        return None if self._leaf is not None else "No leaf under the cursor to open."

    @unless(_no_leaf)
    def run_go_in(self) -> None:
        self._leaves.open_row()

    async def _open_leaf(self) -> None:
        if (leaf := self._leaf) is None:
            return
        self._opened_leaf = ValueScreen(
            *(self.shared, self._ref, self._key, partial(self._leaf_value, leaf.path)),
            is_shown=self.hides_here,
            siblings=self._siblings,
            editor=self._changes.editor,
            why_not_edit=self._changes.why_not,
            on_server=partial(self._leaf_on_server, leaf.path),
            is_former=self._is_former,
            path=self._path_of(leaf),
            ask_what_to_find=self._ask_what_to_find,
        )
        self._opened_leaf.other_side = self.other_side
        answer = await ask(self, self._opened_leaf)
        self._opened_leaf = None
        if answer is not None:
            self.dismiss(answer)

    @property
    def _next_view(self) -> View | None:
        views = self._views
        return views[(views.index(self._view) + 1) % len(views)] if len(views) > 1 else None

    def _one_view(self) -> str | None:
        return None if self._next_view is not None else "This value has one view only."

    @unless(_one_view)
    def run_change_view(self) -> None:
        """Show the next view. If the current or the next view is the decoded one, hide all values."""
        before, view = self._view, self._next_view
        if view is None:
            return
        if "decoded" in (before, view):
            self.hide_shown()
        self._view = view
        self.draw_values()
        self.refresh_footer()
        # Masked text and masked bytes look the same, so the status names the new view.
        if not self.revealed:
            self.show_status(f"{_WORDS[view].capitalize()}.")

    def is_in_footer(self, command: Command) -> bool:
        is_narrow = command.id == "find_on_page" and self.app.size.width < WIDE
        is_squeezed = is_narrow and self.why_not(BY_ID["review_changes"]) is None
        return super().is_in_footer(command) and not is_squeezed

    def title_of(self, command: Command) -> str:
        if command.id == "change_view" and (view := self._next_view) is not None:
            return _WORDS[view]
        return super().title_of(command)

    def run_reveal_key(self) -> None:
        if (leaf := self._leaf) is not None:
            self.toggle_values(self._ref, "", (self._shown_as(leaf),), self._path_of(leaf))
        else:
            self.toggle_values(self._ref, "", (self._full_name,), self._path)

    def _at_cursor(self) -> tuple[Value | None, str]:
        if (leaf := self._leaf) is not None:
            return leaf.value, self._path_of(leaf)
        return self._value(), self._path

    async def run_copy_value(self) -> None:
        value, path = self._at_cursor()
        if value is not None:
            await copy_value(self, self._ref, self._key, value, path=path)

    async def run_copy_as(self) -> None:
        value, path = self._at_cursor()
        if value is not None:
            await copy_as(self, self._ref, self._key, value, has_names=not self._is_former, path=path)

    def run_check_value(self) -> None:
        leaf = self._leaf
        value = self._value if leaf is None else partial(self._leaf_value, leaf.path)
        name = self._full_name if leaf is None else self._shown_as(leaf)
        self.app.push_screen(CompareScreen(self.shared, name, value))

    def _not_searchable(self) -> str | None:
        back = f"{self.shared.keys.of('go_back')} goes back."
        why = f"To search for a value, open the value from its Secret; {back}"
        return why if self._ask_what_to_find is None else None

    @unless(_not_searchable)
    async def run_find_value(self) -> None:
        value, path = self._at_cursor()
        if value is None or self._ask_what_to_find is None:
            return
        sought = SoughtValue(" ".join(filter(None, (self._key, path))), value)
        if text := await self._ask_what_to_find(self, sought):
            self.dismiss(SoughtText(text))

    def _no_password(self) -> str | None:
        return None if self._decoded.needs_password else "This value needs no password."

    @unless(_no_password)
    async def run_open_keystore(self) -> None:
        value, key = self._drawn, self._path or self._key
        if value is None:
            return
        decode = partial(decoded_value, key, value, self.shared.server_now(), {})
        decoded = await ask(self, KeystorePasswordScreen(self.shared, self._title, decode))
        if decoded is not None and self._drawn == value:
            self._decoded = decoded
            self.draw_values()
            self.refresh_footer()
