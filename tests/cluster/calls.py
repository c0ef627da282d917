"""Every method of Cluster and Objects as one call, so that a rule for all is tried on all of them."""

from __future__ import annotations

import traceback
from collections.abc import Awaitable, Callable
from contextlib import aclosing
from typing import Any

from tui.cluster.api.resources import SECRETS, reader_resource
from tui.cluster.client import Cluster
from tui.model.api_object import DEPLOYMENT, ApiKind, ObjectRef
from tui.model.draft.draft import Changes
from tui.model.readers.pods import PODS
from tui.model.secret.secret import SecretRef
from tui.model.secret.types.registry import OPAQUE
from tui.model.secret.value import Value

REF = SecretRef("default", "db")
MARKER = "made-up-value-55c1"
"""The value that every write sends."""
CHANGES = Changes({"password": Value(MARKER.encode())}, frozenset({"old"}))
WEB = ObjectRef(DEPLOYMENT, "default", "web")
CONFIG = ObjectRef(ApiKind("", "v1", "configmaps", "ConfigMap"), "default", "web")
PATCH = {"metadata": {"annotations": {"example.test/note": MARKER}}}
WHOLE = {"metadata": {"name": "web", "namespace": "default"}, "status": {"note": MARKER}}

Call = Callable[[Cluster], Awaitable[object]]


async def _all(generator: Any) -> list[object]:
    async with aclosing(generator) as items:
        return [item async for item in items]


READS: dict[str, Call] = {
    "open": lambda cluster: cluster.open(REF),
    "provenance": lambda cluster: cluster.provenance(REF),
    "list": lambda cluster: _all(cluster.pages(SECRETS, "default")),
    "pods": lambda cluster: _all(cluster.pages(reader_resource(PODS), None)),
    "watch": lambda cluster: _all(cluster.watch(SECRETS, "default", "7")),
    "watch pods": lambda cluster: _all(cluster.watch(reader_resource(PODS), None, "7")),
    "namespaces": lambda cluster: cluster.namespaces(),
    "accounts": lambda cluster: cluster.service_accounts(REF.namespace),
    "namespace": lambda cluster: cluster.has_namespace("default"),
    "who": lambda cluster: cluster.who_am_i(),
    "rights": lambda cluster: cluster.rights("default"),
    "kinds": lambda cluster: cluster.objects.served(),
    "objects": lambda cluster: _all(cluster.objects.pages(DEPLOYMENT, None)),
    "object": lambda cluster: cluster.objects.get(WEB),
    "keys": lambda cluster: cluster.objects.config_map_keys(CONFIG),
}
WRITES: dict[str, Call] = {
    "write": lambda cluster: cluster.write(REF, "u-1", "7", CHANGES),
    "create": lambda cluster: cluster.create(REF, OPAQUE, CHANGES.set),
    "delete": lambda cluster: cluster.delete(REF, "u-1", "7"),
    "patch": lambda cluster: cluster.objects.patch(WEB, PATCH),
    "status": lambda cluster: cluster.objects.put_status(WEB, WHOLE),
}
DRY_RUNS: dict[str, Call] = {
    "dry run of write": lambda cluster: cluster.write(REF, "u-1", "7", CHANGES, dry_run=True),
    "dry run of create": lambda cluster: cluster.create(REF, OPAQUE, CHANGES.set, dry_run=True),
    "dry run of patch": lambda cluster: cluster.objects.patch(WEB, PATCH, dry_run=True),
    "dry run of status": lambda cluster: cluster.objects.put_status(WEB, WHOLE, dry_run=True),
}
EVERY = {**READS, **WRITES, **DRY_RUNS}
GROUPS = {"call": EVERY, "read": READS, "write": WRITES, "dry_run": DRY_RUNS}


def everything_said(error: BaseException) -> str:
    """All text that an exception could bring to a screen, a log or a report, with its chained exceptions."""
    texts = [str(error), repr(error), repr(error.args), repr(vars(error))]
    texts += traceback.format_exception(error)
    for linked in (error.__cause__, error.__context__):
        if linked is not None:
            texts.append(everything_said(linked))
    return "\n".join(texts)


def is_unlinked(error: BaseException) -> bool:
    """True if no other exception is chained to this one."""
    return error.__cause__ is None and error.__context__ is None
