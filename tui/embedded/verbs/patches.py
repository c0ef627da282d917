"""Merge patch, JSON patch and strategic merge: a patched copy of an object."""

from __future__ import annotations

import copy
from typing import Any, Final

from tui.embedded.objects.json_text import GO_NAMES
from tui.embedded.status import Obj, bad_request, rejected_patch, too_large

MERGE: Final = "application/merge-patch+json"
JSON_PATCH: Final = "application/json-patch+json"
STRATEGIC: Final = "application/strategic-merge-patch+json"
MOST_OPERATIONS: Final = 10_000


def patched(media_type: str, obj: Obj, patch: Any) -> Any:
    """`obj` with `patch` applied. Raises ApiError: 400 for a patch of the wrong shape, 422 otherwise."""
    if media_type == JSON_PATCH:
        return json_patched(obj, patch)
    is_strategic = media_type == STRATEGIC
    if patch is None and not is_strategic:
        raise bad_request("Invalid JSON Patch")
    if patch is not None and not isinstance(patch, dict):
        text = _wrong_shape(patch, "map[string]interface {}")
        raise bad_request(text.removeprefix("error decoding patch: ") if is_strategic else text)
    return merged(obj, patch or {}, is_strategic=is_strategic)


def _wrong_shape(patch: Any, wanted: str) -> str:
    given = GO_NAMES.get(type(patch), "null")
    return f"error decoding patch: json: cannot unmarshal {given} into Go value of type {wanted}"


def merged(target: Any, patch: Any, *, is_strategic: bool = False) -> Any:
    """RFC 7386; strategic merge differs only for maps with directives and lists with a merge key."""
    if not isinstance(patch, dict):
        return copy.deepcopy(patch)
    if is_strategic and patch.get("$patch") == "replace":
        return {key: copy.deepcopy(value) for key, value in patch.items() if key != "$patch"}
    if is_strategic and patch.get("$patch") == "delete":
        return {}
    result = dict(target) if isinstance(target, dict) else {}
    for key, value in patch.items():
        if is_strategic and key.startswith("$"):
            continue
        if value is None:
            result.pop(key, None)
        elif is_strategic and key in _MERGE_KEYS and _are_maps(value):
            result[key] = _merged_list(result.get(key) or [], value, _MERGE_KEYS[key])
        else:
            result[key] = merged(result.get(key), value, is_strategic=is_strategic)
    return dict(sorted(result.items()))


def _are_maps(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(one, dict) for one in value)


_MERGE_KEYS: Final = {
    "containers": "name",
    "initContainers": "name",
    "env": "name",
    "volumes": "name",
    "volumeMounts": "mountPath",
    "imagePullSecrets": "name",
    "ownerReferences": "uid",
    "conditions": "type",
}


def _merged_list(old: list[Any], new: list[Any], key: str) -> list[Any]:
    result = [copy.deepcopy(item) for item in old]
    for item in new:
        at = next((i for i, held in enumerate(result) if held.get(key) == item.get(key)), None)
        if item.get("$patch") == "delete":
            result = [held for held in result if held.get(key) != item.get(key)]
        elif at is None:
            result.append(copy.deepcopy(item))
        else:
            result[at] = merged(result[at], item, is_strategic=True)
    return result


def json_patched(obj: Obj, patch: Any) -> Any:
    """RFC 6902. Whatever does not apply is 422, with no reason given."""
    if not isinstance(patch, list):
        raise bad_request(_wrong_shape(patch, "[]handlers.jsonPatchOp"))
    for step in patch:
        if not isinstance(step, dict):
            raise bad_request(_wrong_shape(step, "handlers.jsonPatchOp"))
    if len(patch) > MOST_OPERATIONS:
        raise too_large(
            f"The allowed maximum operations in a JSON patch is {MOST_OPERATIONS}, got {len(patch)}"
        )
    result: Any = copy.deepcopy(obj)
    try:
        for step in patch:
            result = _applied(result, step)
            for name in ("path", "from"):
                _sort_along(result, _pointer(step.get(name, "")))
    except (KeyError, IndexError, ValueError, TypeError):
        raise rejected_patch() from None
    return result


def _sort_along(node: Any, path: list[str]) -> None:
    """The server encodes the maps that it walked through with their keys in order."""
    for part in path:
        if isinstance(node, dict):
            in_order = sorted(node.items())
            node.clear()
            node.update(in_order)
            node = node.get(part)
        elif isinstance(node, list) and part.isdecimal() and int(part) < len(node):
            node = node[int(part)]
        else:
            return


def _applied(doc: Any, step: Obj) -> Any:
    operation, path = step["op"], _pointer(step["path"])
    if operation == "test":
        if _read(doc, path, default=None) != step.get("value"):
            raise ValueError
        return doc
    if operation == "remove":
        _take(doc, path)
        return doc
    if operation == "add":
        return _put(doc, path, copy.deepcopy(step.get("value")))
    if operation == "replace":
        return _put(doc, path, copy.deepcopy(step.get("value")), is_replacing=True)
    if operation == "copy":
        return _put(doc, path, copy.deepcopy(_read(doc, _pointer(step["from"]), default=None)))
    if operation == "move":
        return _put(doc, path, _take(doc, _pointer(step["from"])))
    raise ValueError


def _pointer(text: str) -> list[str]:
    if text and not text.startswith("/"):
        raise ValueError
    return [part.replace("~1", "/").replace("~0", "~") for part in text.split("/")[1:]]


_REQUIRED: Final = object()


def _read(doc: Any, path: list[str], default: Any = _REQUIRED) -> Any:
    node = doc
    for at, part in enumerate(path):
        if isinstance(node, dict) and part not in node and at == len(path) - 1 and default is not _REQUIRED:
            return default
        node = node[_index(node, part)] if isinstance(node, list) else node[part]
    return node


def _index(node: list[Any], part: str) -> int:
    index = int(part)
    return index if index >= 0 else len(node) + index


def _put(doc: Any, path: list[str], value: Any, *, is_replacing: bool = False) -> Any:
    if not path:
        return value
    parent = _read(doc, path[:-1])
    last = path[-1]
    if isinstance(parent, list):
        if last == "-":
            parent.append(value)
        elif is_replacing:
            parent[_index(parent, last)] = value
        elif _index(parent, last) > len(parent):
            raise IndexError
        else:
            parent.insert(_index(parent, last), value)
    elif isinstance(parent, dict):
        parent[last] = value
    else:
        raise ValueError
    return doc


def _take(doc: Any, path: list[str]) -> Any:
    parent = _read(doc, path[:-1])
    return parent.pop(_index(parent, path[-1])) if isinstance(parent, list) else parent.pop(path[-1])
