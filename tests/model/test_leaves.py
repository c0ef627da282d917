"""Leaves of a value: each by its path, its bytes as the program that reads them takes them."""

from __future__ import annotations

import gzip
import json
import random
from base64 import b64encode
from collections.abc import Callable
from configparser import ParsingError
from typing import Final

import pytest

from tests.model import recorded_values as recorded
from tests.model.test_never_wrong_names import BOMBS, damaged
from tests.model.test_row_names import EVERY
from tests.model.value_shapes import APR1, BCRYPT, MARKER, NOW, SECRET, Shape, auth, b64, jwt, revoked
from tests.model.value_tables import SHAPES
from tui.model.secret.formats.ini_text import read_ini
from tui.model.secret.formats.leaf import MOST_LEAVES
from tui.model.secret.formats.registry import VALUE_FORMATS, decoded_value, public_facts
from tui.model.secret.formats.value_format import Fact, ValueFormat
from tui.model.secret.value import Value
from tui.model.text.printable import printable

DOCKER: Final = {
    "auths": {
        "ghcr.io": {"auth": b64("ann:made-up-1")},
        "quay.io": {"username": "ann", "password": "made-up-2", "auth": b64("ann:made-up-2")},
        "old.test": {"username": "ann", "password": "made-up-3", "auth": b64("ann:made-up-4")},
    }
}
SSH_KEY: Final = "ssh-ed25519 " + b64(b"\0\0\0\x0bssh-ed25519\0\0\0\x20" + b"k" * 32)
LEAVES: Final = {
    (
        "a.json",
        '{"n": 1.10, "big": 12345678901234567890123, "t": true, "no": null, "l": ["x", {}],'
        ' "e": "\\ud83d\\ude00"}',
    ): {
        "n": ("1.10", "number"),
        "big": ("12345678901234567890123", "number"),
        "t": ("true", "boolean"),
        "no": ("null", "null"),
        "l[0]": ("x", ""),
        "l[1]": ("{}", "empty object"),
        "e": ("\N{GRINNING FACE}", ""),
    },
    (
        "a.yaml",
        "db: &db\n  port: 5432\n  zip: '00501'\n  on: 2026-11-24\ncopy: *db\nusers:\n- ann\n- |\n  a\n  b\n",
    ): {
        "db.port": ("5432", "number"),
        "db.zip": ("00501", ""),
        "db.on": ("2026-11-24", "time"),
        "copy.port": ("5432", "number"),
        "copy.zip": ("00501", ""),
        "copy.on": ("2026-11-24", "time"),
        "users[0]": ("ann", ""),
        "users[1]": ("a\nb\n", ""),
    },
    ("a.yaml", "a: 1\n---\na: 2\n"): {"document 1.a": ("1", "number"), "document 2.a": ("2", "number")},
    (".dockerconfigjson", json.dumps(DOCKER)): {
        "auths.ghcr.io.username": ("ann", ""),
        "auths.ghcr.io.password": ("made-up-1", ""),
        "auths.quay.io.username": ("ann", ""),
        "auths.quay.io.password": ("made-up-2", ""),
        "auths.old.test.username": ("ann", ""),
        "auths.old.test.password": ("made-up-3", ""),
        "auths.old.test.auth.password": ("made-up-4", ""),
    },
    (".env", '# a\nexport USER=ann\nPASSWORD="made\\nup" # b\nUSER=bob\n'): {
        "USER": ("ann", ""),
        "PASSWORD": ("made\nup", ""),
        "USER (2)": ("bob", ""),
    },
    ("app.properties", "spring.user=ann\nspring.password : made\\\n    -up\\u00e9\\=\nempty=\n"): {
        "spring.user": ("ann", ""),
        "spring.password": ("made-up\u00e9=", ""),
        "empty": ("", ""),
    },
    ("my.cnf", "[client]\nUser = ann\npassword=made-up\n"): {
        "client.User": ("ann", ""),
        "client.password": ("made-up", ""),
    },
    ("my.cnf", "[client]\nmade-up\nuser = ann\n"): {
        "client.…": ("made-up", ""),
        "client.user": ("ann", ""),
    },
    ("a.toml", "port = 1\n[db]\nrate = 1.50\npassword = 'made-up'\n"): {
        "port": ("1", "number"),
        "db.rate": ("1.50", "number"),
        "db.password": ("made-up", ""),
    },
    ("url", "postgres://ann:made%2Fup@db.test:5432/orders?sslmode=require&options=-c%20a"): {
        "user": ("ann", ""),
        "password": ("made/up", ""),
        "query.sslmode": ("require", ""),
        "query.options": ("-c a", ""),
    },
    ("url", "https://hooks.test?made-up&a=b"): {"query": ("made-up", ""), "query.a": ("b", "")},
    ("url", "https://hooks.test/services/made-up"): {"path": ("/services/made-up", "")},
    ("url", f"redis://cache.test/{'0f' * 16}"): {"path": (f"/{'0f' * 16}", "")},
    ("dsn", "host=db.test dbname=orders user=ann password='made \\' up'"): {
        "user": ("ann", ""),
        "password": ("made ' up", ""),
    },
    ("cs", "Server=tcp:db.test,1433;Database=orders;User Id=ann;Password=made=up;"): {
        "User Id": ("ann", ""),
        "Password": ("made=up", ""),
    },
    (
        ".netrc",
        "# machine none.test\nmachine a.test:22 login ann password machine\nmachine b.test\n"
        '\tlogin login password "the machine c.test \\" up"\nmacdef init\nmachine d.test\n\n'
        "default login x password #made-up\n",
    ): {
        "a.test:22.login": ("ann", ""),
        "a.test:22.password": ("machine", ""),
        "b.test.login": ("login", ""),
        "b.test.password": ('the machine c.test " up', ""),
        "b.test.macdef init": ("machine d.test", ""),
        "default.login": ("x", ""),
        "default.password": ("#made-up", ""),
    },
    (".pgpass", "# a\ndb.test:5432:orders:ann:made\\:up\\\\\ndb.test:*:*:bob: b:rest\n"): {
        "db.test:5432/orders.user": ("ann", ""),
        "db.test:5432/orders.password": ("made:up\\", ""),
        "db.test:*/*.user": ("bob", ""),
        "db.test:*/*.password": (" b", ""),
    },
    (
        ".npmrc",
        '; note\nregistry = https://npm.test/\n//npm.test/:_authToken="made-up" \n'
        "//npm.test/:email=ann@npm.test # note\n",
    ): {
        "registry": ("https://npm.test/", ""),
        "//npm.test/:_authToken": ("made-up", ""),
        "//npm.test/:email": ("ann@npm.test", ""),
    },
    ("pip.conf", "[global]\nindex-url = https://ann:made-up@pypi.test/simple\n[install]\npre = yes\n"): {
        "global.index-url": ("https://ann:made-up@pypi.test/simple", ""),
        "global.index-url.user": ("ann", ""),
        "global.index-url.password": ("made-up", ""),
        "global.index-url.path": ("/simple", ""),
        "install.pre": ("yes", ""),
    },
    ("wg0.conf", "[Interface]\nPrivateKey = a=\n[Peer]\npublickey=b= # c\nx=y\n[Peer]\nPublicKey = c=\n"): {
        "Interface.PrivateKey": ("a=", ""),
        "Peer[0].PublicKey": ("b=", ""),
        "Peer[0].…": ("y", ""),
        "Peer[1].PublicKey": ("c=", ""),
    },
    ("auth", f"# a\nann:{APR1}\n{MARKER}0123456789ABCDEF:{BCRYPT}\n"): {
        "ann": (APR1, ""),
        "[1]": (BCRYPT, ""),
    },
    ("authorized_keys", f"# a\n{SSH_KEY} ann@a\nrestrict {SSH_KEY}\n"): {
        "[0]": (f"{SSH_KEY} ann@a", ""),
        "[1]": (f"restrict {SSH_KEY}", ""),
    },
    (
        "tfstate",
        '{"version": 4, "terraform_version": "1.9", "serial": 8, "resources": [{"a": "b"}],'
        ' "outputs": {"url": {"value": "made-up", "sensitive": true}, "db": {"value": {"port": 1.0}}}}',
    ): {"outputs.url": ("made-up", ""), "outputs.db.port": ("1.0", "number")},
    ("token", jwt({"sub": "ann", "exp": 1795539600})): {
        "sub": ("ann", ""),
        "exp": ("1795539600", "number"),
        "header.alg": ("RS256", ""),
        "header.typ": ("JWT", ""),
    },
    ("a", b64encode(b'{"password": "made-up"}').decode()): {"password": ("made-up", "")},
}


@pytest.mark.parametrize("written", LEAVES, ids=lambda written: written[0])
def test_leaves_have_paths_kinds_and_bytes(written: tuple[str, str]) -> None:
    key, text = written
    leaves = decoded_value(key, Value(text.encode()), NOW).leaves
    assert {leaf.path: (leaf.value.reveal().decode(), leaf.kind) for leaf in leaves} == LEAVES[written]


@pytest.mark.parametrize("shape", [shape for shape in EVERY if shape.id != "JSON-4"])  # its name is public
def test_paths_facts_and_reprs_show_no_secret_part(shape: Shape) -> None:
    decoded = decoded_value(shape.key, Value(shape.data), NOW)
    shown = [fact.words for fact in decoded.facts] + [leaf.path + leaf.kind for leaf in decoded.leaves]
    assert MARKER not in f"{shown} {decoded!r}".lower()


@pytest.mark.parametrize(
    "text",
    [
        f"{auth()}\n{auth()}\n",
        f"{b64(SECRET)}\nbm90IGl0Lg==\n",
        json.dumps({f"{MARKER}0123456789abcdef": "ann", "b": 1}),
    ],
)
def test_a_name_that_may_be_a_secret_is_not_shown(text: str) -> None:
    lines = [part.strip("=") for part in text.split()]
    paths = [leaf.path for leaf in decoded_value("a", Value(text.encode()), NOW).leaves]
    assert MARKER not in " ".join(paths)
    assert not any(line and line in path for line in lines for path in paths)


@pytest.mark.parametrize(
    "text",
    [
        "a: &a [*a, *a]\nb: 1\n",
        "[" * 5000,
        json.dumps({"a": "x"})[:-2],
        "".join(f"a{n}: &a{n} [{f'*a{n - 1}, ' * 9}x]\n" for n in range(1, 9)).replace("*a0, ", ""),
    ],
)
def test_damaged_and_explosive_values_stay_within_the_limit_of_leaves(text: str) -> None:
    decoded = decoded_value("a.yaml", Value(text.encode()), NOW)
    assert len(decoded.leaves) <= MOST_LEAVES


def test_only_the_first_of_too_many_leaves_are_listed() -> None:
    decoded = decoded_value("a.json", Value(json.dumps(list(range(3000))).encode()), NOW)
    assert (len(decoded.leaves), decoded.has_more) == (MOST_LEAVES, True)


def test_a_value_that_is_too_large_says_why_it_is_not_decoded() -> None:
    (fact,) = decoded_value("a.json", Value(json.dumps(["x" * 300_000]).encode()), NOW).facts
    assert fact.words == "Not decoded: the value is larger than 256 kB."


def test_a_value_that_is_nested_too_deep_says_why_it_is_not_decoded() -> None:
    decoded = decoded_value("a.json", Value(b"[" * 70 + b"1" + b"]" * 70), NOW)
    assert [fact.words for fact in decoded.facts] == [
        "Not decoded. Cannot read the value as JSON: it is nested too deep."
    ]


def test_each_leaf_has_a_path_of_its_own() -> None:
    data = b'{"a.b": "one", "a": {"b": "two"}, "a.b (2)": "three"}'
    assert {leaf.path: leaf.value.reveal() for leaf in decoded_value("a.json", Value(data), NOW).leaves} == {
        "a.b": b"one",
        "a.b (2)": b"two",
        "a.b (2) (2)": b"three",
    }


def test_a_token_that_is_cut_with_its_path_is_not_shown() -> None:
    long = "a-" * 490 + "m4rk3r" * 10
    name = "-" * 800 + long
    (leaf,) = decoded_value("a.json", Value(json.dumps({name: 1}).encode()), NOW).leaves
    assert MARKER not in leaf.path and len(leaf.path) == 200
    (leaf,) = decoded_value("a.json", Value(json.dumps({"A1" * 5000: 1}).encode()), NOW).leaves
    assert leaf.path == "…"


PACKED: Final = b64encode(gzip.compress(b"AAAA\n" * 1_500_000, mtime=0)).decode()
CRAFTED: Final[dict[str, Callable[[], bytes]]] = {
    "a.env": lambda: b"A=x\nB=x" + b" " * 250_000 + b"y\n",
    "names.json": lambda: json.dumps({"B" * 120_000: list(range(3000))}).encode(),
    "packed.json": lambda: json.dumps([PACKED] * 16).encode(),
}


@pytest.mark.parametrize("key", CRAFTED)
@pytest.mark.timeout(10)
def test_a_value_crafted_against_its_reader_is_decoded_or_not_at_once(key: str) -> None:
    assert len(decoded_value(key, Value(CRAFTED[key]()), NOW).leaves) <= MOST_LEAVES


def test_a_key_file_of_google_shows_its_client_email_and_key_id() -> None:
    account = {
        "type": "service_account",
        "project_id": "shop-prod",
        "private_key": SECRET,
        "private_key_id": "0123456789abcdef" * 2 + "01234567",
        "client_email": "ledger@shop-prod.iam.gserviceaccount.com",
    }
    (fact,) = decoded_value("key.json", Value(json.dumps(account).encode()), NOW).facts
    mail, key_id = account["client_email"], account["private_key_id"]
    assert fact.words == f"key.json  client email {mail}, key id {key_id}"
    odd = account | {"private_key_id": SECRET, "client_email": f"{SECRET}@"}
    assert decoded_value("key.json", Value(json.dumps(odd).encode()), NOW).facts == ()


def test_a_configuration_of_wireguard_shows_where_its_peers_are() -> None:
    peers = (
        "[Peer]\nPublicKey = a\nEndpoint = vpn.example.test:51820\nPresharedKey = b\n"
        + "[Peer]\nPublicKey = a\n" * 5
    )
    facts = decoded_value("wg0.conf", Value(peers.encode()), NOW).facts
    assert [fact.words for fact in facts][::5] == [
        "wg0.conf  Peer[0] at vpn.example.test:51820, with a preshared key",
        "wg0.conf  and 1 more peer",
    ]
    assert facts[1].words == "wg0.conf  Peer[1] without an endpoint, without a preshared key"


def test_a_value_that_expires_shows_from_when_to_when_it_is_valid() -> None:
    (fact,) = decoded_value("crl.pem", Value(revoked("corp-ca", 6)), NOW).facts
    assert fact.words == "valid from 23 Nov 2026 14:00 UTC until 30 Nov 2026 14:00 UTC: expires in 6d"
    (fact,) = decoded_value("cert", Value(recorded.SSH_HOST), NOW).facts
    assert fact.words == "valid from 1 Nov 2026 00:00 UTC until 30 Nov 2026 00:00 UTC: expires in 5d"


def test_facts_of_damaged_values_do_not_fail() -> None:
    draw, every = random.Random(4), [shape for shapes in SHAPES.values() for shape in shapes]
    values = [damaged(draw, draw.choice(every).data) for _ in range(1000)]
    for data in (b"eyJhbGciOiJub25lIn0.\xc3\xa9", *values):
        for value_format in VALUE_FORMATS:
            assert len(public_facts(value_format, "k", data, NOW)) < 1000


def test_a_format_that_fails_at_its_facts_has_none() -> None:
    def fails(key: str, data: bytes, now: float, issued: object, siblings: object) -> tuple[Fact, ...]:
        raise ValueError(data)

    assert public_facts(ValueFormat("made up", facts=fails), "k", SECRET.encode(), NOW) == ()


def test_few_lines_without_a_name_are_noted_by_the_parser_of_ini(monkeypatch: pytest.MonkeyPatch) -> None:
    noted = list[int]()  # at each it copies what it noted before
    monkeypatch.setattr(ParsingError, "append", lambda error, number, line: noted.append(number))
    for line in ("= made up\n", "made up\n"):
        noted.clear()
        assert read_ini("[a]\nx=1\n" + 9 * line, is_strict=True) is None
        assert len(noted) < 2
    assert read_ini("[a]\nx=1\n" + 9 * "= made up\n") is None


def test_control_characters_in_a_name_are_drawn_as_stand_ins() -> None:
    (leaf,) = decoded_value("a.json", Value(b'{"a\\u001b[31m": 1}'), NOW).leaves
    assert leaf.path == printable(leaf.path) == "a…[31m"


def test_a_leaf_without_a_name_has_a_path() -> None:
    leaves = decoded_value("a.json", Value(b'{"": "made up", "a": {"": 1}}'), NOW).leaves
    assert [leaf.path for leaf in leaves] == ['""', "a."]


def test_damaged_values_have_printable_paths_that_quote_no_secret_part() -> None:
    for shape in [shape for shapes in SHAPES.values() for shape in shapes]:
        draw = random.Random(f"{shape.key}: {shape.row}")  # its own: a new shape changes no other's damage
        for data in [damaged(draw, shape.data) for _ in range(6)]:
            for leaf in decoded_value(shape.key, Value(data), NOW).leaves:
                assert leaf.path.isprintable() and len(leaf.path) <= 210, data
                is_name = SECRET.encode() + b'": {' in shape.data  # which is public
                assert SECRET not in leaf.path or is_name, data


@pytest.mark.slow
@pytest.mark.parametrize("bomb", BOMBS)
def test_a_bomb_is_decoded_or_not_within_the_limits(bomb: Callable[[], bytes]) -> None:
    assert len(decoded_value("value", Value(bomb()), NOW).leaves) <= MOST_LEAVES
