"""The TLS context: trusted certificates, and a client key passed to OpenSSL without leaving a file."""

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
"""Seconds by which two clocks may differ."""
_BLOCK: Final = re.compile(rb"-----BEGIN CERTIFICATE-----.*?-----END CERTIFICATE-----", re.DOTALL)


def context_for(target: LoginTarget, certificate: tuple[bytes, bytes] | None) -> ssl.SSLContext:
    """Build the TLS context. Blocks for some milliseconds. Raises BadKubeconfig."""
    context = _trusting(target.ca)
    if target.proxy is not None and target.proxy.is_socks:
        context.name = target.tls_server_name  # the connector for SOCKS takes none
    if not target.verify:
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
    # kubectl does not set the strict flag either, and CAs of older clusters fail it.
    context.verify_flags &= ~ssl.VERIFY_X509_STRICT
    if certificate is not None:
        _present(context, *certificate)
    return context


class _Named(ssl.SSLContext):
    """Verifier of the server for another name than the one connected to (tls-server-name)."""

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
    # Not create_default_context: that writes session keys where $SSLKEYLOGFILE says.
    context = _Named(ssl.PROTOCOL_TLS_CLIENT)
    # As client-go; some systems' Python leaves the choice to OpenSSL's own settings.
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
            # An empty password, or OpenSSL would ask for one on the terminal.
            context.load_cert_chain(path, password="")
    except ssl.SSLError:
        why = "the client certificate and key cannot be read or do not match"
        if b"ENCRYPTED" in key:
            why = "the client key has a passphrase, which secret-tui does not support"
    except OSError as error:
        why = f"the client certificate cannot be loaded ({error.strerror})"
    if why:
        raise BadKubeconfig(why)


@contextmanager
def as_path(pem: bytes) -> Iterator[str]:
    """A path for OpenSSL: a memfd on Linux, elsewhere a file that is removed at once."""
    if hasattr(os, "memfd_create"):
        held = os.memfd_create("secret-tui", os.MFD_CLOEXEC)
        try:
            os.write(held, pem)
            yield f"/proc/self/fd/{held}"
        finally:
            os.close(held)
        return
    with tempfile.TemporaryDirectory(prefix="secret-tui-") as folder:  # 0700
        path = Path(folder, "pem")
        path.touch(mode=0o600)
        path.write_bytes(pem)
        yield str(path)


def why_refused(pem: bytes | None, server_time: float | None, now: float) -> str:
    """Explain why a server refused a client certificate, as far as the clock and the certificate tell.

    The server judges by its own clock, so a certificate is expired only by that clock; `now` is the local
    time in seconds since the epoch, as is `server_time`. "" if nothing is known.
    """
    reasons = []
    by_whom = "" if server_time is not None else " by this computer's clock"
    if server_time is not None and abs(now - server_time) > _CLOCKS_AGREE:
        which = "ahead of" if now > server_time else "behind"
        reasons.append(f"this computer's clock is {age(abs(now - server_time))} {which} the server's")
    ends = _end_of(pem) if pem is not None else None
    if ends is not None and ends < (server_time if server_time is not None else now):
        reasons.append(f"the client certificate expired on {date(ends)}{by_whom}")
    return "; ".join(reasons)


def _end_of(pem: bytes) -> float | None:
    from cryptography import x509  # 50 ms, seldom needed

    try:
        return x509.load_pem_x509_certificate(pem).not_valid_after_utc.timestamp()
    except ValueError:
        return None
