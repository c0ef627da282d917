"""Build the TLS context: trusted certificates, and the client's certificate and key."""

from __future__ import annotations

import os
import re
import ssl
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Final

from tui.cluster.kubeconfig.target import LoginTarget
from tui.model.errors import BadKubeconfig
from tui.model.text.times import age, date

_CLOCKS_AGREE: Final = 5.0
"""Maximum seconds between this computer's clock and the server's. A longer difference is reported."""
_BLOCK: Final = re.compile(rb"-----BEGIN CERTIFICATE-----.*?-----END CERTIFICATE-----", re.DOTALL)


def context_for(target: LoginTarget, certificate: tuple[bytes, bytes] | None) -> ssl.SSLContext:
    """Build the TLS context for a login. Blocks for some milliseconds. Raises BadKubeconfig."""
    context = _trusting(target.ca)
    if target.proxy is not None and target.proxy.is_socks:
        context.name = target.tls_server_name  # the SOCKS connector takes no server name
    if not target.verify:
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
    # The strict flag is off, as in kubectl, because the CAs of some old clusters would fail the check.
    context.verify_flags &= ~ssl.VERIFY_X509_STRICT
    if certificate is not None:
        _present(context, *certificate)
    return context


class _Named(ssl.SSLContext):
    """Context that expects the server name `name` (tls-server-name), if set, instead of the URL's host."""

    name: str | None = None

    def wrap_bio(
        self,
        incoming: ssl.MemoryBIO,
        outgoing: ssl.MemoryBIO,
        server_side: bool = False,
        server_hostname: str | bytes | None = None,
        session: ssl.SSLSession | None = None,
    ) -> ssl.SSLObject:
        return super().wrap_bio(incoming, outgoing, server_side, self.name or server_hostname, session)


def _trusting(ca: bytes | None) -> _Named:
    # create_default_context would write session keys to the file in $SSLKEYLOGFILE.
    context = _Named(ssl.PROTOCOL_TLS_CLIENT)
    # client-go has the same minimum. Some builds of Python set no minimum.
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    if ca is None:
        context.load_default_certs()
        return context
    with suppress(ssl.SSLError, ValueError):
        context.load_verify_locations(cadata="\n".join(block.decode("ascii") for block in _BLOCK.findall(ca)))
        return context
    raise BadKubeconfig("the certificate authority is not a PEM certificate")


def _present(context: ssl.SSLContext, certificate: bytes, key: bytes) -> None:
    why = ""
    try:
        with as_path(certificate.strip() + b"\n" + key.strip() + b"\n") as path:
            # Without the argument `password`, OpenSSL would ask the user for a passphrase on the terminal.
            context.load_cert_chain(path, password="")
    except ssl.SSLError:
        why = "the client certificate and key cannot be read or do not match"
        if b"ENCRYPTED" in key:
            why = "the client key has a passphrase; secret-tui cannot use such keys"
    except OSError as error:
        why = f"the client certificate cannot be loaded ({error.strerror})"
    if why:
        raise BadKubeconfig(why)


@contextmanager
def as_path(pem: bytes) -> Iterator[str]:
    """Yield the path of a file that contains `pem`. On Linux the file is in memory.

    A file is needed, because `load_cert_chain` does not read a key from memory.
    """
    if hasattr(os, "memfd_create"):
        descriptor = os.memfd_create("secret-tui", os.MFD_CLOEXEC)
        try:
            os.write(descriptor, pem)
            yield f"/proc/self/fd/{descriptor}"
        finally:
            os.close(descriptor)
        return
    with tempfile.TemporaryDirectory(prefix="secret-tui-") as folder:  # with mode 0700
        path = Path(folder, "pem")
        path.touch(mode=0o600)
        path.write_bytes(pem)
        yield str(path)


def why_refused(pem: bytes | None, server_time: float | None, now: float) -> str:
    """Return why a login was refused: a wrong clock, an expired client certificate, or both; "" if neither.

    `pem`: client certificate. Times are in seconds since the epoch.
    """
    reasons = []
    whose_clock = "" if server_time is not None else ", according to this computer's clock"
    if server_time is not None and abs(now - server_time) > _CLOCKS_AGREE:
        direction = "ahead of" if now > server_time else "behind"
        reasons.append(f"this computer's clock is {age(abs(now - server_time))} {direction} the server's")
    ends = _end_of(pem) if pem is not None else None
    if ends is not None and ends < (server_time if server_time is not None else now):
        reasons.append(f"the client certificate expired on {date(ends)}{whose_clock}")
    return "; ".join(reasons)


def _end_of(pem: bytes) -> float | None:
    from cryptography import x509  # this import takes 50 ms and is seldom needed

    try:
        return x509.load_pem_x509_certificate(pem).not_valid_after_utc.timestamp()
    except ValueError:
        return None
