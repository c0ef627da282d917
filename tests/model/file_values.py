"""Files of settings and of logins, and what their rows say."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from tests.model.value_shapes import APR1, BCRYPT, MARKER, SECRET, SHA512, Shape, text

NPM: Final = f"npm_{MARKER}" + "a" * 30

FILE_VALUES: Final[Mapping[str, tuple[Shape, ...]]] = {
    "settings": (
        text("app.env", f"USER=x\nexport PASSWORD='{SECRET}'\n# note\nEMPTY=\n", ".env, 3 names"),
        text("env", f'A=1\nKEY="-----BEGIN\n{SECRET}\n-----END"\nB=2\n', ".env, 3 names"),
        text(
            "application.properties",
            f"spring.datasource.url=x\nspring.datasource.password={SECRET}\n",
            ".properties, 2 names",
        ),
        text("x.properties", f"a.b: x\nc.d = {SECRET} \\\n  more\n! note\n", ".properties, 2 names"),
        text("app.properties", f"a.b=x\nc.d={SECRET}", ".properties, 2 names"),
        text("app.properties", f"USER=x\nPASSWORD='{SECRET}\\\n y\n", ".properties, 2 names"),
        text(
            "my.cnf", f"[client]\nuser=x\npassword={SECRET}\n[mysql]\nuser = y\n", "INI, 2 sections, 3 names"
        ),
        text(
            "grafana.ini",
            f"[database]\npassword = {SECRET}\n",
            "TOML, 1 section, 1 name".replace("TOML", "INI"),
        ),
        text("config.toml", f'title = "x"\n[db]\npassword = "{SECRET}"\n', "TOML, 1 section, 2 names"),
        text("config", f'[a]\nx = "{SECRET}"\n[b]\ny = 2\n', "TOML, 2 sections, 2 names"),
    ),
    "AWS credentials": (
        text(
            "credentials",
            f"[default]\naws_access_key_id = AKIA{MARKER}\naws_secret_access_key = {SECRET}\n",
            "AWS credentials, lasting: default",
        ),
        text(
            "credentials",
            f"[default]\naws_access_key_id=ASIA{MARKER}\naws_secret_access_key={SECRET}\naws_session_token={SECRET}\n",
            "AWS credentials, temporary: default",
        ),
        text(
            "config",
            f"[profile prod]\nrole_arn = arn:aws:iam::1:role/{MARKER}\nregion = eu-west-1\n",
            "AWS credentials: prod",
        ),
        text(
            "cloud",
            f"[default]\naws_access_key_id={SECRET}\naws_secret_access_key={SECRET}\n",
            "AWS credentials: default",
        ),
        text(
            "c",
            "".join(f"[{n}]\naws_access_key_id=AKIAX\naws_secret_access_key={SECRET}\n" for n in "abc"),
            "AWS credentials, lasting: a, b +1",
        ),
    ),
    "htpasswd": (
        text("auth", f"a:{BCRYPT}\nb:{BCRYPT}\nc:{BCRYPT}\n", "bcrypt, 3 users"),
        text("auth", f"u:{APR1}", "MD5 (weak), 1 user"),
        text("htpasswd", f"# note\nx:{APR1}\ny:{BCRYPT}\n", "MD5 (weak) and bcrypt, 2 users"),
        text("users", f"x:{SHA512}\n", "SHA-512, 1 user"),
        text("hash", BCRYPT, "bcrypt hash"),
        text("auth", "x:m4rk3rabcdefg\n", "crypt (weak), 1 user"),
    ),
    "login files": (
        text(".pgpass", f"db.internal:5432:orders:u:{SECRET}\n", ".pgpass: db.internal:5432/orders"),
        text(".pgpass", f"# x\na:*:*:u:{SECRET}\nb:5432:x:u:{SECRET}\n", ".pgpass: a:*/* +1"),
        text(".netrc", f"machine git.example login u password {SECRET}\n", ".netrc: git.example"),
        text(
            "netrc",
            f"machine a.example\n  login u\n  password {SECRET}\nmachine b.example login u password x\n",
            ".netrc: a.example, b.example",
        ),
        text(
            "netrc",
            f'machine a.example login machine password "{SECRET} machine no.example"\n'
            f"machine b.example password machine login {SECRET}\n",
            ".netrc: a.example, b.example",
        ),
        text(
            ".npmrc",
            f"@shop:registry=https://npm.example/\n//npm.example/:_authToken={SECRET}\n",
            ".npmrc: npm.example",
        ),
        text(".npmrc", f"//npm.pkg.github.com/:_authToken={NPM}\n", ".npmrc: npm.pkg.github.com"),
        text(
            "pip.conf",
            f"[global]\nindex-url = https://u:{SECRET}@pypi.example/simple\n",
            "pip.conf: pypi.example",
        ),
        text(
            "pip.conf",
            f"[global]\nextra-index-url=https://u:p/{SECRET}@pypi.example/simple\n",
            "INI, 1 section, 1 name",
        ),
        text(
            "pip.conf",
            f"[global]\nindex-url = https://u:p@{MARKER}/w@{MARKER}s/simple\n",
            "INI, 1 section, 1 name",
        ),
        text(
            "smbpasswd",
            f"admin:1000:{'5' * 32}:{MARKER}{'A' * 25}:[U          ]:LCT-5F2B1C3D:\n",
            "text",
        ),
        text("url", f"redis://cache:6379/{'0f' * 16}", "redis://cache:6379"),
        text("url", "amqp://cache/aB3dE5fG7hI9jK1lM3nO5pQ7", "amqp://cache"),
    ),
    "WireGuard": (
        text(
            "wg0.conf",
            f"[Interface]\nPrivateKey = {SECRET}\nAddress = 10.0.0.2/32\nDNS = 10.0.0.1\n\n"
            f"[Peer]\nPublicKey = {SECRET}\nPresharedKey = {SECRET}\nEndpoint = vpn.example.test:51820\n"
            f"AllowedIPs = 0.0.0.0/0, ::/0\n\n[Peer]\nPublicKey = {SECRET}\nAllowedIPs = 10.0.0.3/32\n",
            "WireGuard: vpn.example.test:51820, 2 peers",
        ),
        text(
            "wg",
            f"[interface] # home\nprivatekey={SECRET}\n[peer]\npublickey={SECRET}\nendpoint=[2001:db8::1]:1\n"
            f"[peer]\npublickey={SECRET}\nendpoint=b.example:2",
            "WireGuard: [2001:db8::1]:1 +1, 2 peers",
        ),
        text("wg.conf", f"[Interface]\nPrivateKey = {SECRET}\n", "WireGuard, 0 peers"),
        text("wg.conf", f"[Peer]\nPublicKey={SECRET}\nEndpoint={SECRET}\n", "WireGuard, 1 peer"),
        text("wg.conf", f"[Peer]\nPublicKey={SECRET}\nEndpoint=u:{SECRET}@x:1\n", "WireGuard, 1 peer"),
        text("a.conf", f"[Interface]\nPrivateKey={SECRET}\n[Route]\nGateway=x\n", "INI, 2 sections, 2 names"),
    ),
}
