"""GET: one object, a list in chunks, or the start of a watch."""

from __future__ import annotations

import base64
import re
from bisect import bisect_left
from collections.abc import Sequence, Set
from itertools import islice
from typing import Final

from tui.embedded.objects.kinds import CONFIG_MAP_KIND, SECRET_KIND, Kind
from tui.embedded.objects.store import Record, Store
from tui.embedded.status import Obj, bad_request, expired, not_found
from tui.embedded.verbs.call import Call, FieldTerm, Reply, Watch
from tui.embedded.verbs.table import partial, partial_list, table

_PARTIAL: Final = "PartialObjectMetadata"
_TABLE: Final = "Table"
_PARTIAL_LIST: Final = "PartialObjectMetadataList"
_FIELDS: Final = (
    *("metadata.name", "metadata.namespace", "type", "reason"),
    *(f"involvedObject.{name}" for name in ("kind", "name", "namespace", "uid")),
)


def get_one(store: Store, kind: Kind, call: Call, namespace: str, name: str) -> Reply:
    call.takes()
    form = call.form({_PARTIAL, _TABLE} if kind is CONFIG_MAP_KIND else {_PARTIAL})
    record = store.find(kind, namespace, name)
    if record is None:
        raise not_found(kind.plural, name, kind.group)
    if form == _TABLE:
        return Reply(200, table({}, [record.obj], store.now()))
    return Reply(200, partial(record.obj) if form else in_version(record.obj, kind))


def get_many(store: Store, kind: Kind, call: Call, namespace: str) -> Reply:
    """Answer a list request with all selected objects, or with one chunk of these objects.

    Raises ApiError: 400 for a bad query, 406 if the Accept header allows no served form of the answer, 410
    for an old continue token.
    """
    call.takes("limit", "continue", "fieldSelector", "includeObject")
    form = _form(kind, call, {_PARTIAL_LIST})
    wanted = fields(call.query.get("fieldSelector", ""))
    # a selected name matches at most one object, so no limit applies
    limit = 0 if namespace and selected_name(wanted) else call.number("limit") or 0
    version, records, start = _starting_at(store, kind, call, namespace)
    objs: list[Obj] = []
    last = ""
    meta: Obj = {"resourceVersion": str(version)}
    for record in islice(records, start, None):
        if limit and len(objs) == limit:
            meta["continue"] = _token(version, last)
            if not wanted:
                meta["remainingItemCount"] = len(records) - start - len(objs)
            break
        if matches(record.obj, wanted):
            objs.append(record.obj)
            last = record.key
    if form == _TABLE:
        return Reply(200, table(meta, objs, store.now()))
    if form:
        return Reply(200, partial_list(meta, objs))
    # only items of custom kinds have `kind` and `apiVersion`
    left_out = () if kind.served else ("kind", "apiVersion")
    items = [
        {key: value for key, value in in_version(obj, kind).items() if key not in left_out} for obj in objs
    ]
    return Reply(200, {"kind": f"{kind.name}List", "apiVersion": kind.api, "metadata": meta, "items": items})


def in_version(obj: Obj, kind: Kind) -> Obj:
    """Return `obj` in the version of `kind`. Only the apiVersion differs between versions."""
    return obj if obj["apiVersion"] == kind.api else obj | {"apiVersion": kind.api}


def open_watch(kind: Kind, call: Call, namespace: str) -> Watch:
    """Build the watch that the request asks for.

    Raises ApiError: 400 for a bad query, 406 if the Accept header allows no served form of the answer.
    """
    call.takes(
        *("watch", "resourceVersion", "timeoutSeconds", "allowWatchBookmarks", "fieldSelector"),
        "includeObject",
    )
    return Watch(
        kind,
        namespace,
        fields(call.query.get("fieldSelector", "")),
        call.number("resourceVersion") or 0,
        is_table=_form(kind, call, set()) == _TABLE,
        seconds=call.number("timeoutSeconds"),
    )


def _form(kind: Kind, call: Call, others: Set[str]) -> str:
    """Return the form of the answer, such as "Table"; "" for whole objects. Raises ApiError: 400, 406."""
    if call.query.get("includeObject", "Metadata") != "Metadata":
        raise bad_request("this cluster serves includeObject=Metadata only")
    return call.form({_TABLE} | others if kind is SECRET_KIND else others)


def fields(selector: str) -> Sequence[FieldTerm]:
    """Parse a field selector. Raises ApiError (400)."""
    terms = list[FieldTerm]()
    for term in re.split(r"(?<!\\),", selector) if selector else ():
        name, equals, value = term.partition("=")
        path = name.removesuffix("!")
        if path not in _FIELDS or not equals:
            raise bad_request(f"this cluster does not support the field selector {term}")
        value = re.sub(r"\\(.)", r"\1", value.removeprefix("="))
        terms.append(FieldTerm(path, value, is_equal=path == name))
    return terms


def selected_name(wanted: Sequence[FieldTerm]) -> str:
    return next((term.value for term in wanted if term.path == "metadata.name" and term.is_equal), "")


def matches(obj: Obj, wanted: Sequence[FieldTerm]) -> bool:
    for path, value, is_equal in wanted:
        above, _, name = path.rpartition(".")
        if ((obj.get(above, {}) if above else obj).get(name, "") == value) is not is_equal:
            return False
    return True


def _starting_at(store: Store, kind: Kind, call: Call, namespace: str) -> tuple[int, Sequence[Record], int]:
    token = call.query.get("continue", "")
    if token:
        return _continued(store, kind, namespace, token)
    if "limit" not in call.query:
        return store.version, store.of_kind(kind).within(namespace), 0
    return store.version, store.snapshot(kind, namespace), 0


def _continued(store: Store, kind: Kind, namespace: str, token: str) -> tuple[int, Sequence[Record], int]:
    try:
        text, _, last = base64.urlsafe_b64decode(token).decode().partition(" ")
        version = int(text)
    except ValueError:
        raise bad_request("continue key is not valid") from None
    if not version:  # the token came with a 410, so continue with the current objects
        version, records = store.version, store.snapshot(kind, namespace)
    elif (kept := store.snapshots.get((kind.resource, namespace, version))) is not None:
        records = kept
    else:
        raise expired("the continue token is too old; use the new token in metadata", _token(0, last))
    return version, records, bisect_left(records, f"{last}\0".lstrip("/"), key=_place)


def _place(record: Record) -> str:
    return record.key.lstrip("/")


def _token(version: int, last_key: str) -> str:
    """Build a continue token. Version 0 means the version that is current when the token is used."""
    return base64.urlsafe_b64encode(f"{version} {last_key}".encode()).decode()
