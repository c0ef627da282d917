"""Make drafts of the Secrets of a manifest, and open the review of the drafts."""

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
    """Ask whether to draft the Secrets of a manifest that was pasted onto the list of Secrets."""
    accepted, interruptions = accept_text.paste(pasted), screen.shared.app.interruptions
    if isinstance(accepted, str) and "Secret" in pasted:
        screen.show_message(accepted, "warning")
        return
    text = accepted.text if isinstance(accepted, accept_text.AcceptedPaste) else ""
    try:
        read = partial(read_manifest, text.encode())
        manifest = await resting(run_in_thread(read)) if "Secret" in text else None
        if screen.app.screen is not screen or screen.shared.app.interruptions != interruptions:
            return  # do not open a question over another screen
        inputs = inputs_of(manifest, screen.shared.session.namespace) if manifest is not None else None
    except ManifestProblem as problem:
        place = f"Line {problem.line}" if problem.line else "Manifest"
        screen.show_message(f"Nothing drafted from the paste. {place}: {problem.words}.", "warning")
        return
    except ValueError as problem:
        screen.show_message(str(problem), "warning")
        return
    if manifest is None or inputs is None or not inputs.secrets:
        look = "looks" if len(pasted) == 1 else "look"
        ignored = f"Ignored {counted(len(pasted), 'character')} that {look} like a paste."
        screen.show_message(f"{ignored} {screen.paste_taker}", "warning")
        return
    refs = [str(secret.ref) for secret in inputs.secrets]
    others = [f"Only Secrets are drafted. Left out: {listed([_title(other) for other in manifest.others])}."]
    question = Question(
        title=f"Draft and review {counted(len(refs), 'Secret')} of a manifest?",
        lines=(f"Secrets: {listed(refs)}.", *(others if manifest.others else ()), "Nothing is sent yet."),
        answers=(("y", "review"),),
        default="y",
    )
    if await ask(screen, question) is not None:
        await review_inputs(screen, inputs)


async def review_inputs(screen: TuiScreen[Any], given: FileInputs) -> None:
    """Draft the Secrets in `given`, and open the review of the drafts.

    If `given` has other objects too, ask before the review opens, because these objects are not applied.
    If the user has opened another screen meanwhile, do not ask or open the review: only show messages.
    """
    session, keys = screen.shared.session, dict[SecretRef, KnownKeys | None]()
    wanted = {each.ref: each for each in given.secrets}

    def plan(ref: SecretRef, there: Secret | None) -> Plan:
        plan_of_secret = plan_input(wanted[ref], there)
        keys[ref] = keys_after(plan_of_secret, there)
        return plan_of_secret

    screen.show_status(f"Comparing {given.source} with the cluster …")
    plans = await reading(screen, plan_at(session, wanted, plan))
    named = {SecretRef(each.namespace, use.secret) for each in given.others for use in each.uses or ()}
    keys |= await reading(screen, keys_there(session, sorted(named - keys.keys())))
    screen.show_status("")
    plans = keep_drafts(session, plans)
    if screen.app.screen is not screen:  # the user opened another screen meanwhile
        for reason in (plan.why for plan in plans if plan.draft is None):
            screen.show_message(reason, "warning")
        if given.others:
            screen.show_message(
                f"{_not_applied(given)} To apply the objects: {_apply(screen, given)}", "warning"
            )
        screen.show_message(_made(screen, given, plans))
    elif not given.others or await ask(screen, _others_question(screen, given, plans, keys)) is not None:
        _open(screen, given, plans)
    elif plans:
        screen.show_message(_made(screen, given, plans))


def _made(screen: TuiScreen[Any], given: FileInputs, plans: Sequence[Plan]) -> str:
    count = sum(plan.draft is not None for plan in plans)
    if not count:
        return f"No drafts made from {given.source}."
    review, them = screen.shared.keys.of("review_changes"), "it" if count == 1 else "them"
    return f"{counted(count, 'draft')} made from {given.source}. {review} reviews {them}."


def _apply(screen: TuiScreen[Any], given: FileInputs) -> str:
    options = screen.shared.contexts.kubectl_options(screen.shared.session.cluster.target)
    return shlex.join(["kubectl", *options.flags, *given.apply])


def _not_applied(given: FileInputs) -> str:
    return f"Only Secrets are drafted. Not applied: {listed([_title(other) for other in given.others])}."


def _open(screen: TuiScreen[Any], given: FileInputs, plans: Sequence[Plan]) -> None:
    shared, (first, *more) = screen.shared, plans
    if more and all(plan.word == SAME_ALREADY for plan in plans):
        screen.show_message(
            f"Nothing to write from {given.source}: all {len(plans)} Secrets have these values already."
        )
    elif more:
        screen.app.push_screen(DraftListScreen(shared, plans=plans))
    elif first.draft is not None:
        screen.app.push_screen(ReviewScreen(shared, WriteTarget(first.draft, plan=first)))
    else:
        is_same = first.word == SAME_ALREADY
        words = f"Nothing {'to write' if is_same else 'drafted'} from {given.source}: {first.why}"
        screen.show_message(words, "" if is_same else "warning")


def _others_question(
    screen: TuiScreen[Any],
    given: FileInputs,
    plans: Sequence[Plan],
    keys: Mapping[SecretRef, KnownKeys | None],
) -> Question:
    apply = (
        f"To apply the objects after the review: {_apply(screen, given)}",
        "This command applies the Secrets too, and keeps their values in an annotation.",
    )
    lines = (
        _not_applied(given),
        *(apply if plans else (f"No Secrets. To apply the objects: {_apply(screen, given)}",)),
        *(line for other in given.others for line in _about_other(other, keys)),
    )
    drafts = sum(plan.draft is not None for plan in plans)
    review = (("y", f"review {counted(drafts, 'draft')}" if drafts else "show the result"),) if plans else ()
    return Question(f"Other objects in {given.source}", lines, review, default="y" if plans else "")


def _about_other(
    other: OtherObject, known_keys: Mapping[SecretRef, KnownKeys | None]
) -> Iterator[str | Styled]:
    title = _title(other)
    if other.uses is None:
        yield Styled(f"! {title}: its pod spec is invalid, so its Secrets are not checked.", "warning")
        return
    refs = {use: SecretRef(other.namespace, use.secret) for use in other.uses}
    lacks = [(use, lack) for use, ref in refs.items() if (lack := lacking(use, ref, known_keys.get(ref)))]
    for use, lack in lacks:
        tone: Tone = "bad" if lack.severity == FAILS else "warning"
        yield Styled(f"! {title}: {use.secret}, {use.how()}: {lack.sentence}", tone)
    if refs and not lacks:
        existing = sorted({ref.name for ref in refs.values() if known_keys.get(ref) is not None})
        names = ", ".join(existing)
        yield (
            f"{title}: all needed Secrets and keys exist: {names}." if names else f"{title}: needs no Secret."
        )


def _title(other: OtherObject) -> str:
    return f"{other.kind}/{other.name}"
