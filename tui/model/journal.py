"""Format journal lines: who did what to which Secret, where and when. Names only, no values. Pure."""

from __future__ import annotations

import json
from fnmatch import fnmatchcase
from typing import Any, Final, Literal, get_args

import msgspec

from tui.model.json_decoder import converted
from tui.model.secret.secret import SecretRef
from tui.model.text.printable import ascii_only, printable
from tui.model.text.times import rfc3339

Act = Literal[
    "opened",
    "shown",
    "copied",
    "saved",
    "written",
    "deleted",
    "restarted",
    "refreshed",
    "suspended",
    "resumed",
    "self-heal off",
    "self-heal on",
]
Outcome = Literal["", "sent", "confirmed", "altered", "refused", "not done", "unknown"]
"""Outcome of a request. "sent" is written before it leaves; another line follows, unless the program is
killed."""
JOURNAL_ACTS: Final[tuple[str, ...]] = get_args(Act)
ALL_NAMES: Final = "*"
"""Name for all Secrets that were fetched by a list, or for all namespaces."""


class Acting(msgspec.Struct, frozen=True, omit_defaults=True):
    """The user that the login acts as."""

    user: str
    groups: tuple[str, ...] = ()
    uid: str = ""


class Who(msgspec.Struct, frozen=True, omit_defaults=True):
    """User, context and server of an action."""

    context: str
    server: str
    """The server's address, without a login in it."""
    login: str = ""
    """The user's name in the kubeconfig."""
    user: str = ""
    """The user that the cluster sees; "" until it says."""
    groups: tuple[str, ...] = ()
    acting: Acting | None = None


class Entry(msgspec.Struct, frozen=True, omit_defaults=True):
    time: str
    """UTC: "2026-11-24T14:00:10.123Z"."""
    who: Who
    secret: str
    """NAMESPACE/NAME; "NAMESPACE/*" or "*/*" of a whole list."""
    what: str
    """Act: a word of JOURNAL_ACTS, or of a later version."""
    keys: tuple[str, ...] = ()
    how: str = ""
    outcome: str = ""


def entry(
    at: float, who: Who, act: Act, ref: SecretRef, keys: tuple[str, ...], how: str, outcome: Outcome
) -> Entry:
    """Build an entry for a time in seconds since the epoch."""
    return Entry(rfc3339(at, "milliseconds"), who, str(ref), act, tuple(sorted(keys)), how, outcome)


def line(record: Entry) -> bytes:
    """Write an entry as a line of JSON in printable ASCII, so that no reader of it can be fooled."""
    fields: dict[str, Any] = msgspec.to_builtins(record)
    who = fields.pop("who")
    flat = {"time": fields.pop("time"), **who, **fields}
    if "acting" in flat:
        flat["as"] = flat.pop("acting")
    return json.dumps(flat).replace("\x7f", "\\u007f").encode("ascii") + b"\n"


def parse(text: bytes) -> Entry | None:
    """Parse a line; None if it is not a journal entry."""
    try:
        flat = json.loads(text)
        if not isinstance(flat, dict):
            return None
        if "as" in flat:
            flat["acting"] = flat.pop("as")
        return converted({**flat, "who": flat}, Entry)
    except (ValueError, RecursionError, msgspec.ValidationError):
        return None


class Wanted(msgspec.Struct, frozen=True):
    """Filter of journal lines."""

    since: str = ""
    """Time as the journal writes it."""
    until: str = ""
    context: str = "*"
    """A glob."""
    secret: str = "*"
    """A glob for NAMESPACE/NAME, or for the name alone."""

    def fits(self, record: Entry) -> bool:
        is_in_time = self.since <= record.time and (not self.until or record.time < self.until)
        is_there = fnmatchcase(record.who.context, self.context)
        return is_in_time and is_there and self._is_about(record.secret)

    def _is_about(self, secret: str) -> bool:
        """True of a whole list too, if the Secret may have been in it."""
        namespace, _, name = secret.rpartition("/")
        asked, _, wanted = self.secret.rpartition("/")
        if name == ALL_NAMES:
            return namespace == ALL_NAMES or not asked or fnmatchcase(namespace, asked)
        return fnmatchcase(name, wanted) and (not asked or fnmatchcase(namespace, asked))


def told(record: Entry) -> str:
    """Describe an entry in a line of printable characters: when, where, who, which Secret, what."""
    who = record.who
    acting = f" as {who.acting.user}" if who.acting is not None else ""
    person = f"{who.login or 'anonymous'}{acting}" if acting else who.user or who.login or "anonymous"
    keys = f" {', '.join(record.keys)}" if record.keys else ""
    more = "".join(f", {part}" for part in (record.how, record.outcome) if part)
    place = f"{who.context} ({who.server.rpartition('://')[2]})"
    when = record.time.replace("T", " ")
    return printable(
        f"{when}  {ascii_only(place)}  {ascii_only(person)}  {record.secret}  {record.what}{keys}{more}"
    )
