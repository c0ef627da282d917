"""Compare a typed text with a value, and find texts in values.

A comparison has only four results, so that it reveals little about the value.
"""

from __future__ import annotations

import json
import re
import unicodedata
from base64 import b64decode, b64encode
from collections.abc import Iterator, Sequence
from itertools import chain
from typing import Final, Literal, TypeAlias
from urllib.parse import quote

from msgspec import Struct

from tui.model.json_decoder import HiddenRepr
from tui.model.secret.formats.docker import auth_logins
from tui.model.secret.formats.encoded import TWICE, is_printable_text, unpacked
from tui.model.secret.formats.helm_record import RECORD_KEY, record_leaves
from tui.model.secret.formats.leaf import ShownPaths, with_shown_paths
from tui.model.secret.formats.limits import UnreadableValue
from tui.model.secret.formats.public_names import first_of
from tui.model.secret.formats.registry import decoded_value, known_row_name
from tui.model.secret.value import Value

Likeness = Literal["same", "final line break", "look-alikes", "different"]
Encoding: TypeAlias = Literal["", "percent-encoded", "escaped", "in base64", "decoded from base64", "encoded"]
"""Encoding of a text inside a value. "" means that the value contains the text as typed."""

SENTENCES: Final[dict[Likeness, str]] = {
    "same": "Same.",
    "final line break": "Same except for a final line break.",
    "look-alikes": "Same except for case, look-alike or invisible characters.",
    "different": "Different.",
}

_LONGEST_TO_FIND: Final = 65_536
"""Maximum size in bytes of a value to find."""
_SAFE: Final = ("", "!'()*", "!'()*$&+,;=")
"""Characters that an encoder leaves unescaped: a strict encoder, JavaScript's, and one for RFC 3986."""
_HEX: Final = re.compile(rb"%[0-9A-F]{2}")
_LEAST_PACKED: Final = 6
"""Minimum size in bytes of a text to find in base64. Base64 of a shorter text can occur by chance."""
RECORD_KIND: Final = "Helm release"
_URL_ALPHABET: Final = bytes.maketrans(b"+/", b"-_")
_PLAIN_ALPHABET: Final = bytes.maketrans(b"-_", b"+/")
_GO: Final = str.maketrans({char: f"\\u{ord(char):04x}" for char in "&<>"})
_LINE_END: Final = re.compile("\r\n|\r|\n")
# Cyrillic, then Greek capitals that look Latin.
_FOREIGN: Final = (
    "\u0410\u0412\u0415\u0405\u0406\u0408\u041a\u041c\u041d\u041e\u0420\u0421\u0422\u0423\u0425"
    "\u0391\u0392\u0395\u0396\u0397\u0399\u039a\u039c\u039d\u039f\u03a1\u03a4\u03a5\u03a7"
)
_LATIN: Final = "ABESIJKMHOPCTYXABEZHIKMNOPTYX"
_SIGNS: Final = "\u2018\u2019\u201a`\u201c\u201d\u201e\u2010\u2011\u2013\u2014\u2212"
_ALIKE: Final = (
    str.maketrans(_FOREIGN.casefold(), _LATIN.casefold())
    | str.maketrans(_SIGNS, "''''" + '"""' + "-----")
    | str.maketrans("01i|5", "ollls")
)


def likeness(value: Value, typed: str) -> Likeness:
    """Compare a typed or pasted text with a value.

    The result is "look-alikes" if the texts differ only in case, compatibility forms (NFKC), invisible
    characters, or characters that `_ALIKE` makes equal.
    """
    try:
        text = value.reveal().decode("utf-8")
    except UnicodeDecodeError:
        return "different"
    ends = _LINE_END.findall(text)
    typed_text = typed.replace("\n", ends[0]) if ends else typed
    if text == typed_text:
        return "same"
    if _body(text) == _body(typed_text):
        return "final line break"
    return "look-alikes" if _folded(text) == _folded(typed_text) else "different"


def _body(text: str) -> str:
    return text.removesuffix("\r\n") if text.endswith("\r\n") else text.removesuffix("\n").removesuffix("\r")


def _folded(text: str) -> str:
    plain = "".join(
        char for char in unicodedata.normalize("NFKC", text) if unicodedata.category(char) != "Cf"
    )
    folded = unicodedata.normalize("NFKC", plain.casefold()).translate(_ALIKE)
    # Two passes: a Cyrillic i becomes a Latin i, and then an l.
    return folded.translate(_ALIKE)


def text_to_find(value: Value | None) -> str:
    """Value without its final line breaks; "" if the value is missing, too long or not UTF-8."""
    if value is None or value.size > _LONGEST_TO_FIND:
        return ""
    try:
        return value.reveal().decode().rstrip("\r\n")
    except UnicodeDecodeError:
        return ""


class SoughtValue(HiddenRepr, Struct, frozen=True):
    """A value, or a part of it such as a password in JSON, to find in other Secrets."""

    name: str
    """Key and path, such as "config.json db.password"."""
    value: Value


class SoughtText(HiddenRepr, Struct, frozen=True):
    """A text that the user chose to find in other Secrets."""

    text: str


class _Packed(HiddenRepr, Struct, frozen=True):
    """Pattern that finds a text in base64 of a longer value."""

    form: bytes
    before: int
    """Number of bytes (0 to 2) before the text in the three-byte group where the text begins."""
    part: bytes
    """Base64 letters that depend only on the text, not on the bytes around the text."""
    start: int
    """Number of base64 letters before `part` in the four-letter group where `part` begins."""


class Forms(HiddenRepr, Struct, frozen=True):
    typed: Sequence[bytes]
    """Typed text, unchanged and with CRLF instead of each LF."""
    percent: Sequence[bytes]
    escaped: Sequence[bytes]
    decoded: Sequence[bytes]
    """Typed text decoded from base64. Empty if the typed text is not base64 of a printable text."""
    packed: Sequence[_Packed]

    @property
    def plain(self) -> Iterator[bytes]:
        return chain(self.typed, self.percent, self.escaped, self.decoded)


def forms_of(typed: str) -> Forms:
    plain = tuple(dict.fromkeys(text.encode() for text in (typed, typed.replace("\n", "\r\n"))))
    percent = tuple(form for form in percent_encoded(plain[0]) if form not in plain)
    escaped = tuple(form for form in _in_json(typed) if form not in plain)
    packed = tuple(part for form in (*plain, *percent, *escaped) for part in _packed(form))
    decoded = _from_base64(plain[0])  # the user may paste base64 from `kubectl get -o yaml`
    return Forms(plain, percent, escaped, (decoded,) if decoded else (), packed)


def _in_json(typed: str) -> Sequence[bytes]:
    """Encode the text as JSON encoders do: some escape non-ASCII characters, `&<>` (Go) or `/` (PHP)."""
    texts = (json.dumps(typed, ensure_ascii=is_ascii)[1:-1] for is_ascii in (False, True))
    forms = ((text, text.translate(_GO), text.replace("/", "\\/")) for text in texts)
    return tuple(dict.fromkeys(form.encode() for form in chain.from_iterable(forms)))


def _from_base64(data: bytes) -> bytes:
    try:
        decoded = unpacked(data)
    except UnreadableValue:
        return b""
    is_text = decoded is not None and decoded.how == "base64" and is_printable_text(decoded.data)
    return decoded.data.rstrip(b"\r\n") if decoded is not None and is_text else b""


def _packed(form: bytes) -> Iterator[_Packed]:
    if len(form) < _LEAST_PACKED:
        return
    for before in range(3):
        encoded = b64encode(bytes(before) + form)
        start, end = -(-before * 4 // 3), (before + len(form)) * 4 // 3
        part = encoded[start:end]
        for letters in dict.fromkeys((part, part.translate(_URL_ALPHABET))):
            yield _Packed(form, before, letters, start)


def _is_packed_in(text: bytes, packed: _Packed) -> bool:
    at, size = text.find(packed.part), -(-(packed.before + len(packed.form)) * 4 // 3)
    while at >= 0:
        begin = at - packed.start
        letters = text[max(begin, 0) : begin + size].translate(_PLAIN_ALPHABET)
        try:
            if b64decode(letters + b"=" * (-size % 4), validate=True)[packed.before :] == packed.form:
                return True
        except ValueError:
            pass
        at = text.find(packed.part, at + 1)
    return False


def percent_encoded(value: bytes) -> Sequence[bytes]:
    """Percent-encode a text as different encoders do, with uppercase and with lowercase hex digits."""
    forms = [quote(value, safe=safe).encode() for safe in _SAFE]
    small = (_HEX.sub(lambda match: match[0].lower(), form) for form in forms)
    return tuple(dict.fromkeys((*forms, *small)))


def holds(value: Value, forms: Forms) -> bool:
    """True if the value contains one of the forms: plain, in base64, or in a docker config's `auth`."""
    data = value.reveal()
    texts = (data, *(text for login in auth_logins(data) for text in login))
    return any(form in text for text in texts for form in forms.plain) or _is_in_base64(data, forms)


def _is_in_base64(data: bytes, forms: Forms) -> bool:
    unbroken = data.translate(None, b" \t\r\n")  # base64 is often broken into lines
    return any(_is_packed_in(unbroken, packed) for packed in forms.packed)


class TextOccurrence(Struct, frozen=True):
    """Place and encoding of a text in a value. Holds neither the text nor the value."""

    key: str
    encoding: Encoding = ""
    is_whole: bool = False
    path: str = ""
    """Path inside the value. "user +1" means `user` and one more path."""
    kind: str = ""

    @property
    def place(self) -> str:
        return f"{self.key} {self.path}" if self.path else self.key

    @property
    def words(self) -> str:
        """Description, such as "percent-encoded, password of the postgres URL"."""
        part = f"{self.path} of the {self.kind}" if self.path else "part of the value"
        return ", ".join(filter(None, (self.encoding, "whole value" if self.is_whole else part)))


def holding(key: str, value: Value, forms: Forms, *, names_leaf: bool = True) -> TextOccurrence:
    """Describe how a value holds the text of `forms`. Call this only if `holds(value, forms)` is True."""
    data = value.reveal()
    encoding = _encoding(data, forms)
    if _is_whole(data, forms):
        return TextOccurrence(key, encoding, is_whole=True)
    leaves = decoded_value(key, value, 0).leaves if names_leaf else ()
    holding_leaves = [leaf for leaf in leaves if _has(leaf.value, forms)]
    outer = {leaf.within for leaf in holding_leaves}
    paths = [leaf.path for leaf in holding_leaves if leaf.path not in outer]
    name = known_row_name(key, value)
    if not paths or name is None or name.kind == TWICE:
        return TextOccurrence(key, encoding)
    return TextOccurrence(key, encoding, path=first_of(paths), kind=name.kind.partition(",")[0])


def _encoding(data: bytes, forms: Forms) -> Encoding:
    kinds: tuple[tuple[Sequence[bytes], Encoding], ...] = (
        (forms.typed, ""),
        (forms.percent, "percent-encoded"),
        (forms.escaped, "escaped"),
        (forms.decoded, "decoded from base64"),
    )
    for texts, encoding in kinds:
        if any(text in data for text in texts):
            return encoding
    is_login = any(text in part for login in auth_logins(data) for part in login for text in forms.typed)
    return "in base64" if is_login or _is_in_base64(data, forms) else "encoded"


def _is_whole(data: bytes, forms: Forms) -> bool:
    body = data.rstrip(b"\r\n")
    return body in (*forms.plain,) or _from_base64(body) in forms.typed


def holding_in_record(release: Value, forms: Forms, *, names_leaf: bool = True) -> TextOccurrence | None:
    """Describe where a Helm record holds the text of `forms`; None if nowhere. Raises UnreadableValue."""
    leaves = with_shown_paths(record_leaves(release.reveal()), ShownPaths())
    holding_leaves = [leaf for leaf in leaves if holds(leaf.value, forms)]
    if not holding_leaves:
        return None
    paths = first_of([leaf.path for leaf in holding_leaves]) if names_leaf else ""
    return TextOccurrence(
        RECORD_KEY, _encoding(holding_leaves[0].value.reveal(), forms), path=paths, kind=RECORD_KIND
    )


def _has(value: Value, forms: Forms) -> bool:
    return any(form in value.reveal() for form in forms.plain)
