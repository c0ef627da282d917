"""Old values that other keys still hold after a change, such as a password inside a URL."""

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
from tui.model.json_decoder import Hidden
from tui.model.secret.compare import forms_of, holds, percent_encoded
from tui.model.secret.fields import is_key
from tui.model.secret.formats.docker import auth_logins, with_auth_passwords
from tui.model.secret.formats.json_text import is_json
from tui.model.secret.formats.yaml_text import yaml_parts
from tui.model.secret.secret import Secret
from tui.model.secret.value import Value, facts
from tui.model.text.counts import counted, listed

SHORTEST_SOUGHT: Final = 6
"""Shortest old value that is searched, in bytes. Shorter ones, such as "5432", occur by chance."""
_LONGEST_QUOTED: Final = 4096
"""Bytes. Longer values, such as certificates, are not looked for in their percent-encoded form."""
_MOST_SAID: Final = 3
"""Sentences about old values; the others are counted."""
_NOT_REPLACED: Final = (
    "as a part of a longer word, in bytes that are no text, escaped, in base64, decoded from it, or in YAML "
    "that would need quotes"
)
_ENDS_OF_URL: Final = (b" ", b"\t", b"\n", b'"', b"'")
_ONE_TEXT: Final = 5
"""Parts of YAML that is a text alone: its own and those of its stream and document."""
_AFTER_HOST: Final = frozenset(b"/?#")
"""A host begins before these in a URL, and behind the login."""


class _Replaced(Hidden, Struct, frozen=True):
    """A changed key or a changed leaf of one, without final line breaks."""

    key: str
    forms: tuple[bytes, ...]
    """The old bytes, first as they are, then percent-encoded."""
    new: bytes


class FormerHeld(Struct, frozen=True):
    """Keys that would be left with the old value of another."""

    changed: str
    """The key, or a key and the path of its leaf."""
    keys: tuple[str, ...]
    """Keys whose values contain the old value, sorted."""

    @property
    def sentence(self) -> str:
        """Sentence without a full stop."""
        verb = "hold" if len(self.keys) > 1 else "holds"
        return f"{listed(self.keys, 3)} still {verb} the old value of {self.changed}"


def sentences(held: Sequence[FormerHeld]) -> list[str]:
    """Sentences about the first three, and the number of others; without full stops."""
    more = counted(len(held) - _MOST_SAID, "more old value")
    left = [f"{more} left in other keys"] if len(held) > _MOST_SAID else []
    return [*(former.sentence for former in held[:_MOST_SAID]), *left]


def former_held(draft: Draft, secret: Secret) -> tuple[FormerHeld, ...]:
    """Find for each changed key the others that hold its old value, before the draft and after it.

    A key that the draft itself sets to it, such as `password_previous`, keeps it on purpose.
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
    """Keep the entries that are still true after a change of these values.

    Their keys were not written, and do not hold the current value of the other key, as after an undo.
    """
    remaining = []
    for changed, keys in ((former.changed, former.keys) for former in held):
        key, _, path = changed.partition(" ")
        if path and before.get(key, after.get(key)) != after.get(key):
            continue  # as after an undo: what the leaf holds now is not looked into
        now = _forms(_line(after[changed])) if changed in after else ()
        same = [key for key in keys if key in after and before.get(key, after[key]) == after[key]]
        left = tuple(key for key in same if not _holds(after[key].reveal(), now))
        if left:
            remaining.append(FormerHeld(changed, left))
    return tuple(remaining)


def with_new_values(draft: Draft, secret: Secret) -> Draft:
    """The draft with the new values in these keys too, in one step; in a URL they are percent-encoded."""
    replaced, data = _replaced(draft), draft.data(secret)
    changes: dict[str, list[_Replaced]] = {}
    for held in former_held(draft, secret):
        for key in filter(lambda key: _is_text(data[key]), held.keys):
            changes.setdefault(key, []).append(replaced[held.changed])
    return draft.set_all(
        secret, {key: Value(_renewed(data[key].reveal(), of_key)) for key, of_key in changes.items()}
    )


def plan_replacement(secret: Secret, old: Value, new: Value) -> Plan:
    """Put the new value wherever the Secret holds the old one; in a URL it is percent-encoded.

    A note names the keys that hold it in a form that cannot be replaced.
    """
    change = _Replaced("", _forms(_line(old)), _line(new))
    texts = {key: value for key, value in secret.data.items() if _is_text(value)}
    after = {key: Value(_renewed(value.reveal(), [change])) for key, value in texts.items()}
    differing = {key: value for key, value in after.items() if value != texts[key]}
    if not differing:
        return Plan(secret.ref, word="not replaced", why=f"{secret.ref} holds it {_NOT_REPLACED}.")
    forms = forms_of(old.reveal().decode())
    told = {} if holds(new, forms) else differing  # a new value that holds the old one would be found
    left = {**{key: value for key, value in secret.data.items() if key not in differing}, **told}
    kept = sorted(key for key, value in left.items() if holds(value, forms))
    notes = (f"Not replaced in {listed(kept)}: held {_NOT_REPLACED}.",) if kept else ()
    return replace(plan_input(SecretInput(secret.ref, differing), secret), notes=notes)


def _is_text(value: Value) -> bool:
    """True for text; other bytes, such as a keystore, would be broken by a new value in them."""
    return facts(value).is_readable


def _renewed(text: bytes, changes: list[_Replaced]) -> bytes:
    """Replace all old values in one pass, since a new value may be the old one of another key."""
    passwords = {change.forms[0]: change.new for change in changes}
    before = text
    text = with_auth_passwords(text, lambda password: passwords.get(password, password))
    escapes = is_json(text)
    spots = sorted(
        (at, -len(form), form in change.forms[1:], change.new)
        for change in changes
        for at, form in _places_left(text, change.forms, change.new)
    )
    parts, done = [], 0
    for at, negative_length, is_quoted, new in spots:
        if at < done:
            continue
        plain, end = _escaped(new) if escapes else new, at - negative_length
        parts += [text[done:at], _quoted(new) if is_quoted or _is_in_url(text, at, end) else plain]
        done = end
    after = b"".join((*parts, text[done:]))
    return after if escapes or _reads_alike(before, after, changes) else before


def _reads_alike(before: bytes, after: bytes, changes: list[_Replaced]) -> bool:
    """True if a reader of YAML gets the new values for the old ones, or if the text is not YAML."""
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
    *rest, text = part
    return (*rest, _renewed(text.encode(), changes).decode()) if isinstance(text, str) else part


def _is_in_url(text: bytes, at: int, end: int) -> bool:
    """True within a URL, where it is percent-encoded; not for a host and its port."""
    begin = max(text.rfind(sign, 0, at) for sign in _ENDS_OF_URL)
    scheme = text.find(b"://", begin + 1, at)
    if scheme < 0:
        return False
    stop = min((place for sign in _ENDS_OF_URL if (place := text.find(sign, end)) >= 0), default=len(text))
    is_host = not _AFTER_HOST & set(text[scheme + 3 : at]) and b"@" not in text[end:stop]
    return not is_host


def _replaced(draft: Draft) -> dict[str, _Replaced]:
    """Values before and after of each changed key, and of each changed leaf by its path, once it is known."""
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
    """Bytes without final line breaks."""
    return value.reveal().rstrip(b"\r\n")


def _quoted(value: bytes) -> bytes:
    return quote(value, safe="").encode()


def _forms(value: bytes) -> tuple[bytes, ...]:
    forms = (value, *percent_encoded(value)) if len(value) <= _LONGEST_QUOTED else (value,)
    return tuple(dict.fromkeys(forms))


def _forms_in(text: bytes, forms: tuple[bytes, ...]) -> tuple[bytes, ...]:
    """Forms as they occur in this text: in JSON the bytes are escaped."""
    first = [_escaped(form) for form in forms[:1]]
    return (*first, *forms[1:]) if first != list(forms[:1]) and is_json(text) else forms


def _escaped(value: bytes) -> bytes:
    """Escape as in a JSON string."""
    try:
        return json.dumps(value.decode(), ensure_ascii=False)[1:-1].encode()
    except UnicodeDecodeError:
        return value


def _holds(text: bytes, forms: tuple[bytes, ...], new: bytes = b"") -> bool:
    is_login = any(password in forms[:1] for _, password in auth_logins(text))
    return is_login or any(True for _ in _places_left(text, forms, new))


def _places_left(text: bytes, forms: tuple[bytes, ...], new: bytes) -> Iterator[tuple[int, bytes]]:
    """Places of the forms outside the new value; letters added to the old one leave it in the new."""
    is_extended = bool(forms) and forms[0] in new
    extended = sorted(_places(_forms_in(text, _forms(new)), text)) if is_extended else []
    begins = [at for at, _ in extended]
    for at, form in _places(_forms_in(text, forms), text):
        nearest = bisect_right(begins, at) - 1
        if nearest < 0 or begins[nearest] + len(extended[nearest][1]) < at + len(form):
            yield at, form


def _places(forms: tuple[bytes, ...], text: bytes) -> Iterator[tuple[int, bytes]]:
    """Yield places of the forms that are not parts of a word; `re` would keep the value in its cache.

    Within a match no other can begin before the end of the form's first word: a letter would be before it.
    """
    for form in filter(None, forms):
        step = next((at for at, byte in enumerate(form, 1) if not bytes((byte,)).isalnum()), len(form))
        at = text.find(form)
        while at >= 0:
            end = at + len(form)
            if not (text[max(at - 1, 0) : at].isalnum() or text[end : end + 1].isalnum()):
                yield at, form
            at = text.find(form, at + step)
