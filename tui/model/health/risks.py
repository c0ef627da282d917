"""Risks of values: default, weak, reused, encoded twice, ended. No sentence quotes a value.

Sources of the defaults: the charts of bitnami (postgresql, redis, rabbitmq, mongodb), grafana
(prom-operator), minio (minioadmin), harbor (Harbor12345), sonatype nexus (admin123), Java's cacerts
(changeit); and the words that lead the yearly lists of common passwords.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from hashlib import blake2b
from typing import Final, TypeAlias

from msgspec import Struct

from tui.model.secret.formats.encoded import TWICE
from tui.model.secret.formats.limits import NotReadable
from tui.model.secret.formats.pem import certificate_facts, parts, public_half
from tui.model.secret.formats.registry import row_name
from tui.model.secret.formats.ssh_key import WEAKEST_RSA, is_weak_rsa, private_key_facts
from tui.model.secret.formats.value_format import RowName
from tui.model.secret.secret import Secret
from tui.model.secret.types.registry import TLS
from tui.model.secret.value import Value, facts
from tui.model.text.times import age

ACCEPTED: Final = "secret-tui/accepted-risks"
"""The annotation of a Secret that names the risks that are accepted in it, with blanks between; or "all"."""
SHORTEST: Final = 8
"""Characters below which a password is short."""
_LONGEST: Final = 1000
"""Bytes of what is taken for a password or a token."""
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
_WORDS: Final = re.compile(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])")
PASSWORDS: Final = ("password", "passwd", "passphrase", "pwd", "pass")
_TOKENS: Final = ("token", "secret", "apikey", "key")
_USERS: Final = ("username", "user", "login")
_ENDINGS: Final = frozenset(("txt", "base", "b"))
"""Words after the one that says what a key holds."""
_PUBLIC: Final = frozenset(("pub", "public", "publishable", "site", "bypass", "proxy", "compass"))
"""Words in names of what is no secret: "SITE_KEY", "proxy_pass"."""

Mark: TypeAlias = Callable[[bytes], bytes]
"""The digest of a value by a key of this run: alike for the same bytes, and no help to guess them."""


def marker(key: bytes) -> Mark:
    """`key`: up to 64 random bytes that are kept nowhere."""
    return lambda data: blake2b(data, key=key, digest_size=16).digest()


class Risk(Struct, frozen=True):
    """What is wrong with the value of one key."""

    name: str
    """The word that accepts it: "short"."""
    key: str
    says: str
    """What follows the key's name in a sentence, without its full stop."""
    do: str


class ValueRisks(Struct, frozen=True):
    """Risks of the values of one Secret, and digests by which the same value is found in another."""

    risks: tuple[Risk, ...] = ()
    reused: Mapping[bytes, str] = {}
    """By the digest of a password or token the key that holds it."""
    private_keys: Mapping[bytes, str] = {}
    """By the digest of its public half the key that holds a private key."""
    accepted: frozenset[str] = frozenset()
    """Names of the risks that are accepted here; "all" for all of them."""

    def accepts(self, name: str) -> bool:
        return not self.accepted.isdisjoint((name, "all"))


def risks_of(secret: Secret, now: float, mark: Mark) -> ValueRisks:
    """Look at each value of a Secret; `now` in seconds since the epoch. Takes milliseconds."""
    risks, reused, private_keys = list[Risk](), dict[bytes, str](), dict[bytes, str]()
    has_certificate = any(b"BEGIN CERTIFICATE" in value.reveal() for value in secret.data.values())
    for key, value in secret.data.items():
        name = row_name(key, value, secret.data)
        if (text := _line_of(value)) is not None and holds(key, (*PASSWORDS, *_TOKENS)):
            weak = list(_weaknesses(key, text, secret.data))
            risks += weak
            if not weak and len(text) >= SHORTEST:
                reused[mark(text.encode())] = key
        risks += _line_end(key, value)
        risks += _by_name(key, name, now)
        risks += _weak_keys(key, value)
        _, blocks = parts(value.reveal())
        half = public_half(blocks[0]) if blocks else None
        if half is not None:
            private_keys[mark(half)] = key
            is_alone = len(secret.data) == 1  # the key of an ACME account is called tls.key, too
            if not (has_certificate or is_alone or secret.type == TLS) and _is_of_certificate(key):
                says = "is a key without its certificate"
                risks.append(Risk("no-certificate", key, says, "Add the certificate, or drop the key"))
    accepted = accepted_in(secret.annotations.get(ACCEPTED, ""))
    return ValueRisks(tuple(risks), reused, private_keys, accepted)


def accepted_in(annotation: str) -> frozenset[str]:
    """Names of risks in the text of the annotation."""
    return frozenset(annotation.replace(",", " ").split())


def _line_of(value: Value) -> str | None:
    """The text of a value of one line, without its line break; None of anything else."""
    if not 0 < value.size <= _LONGEST or not facts(value).is_text:
        return None
    text = value.reveal().decode().rstrip("\r\n")
    return text if text and "\n" not in text else None


def holds(key: str, words: Iterable[str]) -> bool:
    """True if the last word of a key's name ends in one of these: "POSTGRES_PASSWORD", "storepass"."""
    named = [word.lower() for word in _WORDS.findall(key)]
    while named and named[-1] in _ENDINGS:
        named.pop()
    return bool(named) and not _PUBLIC & set(named) and named[-1].endswith(tuple(words))


_NEW: Final = "Set a new value and restart its readers"


def _weaknesses(key: str, text: str, siblings: Mapping[str, Value]) -> Iterator[Risk]:
    """The strongest reason why a password or token can be guessed; of a token only that it is a default."""
    users = {_line_of(value) for name, value in siblings.items() if name != key and holds(name, _USERS)}
    if text.lower() in _KNOWN_DEFAULTS:
        yield Risk("default", key, "is a default or a common password", _NEW)
    elif PLACEHOLDER.fullmatch(text):
        yield Risk("placeholder", key, "looks like a placeholder", "Set the value that is meant")
    elif not holds(key, PASSWORDS):
        return
    elif text in users:
        yield Risk("default", key, "is the same as the user name", _NEW)
    elif len(text) < SHORTEST:
        yield Risk("short", key, f"has fewer than {SHORTEST} characters", _NEW)


def _line_end(key: str, value: Value) -> Iterator[Risk]:
    if holds(key, PASSWORDS) and _line_of(value) is not None and value.reveal().endswith(b"\n"):
        do = "Trim the line break: most programs take it as part of the password"
        yield Risk("line-break", key, "ends with a line break", do)


def _by_name(key: str, name: RowName, now: float) -> Iterator[Risk]:
    if name.kind == TWICE:
        yield Risk(
            "encoded-twice", key, "is base64 of a text: encoded twice?", "Set the value to what it decodes to"
        )
    if "(weak)" in f"{name.kind} {name.words}" and (name.kind == "htpasswd" or name.kind.endswith(" hash")):
        yield Risk("weak-hash", key, "has a weak hash of a password", "Hash the password with bcrypt")
    for validity in name.times:
        if validity.what != "certificate" and validity.ends < now:
            says = f"holds a {validity.what} that ended {age(now - validity.ends)} ago"
            yield Risk("ended", key, says, "Set a new one, or drop the key if nothing uses it")
            return


def _weak_keys(key: str, value: Value) -> Iterator[Risk]:
    data = value.reveal()
    kinds = list[str]()
    try:
        if b"PRIVATE KEY" in data:
            kinds.append(private_key_facts(data).kind)
        elif b"BEGIN CERTIFICATE" in data:
            kinds.append(certificate_facts(data)[0].key)
    except NotReadable:
        return  # told as damaged by other checks
    for kind in filter(is_weak_rsa, kinds):
        says = f"has a key of {kind} bits; clients may refuse fewer than {WEAKEST_RSA:,}"
        yield Risk("weak-key", key, says, f"Issue it with {WEAKEST_RSA:,} bits or more")


def _is_of_certificate(key: str) -> bool:
    """True if a key's name says that a certificate belongs to it: keys that sign or log in have none."""
    return key.lower().endswith(("tls.key", "server.key", "client.key", "server-key.pem", "client-key.pem"))
