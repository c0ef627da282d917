"""What aiohttp raises, made a ClusterError of ours. Imported with the first request: it imports aiohttp."""

from __future__ import annotations

import os
import ssl

import aiohttp

from tui.cluster.asked import Asked
from tui.model.errors import BadAnswer, ClusterError, OutcomeUnknown, TimedOut, Unreachable
from tui.model.printable import cut_end, printable

_SAID = 120


def may_have_arrived(error: BaseException) -> bool:
    """May the server have read the request although this came? Not if there never was a connection."""
    return not isinstance(error, (aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError, ClusterError))


def trouble_of(error: Exception, asked: Asked, host: str, connect: float, was_sent: bool) -> ClusterError:
    """Holds no text of the error but what OpenSSL and the system say."""
    if asked.changes and was_sent and may_have_arrived(error):
        return OutcomeUnknown(asked.what)
    if isinstance(error, aiohttp.ConnectionTimeoutError):
        return TimedOut(f"no connection to {host}", connect)
    if isinstance(error, aiohttp.ClientConnectorDNSError):
        return Unreachable("dns", host)
    if isinstance(error, aiohttp.ClientConnectorCertificateError):
        return Unreachable("tls", host, _tls_detail(error.certificate_error))
    if isinstance(error, aiohttp.ClientConnectorSSLError):
        return Unreachable("tls", host, _tls_detail(error.os_error))
    if isinstance(error, aiohttp.ClientConnectorError):
        return Unreachable("refused", host, _system_detail(error.os_error))
    if isinstance(error, (aiohttp.ClientResponseError, aiohttp.InvalidURL)):
        return BadAnswer(0, why="it does not speak HTTP as a server should")
    return Unreachable("reset", host)


def _tls_detail(error: Exception) -> str:
    if isinstance(error, ssl.SSLCertVerificationError):
        return cut_end(printable(error.verify_message or ""), _SAID)
    if isinstance(error, ssl.SSLError):
        return cut_end(printable((error.reason or "").replace("_", " ").lower()), _SAID)
    return ""


def _system_detail(error: OSError) -> str:
    if isinstance(error, ConnectionRefusedError) or error.errno is None:
        return ""
    return os.strerror(error.errno)
