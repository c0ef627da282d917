"""GET: one object, a list in chunks over one snapshot, or the start of a watch."""

from __future__ import annotations

import base64
import json
from collections.abc import Sequence

from tui.embedded.http import Call, Reply, Watch, form_of
from tui.embedded.kinds import Kind
from tui.embedded.selectors import matcher
from tui.embedded.status import Obj, bad_request, expired, not_found, too_new, wrong_form
from tui.embedded.store import Record, Store
from tui.embedded.table import Form, Include, includes, partial, partial_list, table

REMAINDER = (
    "The provided continue parameter is too old to display a consistent list result. You can start a new "
    "list without the continue parameter, or use the continue token in this response to retrieve the "
    "remainder of the results. Continuing with the provided token results in an inconsistent list - "
    "objects that were created, modified, or deleted between the time the first chunk was returned and "
    "now may show up in the list."
)

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
    limit = call.number("limit") or 0
    version, records = _starting_at(store, kind, call, namespace)
    chosen: list[Record] = []
    rest = iter(records)
    for record in rest:
        if match is None or match(record.obj):
            if limit and len(chosen) == limit:
                break
            chosen.append(record)
    else:
        return _list(store, kind, form, include, {"resourceVersion": str(version)}, chosen)
    meta: Obj = {"resourceVersion": str(version), "continue": _token(version, chosen[-1].key)}
    if match is None:
        meta["remainingItemCount"] = len(records) - len(chosen)
    return _list(store, kind, form, include, meta, chosen)


def _starting_at(store: Store, kind: Kind, call: Call, namespace: str) -> tuple[int, Sequence[Record]]:
    token, wanted = call.query.get("continue", ""), call.query.get("resourceVersion", "")
    if token:
        if wanted not in {"", "0"}:
            raise bad_request("specifying resource version is not allowed when using continue")
        return _continued(store, kind, namespace, token)
    version = _version(wanted)
    if version is not None and version > store.version:
        raise too_new(version, store.version)
    if version and call.query.get("resourceVersionMatch") == "Exact":
        old = store.snapshot(kind, namespace, version)
        if old is None:
            raise expired("The resourceVersion for the provided list is too old.")
        return version, old
    records = store.snapshot(kind, namespace, store.version) if call.number("limit") else None
    return store.version, store.shelf(kind).within(namespace) if records is None else records


def _continued(store: Store, kind: Kind, namespace: str, token: str) -> tuple[int, Sequence[Record]]:
    try:
        given = json.loads(base64.urlsafe_b64decode(token + "=" * (-len(token) % 4)))
        version, start = int(given["rv"]), str(given["start"])
    except (ValueError, KeyError, TypeError):
        raise bad_request("continue key is not valid: illegal base64 data") from None
    if version < 0:
        version = store.version
    records = store.snapshot(kind, namespace, version)
    if records is None:
        raise expired(REMAINDER, _token(-1, start))
    return version, [record for record in records if record.key > start]


def _token(version: int, last_key: str) -> str:
    text = json.dumps({"v": "meta.k8s.io/v1", "rv": version, "start": last_key}, separators=(",", ":"))
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def _version(text: str) -> int | None:
    if not text:
        return None
    try:
        return int(text)
    except ValueError:
        raise bad_request(f'resourceVersion: Invalid value: "{text}"') from None


def _list(
    store: Store, kind: Kind, form: Form, include: Include, meta: Obj, records: Sequence[Record]
) -> Reply:
    objs = [record.obj for record in records]
    if form == "table":
        return Reply(200, table(kind, meta, objs, store.now(), include))
    if form == "partial list":
        return Reply(200, partial_list(meta, objs))
    items = [{key: value for key, value in obj.items() if key not in {"kind", "apiVersion"}} for obj in objs]
    body: Obj = {"kind": f"{kind.name}List", "apiVersion": kind.api_version, "metadata": meta}
    return Reply(200, body | {"items": items})


def open_watch(store: Store, kind: Kind, call: Call, namespace: str) -> Watch:
    """What a watch will send. Raises ApiError: 400, 406, and 410 if its version is forgotten."""
    form = form_of(call.headers.get("Accept", ""))
    version = _version(call.query.get("resourceVersion", ""))
    return Watch(
        kind,
        namespace,
        matcher(kind, call.query.get("labelSelector", ""), call.query.get("fieldSelector", "")),
        version,
        form,
        includes(call.query.get("includeObject", "")),
        has_bookmarks=call.flag("allowWatchBookmarks"),
        sends_initial=call.flag("sendInitialEvents"),
        seconds=call.number("timeoutSeconds"),
    )
