"""The pane of one Secret: its keys, its draft, and the readers of a key. Values are masked at first."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Mapping, Sequence
from functools import partial

from textual import on
from textual.app import ComposeResult
from textual.containers import Container, Vertical
from textual.geometry import Size
from textual.message import Message

from tui.model.draft.draft import Draft, KeyRow
from tui.model.errors import NotFound
from tui.model.readers.reader import ReaderId, ReaderKind, Use, each_once
from tui.model.secret.formats.registry import known_row_name, name_values
from tui.model.secret.secret import Secret, SecretRef
from tui.model.secret.types.registry import secret_type, type_word
from tui.model.secret.types.secret_type import SecretType
from tui.model.secret.value import Value, facts
from tui.model.settings.settings import FACTS
from tui.model.text.counts import counted
from tui.process.threads import looked_into
from tui.session.open_secret import Opened
from tui.session.session import Topic
from tui.ui.base.freshness import pods_cell
from tui.ui.base.list_state import about_secret, again_words, failure_note
from tui.ui.base.reader_words import read_by
from tui.ui.base.screen_context import ScreenContext
from tui.ui.base.value_facts import (
    TOO_LARGE,
    SecretFacts,
    changes_certificates,
    has_certificates,
    inside_warnings,
    life_lines,
    look_inside,
    name_of,
    title_facts,
)
from tui.ui.browser import secret_warnings
from tui.ui.browser.key_readers import KeyReaders
from tui.ui.browser.listed_secrets import ListedSecrets
from tui.ui.browser.secret_warnings import summary_of
from tui.ui.widgets.bars.frame import is_staying
from tui.ui.widgets.bars.note import Note, NoteView
from tui.ui.widgets.lines import Line, Lines, cells_of, wrapped
from tui.ui.widgets.lists.key_table import KeyLine, KeyTable
from tui.ui.widgets.lists.picker import PaneWithFilter
from tui.ui.widgets.lists.secret_table import Known
from tui.ui.widgets.table.columns import LABEL
from tui.ui.widgets.table.table import VirtualTable
from tui.ui.widgets.text import Styled, tone_of, width

_NOTHING = SecretFacts({}, None)
_LEAST_READERS = 8
_READERS_SHARE = 3
"""Readers of a key get at most a third of the lines, or `_LEAST_READERS` lines if that is more."""
_LEAST_KEYS = 3
_PEM = 70
"""Width in cells that is enough for the lines of a shown PEM value."""
_TABLE_HEAD = 1
_NO_ANSWER = 0.1
"""Seconds before the pane shows that the cluster has not answered."""
_AROUND = 2
"""Total of the blank cells left and right of a warning or of a line about readers."""


class SecretPane(PaneWithFilter):
    """The open Secret and its draft. The pane keeps only the values that it draws."""

    class LookedInside(Message):
        """Sent when the expiry of the Secret's values may have become known."""

    def __init__(
        self,
        shared: ScreenContext,
        listed: ListedSecrets,
        revealed: Callable[[], Collection[tuple[str, str]]],
    ) -> None:
        """`revealed` returns (uid of the Secret, key) of each visible value."""
        self._shared, self._listed, self._revealed = shared, listed, revealed
        self.table = KeyTable(opens=shared.keys.of("go_in"), id="key-table")
        """Table of the keys, mounted when the first Secret is opened."""
        super().__init__(
            self.table,
            changed=self.update_all,
            placeholder="words in the names of keys",
            field_id="key-filter",
            id="secret",
            classes="-summary",
        )
        self._note_view, self._readers = NoteView(), KeyReaders(shared)
        self._keys = Vertical(id="keys")
        self._is_beside = self._has_keys = False
        self._awaited: Opened | None = None
        self._is_late = False
        self._row: Known | None = None
        self._warned: list[Line] = []
        self._is_looking = False
        self._inside: tuple[str, SecretFacts | None] = ("", _NOTHING)
        """Resource version of the Secret that was last looked into, and what its values contain.

        The second item is None if looking into the values took too long.
        """

    def compose(self) -> ComposeResult:
        yield Lines(marks_rest=True, id="warnings")

    @property
    def ref(self) -> SecretRef | None:
        return self._shared.session.open_ref

    @property
    def secret(self) -> Secret | None:
        """Newest version of the open Secret."""
        opened = self._shared.session.opened
        return opened.secret if opened is not None else None

    @property
    def draft(self) -> Draft | None:
        """Draft of the open Secret, or None.

        A draft of a new Secret is left out while an existing Secret with the same name is open or loading.
        """
        if (opened := self._shared.session.opened) is None:
            return None
        uid = opened.secret.uid if opened.secret is not None else None
        draft = self._shared.session.drafts.get(opened.ref, uid)
        exists = not opened.is_new and opened.gone is None
        return None if draft is not None and draft.is_new and exists else draft

    @property
    def is_ready(self) -> bool:
        return self.secret is not None or self.is_new

    @property
    def is_recreated(self) -> bool:
        opened = self._shared.session.opened
        return opened is not None and opened.gone == "recreated"

    @property
    def is_new(self) -> bool:
        return self.secret is None and self.draft is not None and self.draft.is_new

    @property
    def key(self) -> str | None:
        return self.table.cursor_key if self._has_keys else None

    @property
    def uid(self) -> str:
        return self.secret.uid if self.secret is not None else ""

    @property
    def kind(self) -> SecretType:
        typed = self.secret or self.draft
        return secret_type(typed.type if typed is not None else "")

    @property
    def data(self) -> Mapping[str, Value]:
        if (draft := self.draft) is not None:
            return draft.data(self.secret)
        return self.secret.data if self.secret is not None else {}

    @property
    def key_and_value(self) -> tuple[str, Value]:
        """Key under the cursor and its value. The caller must have checked that this value exists."""
        key = self.key or ""
        value = self.value(key)
        assert value is not None
        return key, value

    def value(self, key: str) -> Value | None:
        if (draft := self.draft) is not None:
            return draft.value(self.secret, key)
        return self.secret.data.get(key) if self.secret is not None else None

    def look_at(self, row: Known | None) -> None:
        self._row = row
        if self.ref is None:
            self.update_all()

    def live_changed(self, topics: frozenset[Topic]) -> None:
        if topics & {"opened", "drafts", "writes", "readers", "secrets", "namespaces", "sources"}:
            self.update_all()
        if "sources" in topics:
            self.post_message(self.LookedInside())  # the renewal of a certificate may be known now

    def place_readers(self, *, is_beside: bool) -> None:
        self._is_beside = is_beside
        self.set_class(is_beside, "-beside")
        if self._has_keys:
            self._share_room()

    def on_resize(self) -> None:
        if self._has_keys and is_staying(self):
            self._share_room()
            self._show_readers()

    @property
    def _room(self) -> int:
        """Number of lines that the warnings leave for keys and readers."""
        size = self.size or self.app.size
        width, height = size.width - _AROUND, size.height - self.is_typing
        warned = sum(1 for _ in wrapped(map(cells_of, self._warned), width)) if width > 0 else 0
        return height - min(size.height // 2, warned)

    def _most_keys(self) -> int:
        ref, key = self.ref, self.key
        needed = self._readers.least_lines(ref, key) if ref is not None and key is not None else 0
        readers = min(needed, max(_LEAST_READERS, self._room // _READERS_SHARE))
        return max(_LEAST_KEYS, self._room - readers) - _TABLE_HEAD

    @property
    def _keys_beside(self) -> int:
        if not self.table.keys or self.ref is None:
            return self.size.width
        pod_widths = (width(line.has_now) for line in self.table.keys if tone_of(line.has_now) == "warning")
        readers = self._readers.least_width(self.ref, max(pod_widths, default=0))
        return max(min(self.table.whole_width().full, _PEM), self.size.width - readers)

    def _share_room(self) -> None:
        self.table.follow_rows(None if self._is_beside else self._most_keys())
        self._keys.styles.width = self._keys_beside if self._is_beside else None

    def _no_keys(self) -> tuple[str, ...]:
        if self.kind.account:
            return ("No keys yet: the cluster fills in the token.",)
        keys = self._shared.keys
        adds = f"{keys.of('add_key')} adds one, {keys.of('load_value')} loads files."
        return (f"This Secret has no keys. {adds}", "Or paste a PEM bundle, .env lines or a manifest here.")

    def update_all(self) -> None:
        if (opened := self._shared.session.opened) is None:
            self._show_summary()
            return
        if self._keys.parent is None:
            parts = Container(id="keys-and-readers")
            self.mount(parts, self.field)
            parts.mount(self._keys, self._readers)
            # Mount `self.table` before `update_all` returns, because the table gets the focus next.
            self._keys.mount(self.table, self._note_view)
        note = self._why_no_keys()
        ref, blocked = opened.ref, self._shared.session.writes.blocked(opened.ref)
        key_lines = self._key_lines()
        self._look_at_values([line.row for line in key_lines])
        warned = list(secret_warnings.warnings(self._shared, opened, self.draft))
        warned += secret_warnings.not_watched(self._shared.session, ref)
        warned += [*self._said_of_producers(ref), *secret_warnings.of_arrival(self._shared, ref)]
        warned += [*self._said_of_former(), *self._said_of_inside()]
        self._warned = warned
        self.query_one("#warnings", Lines).show(warned)
        lines = [line for line in key_lines if line.row.mark or self._matches(line.key)]
        if key_lines and not lines:
            shows = f"{self._shared.keys.of('go_back')} shows all keys."
            note = Note("empty", (f"No key has the words of the filter. {shows}",))
        elif note is None and not lines and self.is_ready:
            note = Note("empty", self._no_keys())
        self._note_view.show_note(note)
        self.set_class(note is not None, "-noted")
        self.remove_class("-summary")
        self.table.display = self._has_keys = True
        self.table.show(lines)
        self._share_room()
        secret = self.secret
        state = "not created yet" if blocked is None else "outcome unknown"
        new_facts = (
            (type_word(draft.type), state) if self.is_new and (draft := self.draft) is not None else ()
        )
        filter_words = f"/{self.filter.strip()}  {len(lines):,} of {counted(len(key_lines), 'key')}"
        filter_facts = (filter_words,) if self.filter.strip() else ()
        self.head(
            ref.name,
            (
                *filter_facts,
                *(title_facts(secret, self._shared.server_now()) if secret is not None else new_facts),
            ),
        )
        self._show_readers()

    def leave_row(self, key: str) -> None:
        matching = (line.key for line in self.table.keys if self._matches(line.key))
        if not self._matches(key) and (first := next(matching, None)) is not None:
            self.table.move_to(first)

    def _matches(self, key: str) -> bool:
        return all(word in key.lower() for word in self.filter.lower().split())

    @property
    def missing_keys(self) -> list[str]:
        """Sorted keys that readers refer to, but that `data` lacks."""
        if self.ref is None:
            return []
        named = self._shared.session.readers_of(self.ref.namespace).keys_named(self.ref)
        return sorted({key for _, keys in named for key in keys if self.value(key) is None})

    def _said_of_producers(self, ref: SecretRef) -> list[Line]:
        manager = self.secret.manager if self.secret is not None else ""
        producers = self._shared.session.readers_of(ref.namespace).producers_of(ref)
        names = sorted({reader.info.title for reader in producers if reader.info.title != manager})
        return [(Styled(f"· produced by {', '.join(names)}", "muted"),)] if names else []

    def _said_of_inside(self) -> list[Line]:
        """Warnings about expiry times and certificates.

        If a draft changes certificates, the pane shows no such warnings: the review of the draft shows them.
        """
        if (secret := self.secret) is None or self._inside[0] != secret.resource_version:
            return []
        if self.draft is not None and changes_certificates(self.draft):
            return []
        if (inside := self._inside[1]) is None:
            return [TOO_LARGE]
        times = self._shared.session.certificates.of(secret)
        return [*inside_warnings(times, inside.pair_problem, self._shared.server_now())]

    def _look_at_values(self, rows: Sequence[KeyRow]) -> None:
        secret, (version, inside) = self.secret, self._inside
        is_new = secret is not None and secret.resource_version != version
        values = [(row.key, row.value) for row in rows if row.value is not None]
        unnamed = [(key, value) for key, value in values if known_row_name(key, value) is None]
        if self._is_looking or not (is_new or (unnamed and inside is not None)):
            return
        if secret is not None and is_new and not unnamed and not has_certificates(secret):
            self._looked_inside(secret, look_inside(secret))
            return
        self._is_looking = True
        look = self._look_inside(secret if is_new else None, unnamed, dict(values))
        self.run_worker(look, group="inside")

    async def _look_inside(
        self, secret: Secret | None, unnamed: Sequence[tuple[str, Value]], siblings: Mapping[str, Value]
    ) -> None:
        try:
            if secret is not None:
                self._looked_inside(secret, await looked_into(partial(look_inside, secret)))
            elif await looked_into(partial(name_values, unnamed, siblings)) is None:
                self._inside = (self._inside[0], None)
        finally:
            self._is_looking = False
        if is_staying(self):
            self.update_all()

    def _looked_inside(self, secret: Secret, inside: SecretFacts | None) -> None:
        self._shared.session.certificates.keep(secret, inside.times if inside is not None else {})
        self._inside = (secret.resource_version, inside)
        if is_staying(self):
            self.post_message(self.LookedInside())

    def _said_of_former(self) -> list[Line]:
        secret = self.secret
        former_draft = self._shared.session.drafts.get(secret.ref) if secret is not None else None
        if secret is None or former_draft is None or self.draft is not None:
            return []
        which = "a new" if former_draft.is_new else "the deleted"
        text = f"! a draft of {which} Secret {secret.ref.name} is kept separately"
        return [(Styled(f"{text}; {self._shared.keys.of('review_changes')} shows it", "warning"),)]

    def _why_no_keys(self) -> Note | None:
        opened, ref = self._shared.session.opened, self.ref
        if self.is_ready or ref is None or opened is None:
            return None
        if opened.gone is not None:
            keys = self._shared.keys
            opens = f"{keys.of('refresh_now')} opens the new Secret." if opened.gone == "recreated" else ""
            goes_back = f"{keys.of('go_back')} goes back to the list of Secrets."
            return Note("empty", (*filter(None, (opens,)), goes_back))
        if opened.state.error is not None:
            if isinstance(opened.state.error, NotFound):
                return Note("broken", (opened.state.error.sentence, *about_secret(self._shared, ref)))
            next_try = again_words(opened.state, self._shared.session.clock)
            return failure_note(self._shared.keys, opened.state.error, opened.state.kind, next_try)
        if opened is not self._awaited:
            self._awaited, self._is_late = opened, False
            self.run_worker(self._show_waiting(opened), group="opening", exclusive=True)
        return Note("loading", (f"Opening {ref.name} …",) if self._is_late else ())

    async def _show_waiting(self, opened: Opened) -> None:
        await self._shared.session.clock.sleep(_NO_ANSWER)
        if opened is self._shared.session.opened and is_staying(self):
            self._is_late = True
            self.update_all()

    def _key_lines(self) -> list[KeyLine]:
        if not self.is_ready or self.ref is None:
            return []
        draft, secret = self.draft, self.secret
        rows: tuple[KeyRow, ...]
        if draft is not None:
            rows = draft.rows(secret)
        else:
            data = secret.data if secret is not None else {}
            rows = tuple(KeyRow(key, "", data[key], data[key]) for key in sorted(data))

        readers = defaultdict[str, set[ReaderId]](set)
        whole_uses: list[tuple[Use, ReaderId]] = []
        readers_here = self._shared.session.readers_of(self.ref.namespace)
        for reader in each_once(readers_here.of(self.ref)):
            if reader.use.key is not None:
                readers[reader.use.key].add(reader.info.id)
            else:
                whole_uses.append((reader.use, reader.info.id))

        def counts(key: str) -> Counter[ReaderKind]:
            of_all = {which for use, which in whole_uses if use.reads(key)}
            return Counter(kind for kind, *_ in of_all | readers[key])

        session = self._shared.session
        opened = session.opened
        changed = opened.changed if opened is not None else frozenset()
        shown, now, facts_shown = self._revealed(), self._shared.server_now(), self._shared.settings.facts
        return [
            KeyLine(
                row,
                facts(row.value) if row.value is not None else None,
                is_shown=(self.uid, row.key) in shown,
                read_by=read_by(readers_here, self.ref, counts(row.key)),
                is_changed_there=row.key in changed,
                name=name_of(row.key, row.value, now, facts_shown) if row.value is not None else "",
                facts=self._facts_of(row),
                has_now=pods_cell(session, self.ref, row.key) if row.value is not None else "",
            )
            for row in rows
        ]

    def _facts_of(self, row: KeyRow) -> tuple[Styled, ...]:
        if row.value is None or self._shared.settings.facts != FACTS[0]:
            return ()
        secret, inside, session = self.secret, self._inside[1], self._shared.session
        is_same = secret is not None and secret.data.get(row.key) is row.value
        times = session.certificates.of(secret).get(row.key, ()) if secret is not None and is_same else ()
        is_pair = row.key == "tls.crt" and inside is not None and inside.pair_problem == ""
        is_pair = is_pair and not (self.draft is not None and changes_certificates(self.draft))
        name, now = known_row_name(row.key, row.value), self._shared.server_now()
        return life_lines(name, times, now, session.clock.tz, is_pair=is_pair)

    def _show_readers(self) -> None:
        width, lines = self.size.width, self._room
        if self._is_beside:
            width -= self._keys_beside
        else:
            lines -= _TABLE_HEAD + min(len(self.table.rows), self._most_keys())
        self._readers.show(self.ref, self.key, Size(width - _AROUND, lines), self._warned)

    def _show_summary(self) -> None:
        if self._has_keys:
            self.table.show([])  # the rows hold values
            self.table.forget()
            self.table.display = self._has_keys = False
            # The class gives the summary a constant size: moving in the list of Secrets needs no new layout.
            self.add_class("-summary")
            self._readers.clear()
            self._note_view.show_note(None)
        row = self._row
        self.head(row.ref.name if row is not None else "")
        lines: list[Line] = []
        if row is not None:
            opens = f"  {self._shared.keys.of('go_in')} opens the Secret and fetches its values."
            # the list of Secrets and the title of the pane cut a long name
            full_name: list[Line] = [(f"  {row.ref}",)] if len(str(row.ref)) > LABEL else []
            lines = [
                *full_name,
                *summary_of(self._shared, row, self._listed.choice.found_words(row)),
                (),
                (opens,),
            ]
        self.query_one("#warnings", Lines).show(lines)

    @on(VirtualTable.Highlighted)
    def follow_key(self, event: VirtualTable.Highlighted) -> None:
        event.stop()
        self._share_room()
        self._show_readers()
