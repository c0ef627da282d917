"""Risks of values: default, weak, reused, encoded twice, expired. No sentence quotes a value.

Sources of the default passwords: the charts of bitnami (postgresql, redis, rabbitmq, mongodb), grafana
(prom-operator), minio (minioadmin), harbor (Harbor12345) and sonatype nexus (admin123), Java's cacerts
(changeit), and the first words of the yearly lists of common passwords.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from hashlib import blake2b
from typing import Final, TypeAlias

from msgspec import Struct

from tui.model.json_decoder import HiddenRepr
from tui.model.secret.formats.encoded import TWICE
from tui.model.secret.formats.leaf import Leaf
from tui.model.secret.formats.limits import UnreadableValue
from tui.model.secret.formats.pem import certificate_facts, parts, public_half
from tui.model.secret.formats.registry import decoded_value, known_row_name, row_name
from tui.model.secret.formats.ssh_key import WEAKEST_RSA, is_weak_rsa, private_key_facts
from tui.model.secret.formats.url import read_url
from tui.model.secret.formats.value_format import RowName
from tui.model.secret.secret import Secret
from tui.model.secret.types.registry import TLS
from tui.model.secret.value import Value, facts
from tui.model.settings.accepted_risks import ANNOTATION, accepted_in
from tui.model.text.times import age

SHORTEST: Final = 8
"""Minimum length of a password in characters."""
_LONGEST: Final = 1000
"""Maximum size in bytes of a password or a token."""
_DEFAULTS: Final = """
    admin admin123 administrator airflow apppassword bitnami changeit changeme changemeplease default demo
    elastic example grafana guest harbor12345 keycloak letmein master minio minio123 minioadmin mongo mysql
    neo4j p@ssw0rd passw0rd password password1 password123 pass postgres prom-operator qwerty rabbitmq redis
    root rootpassword secret secretpassword sonar superset supersecret test test123 user welcome wordpress
    123456 1234567 12345678 123456789 1234567890 111111 abc123 iloveyou qwerty123 admin@123
"""
_KNOWN_DEFAULTS: Final = frozenset(_DEFAULTS.split())
PLACEHOLDER: Final = re.compile(
    r"<[^<>]+>|\$\{[^{}]+\}|\{\{.+\}\}|(.)\1*|(?:change|replace)[-_ ]?(?:me|this|it)\W*|todo|tbd|fixme|dummy"
    r"|placeholder|your[-_ ].+|none|null|n/a|insert[-_ ].+",
    re.IGNORECASE,
)
REFERENCE: Final = re.compile(
    r"\$\(.*|\$\{?\w+.*|%\(.*|\{\{.*|ENC\[.*|[a-z][a-z0-9+]*:.+|/.*|true|false|yes|no|on|off|\*+|.|x-oauth-basic",
    re.IGNORECASE | re.DOTALL,
)
"""Pattern of texts that are no password: a variable, URL, path, boolean, asterisks or single character."""
_WORDS: Final = re.compile(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])")
PASSWORDS: Final = ("password", "passwd", "passphrase", "pwd", "pass")
_TOKENS: Final = ("token", "secret", "apikey", "key")
_QUALIFIERS: Final = """
    access admin aes api app auth client consumer cookie encryption fernet hmac jwt master private rpc secret
    session shared signing webhook
"""
_BEFORE_TOKENS: Final = frozenset(_QUALIFIERS.split())
"""Words before a final "key" or "secret" in the names of fields that hold a token: "api" in "apiKey".

A field called only "key" is not taken for a token. The field may hold the name of a key, as in
"secretKeyRef.key".
"""
_USERS: Final = ("username", "user", "login")
_ENDINGS: Final = frozenset(("txt", "base", "b"))
"""Words that are ignored at the end of a key's name: "txt" in "password.txt", "b" in "password_b64"."""
_PUBLIC: Final = frozenset(("pub", "public", "publishable", "site", "bypass", "proxy", "compass"))
"""Words in names of public values: "SITE_KEY", "proxy_pass"."""

Mark: TypeAlias = Callable[[bytes], bytes]
"""Function that returns a keyed digest of a value.

A digest does not help to guess the value, because the digest's key is random and is never saved.
"""


def marker(key: bytes) -> Mark:
    """Return a function that computes digests with `key`, which holds up to 64 random bytes."""
    return lambda data: blake2b(data, key=key, digest_size=16).digest()


class ValuePlace(Struct, frozen=True):
    """Key of a Secret, or a field inside its value."""

    key: str
    path: str = ""
    login: bytes = b""
    """Digest of the user names in sibling fields, and of the hosts of the URL that contains the field.

    If no URL contains the field, the path of the field's parent replaces the hosts. b"" if no sibling field
    holds a user name, or if `path` is "".
    """

    def __str__(self) -> str:
        return f"{self.key} {self.path}" if self.path else self.key


class Risk(Struct, frozen=True):
    """Problem of a value, or of a field inside it."""

    name: str
    """Name by which annotations and settings accept the risk."""
    place: ValuePlace
    says: str
    """Words after `place` in a sentence, without the period."""
    do: str


class ValueRisks(Struct, frozen=True):
    """Risks of the values of one Secret, and digests to find the same values in other Secrets."""

    risks: tuple[Risk, ...] = ()
    reused: Mapping[bytes, ValuePlace] = {}
    """Keys are digests of passwords and tokens without a weakness, with at least `SHORTEST` characters.

    Values are the places where the passwords and tokens occur first.
    """
    private_keys: Mapping[bytes, ValuePlace] = {}
    """Keys are digests of the public halves of private keys. Values are the places of the private keys."""
    accepted: frozenset[str] = frozenset()
    """Names of the risks that the Secret's annotation accepts, or `ALL_RISKS`."""


class _Text(HiddenRepr, Struct, frozen=True):
    place: ValuePlace
    value: Value
    name: RowName | None
    line: str
    """Password or token of one line; "" for other values."""
    is_password: bool
    users: frozenset[str]
    """User names in the values of other keys of the Secret; for a field, in its sibling fields."""
    within: str | None = None
    """Path of the encoded field (for example base64 of JSON) that contains this field.

    "" if the value contains this field directly; None for a whole value.
    """


def risks_of(secret: Secret, now: float, mark: Mark) -> ValueRisks:
    """Find the risks of all values of a Secret, and of the fields inside them. Takes milliseconds."""
    risks, reused, private_keys = list[Risk](), dict[bytes, ValuePlace](), dict[bytes, ValuePlace]()
    has_certificate = any(b"BEGIN CERTIFICATE" in value.reveal() for value in secret.data.values())
    whole = [_whole(key, value, secret.data) for key, value in secret.data.items()]
    fields = (field for text in whole for field in _fields(text, secret.data, mark))
    seen = set[tuple[str, str, str | None]]()
    for text in (*whole, *fields):
        weak = list(_weaknesses(text))
        for risk in (*weak, *_line_end(text), *_format_risks(text, now)):
            if (risk.name, text.place.key, text.within) not in seen:
                risks.append(risk)
                seen.add((risk.name, text.place.key, text.place.path))
        if not weak and len(text.line) >= SHORTEST:
            reused.setdefault(mark(text.line.encode()), text.place)
    for text in whole:
        place, data = text.place, text.value.reveal()
        risks += _weak_keys(text)
        _, blocks = parts(data)
        half = public_half(blocks[0]) if blocks else None
        if half is not None:
            private_keys[mark(half)] = place
            # The private key of an ACME account is called tls.key too, but is alone in its Secret, and has no
            # certificate.
            is_alone = len(secret.data) == 1
            if not (has_certificate or is_alone or secret.type == TLS) and _is_of_certificate(place.key):
                says = "is a private key without its certificate"
                risks.append(Risk("no-certificate", place, says, "Add the certificate, or delete the key"))
    accepted = accepted_in(secret.annotations.get(ANNOTATION, ""))
    return ValueRisks(tuple(risks), reused, private_keys, accepted)


def _whole(key: str, value: Value, siblings: Mapping[str, Value]) -> _Text:
    users = (value for name, value in siblings.items() if name != key and holds(name, _USERS))
    is_password = holds(key, PASSWORDS)
    line = _line_of(value) if is_password or holds(key, _TOKENS) else None
    return _Text(
        ValuePlace(key), value, row_name(key, value, siblings), line or "", is_password, _lines_of(users)
    )


def _fields(text: _Text, siblings: Mapping[str, Value], mark: Mark) -> Iterator[_Text]:
    leaves = decoded_value(text.place.key, text.value, 0, siblings).leaves
    values_by_path = {leaf.path: leaf.value for leaf in leaves}
    by_parent = defaultdict[str, list[Value]](list)
    for leaf in leaves:
        parent, name = _split(leaf)
        if holds(name, _USERS):
            by_parent[parent].append(leaf.value)
    users_of = {parent: _lines_of(values) for parent, values in by_parent.items()}
    for leaf in leaves:
        parent, name = _split(leaf)
        users = users_of.get(parent, frozenset())
        url = read_url(values_by_path.get(leaf.within, text.value).reveal())
        host = ",".join(url.hosts) if url is not None else parent
        login = mark("\n".join((host, *sorted(users))).encode()) if users else b""
        line, is_password = _line_of(leaf.value) or "", holds(name, PASSWORDS)
        is_credential = (
            leaf.kind in ("", "number") if is_password else not leaf.kind and _is_token(name, line)
        )
        yield _Text(
            ValuePlace(text.place.key, leaf.path, login),
            leaf.value,
            known_row_name(leaf.path, leaf.value),
            line if is_credential and not REFERENCE.fullmatch(line.strip()) else "",
            is_password,
            users,
            leaf.within,
        )


def _split(leaf: Leaf) -> tuple[str, str]:
    parent, _, name = leaf.path.rpartition(".")
    return parent, name


def _is_token(name: str, line: str) -> bool:
    """True if a field with this name and text seems to hold a token.

    False for a field that holds the name of a key, such as "secretKeyRef.key".
    """
    if line.lower() in PASSWORDS:
        return False
    before, last = ["", "", *map(str.lower, _WORDS.findall(name))][-2:]
    is_named = last.endswith(("token", "apikey")) or before in _BEFORE_TOKENS
    return is_named and holds(name, _TOKENS)


def _line_of(value: Value) -> str | None:
    """Return the only line of a text, without its line break.

    None if the value is empty, too long, not text, or has several lines.
    """
    if not 0 < value.size <= _LONGEST or not facts(value).is_text:
        return None
    text = value.reveal().decode().rstrip("\r\n")
    return text if text and "\n" not in text else None


def _lines_of(values: Iterable[Value]) -> frozenset[str]:
    return frozenset(line for value in values if (line := _line_of(value)) is not None)


def holds(key: str, words: Iterable[str]) -> bool:
    """True if the last word of `key` that is not in `_ENDINGS` ends in one of `words`.

    False for names of public values, such as "PUBLIC_KEY".
    """
    name_words = [word.lower() for word in _WORDS.findall(key)]
    while name_words and name_words[-1] in _ENDINGS:
        name_words.pop()
    return bool(name_words) and not _PUBLIC & set(name_words) and name_words[-1].endswith(tuple(words))


_NEW: Final = "Set a new value and restart its readers"


def _weaknesses(text: _Text) -> Iterator[Risk]:
    """Yield at most one risk: the strongest reason why the password or token is weak."""
    line, place = text.line, text.place
    if not line:
        return
    if line.lower() in _KNOWN_DEFAULTS:
        yield Risk("default", place, "is a default or a common password", _NEW)
    elif PLACEHOLDER.fullmatch(line):
        yield Risk("placeholder", place, "looks like a placeholder", "Set the real value")
    elif not text.is_password:
        return
    elif line in text.users:
        yield Risk("default", place, "is the same as the user name", _NEW)
    elif len(line) < SHORTEST:
        yield Risk("short", place, f"has fewer than {SHORTEST} characters", _NEW)


def _line_end(text: _Text) -> Iterator[Risk]:
    if text.is_password and text.line and text.value.reveal().endswith(b"\n"):
        do = "Trim the line break: most programs take it as part of the password"
        yield Risk("line-break", text.place, "ends with a line break", do)


def _format_risks(text: _Text, now: float) -> Iterator[Risk]:
    if (name := text.name) is None:
        return
    if name.kind == TWICE and _is_meant_as_text(text):
        says, do = "is base64 of a text: encoded twice?", "Set the decoded value"
        yield Risk("encoded-twice", text.place, says, do)
    if "(weak)" in f"{name.kind} {name.words}" and (name.kind == "htpasswd" or name.kind.endswith(" hash")):
        yield Risk("weak-hash", text.place, "has a weak hash of a password", "Hash the password with bcrypt")
    for validity in name.times:
        if validity.what != "certificate" and validity.ends < now:
            says = f"holds a {validity.what} that ended {age(now - validity.ends)} ago"
            yield Risk("ended", text.place, says, "Set a new value, or delete the key if no app uses it")
            return


def _is_meant_as_text(text: _Text) -> bool:
    """False for a field that must be base64 (as in a Secret's manifest or .npmrc) or has no `line`."""
    path = text.place.path
    return not path or (bool(text.line) and ":_" not in path and "data" not in path.split(".")[:-1])


def _weak_keys(text: _Text) -> Iterator[Risk]:
    data = text.value.reveal()
    kinds = list[str]()
    try:
        if b"PRIVATE KEY" in data:
            kinds.append(private_key_facts(data).kind)
        elif b"BEGIN CERTIFICATE" in data:
            kinds.append(certificate_facts(data)[0].key)
    except UnreadableValue:
        return  # other checks report a damaged key or certificate
    for kind in filter(is_weak_rsa, kinds):
        says = f"has an {kind} key; clients may refuse fewer than {WEAKEST_RSA:,} bits"
        yield Risk("weak-key", text.place, says, f"Use a key of {WEAKEST_RSA:,} bits or more")


def _is_of_certificate(key: str) -> bool:
    return key.lower().endswith(("tls.key", "server.key", "client.key", "server-key.pem", "client-key.pem"))
