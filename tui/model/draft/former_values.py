"""Old values that other keys still hold after a change, such as an old password inside a URL."""

from __future__ import annotations

import json
from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence
from typing import Final
from urllib.parse import quote

from msgspec import Struct
from msgspec.structs import replace

from tui.model.draft.draft import Draft
from tui.model.draft.leaf_changes import known_leaf_changes
from tui.model.draft.plan import Plan, SecretInput, plan_input
from tui.model.json_decoder import HiddenRepr
from tui.model.secret.compare import forms_of, holds, percent_encoded
from tui.model.secret.fields import is_key
from tui.model.secret.formats.docker import auth_logins, with_auth_passwords
from tui.model.secret.formats.json_text import is_json
from tui.model.secret.formats.yaml_text import yaml_parts
from tui.model.secret.secret import Secret
from tui.model.secret.value import Value, facts
from tui.model.text.counts import counted, listed

SHORTEST_SOUGHT: Final = 6
"""Minimum size in bytes of an old value to search for. Shorter values, such as "5432", occur by chance."""
_LONGEST_QUOTED: Final = 4096
"""Maximum size in bytes of an old value whose percent-encoded form is searched for too.

Values in URLs are shorter than this.
"""
_MOST_SAID: Final = 3
_NOT_REPLACED: Final = "inside a longer word, in binary or encoded data, or where YAML would need quotes"
_ENDS_OF_URL: Final = (b" ", b"\t", b"\n", b'"', b"'")
_ONE_TEXT: Final = 5
"""Number of YAML events of a text that is one scalar.

The events are the start and end of the stream, the start and end of the document, and the scalar.
"""
_AFTER_HOST: Final = frozenset(b"/?#")
"""Characters that end the login and host part of a URL."""


class _Replaced(HiddenRepr, Struct, frozen=True):
    """Old and new bytes of a changed key or field, without final line breaks."""

    key: str
    forms: tuple[bytes, ...]
    """Old bytes, first as they are, then percent-encoded."""
    new: bytes


class FormerHeld(Struct, frozen=True):
    """Keys that still hold the old value of another key."""

    changed: str
    """Changed key, or key and path: "config.json db.password"."""
    keys: tuple[str, ...]

    @property
    def sentence(self) -> str:
        """Sentence without a full stop."""
        verb = "hold" if len(self.keys) > 1 else "holds"
        return f"{listed(self.keys, 3)} still {verb} the old value of {self.changed}"


def sentences(held: Sequence[FormerHeld]) -> list[str]:
    """Sentences about the first entries, then a count of the others."""
    more = counted(len(held) - _MOST_SAID, "more old value")
    remaining = [f"{more} in other keys"] if len(held) > _MOST_SAID else []
    return [*(former.sentence for former in held[:_MOST_SAID]), *remaining]


def former_held(draft: Draft, secret: Secret) -> tuple[FormerHeld, ...]:
    """Find other keys that still hold the old value of a key or field that the draft changes.

    Keys that the draft itself sets to the old value, such as `password_previous`, are left out.
    """
    data = draft.data(secret)
    former = []
    for changed, values in _replaced(draft).items():
        others = [key for key in data if key != values.key and key in secret.data]
        keys = [
            key
            for key in others
            if all(_holds(state[key].reveal(), values.forms, values.new) for state in (secret.data, data))
        ]
        if keys:
            former.append(FormerHeld(changed, tuple(keys)))
    return tuple(former)


def still_held(
    held: Sequence[FormerHeld], before: Mapping[str, Value | None], after: Mapping[str, Value]
) -> tuple[FormerHeld, ...]:
    """Return `held`, reduced to the keys that still seem to hold an old value.

    `before` and `after`: values of the keys before and after a write or a new read of the Secret.

    Left out: keys that are missing in `after`; keys whose values differ between `before` and `after`; keys
    that hold the current value of the changed key, for example because the change was undone. If
    `changed` names a field inside a key, and the value of this key differs between `before` and `after`, the
    whole FormerHeld is left out.
    """
    remaining = []
    for changed, keys in ((former.changed, former.keys) for former in held):
        key, _, path = changed.partition(" ")
        if path and before.get(key, after.get(key)) != after.get(key):
            continue  # the value of the key has changed, so the value of the field at `path` is unknown
        current_forms = _forms(_line(after[changed])) if changed in after else ()
        unwritten = [key for key in keys if key in after and before.get(key, after[key]) == after[key]]
        still_holding = tuple(key for key in unwritten if not _holds(after[key].reveal(), current_forms))
        if still_holding:
            remaining.append(FormerHeld(changed, still_holding))
    return tuple(remaining)


def with_new_values(draft: Draft, secret: Secret) -> Draft:
    """Replace old values with new ones. One undo reverts all replacements.

    The replacement is made in the keys that `former_held` finds, but not in binary values.
    """
    replaced, data = _replaced(draft), draft.data(secret)
    changes: dict[str, list[_Replaced]] = {}
    for held in former_held(draft, secret):
        for key in filter(lambda key: _is_text(data[key]), held.keys):
            changes.setdefault(key, []).append(replaced[held.changed])
    return draft.set_all(
        secret, {key: Value(_renewed(data[key].reveal(), of_key)) for key, of_key in changes.items()}
    )


def plan_replacement(secret: Secret, old: Value, new: Value) -> Plan:
    """Plan to replace an old value with a new one in all text values of a Secret."""
    change = _Replaced("", _forms(_line(old)), _line(new))
    texts = {key: value for key, value in secret.data.items() if _is_text(value)}
    after = {key: Value(_renewed(value.reveal(), [change])) for key, value in texts.items()}
    differing = {key: value for key, value in after.items() if value != texts[key]}
    if not differing:
        why = f"Nothing replaced: {secret.ref} holds the old value only {_NOT_REPLACED}."
        return Plan(secret.ref, word="not replaced", why=why)
    forms = forms_of(old.reveal().decode())
    # If the new value contains the old one, a search would find the old value in every changed key.
    changed = {} if holds(new, forms) else differing
    searched = {**{key: value for key, value in secret.data.items() if key not in differing}, **changed}
    not_replaced = sorted(key for key, value in searched.items() if holds(value, forms))
    notes = (
        (f"Not replaced in {listed(not_replaced)}: the old value is {_NOT_REPLACED}.",)
        if not_replaced
        else ()
    )
    return replace(plan_input(SecretInput(secret.ref, differing), secret), notes=notes)


def _is_text(value: Value) -> bool:
    """True if the value is text. A replacement would break a binary value, such as a keystore."""
    return facts(value).is_readable


def _renewed(text: bytes, changes: list[_Replaced]) -> bytes:
    """Replace all old values in one pass, because a new value may be the old value of another key.

    If the replacement would change other parts of a YAML text, return the text unchanged.
    """
    passwords = {change.forms[0]: change.new for change in changes}
    before = text
    text = with_auth_passwords(text, lambda password: passwords.get(password, password))
    is_in_json = is_json(text)
    spots = sorted(
        (at, -len(form), form in change.forms[1:], change.new)
        for change in changes
        for at, form in _places_left(text, change.forms, change.new)
    )
    parts, copied_to = [], 0
    for at, negative_length, is_quoted, new in spots:
        if at < copied_to:
            continue
        replacement, end = _escaped(new) if is_in_json else new, at - negative_length
        parts += [text[copied_to:at], _quoted(new) if is_quoted or _is_in_url(text, at, end) else replacement]
        copied_to = end
    after = b"".join((*parts, text[copied_to:]))
    return after if is_in_json or _reads_alike(before, after, changes) else before


def _reads_alike(before: bytes, after: bytes, changes: list[_Replaced]) -> bool:
    """True if the two YAML texts differ only in replaced values, or if `before` is one scalar or not YAML."""
    if (was := yaml_parts(before)) is None or len(was) <= _ONE_TEXT:
        return True
    now = yaml_parts(after)
    return (
        now is not None
        and len(was) == len(now)
        and all(
            part == other or _as_renewed(part, changes) == other for part, other in zip(was, now, strict=True)
        )
    )


def _as_renewed(part: tuple[object, ...], changes: list[_Replaced]) -> tuple[object, ...]:
    *position, text = part
    return (*position, _renewed(text.encode(), changes).decode()) if isinstance(text, str) else part


def _is_in_url(text: bytes, at: int, end: int) -> bool:
    """True if text[at:end] needs percent-encoding, because it is in a URL but not in the host or port."""
    begin = max(text.rfind(sign, 0, at) for sign in _ENDS_OF_URL)
    scheme = text.find(b"://", begin + 1, at)
    if scheme < 0:
        return False
    stop = min((place for sign in _ENDS_OF_URL if (place := text.find(sign, end)) >= 0), default=len(text))
    is_host = not _AFTER_HOST & set(text[scheme + 3 : at]) and b"@" not in text[end:stop]
    return not is_host


def _replaced(draft: Draft) -> dict[str, _Replaced]:
    """Return a dict: keys are changed keys or fields, such as "config.json db.password".

    Values are the old and new bytes. Old values shorter than SHORTEST_SOUGHT are left out. Fields of a key
    are included only if `known_leaf_changes` already knows the changed fields.
    """
    replaced = {}
    for change in draft.change_list():
        if change.before is None or change.after is None or not is_key(change.key):
            continue
        values = {change.key: (change.before, change.after)}
        known = known_leaf_changes(change.key, change.before, change.after)
        for leaf in (known.leaves if known is not None else None) or ():
            if leaf.before is not None and leaf.after is not None:
                values[f"{change.key} {leaf.path}"] = (leaf.before, leaf.after)
        for changed, (before, after) in values.items():
            old, new = _line(before), _line(after)
            if len(old) >= SHORTEST_SOUGHT and old != new:
                replaced[changed] = _Replaced(change.key, _forms(old), new)
    return replaced


def _line(value: Value) -> bytes:
    return value.reveal().rstrip(b"\r\n")


def _quoted(value: bytes) -> bytes:
    return quote(value, safe="").encode()


def _forms(value: bytes) -> tuple[bytes, ...]:
    forms = (value, *percent_encoded(value)) if len(value) <= _LONGEST_QUOTED else (value,)
    return tuple(dict.fromkeys(forms))


def _forms_in(text: bytes, forms: tuple[bytes, ...]) -> tuple[bytes, ...]:
    """Return the forms to search for in `text`: if it is JSON, the first form is JSON-escaped."""
    first = [_escaped(form) for form in forms[:1]]
    return (*first, *forms[1:]) if first != list(forms[:1]) and is_json(text) else forms


def _escaped(value: bytes) -> bytes:
    try:
        return json.dumps(value.decode(), ensure_ascii=False)[1:-1].encode()
    except UnicodeDecodeError:
        return value


def _holds(text: bytes, forms: tuple[bytes, ...], new: bytes = b"") -> bool:
    is_login = any(password in forms[:1] for _, password in auth_logins(text))
    return is_login or any(True for _ in _places_left(text, forms, new))


def _places_left(text: bytes, forms: tuple[bytes, ...], new: bytes) -> Iterator[tuple[int, bytes]]:
    """Yield (offset, form) of each old value outside of new values.

    The new value may contain the old one, for example if "-2" was appended to a password.
    """
    is_extended = bool(forms) and forms[0] in new
    extended = sorted(_places(_forms_in(text, _forms(new)), text)) if is_extended else []
    starts = [at for at, _ in extended]
    for at, form in _places(_forms_in(text, forms), text):
        nearest = bisect_right(starts, at) - 1
        if nearest < 0 or starts[nearest] + len(extended[nearest][1]) < at + len(form):
            yield at, form


def _places(forms: tuple[bytes, ...], text: bytes) -> Iterator[tuple[int, bytes]]:
    """Yield (offset, form) of each form in `text`, but not inside longer words.

    `re` is not used, because its cache would keep the value.
    """
    for form in filter(None, forms):
        step = next((at for at, byte in enumerate(form, 1) if not bytes((byte,)).isalnum()), len(form))
        at = text.find(form)
        while at >= 0:
            end = at + len(form)
            if not (text[max(at - 1, 0) : at].isalnum() or text[end : end + 1].isalnum()):
                yield at, form
            at = text.find(form, at + step)
