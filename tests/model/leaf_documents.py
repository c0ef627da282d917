"""Values of each format that can be written back leaf by leaf, where their leaves are, and texts to write."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final, NamedTuple

from tests.model.value_shapes import b64


class Document(NamedTuple):
    """A value, and where its leaves are written, in their order."""

    key: str
    text: str
    places: list[tuple[int, int]]


def document(key: str, marked: str) -> Document:
    """A document whose leaves stand in ⟦⟧."""
    parts = re.split("[⟦⟧]", marked)
    ends = [len("".join(parts[:at])) for at in range(len(parts) + 1)]
    return Document(key, "".join(parts), list(zip(ends[1::2], ends[2::2], strict=False)))


DOCUMENTS: Final[Mapping[str, Document]] = {
    "JSON": document(
        "a.json", '{\n\t"n": ⟦-1.50e3⟧,\n\t"l": [⟦"x"⟧, ⟦null⟧ , ⟦true⟧],\n\t"é": {"p": ⟦"a\\n"⟧}\n}\n'
    ),
    "JSON, minified": document("a.json", '{"a":⟦"x"⟧,"b":[⟦1⟧,⟦"\\u00e9\\/"⟧],"c":{"d":⟦"y"⟧}}'),
    "JSON of Windows": document("a.json", '{\r\n  "a": ⟦"x"⟧,\r\n  "b": ⟦""⟧\r\n}\r\n'),
    "YAML, block": document(
        "a.yaml",
        "# first\n---\nuser: ⟦ann⟧   # who\npassword: ⟦'it''s'⟧\nport:  ⟦5432⟧\non: ⟦yes⟧\n"
        '"q": ⟦"a\\tb"⟧\n'
        "list:\n- ⟦x y⟧\n-   ⟦00x⟧ # one\n- - ⟦z⟧\nmore:\n    deep: ⟦http://x.test/?a=b⟧\n...\n",
    ),
    "YAML, flow": document(
        "a.yaml", 'a: {b: ⟦x⟧, c: [⟦y⟧,⟦\'z\'⟧ , ⟦1.5⟧], "d":⟦"e"⟧}\nf: ⟦2026-11-24⟧\ng: {h: ⟦~⟧}\n'
    ),
    "YAML, literal blocks": document(
        "a.yaml",
        "a: ⟦|\n  one\n\n  two⟧\n# note\nb: ⟦|-\n    x⟧\n\nc: ⟦|2+\n   y\n\n⟧\nd: ⟦| # why\n z⟧\ne: ⟦x⟧\n",
    ),
    "YAML, folded": document(
        "a.yaml",
        "a: ⟦>\n  one\n  two\n\n  three⟧\nb: ⟦>-\n    x⟧\n\n"
        "c: ⟦one\n  two⟧\nd: ⟦'x\n\n  y'⟧\ne: ⟦\"z\\\n  z\"⟧ # c\n",
    ),
    "YAML of Windows, without a last line break": document(
        "a.yaml", "a: ⟦x⟧ # c\r\nb: ⟦|\r\n  one\r\n  two⟧\r\nc:\r\n- ⟦'y'⟧\r\n- ⟦z⟧"
    ),
    "YAML that ends in a block": document("a.yaml", "a: ⟦x⟧\nb: ⟦|\n  one⟧"),
    "YAML with a byte order mark": document("a.yaml", '\ufeffa: ⟦x⟧\nb: ⟦"y"⟧\n'),
    "YAML, anchors that nothing is shared by": document(
        "a.yaml", "a: &x ⟦'b'⟧\nc: !!str ⟦5⟧\nd: &y !!str ⟦z⟧ # c\n"
    ),
    "two documents of YAML": document("a.yaml", "a: ⟦x⟧\n---\na: ⟦y⟧\n"),
    ".env": document(
        ".env",
        '# first\nA=⟦x⟧\nexport B=⟦\'it is\'⟧ # c\n\nC=⟦"a\\nb"⟧\nD=⟦"two\nlines"⟧\n  E=⟦x y⟧  # c\nF=⟦⟧\n',
    ),
    ".env of Windows": document(".env", 'A=⟦x⟧\r\nB=⟦"y"⟧\r\nC=⟦z z⟧'),
    ".env with a byte order mark": document(".env", "\ufeffA=⟦x⟧\nB=⟦y⟧\n"),
    ".properties": document(
        "a.properties",
        "# first = x\na.b=⟦x⟧\n! c\nc.d : ⟦y\\\n    z⟧\n"
        "e\\ f ⟦\\u00e9\\:⟧\ng=\\\n   ⟦w⟧\nh=⟦⟧\nlong = ⟦a \\\\⟧\n",
    ),
    ".properties with names of variables": document("a.properties", "A=⟦x⟧\nB=⟦'⟧\nC=⟦y\\\n  z⟧\n"),
    ".properties of Windows": document("a.properties", "a=⟦x⟧\r\nb = ⟦y\\\r\n  z⟧\r\nc=⟦é⟧"),
    "INI": document(
        "a.ini", '; first\n[a]\nx = ⟦1⟧\nY=⟦"q"⟧\n# c\nz: ⟦two words⟧  \n[b c]\nx=⟦⟧\nw =⟦a;b⟧\n'
    ),
    "INI of Windows": document("my.cnf", '[client]\r\nuser = ⟦x⟧\r\npassword = ⟦"y"⟧\r\n[b]\r\nz=⟦w⟧'),
    "TOML": document(
        "a.toml",
        't = ⟦"x"⟧ # c\nn = ⟦1.50⟧\nd = ⟦1979-05-27⟧\nb."c d" = ⟦\'lit\'⟧\n[db]\nurl=⟦"a\\nb"⟧\n'
        'l = [ ⟦1⟧, # one\n  ⟦\'two\'⟧,\n]\nm = ⟦"""\n a"b\nc"""⟧\n[[s]]\nx = {y = ⟦true⟧, z = [⟦"w"⟧]}\n'
        "[s.t]\nu = ⟦'''v'''⟧\n[[s]]\nx=⟦\"\"⟧\n",
    ),
    "TOML of Windows": document("a.toml", 'a = ⟦\'x\'⟧\r\n[b]\r\nc = ⟦"""\r\nd\r\n"""⟧\r\ne = ⟦"f"⟧'),
    "URL": document(
        "url", "postgres://⟦ann⟧:⟦made%2Fup⟧@db.test:5432/orders?sslmode=⟦require⟧&o=⟦-c+a⟧#⟦f⟧\n"
    ),
    "URL of a webhook": document("url", "https://hooks.test⟦/services/made-up⟧"),
    "URL with a token": document("url", "https://hooks.test?⟦made-up⟧&a=⟦b⟧"),
    "URL of several hosts": document("url", "mongodb://⟦u⟧:⟦p⟧@a:27017,b:27017/shop?authSource=⟦admin⟧"),
    "JDBC": document("jdbc", "jdbc:postgresql://db:5432/orders?user=⟦u⟧&password=⟦p⟧"),
    "JDBC with options": document(
        "jdbc", "jdbc:sqlserver://db:1433;databaseName=⟦orders⟧;user=⟦u⟧;password=⟦p⟧"
    ),
    "libpq": document(
        "dsn", " host=db.test dbname=orders user=⟦ann⟧ password=⟦'made \\' up'⟧ sslmode = ⟦require⟧\n"
    ),
    "ADO": document(
        "cs", 'Server=tcp:db.test,1433;Database=orders;User Id=⟦ann⟧; Password=⟦a=b⟧;X=⟦"a;""b"⟧;\n'
    ),
    "Azure": document("cs", "DefaultEndpointsProtocol=⟦https⟧;AccountName=⟦shop⟧;AccountKey=⟦a==⟧"),
    "docker config": document(
        ".dockerconfigjson",
        f'{{"auths": {{"ghcr.io": {{"auth": ⟦"{b64("ann:x")}"⟧}}, '
        '"quay.io": {"username": ⟦"a"⟧, "password": ⟦"b"⟧}}}',
    ),
    "kubeconfig": document(
        "kubeconfig",
        "kind: ⟦Config⟧\nclusters:\n- name: ⟦c⟧\n  cluster: {server: ⟦https://a.test⟧}\ncontexts: ⟦[]⟧\n"
        "users:\n- name: ⟦u⟧\n  user:\n    token: ⟦x⟧\n",
    ),
    "alertmanager.yaml": document(
        "alertmanager.yaml",
        "route:\n  receiver: ⟦a⟧\nreceivers:\n- name: ⟦a⟧\n  slack_configs: [{api_url: ⟦https://h.test/x⟧}]\n",
    ),
    "scrape configs": document("s.yaml", "- job_name: ⟦node⟧\n  basic_auth: {password: ⟦x⟧}\n"),
    "AWS": document("credentials", "[default]\naws_access_key_id = ⟦AKIAX⟧\naws_secret_access_key=⟦a/b+c⟧\n"),
    ".pgpass": document(".pgpass", "# c\ndb.test:5432:orders:⟦ann⟧:⟦a\\:b⟧\n*:*:*:⟦u⟧:⟦p⟧:rest\n"),
    ".pgpass of Windows": document(".pgpass", "\ufeffdb.test:5432:orders:⟦ann⟧:⟦x⟧\r\n\r\nb:1:*:⟦u⟧:⟦p⟧"),
    ".netrc": document(
        ".netrc",
        '# c\nmachine a.test login ⟦ann⟧ password ⟦"made up"⟧\n'
        "machine b.test\n\tpassword ⟦x⟧ # d\ndefault login ⟦y⟧",
    ),
    ".npmrc": document(
        ".npmrc", '; c\n//n.test/:_authToken=⟦x⟧ ; d\n  always-auth = ⟦true⟧\n//m.test/:_password = "⟦y⟧"\r\n'
    ),
    "pip.conf": document("pip.conf", "[global]\nindex-url = ⟦https://u:p@pypi.test/simple⟧\n"),
    "WireGuard": document(
        "wg0.conf",
        "# c\n[Interface]\nPrivateKey = ⟦a+/b=⟧ # c\nDNS=⟦10.0.0.1, 10.0.0.2⟧\n\n[Peer]\nPresharedKey = ⟦⟧\n"
        " Endpoint =⟦vpn.test:51820⟧  \n[peer]\npublickey=⟦c=⟧",
    ),
    "WireGuard of Windows": document("wg0.conf", "[Peer]\r\nPublicKey = ⟦c=⟧\r\nPresharedKey =⟦⟧\r\n"),
    "JWKS": document("jwks", '{"keys":[{"kty":⟦"oct"⟧,"k":⟦"x"⟧}]}'),
    "Google": document(
        "k.json", '{"type": ⟦"service_account"⟧, "project_id": ⟦"p"⟧, "private_key": ⟦"x\\n"⟧}'
    ),
}
TEXTS: Final = (
    *(
        "new",
        "",
        " ",
        " x",
        "x ",
        "a b",
        "it's",
        'say "x"',
        "'",
        '"',
        "\\",
        "a\\b",
        "\\n",
        "#",
        "a #b",
        "a:b",
        "a: b",
    ),
    *(
        "-",
        "- a",
        "[a]",
        "{a}",
        "a, b",
        "%",
        "%2F",
        "%zz",
        "@",
        "a@b/c?d#e",
        "&a",
        "*a",
        "!a",
        "|",
        ">",
        "?",
        "`",
        ";",
    ),
    *(
        "=",
        "a=b",
        "$x",
        "${x}",
        "$(x)",
        "null",
        "~",
        "true",
        "no",
        "1",
        "-2.5e3",
        "0x1F",
        "00501",
        "1_000",
        "12:30",
    ),
    *(
        "2026-11-24",
        "<<",
        "a\nb",
        "a\n",
        "\na",
        "a\n\nb\n",
        "  a\n b",
        "\n",
        "a\r\nb",
        "\r",
        "\t",
        "a\tb",
        "\x00",
        "\x1b",
    ),
    *(
        "\x7f",
        "\x85",
        "\xa0",
        "\u2028",
        "\ufeff",
        "pässwörd",
        "密码",
        "\N{GRINNING FACE}",
        "</script>",
        "a/b",
        "ENC[x]",
    ),
    *(
        "/new/path",
        "/a b",
        "'a'",
        '"a"',
        "'''",
        '"""',
        "a\\\nb",
        "x" * 10_000,
        "wide 密码 " * 500,
        "key: value\nb: c\n",
    ),
)
QUICK: Final = ("new", "", "it's", 'a "b" \\ # : % = ;', "a\nb\n", "密码", "00501", " x ", "/a b")
