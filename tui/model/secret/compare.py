"""Compare a typed text with a value, in four answers that give no hint for guessing, or find it in values."""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Sequence
from typing import Final, Literal
from urllib.parse import quote

from tui.model.secret.formats.docker import auth_logins
from tui.model.secret.value import Value

Likeness = Literal["same", "final line break", "look-alikes", "different"]

SENTENCES: Final[dict[Likeness, str]] = {
    "same": "Same.",
    "final line break": "Same except for a final line break.",
    "look-alikes": "Same except for case or look-alike characters.",
    "different": "Different.",
}

_LONGEST_TO_FIND: Final = 65_536
"""Bytes."""
_SAFE: Final = ("", "!'()*", "!'()*$&+,;=")
"""What is not percent-encoded, besides letters, digits and `-._~`."""
_HEX: Final = re.compile(rb"%[0-9A-F]{2}")
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
    """Without one final line break."""
    return text.removesuffix("\r\n") if text.endswith("\r\n") else text.removesuffix("\n").removesuffix("\r")


def _folded(text: str) -> str:
    """The same for texts that look alike."""
    plain = "".join(
        char for char in unicodedata.normalize("NFKC", text) if unicodedata.category(char) != "Cf"
    )
    folded = unicodedata.normalize("NFKC", plain.casefold()).translate(_ALIKE)
    return folded.translate(_ALIKE)  # a Cyrillic i is a Latin one by now


def text_to_find(value: Value | None) -> str:
    """A value as a text to look for, without its final line breaks; "" of what is long or no text."""
    if value is None or value.size > _LONGEST_TO_FIND:
        return ""
    try:
        return value.reveal().decode().rstrip("\r\n")
    except UnicodeDecodeError:
        return ""


def forms_of(typed: str) -> Sequence[bytes]:
    """How a text may stand in a value: with either line end, as in a URL (percent-encoded), as in JSON."""
    in_json = json.dumps(typed, ensure_ascii=False)[1:-1]
    forms = (form.encode() for form in (typed, typed.replace("\n", "\r\n"), in_json))
    return tuple(dict.fromkeys((*forms, *percent_encoded(typed.encode()))))


def percent_encoded(value: bytes) -> Sequence[bytes]:
    """As in a URL: strictly, as JavaScript does it, and as RFC 3986 allows it; with capital and small hex."""
    forms = [quote(value, safe=safe).encode() for safe in _SAFE]
    small = (_HEX.sub(lambda found: found[0].lower(), form) for form in forms)
    return tuple(dict.fromkeys((*forms, *small)))


def holds(value: Value, forms: Sequence[bytes]) -> bool:
    """Does one of these stand in the value, as the whole or a part of it, or in base64 in a docker login?"""
    data = value.reveal()
    texts = (data, *(text for login in auth_logins(data) for text in login))
    return any(form in text for text in texts for form in forms)
