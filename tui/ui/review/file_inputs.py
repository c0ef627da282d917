"""Draft what the files of the command line hold, and open the review of it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from tui.model.draft.draft import Draft
from tui.model.draft.secret_input import Compared, FileInputs, Keys, OtherObject, lacking
from tui.model.secret.secret import SecretRef
from tui.model.text.counts import counted
from tui.session.writes.inputs import draft_inputs, keys_there
from tui.session.writes.reviews import Target
from tui.ui.base.screen import TuiScreen
from tui.ui.base.screen_context import ScreenContext
from tui.ui.dialogs.prompt import Question, QuestionScreen
from tui.ui.review.draft_list import DraftListScreen
from tui.ui.review.lines import listed
from tui.ui.review.screen import ReviewScreen
from tui.ui.widgets.text import Styled, text_of, tone_of


def review_inputs(screen: TuiScreen[Any], given: FileInputs) -> None:
    """Compare each Secret with what is there; the review of what differs opens by itself."""
    screen.run_worker(_review(screen, given), group="inputs")


async def _review(screen: TuiScreen[Any], given: FileInputs) -> None:
    desk = screen.desk
    screen.show_status(f"Comparing {given.source} with the cluster …")
    found = await draft_inputs(desk.session.cluster, desk.session.drafts, given.secrets)
    drafts = [one.draft for one in found if one.draft is not None]
    rest = [_not_drafted(desk, one, given) for one in found if one.draft is None]
    lines = [*rest, *(await _about_others(desk, given, found))]
    screen.show_status("")
    if screen.app.screen is not screen:  # the person went elsewhere meanwhile
        for line in lines:
            screen.say(text_of(line), tone_of(line))
        review = desk.keys.of("review_changes")
        screen.say(f"{counted(len(drafts), 'draft')} made of {given.source}. {review} reviews.")
    elif len(lines) == 1 and not drafts:
        screen.say(text_of(lines[0]), tone_of(lines[0]))
    elif not lines or await screen.app.push_screen_wait(_told(given, lines, drafts)) == "enter":
        _open(screen, drafts)


def _open(screen: TuiScreen[Any], drafts: Sequence[Draft]) -> None:
    one = ReviewScreen(screen.desk, Target(drafts[0]))
    screen.app.push_screen(one if len(drafts) == 1 else DraftListScreen(screen.desk, drafts))


def _told(given: FileInputs, lines: Sequence[str | Styled], drafts: Sequence[Draft]) -> QuestionScreen:
    review = (("enter", f"review {counted(len(drafts), 'draft')}"),) if drafts else ()
    return QuestionScreen(Question(f"From {given.source}", tuple(lines), (*review, ("escape", "back"))))


def _not_drafted(desk: ScreenContext, one: Compared, given: FileInputs) -> str | Styled:
    if one.kind == "same":
        return f"{one.ref} is the same: it holds all that {given.source} sets."
    if one.kind == "missing":
        add = desk.keys.of("add_secret")
        return Styled(f"Nothing set: {one.why} {add} in the list creates it, or -f FILE.", "warning")
    return Styled(f"Not drafted: {one.why}", "warning")


async def _about_others(
    desk: ScreenContext, given: FileInputs, found: Iterable[Compared]
) -> list[str | Styled]:
    """What is not applied, and whether the Secrets and keys that its pods name will be there."""
    if not given.others:
        return []
    keys = {one.ref: one.keys for one in found if one.keys is not None}
    named = {SecretRef(one.namespace, use.secret) for one in given.others for use in one.uses or ()}
    there = {**await keys_there(desk.session.cluster, sorted(named - keys.keys())), **keys}
    return [
        f"Not applied, only Secrets are: {listed([_title(one) for one in given.others])}.",
        f"After the review: {given.apply}",
        *(line for one in given.others for line in _about_other(one, there)),
    ]


def _about_other(one: OtherObject, there: Mapping[SecretRef, Keys | None]) -> Iterator[str | Styled]:
    title = _title(one)
    if one.uses is None:
        yield Styled(f"! {title}: its pods cannot be read, so their Secrets are not checked.", "warning")
        return
    refs = {use: SecretRef(one.namespace, use.secret) for use in one.uses}
    lacks = [(use, why) for use, ref in refs.items() if (why := lacking(use, ref, there.get(ref)))]
    for use, why in lacks:
        yield Styled(f"! {title}: {use.secret}, {use.how()}: {why}", "bad" if "FAILS" in why else "warning")
    if refs and not lacks:
        names = ", ".join(sorted({ref.name for ref in refs.values()}))
        yield f"{title}: the Secrets and keys that it needs are there: {names}."


def _title(one: OtherObject) -> str:
    return f"{one.kind}/{one.name}"
