"""Risks of values: each is planted once and found on its key, and ordinary values have none."""

from __future__ import annotations

import base64
import json
import random
import re
import secrets
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

from tests.model.chart_configs import KINDS, TABLE, fields_of, with_lists
from tests.model.test_health import evidence
from tui.model.health.checks import judge, states_words
from tui.model.health.finding import Finding
from tui.model.health.risk_checks import accepted_count
from tui.model.health.risks import Risk, marker, risks_of
from tui.model.secret.generate import ALPHABETS
from tui.model.secret.secret import Secret, SecretRef
from tui.model.secret.value import Value
from tui.model.settings.accepted_risks import ANNOTATION, RISKS, AcceptedRisk

NOW: Final = datetime(2026, 6, 1, tzinfo=UTC).timestamp()
MARK: Final = marker(b"made up")
GOOD: Final = "kJ8-made-up-and-long-enough"


def made(
    values: Mapping[str, str] | Mapping[str, bytes] | Mapping[str, str | bytes],
    name: str = "db",
    namespace: str = "shop",
    accepts: str = "",
) -> Secret:
    data = {key: Value(value.encode() if isinstance(value, str) else value) for key, value in values.items()}
    annotations = {ANNOTATION: accepts} if accepts else {}
    return Secret(SecretRef(namespace, name), f"uid-{name}", "1", "Opaque", data, annotations=annotations)


def risks(values: Mapping[str, str | bytes]) -> list[Risk]:
    return list(risks_of(made(values), NOW, MARK).risks)


def found(*looked: Secret) -> list[Finding]:
    risks_by_secret = {secret.ref: risks_of(secret, NOW, MARK) for secret in looked}
    return list(judge(evidence(risks=risks_by_secret), ("risk", "reused")))


def private_key(key: rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey) -> bytes:
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())


def certificate(key: rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey) -> bytes:
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "made-up.example")])
    begins = datetime(2026, 1, 1, tzinfo=UTC)
    builder = x509.CertificateBuilder(name, name, key.public_key(), 7, begins, begins + timedelta(days=900))
    return builder.sign(key, hashes.SHA256()).public_bytes(Encoding.PEM)


APR1: Final = "$apr1$madeup00$" + "a" * 22


def b64(text: str) -> str:
    return base64.b64encode(text.encode()).decode()


def jwt(ends: float) -> str:
    def part(content: object) -> str:
        return base64.urlsafe_b64encode(json.dumps(content).encode()).rstrip(b"=").decode()

    head, body = {"alg": "HS256", "typ": "JWT"}, {"sub": "made-up", "iat": 1_000, "exp": int(ends)}
    return f"{part(head)}.{part(body)}.{'s' * 43}"


ORDINARY_KEY: Final = private_key(ec.generate_private_key(ec.SECP256R1()))
SMALL: Final = rsa.generate_private_key(65_537, 1024)


@pytest.mark.parametrize(
    ("name", "values"),
    [
        ("default", {"password": "changeit"}),
        ("default", {"POSTGRES_PASSWORD": "Postgres"}),
        ("default", {"password": "payments-app", "username": "payments-app"}),
        ("default", {"api-token": "minioadmin"}),
        ("placeholder", {"password": "<your password>"}),
        ("placeholder", {"token": "${TOKEN}"}),
        ("placeholder", {"storepass": "xxxxxxxxxxxx"}),
        ("short", {"password": "kJ8-m"}),
        ("line-break", {"password": f"{GOOD}\n"}),
        ("encoded-twice", {"config": base64.b64encode(b"a made up text that was encoded")}),
        ("ended", {"jwt": jwt(NOW - 86_400)}),
        ("weak-hash", {"auth": f"ann:{APR1}"}),
        ("weak-key", {"id_rsa": private_key(SMALL)}),
        ("no-certificate", {"tls.key": ORDINARY_KEY, "note": "made up"}),
    ],
)
def test_each_risk_is_found_on_its_key(name: str, values: dict[str, str | bytes]) -> None:
    reported = risks(values)
    assert [risk.name for risk in reported] == [name]
    assert reported[0].place.key == next(iter(values))
    for risk in reported:
        for value in values.values():
            text = value if isinstance(value, str) else value.decode()
            assert text.strip() not in risk.says + risk.do


@pytest.mark.parametrize(
    "values",
    [
        {"password": GOOD},
        {"password-file": "/etc/db/pass"},
        {"password_hash": "5"},
        {"username": "admin", "database": "postgres"},
        {"jwt": jwt(NOW + 86_400)},
        {"auth": "ann:$2y$10$" + "a" * 53},
        {"tls.crt": certificate(ec.generate_private_key(ec.SECP256R1())), "tls.key": ORDINARY_KEY},
        {"ssh-privatekey": ORDINARY_KEY},
        {"password": ""},
        {"password": b"\xff\xfe\x00"},
        {"bypass-list": "a,b"},
        {"PROXY_BYPASS": "a"},
        {"SITE_KEY": "test"},
        {"tls.key": ORDINARY_KEY},
    ],
)
def test_ordinary_values_have_no_risk(values: dict[str, str | bytes]) -> None:
    assert risks(values) == []


@pytest.mark.parametrize(
    ("name", "key", "value", "path"),
    [
        ("default", "config.json", '{"database": {"password": "changeit"}}', "database.password"),
        ("default", "config.yaml", "database:\n  password: 123456\n", "database.password"),
        ("default", "app.env", "DB_HOST=db\nDB_PASSWORD=changeit\n", "DB_PASSWORD"),
        ("default", "application.properties", "db.user=shop\ndb.password=changeit\n", "db.password"),
        ("default", "my.cnf", "[client]\nuser = shop\npassword = changeit\n", "client.password"),
        ("default", "DATABASE_URL", "postgres://shop:changeit@db:5432/shop", "password"),
        ("default", "dsn", "host=db dbname=shop user=shop password=changeit", "password"),
        ("default", "app.env", "URL=amqp://shop:guest@mq:5672/a\nPORT=1\n", "URL.password"),
        ("default", "config", b64('{"password": "changeit", "port": 1}'), "password"),
        ("default", "app.toml", 'port = 1\n[s3]\nsecret_key = "minioadmin"\n', "s3.secret_key"),
        ("default", ".dockerconfigjson", json.dumps({"auths": {"r.test": {"auth": b64("ann:harbor12345")}}}),
         "auths.r.test.password"),
        ("default", "config.yaml", "db:\n  username: pay-app\n  password: pay-app\n", "db.password"),
        ("placeholder", "config.yaml", "api:\n  token: <your token>\n", "api.token"),
        ("short", "config.json", '{"smtp": {"password": "kJ8-m"}}', "smtp.password"),
        ("line-break", "config.yaml", f"db:\n  password: |\n    {GOOD}\n  port: 1\n", "db.password"),
        ("encoded-twice", "config.yaml", f"db:\n  password: {b64('made up and long')}\n", "db.password"),
        ("weak-hash", "dynamic.yaml", f"auth:\n  users:\n  - ann:{APR1}\n", "auth.users[0]"),
        ("ended", "app.env", f"API_TOKEN={jwt(NOW - 86_400)}\nPORT=1\n", "API_TOKEN"),
    ],
)  # fmt: skip
def test_each_risk_is_found_in_a_leaf_and_names_its_path(name: str, key: str, value: str, path: str) -> None:
    secret = made({key: value})
    assert [(risk.name, str(risk.place)) for risk in risks_of(secret, NOW, MARK).risks] == [
        (name, f"{key} {path}")
    ]
    (finding,) = found(secret)
    assert finding.short == f"{key} {path} {finding.says.removeprefix('it ')}"
    assert (finding.key, finding.place) == (key, f"{key} {path}")


def test_a_password_in_a_url_or_a_file_is_found_as_reused_in_another_secret() -> None:
    db, cache = made({"password": GOOD}), made({"url": f"redis://:{GOOD}@redis:6379/0"}, "cache")
    shop = made({"config.json": json.dumps({"database": {"password": GOOD}})}, "shop")
    reported = [(str(each.ref), each.place, each.says) for each in found(db, cache, shop)]
    says = "it is the same as password of db and config.json database.password of shop"
    assert reported == [("shop/cache", "url password", says)]


@pytest.mark.parametrize(("host", "count"), [("db", 0), ("other-db", 1)])
def test_a_login_in_several_urls_is_no_reuse_unless_their_hosts_differ(host: str, count: int) -> None:
    web = made({"url": f"postgres://shop:{GOOD}@db:5432/orders"}, "web")
    worker = made({"DATABASE_URL": f"postgres://shop:{GOOD}@{host}:5432/stock"}, "worker")
    assert len(found(web, worker)) == count


def test_a_password_or_private_key_in_secrets_of_different_names_is_reused() -> None:
    one, two = made({"password": GOOD, "key": ORDINARY_KEY}), made({"REDIS_PASSWORD": GOOD}, "cache", "web")
    three = made({"key": ORDINARY_KEY}, "sign")
    reported = [(str(each.ref), each.key, each.says) for each in found(one, two, three)]
    assert reported == [
        ("shop/db", "key", "it is the same private key as key of sign"),
        ("shop/db", "password", "it is the same as REDIS_PASSWORD of web/cache"),
    ]


def test_copies_of_a_secret_in_other_namespaces_are_no_reuse() -> None:
    assert found(made({"password": GOOD}), made({"password": GOOD}, namespace="web")) == []


def test_a_default_password_is_not_reported_as_reused_too() -> None:
    reported = found(made({"password": "changeit"}, "a"), made({"password": "changeit"}, "b"))
    assert [each.says for each in reported] == ["it is a default or a common password"] * 2


@pytest.mark.parametrize("accepts", ["short", "reused short", "all", "short,reused"])
def test_accepted_risks_are_counted_and_not_reported(accepts: str) -> None:
    looked = {
        secret.ref: risks_of(secret, NOW, MARK) for secret in [made({"password": "kJ8-m"}, accepts=accepts)]
    }
    assert list(judge(evidence(risks=looked), ("risk",))) == []
    assert accepted_count(evidence(risks=looked)) == 1


LEAF: Final = "config.json database.password"


@pytest.mark.parametrize(
    ("rule", "is_accepted"),
    [
        (AcceptedRisk("short"), True),
        (AcceptedRisk("all", namespace="sh*", secret="d?", key="config.json"), True),
        (AcceptedRisk("short", key="*.password"), True),
        (AcceptedRisk("short", key=LEAF), True),
        (AcceptedRisk("reused"), False),
        (AcceptedRisk("short", namespace="web"), False),
        (AcceptedRisk("short", secret="cache"), False),
        (AcceptedRisk("short", key="password"), False),
        (AcceptedRisk("short", object="*"), False),
    ],
)
def test_a_rule_of_the_settings_accepts_what_all_its_globs_match(
    rule: AcceptedRisk, is_accepted: bool
) -> None:
    secret = made({"config.json": '{"database": {"password": "kJ8-m"}}'})
    known = evidence(risks={secret.ref: risks_of(secret, NOW, MARK)}, accepted=(rule,))
    assert len(judge(known, ("risk",))) == (not is_accepted)
    assert accepted_count(known) == is_accepted
    assert states_words(known).endswith("; 1 accepted risk") == is_accepted


def test_a_rule_for_one_of_two_places_accepts_their_reuse() -> None:
    looked = {s.ref: risks_of(s, NOW, MARK) for s in (made({"password": GOOD}), made({"pwd": GOOD}, "cache"))}
    known = evidence(risks=looked, accepted=(AcceptedRisk("reused", secret="cache"),))
    assert (judge(known, ("reused",)), accepted_count(known)) == ((), 1)


def test_the_page_on_risks_names_each_risk_that_can_be_accepted() -> None:
    page = Path("docs/risks.md").read_text(encoding="utf-8")
    assert sorted(re.findall(r"(?m)^\| `([a-z-]+)` \|", page.split("## ")[0])) == sorted(RISKS)


def test_a_reuse_that_all_but_one_accept_is_counted() -> None:
    accepting = made({"password": GOOD}, "db", accepts="reused")
    looked = {s.ref: risks_of(s, NOW, MARK) for s in (accepting, made({"password": GOOD}, "cache"))}
    assert list(judge(evidence(risks=looked), ("reused",))) == []
    assert accepted_count(evidence(risks=looked)) == 1


def letters(length: int) -> str:
    return "".join(secrets.choice(ALPHABETS["letters and digits"]) for _ in range(length))


def test_no_finding_in_300_ordinary_secrets() -> None:
    ordinary = [
        made(
            {"password": letters(24), "username": f"app{number}", "token": letters(40), "key": letters(32)},
            f"app-{number}",
        )
        for number in range(300)
    ]
    assert found(*ordinary) == []


def test_no_finding_in_300_secrets_of_ordinary_files_and_urls() -> None:
    """Files after those of 70 charts, and what names a credential that is elsewhere."""
    ordinary = [
        made({key: chart_file(line, number)}, f"chart-{number}")
        for number in range(3)
        for line, key in ((line, line.split()[1]) for line in TABLE)
    ]
    ordinary += [made(named_elsewhere(), f"named-{number}") for number in range(90)]
    assert len(ordinary) == 300
    assert found(*ordinary) == []


def chart_file(line: str, number: int) -> str:
    """A file of the table with passwords of its own."""
    _chart, _key, kind, fields = line.split(maxsplit=3)
    words = tuple(letters(24) for _ in range(100))
    return KINDS[kind][0](with_lists(fields_of(fields, random.Random(number), words)), number)


REGISTRY: Final = {"auths": {"ghcr.io": {"username": "ann", "password": GOOD}}}


def named_elsewhere() -> dict[str, str]:
    """Values in several Secrets, as they often are: references, names of keys, and one login."""
    return {
        "manifest.yaml": "env:\n- name: PASSWORD\n  valueFrom: {secretKeyRef: {name: db, key: password}}\n",
        "secret.yaml": f"kind: Secret\ndata:\n  password: {b64(letters(24))}\n",
        "values.yaml": "auth:\n  existingSecret: redis\n  secretKey: password\n  passwordKey: password\n",
        "application.yaml": "spring:\n  datasource:\n    password: ${DB_PASSWORD}\n    pool: 5\n",
        "grafana.ini": "[database]\npassword = $__file{/etc/secrets/password}\n[smtp]\npassword =\n",
        "app.env": f"DB_USER=app\nDB_PASSWORD={letters(24)}\nTLS_SECRET=shop-tls-2026\nCACHE_KEY=user:42\n",
        ".dockerconfigjson": json.dumps(REGISTRY),
        "DATABASE_URL": f"postgres://app:{GOOD}@db.internal:5432/orders",
        "GIT_URL": "https://made-up-user:x-oauth-basic@git.example.test/shop.git",
        ".npmrc": f"//npm.example/:_password={b64(letters(24))}\n",
        "bcrypt.yaml": "users:\n- name: ann\n  password: $2a$10$" + "a" * 53 + "\n",
        "sops.yaml": "db:\n  password: ENC[AES256_GCM,data:bWFkZQ==,type:str]\nsops:\n  mac: ENC[a]\n",
        "policy.json": json.dumps({"tolerations": [{"key": "node.made-up.example/dedicated"}] * 2}),
    }


def test_a_digest_differs_by_the_key_of_the_run() -> None:
    assert marker(b"a")(b"made up") != marker(b"b")(b"made up")
    assert GOOD.encode() not in marker(b"a")(GOOD.encode())
