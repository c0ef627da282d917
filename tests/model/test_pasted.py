"""Pasted text is recognized or not; the question about it names keys, and nothing of a value."""

from __future__ import annotations

import json
from base64 import b64encode, urlsafe_b64encode
from collections.abc import Callable
from functools import partial

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from tests.certificates import made_up_chain
from tui.model.draft.pasted import recognized
from tui.model.secret.export import as_json, as_yaml
from tui.model.secret.formats import pem_layout
from tui.model.secret.formats.binary import base64_of
from tui.model.secret.formats.pem_layout import laid_out
from tui.model.secret.formats.value_format import Paste, Pasted
from tui.model.secret.secret import Secret, SecretRef
from tui.model.secret.value import Value

NOW = 1_780_000_000.0
REF = SecretRef("shop", "app")
VALID = "The first certificate expires in 3,502d."
GZIP = b"\x1f\x8b\x08" + bytes(range(200))


def seen(text: str, key: str | None = "token", value: bytes | None = b"made-up-1") -> Pasted | None:
    data = {} if key is None or value is None else {key: Value(value)}
    return recognized(Paste(text, key, data, NOW), REF)


def prompt(text: str, key: str | None = "token", value: bytes | None = b"made-up-1") -> str:
    """The question and its notes; "" for a text that is not recognized."""
    found = seen(text, key, value)
    return "" if found is None else "\n".join((found.question, *found.notes))


def values(text: str, key: str | None = "token", value: bytes | None = b"made-up-1") -> dict[str, bytes]:
    found = seen(text, key, value)
    assert found is not None
    return {name: one.reveal() for name, one in found.values.items()}


def jwt(**body: object) -> str:
    parts = (json.dumps(part).encode() for part in ({"alg": "HS256", "typ": "JWT"}, body))
    return ".".join([*(urlsafe_b64encode(part).decode().rstrip("=") for part in parts), "bWFkZS11cC0x"])


def test_a_pem_bundle_sets_certificate_and_key() -> None:
    leaf, issuer, root, key = made_up_chain()
    assert prompt(key + root + leaf + issuer) == (
        "3 certificates and a private key: set tls.crt and tls.key?\n"
        "The key belongs to the first certificate.\n"
        f"{VALID}"
    )
    assert values(key + leaf) == {"tls.crt": leaf.encode(), "tls.key": key.encode()}
    assert prompt(leaf + issuer) == prompt(key) == "", "one of both is a value like any other"


def test_certificates_are_put_in_the_order_of_the_key_that_is_there() -> None:
    leaf, issuer, root, key = made_up_chain()

    def of(text: str, key_there: str, under: str = "tls.crt") -> Pasted | None:
        data = {"tls.crt": Value(b"made-up-1"), "tls.key": Value(key_there.encode()), "ca.crt": Value(b"")}
        return recognized(Paste(text, under, data, NOW), REF)

    found = of(f"made up\n{root}{issuer}{leaf}", key)
    assert found is not None and found.values["tls.crt"].reveal() == (leaf + issuer + root).encode()
    assert (found.question, found.notes) == (
        "3 certificates: set tls.crt?",
        ("Certificates were sorted: the certificate for tls.key is first.", VALID),
    )
    for text, key_there, notes in (
        (leaf + root, key, (VALID,)),
        (issuer + root, key, ("! tls.key belongs to another certificate: paste the new key too.", VALID)),
        (issuer + leaf, "made up", (VALID,)),
    ):
        found = of(text, key_there)
        assert found is not None and found.values["tls.crt"].reveal() == text.encode(), "as it came"
        assert found.notes == notes
    assert of(issuer + leaf, key, "ca.crt") is None, "another key may hold any order"


def test_a_certificate_or_a_key_goes_where_it_belongs_in_a_tls_secret() -> None:
    leaf, issuer, _, key = made_up_chain()
    other = made_up_chain()[3]
    encrypted = "-----BEGIN ENCRYPTED PRIVATE KEY-----\nbWFkZSB1cA==\n-----END ENCRYPTED PRIVATE KEY-----\n"

    def of(text: str, under: str) -> Pasted:
        data = {"tls.crt": Value(leaf.encode()), "tls.key": Value(key.encode())}
        found = recognized(Paste(text, under, data, NOW), REF)
        assert found is not None
        return found

    assert of(leaf + issuer, "tls.key").question == "2 certificates: set tls.crt?"
    assert of(key, "tls.crt").question == "A private key: set tls.key?"
    assert of(key, "tls.key").notes == ("The key belongs to the certificate in tls.crt.",)
    assert of(other, "tls.key").notes == (
        "! The certificate in tls.crt belongs to another key: paste the new certificate too.",
    )
    assert of(encrypted, "tls.key").notes == (
        "! The key is encrypted: most programs cannot use it. "
        "Run openssl pkey -in FILE to decrypt it, and paste the output",
    )


def test_a_key_goes_into_a_new_tls_secret_beside_the_certificate() -> None:
    leaf, _, _, key = made_up_chain()
    for text, there, wanted in ((key, "tls.crt", "tls.key"), (leaf, "tls.key", "tls.crt")):
        data = {there: Value((leaf if there == "tls.crt" else key).encode())}
        found = recognized(Paste(text, there, data, NOW), REF)
        assert found is not None and found.values == {wanted: Value(text.encode())}, there
        assert not any(note.startswith("!") for note in found.notes), found.notes


@pytest.mark.parametrize(
    "spoil",
    [
        lambda text: text.replace("\n", "\n\n"),
        lambda text: "".join(f"    {line}\n" for line in text.splitlines()),
        lambda text: "".join(f"> {line}\n" for line in text.splitlines()),
        lambda text: text.replace("\n", " "),
        lambda text: text.replace("\n", "\\n"),
        lambda text: text.replace("\n", "\u200b\n\u00a0"),
    ],
    ids=["doubled breaks", "indented", "quoted", "one line", "written breaks", "unseen spaces"],
)
def test_spoiled_lines_of_pem_are_repaired_with_a_note(spoil: Callable[[str], str]) -> None:
    leaf, issuer, _, key = made_up_chain()
    text = spoil(key + issuer + leaf)
    assert values(text) == {"tls.crt": (leaf + issuer).encode(), "tls.key": key.encode()}
    assert prompt(text).endswith("Line breaks and spaces of the PEM were repaired."), prompt(text)
    assert values(spoil(leaf), "ca.crt") == {"ca.crt": leaf.encode()}, "in any key"
    assert prompt(leaf, "ca.crt") == "", "good lines are a value like any other"


def test_pem_in_a_longer_text_is_left_in_it() -> None:
    leaf, _, _, key = made_up_chain()
    indented = ["".join(f"    {line}\n" for line in text.splitlines()) for text in (leaf, key)]
    account = json.dumps({"type": "service_account", "private_key": key})
    yaml = f"app: made-up\ntls.crt: |\n{indented[0]}tls.key: |\n{indented[1]}"
    manifest = "apiVersion: v1\nkind: Secret\nmetadata: {name: app, namespace: shop}\nstringData:\n"
    manifest += "".join(f"  {line}\n" for line in yaml.splitlines())
    for text in (account, json.dumps({"cert": leaf, "key": key})):
        assert prompt(text, "credentials.json") == ""
        assert prompt(b64encode(text.encode()).decode(), "credentials.json") == ""
    for text in (yaml, manifest):
        assert values(text) == {"app": b"made-up", "tls.crt": leaf.encode(), "tls.key": key.encode()}
    assert prompt(yaml, "app.yaml") == ""
    assert values("KEY='" + key + "'\nA=b\n") == {"KEY": key.encode(), "A": b"b"}


def test_no_end_is_searched_for_blocks_that_have_none(monkeypatch: pytest.MonkeyPatch) -> None:
    assert laid_out(b"-----BEGIN A-----\n" + b"\\" * 240_000 + b"\n-----END A-----") is None
    monkeypatch.setattr(pem_layout, "_BLOCK", None)  # its search takes quadratic time here
    assert laid_out(b"-----BEGIN A-----\n" * 14_000) is None


def test_pem_in_base64_is_taken_apart() -> None:
    leaf, issuer, _, key = made_up_chain()
    text = b64encode((issuer + leaf + key).encode()).decode()
    assert prompt(text).startswith(
        "Base64 of 2 certificates and a private key: decode and set tls.crt and tls.key?"
    )
    assert values(text) == {"tls.crt": (leaf + issuer).encode(), "tls.key": key.encode()}
    assert values(b64encode(leaf.encode()).decode()) == {"token": leaf.encode()}


def test_pem_that_was_cut_short_is_not_taken() -> None:
    leaf, issuer, _, key = made_up_chain()
    for text in (leaf + key[:-30], key[:100], f"  {leaf[:90]}", leaf + issuer[:200] + key):
        assert prompt(text) == (
            "Incomplete PEM: a block has no END line.\n! Copy the PEM again, from BEGIN to END."
        )
    assert prompt(f"run this: {key[:100]}") == ""


def test_env_lines_set_their_keys() -> None:
    text = "# made up\nexport USER=ann\nPASSWORD='made up: $1'\nEMPTY=\n"
    assert prompt(text) == "3 .env lines: set USER, PASSWORD and EMPTY?"
    assert values(text) == {"USER": b"ann", "PASSWORD": b"made up: $1", "EMPTY": b""}
    assert prompt("token='made up: 2'\n") == "1 .env line: set token?", "its key is there"
    assert values("token='made up: 2'\n") == {"token": b"made up: 2"}
    assert prompt("PASSWORD=made-up-1") == prompt("A=1\nmade up\n") == prompt("A=1\nA=2\n") == ""


def test_flat_yaml_sets_its_keys() -> None:
    text = "# made up\nUSER: ann\nPASSWORD: 'made up: $1'\nPORT: 0755\nCA: |\n  one\n  two\nOFF: no\n"
    assert prompt(text) == "YAML with 5 keys: set USER, PASSWORD, PORT, CA and OFF?"
    assert values(text) == {
        "USER": b"ann",
        "PASSWORD": b"made up: $1",
        "PORT": b"0755",
        "CA": b"one\ntwo\n",
        "OFF": b"no",
    }
    assert prompt("token: made-up-2\n") == "YAML with 1 key: set token?", "its key is there"
    assert prompt("A: made-up #1\nB: '#2'\n").endswith(
        "! Line 1: text after # is dropped as a comment. Quote the value to keep the text."
    )
    assert "! The values look like base64" in prompt("A: bWFkZS11cA==\nB: bWFk\n")


@pytest.mark.parametrize(
    "text",
    [
        "A: made-up-1",  # one line is often something else
        '{"type": "service_account", "project_id": "made-up"}',
        "A: 1\nA: 2\n",
        "A: made\n  up\nB: 1\n",
        "A:\nB: 1\n",
        "A: null\nB: 1\n",
        "A: &x 1\nB: *x\n",
        "A: !!str 1\nB: 2\n",
        "A: [1]\nB: 2\n",
        "stringData:\n  A: 1\n  B: 2\n",
        "A: 1\nB: 2\n---\nC: 3\n",
        "not a key: 1\nB: 2\n",
        "A: 1\nB: 2\n\tC\n",
        "- A: 1\n- B: 2\n",
        "",
        "kubectl create secret generic app",
        "kubectl create secret generic app --from-literal",
        "kubectl create secret generic app --from-literal=a",
        "kubectl create secret generic app --from-literal='a=1",
        "kubectl create secret generic app --from-literal=a/b=1",
        "kubectl create configmap app --from-literal=a=1",
        "echo kubectl create secret generic app --from-literal=a=1",
        "kubectl create secret generic a --from-literal=a=1\nkubectl get secrets",
    ],
)
def test_a_paste_that_is_neither_flat_yaml_nor_a_command_is_text(text: str) -> None:
    assert prompt(text) == ""


def test_yaml_pasted_onto_a_yaml_file_is_its_text() -> None:
    assert prompt("A: 1\nB: 2\n", key="config.yaml") == ""


@pytest.mark.parametrize("write", [as_yaml, as_json, partial(as_yaml, as_text=True)])
def test_a_manifest_of_a_secret_sets_its_keys(write: Callable[[Secret], str]) -> None:
    data = {"password": Value(b"made-up-1\n"), "bytes": Value(b"\xff\x00")}
    secret = Secret(REF, "u", "1", "Opaque", data)
    assert values(write(secret)) == {"password": b"made-up-1\n", "bytes": b"\xff\x00"}
    manifest_text = prompt(write(secret))
    assert manifest_text.startswith("A manifest of a Secret: set ") and manifest_text.endswith("are ignored.")
    other = replace(secret, ref=SecretRef("shop", "other"))
    assert prompt(write(other)).endswith("! The manifest is for Secret shop/other, not for shop/app.")


def test_a_manifest_that_cannot_be_taken_sets_nothing() -> None:
    secret = Secret(REF, "u", "1", "Opaque", {"password": Value(b"made-up-1")})
    masked = as_yaml(secret, is_masked=True)
    assert (
        prompt(masked) == "A manifest of a Secret.\n! Some of its values are masked." and values(masked) == {}
    )
    two = f"{as_yaml(secret)}---\n{as_yaml(secret)}"
    assert prompt(two) == "A manifest of 2 Secrets.\n! Paste one Secret at a time." and values(two) == {}
    assert prompt(as_yaml(secret).replace("kind: Secret", "kind: ConfigMap # no Secret")) == ""
    assert prompt(as_yaml(secret).replace("password:", "pass word:")) == ""


def test_a_docker_config_sets_its_key() -> None:
    config = json.dumps({"auths": {"one.test": {"auth": "YW5uOm1hZGUtdXAtMQ=="}, "two.test": {}}})
    assert prompt(config) == "A docker config with 2 registries: set .dockerconfigjson?"
    assert values(config) == {".dockerconfigjson": config.encode()}
    empty = prompt('{"auths": {"one.test": {}}, "credsStore": "desktop"}')
    assert empty.endswith("! The config has no passwords. Docker keeps them in a credential store.")
    assert (
        prompt('{"auths": 1}')
        == prompt('{"auths": {}}')
        == prompt('{"made": "up"}')
        == prompt('["auths"]')
        == ""
    )


@pytest.mark.parametrize(
    ("line", "wanted"),
    [
        (
            "kubectl create secret generic app --from-literal=a=b=c --from-literal d='e f'",
            {"a": b"b=c", "d": b"e f"},
        ),
        ("$ kubectl -n shop create secret generic app --from-literal=a=1 | tee out", {"a": b"1"}),
        ("oc create secret generic app \\\n  --from-literal=a=1 \\\n  --dry-run=client -o yaml", {"a": b"1"}),
    ],
)
def test_a_create_command_with_literals_sets_its_keys(line: str, wanted: dict[str, bytes]) -> None:
    assert values(line) == wanted
    assert prompt(line).startswith("A kubectl create secret command: set a")


def test_files_of_a_create_command_are_named_and_not_guessed() -> None:
    line = "kubectl create secret generic app --from-file=a.txt --from-file=k=dir/b.txt --from-literal=c=1"
    assert prompt(line) == (
        "A kubectl create secret command: set c?\n"
        "! Files are not read. Paste each file separately: a.txt and dir/b.txt."
    )
    tls = "kubectl create secret tls site --cert=site.crt --key site.key"
    assert prompt(tls) == (
        "A kubectl create secret command.\n"
        "! Files are not read. Paste each file separately: site.crt and site.key."
    )
    assert values(tls) == {}


def test_a_create_command_of_a_registry_login_sets_a_docker_config() -> None:
    login = "--docker-server=one.test --docker-username=ann --docker-password=made-up-1"
    line = f"kubectl create secret docker-registry pull {login}"
    assert json.loads(values(line)[".dockerconfigjson"])["auths"]["one.test"]["password"] == "made-up-1"


def test_text_that_a_shell_would_expand_has_a_warning() -> None:
    line = "kubectl create secret generic app --from-literal=a=$HOME"
    assert prompt(line).endswith("! $ and ` stay as typed. A shell would expand them.")


def test_a_jwt_is_recognized_with_its_expiry() -> None:
    assert prompt(jwt(exp=NOW + 3 * 3600 + 5)) == "A JWT, expires in 3h: set token?"
    assert prompt(jwt(exp=NOW - 200_000)) == "A JWT, expired 2d ago: set token?"
    assert prompt(jwt(exp=10**400)) == prompt(jwt(exp=float("nan"))) == prompt(jwt()) == "A JWT: set token?"
    assert prompt(jwt(exp="never")) == prompt(jwt()) == "A JWT: set token?"
    assert values(jwt()) == {"token": jwt().encode()}
    assert prompt(jwt(), key=None) == prompt("a.b.c") == prompt("made.up.text") == ""


def test_base64_is_decoded_where_it_can_be_nothing_else() -> None:
    text = b64encode(GZIP).decode()
    assert prompt(text) == "Base64 of 203 bytes (gzip): decode and set token?"
    assert values(text) == {"token": GZIP}
    wrapped = "\n".join(text[at : at + 76] for at in range(0, len(text), 76))
    assert values(wrapped) == {"token": GZIP}
    other = b64encode(b"\xff" * 20).decode()
    assert prompt(other) == "", "a random password can look like that"
    assert prompt(other, value=b"\xff\x00") == "Base64 of 20 bytes (binary): decode and set token?"
    assert prompt(b64encode(b"made up, as text").decode(), value=b"\xff") == ""
    assert base64_of("bWFkZXVw") is None and base64_of("made up, no base64!!") is None


@given(st.text(min_size=1))
def test_plain_text_is_never_recognized(text: str) -> None:
    """Only base64 has no mark of its own: it needs a known format, or a key that holds bytes."""
    assert prompt(text) == ""
    assert prompt(text, key=None) == ""


@given(st.from_regex(r"[A-Za-z0-9+/_.=-]{1,80}", fullmatch=True))
def test_a_random_password_is_recognized_only_as_binary_base64(text: str) -> None:
    found = seen(text)
    assert found is None or (base64_of(text) is not None and "binary (" in found.words)


MARK = "m4rker"


@pytest.mark.slow
@given(st.from_regex(r"[a-z0-9]{12,40}", fullmatch=True))
def test_the_question_about_a_paste_holds_nothing_of_a_value(text: str) -> None:
    value = MARK + text + MARK
    for pasted in (
        value,
        f"A={value}\nB={value}",
        as_yaml(Secret(REF, "u", "1", "Opaque", {"password": Value(value.encode())})),
        json.dumps({"auths": {value: {"username": value, "password": value}}}),
        f"kubectl create secret generic app --from-literal=a={value}",
        f"kubectl create secret docker-registry p --docker-username={value} --docker-password={value}",
        jwt(sub=value),
        b64encode(GZIP + value.encode()).decode(),
    ):
        found = seen(pasted)
        assert MARK not in prompt(pasted) and MARK not in repr(found)


def test_the_private_key_of_a_bundle_is_not_shown() -> None:
    leaf, _, _, key = made_up_chain()
    body = key.splitlines()[1]
    assert body not in prompt(key + leaf) and body not in repr(seen(key + leaf))
