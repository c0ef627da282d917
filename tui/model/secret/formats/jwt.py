"""JSON Web Tokens (RFC 7519), whose signatures are not checked."""

from __future__ import annotations

import json
import re
from base64 import urlsafe_b64decode
from collections.abc import Iterator, Mapping
from typing import Any, Final, TypeGuard

from msgspec import Struct

from tui.model.secret.formats.json_text import json_tree
from tui.model.secret.formats.leaf import Leaf, UnwritableLeaf
from tui.model.secret.formats.leaf_span import spans_in
from tui.model.secret.formats.limits import bounded
from tui.model.secret.formats.public_names import plain_name
from tui.model.secret.formats.url import host_of
from tui.model.secret.formats.validity import LATEST, Validity, expiry_words
from tui.model.secret.formats.value_format import Fact, PageRow, Paste, Pasted, RowName, ValueFormat
from tui.model.secret.value import Value

_TOKEN: Final = re.compile(r"([-_A-Za-z0-9]+)\.([-_A-Za-z0-9]+)\.[-_A-Za-z0-9]+")


def _paste(paste: Paste) -> Pasted | None:
    text = paste.text.strip()
    token = _TOKEN.fullmatch(text)
    if paste.key is None or token is None:
        return None
    header, claims = map(_json_part, token.groups())
    if "alg" not in header:
        return None
    expires = claims.get("exp")
    word = f", {expiry_words(float(expires), paste.now)}" if _is_time(expires) else ""
    return Pasted(f"A JWT{word}", {paste.key: Value(text.encode())})


def _json_part(part: str) -> Mapping[str, Any]:
    try:
        claims = json.loads(urlsafe_b64decode(part + "=" * (-len(part) % 4)))
    except (ValueError, RecursionError):
        return {}
    return claims if isinstance(claims, dict) else {}


_WHAT: Final = "JWT"
_START: Final = re.compile(rb"\s*eyJ[-_A-Za-z0-9]+\.")
_ENCRYPTED: Final = re.compile(r"([-_A-Za-z0-9]+)\.[-_A-Za-z0-9]*(?:\.[-_A-Za-z0-9]+){3}")
_SUBJECT: Final = "system:serviceaccount:"


class Claims(Struct, frozen=True):
    is_encrypted: bool = False
    account: str = ""
    """Service account, such as "payments/ledger"."""
    issuer: str = ""
    validity: Validity | None = None


def read_jwt(data: bytes) -> Claims | None:
    """Read the `Claims` of a value that is a single token. Return None for any other value.

    Raises UnreadableValue if the value begins like a token and is over 256 kB.
    """
    if _START.match(data) is None:
        return None
    try:
        text = bounded(data, _WHAT).decode("ascii").strip()
    except UnicodeDecodeError:
        return None
    if encrypted := _ENCRYPTED.fullmatch(text):
        return Claims(is_encrypted=True) if "enc" in _json_part(encrypted[1]) else None
    if (token := _TOKEN.fullmatch(text)) is None:
        return None
    header, claims = map(_json_part, token.groups())
    if "alg" not in header:
        return None
    subject, issuer, end = (str(claims.get(name, "")) for name in ("sub", "iss", "exp"))
    account = subject.removeprefix(_SUBJECT).replace(":", "/") if subject.startswith(_SUBJECT) else ""
    return Claims(
        account="/".join(filter(None, map(plain_name, account.split("/")))),
        issuer=host_of(issuer) if "://" in issuer else "",
        validity=_validity(claims) if end else None,
    )


def _validity(claims: Mapping[str, Any]) -> Validity | None:
    begins, ends = (
        next((claims[name] for name in names if _is_time(claims.get(name))), None)
        for names in (("nbf", "iat"), ("exp",))
    )
    if ends is None:
        return None
    return Validity(float(begins) if begins is not None else 0.0, float(ends), what=_WHAT)


def _is_time(claim: object) -> TypeGuard[float]:
    return isinstance(claim, int | float) and not isinstance(claim, bool) and 0 < claim < LATEST


def _facts(
    key: str, data: bytes, now: float, issued: Validity | None, siblings: Mapping[str, Value]
) -> tuple[Fact, ...]:
    """Describe only the claims in `Claims`, because other claims can hold anything."""
    claims = read_jwt(data)
    if claims is None:
        return ()
    words = [
        f"of sa {claims.account}" if claims.account else "",
        f"issuer {claims.issuer}" if claims.issuer else "",
    ]
    words.append("encrypted" if claims.is_encrypted else "signature not checked")
    ends = f", {expiry_words(claims.validity.ends, now)}" if claims.validity is not None else ""
    return (Fact(f"{key}  JWT {', '.join(filter(None, words))}{ends}"),)


def _leaves(key: str, data: bytes) -> Iterator[Leaf]:
    token = _TOKEN.fullmatch(data.decode("ascii").strip())
    for part, path in ((token[2], ""), (token[1], "header")) if token is not None else ():
        tree = json_tree(urlsafe_b64decode(part + "=" * (-len(part) % 4)).decode())
        yield from (span.leaf for span in spans_in(tree, path))


def _not_rewritten(key: str, data: bytes, path: str, text: str) -> bytes:
    raise UnwritableLeaf("is signed; set the whole token")


def _row(key: str, data: bytes) -> RowName | None:
    claims = read_jwt(data)
    if claims is None:
        return None
    if claims.is_encrypted:
        return RowName("JWT, encrypted")
    owner = f" of sa {claims.account}" if claims.account else f" of {claims.issuer}" if claims.issuer else ""
    times = (claims.validity,) if claims.validity is not None else ()
    return RowName(_WHAT, f"JWT{owner}", times, ", ends in ")


JWT: Final = ValueFormat(
    "a JWT",
    paste=_paste,
    facts=_facts,
    row=_row,
    leaves=_leaves,
    rewrite=_not_rewritten,
    page=(
        PageRow(
            "JWT, such as a service account token (signature not checked)",
            "JWT of sa payments/ledger, ends in 3h",
            "service account, host of the issuer, begin and end",
            "the token, other claims",
            "no: signed",
        ),
    ),
)
