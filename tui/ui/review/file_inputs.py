"""Draft what the files of the command line hold, and open the review of it."""

from __future__ import annotations

import shlex
from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from typing import Any

from tui.model.draft.documents import ManifestProblem
from tui.model.draft.manifest_objects import read_manifest
from tui.model.draft.plan import SAME_ALREADY, FileInputs, Plan, inputs_of, keys_after, plan_input
from tui.model.readers.needs import KnownKeys, OtherObject, lacking
from tui.model.readers.reader import FAILS
from tui.model.secret.secret import Secret, SecretRef
from tui.model.text.counts import counted, listed
from tui.process.threads import run_in_thread
from tui.session.several.plans import keep_drafts, keys_there, plan_at
from tui.session.writes.review import WriteTarget
from tui.ui.base.job import ask, reading, resting
from tui.ui.base.screen import TuiScreen
from tui.ui.dialogs.prompt import Question
from tui.ui.review.draft_list import DraftListScreen
from tui.ui.review.screen import ReviewScreen
from tui.ui.widgets.text import Styled, Tone
from tui.ui.widgets.value import accept_text


async def draft_pasted(screen: TuiScreen[Any], pasted: str) -> None:
    """Ask whether to draft the Secrets of a manifest that was pasted onto the list, as those of -f."""
    taken, interruptions = accept_text.paste(pasted), screen.shared.app.interruptions
    if isinstance(taken, str) and "Secret" in pasted:
        screen.say(taken, "warning")
        return
    text = taken.text if isinstance(taken, accept_text.AcceptedPaste) else ""
    try:
        read = partial(read_manifest, text.encode())
        found = await resting(run_in_thread(read)) if "Secret" in text else None
        if screen.app.screen is not screen or screen.shared.app.interruptions != interruptions:
            return  # nothing opens by itself
        given = inputs_of(found, screen.shared.session.namespace) if found is not None else None
    except ManifestProblem as problem:
        at = f"Line {problem.line}" if problem.line else "It"
        screen.say(f"Nothing drafted from the paste. {at}: {problem.words}.", "warning")
        return
    except ValueError as problem:
        screen.say(str(problem), "warning")
        return
    if found is None or given is None or not given.secrets:
        ignored = f"Ignored {counted(len(pasted), 'character')} that look like a paste."
        screen.say(f"{ignored} {screen.paste_taker}", "warning")
        return
    refs = [str(one.ref) for one in given.secrets]
    others = [f"Only Secrets are drafted. Left out: {listed([_title(one) for one in found.others])}."]
    question = Question(
        title=f"A manifest of {counted(len(refs), 'Secret')}: draft and review?",
        lines=(f"Secrets: {listed(refs)}.", *(others if found.others else ()), "Nothing is sent yet."),
        answers=(("y", "review"),),
        default="y",
    )
    if await ask(screen, question) is not None:
        await review_inputs(screen, given)


async def review_inputs(screen: TuiScreen[Any], given: FileInputs) -> None:
    """Compare each Secret with what is there; the review of what differs opens by itself."""
    session, keys = screen.shared.session, dict[SecretRef, KnownKeys | None]()
    wanted = {one.ref: one for one in given.secrets}

    def plan(ref: SecretRef, there: Secret | None) -> Plan:
        found = plan_input(wanted[ref], there)
        keys[ref] = keys_after(found, there)
        return found

    screen.show_status(f"Comparing {given.source} with the cluster …")
    plans = await reading(screen, plan_at(session, wanted, plan))
    named = {SecretRef(one.namespace, use.secret) for one in given.others for use in one.uses or ()}
    keys |= await reading(screen, keys_there(session, sorted(named - keys.keys())))
    screen.show_status("")
    plans = keep_drafts(session, plans)
    if screen.app.screen is not screen:  # the person went elsewhere meanwhile
        for left in (plan.why for plan in plans if plan.draft is None):
            screen.say(left, "warning")
        if given.others:
            screen.say(f"{_not_applied(given)} {_apply(screen, given)}", "warning")
        screen.say(_made(screen, given, plans))
    elif not given.others or await ask(screen, _others_question(screen, given, plans, keys)) is not None:
        _open(screen, given, plans)
    elif plans:
        screen.say(_made(screen, given, plans))


def _made(screen: TuiScreen[Any], given: FileInputs, plans: Sequence[Plan]) -> str:
    """Tell what was drafted, for somebody who does not see the review."""
    count = sum(plan.draft is not None for plan in plans)
    if not count:
        return f"Nothing to write from {given.source}."
    review = screen.shared.keys.of("review_changes")
    return f"{counted(count, 'draft')} made from {given.source}. {review} reviews."


def _apply(screen: TuiScreen[Any], given: FileInputs) -> str:
    """The kubectl line that applies the other objects in the same cluster, as the same user."""
    options = screen.shared.contexts.kubectl_options(screen.shared.session.cluster.target)
    return shlex.join(["kubectl", *options.flags, *given.apply])


def _not_applied(given: FileInputs) -> str:
    return f"Only Secrets are drafted. Not applied: {listed([_title(one) for one in given.others])}."


def _open(screen: TuiScreen[Any], given: FileInputs, plans: Sequence[Plan]) -> None:
    """Open the review of the one Secret, or the list of all, with those that have no draft."""
    shared, (first, *more) = screen.shared, plans
    if more and all(plan.word == SAME_ALREADY for plan in plans):
        screen.say(f"Nothing to write from {given.source}: all {len(plans)} Secrets hold it already.")
    elif more:
        screen.app.push_screen(DraftListScreen(shared, plans=plans))
    elif first.draft is not None:
        screen.app.push_screen(ReviewScreen(shared, WriteTarget(first.draft, plan=first)))
    else:
        is_same = first.word == SAME_ALREADY
        said = f"Nothing {'to write' if is_same else 'drafted'} from {given.source}: {first.why}"
        screen.say(said, "" if is_same else "warning")


def _others_question(
    screen: TuiScreen[Any],
    given: FileInputs,
    plans: Sequence[Plan],
    keys: Mapping[SecretRef, KnownKeys | None],
) -> Question:
    """Say what is not applied, and whether the Secrets and keys that its pods name will be there."""
    apply = (
        f"After the review: {_apply(screen, given)}",
        "It applies the file's Secrets too, and an annotation keeps a copy of their values.",
    )
    lines = (
        _not_applied(given),
        *(apply if plans else (f"No Secret is there. To apply the rest: {_apply(screen, given)}",)),
        *(line for one in given.others for line in _about_other(one, keys)),
    )
    drafts = sum(plan.draft is not None for plan in plans)
    review = (("y", f"review {counted(drafts, 'draft')}" if drafts else "go on"),) if plans else ()
    return Question(f"From {given.source}", lines, review, default="y" if plans else "")


def _about_other(one: OtherObject, there: Mapping[SecretRef, KnownKeys | None]) -> Iterator[str | Styled]:
    title = _title(one)
    if one.uses is None:
        yield Styled(f"! {title}: its pods cannot be read, so their Secrets are not checked.", "warning")
        return
    refs = {use: SecretRef(one.namespace, use.secret) for use in one.uses}
    lacks = [(use, what) for use, ref in refs.items() if (what := lacking(use, ref, there.get(ref)))]
    for use, what in lacks:
        tone: Tone = "bad" if what.severity == FAILS else "warning"
        yield Styled(f"! {title}: {use.secret}, {use.how()}: {what.sentence}", tone)
    if refs and not lacks:
        names = ", ".join(sorted({ref.name for ref in refs.values()}))
        yield f"{title}: the Secrets and keys that it needs are there: {names}."


def _title(one: OtherObject) -> str:
    return f"{one.kind}/{one.name}"
