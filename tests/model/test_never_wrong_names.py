"""Random strings, words and damaged values: nothing is named wrongly, nothing fails, nothing odd is drawn."""

from __future__ import annotations

import gzip
import json
import random
import string
import uuid
from base64 import b64encode, urlsafe_b64encode
from collections import Counter
from collections.abc import Callable, Iterator
from hashlib import md5, sha1, sha256
from typing import Final

import pytest

from tests.model.value_shapes import NOW, SECRET
from tests.model.value_tables import SHAPES
from tui.model.secret.formats.encoded import TWICE
from tui.model.secret.formats.registry import row_name
from tui.model.secret.value import Value

Random = random.Random
_LETTERS: Final = string.ascii_letters + string.digits
_SIGNS: Final = _LETTERS + "!#$%&*+-./:;<=>?@^_~"
_TEXT: Final = (
    "correct horse battery staple password secret administrator welcome production international summer "
    "responsibilities Passwort geheim Schlüssel Donaudampfschifffahrt Zugangsdaten Hauptbahnhof Sommer "
    "motdepasse clé bibliothèque développement anticonstitutionnellement été contraseña llave desarrollo "
    "internacionalmente verano parola chiave sviluppo precipitevolissimevolmente estate senha chave "
    "desenvolvimento otorrinolaringologista verão пароль ключ администратор разработка лето hasło klucz "
    "rozwój konstantynopolitańczykowianeczka lato パスワード 秘密 開発 管理者 鍵 密码 钥匙 管理员 开发"
)
WORDS: Final = tuple(_TEXT.split())
"""Words of English, German, French, Spanish, Italian, Portuguese, Russian, Polish, Japanese and Chinese."""


def some(draw: Random, letters: str, least: int, most: int) -> str:
    return "".join(draw.choices(letters, k=draw.randint(least, most)))


MAKERS: Final[tuple[Callable[[Random], str | bytes], ...]] = (
    lambda draw: some(draw, _LETTERS, 4, 64),
    lambda draw: some(draw, _SIGNS, 8, 40),
    lambda draw: some(draw, string.ascii_lowercase, 4, 32),
    lambda draw: some(draw, string.hexdigits.lower(), 8, 64),
    lambda draw: str(uuid.UUID(int=draw.getrandbits(128))),
    lambda draw: draw.choice((md5, sha1, sha256))(draw.randbytes(8)).hexdigest(),
    lambda draw: b64encode(draw.randbytes(draw.randint(6, 64))),
    lambda draw: urlsafe_b64encode(draw.randbytes(draw.randint(6, 64))).rstrip(b"="),
    lambda draw: draw.choice(("", " ", "-", "_")).join(draw.choices(WORDS, k=draw.randint(1, 5))),
    lambda draw: f"{draw.choice(WORDS).capitalize()}{draw.randint(0, 9999)}{draw.choice('!?.$')}",
    lambda draw: draw.randbytes(draw.randint(8, 128)),
)


def is_claim(kind: str) -> bool:
    """True for a name that is a finding, or by which a person would take a password for something else."""
    return kind == TWICE or kind not in ("text", "binary", "empty", "text with control characters")


def test_at_most_one_random_value_in_a_thousand_is_named() -> None:
    draw, wrong = random.Random(28), Counter[str]()
    count = 22_000
    for number in range(count):
        made = MAKERS[number % len(MAKERS)](draw)
        data = made.encode() if isinstance(made, str) else made
        if is_claim(kind := row_name("password", Value(data)).kind):
            wrong[kind] += 1
    assert wrong.total() * 1000 <= count, wrong


def damaged(draw: Random, data: bytes) -> bytes:
    """A value that was cut, or of which bytes are others, doubled, gone or in another order."""
    how = draw.randrange(6)
    at = draw.randrange(len(data) + 1)
    if how == 0:
        return data[:at]
    if how == 1:
        return data[at:]
    if how == 2:
        flipped = bytearray(data or b"\0")
        for _ in range(draw.randint(1, 20)):
            flipped[draw.randrange(len(flipped))] ^= 1 << draw.randrange(8)
        return bytes(flipped)
    if how == 3:
        return data[:at] + draw.randbytes(draw.randint(1, 30)) + data[at:]
    if how == 4:
        return data[:at] + data[at + draw.randint(1, 30) :]
    return data[:at] + data + data[at:]


def names_of(draw: Random, count: int) -> Iterator[str]:
    every = [shape for shapes in SHAPES.values() for shape in shapes]
    for number in range(count):
        shape = every[number % len(every)]
        name = row_name(shape.key, Value(damaged(draw, shape.data)))
        yield from (name.kind, name.words, name.shown(NOW), name.shown(NOW, has_names=False))


def test_damaged_values_are_named_or_not_and_nothing_fails() -> None:
    assert all(name.isprintable() and len(name) <= 200 for name in names_of(random.Random(1), 1000))


@pytest.mark.slow
def test_10_000_damaged_values_are_named_or_not_and_nothing_fails() -> None:
    assert all(name.isprintable() and len(name) <= 200 for name in names_of(random.Random(2), 10_000))


_MILLION: Final = 1_000_000
BOMBS: Final[tuple[Callable[[], bytes], ...]] = (
    lambda: gzip.compress(b"\0" * 60 * _MILLION),
    lambda: gzip.compress(json.dumps({"a": SECRET * _MILLION}).encode()),
    lambda: b64encode(gzip.compress(b"[" * 20 * _MILLION)),
    lambda: b"x" * 10 * _MILLION,
    lambda: b"a=" * 5 * _MILLION,
    lambda: b"[" * 250_000,
    lambda: b'{"a":' * 50_000,
    lambda: b"- " * 120_000,
    lambda: b"a:\n" + b"".join(b" " * depth + b"b:\n" for depth in range(600)),
    lambda: b"a: &a [x,x]\n" + b"".join(b"b%d: &b%d [*a,*a]\n" % (n, n) for n in range(9000)),
    lambda: b"-----BEGIN CERTIFICATE-----\n" * 9000,
    lambda: b"-----BEGIN PRIVATE KEY-----\n" * 1200,
    lambda: b"-----BEGIN PGP PUBLIC KEY BLOCK-----\n\n" + b"A" * 250_000,
    lambda: b"\xfe\xed\xfe\xed\0\0\0\x02" + b"\xff" * 100_000,
    lambda: b"\x30\x84\xff\xff\xff\xff" + b"\x30\x80" * 100_000,
    lambda: b"\x99" + b"\xff" * 200_000,
    lambda: b"k='" + b"\\x" * 2000 + b" b=1",
    lambda: b"A" * 3000 + b" =" * 500,
    lambda: b"ssh-rsa " + b"A" * 250_000,
    lambda: ("a" * 60 + "." + "b" * 60 + "\n").encode() * 2000,
    lambda: b"x:\\" * 60_000,
    lambda: b"[a]\n" * 60_000,
    lambda: b"eyJ" + b"A." * 120_000,
)
"""Values that take a careless reader long or much memory."""


def nested_aliases(fields: str) -> bytes:
    """YAML in 1 kB whose field `*last`, written out, takes 2 to the power of 30 words."""
    lines = (f"a{level}: &a{level} [*a{level - 1}, *a{level - 1}]\n" for level in range(1, 30))
    return ("a0: &a0 [x, x]\n" + "".join(lines) + fields.replace("*last", "*a29")).encode()


CRAFTED: Final[dict[str, Callable[[], bytes]]] = {
    "kubeconfig": lambda: nested_aliases(
        "kind: Config\ncurrent-context: a\nclusters: [{cluster: {server: *last}}]\n"
        "users: [{user: {client-certificate-data: *last}}]\n"
    ),
    "sops.yaml": lambda: nested_aliases("sops: {mac: a, lastmodified: *last}\n"),
    "blanks.ini": lambda: b"[a]\nb = 1\nb" + b" " * 250_000 + b"b\n",
    "credentials": lambda: b"[a]\naws_access_key_id = 1\nb" + b" " * 250_000 + b"b\n",
    "age": lambda: b"AGE-PLUGIN-" + b"1" * 250_000 + b"!",
    "age too": lambda: b"AGE-PLUGIN-" + b"1QQQQQQQ" * 30_000 + b"!",
    "dots.toml": lambda: b"a" + b".a" * 120_000 + b"=1\n",
    "lines.gz": lambda: gzip.compress(b"AAAA\n" * 1_500_000 + b"!"),
}


@pytest.mark.parametrize("key", CRAFTED)
@pytest.mark.timeout(10)
def test_a_value_crafted_against_its_reader_is_named_at_once(key: str) -> None:
    assert row_name(key, Value(CRAFTED[key]())).shown(NOW).isprintable()


@pytest.mark.slow
@pytest.mark.timeout(120)
@pytest.mark.parametrize("bomb", BOMBS)
def test_a_bomb_is_named_or_not_within_the_limits(bomb: Callable[[], bytes]) -> None:
    name = row_name("value", Value(bomb()))
    assert name.shown(NOW).isprintable() and len(name.shown(NOW)) <= 200
