"""Sources: read the objects that manage a Secret, such as an ExternalSecret, and send requests to them.

A request, such as a refresh, is sent only once, even if its answer is lost.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from contextlib import suppress
from typing import Any, Final, Literal

from msgspec import Struct
from msgspec.structs import replace

from tui.model.api_object import Obj, ObjectRef, at, objects, text
from tui.model.errors import ClusterError, ErrorHolder, Forbidden, NotFound
from tui.model.managers.registry import OURS
from tui.model.managers.source.source import Progress, Request, Source, SourceAction, SourcePlace
from tui.model.secret.secret import Secret, SecretRef
from tui.session.actions import FOLLOWS_APART, Action, ActionEnd, Actions, FollowedRead
from tui.session.cache.events import MayHaveChanged, Reachable, SecretReadAgain, Services
from tui.session.cache.secret_store import CertificateTimes
from tui.session.source_reasons import Told, reasons

SILENCE_SECONDS: Final = 60.0
"""Seconds after which a request without a result gets the state "not seen"."""
RequestState = Literal["sending", "waiting", "done", "failed", "not seen", "not sent"]


class FoundSource(ErrorHolder, Struct, frozen=True):
    """Object that manages a Secret, or that pushes a Secret to an external store.

    If the object could not be read, `error` says why.
    """

    source: Source
    place: SourcePlace
    ref: ObjectRef | None = None
    obj: Obj | None = None
    error: ClusterError | None = None
    """Error of reading the object; None if it was read. If `error` is set, `ref` and `obj` are None."""
    why: tuple[Told, ...] = ()
    """Events and states of other objects that explain why `obj` is in error or busy."""

    def __repr__(self) -> str:
        return f"<FoundSource {self.ref or self.place.title}>"


class FoundSources(Struct, frozen=True):
    """Objects that manage one Secret, or that push it to an external store."""

    secret: Secret
    """Secret without its values: `data` is empty."""
    found: tuple[FoundSource, ...] | None = None
    """Objects that were found, or the errors of reading them; None until the first search has ended."""


class PreparedRequest(Struct, frozen=True):
    """Request that the user reviews before it is sent."""

    title: str
    action: Action
    request: Request
    followed: ObjectRef
    """Object whose state shows the progress of the request."""
    what: SourceAction
    shown: Obj
    """Content of the review: the patch, or the status conditions that the request changes."""
    seen: object = None
    """Value at the path `what.unchanged` when the review began; None if `what.unchanged` is empty.

    The request would overwrite this value. A request to the object `followed` is not sent if the value has
    changed since.
    """
    idle: str = ""
    """Sentence that says why the request would do nothing; "" if it would change something."""
    dry_run: ActionEnd | None = None
    """Result of the dry run; None in read-only mode, or if the request would do nothing."""

    def __repr__(self) -> str:
        return f"<Prepared {self.action.words}>"


class SourceRequest(Struct, frozen=True):
    """Request for a Secret, and its progress."""

    prepared: PreparedRequest
    state: RequestState = "sending"
    sentence: str = ""
    detail: str = ""
    began: float = 0.0
    """Time when the request was started, in seconds since the epoch."""
    ended: float | None = None
    """Time at which the state became final or "not seen"; None before that."""
    keys: tuple[str, ...] = ()
    """Keys of the Secret that other programs changed after the request was started.

    Changes later than SILENCE_SECONDS after `ended` are left out.
    """
    before: Obj = {}
    """Content of the object `prepared.followed` before the request, to detect progress by comparison."""
    version: str = ""
    """resourceVersion of the Secret when the request was sent."""
    is_unknown: bool = False
    """True while the answer is lost and no read shows that the request arrived."""

    @property
    def secret(self) -> SecretRef:
        return self.prepared.request.secret

    @property
    def is_over(self) -> bool:
        return self.state not in ("sending", "waiting")

    def __repr__(self) -> str:
        return f"<SourceRequest {self.prepared.action.words}, {self.state}>"


class Sources:
    """Objects that manage the open Secret or the source page's Secret, and the requests to these objects."""

    def __init__(self, services: Services, actions: Actions, certificates: CertificateTimes) -> None:
        self._cluster, self._clock, self._tasks, self._events = services
        self._actions, self._certificates = actions, certificates
        self.looked: FoundSources | None = None
        """Managing objects of the source page's Secret; None if no source page is open."""
        self.of_open: FoundSources | None = None
        """Managing objects that the open Secret itself names; None if no Secret is open."""
        self.edited_here: set[SecretRef] = set()
        """Secrets for which the program has already asked whether to edit them here or at their source."""
        self.requests: dict[SecretRef, SourceRequest] = {}
        self.certificate: bytes | None = None
        """Public certificate (PEM) that seals values for SealedSecrets; None until the user provides it."""
        self._looking: asyncio.Task[None] | None = None
        self._opening: asyncio.Task[None] | None = None
        self._events.on(SecretReadAgain, self._read_again)
        self._events.on(MayHaveChanged, lambda _: self._open_again())
        self._events.on(Reachable, lambda _: self._open_again())

    # -- reading the objects that manage Secrets

    def look(self, secret: Secret) -> None:
        """Start a task that reads the managing objects of a Secret for its source page."""
        secret, before = replace(secret, data={}), self.looked
        self.looked = (
            before if before is not None and before.secret.ref == secret.ref else FoundSources(secret)
        )
        if self._looking is not None:
            self._looking.cancel()  # the older answer must not replace the newer one
        self._looking = self._tasks.start(self._look(secret), f"sources of {secret.ref}")

    def leave(self) -> None:
        """Forget the Secret of the source page, which is now closed. Sent requests are still followed."""
        self.looked = None

    def opened(self, secret: Secret | None) -> None:
        """Record which Secret is open. `secret` is None if no Secret is open.

        If the Secret or its version is new, start a task that reads the Secret's managing objects.
        """
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
        if self._opening is not None:
            self._opening.cancel()
        if self.of_open is not None:
            bare = self.of_open.secret
            self._opening = self._tasks.start(self._look_by_name(bare), f"manager of {bare.ref}")

    async def _look_by_name(self, secret: Secret) -> None:
        """Read the managing objects that the Secret itself names. Do not search for others."""
        from tui.model.managers.source.registry import sources_of  # imported late for a faster start

        managers: list[FoundSource] = []
        for source, place in sources_of(secret):
            if place.name and not source.is_reader:
                managers += await self._find(source, replace(place, is_anywhere=False))
        self.of_open = FoundSources(secret, tuple(managers))
        self._keep_issued(secret.ref, managers)
        self._events.notify("sources")

    def _keep_issued(self, ref: SecretRef, managers: Sequence[FoundSource]) -> None:
        if all(manager.obj is not None or isinstance(manager.error, NotFound) for manager in managers):
            issued = (manager.source.issued(manager.obj) for manager in managers if manager.obj is not None)
            self._certificates.issued[ref] = next(filter(None, issued), None)

    async def _look(self, secret: Secret) -> None:
        from tui.model.managers.source.registry import sources_of

        managers: list[FoundSource] = []
        for source, place in sources_of(secret):
            managers += await self._find(source, place)
        if self.looked is None or self.looked.secret.ref != secret.ref:
            return
        self.looked = FoundSources(secret, tuple(managers))
        self._keep_issued(secret.ref, managers)
        request = self.requests.get(secret.ref)
        if request is not None and request.state == "not seen":
            for manager in managers:
                if manager.obj is not None and manager.ref == request.prepared.followed:
                    self._seen(request, manager.obj, is_late=True)
        self._events.notify("sources")
        for manager in managers:
            await self._publish_reason(manager, secret)

    async def _publish_reason(self, manager: FoundSource, secret: Secret) -> None:
        """Find the reasons why an object is in error or busy, and show them on the source page.

        The page shows the object before this search begins, because the search may take long.
        """
        if manager.ref is None or manager.obj is None or manager.source.is_reader:
            return
        if manager.source.state(manager.obj, secret).verdict in ("ok", "suspended"):
            return
        why = await reasons(self._cluster, manager.source, manager.ref, manager.obj)
        looked = self.looked
        if looked is not None and looked.found is not None and looked.secret.ref == secret.ref:
            updated = (
                replace(candidate, why=why) if candidate.obj is manager.obj else candidate
                for candidate in looked.found
            )
            self.looked = replace(looked, found=tuple(updated))
            self._events.notify("sources")

    async def _find(self, source: Source, place: SourcePlace) -> list[FoundSource]:
        try:
            return [FoundSource(source, place, ref, obj) for ref, obj in await self._read(place)]
        except NotFound as error:
            return [] if source.is_reader else [FoundSource(source, place, error=error)]
        except ClusterError as error:
            return [FoundSource(source, place, error=error)]

    async def _read(self, place: SourcePlace) -> list[tuple[ObjectRef, Obj]]:
        """Return the objects at a place. Raises ClusterErrors, such as NotFound if no object fits."""
        first: ClusterError | None = None
        for kind in place.kinds:
            named = ObjectRef(kind, place.namespace, place.name)
            try:
                if place.name:
                    return [(named, await self._cluster.objects.get(named))]
                if matches := await self._search(place, named):
                    return matches
            except NotFound as error:  # no object, or the cluster does not serve this version
                first = first or error
            except Forbidden as error:
                if not place.is_anywhere:
                    raise
                first = error
            if place.is_anywhere and (matches := await self._search_anywhere(named)):
                return matches
        raise first or NotFound(f"{place.kinds[0].resource} for this Secret in namespace {place.namespace}")

    async def _search(self, place: SourcePlace, named: ObjectRef) -> list[tuple[ObjectRef, Obj]]:
        fits = place.fits or (lambda obj: True)
        matches = []
        async for page in self._cluster.objects.pages(named.kind, named.namespace):
            matches += [(_ref_of(named, obj), obj) for obj in page if fits(obj)]
        return matches

    async def _search_anywhere(self, named: ObjectRef) -> list[tuple[ObjectRef, Obj]]:
        """Search all namespaces for the object with the kind and name of `named`. Raises ClusterErrors."""
        query = (("fieldSelector", f"metadata.name={named.name}"),)
        with suppress(NotFound):  # the cluster does not serve this version
            async for page in self._cluster.objects.pages(named.kind, None, query=query):
                for obj in page:
                    if obj.get("metadata", {}).get("name") == named.name:
                        return [(_ref_of(named, obj), obj)]
        return []

    # -- sending requests

    async def prepare(self, manager: FoundSource, what: SourceAction, request: Request) -> PreparedRequest:
        """Build a request and send its dry run. Raises ClusterErrors.

        In read-only mode, or if the request would do nothing, no dry run is sent.
        """
        assert manager.ref is not None and manager.obj is not None  # without them no action is offered
        target, current = manager.ref, manager.obj
        if what.at is not None:
            ((target, current), *_) = await self._read(what.at)
        patch = what.patch(request) if what.patch is not None else None
        status = None
        if (change := what.status) is not None:
            status = lambda obj: change(obj, request)  # noqa: E731
        action = Action(what.act, target, (request.secret,), what.title, patch, status)
        prepared = PreparedRequest(
            *(what.title, action, request, target if what.is_followed_there else manager.ref, what),
            shown=_changed(current, status(current)) if status is not None else patch or {},
            seen=at(current, what.unchanged) if what.unchanged else None,
            idle=what.idle or what.idle_there(current),
        )
        if self._actions.read_only or prepared.idle:
            return prepared
        return replace(prepared, dry_run=await self._actions.dry_run(action))

    def send(self, prepared: PreparedRequest, version: str, *, typed: str = "") -> str | None:
        """Start a task that sends a request and follows it. If no task starts, return the reason."""
        former = self.requests.get(prepared.request.secret)
        if former is not None and not former.is_over:
            return "Nothing sent: an earlier request for this Secret still runs."
        why = self._actions.refused(typed)
        if why is None:
            self._keep(SourceRequest(prepared, began=self._clock.now(), version=version))
            self._tasks.start(self._ask(prepared, typed), f"ask {prepared.action.ref}")
        return why

    async def _ask(self, prepared: PreparedRequest, typed: str) -> None:
        request = self.requests[prepared.request.secret]
        try:
            request = replace(request, before=await self._cluster.objects.get(prepared.followed))
        except ClusterError as error:
            self._keep(replace(request, state="not sent", sentence=f"Nothing sent. {error.sentence}"))
            return
        if why := _overtaken(prepared, request.before):
            self._keep(replace(request, state="not sent", sentence=f"Nothing sent. {why}"))
            return
        action = prepared.action
        if prepared.what.unchanged:  # with a version, the server refuses the patch if the object changed
            action = replace(action, version=text(request.before, "metadata.resourceVersion"))
        end = await self._actions.send(action, typed=typed)
        if end.made == "not sent":
            self._keep(replace(request, state="not sent", sentence=end.reason))
            return
        is_unknown, sentence = end.made == "unknown", f"{end.clause.capitalize()}."
        request = self._keep(replace(request, state="waiting", sentence=sentence, is_unknown=is_unknown))
        following = self._actions.follow(prepared.followed, end)
        await self._clock.sleep(FOLLOWS_APART)  # give the controller some time
        while not request.is_over:
            request = self._judge(request, await following.look())
        if self.looked is not None and self.looked.secret.ref == request.secret:
            self.look(self.looked.secret)  # also shows the reasons of a failure

    def _judge(self, request: SourceRequest, look: FollowedRead) -> SourceRequest:
        request = replace(request, is_unknown=look.is_unknown)
        if isinstance(look.error, NotFound):
            sentence = f"{request.prepared.followed} was deleted."
            return self._keep(replace(request, state="failed", sentence=sentence))
        if look.obj is not None:
            request = self._seen(request, look.obj)
        elif look.error is not None:
            request = self._keep(replace(request, sentence=look.error.sentence))
        if request.is_over or look.after < SILENCE_SECONDS:
            return request
        arrived = "may not have arrived" if request.is_unknown else "may still take effect"
        sentence = f"No result within {SILENCE_SECONDS:g} s; the request {arrived}. {request.sentence}"
        return self._keep(replace(request, state="not seen", sentence=sentence))

    def _seen(self, request: SourceRequest, obj: Obj, *, is_late: bool = False) -> SourceRequest:
        self._show(request.prepared.followed, obj)
        progress: Progress = request.prepared.what.progress(request.before, obj, request.prepared.request)
        if progress.kind == "waiting" and (request.is_unknown or is_late):
            return request
        state, sentence, detail = progress.kind, progress.sentence, progress.detail
        return self._keep(replace(request, state=state, sentence=sentence, detail=detail))

    def _show(self, ref: ObjectRef, obj: Obj) -> None:
        self.looked, self.of_open = _with(self.looked, ref, obj), _with(self.of_open, ref, obj)

    def _read_again(self, event: SecretReadAgain) -> None:
        before, after = event.before, event.after
        request = self.requests.get(after.ref)
        if request is None or request.state == "not sent":
            return
        if request.ended is not None and self._clock.now() - request.ended > SILENCE_SECONDS:
            return
        ours = {key for owner in after.field_owners if owner.manager == OURS for key in owner.keys}
        if changed := before.differing(after) - ours:
            self.requests[after.ref] = replace(request, keys=tuple(sorted({*request.keys, *changed})))
            self._events.notify("sources")

    def _keep(self, request: SourceRequest) -> SourceRequest:
        kept = self.requests.get(request.secret)
        if kept is not None and kept.prepared is request.prepared:
            request = replace(request, keys=kept.keys)
        if request.is_over and (kept is None or request.state != kept.state):
            request = replace(request, ended=self._clock.now())
        if request.is_over and request.state != "not seen":
            request = replace(request, before={})
        self.requests[request.secret] = request
        if request.is_over:
            self._events.publish(request, "sources")
        else:
            self._events.notify("sources")
        return request


def _with(looked: FoundSources | None, ref: ObjectRef, obj: Obj) -> FoundSources | None:
    if looked is None or looked.found is None:
        return looked
    managers = (
        replace(manager, obj=obj, why=()) if manager.ref == ref and manager.obj != obj else manager
        for manager in looked.found
    )
    return replace(looked, found=tuple(managers))


def _overtaken(prepared: PreparedRequest, now: Obj) -> str:
    """Return why a reviewed request must not be sent; "" if it may be sent.

    `now`: the object `prepared.followed`, just read. A request to any other object is not checked.
    """
    what = prepared.what
    if prepared.action.ref != prepared.followed:
        return ""
    if why := what.idle_there(now):
        return why
    is_as_seen = not what.unchanged or at(now, what.unchanged) == prepared.seen
    return "" if is_as_seen else f"{what.unchanged} of {prepared.followed} changed since the review."


def _ref_of(named: ObjectRef, obj: Obj) -> ObjectRef:
    return ObjectRef(named.kind, text(obj, "metadata.namespace"), text(obj, "metadata.name"))


def _changed(before: Obj, after: Obj) -> dict[str, Any]:
    old, new = (objects(obj, "status.conditions") for obj in (before, after))
    return {"status": {"conditions": [condition for condition in new if condition not in old]}}
