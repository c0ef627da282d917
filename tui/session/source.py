"""Sources: read the objects that manage a Secret, ask one for something, and follow it to its end.

A request is sent once. What becomes of it is read back from the object, also after a lost answer.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from contextlib import suppress
from typing import Any, Final, Literal

from msgspec import Struct
from msgspec.structs import replace

from tui.model.api_object import Obj, ObjectRef, at, objects, text
from tui.model.errors import ClusterError, Forbidden, KeepsError, NotFound
from tui.model.managers.registry import OURS
from tui.model.managers.source.source import Progress, Request, Source, SourceAction, SourcePlace
from tui.model.secret.secret import Secret, SecretRef
from tui.session.actions import Action, ActionEnd, Actions
from tui.session.cache.events import MayHaveChanged, Reachable, SecretReadAgain, Services
from tui.session.cache.secret_store import CertificateTimes
from tui.session.source_reasons import Told, reasons

POLL: Final = 1.5
"""Seconds between two looks at the object that is followed."""
PATIENCE: Final = 60.0
"""Seconds after which it is said that nothing was seen."""
RequestState = Literal["sending", "waiting", "done", "failed", "not seen", "not sent"]


class FoundSource(KeepsError, Struct, frozen=True):
    """One object that manages the Secret or hands it on, as far as it could be read."""

    source: Source
    place: SourcePlace
    ref: ObjectRef | None = None
    obj: Obj | None = None
    error: ClusterError | None = None
    """Why it is not here."""
    why: tuple[Told, ...] = ()
    """What other objects tell of it, if it is in error or at work; only to be drawn."""

    def __repr__(self) -> str:
        return f"<FoundSource {self.ref or self.place.title}>"


class FoundSources(Struct, frozen=True):
    """What was found for one Secret; None while it is being read."""

    secret: Secret
    """Without its values."""
    found: tuple[FoundSource, ...] | None = None


class Prepared(Struct, frozen=True):
    """A request as the review shows it; nothing of it was sent but a dry run."""

    title: str
    action: Action
    request: Request
    followed: ObjectRef
    what: SourceAction
    shown: Obj
    """What is sent, for the review."""
    seen: object = None
    """What stood where nothing may have changed when it is sent."""
    idle: str = ""
    """Why it would do nothing, as a sentence."""
    dry_run: ActionEnd | None = None

    def __repr__(self) -> str:
        return f"<Prepared {self.action.words}>"


class SourceRequest(Struct, frozen=True):
    """The latest request for a Secret, and how far it came."""

    prepared: Prepared
    state: RequestState = "sending"
    sentence: str = ""
    detail: str = ""
    """The object's own words."""
    began: float = 0.0
    """Seconds since the epoch."""
    ended: float | None = None
    """When its end was seen."""
    keys: tuple[str, ...] = ()
    """The keys of the Secret that got another value since, as far as it was read."""
    before: Obj = {}
    """The followed object before it was sent, for as long as an end can be told by it."""
    version: str = ""
    """The Secret's resourceVersion when it was sent."""
    is_unknown: bool = False
    """Did no answer come, and was it not seen to arrive either?"""

    @property
    def is_over(self) -> bool:
        """Is it no longer followed?"""
        return self.state not in ("sending", "waiting")

    def __repr__(self) -> str:
        return f"<SourceRequest {self.prepared.action.words}, {self.state}>"


class Sources:
    """The page of one Secret's sources, and the latest request of each Secret."""

    def __init__(self, services: Services, actions: Actions, certificates: CertificateTimes) -> None:
        self._cluster, self._clock, self._tasks, self._events = services
        self._actions, self._certificates = actions, certificates
        self.looked: FoundSources | None = None
        """Of the page that is open."""
        self.of_open: FoundSources | None = None
        """What manages the Secret that is open, as far as it can be read by its name alone."""
        self.edited_here: set[SecretRef] = set()
        """Of which it was said in this run that the source would be the place for an edit."""
        self.requests: dict[SecretRef, SourceRequest] = {}
        self.certificate: bytes | None = None
        """With which values are sealed, in PEM; public."""
        self._looking: asyncio.Task[None] | None = None
        self._opening: asyncio.Task[None] | None = None
        self._events.on(SecretReadAgain, self._read_again)
        self._events.on(MayHaveChanged, lambda _: self._open_again())
        self._events.on(Reachable, lambda _: self._open_again())

    # -- looking

    def look(self, secret: Secret) -> None:
        """Read what manages it, in a task; what was read before stays until then."""
        secret, before = replace(secret, data={}), self.looked
        self.looked = (
            before if before is not None and before.secret.ref == secret.ref else FoundSources(secret)
        )
        if self._looking is not None:
            self._looking.cancel()  # else an older answer may come after this one
        self._looking = self._tasks.start(self._look(secret), f"sources of {secret.ref}")

    def leave(self) -> None:
        """The page is left. What was sent is followed on."""
        self.looked = None

    def opened(self, secret: Secret | None) -> None:
        """A version of the open Secret was read, or none is open: read what manages it, in a task."""
        former = self.of_open
        if secret is None:
            self.of_open = None
        elif former is None or former.secret.ref != secret.ref:
            self.of_open = FoundSources(replace(secret, data={}))
        elif former.secret.resource_version != secret.resource_version:
            self.of_open = FoundSources(replace(secret, data={}), former.found)
        else:
            return
        self._open_again()

    def _open_again(self) -> None:
        """Read what manages the open Secret; what was read before stays until then."""
        if self._opening is not None:
            self._opening.cancel()
        if self.of_open is not None:
            bare = self.of_open.secret
            self._opening = self._tasks.start(self._look_by_name(bare), f"manager of {bare.ref}")

    async def _look_by_name(self, secret: Secret) -> None:
        """Nothing is listed or searched: that is for the page of its source."""
        from tui.model.managers.source.registry import sources_of  # not before the first frame

        found: list[FoundSource] = []
        for source, place in sources_of(secret):
            if place.name and not source.is_reader:
                found += await self._find(source, replace(place, is_anywhere=False))
        self.of_open = FoundSources(secret, tuple(found))
        self._keep_issued(secret.ref, found)
        self._events.tell("sources")

    def _keep_issued(self, ref: SecretRef, found: Sequence[FoundSource]) -> None:
        """Keep what its Certificate says of the renewal; what was known stays while that cannot be read."""
        if all(one.obj is not None or isinstance(one.error, NotFound) for one in found):
            told = (one.source.issued(one.obj) for one in found if one.obj is not None)
            self._certificates.issued[ref] = next(filter(None, told), None)

    async def _look(self, secret: Secret) -> None:
        from tui.model.managers.source.registry import sources_of  # not before the first frame

        found: list[FoundSource] = []
        for source, place in sources_of(secret):
            found += await self._find(source, place)
        if self.looked is None or self.looked.secret.ref != secret.ref:
            return
        self.looked = FoundSources(secret, tuple(found))
        self._keep_issued(secret.ref, found)
        run = self.requests.get(secret.ref)
        if run is not None and run.state == "not seen":
            for one in found:
                if one.obj is not None and one.ref == run.prepared.followed:
                    self._seen(run, one.obj, is_late=True)
        self._events.tell("sources")
        for one in found:
            await self._tell_why(one, secret)

    async def _tell_why(self, one: FoundSource, secret: Secret) -> None:
        """Add what other objects tell of one that is in error or at work; the rest is on the page before."""
        if one.ref is None or one.obj is None or one.source.is_reader:
            return
        if one.source.state(one.obj, secret).verdict in ("ok", "suspended"):
            return
        why = await reasons(self._cluster, one.source, one.ref, one.obj)
        looked = self.looked
        if looked is not None and looked.found is not None and looked.secret.ref == secret.ref:
            found = (replace(now, why=why) if now.obj is one.obj else now for now in looked.found)
            self.looked = replace(looked, found=tuple(found))
            self._events.tell("sources")

    async def _find(self, source: Source, place: SourcePlace) -> list[FoundSource]:
        try:
            return [FoundSource(source, place, ref, obj) for ref, obj in await self._read(place)]
        except NotFound as error:
            return [] if source.is_reader else [FoundSource(source, place, error=error)]
        except ClusterError as error:
            return [FoundSource(source, place, error=error)]

    async def _read(self, place: SourcePlace) -> list[tuple[ObjectRef, Obj]]:
        """By its name, or all of the namespace that fit. Raises ClusterErrors, NotFound for none."""
        first: ClusterError | None = None
        for kind in place.kinds:
            named = ObjectRef(kind, place.namespace, place.name)
            try:
                if place.name:
                    return [(named, await self._cluster.objects.get(named))]
                if found := await self._search(place, named):
                    return found
            except NotFound as error:  # or the cluster does not serve this version
                first = first or error
            except Forbidden as error:
                if not place.is_anywhere:
                    raise
                first = error
            if place.is_anywhere and (found := await self._search_anywhere(named)):
                return found
        raise first or NotFound(f"{place.kinds[0].resource} for this Secret in namespace {place.namespace}")

    async def _search(self, place: SourcePlace, named: ObjectRef) -> list[tuple[ObjectRef, Obj]]:
        fits = place.fits or (lambda obj: True)
        found = []
        async for page in self._cluster.objects.pages(named.kind, named.namespace):
            found += [(_ref_of(named, obj), obj) for obj in page if fits(obj)]
        return found

    async def _search_anywhere(self, named: ObjectRef) -> list[tuple[ObjectRef, Obj]]:
        """The one of that name in any namespace. Raises ClusterErrors: it may be where one may not look."""
        query = (("fieldSelector", f"metadata.name={named.name}"),)
        with suppress(NotFound):  # the cluster does not serve this version
            async for page in self._cluster.objects.pages(named.kind, None, query=query):
                for obj in page:
                    if obj.get("metadata", {}).get("name") == named.name:
                        return [(_ref_of(named, obj), obj)]
        return []

    # -- asking

    async def prepare(self, found: FoundSource, what: SourceAction, request: Request) -> Prepared:
        """What would be sent, and its dry run. Raises ClusterErrors if an object cannot be read."""
        assert found.ref is not None and found.obj is not None  # else it has no actions
        target, there = found.ref, found.obj
        if what.at is not None:
            ((target, there), *_) = await self._read(what.at)
        patch = what.patch(request) if what.patch is not None else None
        status = None
        if (change := what.status) is not None:
            status = lambda obj: change(obj, request)  # noqa: E731
        action = Action(what.act, target, (request.secret,), what.title, patch, status)
        prepared = Prepared(
            *(what.title, action, request, target if what.is_followed_there else found.ref, what),
            shown=_changed(there, status(there)) if status is not None else patch or {},
            seen=at(there, what.unchanged) if what.unchanged else None,
            idle=what.idle or what.idle_there(there),
        )
        if self._actions.read_only or prepared.idle:
            return prepared
        return replace(prepared, dry_run=await self._actions.dry_run(action))

    def send(self, prepared: Prepared, version: str, *, typed: str = "") -> str | None:
        """Send it and follow it, in a task; returns why not, as a sentence."""
        former = self.requests.get(prepared.request.secret)
        if former is not None and not former.is_over:
            return "Nothing sent: the request before this one is not over."
        why = self._actions.refused(typed)
        if why is None:
            self._keep(SourceRequest(prepared, began=self._clock.now(), version=version))
            self._tasks.start(self._run(prepared, typed), f"ask {prepared.action.ref}")
        return why

    async def _run(self, prepared: Prepared, typed: str) -> None:
        run = self.requests[prepared.request.secret]
        try:
            run = replace(run, before=await self._cluster.objects.get(prepared.followed))
        except ClusterError as error:
            self._keep(replace(run, state="not sent", sentence=f"Nothing sent. {error.sentence}"))
            return
        if why := _overtaken(prepared, run.before):
            self._keep(replace(run, state="not sent", sentence=f"Nothing sent. {why}"))
            return
        end = await self._actions.send(_of_version(prepared, run.before), typed=typed)
        if end.made == "not sent":
            self._keep(replace(run, state="not sent", sentence=end.reason))
            return
        is_unknown = end.made == "unknown"
        said = "No answer came: looking whether it arrived." if is_unknown else "Sent."
        run = self._keep(replace(run, state="waiting", sentence=said, is_unknown=is_unknown))
        await self._follow(run)
        if self.looked is not None and self.looked.secret.ref == prepared.request.secret:
            self.look(self.looked.secret)  # why it failed, by other objects too

    async def _follow(self, run: SourceRequest) -> None:
        until = self._clock.monotonic() + PATIENCE
        while self._clock.monotonic() < until:
            await self._clock.sleep(POLL)
            try:
                obj = await self._cluster.objects.get(run.prepared.followed)
                if run.is_unknown:
                    run = replace(run, is_unknown=not await self._has_arrived(run.prepared))
            except NotFound:
                self._keep(replace(run, state="failed", sentence=f"{run.prepared.followed} was deleted."))
                return
            except ClusterError as error:
                run = self._keep(replace(run, sentence=error.sentence))
                continue
            run = self._seen(run, obj)
            if run.is_over:
                return
        arrived = "it may not have arrived" if run.is_unknown else "it may still come"
        said = f"Not seen after {PATIENCE:g} s; {arrived}. {run.sentence}"
        self._keep(replace(run, state="not seen", sentence=said))

    def _seen(self, run: SourceRequest, obj: Obj, *, is_late: bool = False) -> SourceRequest:
        """What the followed object tells."""
        self._show(run.prepared.followed, obj)
        found: Progress = run.prepared.what.progress(run.before, obj, run.prepared.request)
        if found.kind == "waiting" and (run.is_unknown or is_late):
            return run
        return self._keep(replace(run, state=found.kind, sentence=found.sentence, detail=found.detail))

    def _show(self, ref: ObjectRef, obj: Obj) -> None:
        """On the page, if it is open, and with the open Secret."""
        self.looked, self.of_open = _with(self.looked, ref, obj), _with(self.of_open, ref, obj)

    async def _has_arrived(self, prepared: Prepared) -> bool:
        """Does the object have what was sent?"""
        action, obj = prepared.action, await self._cluster.objects.get(prepared.action.ref)
        if action.status is not None:
            return bool(action.status(obj).get("status") == obj.get("status"))
        return _holds(obj, action.patch)

    def _read_again(self, event: SecretReadAgain) -> None:
        """The Secret was written: note which keys, unless that was a write of this program."""
        before, after = event.before, event.after
        run = self.requests.get(after.ref)
        if run is None or run.state == "not sent":
            return
        if run.ended is not None and self._clock.now() - run.ended > PATIENCE:
            return
        ours = {key for owner in after.field_owners if owner.manager == OURS for key in owner.keys}
        if changed := before.differing(after) - ours:
            self.requests[after.ref] = replace(run, keys=tuple(sorted({*run.keys, *changed})))
            self._events.tell("sources")

    def _keep(self, run: SourceRequest) -> SourceRequest:
        kept = self.requests.get(run.prepared.request.secret)
        if kept is not None and kept.prepared is run.prepared:
            run = replace(run, keys=kept.keys)
        if run.is_over and (kept is None or run.state != kept.state):  # late too: first it was not seen
            run = replace(run, ended=self._clock.now())
        if run.is_over and run.state != "not seen":
            run = replace(run, before={})
        self.requests[run.prepared.request.secret] = run
        if run.is_over:
            self._events.say(run, "sources")
        else:
            self._events.tell("sources")
        return run


def _with(looked: FoundSources | None, ref: ObjectRef, obj: Obj) -> FoundSources | None:
    """With that object as it is now, if it is among what was found."""
    if looked is None or looked.found is None:
        return looked
    found = (
        replace(one, obj=obj, why=()) if one.ref == ref and one.obj != obj else one for one in looked.found
    )
    return replace(looked, found=tuple(found))


def _overtaken(prepared: Prepared, now: Obj) -> str:
    """Why it is not sent as reviewed, by what the object says now: a sentence."""
    what = prepared.what
    if prepared.action.ref != prepared.followed:
        return ""
    if why := what.idle_there(now):
        return why
    is_as_seen = not what.unchanged or at(now, what.unchanged) == prepared.seen
    return "" if is_as_seen else f"{what.unchanged} of {prepared.followed} changed since the review."


def _of_version(prepared: Prepared, now: Obj) -> Action:
    """Refused by the cluster if it changes once more before it arrives, where that matters."""
    if not prepared.what.unchanged:
        return prepared.action
    version = {"metadata": {"resourceVersion": at(now, "metadata.resourceVersion")}}
    return replace(prepared.action, patch={**(prepared.action.patch or {}), **version})


def _ref_of(named: ObjectRef, obj: Obj) -> ObjectRef:
    return ObjectRef(named.kind, text(obj, "metadata.namespace"), text(obj, "metadata.name"))


def _holds(obj: object, patch: object) -> bool:
    """Does an object have all that a merge patch sets?"""
    if not isinstance(patch, dict):
        return obj == patch
    return isinstance(obj, dict) and all(_holds(obj.get(name), part) for name, part in patch.items())


def _changed(before: Obj, after: Obj) -> dict[str, Any]:
    """The conditions that a new status adds or changes."""
    old, new = (objects(obj, "status.conditions") for obj in (before, after))
    return {"status": {"conditions": [one for one in new if one not in old]}}
