"""Rollouts: check workloads, restart them in the chosen order, and follow each workload to its end.

A restart is sent only once, even if its answer is lost.
"""

from __future__ import annotations

import asyncio
from collections.abc import Collection, Sequence
from contextlib import ExitStack
from itertools import chain
from typing import Final

from msgspec import Struct
from msgspec.structs import replace

from tui.model.api_object import EVENT, Obj, ObjectRef
from tui.model.errors import ClusterError, Forbidden, NotFound
from tui.model.readers.freshness import TICK
from tui.model.readers.pods import PodInfo
from tui.model.rollout.failure import event_failure, is_ready, latest_warning, pod_failure, start_failure
from tui.model.rollout.owners import PodOwner, owners_of
from tui.model.rollout.progress import RolloutProgress, progress_of, replacing
from tui.model.rollout.restart import restart_patch, restarted_at
from tui.model.secret.secret import SecretRef
from tui.model.text.counts import counted
from tui.model.text.times import parse_time, rfc3339
from tui.session.actions import Action, ActionEnd, Actions, FollowedObject, FollowedRead
from tui.session.cache.events import Notice, Services
from tui.session.cache.lookup import SecretLookup
from tui.session.cache.readers import Readers
from tui.session.rollouts.rollout import NEW, Order, Rollout, RolloutStep, SkippedWorkload, StepState
from tui.session.rollouts.write_log import WriteLog
from tui.session.verdicts import Verdicts
from tui.session.writes.outcome import SURE_AFTER
from tui.session.writes.revert_watch import AfterWrite

_LOOKS_FOR_EVENTS: Final = 4
"""Number of reads of a workload between two calls of `_read_events`."""
_MOST_PODS: Final = 3
"""Maximum number of pods whose events one call of `_read_events` reads."""
SENT_AT_ONCE: Final = 5
STUCK: Final = 60.0
"""Maximum seconds that old pods may remain after progress "done". Later, the restart counts as failed."""


class RestartCheck(Struct, frozen=True):
    """Workload as it was before its restart, and the result of a dry run of the restart."""

    obj: Obj | None = None
    dry_run: ActionEnd | None = None
    """Result of the dry run; None until it has ended, and in read-only mode."""

    def __repr__(self) -> str:
        return f"<RestartCheck {self.dry_run}>"


class Rollouts:
    """Rollouts of this session."""

    def __init__(
        self,
        services: Services,
        actions: Actions,
        verdicts: Verdicts,
        lookup: SecretLookup,
    ) -> None:
        self._cluster, self._clock, self._tasks, self._events = services
        self._actions, self._verdicts, self._lookup = actions, verdicts, lookup
        self.looked: dict[ObjectRef, RestartCheck] = {}
        self.runs: dict[SecretRef, Rollout] = {}
        self._past: dict[SecretRef, tuple[Rollout, ...]] = {}
        self._held: dict[Rollout, dict[str, Readers]] = {}
        """`Readers` of each namespace of a running rollout, kept current until the rollout ends."""
        self._sending = asyncio.Semaphore(SENT_AT_ONCE)
        self.writes = WriteLog(self._clock, self._events)
        self._events.on(AfterWrite, self._changed_again)

    # -- workloads to restart

    def owners(self, *secrets: SecretRef, keys: Collection[str] | None = None) -> tuple[PodOwner, ...]:
        """List the owners of the pods that read these Secrets. Owners that need a restart come first.

        `keys`: only owners of pods that read one of these keys; None for all keys.
        """
        readers = chain.from_iterable(self._lookup.readers_of(ref.namespace).of(ref, keys) for ref in secrets)
        pod_owners = owners_of(readers, self._verdicts.of)
        owners = [replace(owner, is_reset=True) if self._is_reset(owner) else owner for owner in pod_owners]
        return tuple(sorted(owners, key=lambda owner: not owner.needs_restart))

    def _is_reset(self, owner: PodOwner) -> bool:
        """True if a tool undid writes to each Secret in `owner.old`. Then no pod needs a restart.

        Exceptions: False if a key in `owner.old` still has a value from this program, or if a key that the
        tool changed was changed again later.
        """
        resets = [(ref, reset) for ref, _ in owner.old for reset in self.writes.lost(ref) if reset.is_reset]
        return bool(resets) and not (
            any(self._stands(ref, key) for ref, key in owner.old)
            or any(self._is_changed_after(ref, reset) for ref, reset in resets)
        )

    def _stands(self, ref: SecretRef, key: str) -> bool:
        """True if no tool undid a write to the Secret, or if `key` still has a value from this program.

        If `key` is "", a value from this program in any key counts.
        """
        stands = self.writes.stands(ref)
        is_reset = any(reset.is_reset for reset in self.writes.lost(ref))
        return not is_reset or (key in stands if key else bool(stands))

    def _is_changed_after(self, ref: SecretRef, reset: AfterWrite) -> bool:
        row, at = self._lookup.row_of(ref), self._cluster.server_time(reset.at)
        owners = row.field_owners if row is not None else ()
        return any((owner.time or 0.0) > at for owner in owners if reset.keys & set(owner.keys))

    def _changed_again(self, later: AfterWrite) -> None:
        """Stop queued restarts that are needless because a tool undid a write.

        A restart is needless if no Secret that its workload reads has a value from this program any more.
        """
        for run in {id(run): run for run in self.runs.values() if not run.is_over}.values():
            for number, step in enumerate(run.steps):
                is_gone = later.is_reset and not any(map(self.writes.stands, step.reads))
                if step.state == "queued" and later.ref in step.reads and is_gone:
                    self._put(run, number, "stopped", f"not restarted: {later.ref.name} was {later.did}")
            if run.is_over:
                run.go.set()

    def all_runs(self, *secrets: SecretRef) -> tuple[Rollout, ...]:
        """Return the rollouts for any of these Secrets, the latest last."""
        past = chain.from_iterable(self._past.get(ref, ()) for ref in secrets)
        latest = (self.runs[ref] for ref in secrets if ref in self.runs)
        return tuple(sorted(dict.fromkeys((*past, *latest)), key=lambda run: run.begun))

    def latest(self, *secrets: SecretRef) -> Rollout | None:
        """Return the running rollout for these Secrets or, if none runs, the latest rollout."""
        runs = self.all_runs(*secrets)
        return next((run for run in runs if not run.is_over), None) or next(reversed(runs), None)

    # -- checks before a restart

    def next_start(self, ref: ObjectRef, *secrets: SecretRef) -> str:
        """Return why a new pod of this workload would probably not start; "" if no reason is known.

        The reason comes from the current pods, or from a failed restart.
        """
        pods, latest = _pods_of(self._lookup.readers_of(ref.namespace), ref), self.latest(*secrets)
        if why := start_failure(pods):
            return f"next start FAILS: {why}"
        for step in latest.steps if latest is not None else ():
            new = [pod for pod in pods if pod.uid not in step.stale]
            if step.ref == ref and step.state == "failed" and not any(map(is_ready, new)):
                return f"the last restart FAILED: {step.message}"
        return ""

    def look(self, ref: ObjectRef) -> None:
        """Start a task that reads a workload repeatedly until its controller no longer replaces pods.

        The task also dry-runs the restart of the workload, except in read-only mode.
        """
        self.looked[ref] = check = RestartCheck()
        self._tasks.start(self._look(ref, check), f"look at {ref}")

    async def _look(self, ref: ObjectRef, check: RestartCheck) -> None:
        following, is_replacing = self._actions.follow(ref), True
        while is_replacing:
            look = await following.look()
            if self.looked.get(ref) is not check:
                break
            obj = look.obj or check.obj  # keep the old object if the read failed
            dry_run = check.dry_run
            if dry_run is None and not self._actions.read_only:
                async with self._actions.room:
                    dry_run = await self._actions.dry_run(self._action(ref, (), self._stamp()))
                if self.looked.get(ref) is not check:
                    break
            self.looked[ref] = check = RestartCheck(obj, dry_run)
            self._events.notify("rollouts")
            is_replacing = obj is not None and bool(replacing(ref.kind.kind, obj))

    # -- rollouts

    def start(
        self,
        secrets: Sequence[SecretRef],
        wanted: Sequence[tuple[ObjectRef, frozenset[str]]],
        order: Order,
        *,
        typed: str = "",
        left: Sequence[SkippedWorkload] = (),
    ) -> str | None:
        """Start a rollout in a task and return None. If it may not start, return a sentence with the reason.

        `wanted`: workloads, each with the uids of the pods to replace.
        """
        if any(not self.runs[ref].is_over for ref in secrets if ref in self.runs):
            return "Nothing sent: earlier restarts still run."
        why = self._actions.refused(typed)
        if why is None:
            looked = {ref: self.looked.get(ref, RestartCheck()).obj or {} for ref, _ in wanted}
            reads = {owner.ref: owner.reads for owner in self.owners(*secrets)}
            steps = [
                RolloutStep(
                    ref,
                    stale,
                    before=restarted_at(ref.kind.kind, looked[ref]),
                    reads=reads.get(ref, tuple(secrets)),
                )
                for ref, stale in wanted
            ]
            run = Rollout(
                tuple(secrets), order, steps, typed, self._clock.now(), asyncio.Event(), tuple(left)
            )
            for secret in secrets:
                self._past[secret] = self.all_runs(secret)
                self.runs[secret] = run
            self._tasks.start(self._run(run), f"restarts for {counted(len(secrets), 'Secret')}")
            self._events.notify("rollouts")
        return why

    def go_on(self, run: Rollout) -> None:
        """Restart the other workloads of a rollout that waits after its first workload."""
        run.go.set()

    def stop(self, run: Rollout) -> str:
        """Stop queued restarts or, if there are none, stop following sent restarts."""
        queued = [number for number, step in enumerate(run.steps) if step.state == "queued"]
        for number in queued:
            self._put(run, number, "stopped", "not restarted: you stopped the restarts")
        run.go.set()
        if queued:
            return f"Stopped: {counted(len(queued), 'workload')} not restarted."
        sent = [number for number, step in enumerate(run.steps) if step.state in ("looking", "rolling")]
        for number in sent:
            state: StepState = "unknown" if run.steps[number].state == "looking" else "not seen"
            self._put(run, number, state, "you stopped following the restart")
        return f"Stopped: {counted(len(sent), 'workload')} no longer followed."

    def pods(self, run: Rollout) -> dict[ObjectRef, list[PodInfo]]:
        """Return the current pods of each workload of a rollout, including terminating pods."""
        pods: dict[ObjectRef, list[PodInfo]] = {step.ref: [] for step in run.steps}
        refs = {(ref.namespace, ref.kind.kind, ref.name): ref for ref in pods}
        for readers in dict.fromkeys(self._lookup.readers_of(ref.namespace) for ref in pods):
            for info in readers.rows:
                if isinstance(info, PodInfo) and (info.namespace, *info.workload) in refs:
                    pods[refs[info.namespace, *info.workload]].append(info)
        return pods

    @property
    def running(self) -> Rollout | None:
        return next((run for run in self.runs.values() if not run.is_over), None)

    async def _run(self, run: Rollout) -> None:
        try:
            with ExitStack() as stack:
                namespaces = {ref.namespace for ref in run.secrets}
                hold = self._lookup.hold_readers
                self._held[run] = {name: stack.enter_context(hold(name)) for name in namespaces}
                await self._steps(run)
        except Exception:
            ends: dict[StepState, StepState] = {"queued": "stopped", "rolling": "failed"}
            for number, step in enumerate(run.steps):
                state = ends.get(step.state, "unknown")
                self._put(run, number, state, "ended by an error inside this program")
            raise
        finally:
            del self._held[run]
            if run.is_over:
                self._publish(run.end(), is_bad=run.has_failed)

    async def _steps(self, run: Rollout) -> None:
        numbers = range(len(run.steps))
        if run.order == "all at once":
            await asyncio.gather(*(self._step(run, number) for number in numbers))
        else:
            for number in numbers:
                await self._step(run, number)
                if run.order == "one first" and run.steps[number].state in NEW:
                    await self._ask(run)
                    await asyncio.gather(*(self._step(run, other) for other in numbers[number + 1 :]))
                    break

    async def _ask(self, run: Rollout) -> None:
        if run.is_over:
            return
        run.waits_for_go = True
        self._publish(f"{run.line()}.", is_bad=False)
        await run.go.wait()
        run.waits_for_go = False

    async def _step(self, run: Rollout, number: int) -> None:
        step = run.steps[number]
        if step.is_over:
            return
        failed = next((other_step for other_step in run.steps if other_step.state == "failed"), None)
        if failed is not None and run.order != "all at once":
            self._put(run, number, "stopped", f"not restarted: {run.name(failed.ref)} failed")
            return
        async with self._sending:
            following = None if run.steps[number].is_over else await self._send(run, number)
        if following is not None:
            await self._follow(run, number, following)

    async def _send(self, run: Rollout, number: int) -> FollowedObject | None:
        """Send the restart of a step, at least a second after the last write.

        Creation times of pods have whole seconds. If a pod was created in the same second as the write, the
        pod may have the old value or the new one.
        """
        written = self.writes.of(*run.secrets)
        if written and (wait := written[-1].at + TICK - self._clock.now()) > 0:
            await self._clock.sleep(min(wait, TICK))  # `min` limits the wait if the clock was set back
        step = run.steps[number]
        if step.is_over:  # stopped during the wait
            return None
        uids = {pod.uid for pod in self._pods(run, step.ref)}
        if step.stale and uids and not step.stale & uids:
            self._put(run, number, "skipped", "someone else restarted it meanwhile")
            return None
        stamp = self._stamp()
        self._put(run, number, "sending", "sending", stale=step.stale | uids)
        sent = self._clock.now()
        end = await self._actions.send(self._action(step.ref, step.reads, stamp), typed=run.typed)
        if end.made == "not sent":
            self._put(run, number, "not sent", end.why.rstrip("."))
            return None
        state: StepState = "looking" if end.made == "unknown" else "rolling"
        self._put(run, number, state, end.clause, sent=sent)
        return self._actions.follow(step.ref, end)

    async def _follow(self, run: Rollout, number: int, following: FollowedObject) -> None:
        looks, last_undone = 0, 0.0
        while not (step := run.steps[number]).is_over:
            look = await following.look()
            looks += 1
            progress = self._progress(run, number, look)
            is_live = self._readers(run, step.ref).state.is_live
            if progress is None or progress.state != "done" or not is_live:
                last_undone = look.after
            if progress is not None:
                self._judge(run, number, progress, is_stuck=look.after - last_undone > STUCK)
                if looks % _LOOKS_FOR_EVENTS == 0 and not run.steps[number].is_over:
                    await self._read_events(run, number)

    def _progress(self, run: Rollout, number: int, look: FollowedRead) -> RolloutProgress | None:
        """Return the progress of the workload according to `look`, the result of one read.

        Also update the state of the step, for example to "failed" if the workload was deleted.

        If the server forbids the read while the step is rolling, the progress is "not known". Returns None
        after any other failed read. Also returns None if `look.is_unknown` is true.
        """
        step, is_late = run.steps[number], look.after > SURE_AFTER
        match look.error:
            case NotFound():
                self._put(run, number, "failed", "it was deleted meanwhile")
            case Forbidden() if step.state != "looking":
                return RolloutProgress(
                    "not known", "no right to read its state"
                )  # `_judge` then looks only at the pods
            case Forbidden() if is_late:
                self._put(run, number, "unknown", "no answer came, and no right to read its state")
            case ClusterError() as error:
                self._put(run, number, step.state, f"{error.sentence.rstrip('.')}; trying again")
        if look.obj is None:
            return None
        if look.is_unknown:
            if is_late and restarted_at(step.ref.kind.kind, look.obj) == step.before:
                self._put(run, number, "not sent", "no answer came, and it was not restarted")
            elif is_late:  # the restart by someone else may have replaced ours
                self._put(run, number, "unknown", "no answer came, and someone else restarted it")
            return None
        if step.state == "looking":
            self._put(run, number, "rolling", "sent")
        return progress_of(step.ref.kind.kind, look.obj)

    def _judge(self, run: Rollout, number: int, progress: RolloutProgress, *, is_stuck: bool) -> None:
        step = run.steps[number]
        loaded = self._readers(run, step.ref).state
        pods = self._pods(run, step.ref)
        old = sum(pod.uid in step.stale for pod in pods)
        new = [pod for pod in pods if pod.uid not in step.stale]
        failure = next((why for pod in new if (why := pod_failure(pod)) is not None), None)
        ready = sum(map(is_ready, new))
        if failure is not None:
            self._put(run, number, "failed", failure.message, detail=failure.detail)
        elif progress.state == "failed":
            self._put(run, number, "failed", progress.message, detail=progress.detail)
        elif progress.state == "waits":
            self._put(run, number, "rolling", progress.message)
        elif old and (progress.partition or is_stuck):
            reason = f" (partition {progress.partition})" if progress.partition else ""
            self._put(run, number, "failed", f"{counted(old, 'old pod')} not replaced{reason}")
        elif not loaded.is_complete and loaded.kind != "loading":
            self._put(run, number, "not seen", f"{progress.message}; its pods could not be read", detail="")
        elif old or ready < len(new) or not loaded.is_complete:
            self._put(run, number, "rolling", f"{ready} of {len(pods)} pods new and ready")
        elif progress.state == "not known" and (ready < len(step.stale) or not loaded.is_live):
            self._put(run, number, "rolling", f"{counted(ready, 'new pod')}, ready; {progress.message}")
        else:
            self._put(run, number, "new", f"{counted(ready, 'pod')} ready", detail="")

    async def _read_events(self, run: Rollout, number: int) -> None:
        """Read the Warning events of new pods that are not ready.

        If there is no such pod, read the Warning events of the workload. A failed mount of a volume shows
        only in Warning events.
        """
        step = run.steps[number]
        new = [pod for pod in self._pods(run, step.ref) if pod.uid not in step.stale and not is_ready(pod)]
        workload = f"kind={step.ref.kind.kind},involvedObject.name={step.ref.name}"
        sent = int(self._cluster.server_time(step.sent or 0.0))  # events have whole seconds
        for about, since in [(f"uid={pod.uid}", 0) for pod in new[:_MOST_PODS]] or [(workload, sent)]:
            query = [("fieldSelector", f"type=Warning,involvedObject.{about}")]
            try:
                async with self._actions.room:
                    warnings = [
                        event
                        async for page in self._cluster.objects.pages(EVENT, step.ref.namespace, query=query)
                        for event in page
                        if (parse_time(event.get("lastTimestamp")) or since) >= since
                    ]
            except ClusterError:
                return
            if (why := event_failure(warnings)) is not None:
                self._put(run, number, "failed", why.message, detail=why.detail)
                return
            if warning := latest_warning(warnings):
                self._put(run, number, step.state, run.steps[number].message, detail=warning)

    # -- helpers

    def _pods(self, run: Rollout, ref: ObjectRef) -> list[PodInfo]:
        return _pods_of(self._readers(run, ref), ref)

    def _readers(self, run: Rollout, ref: ObjectRef) -> Readers:
        return self._held[run][ref.namespace]

    def _stamp(self) -> str:
        return rfc3339(self._clock.now())

    def _action(self, ref: ObjectRef, secrets: tuple[SecretRef, ...], stamp: str) -> Action:
        return Action("restarted", ref, secrets, "Restart", patch=restart_patch(ref.kind.kind, stamp))

    def _put(self, run: Rollout, number: int, state: StepState, words: str, **more: object) -> None:
        before = run.steps[number]
        if before.is_over:
            return
        changes = {"state": state, "message": words, **more}
        step = run.put(number, **changes)
        if step.is_over:
            at_end = step.new_pods(_pods_of(self._lookup.readers_of(step.ref.namespace), step.ref))
            step = run.put(number, ended=self._clock.now(), at_end=at_end)
            if step.state in ("failed", "unknown", "not sent"):
                self._publish(f"{run.name(step.ref)}: {words}.", is_bad=True)
        if step != before:
            self._events.notify("rollouts")

    def _publish(self, text: str, *, is_bad: bool) -> None:
        self._events.publish(Notice(text, "bad" if is_bad else "good"), "rollouts")


def _pods_of(readers: Readers, ref: ObjectRef) -> list[PodInfo]:
    """Return the pods of a workload, without terminating pods.

    Pods that read no Secret of the rollout are included too, because a change of the pod template may have
    removed the reference to the Secret.
    """
    return [
        info
        for info in readers.rows
        if isinstance(info, PodInfo)
        and not info.is_terminating
        and info.namespace == ref.namespace
        and info.workload == (ref.kind.kind, ref.name)
    ]
