"""Commands of the lists of namespaces and Secrets."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from functools import partial
from typing import Any, Final

from msgspec.structs import replace

from tui.model.draft.draft import Draft
from tui.model.errors import ClusterError
from tui.model.query import BY_READERS, ORDERS
from tui.model.secret.fields import ANNOTATIONS
from tui.model.secret.secret import SecretRef
from tui.model.secret.types.registry import CHOICES, OPAQUE, secret_type
from tui.model.secret.validation import name_problem, namespace_problem, type_problem
from tui.model.secret.value import Value
from tui.model.text.counts import counted
from tui.model.text.times import clock
from tui.session.writes.intents import CHANGE, DELETE
from tui.session.writes.review import Target
from tui.session.writes.undo import Undoable
from tui.ui import router
from tui.ui.base.list_state import is_missing
from tui.ui.browser.panes import BrowserPanes
from tui.ui.browser.rename_commands import RenameCommands
from tui.ui.commands import Where, unless
from tui.ui.dialogs.dialog import ask
from tui.ui.dialogs.prompt import NameScreen, NameWanted, Question
from tui.ui.widgets.table.table import VirtualTable

_NUMBERS: Final = "123456789abcdefghijk"
"""What is pressed for each of the latest writes that can be undone."""
_ALL: Final = "A"
"""What is pressed for all that one press wrote."""


class ListCommands(RenameCommands):
    """Commands on the Secret under the cursor, and on the list as a whole."""

    # Why something is not possible now

    def _no_namespace(self) -> str | None:
        return None if self.namespaces.table.cursor_key else "No namespace selected."

    def _no_row(self) -> str | None:
        """A namespace's row may be that of all namespaces."""
        return None if self.place is Where.NAMESPACES else self.no_secret()

    def _no_name(self) -> str | None:
        return self._no_namespace() if self.place is Where.NAMESPACES else self.no_secret()

    def _may_not_list(self) -> str | None:
        return "You may not list Secrets here." if self.secrets.is_refused else None

    def _nowhere_before(self) -> str | None:
        return None if self.shared.before else "There is no previous namespace yet."

    def _no_place_for_new(self) -> str | None:
        namespace, key = self.shared.session.namespace, self.shared.keys.of("choose_namespace")
        said = f"No new Secret: namespace {namespace} does not exist. {key} lists the namespaces."
        return said if is_missing(self.shared, namespace) else None

    def _no_yaml(self) -> str | None:
        return self.not_created(more=": the cluster has no YAML of it")

    def _no_reader(self) -> str | None:
        """Readers may wait for a Secret that is not created yet."""
        ref = self.subject
        if ref is None or self.shared.session.readers_of(ref.namespace).count(ref):
            return None
        return self.not_created(more=", and no known pod names it")

    def _no_draft(self) -> str | None:
        return None if self.shared.session.has_drafts else "No draft to review."

    # The list

    def run_filter_list(self) -> None:
        """Type a filter; where nothing may be listed, a name."""
        if self.secrets.is_refused:
            self.run_open_named()
            return
        self.go_to("secrets")
        self.secrets.start_filter()

    def run_open_named(self) -> None:
        """Any Secret by its name: whether it is there, and may be opened, the server says."""
        namespace = self.shared.session.namespace
        wanted = NameWanted(
            title="Open a Secret" + (f" in {namespace}" if namespace else ""),
            lines=("Name of the Secret" if namespace else "namespace/name",),
            problem=self._name_problem,
            verb="open",
        )
        ask(self, NameScreen(wanted), lambda typed: self.open_secret(self._typed_ref(typed)))

    def _name_problem(self, typed: str) -> str | None:
        ref = self._typed_ref(typed)
        return namespace_problem(ref.namespace) or name_problem(ref.name)

    @unless(_may_not_list)
    def run_order_list(self) -> None:
        """The next order."""
        self._order_as(ORDERS[(ORDERS.index(self.shared.choice.order) + 1) % len(ORDERS)])

    @unless(_may_not_list)
    def run_reverse_order(self) -> None:
        """The other way round."""
        choice = self.shared.choice
        self._order_as(choice.order, is_reversed=not choice.is_reversed)

    def order_by_column(self, table: VirtualTable[Any], column: str) -> None:
        choice = self.shared.choice
        if table is not self.secrets.table:
            super().order_by_column(table, column)
        elif column not in ORDERS or self.secrets.is_refused:
            self.say(f"The list is not ordered by this column, only by {', '.join(ORDERS)}.")
        else:
            self._order_as(column, is_reversed=column == choice.order and not choice.is_reversed)

    def _order_as(self, order: str, *, is_reversed: bool = False) -> None:
        self.shared.choice = replace(self.shared.choice, order=order, is_reversed=is_reversed)
        self.secrets.choose_rows()
        doubt = self.shared.readers_doubt(self.shared.session.readers) if order == BY_READERS else ""
        said = f"Ordered by {order}{', reversed' if is_reversed else ''}"
        self.say(f"{said}; {doubt.rstrip('.')}." if doubt else f"{said}.")

    @unless(_may_not_list)
    def run_toggle_helm(self) -> None:
        """Helm's own records in or out."""
        wanted = not self.shared.choice.with_helm
        self.shared.choice = replace(self.shared.choice, with_helm=wanted)
        self.secrets.choose_rows()
        self.namespaces.update_rows()
        self.say("Helm release records are shown." if wanted else "Helm release records are hidden.")

    def run_choose_namespace(self) -> None:
        """To the namespaces; back leads here again."""
        here = self._at
        self.go_to("namespaces")
        self.chosen_from = here

    def run_show_secrets(self) -> None:
        """To the list; an open Secret is left for it."""
        if self.place is Where.SECRET:
            self.leave_secret()
        else:
            self.go_to("secrets")

    def run_show_everywhere(self) -> None:
        """Secrets of all namespaces."""
        self.show_namespace(None)

    def run_find_namespace(self) -> None:
        """Type words, or the name of any."""
        self.namespaces.start_filter()

    @unless(_no_namespace)
    def run_star_namespace(self) -> None:
        """Keep the one under the cursor on top, or no more."""
        name = self.namespaces.table.cursor_key or ""
        self.shared.remembered = self.shared.remembered.starring(name)
        self.shared.keep(self.shared.remembered)
        self.namespaces.update_rows()
        is_starred = name in self.shared.remembered.starred
        self.say(f"{name} is starred: it stays on top." if is_starred else f"{name} is no longer starred.")

    def run_choose_context(self) -> None:
        """The contexts of the kubeconfig."""
        self.app.push_screen(router.ContextsScreen(self.shared))

    @unless(_nowhere_before)
    def run_show_place_before(self) -> None:
        """The namespace before."""
        self.show_namespace(self.shared.before[0])

    def _no_names(self) -> str | None:
        return None if self.marked else self._no_name()

    @unless(_no_names)
    async def run_copy_name(self) -> None:
        """The name under the cursor, or each marked one on a line, to the clipboard."""
        is_namespace, ref, marked = self.place is Where.NAMESPACES, self.subject, self.marked
        name = self.namespaces.table.cursor_key if is_namespace else ref and ref.name
        what = f"the name {name}"
        if marked:
            is_plain = len({one.namespace for one in marked}) == 1
            name = "\n".join(one.name if is_plain else str(one) for one in marked)
            what = counted(len(marked), "name")
        if name:
            self.say(await self.shared.clipboard.send(name.encode(), what))

    # Marks

    def _no_row_to_mark(self) -> str | None:
        return self.no_secret() or self._may_not_list()

    def _no_marks(self) -> str | None:
        return None if self.marked else "No Secret is marked."

    @unless(_no_row_to_mark)
    def run_mark_secret(self) -> None:
        """Mark the one under the cursor, or take its mark away, and go down."""
        self._mark(self.shared.choice.marked ^ {self.here})
        self.secrets.table.action_move(1)

    @unless(_no_row_to_mark)
    def run_mark_shown(self) -> None:
        """Those that the filter leaves, beside those that are marked."""
        self._mark(self.shared.choice.marked | {row.ref for row in self.shared.rows.shown})

    @unless(_no_marks)
    def run_clear_marks(self) -> None:
        """Those of rows that are not shown too."""
        count = len(self.marked)
        self._mark(frozenset())
        self.say(f"{counted(count, 'mark')} cleared.")

    def _mark(self, marked: frozenset[SecretRef]) -> None:
        self.secrets.mark(marked)
        self.refresh_footer()

    # One Secret

    @unless(BrowserPanes.no_secret, _no_reader)
    def run_show_readers(self) -> None:
        """Who reads it."""
        session = self.shared.session
        session.want_readers(self.here.namespace if session.namespace is not None else None)
        self.app.push_screen(router.ReadersScreen(self.shared, ref=self.here))

    @property
    def _several(self) -> list[SecretRef]:
        """The Secrets that are marked, or else those of a list of what was found in values."""
        return self.marked or [row.ref for row in self.shared.rows.shown if self.has_found]

    def _nothing_to_restart(self) -> str | None:
        return None if self._several else self.no_secret() or self._no_reader()

    @unless(_nothing_to_restart)
    def run_restart_readers(self) -> None:
        """The workloads that keep an old value of it, or of one of several Secrets."""
        self.app.push_screen(router.RolloutScreen(self.shared, *(self._several or [self.here])))

    def run_show_pods(self) -> None:
        """All pods here."""
        self.shared.session.want_readers(self.shared.session.namespace)
        self.app.push_screen(router.ReadersScreen(self.shared))

    @unless(BrowserPanes.no_secret)
    def run_describe_secret(self) -> None:
        """Labels, annotations, owners, writers."""
        self.app.push_screen(router.DescribeScreen(self.shared, self.here))

    @unless(BrowserPanes.no_secret, _no_yaml)
    def run_show_yaml(self) -> None:
        """As kubectl prints it."""
        self.app.push_screen(router.YamlScreen(self.shared, self.here))

    @unless(BrowserPanes.no_secret, BrowserPanes.not_created)
    def run_show_source(self) -> None:
        """What manages it, and what can be done there."""
        self.app.push_screen(router.SourceScreen(self.shared, self.here))

    def _nothing_to_delete(self) -> str | None:
        return None if self.marked else self.no_secret() or self.not_created()

    @unless(_nothing_to_delete)
    def run_delete_secret(self) -> None:
        """Readers first, then the name typed; of several marked ones how many they are."""
        if len(refs := self.marked or [self.here]) > 1:
            self.app.push_screen(router.DeleteSeveralScreen(self.shared, refs), self._leave_deleted)
        else:
            self._delete(refs[0])

    def _leave_deleted(self, refs: Collection[SecretRef] | None) -> None:
        if self.shared.session.open_ref in (refs or ()):
            self.leave_secret()

    def _delete(self, ref: SecretRef) -> None:
        self.app.push_screen(router.DeleteScreen(self.shared, ref), partial(self._deleted, ref))

    def _deleted(self, ref: SecretRef, was_sent: bool | None) -> None:
        self._leave_deleted([ref] if was_sent else ())

    # Drafts

    @unless(_no_draft)
    def run_review_changes(self) -> None:
        """The draft of the Secret under the cursor; else the only one there is, or all of them."""
        drafts = self.shared.session.drafts.all()
        ref = self.subject
        draft = self.secret.draft if ref is not None and ref == self.secret.ref else None
        draft = draft or next((draft for draft in drafts if draft.ref == ref), None)
        if draft is None and len(drafts) == 1:
            draft = drafts[0]
        if draft is None:
            self.run_review_drafts()
        else:
            self.review_target(Target(draft))

    @unless(_no_draft)
    def run_review_drafts(self) -> None:
        """Every draft of this context in one review; those of other contexts are named."""
        drafts = self.shared.session.drafts.all()
        self.app.push_screen(router.DraftListScreen(self.shared, drafts))

    @unless(BrowserPanes.nothing_written)
    def run_undo_write(self) -> None:
        """Choose a write of this run, first those of the open Secret; its review begins, all as it was."""
        session = self.shared.session
        opened = session.open_ref if self.place is Where.SECRET else None
        newest = session.writes.undo.writes[::-1]
        latest = sorted(newest, key=lambda one: one.ref != opened)[: len(_NUMBERS)]
        numbers = _NUMBERS[: len(latest)]
        writes = (
            f"{number}  {clock(one.at, session.clock.tz)}  {one.ref}: {one.words}"
            for number, one in zip(numbers, latest, strict=True)
        )
        together = session.writes.undo.latest_together
        whens = (clock(one.at, session.clock.tz) for one in together[-1:])
        did = DELETE.done if all(one.words == DELETE.done for one in together) else CHANGE.done
        every = [f"{_ALL}  {when}  all {len(together)} {did} together" for when in whens]
        lines = (
            "Press the number before it. Nothing is sent until you review and write it.",
            *every,
            *writes,
        )
        first = "undo the latest" if latest[0] is newest[0] else f"undo number {numbers[0]}"
        every_one = [(_ALL, f"undo all {len(together)}")] if together else []
        answers = (*((number, "") for number in numbers), ("enter", first), *every_one, ("escape", "back"))

        def answered(number: str) -> None:
            if number == _ALL:
                self._undo_all(together)
                return
            self._undo(latest[0 if number == "enter" else numbers.index(number)])

        ask(self, Question("Undo a write", lines, answers), answered)

    def _undo_all(self, together: Sequence[Undoable]) -> None:
        """One review of what undoes each."""
        if self._has_draft(*together):
            return
        undoing = [one.draft for one in together if one.draft is not None]
        for draft in undoing:
            self.shared.session.drafts.put(draft)
        self.app.push_screen(router.DraftListScreen(self.shared, undoing))

    def _has_draft(self, *writes: Undoable) -> bool:
        """Is one of these Secrets being changed already? The line says so."""
        drafts, review = self.shared.session.drafts, self.shared.keys.of("review_changes")
        for one in writes:
            if drafts.get(one.ref) is not None:
                self.say(f"{one.ref} has a draft; {review} reviews it first.", "warning")
                return True
        return False

    def _undo(self, one: Undoable) -> None:
        drafts = self.shared.session.drafts
        if self._has_draft(one):
            return
        if one.draft is None:
            self._delete(one.ref)
            return
        drafts.put(one.draft)
        self.review_target(Target(one.draft))

    @unless(_no_place_for_new)
    def run_add_secret(self) -> None:
        """A new Secret: its name, its type, then keys in a draft; nothing is sent before the review."""
        namespace = self.shared.session.namespace
        wanted = NameWanted(
            title="New Secret" + (f" in {namespace}" if namespace else ""),
            lines=(
                "Name of the Secret" if namespace else "namespace/name",
                "Nothing is sent until you review.",
            ),
            problem=self._new_name_problem,
            verb="next",
        )
        ask(self, NameScreen(wanted), self._named_secret)

    def _typed_ref(self, typed: str) -> SecretRef:
        namespace, _, name = typed.rpartition("/")
        return SecretRef(
            self.shared.session.namespace or namespace, name if not self.shared.session.namespace else typed
        )

    def _new_name_problem(self, typed: str) -> str | None:
        ref = self._typed_ref(typed)
        problem = self._name_problem(typed)
        if problem is None and self.shared.session.secrets.get(ref) is not None:
            return f"A Secret {ref.name} already exists."
        return problem

    def _named_secret(self, typed: str) -> None:
        """The name is there: its type is next, unless the draft was begun before."""
        ref = self._typed_ref(typed)
        if self.shared.session.drafts.get(ref, "") is not None:
            self.begin_secret(ref, OPAQUE)
            return
        lines = (f"{one.letter}  {one.word}: {one.purpose}" for one in CHOICES)
        question = Question(
            title=f"Type of {ref.name}",
            lines=("Press the letter of its type, or enter for Opaque:", *lines, "c  another type: its name"),
            answers=(
                *((one.letter, "") for one in CHOICES),
                *(("c", ""), ("enter", OPAQUE), ("escape", "cancel")),
            ),
        )

        def answered(letter: str) -> None:
            if letter == "c":
                self._ask_for_type(ref)
            else:
                chosen = (one.name for one in CHOICES if one.letter == letter)
                self.begin_secret(ref, next(chosen, OPAQUE))

        ask(self, question, answered)

    def _ask_for_type(self, ref: SecretRef) -> None:
        lines = ("Its type, such as example.com/made-up. It cannot be changed later.",)
        wanted = NameWanted(f"Type of {ref.name}", lines, type_problem, "begin")
        ask(self, NameScreen(wanted), partial(self.begin_secret, ref))

    async def _ask_for_account(self, ref: SecretRef, type: str) -> None:  # noqa: A002
        session = self.shared.session
        lines: tuple[str, ...] = ("The cluster fills in the token after the Secret is written.",)
        self.show_status(f"Loading service accounts of {ref.namespace} …")
        try:
            names = await session.cluster.service_accounts(ref.namespace)
        except ClusterError as error:
            names, lines = None, (*lines, f"{error.sentence} Type the name.")
        self.show_status("")
        if not self.is_still_here():
            return
        if session.drafts.get(ref, "") is not None:
            return  # it was begun in another way
        if names == ():
            self.say(f"There is no service account in {ref.namespace}.", "warning")
            return

        def problem(typed: str) -> str | None:
            if names is not None:
                return f"There is no service account {typed} here."
            return name_problem(typed) if typed else "Type the name of a service account."

        def chosen(accounts: tuple[str, ...]) -> None:
            (account,) = accounts
            fields = {f"{ANNOTATIONS}{secret_type(type).account}": Value(account.encode())}
            session.drafts.put(Draft.new(ref, type).set_all(None, fields))
            self.open_secret(ref)
            review = self.shared.keys.of("review_changes")
            self.say(f"{ref} is a new draft, for service account {account}. {review} reviews.")

        wanted = router.MarkWanted(
            f"Service account of {ref.name}",
            lines,
            tuple(map(router.NameRow, names or ())),
            "choose",
            typed_problem=problem,
            is_single=True,
        )
        ask(self, router.MarkScreen(wanted), chosen)

    def begin_secret(self, chosen: SecretRef, type: str) -> None:  # noqa: A002
        """Begin a draft of a new Secret of that type, or go on with the one that there is."""
        ref = SecretRef(*secret_type(type).place(chosen.namespace, chosen.name))
        if ref != chosen and self.shared.session.secrets.get(ref) is not None:
            self.say(f"A Secret {ref} already exists.", "warning")
            return
        if secret_type(type).account and self.shared.session.drafts.get(ref, "") is None:
            self.read_in_worker(self._ask_for_account(ref, type))
            return
        is_begun = self.shared.session.drafts.begin(ref, type)
        self.open_listed(ref)
        said = "is a new draft" if is_begun else "continues the draft that you started"
        if is_begun and (secret_type(type).form or secret_type(type).first_key):
            self.say(f"{ref} {said}.")
            self.run_if_possible("edit_form")
            return
        keys = self.shared.keys
        more = f"{keys.of('add_key')} adds a key, {keys.of('review_changes')} reviews"
        self.say(f"{ref} {said}. {more}.")
