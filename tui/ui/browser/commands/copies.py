"""Copy Secrets to other namespaces or contexts, or compare Secrets."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Final

from msgspec.structs import replace

from tui.model.draft.copy_plan import plan_copy
from tui.model.errors import ClusterError
from tui.model.kube_context import ContextFacts
from tui.model.secret.secret import Secret, SecretRef, names_of
from tui.model.text.counts import counted, joined
from tui.model.text.printable import ascii_only
from tui.session.health.known import is_settled
from tui.session.several.namespaces import is_whole_namespace
from tui.session.several.plans import plan_copies
from tui.session.several.secret_reads import read_all
from tui.ui import router
from tui.ui.base.job import ask, reading, start_job
from tui.ui.browser.commands.checks import nothing_to_copy
from tui.ui.browser.commands.compare import (
    MOST_NAMED,
    Keys,
    compare_here,
    compare_namespaces,
    compare_with_contexts,
    compared_problem,
    name_of_two,
    place_of,
    place_problem,
    several_problem,
    what_of,
    with_places,
)
from tui.ui.browser.commands.whole_list import is_list_whole
from tui.ui.browser.panes import BrowserPanes
from tui.ui.command_types import unless
from tui.ui.dialogs.prompt import NameRequest, NameScreen, Question
from tui.ui.widgets.text import Styled

_DEFAULTS: Final = "ncxd"
"""Letters of answers in `_ask_where`.

The cursor starts on the first of these letters that the question offers.
"""


async def read_to_copy(browser: BrowserPanes, ref: SecretRef, more: str = "") -> Secret | None:
    """Read a Secret from the cluster, not its draft. If the read fails, show a message and return None."""
    browser.show_status(f"Reading {ref}{more} …")
    try:
        return await reading(browser, browser.shared.session.read(ref))
    except ClusterError as error:
        browser.show_message(f"Not copied. {error.sentence}", "bad")
        return None


class CopyCommands:
    """Commands that copy or compare Secrets. A copy is a draft until it is reviewed and written."""

    def __init__(self, browser: BrowserPanes) -> None:
        self.browser, self.shared = browser, browser.shared

    def run_stop_running(self) -> None:
        if not self.browser.stop_reading():
            self.browser.run_stop_running()

    def _none_to_copy(self) -> str | None:
        return None if self.browser.marked else nothing_to_copy(self)

    @unless(_none_to_copy)
    async def run_copy_secret(self) -> None:
        """Offer to copy or to compare Secrets. In read-only mode, offer only comparisons."""
        await self._ask_where(self.browser.marked or [self.browser.here])

    async def copy(self, ref: SecretRef) -> None:
        await self._ask_where([ref])

    async def _ask_where(self, refs: Sequence[SecretRef], chosen: Keys = None) -> None:
        keys = self._keys_of(refs[0]) if len(refs) == 1 and chosen is None else []
        is_one, all_secrets = len(refs) == 1, f"all {len(refs)} Secrets"
        what = what_of(chosen) or ("the whole Secret" if is_one else all_secrets)
        has_draft = any(self.shared.session.drafts.get(ref) is not None for ref in refs)
        drafts_are = "Its draft is" if is_one else "Drafts are"
        draft_note = f"{drafts_are} left out; the values in the cluster are used."
        copies, them = not self.shared.session.read_only, what_of(chosen) or ("it" if is_one else "them")
        compares = f"{'only ' if copies else ''}compare {them}"
        shared_name = name_of_two(refs)
        ways = {
            **({"n": f"{what}, to other namespaces"} if copies and not shared_name else {}),
            **({"s": "some of its keys"} if keys else {}),
            **({"x": f"{what}, to other contexts"} if copies else {}),
            **({"c": f"{compares} with other namespaces"} if not shared_name else {}),
            "d": f"{compares} with other contexts",
            **(
                {"t": f"{'only ' if copies else ''}compare the two with each other"} if len(refs) == 2 else {}
            ),
        }
        question = Question(
            f"{'Copy' if copies else 'Compare'} {names_of(refs)}",
            (
                *(
                    (f"Several of these Secrets are named {shared_name}: one namespace cannot hold them.",)
                    if shared_name
                    else ()
                ),
                *((draft_note,) if has_draft else ()),
                "Each key is compared with its current value in the target Secret."
                f"{' Nothing is sent before the review.' if copies else ''}",
            ),
            [*ways.items()],
            default=next(letter for letter in _DEFAULTS if letter in ways),
        )

        if (letter := await ask(self.browser, question)) is None:
            return
        if letter == "s":
            if (names := await self._choose_keys(refs[0], keys)) is not None:
                await self._ask_where([refs[0]], names)
        elif letter == "t":
            await compare_here(self.browser, {refs[1]: refs[0]}, None)
        elif letter in "xd":
            is_comparison = letter == "d"
            if contexts := await self._choose_contexts(refs, chosen, is_comparison=is_comparison):
                if is_comparison:
                    is_whole = is_whole_namespace(self.shared.session, refs)
                    await compare_with_contexts(self.browser, refs, chosen, contexts, is_whole=is_whole)
                else:
                    await self._copy_to_contexts(refs, chosen, contexts)
        else:
            is_comparison = letter == "c"
            if places := await self._choose_namespaces(refs, chosen, is_comparison=is_comparison):
                namespaces = {place.namespace for place in places}
                if is_comparison and len(namespaces) == 1 and is_whole_namespace(self.shared.session, refs):
                    await compare_namespaces(self.browser, refs[0].namespace, namespaces.pop())
                elif is_comparison:
                    await compare_here(self.browser, places, chosen)
                else:
                    await self._copy(places, chosen)

    @property
    def _namespace(self) -> str | None:
        subject = self.browser.subject
        return self.shared.session.namespace or (subject.namespace if subject is not None else None)

    def _no_namespace(self) -> str | None:
        key = self.shared.keys.of("choose_namespace")
        return None if self._namespace is not None else f"Go to a namespace first; {key} lists namespaces."

    @unless(_no_namespace)
    async def run_compare_namespaces(self) -> None:
        namespace, session = self._namespace, self.shared.session
        assert namespace is not None
        session.look_around()
        wanted = router.MarkRequest(
            f"Compare {namespace} with",
            ("Type to filter, or type CONTEXT/NAMESPACE. Nothing is read yet.",),
            tuple(router.NameRow(name) for name in sorted(session.namespaces.names) if name != namespace),
            "compare",
            typed_problem=partial(compared_problem, namespace),
            is_single=True,
        )
        if typed := await ask(self.browser, router.MarkScreen(wanted)):
            await compare_namespaces(self.browser, namespace, typed[0])

    def compare_with(self, typed: str) -> None:
        if (why := self._no_namespace()) is not None:
            self.browser.show_message(why, "warning")
        elif (namespace := self._namespace) is not None:
            start_job(self.browser, compare_namespaces(self.browser, namespace, typed))

    def _keys_of(self, ref: SecretRef) -> list[str]:
        """Known keys of a Secret. Sends no request."""
        opened, row = self.shared.session.held(ref), self.shared.session.secrets.get(ref)
        if opened is not None and opened.secret is not None:
            return sorted(opened.secret.data)
        return sorted(row.keys or ()) if row is not None else []

    async def _choose_keys(self, ref: SecretRef, keys: Sequence[str]) -> Keys:
        marked = frozenset(key for key in keys if key == self.browser.secret.key)
        rows, lines = tuple(map(router.NameRow, keys)), ("Which keys? Type to filter.",)
        verb = "Compare" if self.shared.session.read_only else "Copy"
        wanted = router.MarkRequest(f"{verb} keys of {ref}", lines, rows, "next", marked)
        return await ask(self.browser, router.MarkScreen(wanted))

    async def _choose_namespaces(
        self, refs: Sequence[SecretRef], keys: Keys, *, is_comparison: bool
    ) -> dict[SecretRef, SecretRef]:
        """Ask for namespaces. Return a dict: keys are the target Secrets, values are their sources.

        Each source is one of `refs`.
        """
        session, kept = self.shared.session, self.shared.names.kept
        namespaces = {ref.namespace for ref in refs}
        title_end = f"{what_of(keys, ' of ')}{names_of(refs)}"
        other = ", or type namespace/name for another name" if len(refs) == 1 else ""

        def wanted() -> router.MarkRequest:
            known = {
                *session.namespaces.names,
                *session.access.names("namespaces"),
                *kept.starred,
                *kept.recent,
            }
            names = sorted(known - (namespaces if len(namespaces) == 1 else set()))
            return router.MarkRequest(
                f"Compare {title_end} with" if is_comparison else f"Copy {title_end} to",
                (f"Type {'to filter' if names else 'the name of a namespace'}{other}.",),
                tuple(
                    router.NameRow(name, Styled(self._namesakes_in(name, refs), "muted")) for name in names
                ),
                "compare" if is_comparison else "next",
                typed_problem=lambda typed: place_problem(refs, typed),
                takes_others=not session.namespaces.state.is_complete,
                takes_cursor=is_comparison,
            )

        def loading() -> str:
            if not is_settled(session.namespaces.state):
                return "namespaces"
            return "" if is_list_whole(session) or session.namespace is not None else "Secrets"

        async def later() -> router.MarkRequest:
            await session.events.until(lambda: not loading())
            return wanted()

        first = wanted()
        if what_loads := loading():
            session.look_around()
            first = replace(first, lines=(*first.lines, f"Loading {what_loads} …"), later=later)

        typed = await ask(self.browser, router.MarkScreen(first)) or ()
        places = {place_of(ref, name): ref for name in typed for ref in refs}
        return {place: ref for place, ref in sorted(places.items()) if place != ref}

    def _namesakes_in(self, namespace: str, refs: Sequence[SecretRef]) -> str:
        listed = self.shared.session.secrets
        count = sum(listed.get(SecretRef(namespace, name)) is not None for name in {ref.name for ref in refs})
        if not count:
            return ""
        if len(refs) == 1:
            return "has a Secret of this name"
        return f"has {counted(count, 'Secret')} of these names"

    async def _copy(self, places: Mapping[SecretRef, SecretRef], keys: Keys) -> None:
        session = self.shared.session
        self.browser.show_status(f"Reading {with_places(places, 'copy', 'to')} …")
        try:
            plans = await reading(self.browser, plan_copies(session, session, places, lambda place: keys))
        except ClusterError as error:
            self.browser.show_message(f"Not copied. {error.sentence}", "bad")
            return
        router.review_plans(self.browser, plans)

    async def _choose_contexts(
        self, refs: Sequence[SecretRef], keys: Keys, *, is_comparison: bool
    ) -> Sequence[ContextFacts]:
        target = self.shared.session.cluster.target
        try:
            contexts = (await self.shared.contexts.list()).contexts
        except ClusterError as error:
            self.browser.show_message(
                f"Not {'compared' if is_comparison else 'copied'}. {error.sentence}", "bad"
            )
            return ()
        others = {ascii_only(facts.name): facts for facts in contexts if facts.name != target.context}
        if not others:
            self.browser.show_message("The kubeconfig has no other context.", "warning")
            return ()
        showing = [] if is_comparison else self._showing_more(others)
        if len(showing) == len(others):
            self.browser.show_message("Not copied: every other context allows showing values.", "warning")
            return ()
        left_out = (
            (f"Contexts left out, because they allow showing values: {joined(showing, most=MOST_NAMED)}.",)
            if showing
            else ()
        )
        choices = tuple(
            router.NameRow(name, ascii_only(facts.place))
            for name, facts in others.items()
            if name not in showing
        )
        names = f"{what_of(keys, ' of ')}{names_of(refs)}"
        waits = "Each draft waits in its context. Open that context to review the draft."
        wanted = router.MarkRequest(
            f"Compare {names} with contexts" if is_comparison else f"Copy {names} to contexts",
            ("secret-tui logs in to each context, only to read." if is_comparison else waits, *left_out),
            choices,
            "next",
            takes_cursor=is_comparison,
        )

        return [others[name] for name in await ask(self.browser, router.MarkScreen(wanted)) or ()]

    def _showing_more(self, others: Mapping[str, ContextFacts]) -> list[str]:
        """Return the names of contexts that allow showing values; [] if the open context allows it too."""
        if not self.shared.settings.no_reveal:
            return []
        return [name for name, facts in others.items() if not self.shared.app.settings_of(facts).no_reveal]

    async def _copy_to_contexts(
        self, refs: Sequence[SecretRef], keys: Keys, contexts: Sequence[ContextFacts]
    ) -> None:
        names = joined([ascii_only(facts.name) for facts in contexts], most=MOST_NAMED)
        namespaces = {ref.namespace for ref in refs}
        given = refs[0].namespace if len(namespaces) == 1 else ""
        if_empty = "" if given else "; empty: each Secret keeps its own"
        wanted = NameRequest(
            f"Copy {names_of(refs)} to {names}",
            (f"Namespace in the contexts{if_empty}",),
            lambda typed: several_problem(refs, typed) if typed or given else None,
            "copy",
            given,
        )

        if (namespace := await ask(self.browser, NameScreen(wanted))) is None:
            return
        session = self.shared.session
        places = {SecretRef(namespace or ref.namespace, ref.name): ref for ref in refs}
        self.browser.show_status(f"Reading {names_of(sorted(set(places.values())))} …")
        sources, failed = await reading(self.browser, read_all(places.values(), session.read))
        plans = [
            plan_copy(sources[ref], place, None, keys) for place, ref in places.items() if ref in sources
        ]
        waiting, problems = dict[SecretRef, list[str]](), [f"Not copied. {why}" for why in failed.values()]
        problems += [plan.why for plan in plans if plan.draft is None]
        for draft in (plan.draft for plan in plans if plan.draft is not None):
            refusing = [facts for facts in contexts if not session.park(facts.home, draft)]
            if kept := [ascii_only(facts.name) for facts in contexts if facts not in refusing]:
                waiting[draft.ref] = kept
            if refusing:
                names = joined([ascii_only(facts.name) for facts in refusing])
                problems.append(f"Not copied to {names}: {draft.ref} has a draft there already.")
        if waiting:
            self._show_parked(waiting)
        for problem in problems:
            self.browser.show_message(problem, "warning")
        if len(problems) > 1:
            key = self.shared.keys.of("show_messages")
            not_copied = f"{len(problems)} of {len(places)} Secrets not copied to every context"
            self.browser.show_message(f"{not_copied}; {key} says why.", "warning")

    def _show_parked(self, waiting: Mapping[SecretRef, Sequence[str]]) -> None:
        """Say which drafts wait in other contexts.

        `waiting`: for each Secret, the names of the contexts that have its draft.
        """
        goes, review = self.shared.keys.of("choose_context"), self.shared.keys.of("review_changes")
        names = list(dict.fromkeys(name for kept in waiting.values() for name in kept))
        opened = "that context" if len(names) == 1 else "each context"
        drafts, them = f"{len(waiting)} drafts wait", "them"
        if len(waiting) == 1:
            drafts, them = f"A draft of {next(iter(waiting))} waits", "it"
        ways = f"{goes} opens {opened}, {review} reviews {them}"
        self.browser.show_message(f"{drafts} in {joined(names)}: {ways}.")
