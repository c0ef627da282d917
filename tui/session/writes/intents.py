"""Kinds of write: change the keys of a Secret, create a Secret, or delete a Secret.

After a lost answer, `judge` finds out from the current Secret whether the write was done.
"""

from __future__ import annotations

from typing import Final, Literal

from msgspec.structs import replace

from tui.cluster.client import Cluster, WriteAnswer
from tui.model.draft.admission import UNALTERED, AlteredKeys, altered, has_altered
from tui.model.draft.draft import draft_problem
from tui.model.errors import AlreadyExists, ClusterError, Conflict, NotFound
from tui.model.managers.registry import OURS
from tui.model.secret.fields import keys_among, parts
from tui.model.secret.secret import Secret
from tui.model.text.counts import counted
from tui.session.writes.outcome import DRAFT_KEPT, SURE_AFTER, Intent, SentWrite, WriteResult, keys_of

_CLOCKS: Final = 2.0
"""Tolerance in seconds for comparing the server's times (whole seconds) with this computer's clock."""


class ChangeIntent(Intent):
    """Set and remove keys of an existing Secret, with a merge patch that contains the resourceVersion."""

    done = "written"
    kept = DRAFT_KEPT

    def touches(self, sent: SentWrite) -> str:
        return keys_of(sent.ref, sent.keys)

    def success(self, sent: SentWrite, end: WriteResult, when: str) -> str:
        merged = ", on top of newer changes elsewhere in the Secret" if sent.merged else ""
        what = keys_of(sent.ref, _named(sent))
        return f"written: {what} {when}{merged}" + (f". {end.why}" if end.why else "")

    async def send(self, cluster: Cluster, sent: SentWrite) -> WriteResult:
        return _end_of(sent, await cluster.write(sent.ref, sent.uid, sent.resource_version, sent.changes))

    async def after_conflict(
        self, cluster: Cluster, sent: SentWrite, error: Conflict
    ) -> SentWrite | WriteResult:
        try:
            current = await cluster.open(sent.ref)
        except NotFound as gone:
            return self.missing(sent, gone)
        except ClusterError as trouble:
            why = f"The Secret changed on the server and could not be read again: {trouble.sentence}"
            return WriteResult("not written", error=trouble, why=f"{why} {DRAFT_KEPT}")
        if current.uid != sent.uid:
            why = f"The Secret was deleted and created again since you opened it. {DRAFT_KEPT}"
            return WriteResult("not written", error=error, why=why)
        if holds(current, sent) and is_ours(current, sent, cluster.skew or 0.0):
            # A proxy sent the write twice. The first was done, and this conflict is the answer to the second.
            return WriteResult("written", current)
        if (problem := draft_problem(current, sent.keys)) is not None:
            return WriteResult("not written", current, error, f"{problem} {DRAFT_KEPT}")
        if not is_untouched(current, sent):
            why = f"Someone else changed the same keys since you opened the Secret. {DRAFT_KEPT}"
            return WriteResult("conflict", current, error, why, verdict="not written")
        is_other = current.resource_version != sent.resource_version
        newer = replace(sent, resource_version=current.resource_version, base=current.fields)
        return replace(newer, merged=sent.merged + is_other)

    def missing(self, sent: SentWrite, error: NotFound) -> WriteResult:
        return WriteResult(
            "not written", error=error, why=f"The Secret was deleted since you opened it. {DRAFT_KEPT}"
        )

    def judge(
        self, sent: SentWrite, current: Secret | None, passed: float, skew: float
    ) -> WriteResult | None:
        unknown = "Your change may have been written before that"
        if current is None:
            why = f"The Secret no longer exists. {unknown}. {DRAFT_KEPT}"
            return WriteResult("conflict", error=NotFound(f"secret {sent.ref}"), why=why, happened=None)
        if current.uid != sent.uid:
            why = f"The Secret was deleted and created again. {unknown}. {DRAFT_KEPT}"
            return WriteResult("conflict", current, why=why, happened=None)
        if current.resource_version == sent.resource_version:
            return _too_late("not written", current, "still has the old version", passed)
        if holds(current, sent):
            return _there(sent, current, skew)
        why = f"No answer came, and the Secret changed on the server. {unknown}. {DRAFT_KEPT}"
        return WriteResult("conflict", current, why=why, happened=None)


class CreateIntent(ChangeIntent):
    """Create a Secret."""

    done = "created"
    doing = "creating "
    undone_word = conflict_word = "not created"
    how = "as a new Secret"

    def touches(self, sent: SentWrite) -> str:
        return str(sent.ref)

    def success(self, sent: SentWrite, end: WriteResult, when: str) -> str:
        return f"created: {sent.ref} with {counted(len(keys_among(sent.changes.set)), 'key')} {when}"

    async def send(self, cluster: Cluster, sent: SentWrite) -> WriteResult:
        return _end_of(sent, await cluster.create(sent.ref, sent.type, sent.changes.set))

    def missing(self, sent: SentWrite, error: NotFound) -> WriteResult:
        return WriteResult("not written", error=error)

    def judge(
        self, sent: SentWrite, current: Secret | None, passed: float, skew: float
    ) -> WriteResult | None:
        if current is None:
            # The write may have created the Secret, and someone may have deleted it before this read.
            end = _too_late("not written", None, "has no such Secret", passed)
            return replace(end, verdict="not there", happened=None) if end is not None else None
        is_same = (
            current.type == sent.type
            and dict(current.data) == parts(sent.changes.set).data
            and holds(current, sent)
        )
        is_since = current.created is None or current.created + _CLOCKS >= sent.at + skew
        by_us = is_ours(current, sent, skew)
        if is_same and is_since and by_us is not False:
            return WriteResult("written", current)
        end = WriteResult("conflict", current, AlreadyExists(str(sent.ref)))
        if not is_since:
            return replace(end, why=f"A Secret with that name already existed. {DRAFT_KEPT}")
        why = "A Secret with that name exists, but is not the one that you sent."
        why = f"{why} Yours may have been created first, and then changed or replaced. {DRAFT_KEPT}"
        return replace(end, why=why, verdict="not there", happened=None)


class DeleteIntent(Intent):
    """Delete a Secret, but only if it still has the resourceVersion `SentWrite.resource_version`."""

    done = "deleted"
    doing = "deleting "
    undone = "not deleted"
    undone_word = "not deleted"
    kept = ""
    act = "deleted"
    resends = False

    def success(self, sent: SentWrite, end: WriteResult, when: str) -> str:
        pending = ", but it stays until its finalizers finish" if end.is_pending else ""
        why = end.why or (end.error.sentence if end.error else "")
        return f"deleted: {sent.ref} {when}{pending}" + (f". {why}" if why else "")

    async def send(self, cluster: Cluster, sent: SentWrite) -> WriteResult:
        is_gone = await cluster.delete(sent.ref, sent.uid, sent.resource_version)
        return WriteResult("deleted", is_pending=not is_gone)

    async def after_conflict(self, cluster: Cluster, sent: SentWrite, error: Conflict) -> WriteResult:
        try:
            current = await cluster.provenance(sent.ref)
        except NotFound as gone:
            return self.missing(sent, gone)
        except ClusterError as trouble:
            why = f"The server reported a conflict, and the Secret could not be read: {trouble.sentence}"
            return WriteResult("not deleted", error=trouble, why=why)
        if current.uid != sent.uid:
            why = "The Secret was deleted and created again since you opened it."
        elif current.resource_version != sent.resource_version:
            why = "The Secret changed on the server since you opened it."
        else:
            why = "The server reported a conflict, but the Secret is unchanged."
        return WriteResult("not deleted", error=error, why=why)

    def missing(self, sent: SentWrite, error: NotFound) -> WriteResult:
        return WriteResult("not deleted", error=error, why="The Secret was already gone.")

    def judge(
        self, sent: SentWrite, current: Secret | None, passed: float, skew: float
    ) -> WriteResult | None:
        if current is None:
            return WriteResult("deleted")
        if current.uid != sent.uid:
            return WriteResult("deleted", current, why="A new Secret with that name exists now.")
        if current.is_terminating:
            return WriteResult("deleted", current, is_pending=True)
        if current.resource_version != sent.resource_version:
            return WriteResult(
                "not deleted", current, why="The Secret changed on the server since you opened it."
            )
        return _too_late("not deleted", current, "still has the Secret", passed)


CHANGE: Final = ChangeIntent()
CREATE: Final = CreateIntent()
DELETE: Final = DeleteIntent()


def _named(sent: SentWrite) -> list[str]:
    """List the changed keys, such as "token (was pass)" or "pass (dropped)"."""
    changes = sent.draft.change_list() if sent.draft is not None else ()
    former = {change.key: change.renamed_from for change in changes if change.renamed_from is not None}
    remarks = {key: f" (was {old})" for key, old in former.items()}
    remarks |= dict.fromkeys(sent.changes.removed, " (dropped)")
    return [key + remarks.get(key, "") for key in sent.keys if key not in former.values()]


def _end_of(sent: SentWrite, answer: WriteAnswer) -> WriteResult:
    base = sent.base
    alteration = altered(base, sent.changes, answer.secret.fields) if base is not None else UNALTERED
    if alteration and answer.secret.fields == base:
        return WriteResult("not written", answer.secret, why=put_back(alteration), warnings=answer.warnings)
    return WriteResult("written", answer.secret, warnings=answer.warnings, altered=alteration)


def put_back(made: AlteredKeys) -> str:
    """Explain that admission undid a write that the server accepted."""
    what = f"The cluster accepted the write, but {has_altered(made)}"
    return f"{what} (an admission policy or webhook). {DRAFT_KEPT}"


def holds(secret: Secret, sent: SentWrite) -> bool:
    """True if the Secret has each value that the write sets, and lacks each key that the write removes."""
    held, gone = sent.held_in(secret)
    return held == sent.changes.set.keys() and gone == sent.changes.removed


def is_ours(secret: Secret, sent: SentWrite, skew: float) -> bool | None:
    """True if secret-tui owns each key that the write sets, and became the owner at the write or later.

    Source: managedFields. An entry of secret-tui without a time counts as late enough. None if the write
    sets no key, or if a key that the write sets has no owner.
    """
    owners = [
        [owner for owner in secret.field_owners if key in owner.keys] for key in keys_among(sent.changes.set)
    ]
    if not owners or not all(owners):
        return None
    since = sent.at + skew - _CLOCKS
    return all(
        any(owner.manager == OURS and (owner.time is None or owner.time >= since) for owner in of_key)
        for of_key in owners
    )


def is_untouched(secret: Secret, sent: SentWrite) -> bool:
    """True if the Secret still has the uid `sent.uid` and the values `sent.before`."""
    return secret.uid == sent.uid and all(secret.field(key) == value for key, value in sent.before.items())


def _there(sent: SentWrite, current: Secret, skew: float) -> WriteResult:
    """Return the result of a write that got no answer. The Secret `current` has all changes of the write.

    Another write may have made these changes.
    """
    if is_ours(current, sent, skew) is False:
        who = current.writers_of(sent.changes.set)
        why = f"No answer came, and {who} wrote the same values. Your write may have been done too."
        return WriteResult(
            "conflict", current, why=why, verdict="there already", happened=None, is_there=True
        )
    if not sent.changes.set:
        return WriteResult(
            "written", current, why="No answer came, but the server no longer has the removed keys"
        )
    return WriteResult("written", current)


def _too_late(
    kind: Literal["not written", "not deleted"], current: Secret | None, what: str, passed: float
) -> WriteResult | None:
    """Return the result of a write that was not done; None while the write may still happen."""
    why = f"No answer came, and more than a minute later the server {what}."
    return WriteResult(kind, current, why=why) if passed >= SURE_AFTER else None
