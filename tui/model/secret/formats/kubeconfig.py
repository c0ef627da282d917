"""Format of kubeconfig files.

The row of a key shows the hosts of the servers and the expiry of the client certificates.
"""

from __future__ import annotations

import binascii
from base64 import b64decode
from collections.abc import Iterator
from typing import Final

from tui.model.secret.formats.leaf_span import leaves_of, rewrite_of
from tui.model.secret.formats.pem import CertificateFacts, certificate_facts
from tui.model.secret.formats.public_names import first_of
from tui.model.secret.formats.url import read_url
from tui.model.secret.formats.validity import Validity
from tui.model.secret.formats.value_format import PageRow, RowName, ValueFormat
from tui.model.secret.formats.yaml_text import (
    field_of,
    items_of,
    text_of_field,
    yaml_fields,
    yaml_spans,
)


def _row(key: str, data: bytes) -> RowName | None:
    if b"clusters" not in data or (b"current-context" not in data and b"contexts" not in data):
        return None
    config = yaml_fields(data)
    clusters = items_of(config, "clusters")
    if field_of(config, "kind") != "Config" or not clusters:
        return None
    servers = [text_of_field(part, "cluster", "server") for part in clusters]
    urls = filter(None, (read_url(server.encode()) for server in servers))
    hosts = list(dict.fromkeys(host for url in urls for host in url.hosts))
    words = f"kubeconfig: {first_of(hosts)}" if hosts else ""
    times = (certificate.validity for certificate in _client_certificates(config))
    clients = (Validity(time.begins, time.ends, what="client certificate") for time in times)
    return RowName("kubeconfig", words, tuple(clients))


def client_certificates(data: bytes) -> Iterator[CertificateFacts]:
    """Yield the first client certificate of each user. Raises UnreadableValue like `yaml_fields`."""
    yield from _client_certificates(yaml_fields(data))


def _client_certificates(config: object) -> Iterator[CertificateFacts]:
    for user in items_of(config, "users"):
        text = text_of_field(user, "user", "client-certificate-data")
        try:
            certificates = certificate_facts(b64decode(text, validate=True)) if text else ()
        except (ValueError, binascii.Error):
            continue
        yield from certificates[:1]


KUBECONFIG: Final = ValueFormat(
    "a kubeconfig",
    row=_row,
    leaves=leaves_of(yaml_spans),
    rewrite=rewrite_of(yaml_spans),
    page=(
        PageRow(
            "kubeconfig",
            "kubeconfig: api.shop.example:6443 · 69d",
            "servers, expiry of client certificates",
            "tokens, keys",
            "like YAML",
        ),
    ),
)
