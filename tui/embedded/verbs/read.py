"""GET: one object, a list in chunks over one snapshot, or the start of a watch."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from itertools import islice

from tui.embedded.objects.kinds import Kind
from tui.embedded.objects.store import Record, Store
from tui.embedded.status import (
    ApiError,
    Obj,
    bad_request,
    expired,
    not_found,
    status,
    too_new,
    unprocessable,
    wrong_form,
)
from tui.embedded.verbs.call import Call, Reply, Watch, form_of
from tui.embedded.verbs.list_options import (
    REMAINDER,
    list_causes,
    no_number,
    parsed,
    sends_initial,
    watch_causes,
)
from tui.embedded.verbs.list_options import token as continue_token
from tui.embedded.verbs.selectors import matcher
from tui.embedded.verbs.table import Form, Include, includes, partial, partial_list, table
from tui.embedded.verbs.write_options import META_GROUP

LIST = "PartialObjectMetadataList"


def shaped(store: Store, kind: Kind, call: Call, obj: Obj, code: int = 200) -> Reply:
    """One object in the form that the call asks for."""
    form = form_of(call.headers.get("Accept", ""))
    if form == "partial list":
        raise wrong_form(f"{LIST}, but the requested object is not a list (*core.{kind.name})")
    if form == "table":
        meta = {"resourceVersion": obj["metadata"].get("resourceVersion", "")}
        include = includes(call.query.get("includeObject", ""))
        return Reply(code, table(kind, meta, [obj], store.now(), include))
    return Reply(code, partial(obj) if form == "partial" else obj)


def get_one(store: Store, kind: Kind, call: Call, namespace: str, name: str) -> Reply:
    wanted = call.query.get("resourceVersion", "")
    if wanted and not wanted.isdecimal():
        raise ApiError(500, status(500, "", no_number(wanted)))
    _demand_reached(store, int(wanted or 0))
    record = store.find(kind, namespace, name)
    if record is None:
        raise not_found(kind.plural, name)
    return shaped(store, kind, call, record.obj)


def get_many(store: Store, kind: Kind, call: Call, namespace: str) -> Reply:
    """A list. Raises ApiError: 400 for a selector or token, 410 for an old one, 504 for a version to come."""
    form = form_of(call.headers.get("Accept", ""))
    if form == "partial":
        raise wrong_form(f"PartialObjectMetadata, but the requested object is a list (*core.{kind.name}List)")
    include = includes(call.query.get("includeObject", ""))
    match = matcher(kind, call.query.get("labelSelector", ""), call.query.get("fieldSelector", ""))
    causes = list(list_causes(call))
    if causes:
        raise unprocessable("ListOptions", "", causes, META_GROUP)
    version, records, start = _starting_at(store, kind, call, namespace)
    call.number("timeoutSeconds")
    limit = call.number("limit") or 0
    if call.query.get("resourceVersion") == "0" and not call.query.get("continue"):
        limit = 0
    objs: list[Obj] = []
    last = ""
    meta: Obj = {"resourceVersion": str(version)}
    for record in islice(records, start, None):
        if limit > 0 and len(objs) == limit:
            meta["continue"] = continue_token(version, last, namespace)
            if match is None:
                meta["remainingItemCount"] = len(records) - start - len(objs)
            break
        obj = record.obj
        if match is None or match(obj):
            objs.append(obj)
            last = record.key
    return _list(store, kind, form, include, meta, objs)


def chosen(store: Store, kind: Kind, call: Call, namespace: str) -> list[Record]:
    """All records that the call's selectors choose. Raises ApiError (400)."""
    match = matcher(kind, call.query.get("labelSelector", ""), call.query.get("fieldSelector", ""))
    return [one for one in store.shelf(kind).within(namespace) if match is None or match(one.obj)]


def listed(store: Store, kind: Kind, call: Call, records: Sequence[Record], version: int) -> Reply:
    """These records, as they were at a version, as a list in the form that the call asks for."""
    form = form_of(call.headers.get("Accept", ""))
    include = includes(call.query.get("includeObject", ""))
    objs = [record.obj for record in records]
    return _list(store, kind, form, include, {"resourceVersion": str(version)}, objs)


def _demand_reached(store: Store, version: int) -> None:
    if version > store.version:
        raise too_new(version, store.version)


def _starting_at(store: Store, kind: Kind, call: Call, namespace: str) -> tuple[int, Sequence[Record], int]:
    """The version of the list, its records, and the index from where it goes on."""
    token, wanted = call.query.get("continue", ""), call.query.get("resourceVersion", "")
    if token:
        if wanted not in {"", "0"}:
            raise bad_request("specifying resource version is not allowed when using continue")
        return _continued(store, kind, namespace, token)
    version = _version(wanted)
    _demand_reached(store, version or 0)
    match = call.query.get("resourceVersionMatch", "")
    if version and (match == "Exact" or (call.query.get("limit") and not match and version != store.version)):
        old = store.snapshot(kind, namespace, version)
        if old is None:
            raise expired("The resourceVersion for the provided list is too old.")
        return version, old, 0
    if call.query.get("limit"):
        return store.version, store.snapshot(kind, namespace, store.version) or (), 0
    return store.version, store.shelf(kind).within(namespace), 0


def _continued(store: Store, kind: Kind, namespace: str, token: str) -> tuple[int, Sequence[Record], int]:
    version, start = parsed(token)
    if version < 0:
        version = store.version
    records = store.snapshot(kind, namespace, version)
    if records is None:
        raise expired(REMAINDER, continue_token(-1, start.rstrip("\0"), ""))
    if namespace and "/" not in start:
        start = f"{namespace}/{start}"
    return version, records, bisect_left(records, start, key=_place)


def _place(record: Record) -> str:
    return record.key.lstrip("/")


def _version(text: str) -> int | None:
    if not text:
        return None
    if not text.isdecimal():
        raise bad_request(f"invalid resource version: {no_number(text)}")
    return int(text)


def _list(store: Store, kind: Kind, form: Form, include: Include, meta: Obj, objs: Sequence[Obj]) -> Reply:
    if form == "table":
        return Reply(200, table(kind, meta, objs, store.now(), include))
    if form == "partial list":
        return Reply(200, partial_list(meta, objs))
    items = [{key: value for key, value in obj.items() if key not in {"kind", "apiVersion"}} for obj in objs]
    body: Obj = {"kind": f"{kind.name}List", "apiVersion": kind.api_version, "metadata": meta}
    return Reply(200, body | {"items": items})


def open_watch(store: Store, kind: Kind, call: Call, namespace: str) -> Watch:
    """What a watch will send. Raises ApiError: 400, 406, 422, 500."""
    form = form_of(call.headers.get("Accept", ""))
    seconds = call.number("timeoutSeconds")
    match = matcher(kind, call.query.get("labelSelector", ""), call.query.get("fieldSelector", ""))
    causes = list(watch_causes(call))
    if causes:
        raise unprocessable("ListOptions", "", causes, META_GROUP)
    version = call.query.get("resourceVersion", "")
    if version and not version.isdecimal():
        raise ApiError(500, status(500, "", no_number(version)))
    return Watch(
        kind,
        namespace,
        match,
        int(version or 0),
        form,
        includes(call.query.get("includeObject", "")),
        has_bookmarks=call.flag("allowWatchBookmarks"),
        sends_initial=sends_initial(call),
        seconds=seconds,
    )
