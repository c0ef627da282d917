"""The row of a key says what its value is and what is public of it, and nothing that helps to use it."""

from __future__ import annotations

import gc
import gzip
import weakref
from base64 import b64decode
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import SSHCertificateBuilder, SSHCertificateType

from tests.model.value_shapes import MARKER, NOW, Shape, certificate, pem
from tests.model.value_tables import PLAIN, SHAPES
from tui.model.secret.formats.certificate_names import subject_name
from tui.model.secret.formats.encoded import unpacked
from tui.model.secret.formats.limits import MAX_INFLATED, UnreadableValue
from tui.model.secret.formats.page import inside_values_page
from tui.model.secret.formats.registry import VALUE_FORMATS, known_row_name, named_value, row_name, times_of
from tui.model.secret.value import Value

EVERY = [
    pytest.param(shape, id=f"{name}-{at}")
    for name, shapes in SHAPES.items()
    for at, shape in enumerate(shapes)
]


@pytest.mark.parametrize("shape", [*EVERY, *(pytest.param(shape, id=shape.key) for shape in PLAIN)])
def test_a_row_says_what_a_value_is(shape: Shape) -> None:
    assert row_name(shape.key, Value(shape.data)).shown(NOW) == shape.row


@pytest.mark.parametrize("shape", EVERY)
def test_a_row_shows_no_secret_part_of_any_format(shape: Shape) -> None:
    name = row_name(shape.key, Value(shape.data))
    assert MARKER not in name.shown(NOW).lower() + name.shown(NOW, has_names=False).lower()


def test_each_format_has_five_shapes() -> None:
    few = [name for name, shapes in SHAPES.items() if len(shapes) < 5]
    assert few == [], "give these groups of SHAPES five rows or more: tests/model/value_tables.py"


def test_each_format_that_names_a_row_has_shapes() -> None:
    shapes = [shape for shapes in SHAPES.values() for shape in shapes]
    named = {found.value_format for shape in shapes if (found := named_value(shape.key, Value(shape.data)))}
    without = [
        one.name for one in VALUE_FORMATS if one not in named and one.name not in ("a token", "binary")
    ]
    assert without == [], "give these a group in SHAPES: tests/model/value_tables.py"


@pytest.mark.parametrize("shape", EVERY)
def test_the_kind_of_a_value_names_no_host_and_no_person(shape: Shape) -> None:
    kind = row_name(shape.key, Value(shape.data)).kind.lower()
    named = ("example", "internal", "payments", "ledger", "corp", "shop", "557d", "oncall", "git.")
    assert not any(word in kind for word in named)


def test_tokens_are_known_by_their_shape() -> None:
    letters = MARKER + "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFGH"
    tokens = {
        f"ghp_{letters[:36]}": "GitHub token",
        f"github_pat_{letters[:22]}_{(letters * 2)[:59]}": "GitHub token",
        f"glpat-{letters[:20]}\n": "GitLab token",
        f"xoxb-123456789012-{letters[:24]}": "Slack token",
        "AKIAIOSFODNN7EXAMPLE": "AWS key id, lasting",
        "ASIAIOSFODNN7EXAMPLE": "AWS key id, temporary",
        f"sk_live_{letters[:24]}": "Stripe key, live",
        f"hvs.{letters[:30]}": "Vault token",
        f"npm_{letters[:36]}": "npm token",
        f"dop_v1_{'0a' * 32}": "DigitalOcean token",
        f"SG.{letters[:22]}.{letters[:43]}": "SendGrid key",
    }
    assert {token: row_name("t", Value(token.encode())).shown(NOW) for token in tokens} == tokens


def test_a_format_that_expires_says_what_in_it_expires_and_when() -> None:
    ends = {
        shape.row: {
            (validity.what, (validity.ends - NOW) / 3600)
            for validity in times_of(shape.key, Value(shape.data))
        }
        for shapes in SHAPES.values()
        for shape in shapes
    }
    for row, what, hours in (
        ("JWT of sa payments/ledger, ends in 3h", "JWT", 3),
        ("SSH certificate · 3h", "user certificate", 3),
        ("SSH certificate for git.example +1 · 5d", "host certificate", 5 * 24 + 10),
        ("kubeconfig: 10.0.0.1 · 69d", "client certificate", 69 * 24),
        ("CRL of corp-ca · 6d", "revocation list", 6 * 24),
        ("OpenPGP private key 557D722B15279D0B · 36d", "PGP key", 36 * 24 + 22),
        ("JKS: root-ca, web-tls · 68d", "certificate", 68 * 24 + 10),
    ):
        assert ends[row] == {(what, hours)}, row


def test_a_short_text_is_no_finding_though_it_decodes_to_letters() -> None:
    assert b64decode("bWFkZS11") == b"made-u"
    assert row_name("user", Value(b"bWFkZS11")).kind == "text"


def test_a_name_inside_a_value_is_drawn_in_printable_characters() -> None:
    odd = certificate("made\u202eup\n\x1b[31m", issuer="made\u202eup\n\x1b[31m")
    words = row_name("ca.crt", Value(pem(odd))).words
    assert words.isprintable() and "made" in words and len(words) > len("made")


def test_nothing_is_inflated_beyond_its_limit() -> None:
    assert unpacked(gzip.compress(b"\0" * MAX_INFLATED)) is not None
    with pytest.raises(UnreadableValue):
        unpacked(gzip.compress(b"\0" * (MAX_INFLATED + 1)))


def test_an_ssh_certificate_until_after_the_year_9999_does_not_end() -> None:
    key, year_10000 = Ed25519PrivateKey.generate(), 253_402_300_800
    for ends, count in ((year_10000 - 1, 1), (year_10000, 0), (2**64 - 1, 0)):
        builder = SSHCertificateBuilder().public_key(key.public_key()).serial(1).key_id(b"made-up")
        builder = builder.type(SSHCertificateType.USER).valid_principals([b"made-up"])
        certificate = builder.valid_after(1).valid_before(ends).sign(key)
        assert len(times_of("cert", Value(certificate.public_bytes()))) == count


def test_a_subject_is_named_by_its_common_name_in_any_order() -> None:
    assert subject_name("CN=corp-ca,O=Corp") == subject_name("O=Corp,CN=corp-ca") == "corp-ca"
    assert subject_name("CN=corp-ca+O=Corp") == subject_name("O=Corp+CN=corp-ca") == "corp-ca"
    assert subject_name("C=DE,OU=ops\\, inc") == "ops, inc"


def test_a_row_name_is_computed_once_and_freed_with_its_value() -> None:
    value = Value(b"postgres://u:made-up@db/orders")
    assert known_row_name("url", value) is None
    name = row_name("url", value)
    assert known_row_name("url", value) is name is row_name("url", value)
    assert known_row_name("other", value) is None
    row_name("other", value)
    assert known_row_name("url", value) is name
    held = weakref.ref(value)
    del value
    gc.collect()
    assert held() is None
    assert known_row_name("url", Value(b"made-up")) is None


def test_the_page_about_formats_is_up_to_date() -> None:
    page = Path(__file__).parents[2] / "docs" / "inside-values.md"
    today = "".join(f"{line}\n" for line in inside_values_page())
    is_today = page.read_text() == today
    assert is_today, "run: python -m tui.model.secret.formats.page > docs/inside-values.md"


def test_each_format_that_names_a_row_is_on_the_page() -> None:
    without = [one.name for one in VALUE_FORMATS if one.page == () and one.name != "binary"]
    assert without == [], "give these a `page`"
