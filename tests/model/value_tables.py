"""The table of values: of each format five shapes or more, and what their rows say."""

from __future__ import annotations

import gzip
import json
from collections.abc import Mapping
from typing import Final

from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from tests.model.file_values import FILE_VALUES
from tests.model.key_values import KEY_VALUES
from tests.model.value_shapes import (
    ACCOUNT,
    API,
    ISSUER,
    KEYS,
    LEAF,
    MARKER,
    NOW,
    SECRET,
    SERVICE_ACCOUNT,
    STATE,
    Shape,
    auth,
    b64,
    helm,
    jwt,
    kubeconfig,
    pem,
    text,
)

HOUR: Final = 3600

SHAPES: Final[Mapping[str, tuple[Shape, ...]]] = {
    **KEY_VALUES,
    **FILE_VALUES,
    "URL": (
        text("url", f"postgres://app:{SECRET}@db.internal:5432/orders", "postgres://db.internal:5432/orders"),
        text("url", f"https://{SECRET}@git.example/repo.git", "https://git.example"),
        text("uri", f"redis://:{SECRET}@redis:6379/0", "redis://redis:6379/0"),
        text(
            "uri",
            f"mongodb+srv://u:{SECRET}@c0.example.net/shop?authSource={SECRET}",
            "mongodb+srv://c0.example.net/shop",
        ),
        text("uri", f"mongodb://u:{SECRET}@a:27017,b:27017/shop", "mongodb://a:27017,b:27017/shop"),
        text(
            "jdbc",
            f"jdbc:postgresql://db:5432/orders?user=u&password={SECRET}",
            "jdbc:postgresql://db:5432/orders",
        ),
        text(
            "jdbc",
            f"jdbc:sqlserver://db:1433;databaseName=orders;user=u;password={SECRET}",
            "jdbc:sqlserver://db:1433/orders",
        ),
        text("dsn", f"postgresql+psycopg2://u:{SECRET}@db/orders\n", "postgresql+psycopg2://db/orders"),
        text("url", f"https://maker.example/trigger/{SECRET}", "https://maker.example"),
        text("url", f"postgres://u:p/{SECRET}@db/orders", "postgres URL"),
        text("url", f"postgres://u:#{SECRET}@db/orders", "postgres URL"),
        text("url", f"postgres://u:1234/{SECRET}@db/orders", "postgres URL"),
        text("url", f"redis://u:1234?{SECRET}@db", "redis URL"),
        text("url", f"https://{SECRET}", "https URL"),
        text("url", f"{MARKER}://{SECRET}@x", "URL"),
    ),
    "connection strings": (
        text(
            "dsn",
            f"host=db.internal port=5432 dbname=orders user=u password={SECRET}",
            "libpq connection db.internal:5432/orders",
        ),
        text("dsn", f"user=u password='{SECRET} x' host=db sslmode=require", "libpq connection db"),
        text(
            "cs",
            f"Server=tcp:sql.example.net,1433;Initial Catalog=orders;User ID=u;Password={SECRET};",
            "SQL connection sql.example.net:1433/orders",
        ),
        text("cs", f"Data Source=db;Database=shop;Uid=u;Pwd={SECRET}", "SQL connection db/shop"),
        text("cs", f"Data Source=db;Database=u:{SECRET}@db;Uid=u;Pwd={SECRET}", "SQL connection db"),
        text("dsn", f"host=db user=u dbname='u:{SECRET}@db'", "libpq connection db"),
        text(
            "cs",
            f"Endpoint=sb://u:1/{SECRET}@x.example/;SharedAccessKeyName=n;SharedAccessKey={SECRET}",
            "Azure Service Bus",
        ),
        text(
            "cs",
            f"Host=db;Port=5432;Database=shop;Username=u;Password={SECRET}",
            "SQL connection db:5432/shop",
        ),
        text(
            "cs",
            f"DefaultEndpointsProtocol=https;AccountName=shop;AccountKey={SECRET};EndpointSuffix=core.windows.net",
            "Azure storage account shop",
        ),
        text(
            "cs",
            f"Endpoint=sb://shop.servicebus.windows.net/;SharedAccessKeyName=n;SharedAccessKey={SECRET}",
            "Azure Service Bus shop.servicebus.windows.net",
        ),
    ),
    "docker config": (
        text(
            ".dockerconfigjson",
            json.dumps(
                {
                    "auths": {
                        "https://index.docker.io/v1/": {"auth": auth()},
                        "ghcr.io": {"username": MARKER, "password": SECRET},
                    }
                }
            ),
            "ghcr.io, docker.io",
        ),
        text(
            ".dockerconfigjson",
            json.dumps({"auths": {"registry.shop.example:5000": {"auth": auth()}}}),
            "registry.shop.example:5000",
        ),
        text(".dockercfg", json.dumps({"quay.io": {"auth": auth(), "email": MARKER}}), "quay.io"),
        text(
            "config.json",
            json.dumps({"auths": {f"{n}.example": {"auth": auth()} for n in "abcd"}}, indent=2),
            "a.example, b.example, c.example +1",
        ),
        text(".dockerconfigjson", json.dumps({"auths": {f"u:{SECRET}@x/y": {"auth": auth()}}}), "x"),
        text(
            ".dockerconfigjson",
            json.dumps(
                {"auths": {"gcr.io": {"username": "_json_key", "password": json.dumps(SERVICE_ACCOUNT)}}}
            ),
            "gcr.io",
        ),
        text(
            ".dockerconfigjson",
            json.dumps({"auths": {f"{MARKER}:1234/{SECRET}@x": {"auth": auth()}}}),
            "docker config",
        ),
    ),
    "Helm release": (
        Shape("release", helm(), "ledger 1.4.2 rev 8, deployed"),
        Shape("release", helm(version=1), "ledger 1.4.2 rev 1, deployed"),
        Shape("release", helm(info={"status": "superseded"}), "ledger 1.4.2 rev 8, superseded"),
        Shape("release", helm(info={"status": "pending-upgrade"}), "ledger 1.4.2 rev 8, pending-upgrade"),
        Shape(
            "release",
            helm(chart={"metadata": {"name": "redis", "version": "20.1.0+up1"}}),
            "redis 20.1.0+up1 rev 8, deployed",
        ),
    ),
    "JSON": (
        text("a.json", json.dumps({"a": SECRET, "b": [SECRET] * 12, "c": {"d": SECRET}}), "JSON, 14 leaves"),
        text("a.json", json.dumps({"password": SECRET}, indent=2), "JSON, 1 leaf"),
        text("list", json.dumps([SECRET, {}, [], None]), "JSON, 4 leaves"),
        text("a", "  {}\n", "JSON, 0 leaves"),
        text("a", json.dumps({SECRET: {"x": True}}), "JSON, 1 leaf"),
    ),
    "YAML": (
        text("values.yaml", f"db:\n  user: x\n  password: {SECRET}\n", "YAML, 2 leaves"),
        text("config", f"server:\n  port: 1\nauth:\n- token: {SECRET}\n- token: x\n", "YAML, 3 leaves"),
        text("a.yml", f"- {SECRET}\n- b\n", "YAML, 2 leaves"),
        text("a.yaml", f"a: &x {SECRET}\nb: *x\nc: |\n  {SECRET}\n  two\n", "YAML, 3 leaves"),
        text("a.yaml", f"---\na: 1\n---\nb: {SECRET}\n", "YAML, 2 leaves"),
    ),
    "JWT": (
        text(
            "token",
            jwt({"sub": ACCOUNT, "iss": API, "iat": NOW - HOUR, "exp": NOW + 3 * HOUR, "email": SECRET}),
            "JWT of sa payments/ledger, ends in 3h",
        ),
        text("token", jwt({"sub": ACCOUNT, "iss": "kubernetes/serviceaccount"}), "JWT of sa payments/ledger"),
        text(
            "t",
            jwt({"sub": SECRET, "iss": "https://login.example/realms/x", "exp": NOW + 40 * 86400}),
            "JWT of login.example, ends in 40d",
        ),
        text("t", jwt({"sub": SECRET, "iss": SECRET, "exp": NOW - 2 * 86400}) + "\n", "JWT, expired 2d ago"),
        text(
            "t", jwt({"iss": f"https://u:{SECRET}@x.example", "exp": "soon"}, kid=SECRET), "JWT of x.example"
        ),
        text("t", jwt({"iss": f"https://{MARKER}:1/{SECRET}@x.example"}), "JWT"),
        text("t", ".".join([jwt({}, enc="A256GCM").split(".")[0], "a", "b", "c", "d"]), "JWT, encrypted"),
    ),
    "JWKS": (
        text(
            "jwks.json",
            json.dumps(
                {"keys": [{"kty": "RSA", "n": "x", "e": "AQAB"}, {"kty": "EC", "crv": "P-256", "x": "x"}]}
            ),
            "JWKS, 2 keys: EC and RSA",
        ),
        text(
            "jwks",
            json.dumps({"keys": [{"kty": "RSA", "n": "x", "e": "AQAB", "d": SECRET}]}),
            "JWKS, private, 1 key: RSA",
        ),
        text(
            "jwk",
            json.dumps({"kty": "OKP", "crv": "Ed25519", "x": "x", "d": SECRET}),
            "JWKS, private, 1 key: Ed25519",
        ),
        text(
            "jwk", json.dumps({"kty": "oct", "k": SECRET, "kid": SECRET}), "JWKS, private, 1 key: symmetric"
        ),
        text("jwks", json.dumps({"keys": [{"kty": SECRET}]}), "JSON, 1 leaf"),
    ),
    "Google": (
        text("key.json", json.dumps(SERVICE_ACCOUNT), "Google service account of shop-prod"),
        text("key.json", json.dumps(SERVICE_ACCOUNT, indent=2), "Google service account of shop-prod"),
        text(
            "gcp",
            json.dumps({"type": "external_account", "audience": SECRET, "credential_source": {"file": "x"}}),
            "Google external account",
        ),
        text(
            "adc.json",
            json.dumps(
                {
                    "type": "authorized_user",
                    "client_secret": SECRET,
                    "refresh_token": SECRET,
                    "quota_project_id": "shop",
                }
            ),
            "Google user credentials of shop",
        ),
        text(
            "key.json",
            json.dumps({"type": "service_account", "project_id": f"<{SECRET}>", "private_key": SECRET}),
            "Google service account",
        ),
    ),
    "kubeconfig": (
        Shape(
            "kubeconfig",
            kubeconfig("https://api.shop.example:6443", {"token": SECRET}),
            "kubeconfig: api.shop.example:6443",
        ),
        Shape(
            "value",
            kubeconfig(
                "https://10.0.0.1", {"client-certificate-data": b64(pem(LEAF)), "client-key-data": SECRET}
            ),
            "kubeconfig: 10.0.0.1 · 69d",
        ),
        Shape(
            "config",
            kubeconfig("https://a.example", {"exec": {"command": MARKER}}, ("https://b.example",)),
            "kubeconfig: a.example +1",
        ),
        Shape("config", kubeconfig(f"https://u:{SECRET}@x", {"password": SECRET}), "kubeconfig: x"),
        Shape("config", kubeconfig(f"https://u:1/{SECRET}@x", {"password": SECRET}), "kubeconfig"),
        text(
            "k.json",
            json.dumps(
                {"kind": "Config", "clusters": [{"cluster": {"server": "https://j.example"}}], "contexts": []}
            ),
            "kubeconfig: j.example",
        ),
    ),
    "Prometheus": (
        text(
            "alertmanager.yaml",
            "route:\n  receiver: oncall\nreceivers:\n- name: oncall\n"
            f"  slack_configs: [{{api_url: {SECRET}}}]\n",
            "Alertmanager: oncall",
        ),
        text(
            "alertmanager.yaml",
            "global: {}\nroute: {receiver: a}\nreceivers: [{name: a}, {name: b}, {name: c}]\n",
            "Alertmanager: a, b +1",
        ),
        text("am", f"route:\n  receiver: x\nreceivers:\n- name: <{SECRET}>\n", "Alertmanager, 1 receiver"),
        text(
            "scrape.yaml",
            f"- job_name: node\n  basic_auth: {{password: {SECRET}}}\n- job_name: kube\n",
            "scrape configs: node, kube",
        ),
        text(
            "prometheus.yaml",
            f"global: {{}}\nscrape_configs:\n- job_name: node\n  bearer_token: {SECRET}\n",
            "scrape configs: node",
        ),
    ),
    "age, SOPS": (
        text(
            "keys.txt",
            f"# created: 2026-11-01\n# public key: age1{'q' * 58}\nAGE-SECRET-KEY-1{'M4RK3R' * 9}QQQQ\n",
            f"age identity of age1{'q' * 58}",
        ),
        text("age.agekey", f"AGE-SECRET-KEY-1{'M4RK3R' * 9}QQQQ\n", "age identity"),
        text("age", f"AGE-SECRET-KEY-1{'M4RK3R' * 9}QQQQ\n" * 2, "2 age identities"),
        Shape("age", b"age-encryption.org/v1\n-> X25519 m4rk3r\n\x00\xff", "age, encrypted"),
        text(
            "s.yaml",
            f"a: ENC[{SECRET}]\nsops:\n  age: [{{recipient: x}}, {{recipient: y}}]\n"
            f"  lastmodified: '2026-11-01T10:00:00Z'\n  mac: {SECRET}\n",
            "SOPS, 2 recipients, changed 1 Nov 2026",
        ),
    ),
    "Terraform state": (
        Shape("tfstate", gzip.compress(STATE, mtime=0), "gzip of Terraform state 8: 12 resources, 2 outputs"),
        Shape("tfstate", STATE, "Terraform state 8: 12 resources, 2 outputs"),
        text(
            "s",
            json.dumps({"version": 4, "terraform_version": "1.5.7", "serial": 0}),
            "Terraform state 0: 0 resources, 0 outputs",
        ),
        text(
            "s",
            json.dumps({"version": 4, "terraform_version": "1.5.7", "serial": 1, "resources": [{}]}),
            "Terraform state 1: 1 resource, 0 outputs",
        ),
        text(
            "s",
            b64(gzip.compress(STATE, mtime=0)),
            "base64 of gzip of Terraform state 8: 12 resources, 2 outputs",
        ),
    ),
    "packed": (
        text("p", b64(SECRET), "base64 of a text: encoded twice?"),
        text("p", b64(f"{SECRET}\nand 2\n") + "\n", "base64 of a text: encoded twice?"),
        text("p", b64(json.dumps({"a": SECRET})), "base64 of JSON, 1 leaf"),
        text("p", b64(b64(f"postgres://u:{SECRET}@db/x")), "base64 of base64 of postgres://db/x"),
        Shape("x.yaml.gz", gzip.compress(f"a: {SECRET}\nb: 2\n".encode(), mtime=0), "gzip of YAML, 2 leaves"),
        Shape("x.gz", gzip.compress(SECRET.encode(), mtime=0), "gzip of text"),
        text("ca", b64(pem(ISSUER)), "base64 of cert: corp-ca · 2y"),
    ),
}
PLAIN: Final = (
    text("password", SECRET, "text"),
    text("user", "admin", "text"),
    text("number", "12345", "text"),
    text("note", "Dear team,\nplease rotate this: soon.\n", "text"),
    text("empty", "", "empty"),
    Shape("random", b"\xff\x00\x10\x99" * 8, "binary"),
    Shape(
        "public",
        KEYS[0].public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo),
        "PEM public key",
    ),
)
