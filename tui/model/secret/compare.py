"""Compare a typed text with a value, in four answers that give no hint for guessing, or find it in values."""

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

from tui.model.json_decoder import Hidden
from tui.model.secret.formats.docker import auth_logins
from tui.model.secret.formats.encoded import TWICE, is_printable_text, unpacked
from tui.model.secret.formats.helm_record import RECORD_KEY, record_leaves
from tui.model.secret.formats.leaf import ShownPaths, with_shown_paths
from tui.model.secret.formats.limits import NotReadable
from tui.model.secret.formats.public_names import first_of
from tui.model.secret.formats.registry import decoded_value, known_row_name
from tui.model.secret.value import Value

Likeness = Literal["same", "final line break", "look-alikes", "different"]
Encoding: TypeAlias = Literal["", "percent-encoded", "escaped", "in base64", "decoded from base64", "encoded"]
"""Form of a text in a value; "" as it was typed, "encoded" in a way that its format alone undoes."""

SENTENCES: Final[dict[Likeness, str]] = {
    "same": "Same.",
    "final line break": "Same except for a final line break.",
    "look-alikes": "Same except for case or look-alike characters.",
    "different": "Different.",
}

_LONGEST_TO_FIND: Final = 65_536
"""Bytes."""
_SAFE: Final = ("", "!'()*", "!'()*$&+,;=")
"""Characters that are not percent-encoded, besides letters, digits and `-._~`."""
_HEX: Final = re.compile(rb"%[0-9A-F]{2}")
_LEAST_PACKED: Final = 6
"""Bytes of a text that is looked for in base64: of shorter ones chance makes a part."""
RECORD_KIND: Final = "Helm release"
"""Kind of a record of Helm, among those of holdings."""
_URL_ALPHABET: Final = bytes.maketrans(b"+/", b"-_")
_PLAIN_ALPHABET: Final = bytes.maketrans(b"-_", b"+/")
_GO: Final = str.maketrans({char: f"\\u{ord(char):04x}" for char in "&<>"})
_LINE_END: Final = re.compile("\r\n|\r|\n")
# By the capitals: Cyrillic, then Greek. Small letters follow theirs, be they drawn as Latin ones or not.
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

    - "same": the same bytes, `typed` with the value's own line ends. What is typed has none of its own: a
      terminal hands over CR for each of them, which is "\\n" here.
    - "final line break": one of the two has one line break more, at its end.
    - "look-alikes": not the same, but alike once compatibility forms (NFKC), case, characters of no width and
      a small table are folded: 0 O, 1 l I |, 5 S; quotes and dashes; the Greek and Cyrillic letters whose
      capitals are drawn as Latin ones. It does not know all that looks alike (`rn` and `m`, say).
    - "different": anything else, both of these at once among it; a value that is no UTF-8; and several lines
      against a value that mixes line ends.
    """
    try:
        held = value.reveal().decode("utf-8")
    except UnicodeDecodeError:
        return "different"
    ends = _LINE_END.findall(held)
    wanted = typed.replace("\n", ends[0]) if ends else typed
    if held == wanted:
        return "same"
    if _body(held) == _body(wanted):
        return "final line break"
    return "look-alikes" if _folded(held) == _folded(wanted) else "different"


def _body(text: str) -> str:
    """Text without one final line break."""
    return text.removesuffix("\r\n") if text.endswith("\r\n") else text.removesuffix("\n").removesuffix("\r")


def _folded(text: str) -> str:
    """The same for texts that look alike."""
    plain = "".join(
        char for char in unicodedata.normalize("NFKC", text) if unicodedata.category(char) != "Cf"
    )
    folded = unicodedata.normalize("NFKC", plain.casefold()).translate(_ALIKE)
    return folded.translate(_ALIKE)  # a Cyrillic i is a Latin one by now


def text_to_find(value: Value | None) -> str:
    """Text of a value to search, without its final line breaks; "" if it is long or no text."""
    if value is None or value.size > _LONGEST_TO_FIND:
        return ""
    try:
        return value.reveal().decode().rstrip("\r\n")
    except UnicodeDecodeError:
        return ""


class SoughtValue(Hidden, Struct, frozen=True):
    """Leaf or value to search in other Secrets."""

    name: str
    """Key and path of the value."""
    value: Value


class SoughtText(Hidden, Struct, frozen=True):
    """Text that a person chose to search in other Secrets."""

    text: str


class _Packed(Hidden, Struct, frozen=True):
    """Form in base64, behind other bytes: whole groups of three are left out."""

    form: bytes
    before: int
    """Number of other bytes before it."""
    part: bytes
    """Letters that neither these bytes nor those behind the form affect."""
    start: int
    """Letters before the part."""


class Forms(Hidden, Struct, frozen=True):
    """Forms in which a text may occur in a value."""

    typed: Sequence[bytes]
    """Plain bytes, with either line end."""
    percent: Sequence[bytes]
    """Forms in a URL, if they differ."""
    escaped: Sequence[bytes]
    """Forms in JSON, if they differ."""
    decoded: Sequence[bytes]
    """The text of which the typed one is base64; () if it is none."""
    packed: Sequence[_Packed]
    """Parts of base64."""

    @property
    def plain(self) -> Iterator[bytes]:
        """All but parts of base64."""
        return chain(self.typed, self.percent, self.escaped, self.decoded)


def forms_of(typed: str) -> Forms:
    plain = tuple(dict.fromkeys(text.encode() for text in (typed, typed.replace("\n", "\r\n"))))
    percent = tuple(form for form in percent_encoded(plain[0]) if form not in plain)
    escaped = tuple(form for form in _in_json(typed) if form not in plain)
    packed = tuple(part for form in (*plain, *percent, *escaped) for part in _packed(form))
    decoded = _from_base64(plain[0])  # as `kubectl get -o yaml` prints a value
    return Forms(plain, percent, escaped, (decoded,) if decoded else (), packed)


def _in_json(typed: str) -> Sequence[bytes]:
    """Escape as JSON does: unchanged or in ASCII, with `&<>` as Go escapes them, with `/` as PHP does."""
    texts = (json.dumps(typed, ensure_ascii=is_ascii)[1:-1] for is_ascii in (False, True))
    forms = ((text, text.translate(_GO), text.replace("/", "\\/")) for text in texts)
    return tuple(dict.fromkeys(form.encode() for form in chain.from_iterable(forms)))


def _from_base64(data: bytes) -> bytes:
    """The text of which the data is base64, without its final line breaks; b"" if it is none."""
    try:
        whole = unpacked(data)
    except NotReadable:
        return b""
    is_text = whole is not None and whole.how == "base64" and is_printable_text(whole.data)
    return whole.data.rstrip(b"\r\n") if whole is not None and is_text else b""


def _packed(form: bytes) -> Iterator[_Packed]:
    if len(form) < _LEAST_PACKED:
        return
    for before in range(3):
        encoded = b64encode(bytes(before) + form)
        start, end = -(-before * 4 // 3), (before + len(form)) * 4 // 3
        part = encoded[start:end]
        for alike in dict.fromkeys((part, part.translate(_URL_ALPHABET))):
            yield _Packed(form, before, alike, start)


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
    """Percent-encode as JavaScript does, strictly, and as RFC 3986 allows; with capital and small hex."""
    forms = [quote(value, safe=safe).encode() for safe in _SAFE]
    small = (_HEX.sub(lambda match: match[0].lower(), form) for form in forms)
    return tuple(dict.fromkeys((*forms, *small)))


def holds(value: Value, forms: Forms) -> bool:
    """True if the value contains the text, alone, as a part, or in base64."""
    data = value.reveal()
    texts = (data, *(text for login in auth_logins(data) for text in login))
    return any(form in text for text in texts for form in forms.plain) or _is_in_base64(data, forms)


def _is_in_base64(data: bytes, forms: Forms) -> bool:
    whole = data.translate(None, b" \t\r\n")  # base64 is often broken in lines
    return any(_is_packed_in(whole, packed) for packed in forms.packed)


class Holding(Struct, frozen=True):
    """Way in which a value holds a text. It contains neither."""

    key: str
    encoding: Encoding = ""
    is_whole: bool = False
    """True if the value is the text alone, but for final line breaks."""
    path: str = ""
    """The innermost leaves that hold it, "auths.ghcr.io.password +1"; "" for the value."""
    kind: str = ""
    """Kind of the value: "postgres URL"."""

    @property
    def place(self) -> str:
        return f"{self.key} {self.path}" if self.path else self.key

    @property
    def words(self) -> str:
        """ "percent-encoded, password of the postgres URL", "whole value"."""
        part = f"{self.path} of the {self.kind}" if self.path else "part of the value"
        return ", ".join(filter(None, (self.encoding, "whole value" if self.is_whole else part)))


def holding(key: str, value: Value, forms: Forms, *, names_leaf: bool = True) -> Holding:
    """Tell how a value that `holds` the text does so."""
    data = value.reveal()
    encoding = _encoding(data, forms)
    if _is_whole(data, forms):
        return Holding(key, encoding, is_whole=True)
    leaves = decoded_value(key, value, 0).leaves if names_leaf else ()
    holding_leaves = [leaf for leaf in leaves if _has(leaf.value, forms)]
    outer = {leaf.within for leaf in holding_leaves}
    paths = [leaf.path for leaf in holding_leaves if leaf.path not in outer]
    name = known_row_name(key, value)
    if not paths or name is None or name.kind == TWICE:
        return Holding(key, encoding)
    return Holding(key, encoding, path=first_of(paths), kind=name.kind.partition(",")[0])


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


def holding_in_record(release: Value, forms: Forms, *, names_leaf: bool = True) -> Holding | None:
    """Tell which parts of a Helm record hold the text; None if none does. Raises NotReadable."""
    leaves = with_shown_paths(record_leaves(release.reveal()), ShownPaths())
    held = [leaf for leaf in leaves if holds(leaf.value, forms)]
    if not held:
        return None
    paths = first_of([leaf.path for leaf in held]) if names_leaf else ""
    return Holding(RECORD_KEY, _encoding(held[0].value.reveal(), forms), path=paths, kind=RECORD_KIND)


def _has(value: Value, forms: Forms) -> bool:
    return any(form in value.reveal() for form in forms.plain)
