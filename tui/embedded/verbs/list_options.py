"""The options of lists and watches: what the server has against them, and continue tokens.

Source: apimachinery, pkg/apis/meta/internalversion/validation; apiserver, pkg/storage/continue.go.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator
from typing import Final

from tui.embedded.causes import Cause, forbidden_field, not_supported, quote
from tui.embedded.objects import json_text
from tui.embedded.objects.json_text import NotJson
from tui.embedded.status import bad_request
from tui.embedded.verbs.call import Call

REMAINDER: Final = (
    "The provided continue parameter is too old to display a consistent list result. You can start a new "
    "list without the continue parameter, or use the continue token in this response to retrieve the "
    "remainder of the results. Continuing with the provided token results in an inconsistent list - "
    "objects that were created, modified, or deleted between the time the first chunk was returned and "
    "now may show up in the list."
)


def list_causes(call: Call) -> Iterator[Cause]:
    """What the server has against the options of a list."""
    wanted, match = call.query.get("resourceVersion", ""), call.query.get("resourceVersionMatch", "")
    path = "resourceVersionMatch"
    if match and not wanted:
        yield forbidden_field(path, "resourceVersionMatch is forbidden unless resourceVersion is provided")
    if match and call.query.get("continue"):
        yield forbidden_field(path, "resourceVersionMatch is forbidden when continue is provided")
    if match not in {"", "Exact", "NotOlderThan"}:
        yield not_supported(path, match, ("Exact", "NotOlderThan", ""))
    if match == "Exact" and wanted == "0":
        yield forbidden_field(path, 'resourceVersionMatch "exact" is forbidden for resourceVersion "0"')
    if "sendInitialEvents" in call.query:
        yield forbidden_field("sendInitialEvents", "sendInitialEvents is forbidden for list")


def watch_causes(call: Call) -> Iterator[Cause]:
    """What the server has against the options of a watch."""
    match = call.query.get("resourceVersionMatch", "")
    is_given = "sendInitialEvents" in call.query
    path = "resourceVersionMatch"
    # Without a version, and with "0", a watch sends what there is: the server reads it as asked for.
    is_implied = not is_given and not match and sends_initial(call)
    if is_given and match != "NotOlderThan":
        yield forbidden_field(path, "sendInitialEvents requires setting resourceVersionMatch to NotOlderThan")
    if match and not is_given:
        why = "resourceVersionMatch is forbidden for watch unless sendInitialEvents is provided"
        yield forbidden_field(path, why)
    if match not in {"", "NotOlderThan"}:
        yield not_supported(path, match, ("NotOlderThan",))
    if (match or is_implied) and call.query.get("continue"):
        yield forbidden_field(path, "resourceVersionMatch is forbidden when continue is provided")


def sends_initial(call: Call) -> bool:
    if "sendInitialEvents" in call.query or call.query.get("resourceVersionMatch"):
        return call.flag("sendInitialEvents")
    return call.query.get("resourceVersion", "") in {"", "0"}


def no_number(text: str) -> str:
    """The complaint about a resourceVersion that is none."""
    why = f"strconv.ParseUint: parsing {quote(text)}: invalid syntax"
    return f"resourceVersion: Invalid value: {quote(text)}: {why}"


def parsed(token: str) -> tuple[int, str]:
    """Version and first key. Raises ApiError (400)."""
    try:
        text = base64.b64decode(token + "=" * (-len(token) % 4), b"-_", validate=True)
    except ValueError:
        why = "illegal base64 data at input byte 0"
        raise bad_request(f"invalid continue token: continue key is not valid: {why}") from None
    try:
        given = json_text.decode(text)
        return int(given["rv"]), str(given["start"])
    except NotJson as problem:
        raise bad_request(f"invalid continue token: continue key is not valid: {problem.why}") from None
    except (KeyError, TypeError, ValueError):
        why = "incorrect encoded start resourceVersion (version meta.k8s.io/v1)"
        raise bad_request(f"invalid continue token: continue key is not valid: {why}") from None


def token(version: int, last_key: str, namespace: str) -> str:
    """Where a list goes on: after the last key, which is relative to the namespace that is listed."""
    start = last_key.lstrip("/").removeprefix(f"{namespace}/") if namespace else last_key.lstrip("/")
    text = json.dumps({"v": "meta.k8s.io/v1", "rv": version, "start": f"{start}\0"}, separators=(",", ":"))
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")
