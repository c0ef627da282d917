"""Copy a Secret to namespaces and contexts, compare it with others, make the same change in several."""

from __future__ import annotations

from collections import Counter
from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from functools import partial
from typing import Any, Final, TypeAlias

from tui.model.draft.copy_plan import SAME_OLD, plan_copy, plan_same_change
from tui.model.draft.draft import Change
from tui.model.draft.plan import Plan
from tui.model.errors import ClusterError
from tui.model.kube_context import ContextFacts
from tui.model.secret.secret import Secret, SecretRef
from tui.model.secret.validation import name_problem, namespace_problem
from tui.model.text.counts import counted, joined
from tui.model.text.printable import ascii_only
from tui.session.several.comparison import Elsewhere, Found, compare, compare_elsewhere
from tui.session.several.plans import keep_drafts, plan_at
from tui.session.several.secret_reads import read_each
from tui.ui import router
from tui.ui.base.screen import TuiScreen
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
        return self.shared.session.secrets.get(SecretRef(namespace, name)) is not None

    async def _read(self, ref: SecretRef, more: str = "") -> Secret | None:
        """The Secret as it is written, read now; says why there is none."""
        self.show_status(f"Reading {ref}{more} …")
        try:
            return await self.shared.session.read(ref)
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
            self.shared.common.run_stop_running(self)

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
        if self.shared.session.namespace is None:
            return f"No other Secret {name} in the list of all namespaces."
        key = self.shared.keys.of("show_everywhere")
        return f"Other namespaces are not listed: press {key} in the list first. The draft stays."

    # Copying

    def _none_to_copy(self) -> str | None:
        names = Counter(ref.name for ref in self.marked)
        if twice := [name for name, count in names.items() if count > 1]:
            return f"Not copied: two marked Secrets are called {twice[0]}. Unmark one of them."
        return None if names else self._nothing_to_copy()

    @unless(_none_to_copy)
    def run_copy_secret(self) -> None:
        """Ask what and where to; a read-only run only compares, and asks with what."""
        self._ask_where(self.marked or [self.here])

    def _ask_where(self, refs: Sequence[SecretRef], chosen: _Keys = None) -> None:
        """`chosen` keys, or whole Secrets; of one Secret some of its keys can be chosen too."""
        keys = self._keys_of(refs[0]) if len(refs) == 1 and chosen is None else []
        one, all_of = len(refs) == 1, f"all {len(refs)} Secrets"
        what = _what(chosen) or ("the whole Secret" if one else all_of)
        has_draft = any(self.shared.session.drafts.get(ref) is not None for ref in refs)
        kept = f"{'Its draft is' if one else 'Drafts are'} left out; what is written counts."
        copies, it = not self.shared.session.read_only, _what(chosen) or ("it" if one else "them")
        compares = f"{'only ' if copies else ''}compare {it}"
        ways = {
            **({"n": f"{what}, to other namespaces"} if copies else {}),
            **({"k": "some of its keys"} if keys else {}),
            **({"x": f"{what}, to other contexts"} if copies else {}),
            "c": f"{compares} with other namespaces",
            "d": f"{compares} with other contexts",
        }
        first = "n" if copies else "c"
        question = Question(
            f"{'Copy' if copies else 'Compare'} {_named(refs)}",
            (
                f"{'What and where to' if copies else 'With what'}? A letter, or enter for {first}:",
                *(f"{letter}  {words}" for letter, words in ways.items()),
                *(("", kept) if has_draft else ()),
                "",
                f"{'It' if one else 'Each'} is read here and there, and compared by key."
                f"{' Nothing is sent until you review.' if copies else ''}",
            ),
            (
                *((letter, "") for letter in ways),
                *(("enter", "to namespaces" if copies else "with namespaces"), ("escape", "back")),
            ),
        )

        def answered(letter: str) -> None:
            letter = first if letter == "enter" else letter
            if letter == "k":
                self._choose_keys(refs[0], keys)
            elif letter in "xd":
                self.read_in_worker(self._choose_contexts(refs, chosen, is_comparison=letter == "d"))
            else:
                self._choose_namespaces(refs, chosen, is_comparison=letter == "c")

        ask(self, question, answered)

    def _keys_of(self, ref: SecretRef) -> list[str]:
        """As far as they are known without a request."""
        held, row = self.shared.session.held(ref), self.shared.session.secrets.get(ref)
        if held is not None and held.secret is not None:
            return sorted(held.secret.data)
        return sorted(row.keys or ()) if row is not None else []

    def _choose_keys(self, ref: SecretRef, keys: Sequence[str]) -> None:
        marked = frozenset(key for key in keys if key == self.secret.key)
        rows, lines = tuple(map(router.NameRow, keys)), ("Which keys? Type to filter.",)
        verb = "Compare" if self.shared.session.read_only else "Copy"
        wanted = router.MarkWanted(f"{verb} keys of {ref}", lines, rows, "next", marked)
        ask(self, router.MarkScreen(wanted), lambda names: self._ask_where([ref], names))

    def _choose_namespaces(self, refs: Sequence[SecretRef], keys: _Keys, *, is_comparison: bool) -> None:
        session, kept = self.shared.session, self.shared.remembered
        known = {*session.namespaces.names, *session.access.names("namespaces"), *kept.starred, *kept.recent}
        here = {ref.namespace for ref in refs}
        what = f"{_what(keys, ' of ')}{_named(refs)}"
        other = ", or namespace/name for another name" if len(refs) == 1 else ""
        wanted = router.MarkWanted(
            f"Compare {what} with" if is_comparison else f"Copy {what} to",
            (f"Type to filter{other}.",),
            tuple(
                router.NameRow(name, Styled(self._namesakes_in(name, refs), "muted"))
                for name in sorted(known - (here if len(here) == 1 else set()))
            ),
            "compare",
            typed_problem=lambda typed: _place_problem(refs, typed),
            takes_others=not session.namespaces.pane.is_complete,
            takes_cursor=is_comparison,
        )

        def chosen(typed: tuple[str, ...]) -> None:
            places = {_place(ref, one): ref for one in typed for ref in refs}
            places = {place: ref for place, ref in sorted(places.items()) if place != ref}
            if is_comparison:
                self.read_in_worker(self._compare(partial(self._compare_here, places, keys)))
            else:
                self.read_in_worker(self._copy(places, keys))

        ask(self, router.MarkScreen(wanted), chosen)

    def _namesakes_in(self, namespace: str, refs: Sequence[SecretRef]) -> str:
        count = sum(self._is_listed(namespace, ref.name) for ref in refs)
        if not count:
            return ""
        return "has one of this name" if len(refs) == 1 else f"has {count} of these names"

    async def _compare(self, read: Callable[[TuiScreen[Any]], Awaitable[list[Found]]]) -> None:
        """Read both sides, and list how they differ; that list can read them again."""
        try:
            found = await read(self)
        except ClusterError as error:
            self.say(f"Not compared. {error.sentence}", "bad")
            return
        if self.is_still_here():
            self.show_status("")
            self.app.push_screen(router.ComparisonListScreen(self.shared, found, read))

    async def _compare_here(
        self, places: Mapping[SecretRef, SecretRef], keys: _Keys, screen: TuiScreen[Any]
    ) -> list[Found]:
        screen.show_status(f"Reading {_with_places(places, 'compare', 'with')} …")
        return await compare(self.shared.session, places, keys)

    async def _copy(self, places: Mapping[SecretRef, SecretRef], keys: _Keys) -> None:
        """`places`: which Secret goes to each."""
        sources, failed = await self._read_all(places.values(), _with_places(places, "copy", "to"))
        if not sources:
            self.say(f"Not copied. {next(iter(failed.values()))}", "bad")
            return

        def plan(place: SecretRef, there: Secret | None) -> Plan:
            return plan_copy(sources[places[place]], place, there, keys)

        plans = await plan_at(self.shared.session, [one for one in places if places[one] in sources], plan)
        for place, ref in places.items():
            if ref in failed:
                plans.append(Plan(place, word="not read", why=f"{ref} was not read. {failed[ref]}"))
        self._review(plans)

    async def _read_all(
        self, refs: Collection[SecretRef], words: str = ""
    ) -> tuple[dict[SecretRef, Secret], dict[SecretRef, str]]:
        """The Secrets as they are written, read now; and why others could not be, as a sentence."""
        found, failed = dict[SecretRef, Secret](), dict[SecretRef, str]()

        def take(ref: SecretRef, read: Secret | ClusterError) -> None:
            if isinstance(read, ClusterError):
                failed[ref] = read.sentence
            else:
                found[ref] = read

        wanted = sorted(set(refs))
        self.show_status(f"Reading {words or _named(wanted)} …")
        await read_each(wanted, self.shared.session.read, take)
        return found, failed

    def _review(self, plans: Sequence[Plan], *more: Plan) -> None:
        """Keep the drafts, and list them with the places that get none. `more` have a draft already."""
        if not self.is_still_here():
            return
        kept = keep_drafts(self.shared.session, plans)
        self.show_status("")
        self.app.push_screen(router.DraftListScreen(self.shared, plans=(*more, *kept)))

    # Other contexts

    async def _choose_contexts(self, refs: Sequence[SecretRef], keys: _Keys, *, is_comparison: bool) -> None:
        target = self.shared.session.cluster.target
        try:
            found = (await self.shared.contexts.list()).contexts
        except ClusterError as error:
            self.say(f"Not {'compared' if is_comparison else 'copied'}. {error.sentence}", "bad")
            return
        if not self.is_still_here():
            return
        others = {ascii_only(facts.name): facts for facts in found if facts.name != target.context}
        if not others:
            self.say("The kubeconfig has no other context.", "warning")
            return
        choices = tuple(router.NameRow(name, ascii_only(facts.place)) for name, facts in others.items())
        what = f"{_what(keys, ' of ')}{_named(refs)}"
        waits = "Drafts wait there until you go there and review them."
        wanted = router.MarkWanted(
            f"Compare {what} with contexts" if is_comparison else f"Copy {what} to contexts",
            ("Logs in to each, only to read." if is_comparison else waits,),
            choices,
            "next",
            takes_cursor=is_comparison,
        )

        def chosen(names: tuple[str, ...]) -> None:
            ask_for = self._ask_for_place if is_comparison else self._ask_for_namespace
            ask_for(refs, keys, [others[name] for name in names])

        ask(self, router.MarkScreen(wanted), chosen)

    def _ask_for_place(
        self, refs: Sequence[SecretRef], keys: _Keys, contexts: Sequence[ContextFacts]
    ) -> None:
        """The namespace there, and of one Secret perhaps its name there."""
        ref, names = refs[0], joined([ascii_only(facts.name) for facts in contexts], most=_MOST_NAMED)
        one, here = len(refs) == 1, {ref.namespace for ref in refs}
        wanted = NameWanted(
            f"Compare {_named(refs)} with {names}",
            ("Namespace there, or namespace/name" if one else "Namespace there; empty for the same as here",),
            lambda typed: (
                _name_problem(_place(ref, typed)) if one else (typed and namespace_problem(typed)) or None
            ),
            "compare",
            str(ref) if one else ref.namespace * (len(here) == 1),
        )

        def named(typed: str) -> None:
            places = {_place(ref, typed or ref.namespace): ref for ref in refs}
            read = partial(self._compare_elsewhere, places, keys, contexts)
            self.read_in_worker(self._compare(read))

        ask(self, NameScreen(wanted), named)

    async def _compare_elsewhere(
        self,
        places: Mapping[SecretRef, SecretRef],
        keys: _Keys,
        contexts: Sequence[ContextFacts],
        screen: TuiScreen[Any],
    ) -> list[Found]:
        def begins(context: str) -> bool:
            stops = self.shared.keys.of("stop_running")
            screen.show_status(f"Reading {_named(list(places))} in {context} … {stops} stops.")
            return screen.app.screen is screen  # else what a login asks could be answered by mistake

        person, settings_of = router.person_at(screen), self.shared.settings_of
        elsewhere = Elsewhere(contexts, self.shared.contexts, person, settings_of, begins)
        return await compare_elsewhere(self.shared.session, places, keys, elsewhere)

    def _ask_for_namespace(
        self, refs: Sequence[SecretRef], keys: _Keys, contexts: Sequence[ContextFacts]
    ) -> None:
        names = joined([ascii_only(facts.name) for facts in contexts], most=_MOST_NAMED)
        here = {ref.namespace for ref in refs}
        given = refs[0].namespace if len(here) == 1 else ""
        wanted = NameWanted(
            f"Copy {_named(refs)} to {names}",
            ("Namespace there" if given else "Namespace there; empty for the same as here",),
            lambda typed: namespace_problem(typed) if typed or given else None,
            "copy",
            given,
        )

        def named(namespace: str) -> None:
            places = {SecretRef(namespace or ref.namespace, ref.name): ref for ref in refs}
            self.read_in_worker(self._park(places, keys, contexts))

        ask(self, NameScreen(wanted), named)

    async def _park(
        self, places: Mapping[SecretRef, SecretRef], keys: _Keys, contexts: Sequence[ContextFacts]
    ) -> None:
        """Each as a draft of the context where it is to go."""
        session = self.shared.session
        sources, failed = await self._read_all(places.values())
        plans = [
            plan_copy(sources[ref], place, None, keys) for place, ref in places.items() if ref in sources
        ]
        waiting, problems = dict[SecretRef, list[str]](), [f"Not copied. {why}" for why in failed.values()]
        problems += [plan.why for plan in plans if plan.draft is None]
        for draft in (plan.draft for plan in plans if plan.draft is not None):
            taken = [facts for facts in contexts if not session.park(facts.home, draft)]
            if kept := [ascii_only(facts.name) for facts in contexts if facts not in taken]:
                waiting[draft.ref] = kept
            if taken:
                names = joined([ascii_only(facts.name) for facts in taken])
                problems.append(f"Not copied to {names}: {draft.ref} has a draft there already.")
        if waiting:
            self._tell_parked(waiting)
        for problem in problems:
            self.say(problem, "warning")
        if len(problems) > 1:
            key = self.shared.keys.of("show_messages")
            self.say(f"{len(problems)} of {len(places)} not copied everywhere; {key} says why.", "warning")

    def _tell_parked(self, waiting: Mapping[SecretRef, Sequence[str]]) -> None:
        """Where the drafts wait, and how to go on."""
        goes, review = self.shared.keys.of("choose_context"), self.shared.keys.of("review_changes")
        names = joined(list(dict.fromkeys(name for kept in waiting.values() for name in kept)))
        drafts, them = f"{len(waiting)} drafts wait", "them"
        if len(waiting) == 1:
            drafts, them = f"A draft of {next(iter(waiting))} waits", "it"
        self.say(f"{drafts} in {names}: {goes} goes there, {review} reviews {them} against what is there.")

    # The same change elsewhere

    def _change(self) -> Change | None:
        """How the draft changes the key under the cursor, if it replaces its value."""
        draft, key = self.secret.draft, self.secret.key
        changes = draft.change_list() if draft is not None else ()
        return next((one for one in changes if one.key == key and one.kind == "changed"), None)

    def _namesakes(self) -> list[SecretRef]:
        """The listed Secrets of the same name in other namespaces."""
        ref = self.secret.ref
        return self.shared.session.secrets.namesakes(ref) if ref is not None else []

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
        ask(self, question, lambda _: self.read_in_worker(self._look_elsewhere(change, ref, refs)))

    async def _look_elsewhere(self, change: Change, ref: SecretRef, refs: Sequence[SecretRef]) -> None:
        before, after = change.before, change.after
        if before is None or after is None:
            return

        def plan(place: SecretRef, there: Secret | None) -> Plan:
            if there is None:
                return Plan(place, word="deleted", why=f"{place} does not exist any more.")
            return plan_same_change(there, change.key, before, after)

        self.show_status(f"Reading {counted(len(refs), 'Secret')} {ref.name} …")
        plans = await plan_at(self.shared.session, refs, plan)
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
        own = self.shared.session.drafts.get(ref)

        def chosen(names: tuple[str, ...]) -> None:
            self._review([by_name[name] for name in names], *([Plan(ref, own)] if own else []))

        ask(self, router.MarkScreen(wanted), chosen)


def _what(keys: _Keys, more: str = "") -> str:
    """The chosen keys, or how many they are; "" for all."""
    if keys is None:
        return ""
    return (", ".join(keys) if len(keys) <= _MOST_NAMED else counted(len(keys), "key")) + more


def _named(refs: Sequence[SecretRef]) -> str:
    """The one Secret, or how many they are."""
    return str(refs[0]) if len(refs) == 1 else counted(len(refs), "Secret")


def _with_places(places: Mapping[SecretRef, SecretRef], verb: str, to: str) -> str:
    """What is read: each place with the Secret that is copied there or compared with it."""
    refs = sorted(set(places.values()))
    them = "it" if len(refs) == 1 else "them"
    return f"{_named(refs)} and {counted(len(places), 'place')} to {verb} {them} {to}"


def _place(ref: SecretRef, typed: str) -> SecretRef:
    """A namespace, or namespace/name."""
    namespace, _, name = typed.partition("/")
    return SecretRef(namespace, name or ref.name)


def _place_problem(refs: Sequence[SecretRef], typed: str) -> str | None:
    if len(refs) > 1:
        are_there = all(ref.namespace == typed for ref in refs)
        return "They are there already; type another namespace." if are_there else namespace_problem(typed)
    place = _place(refs[0], typed)
    is_same = "It is there already; type namespace/name for another name." if place == refs[0] else None
    return _name_problem(place) or is_same


def _name_problem(place: SecretRef) -> str | None:
    return namespace_problem(place.namespace) or name_problem(place.name)
