"""Open the review of plans, and plan a new value for each Secret that holds a searched value.

A plan is a draft for one Secret, or the reason why this Secret gets no draft.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from tui.model.draft.former_values import plan_replacement
from tui.model.draft.plan import Plan
from tui.model.secret.formats.helm_record import NOT_WRITTEN
from tui.model.secret.secret import Secret, SecretRef
from tui.model.secret.types.registry import HELM_RELEASE
from tui.model.secret.value import Value
from tui.model.text.counts import counted
from tui.session.several.plans import keep_drafts, plan_at
from tui.session.several.value_search import ValueSearchResult
from tui.ui.base.job import ask, is_still_here, reading
from tui.ui.base.screen import TuiScreen
from tui.ui.review.draft_list import DraftListScreen
from tui.ui.value.blind_editor import BlindEditorScreen
from tui.ui.value.canceled_edits import Canceled


def review_plans(screen: TuiScreen[Any], plans: Sequence[Plan], *more: Plan) -> None:
    """Put the drafts of `plans` into the session, and open a screen that lists `more` and `plans`.

    The session already has the drafts of `more`. If another screen is on top, only show a message.
    """
    if not is_still_here(screen):
        return
    kept = keep_drafts(screen.shared.session, plans)
    screen.show_status("")
    screen.app.push_screen(DraftListScreen(screen.shared, plans=(*more, *kept)))


async def replace_found(screen: TuiScreen[Any], searched: ValueSearchResult) -> None:
    """Ask for a new value, plan it for each Secret that holds the searched value, and review the plans."""
    where = counted(len(searched.holdings), "Secret")
    verb = "holds" if len(searched.holdings) == 1 else "hold"
    warnings = [f"{where} {verb} the old value. Each changeable Secret gets a draft. Nothing is sent yet."]
    if searched.unread:
        warnings.append(f"Not read: {counted(len(searched.unread), 'Secret')}, which may hold the old value.")
    if searched.unlisted:
        warnings.append(f"{searched.unlisted} Other Secrets may hold the old value too.")
    ref, title = min(searched.holdings), f"New value: {where}"
    blind_editor = BlindEditorScreen(screen.shared, ref, "", searched.sought, tuple(warnings), title=title)

    new = await ask(screen, blind_editor)
    if isinstance(new, Canceled):
        screen.show_message("Nothing replaced; the typed value is discarded.")
    if not isinstance(new, Value):
        return

    def plan(ref: SecretRef, secret: Secret | None) -> Plan:
        if secret is None:
            return Plan(ref, word="deleted", why=f"{ref} no longer exists.")
        if secret.type == HELM_RELEASE:
            return Plan(ref, word="not replaced", why=NOT_WRITTEN)
        if (manager := searched.sources.get(ref)) is not None:
            at_source = f"{screen.shared.keys.of('show_source')} requests a new value at the source."
            return Plan(ref, word="at its source", why=f"{manager} would overwrite {ref}. {at_source}")
        return plan_replacement(secret, searched.sought, new)

    refs = sorted(searched.holdings)
    screen.show_status(f"Reading {counted(len(refs), 'Secret')} …")
    review_plans(screen, await reading(screen, plan_at(screen.shared.session, refs, plan)))
