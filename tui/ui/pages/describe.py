"""Screen that describes a Secret: labels, annotations, owners, expiry and writers, but no values."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from typing import Final

from tui.model.draft.draft import Change, Draft, draft_problem
from tui.model.managers.detect import A_PERSON, origin
from tui.model.managers.edit_effects import managed_by
from tui.model.secret.fields import ANNOTATIONS, IMMUTABLE, LABELS, MASKED_ANNOTATIONS, holds_values, is_key
from tui.model.secret.formats.validity import KeyTimes, Validity
from tui.model.secret.secret import Secret, SecretSummary
from tui.model.secret.validation import annotation_problem, label_problem
from tui.model.secret.value import Value, size_text
from tui.model.text.times import age, age_at_least
from tui.process.threads import looked_into
from tui.session.session import Topic
from tui.session.writes.outcome import Outcome, sent_word
from tui.session.writes.review import WriteTarget
from tui.ui.base.job import ask
from tui.ui.base.secret_page import SecretPage
from tui.ui.base.value_facts import TOO_LARGE, about_inside, look_inside, name_of
from tui.ui.command_types import Where, unless
from tui.ui.dialogs.prompt import NameRequest, NameScreen
from tui.ui.review.screen import ReviewScreen
from tui.ui.widgets.bars.frame import Pane, is_staying
from tui.ui.widgets.lines import Line
from tui.ui.widgets.lists.change_table import change_cells
from tui.ui.widgets.page import Page
from tui.ui.widgets.table.columns import LABEL
from tui.ui.widgets.text import Styled

_UNCHANGED: Final[Mapping[str, Change]] = {}


class DescribeScreen(SecretPage[bool | None]):
    """Page about a Secret without its values. Dismissed with True if the user wants to copy the Secret."""

    PLACE = Where.DESCRIBE

    def begin(self) -> None:
        self._draw()
        self.query_one(Page).focus()

    def live_changed(self, topics: frozenset[Topic]) -> None:
        if topics & {"opened", "secrets", "drafts"}:
            self._draw()

    def _draw(self) -> None:
        held, secret = self.held, self.secret
        row = self.shared.session.secrets.get(self._ref)
        now = self.shared.server_now()
        metadata_lines: list[Line] = []
        if secret is not None:
            lines = list(_of_secret(secret, now, self.shared.settings.facts))
            metadata_lines = list(_of_metadata(secret, self.draft, now, self.shared.keys.of("drop_copies")))
        elif row is not None and (held is None or held.gone is None):
            lines = [*_of_summary(row, now), (), self._why_not_all()]
        else:
            lines = [self._why_not_all(), *_of_fields({}, {}, self.draft)]
        is_cut = len(str(self._ref)) > LABEL  # a title may cut a longer namespace/name
        above = [
            *_of_draft(self.draft, self.shared.session.writes.outcomes),
            *([(f"  {self._ref}",)] if is_cut else []),
        ]
        self._show([*above, *lines, *metadata_lines])
        if secret is not None:
            self.run_worker(
                self._look_inside(secret, now, above, metadata_lines), group="inside", exclusive=True
            )

    def _why_not_all(self) -> Line:
        if (held := self.held) is not None and held.gone is None and held.state.error is not None:
            return (Styled(f"  ! Incomplete: {self.why_none()}", "warning"),)
        return (Styled(f"  {self.why_none()}", "muted"),)

    async def _look_inside(self, secret: Secret, now: float, above: list[Line], rest: list[Line]) -> None:
        issued, facts = self.shared.session.certificates.issued.get(secret.ref), self.shared.settings.facts
        if (inside_and_times := await looked_into(partial(_inside, secret, issued, now, facts))) is not None:
            self.shared.session.certificates.keep(secret, inside_and_times[1])
        if is_staying(self):
            inside = [(), TOO_LARGE] if inside_and_times is None else inside_and_times[0]
            self._show([*above, *_of_secret(secret, now, facts), *inside, *rest])

    # Changes of the draft. Only the review sends a draft.

    @property
    def draft(self) -> Draft | None:
        secret = self.secret
        return self.shared.session.drafts.get(self._ref, secret.uid if secret is not None else "")

    def _not_ready(self) -> str | None:
        is_there = self.secret is not None or self.draft is not None
        return None if is_there else f"{self._ref.name} is not loaded."

    def _no_draft(self) -> str | None:
        return None if self.draft is not None else "No draft to review."

    def _no_step(self) -> str | None:
        return None if self.draft is not None and self.draft.steps else "No drafted change to undo."

    def _value(self, name: str) -> Value | None:
        draft, secret = self.draft, self.secret
        if draft is not None:
            return draft.value(secret, name)
        return secret.field(name) if secret is not None else None

    def _not_written(self) -> str | None:
        return None if self.secret is not None else self.why_none()

    @unless(_not_written)
    def run_copy_secret(self) -> None:
        self.dismiss(True)

    @unless(_not_ready)
    async def run_set_label(self) -> None:
        await self._set_field(LABELS, "label", label_problem)

    @unless(_not_ready)
    async def run_set_annotation(self) -> None:
        await self._set_field(ANNOTATIONS, "annotation", lambda name, value: annotation_problem(name))

    async def _set_field(self, front: str, kind: str, rule: Callable[[str, str], str | None]) -> None:
        def problem(typed: str) -> str | None:
            name, value = _taken_apart(typed)
            if value is None and not typed.endswith("-"):
                return "Type NAME=VALUE, or NAME- to remove NAME."
            if value is None and self._value(f"{front}{name}") is None:
                return f"There is no {kind} {name}."
            return None if value is None else rule(name, value)

        words = f"Set {'an' if kind[0] == 'a' else 'a'} {kind}: NAME=VALUE. Remove one: NAME-"
        question = NameRequest(f"{kind.capitalize()} of {self._ref.name}", (words,), problem, "keep")
        if (typed := await ask(self, NameScreen(question))) is not None:
            name, value = _taken_apart(typed)
            self._step({f"{front}{name}": None if value is None else Value(value.encode())})

    def _no_copy(self) -> str | None:
        return None if self._copies() else f"No annotation of {self._ref.name} holds a copy of its values."

    def _copies(self) -> list[str]:
        fields = self.secret.fields if self.secret is not None else {}
        return [name for name in fields if holds_values(name) and self._value(name) is not None]

    @unless(_not_ready, _no_copy)
    def run_drop_copies(self) -> None:
        self._step(dict.fromkeys(self._copies()))

    def _is_immutable(self) -> str | None:
        is_set = self._value(IMMUTABLE) is not None
        return "The Secret or its draft is immutable already." if is_set else None

    @unless(_not_ready, _is_immutable)
    def run_make_immutable(self) -> None:
        self._step({IMMUTABLE: Value(b"true")})

    def _step(self, fields: Mapping[str, Value | None]) -> None:
        secret, before = self.secret, self.draft
        if secret is not None and (why_not := draft_problem(secret, fields)) is not None:
            self.show_message(why_not, "warning")
            return
        after = self.shared.session.drafts.change(
            self._ref, secret, lambda draft: draft.set_all(secret, fields)
        )
        self._draw()
        review = self.shared.keys.of("review_changes")
        names = ", ".join(fields)
        self.show_message(
            "Nothing changed."
            if after == before or after.is_empty
            else f"{names} kept in the draft. {review} reviews the draft."
        )

    @unless(_no_step)
    def run_undo_step(self) -> None:
        if (draft := self.draft) is not None:
            self.shared.session.drafts.put(draft.undo())
            self._draw()
            self.show_message(f"Undone: {draft.last_step()}.")

    @unless(_no_draft)
    def run_review_changes(self) -> None:
        if (draft := self.draft) is not None:
            self.app.push_screen(ReviewScreen(self.shared, WriteTarget(draft)))

    def _show(self, lines: list[Line]) -> None:
        self.query_one(Pane).head(f"Describe  {self._ref.name}", "no values here")
        self.query_one(Page).show(lines)


def _inside(secret: Secret, issued: Validity | None, now: float, facts: str) -> tuple[list[Line], KeyTimes]:
    return about_inside(secret, issued, now, facts), look_inside(secret)[0]


def _taken_apart(typed: str) -> tuple[str, str | None]:
    name, equals, value = typed.partition("=")
    return (name.strip(), value) if equals else (typed.removesuffix("-").strip(), None)


def _of_draft(draft: Draft | None, outcomes: Sequence[Outcome]) -> Iterator[Line]:
    """Yield a line for each change in the draft. The line of a changed key has sizes instead of values."""
    changes = draft.change_list() if draft else ()
    if draft is not None and changes:
        yield (Styled(f"  In the draft, {sent_word(outcomes, draft)}", "strong"),)
    for change in changes:
        if is_key(change.key):
            mark, name, _, sizes = change_cells(change)
            yield ("  ", mark, " ", name, "  ", sizes)
            continue
        text = change.after.reveal().decode() if change.after is not None else ""
        yield (
            Styled(f"  {'-' if change.after is None else '~' if change.before else '+'} ", "accent"),
            change.key,
            "  ",
            text,
        )
    if changes:
        yield ()


def _fact(name: str, text: str) -> Line:
    return (Styled(f"  {name:<15}  ", "muted"), text)


def _of_secret(secret: Secret, now: float, facts: str) -> Iterator[Line]:
    yield _fact("type", secret.type)
    yield from _made_by(secret.type, secret.manager)
    yield _fact("managed by", managed_by(secret) or "no controller or tool known")
    yield _fact("immutable", "yes" if secret.is_immutable else "no")
    yield _fact("created", f"{age(now - secret.created)} ago" if secret.created is not None else "not known")
    yield _fact("resourceVersion", secret.resource_version)
    yield _fact("uid", secret.uid)
    if secret.finalizers:
        waits = "; the deletion waits for these" if secret.is_terminating else ""
        yield _fact("finalizers", f"{', '.join(secret.finalizers)}{waits}")
    for owner in secret.owners:
        yield _fact("owner", f"{owner.kind}/{owner.name}" + (" (controller)" if owner.is_controller else ""))
    yield from _pairs("Keys", {key: _held(key, value, now, facts) for key, value in secret.data.items()})


def _of_metadata(secret: Secret, draft: Draft | None, now: float, drops: str) -> Iterator[Line]:
    yield ()
    yield (Styled("  Writers and their keys", "strong"),)
    for field_owner in secret.field_owners:
        when = (
            age_at_least(field_owner.time, secret.created, now)
            if field_owner.time is not None
            else "time not known"
        )
        keys = ", ".join(field_owner.keys) or "none of the keys"
        yield (f"  {field_owner.manager} ({field_owner.operation}), {when}: {keys}",)
    if not secret.field_owners:
        yield (Styled("  Not known: the Secret has no managedFields.", "muted"),)
    notes = {name: _note(name, note) for name, note in secret.annotations.items()}
    yield from _of_fields(secret.labels, notes, draft)
    if secret.has_last_applied:
        yield (
            Styled("  last-applied-configuration is not shown: it copies the values.", "warning"),
            f" {drops} removes the annotation." if drops else "",
        )


def _of_fields(labels: Mapping[str, str], notes: Mapping[str, str], draft: Draft | None) -> Iterator[Line]:
    changes = {change.key: change for change in draft.change_list()} if draft is not None else {}
    for title, front, pairs in (("Labels", LABELS, labels), ("Annotations", ANNOTATIONS, notes)):
        changed = {
            key.removeprefix(front): change for key, change in changes.items() if key.startswith(front)
        }
        yield from _pairs(title, pairs, changed)


def _held(key: str, value: Value, now: float, facts: str) -> str:
    return f"{size_text(value.size)}, {name_of(key, value, now, facts)}" if value.size else "empty"


def _note(name: str, note: str) -> str:
    return f"{note}  not shown: it holds {MASKED_ANNOTATIONS[name]}" if name in MASKED_ANNOTATIONS else note


def _made_by(kind: str, manager: str | None) -> Iterator[Line]:
    who = origin(kind, manager)
    if who not in (manager, A_PERSON):
        yield _fact("made by", who)


def _of_summary(row: SecretSummary, now: float) -> Iterator[Line]:
    yield _fact("type", row.type)
    yield from _made_by(row.type, row.manager)
    yield _fact("managed by", row.manager or "not known")
    yield _fact("created", f"{age(now - row.created)} ago" if row.created is not None else "not known")
    yield _fact(
        "keys",
        ", ".join(row.keys)
        if row.keys
        else f"{row.key_count}; their names are known once the Secret is read",
    )
    yield from _pairs("Labels", dict(row.labels))


def _pairs(
    title: str, pairs: Mapping[str, str], changed: Mapping[str, Change] = _UNCHANGED
) -> Iterator[Line]:
    yield ()
    yield (Styled(f"  {title}", "strong"),)
    for name in sorted({*pairs, *changed}):
        if (change := changed.get(name)) is None:
            yield (Styled(f"  {name}", "accent"), "  ", pairs[name])
        elif change.after is None:
            yield (Styled("- ", "accent"), Styled(name, "struck"))
        else:
            mark = "~ " if name in pairs else "+ "
            yield (Styled(f"{mark}{name}", "accent"), "  ", change.after.reveal().decode())
    if not pairs and not changed:
        yield (Styled("  none", "muted"),)
