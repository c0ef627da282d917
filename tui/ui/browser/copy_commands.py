"""Copy a Secret to namespaces and contexts, and make the same change in several."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, TypeAlias

from msgspec.structs import replace

from tui.model.draft.copy_plan import SAME_OLD, plan_copy, plan_same_change
from tui.model.draft.draft import Change
from tui.model.draft.plan import Plan
from tui.model.errors import ClusterError
from tui.model.kube_context import ContextFacts
from tui.model.secret.secret import Secret, SecretRef
from tui.model.secret.validation import name_problem, namespace_problem
from tui.model.text.counts import counted, joined
from tui.model.text.printable import ascii_only
from tui.session.plans import keep_drafts, plan_at
from tui.ui import router
from tui.ui.base.screen_context import READING
from tui.ui.browser.panes import BrowserPanes
from tui.ui.commands import unless
from tui.ui.dialogs.dialog import ask
from tui.ui.dialogs.prompt import NameScreen, NameWanted, Question
from tui.ui.widgets.text import Styled

_Keys: TypeAlias = tuple[str, ...] | None
"""The keys to copy; None for the whole Secret."""
_MOST_NAMED: Final = 3
"""Keys, or contexts, that a title names."""
_MOST_PLACES: Final = 12
"""Namespaces that a question names."""


class CopyCommands(BrowserPanes):
    """Each reads first, puts drafts, and opens their review: nothing is written by itself."""

    def _is_listed(self, namespace: str, name: str) -> bool:
        return self.desk.session.secrets.get(SecretRef(namespace, name)) is not None

    async def _read(self, ref: SecretRef, more: str = "") -> Secret | None:
        """The Secret as it is written, read now; says why there is none."""
        self.show_status(f"Reading {ref}{more} …")
        try:
            return await self.desk.session.read(ref)
        except ClusterError as error:
            self.say(f"Not copied. {error.sentence}", "bad")
            return None

    def run_stop_running(self) -> None:
        """Stop reading for a copy, or for the files of the command line; else whatever runs."""
        running = [one for one in self.workers if one.group == READING and one.is_running]
        for worker in running:
            worker.cancel()
        if running:
            self.say("Stopped; nothing was changed.")
        else:
            self.desk.common.run_stop_running(self)

    # Why something is not possible now

    def _nothing_to_copy(self) -> str | None:
        return self.no_secret() or self.not_created(more="; write it first")

    def _no_change(self) -> str | None:
        if self._change() is not None:
            return None
        return "First change a value in the draft; then the same change can be made elsewhere."

    def _no_namesakes(self) -> str | None:
        if self._namesakes():
            return None
        name = self.secret.ref.name if self.secret.ref is not None else "Secret"
        if self.desk.session.namespace is None:
            return f"No other Secret {name} in the list of all namespaces."
        key = self.desk.keys.of("show_everywhere")
        return f"Other namespaces are not listed: press {key} in the list first. The draft stays."

    # Copying

    @unless(_nothing_to_copy)
    def run_copy_secret(self) -> None:
        """Ask what and where to; a read-only run only compares, and asks with what."""
        if self.desk.session.read_only:
            self._choose_namespaces(self.here, None, is_comparison=True)
        else:
            self._ask_where(self.here)

    def _ask_where(self, ref: SecretRef, chosen: _Keys = None) -> None:
        """`chosen` keys, or the whole Secret; then some of its keys can be chosen too."""
        held, row = self.desk.session.held(ref), self.desk.session.secrets.get(ref)
        keys = sorted(row.keys or ()) if row is not None else []
        if held is not None and held.secret is not None:
            keys = sorted(held.secret.data)
        has_draft = self.desk.session.drafts.get(ref) is not None
        what = _what(chosen) or "the whole Secret"
        question = Question(
            f"Copy {ref}",
            (
                "What and where to? A letter, or enter for the first:",
                f"n  {what}, to other namespaces",
                *(("k  some of its keys",) if keys and chosen is None else ()),
                f"x  {what}, to another context",
                f"c  only compare {_what(chosen) or 'it'} with other namespaces",
                *(("", "Its draft is not copied; what is written is.") if has_draft else ()),
                "",
                "It is read here and there, and compared by key. Nothing is sent until you review.",
            ),
            (
                *((letter, "") for letter in ("nkxc" if keys and chosen is None else "nxc")),
                *(("enter", "to namespaces"), ("escape", "back")),
            ),
        )

        def answered(letter: str) -> None:
            if letter == "k":
                self._choose_keys(ref, keys)
            elif letter == "x":
                self.read_in_worker(self._choose_context(ref, chosen))
            else:
                self._choose_namespaces(ref, chosen, is_comparison=letter == "c")

        ask(self, question, answered)

    def _choose_keys(self, ref: SecretRef, keys: Sequence[str]) -> None:
        marked = frozenset(key for key in keys if key == self.secret.key)
        rows, lines = tuple(map(router.NameRow, keys)), ("Which keys? Type to filter.",)
        wanted = router.MarkWanted(f"Copy keys of {ref}", lines, rows, "next", marked)
        ask(self, router.MarkScreen(wanted), lambda names: self._ask_where(ref, names))

    def _choose_namespaces(self, ref: SecretRef, keys: _Keys, *, is_comparison: bool) -> None:
        session, kept = self.desk.session, self.desk.remembered
        known = {*session.namespaces.names, *session.access.names("namespaces"), *kept.starred, *kept.recent}
        choices = tuple(
            router.NameRow(
                name, Styled("has one of this name", "muted") if self._is_listed(name, ref.name) else ""
            )
            for name in sorted(known - {ref.namespace})
        )
        what = f"{_what(keys, ' of ')}{ref}"
        wanted = router.MarkWanted(
            f"Compare {what} with" if is_comparison else f"Copy {what} to",
            ("Type to filter, or namespace/name for another name.",),
            choices,
            "compare",
            typed_problem=lambda typed: _place_problem(ref, typed),
            takes_others=not session.namespaces.pane.is_complete,
            takes_cursor=is_comparison,
        )

        def chosen(typed: tuple[str, ...]) -> None:
            places = sorted({_place(ref, one) for one in typed})
            self.read_in_worker(self._copy(ref, keys, places, is_comparison=is_comparison))

        ask(self, router.MarkScreen(wanted), chosen)

    async def _copy(
        self, ref: SecretRef, keys: _Keys, places: list[SecretRef], *, is_comparison: bool
    ) -> None:
        purpose = "to compare it with" if is_comparison else "to copy it to"
        source = await self._read(ref, f" and {counted(len(places), 'place')} {purpose}")
        if source is None:
            return
        plans = await plan_at(
            self.desk.session, places, lambda place, there: plan_copy(source, place, there, keys)
        )
        self._review([replace(plan, is_comparison=is_comparison) for plan in plans])

    def _review(self, plans: Sequence[Plan], *more: Plan) -> None:
        """Keep the drafts, and list them with the places that get none. `more` have a draft already.

        A comparison keeps none: the same list tells how they differ.
        """
        if not self.is_still_here():
            return
        is_comparison = any(plan.is_comparison for plan in plans)
        kept = plans if is_comparison else keep_drafts(self.desk.session, plans)
        self.show_status("")
        self.app.push_screen(router.DraftListScreen(self.desk, plans=(*more, *kept)))

    # Another context

    async def _choose_context(self, ref: SecretRef, keys: _Keys) -> None:
        target = self.desk.session.cluster.target
        try:
            found = (await self.desk.contexts.list()).contexts
        except ClusterError as error:
            self.say(f"Not copied. {error.sentence}", "bad")
            return
        if not self.is_still_here():
            return
        others = {ascii_only(facts.name): facts for facts in found if facts.name != target.context}
        if not others:
            self.say("The kubeconfig has no other context.", "warning")
            return
        choices = tuple(router.NameRow(name, ascii_only(facts.place)) for name, facts in others.items())
        lines = ("Drafts wait there until you go there and review them.",)
        wanted = router.MarkWanted(f"Copy {_what(keys, ' of ')}{ref} to contexts", lines, choices, "next")

        def chosen(names: tuple[str, ...]) -> None:
            self._ask_for_namespace(ref, keys, [others[name] for name in names])

        ask(self, router.MarkScreen(wanted), chosen)

    def _ask_for_namespace(self, ref: SecretRef, keys: _Keys, contexts: Sequence[ContextFacts]) -> None:
        names = joined([ascii_only(facts.name) for facts in contexts], most=_MOST_NAMED)
        title = f"Copy {ref} to {names}"
        wanted = NameWanted(title, ("Namespace there",), namespace_problem, "copy", ref.namespace)

        def named(namespace: str) -> None:
            self.read_in_worker(self._park(ref, keys, SecretRef(namespace, ref.name), contexts))

        ask(self, NameScreen(wanted), named)

    async def _park(
        self, ref: SecretRef, keys: _Keys, place: SecretRef, contexts: Sequence[ContextFacts]
    ) -> None:
        if (source := await self._read(ref)) is None:
            return
        plan = plan_copy(source, place, None, keys)
        if plan.draft is None:
            self.say(plan.why, "warning")
            return
        taken = [facts for facts in contexts if not self.desk.session.park(facts.home, plan.draft)]
        goes, review = self.desk.keys.of("choose_context"), self.desk.keys.of("review_changes")
        if kept := joined([ascii_only(facts.name) for facts in contexts if facts not in taken]):
            how = f"{goes} goes there, {review} reviews it against what is there"
            self.say(f"A draft of {place} waits in {kept}: {how}.")
        if taken:
            names = joined([ascii_only(facts.name) for facts in taken])
            self.say(f"Not copied to {names}: {place} has a draft there already.", "warning")

    # The same change elsewhere

    def _change(self) -> Change | None:
        """How the draft changes the key under the cursor, if it replaces its value."""
        draft, key = self.secret.draft, self.secret.key
        changes = draft.change_list() if draft is not None else ()
        return next((one for one in changes if one.key == key and one.kind == "changed"), None)

    def _namesakes(self) -> list[SecretRef]:
        """The listed Secrets of the same name in other namespaces."""
        ref = self.secret.ref
        return self.desk.session.secrets.namesakes(ref) if ref is not None else []

    @unless(_no_change, _no_namesakes)
    def run_change_elsewhere(self) -> None:
        """Say what would be read, and read it."""
        change, ref, refs = self._change(), self.secret.ref, self._namesakes()
        if change is None or ref is None:
            return
        names = joined([one.namespace for one in refs], most=_MOST_PLACES)
        question = Question(
            f"{change.key} of {ref.name} also in …",
            (
                f"Reads {counted(len(refs), 'Secret')} {ref.name} to compare {change.key} in memory:",
                f"{names}.",
                "No value is shown. You choose where to make the same change, and review it.",
            ),
            (("enter", "read and compare"), ("escape", "back")),
        )
        ask(self, question, lambda _: self.read_in_worker(self._compare(change, ref, refs)))

    async def _compare(self, change: Change, ref: SecretRef, refs: Sequence[SecretRef]) -> None:
        before, after = change.before, change.after
        if before is None or after is None:
            return

        def plan(place: SecretRef, there: Secret | None) -> Plan:
            if there is None:
                return Plan(place, word="deleted", why=f"{place} does not exist any more.")
            return plan_same_change(there, change.key, before, after)

        self.show_status(f"Reading {counted(len(refs), 'Secret')} {ref.name} …")
        plans = await plan_at(self.desk.session, refs, plan)
        if not self.is_still_here():
            return
        self.show_status("")
        by_name = {plan.ref.namespace: plan for plan in plans}
        wanted = router.MarkWanted(
            f"{change.key} of {ref.name} also in",
            ("Marked: where it holds the same value as here before your change.",),
            tuple(router.NameRow(name, plan.word, plan.why) for name, plan in by_name.items()),
            "review",
            frozenset(name for name, plan in by_name.items() if plan.word == SAME_OLD),
        )
        own = self.desk.session.drafts.get(ref)

        def chosen(names: tuple[str, ...]) -> None:
            self._review([by_name[name] for name in names], *([Plan(ref, own)] if own else []))

        ask(self, router.MarkScreen(wanted), chosen)


def _what(keys: _Keys, more: str = "") -> str:
    """The chosen keys, or how many they are; "" for all."""
    if keys is None:
        return ""
    return (", ".join(keys) if len(keys) <= _MOST_NAMED else counted(len(keys), "key")) + more


def _place(ref: SecretRef, typed: str) -> SecretRef:
    """A namespace, or namespace/name."""
    namespace, _, name = typed.partition("/")
    return SecretRef(namespace, name or ref.name)


def _place_problem(ref: SecretRef, typed: str) -> str | None:
    place = _place(ref, typed)
    is_same = "It is there already; type namespace/name for another name." if place == ref else None
    return namespace_problem(place.namespace) or name_problem(place.name) or is_same
