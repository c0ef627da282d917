"""A Secret whose values are of many formats, for a picture."""

from __future__ import annotations

import json
from typing import Final

from tests.model import recorded_values as recorded
from tests.model.value_shapes import ACCOUNT, BCRYPT, NOW, SECRET, auth, jwt

_CLAIMS: Final = {"sub": ACCOUNT, "iat": NOW - 9 * 3600, "exp": NOW + 3.5 * 3600}
_REGISTRIES: Final = {"auths": {"ghcr.io": {"auth": auth()}, "quay.io": {"auth": auth()}}}
DATA: Final = {
    "database-url": f"postgres://app:{SECRET}@db.internal:5432/orders".encode(),
    "deploy-key": recorded.SSH_PRIVATE,
    "github-token": f"ghp_{SECRET.replace('-', '')}{'a' * 24}".encode(),
    "htpasswd": f"ann:{BCRYPT}\nbob:{BCRYPT}\ncem:{BCRYPT}\n".encode(),
    "keystore.jks": recorded.JKS,
    "license": b"bTRyazNyLVMzY3IzdA==",
    "password": SECRET.encode(),
    "registries.json": json.dumps(_REGISTRIES).encode(),
    "settings.yaml": f"mail:\n  host: smtp.internal\n  password: {SECRET}\n".encode(),
    "tls.crt": recorded.CERTIFICATE,
    "token": jwt(_CLAIMS).encode(),
}
