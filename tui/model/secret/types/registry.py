"""Registry of Secret types. To add a type, add an entry to `_TYPES`."""

from __future__ import annotations

from collections.abc import Collection
from typing import Final

from tui.model.secret.formats.certificate_chain import typed_key_words, typed_pair_words
from tui.model.secret.formats.docker import DOCKER_CFG_KEY, DOCKER_KEY
from tui.model.secret.formats.limits import UnreadableValue
from tui.model.secret.formats.pem import has_whole_certificates, to_pem
from tui.model.secret.formats.ssh_key import MAX_PRIVATE_KEY, private_key_facts, private_key_warnings
from tui.model.secret.types import bootstrap
from tui.model.secret.types.form import BASIC_AUTH, DOCKER_FORM, Data
from tui.model.secret.types.secret_type import SecretType

OPAQUE: Final = "Opaque"
TLS: Final = "kubernetes.io/tls"
DOCKER_CONFIG: Final = "kubernetes.io/dockerconfigjson"
DOCKER_CFG: Final = "kubernetes.io/dockercfg"
HELM_RELEASE: Final = "helm.sh/release.v1"
SERVICE_ACCOUNT_TOKEN: Final = "kubernetes.io/service-account-token"
BOOTSTRAP_TOKEN: Final = "bootstrap.kubernetes.io/token"
SSH_KEY: Final = "ssh-privatekey"
TLS_CERTIFICATE, TLS_KEY = "tls.crt", "tls.key"


def _ssh_warnings(namespace: str, name: str, data: Data) -> tuple[str, ...]:
    return private_key_warnings(SSH_KEY, data[SSH_KEY].reveal(), "SSH") if SSH_KEY in data else ()


def _tls_warnings(namespace: str, name: str, data: Data) -> tuple[str, ...]:
    if not {TLS_CERTIFICATE, TLS_KEY} <= data.keys():
        return ()
    reasons = private_key_warnings(TLS_KEY, data[TLS_KEY].reveal(), "a server")
    if b"PRIVATE KEY-----" in data[TLS_CERTIFICATE].reveal():
        reasons = (
            f"{TLS_CERTIFICATE} also holds a private key. Servers may send the private key to clients.",
            *reasons,
        )
    if has_whole_certificates(data[TLS_CERTIFICATE].reveal()):
        return reasons
    if command := to_pem(data[TLS_CERTIFICATE].reveal()):
        return (
            f"{TLS_CERTIFICATE} is not PEM, but servers need PEM. Load the output of this command: {command}",
            *reasons,
        )
    return (f"{TLS_CERTIFICATE} has no complete certificate in PEM.", *reasons)


def _tls_words(key: str, data: Data) -> str:
    text, certificate = data[key].reveal(), data.get(TLS_CERTIFICATE)
    if key == TLS_KEY and certificate is not None:
        return typed_key_words(text, certificate.reveal())
    return typed_pair_words(text)


def _ssh_words(key: str, data: Data) -> str:
    text = data[key].reveal()
    if len(text) > MAX_PRIVATE_KEY:
        return "! Not checked: the key is larger than 32 kB."
    try:
        return private_key_facts(text).words if text else ""
    except UnreadableValue:
        return "! No complete, readable private key."


# Source of `keys`, `one_of`, `filled` and `json`: kubernetes pkg/apis/core/validation/validation.go
# (ValidateSecret).
_TYPES: Final = {
    entry.name: entry
    for entry in (
        SecretType(OPAQUE, OPAQUE, letter="o", purpose="any keys and values"),
        SecretType(
            TLS,
            "TLS",
            keys=(TLS_CERTIFICATE, TLS_KEY),
            warnings=_tls_warnings,
            letter="t",
            purpose="a certificate and its private key",
            first_key=TLS_CERTIFICATE,
            hints={
                TLS_CERTIFICATE: "Enter a PEM certificate with its chain. A private key goes to tls.key.",
                TLS_KEY: "Enter the private key of the certificate in tls.crt, in PEM.",
            },
            typed_words=_tls_words,
        ),
        SecretType(
            DOCKER_CONFIG,
            "docker config",
            keys=(DOCKER_KEY,),
            json=(DOCKER_KEY,),
            letter="d",
            purpose="registry logins for pulling images",
            form=DOCKER_FORM,
        ),
        SecretType(DOCKER_CFG, "docker cfg", keys=(DOCKER_CFG_KEY,), json=(DOCKER_CFG_KEY,)),
        SecretType(
            "kubernetes.io/basic-auth",
            "basic-auth",
            one_of=("username", "password"),
            letter="b",
            purpose="a user name and a password",
            form=BASIC_AUTH,
        ),
        SecretType(
            "kubernetes.io/ssh-auth",
            "ssh-auth",
            keys=(SSH_KEY,),
            filled=(SSH_KEY,),
            warnings=_ssh_warnings,
            letter="s",
            purpose="a private key for SSH",
            first_key=SSH_KEY,
            hints={SSH_KEY: "Enter a private key in PEM or OpenSSH format."},
            typed_words=_ssh_words,
        ),
        SecretType(
            SERVICE_ACCOUNT_TOKEN,
            "SA token",
            letter="a",
            purpose="a long-lived token of a service account",
            account="kubernetes.io/service-account.name",
            is_for_pods=False,
        ),
        SecretType(
            BOOTSTRAP_TOKEN,
            "bootstrap",
            warnings=bootstrap.warnings,
            facts=bootstrap.facts,
            expiry=bootstrap.expiry,
            is_for_pods=False,
        ),
        SecretType(HELM_RELEASE, "Helm release", is_for_pods=False),
    )
}

CHOICES: Final = tuple(entry for entry in _TYPES.values() if entry.letter)
"""Types for a new Secret, in the order of the menu."""


def secret_type(name: str) -> SecretType:
    """Find a type by its name; "" means Opaque. An unknown name gets a SecretType without rules."""
    return _TYPES.get(name or OPAQUE) or SecretType(name, name)


def type_for(keys: Collection[str]) -> str:
    if TLS_CERTIFICATE in keys and TLS_KEY in keys:
        return TLS
    return DOCKER_CONFIG if DOCKER_KEY in keys else OPAQUE


def type_word(name: str) -> str:
    """Short name of a type for a narrow column, such as "TLS"."""
    return secret_type(name).word
