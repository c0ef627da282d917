"""The kinds of write: change the keys of a Secret, create one, delete one."""

from __future__ import annotations

from typing import Final

from msgspec.structs import replace

from tui.cluster.client import Cluster, Written
from tui.model.draft.admission import UNALTERED, Altered, altered, has_altered
from tui.model.draft.draft import draft_problem
from tui.model.errors import ClusterError, Conflict, NotFound
from tui.model.secret.fields import keys_among
from tui.model.secret.secret import Secret
from tui.session.writes.outcome import KEPT, End, Intent, Sent, keys_of
from tui.session.writes.verify import (
    holds,
    is_ours,
    is_untouched,
    judge_change,
    judge_creation,
    judge_deletion,
)


class Change(Intent):
    """Set and remove keys of an existing Secret, with a merge patch on the reviewed version."""

    done = "written"
    kept = KEPT

    def touches(self, sent: Sent) -> str:
        return keys_of(sent.ref, sent.keys)

    def success(self, sent: Sent, end: End, when: str) -> str:
        merged = ", on top of newer changes that do not touch your keys" if sent.merged else ""
        what = keys_of(sent.ref, _named(sent))
        return f"written: {what} {when}{merged}" + (f". {end.why}" if end.why else "")

    async def send(self, cluster: Cluster, sent: Sent) -> End:
        return _end_of(sent, await cluster.write(sent.ref, sent.uid, sent.resource_version, sent.changes))

    async def after_conflict(self, cluster: Cluster, sent: Sent, error: Conflict) -> Sent | End:
        try:
            found = await cluster.open(sent.ref)
        except NotFound as gone:
            return self.missing(sent, gone)
        except ClusterError as trouble:
            why = f"It changed on the server, and the newer version could not be read: {trouble.sentence}"
            return End("not written", error=trouble, why=f"{why} {KEPT}")
        if found.uid != sent.uid:
            why = f"It was deleted and created again since you opened it. {KEPT}"
            return End("not written", error=error, why=why)
        if holds(found, sent) and is_ours(found, sent, cluster.skew or 0.0):
            return End("written", found)  # something on the way sent it twice, and this answers the second
        if (problem := draft_problem(found, sent.keys)) is not None:
            return End("not written", found, error, f"{problem} {KEPT}")
        if not is_untouched(found, sent):
            why = f"Someone else changed the same keys since you opened it. {KEPT}"
            return End("conflict", found, error, why, verdict="not written")
        is_other = found.resource_version != sent.resource_version
        newer = replace(sent, resource_version=found.resource_version, base=found.fields)
        return replace(newer, merged=sent.merged + is_other)

    def missing(self, sent: Sent, error: NotFound) -> End:
        return End("not written", error=error, why=f"It was deleted since you opened it. {KEPT}")

    def judge(self, sent: Sent, found: Secret | None, passed: float, skew: float) -> End | None:
        return judge_change(sent, found, passed, skew)


class Create(Change):
    """Create a Secret. A conflict is handled as for a change."""

    done = "created"
    doing = "creating "
    undone_word = conflict_word = "not created"
    how = "as a new Secret"

    def touches(self, sent: Sent) -> str:
        return str(sent.ref)

    def success(self, sent: Sent, end: End, when: str) -> str:
        count = len(keys_among(sent.changes.set))
        return f"created: {sent.ref} with {count} {'key' if count == 1 else 'keys'} {when}"

    async def send(self, cluster: Cluster, sent: Sent) -> End:
        return _end_of(sent, await cluster.create(sent.ref, sent.type, sent.changes.set))

    def missing(self, sent: Sent, error: NotFound) -> End:
        return End("not written", error=error)

    def judge(self, sent: Sent, found: Secret | None, passed: float, skew: float) -> End | None:
        return judge_creation(sent, found, passed, skew)


class Delete(Intent):
    """Delete one version of a Secret, and no other."""

    done = "deleted"
    doing = "deleting "
    undone = "not deleted"
    undone_word = "not deleted"
    kept = ""
    act = "deleted"
    resends = False

    def success(self, sent: Sent, end: End, when: str) -> str:
        pending = ", but it stays until its finalizers finish" if end.is_pending else ""
        why = end.why or (end.error.sentence if end.error else "")
        return f"deleted: {sent.ref} {when}{pending}" + (f". {why}" if why else "")

    async def send(self, cluster: Cluster, sent: Sent) -> End:
        is_gone = await cluster.delete(sent.ref, sent.uid, sent.resource_version)
        return End("deleted", is_pending=not is_gone)

    async def after_conflict(self, cluster: Cluster, sent: Sent, error: Conflict) -> End:
        """Find out from the metadata why it was not deleted; no value is read."""
        try:
            found = await cluster.provenance(sent.ref)
        except NotFound as gone:
            return self.missing(sent, gone)
        except ClusterError as trouble:
            why = f"The server reported a conflict, and the Secret could not be read: {trouble.sentence}"
            return End("not deleted", error=trouble, why=why)
        if found.uid != sent.uid:
            why = "It was deleted and created again since you opened it."
        elif found.resource_version != sent.resource_version:
            why = "It changed on the server since you opened it."
        else:
            why = "The server reported a conflict, but the Secret is unchanged."
        return End("not deleted", error=error, why=why)

    def missing(self, sent: Sent, error: NotFound) -> End:
        return End("not deleted", error=error, why="It was already gone.")

    def judge(self, sent: Sent, found: Secret | None, passed: float, skew: float) -> End | None:
        return judge_deletion(sent, found, passed)


CHANGE: Final = Change()
CREATE: Final = Create()
DELETE: Final = Delete()


def _named(sent: Sent) -> list[str]:
    """Its keys, with what became of each that was not only changed: "token (was pass)", "pass (removed)"."""
    changes = sent.draft.change_list() if sent.draft is not None else ()
    former = {change.key: change.renamed_from for change in changes if change.renamed_from is not None}
    more = {key: f" (was {old})" for key, old in former.items()}
    more |= dict.fromkeys(sent.changes.removed, " (removed)")
    return [key + more.get(key, "") for key in sent.keys if key not in former.values()]


def _end_of(sent: Sent, answer: Written) -> End:
    base = sent.base
    made = altered(base, sent.changes, answer.secret.fields) if base is not None else UNALTERED
    if made and answer.secret.fields == base:
        return End("not written", answer.secret, why=put_back(made), warnings=answer.warnings)
    return End("written", answer.secret, warnings=answer.warnings, altered=made)


def put_back(made: Altered) -> str:
    """Why nothing changed although the server accepted the write."""
    return f"The cluster accepted it and {has_altered(made)} (an admission policy or webhook). {KEPT}"
