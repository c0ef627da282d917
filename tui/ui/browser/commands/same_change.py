"""Repeat the drafted change of a key in Secrets of the same name in other namespaces."""

from __future__ import annotations

from typing import Final

from tui.model.draft.copy_plan import SAME_OLD, plan_same_change
from tui.model.draft.draft import Change
from tui.model.draft.plan import Plan
from tui.model.secret.secret import Secret, SecretRef
from tui.model.text.counts import counted, joined
from tui.session.several.plans import plan_at
from tui.ui import router
from tui.ui.base.job import ask, reading
from tui.ui.browser.commands.whole_list import is_list_whole, whole_list
from tui.ui.browser.panes import BrowserPanes
from tui.ui.command_types import unless
from tui.ui.dialogs.prompt import Question

_MOST_PLACES: Final = 12


class SameChangeCommands:
    """Command that repeats the change of the selected key in other namespaces."""

    def __init__(self, browser: BrowserPanes) -> None:
        self.browser, self.shared = browser, browser.shared

    def _no_change(self) -> str | None:
        if self._change() is not None:
            return None
        return "First change this key's value in the draft. Then repeat the change in other namespaces."

    def _no_namesakes(self) -> str | None:
        if self.shared.session.namespace is None:
            return (
                None if self._namesakes() or not is_list_whole(self.shared.session) else self._none_listed()
            )
        key = self.shared.keys.of("show_everywhere")
        return f"Other namespaces are not listed: press {key} in the list of Secrets first. The draft stays."

    def _none_listed(self) -> str:
        name = self.browser.secret.ref.name if self.browser.secret.ref is not None else "Secret"
        return f"No other Secret {name} in the list of all namespaces."

    def _change(self) -> Change | None:
        """Return the drafted change of the selected key; None unless the draft replaces the key's value."""
        draft, key = self.browser.secret.draft, self.browser.secret.key
        changes = draft.change_list() if draft is not None else ()
        return next((change for change in changes if change.key == key and change.kind == "changed"), None)

    def _namesakes(self) -> list[SecretRef]:
        ref = self.browser.secret.ref
        return self.shared.session.secrets.namesakes(ref) if ref is not None else []

    @unless(_no_change, _no_namesakes)
    async def run_change_elsewhere(self) -> None:
        if (lacks := await whole_list(self.browser)) is None:
            return
        change, ref, refs = self._change(), self.browser.secret.ref, self._namesakes()
        if change is None or ref is None:
            return
        if not refs:
            self.browser.show_message(f"{self._none_listed()} {lacks}".rstrip(), "warning")
            return
        names = joined([ref.namespace for ref in refs], most=_MOST_PLACES)
        question = Question(
            f"Change {change.key} of {ref.name} in other namespaces",
            (
                f"{ref.name} is read in {counted(len(refs), 'namespace')} to compare {change.key} in memory.",
                f"Namespaces: {names}.",
                *((lacks,) if lacks else ()),
                "No value is shown. Next, you choose namespaces and review the changes.",
            ),
            (("y", "read and compare"),),
            default="y",
        )
        if await ask(self.browser, question) is None:
            return
        before, after = change.before, change.after
        if before is None or after is None:
            return

        def plan(place: SecretRef, there: Secret | None) -> Plan:
            if there is None:
                return Plan(place, word="deleted", why=f"{place} was deleted meanwhile.")
            return plan_same_change(there, change.key, before, after)

        self.browser.show_status(f"Reading {counted(len(refs), 'Secret')} {ref.name} …")
        plans = await reading(self.browser, plan_at(self.shared.session, refs, plan))
        self.browser.show_status("")
        by_name = {plan.ref.namespace: plan for plan in plans}
        wanted = router.MarkRequest(
            f"Change {change.key} of {ref.name} also in",
            (f"Marked: namespaces where {change.key} has the same old value as in this draft.",),
            tuple(router.NameRow(name, plan.word, plan.why) for name, plan in by_name.items()),
            "review",
            frozenset(name for name, plan in by_name.items() if plan.word == SAME_OLD),
        )
        own_draft = self.shared.session.drafts.get(ref)

        if (marked := await ask(self.browser, router.MarkScreen(wanted))) is not None:
            router.review_plans(
                self.browser,
                [by_name[name] for name in marked],
                *([Plan(ref, own_draft)] if own_draft else []),
            )
