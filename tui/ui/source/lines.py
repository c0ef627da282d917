"""Lines about a Secret's source: the managing objects, their state, and what an edit would do."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from msgspec.structs import replace

from tui.model.api_object import Obj, objects, text
from tui.model.errors import NotFound
from tui.model.managers.detect import manager_of
from tui.model.managers.edit_effects import IF_EDITED, INSTEAD, effects_of_edit, managed_by
from tui.model.managers.source.source import SourceState, SourceVerdict
from tui.model.secret.secret import Owner, Secret, SecretRef
from tui.model.text.counts import listed
from tui.model.text.times import age, clock
from tui.session.source import FoundSource, FoundSources, SourceRequest
from tui.ui.base.screen_context import ScreenContext
from tui.ui.widgets.lines import Line
from tui.ui.widgets.text import Cell, Styled, Tone

_TONES: Final[dict[SourceVerdict, Tone]] = {
    "ok": "good",
    "in error": "bad",
    "suspended": "warning",
    "out of sync": "warning",
}
_SIGNS: Final = "its owner references, labels, annotations and field managers"
RUN_TONES: Final[dict[str, Tone]] = {
    "sending": "accent",
    "waiting": "accent",
    "done": "good",
    "failed": "bad",
    "not sent": "bad",
    "not seen": "warning",
}


def fact(name: str, words: str, tone: Tone = "") -> tuple[Cell, ...]:
    return (Styled(f"  {name:<14}  ", "muted"), Styled(words, tone))


def page_lines(
    shared: ScreenContext, secret: Secret, looked: FoundSources, run: SourceRequest | None, why_not_whole: str
) -> Iterator[Line]:
    found = looked.found
    if why_not_whole:
        yield (Styled(f"  ! {why_not_whole}", "warning"),)
    if run is not None:
        yield from run_lines(shared, run)
        yield ()
    if found is None:
        yield (Styled("  Reading the managing objects …", "muted"),)
        return
    managers = [each for each in found if not each.source.is_reader]
    has_state = any(each.obj is not None for each in managers)
    effects = dict(effects_of_edit(secret))
    instead = effects.pop(INSTEAD, "") if has_state else ""  # otherwise, the loop over `effects` shows it
    for source in managers:
        yield from _of_manager(shared, source, secret, instead)
    if any(each.place.is_elsewhere and isinstance(each.error, NotFound) for each in managers):
        yield (Styled("  The managing object may be in another cluster.", "muted"),)
    if not managers:
        yield from _of_no_object(secret)
    for name, words in effects.items():
        if name != IF_EDITED or not has_state:  # `_of_state` shows IF_EDITED
            yield fact(name, words, "warning" if name == IF_EDITED else "")
    yield from _last_writer(shared, secret)
    for source in found:
        if source.source.is_reader and source.obj is not None:
            yield ()
            yield from _of_manager(shared, source, secret)
        elif source.source.is_reader and source.error is not None:
            yield (Styled(f"  {source.place.title}s not read. {source.error.sentence}", "muted"),)


def run_lines(shared: ScreenContext, run: SourceRequest) -> Iterator[Line]:
    tone, at = RUN_TONES[run.state], clock(run.began, shared.session.clock.tz)
    yield (
        Styled(f"  {'*' if run.state in ('sending', 'waiting') else '!' if tone != 'good' else '+'} ", tone),
        Styled(f"{at}  {run.prepared.title}  ", tone),
        run.sentence or "Sending …",
    )
    if run.detail:
        yield (Styled("    message: ", "muted"), run.detail)
    if run.state == "done" and not run.prepared.what.is_setting:
        yield (f"    {_became(shared, run)}",)


def _became(shared: ScreenContext, run: SourceRequest) -> str:
    ref, session = run.prepared.request.secret, shared.session
    held, row = session.held(ref), session.secrets.get(ref)
    versions = {state.resource_version for state in (held and held.secret, row) if state}
    if not versions:
        return "Result unknown: the Secret is neither listed nor loaded."
    if run.keys:
        key = run.prepared.request.key
        but = f", not of {key}" if key and key not in run.keys else ""
        return f"The Secret has a new value of {listed(run.keys, 4)}{but}.{_arrives(shared, ref)}"
    if not run.version:
        return "The Secret exists now."
    if versions != {run.version}:
        return f"The Secret has a new version.{_arrives(shared, ref)}"
    brings = run.prepared.what.brings
    advice = f" {brings} {shared.keys.of('send_request')} sends the request again." if brings else ""
    why = "the source may still have the old value"
    return f"The Secret has not been written since the request: {why}.{advice}"


def _arrives(shared: ScreenContext, ref: SecretRef) -> str:
    waits = any(owner.needs_restart for owner in shared.session.rollouts.owners(ref))
    key = shared.keys.of("restart_readers")
    return f" {key} restarts the workloads that use the old value." if waits else ""


def _of_manager(
    shared: ScreenContext, source: FoundSource, secret: Secret, instead: str = ""
) -> Iterator[Line]:
    title = f"{source.ref.kind.kind}/{source.ref.name}" if source.ref is not None else source.place.title
    place = source.ref.namespace if source.ref is not None else source.place.namespace
    where = f" in {place}" if place and place != secret.ref.namespace else ""
    label = "pushed by" if source.source.is_reader else "managed by"
    yield (*fact(label, f"{title}{where}", "strong"), Styled(f"  {source.source.project}", "muted"))
    known_by = source.place.known_by if secret.uid else "its target names this Secret"
    yield fact("known by", known_by, "muted")
    if source.obj is None:
        if source.error is not None:
            sentence = source.error.sentence
            yield (Styled(f"  ! State unknown. {sentence}", "warning"),)
        return
    state = source.source.state(source.obj, secret)
    state = replace(state, facts=(*state.facts, *source.why))
    # A Secret without a UID does not exist yet, so it cannot be edited.
    yield from _of_state(shared, state if secret.uid else replace(state, edit=""), instead)
    if above := _manager_above(source.obj):
        yield fact("is managed by", f"{above}, which may undo changes to this object", "warning")


def _of_state(shared: ScreenContext, state: SourceState, instead: str) -> Iterator[Line]:
    yield fact("state", state.verdict, _TONES.get(state.verdict, ""))
    if state.edit:
        yield fact(IF_EDITED, state.edit, "warning")
    if instead:
        yield fact(INSTEAD, instead)
    for name, words in state.facts:
        yield fact(name, words or "not known")
    now = shared.server_now()
    if state.last is not None:
        yield fact("last refresh", f"{age(now - state.last)} ago")
    if state.next is not None:
        due = f"in {age(state.next - now)}" if state.next > now else f"overdue by {age(now - state.next)}"
        yield fact("next refresh", due)


def _of_no_object(secret: Secret) -> Iterator[Line]:
    if (who := managed_by(secret)) is None:
        yield ("  No known object manages this Secret.",)
        yield (Styled(f"  Checked: {_SIGNS}.", "muted"),)
    else:
        yield fact("managed by", who, "strong")
        yield (Styled("  No known object in the cluster refreshes this Secret.", "muted"),)


def _last_writer(shared: ScreenContext, secret: Secret) -> Iterator[Line]:
    known = [owner for owner in secret.field_owners if owner.time is not None and owner.keys]
    latest = max(known, key=lambda owner: owner.time or 0.0, default=None)
    if latest is not None and latest.time is not None:
        yield fact("last written", f"{age(shared.server_now() - latest.time)} ago by {latest.manager}")


def _manager_above(obj: Obj) -> str | None:
    owners = [
        Owner(text(entry, "kind"), text(entry, "name"), entry.get("controller") is True)
        for entry in objects(obj, "metadata.ownerReferences")
    ]
    writers = [text(entry, "manager") for entry in objects(obj, "metadata.managedFields")]
    meta = obj.get("metadata") or {}
    return manager_of("", meta.get("labels") or {}, meta.get("annotations") or {}, owners, writers)
