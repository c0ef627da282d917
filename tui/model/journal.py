"""Journal lines: who did what to which Secret, where and when. A line holds names but no values."""

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
"""Result of a request that changes an object in the cluster, or "sent".

The journal has two lines for each such request: first "sent", then the result.
An act that changes no object in the cluster, such as "opened", has the outcome "".
"""
JOURNAL_ACTS: Final[tuple[str, ...]] = get_args(Act)
ALL_NAMES: Final = "*"
"""Wildcard: "payments/*" means all Secrets of a namespace, "*/*" all Secrets."""


class ActingUser(msgspec.Struct, frozen=True, omit_defaults=True):
    user: str
    groups: tuple[str, ...] = ()
    uid: str = ""


class JournalIdentity(msgspec.Struct, frozen=True, omit_defaults=True):
    context: str
    server: str
    login: str = ""
    user: str = ""
    """User name that the cluster reports; "" until the cluster has answered."""
    groups: tuple[str, ...] = ()
    acting: ActingUser | None = None


class JournalEntry(msgspec.Struct, frozen=True, omit_defaults=True):
    time: str
    """Time in UTC, e.g. "2026-11-24T14:00:10.123Z"."""
    who: JournalIdentity
    secret: str
    """Secret as "NAMESPACE/NAME", or "NAMESPACE/*", or "*/*"."""
    what: str
    """Word of `JOURNAL_ACTS`, or another word if a newer version of the program wrote the line."""
    keys: tuple[str, ...] = ()
    how: str = ""
    outcome: str = ""


def entry(
    at: float,
    who: JournalIdentity,
    act: Act,
    ref: SecretRef,
    keys: tuple[str, ...],
    how: str,
    outcome: Outcome,
) -> JournalEntry:
    """Build an entry. `at` is in seconds since the epoch."""
    return JournalEntry(rfc3339(at, "milliseconds"), who, str(ref), act, tuple(sorted(keys)), how, outcome)


def line(record: JournalEntry) -> bytes:
    """Return an entry as a line of JSON.

    The line is printable ASCII, so no field can imitate another line or control a terminal.
    """
    fields: dict[str, Any] = msgspec.to_builtins(record)
    who = fields.pop("who")
    flat = {"time": fields.pop("time"), **who, **fields}
    if "acting" in flat:
        flat["as"] = flat.pop("acting")
    return json.dumps(flat).replace("\x7f", "\\u007f").encode("ascii") + b"\n"


def parse(text: bytes) -> JournalEntry | None:
    try:
        flat = json.loads(text)
        if not isinstance(flat, dict):
            return None
        if "as" in flat:
            flat["acting"] = flat.pop("as")
        return converted({**flat, "who": flat}, JournalEntry)
    except (ValueError, RecursionError, msgspec.ValidationError):
        return None


class JournalFilter(msgspec.Struct, frozen=True):
    """Filter of journal lines."""

    since: str = ""
    """Inclusive start, in the format of `JournalEntry.time`; "" for no limit."""
    until: str = ""
    """Exclusive end; "" for no limit."""
    context: str = "*"
    secret: str = "*"
    """Glob for NAMESPACE/NAME, or for the name alone."""

    def fits(self, record: JournalEntry) -> bool:
        is_in_time = self.since <= record.time and (not self.until or record.time < self.until)
        is_context = fnmatchcase(record.who.context, self.context)
        return is_in_time and is_context and self._is_about(record.secret)

    def _is_about(self, secret: str) -> bool:
        """True if `secret` matches the filter.

        If `secret` stands for several Secrets ("payments/*"), true if one of them may match.
        """
        namespace, _, name = secret.rpartition("/")
        namespace_glob, _, name_glob = self.secret.rpartition("/")
        if name == ALL_NAMES:
            return namespace == ALL_NAMES or not namespace_glob or fnmatchcase(namespace, namespace_glob)
        return fnmatchcase(name, name_glob) and (not namespace_glob or fnmatchcase(namespace, namespace_glob))


def entry_text(record: JournalEntry) -> str:
    who = record.who
    acting = f" as {who.acting.user}" if who.acting is not None else ""
    user = f"{who.login or 'anonymous'}{acting}" if acting else who.user or who.login or "anonymous"
    keys = f" {', '.join(record.keys)}" if record.keys else ""
    details = "".join(f", {part}" for part in (record.how, record.outcome) if part)
    place = f"{who.context} ({who.server.rpartition('://')[2]})"
    when = record.time.replace("T", " ")
    return printable(
        f"{when}  {ascii_only(place)}  {ascii_only(user)}  {record.secret}  {record.what}{keys}{details}"
    )
