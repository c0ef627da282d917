"""TLS in front of the cluster, for kubectl: without TLS it sends no token."""

from __future__ import annotations

import asyncio
import re
import ssl
from base64 import b64encode
from contextlib import suppress
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

import yaml

from tests.controlplane import certs

_HEAD: Final = b"\r\n\r\n"
_HOST: Final = re.compile(rb"(?mi)^host:.*\r$")


async def front(url: str, kubeconfig: Path) -> asyncio.Server:
    """Take requests in TLS for the cluster at `url`; their kubeconfig is beside the cluster's, as .tls."""
    host = url.removeprefix("http://")
    authority, context = certs.authority("made-up authority"), ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    with TemporaryDirectory() as folder:
        context.load_cert_chain(*certs.serving(authority).write(Path(folder), "server"))

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Pass on a request, with the Host that the cluster answers to."""
        with suppress(ConnectionError, asyncio.IncompleteReadError, ssl.SSLError):
            head = _HOST.sub(f"Host: {host}\r\nConnection: close\r".encode(), await reader.readuntil(_HEAD))
            inner, out = await asyncio.open_connection(*host.split(":"))
            out.write(head)
            while part := await inner.read(65_536):
                writer.write(part)
                await writer.drain()
            out.close()
        writer.close()

    server = await asyncio.start_server(answer, "127.0.0.1", ssl=context)
    _tell(kubeconfig, f"https://127.0.0.1:{server.sockets[0].getsockname()[1]}", authority.certificate)
    return server


def _tell(kubeconfig: Path, url: str, authority: bytes) -> None:
    config = yaml.safe_load(kubeconfig.read_text())
    data = b64encode(authority).decode()
    config["clusters"][0]["cluster"] |= {"server": url, "certificate-authority-data": data}
    at = kubeconfig.with_name(f"{kubeconfig.name}.tls")
    at.touch(0o600)
    at.write_text(yaml.safe_dump(config))
