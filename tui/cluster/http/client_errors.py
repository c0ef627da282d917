"""Translate aiohttp's exceptions into ClusterErrors.

This module is imported with the first request, because aiohttp loads slowly.
"""

from __future__ import annotations

import os
import socket
import ssl
import sys
import time

import aiohttp
from aiohttp.http_exceptions import ContentEncodingError, LineTooLong

from tui.cluster.http.request import RequestInfo
from tui.cluster.http.status_errors import GARBLED, TOO_LONG
from tui.cluster.kubeconfig.proxies import ASKS_FOR_A_LOGIN, place
from tui.model.errors import BadAnswer, ClusterError, OutcomeUnknown, TimedOut, Unreachable, UnreachableWhy
from tui.model.text.printable import cut_end, printable
from tui.model.text.times import in_utc

_MAX_DETAIL = 120
_CLOCK_CODES = (9, 10)
"""OpenSSL's verify codes for certificates that are not valid yet, or have expired."""
_AUTHORITY_CODES = (18, 19, 20, 21)
"""OpenSSL's verify codes for self-signed certificates, and for unknown authorities."""


def may_have_arrived(error: BaseException) -> bool:
    return not isinstance(error, (aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError, ClusterError))


def trouble_of(
    error: Exception, asked: RequestInfo, host: str, connect: float, was_sent: bool, proxy: str = ""
) -> ClusterError:
    """Translate an error of aiohttp.

    The result quotes no text except messages of OpenSSL, the SOCKS library and the operating system.
    """
    if asked.changes and was_sent and may_have_arrived(error):
        return OutcomeUnknown(asked.what)
    if proxy and not was_sent and (trouble := _proxy_trouble(error, host, connect, proxy)):
        return trouble
    if isinstance(error, aiohttp.ConnectionTimeoutError):
        return TimedOut(f"no connection to {host}", connect)
    if isinstance(error, aiohttp.ClientConnectorDNSError):
        return Unreachable("dns", host)
    if isinstance(error, aiohttp.ClientConnectorCertificateError):
        return Unreachable("tls", host, _tls_detail(error.certificate_error))
    if isinstance(error, aiohttp.ClientConnectorSSLError):
        return Unreachable("tls", host, _tls_detail(error.os_error))
    if isinstance(error, aiohttp.ClientConnectorError):
        why: UnreachableWhy = "reset" if isinstance(error.os_error, ConnectionResetError) else "refused"
        return Unreachable(why, host, _system_detail(error.os_error))
    if isinstance(error, LineTooLong):
        return BadAnswer(200, why=TOO_LONG)
    if isinstance(error.__cause__, ContentEncodingError):
        return BadAnswer(200, why=GARBLED)
    if isinstance(error, (aiohttp.ClientResponseError, aiohttp.InvalidURL)):
        return BadAnswer(0, why="it is not HTTP")
    return Unreachable("reset", host)


def _proxy_trouble(error: Exception, host: str, connect: float, proxy: str) -> ClusterError | None:
    if type(error) is aiohttp.ClientOSError and isinstance(error.__cause__, OSError):
        error = error.__cause__  # the exception of the SOCKS connector
    if isinstance(error, aiohttp.ClientHttpProxyError):
        return Unreachable("proxy", proxy, _refusal(error.status, host))
    if isinstance(error, (aiohttp.ConnectionTimeoutError, TimeoutError)) or _is_socks(error, "Timeout"):
        return TimedOut(f"no connection to {host} through the proxy {proxy}", connect)
    if isinstance(error, (aiohttp.ClientConnectorDNSError, socket.gaierror)):
        return Unreachable("proxy", proxy, "is unknown to DNS")
    is_of_proxy = isinstance(error, aiohttp.ClientConnectorError) and proxy == place(error.host, error.port)
    if isinstance(error, aiohttp.ClientConnectorCertificateError) and is_of_proxy:
        detail = _tls_detail(error.certificate_error)
        return Unreachable("proxy", proxy, f"has an invalid certificate: {detail}")
    if isinstance(error, aiohttp.ClientConnectorSSLError) and is_of_proxy:
        return Unreachable("proxy", proxy, f"failed the TLS handshake: {_tls_detail(error.os_error)}")
    if isinstance(error, aiohttp.ClientProxyConnectionError) or _is_socks(error, "Connection"):
        return Unreachable("proxy", proxy)
    if _is_socks(error, ""):
        return Unreachable("proxy", proxy, _socks_refusal(str(error), host))
    if isinstance(error, aiohttp.ClientConnectorError):
        return None
    if isinstance(error, ssl.SSLError):  # a SOCKS proxy has no TLS, so the server's TLS failed
        return Unreachable("tls", host, _tls_detail(error))
    if isinstance(error, (aiohttp.ClientResponseError, aiohttp.InvalidURL)):
        return Unreachable("proxy", proxy, "is not an HTTP proxy")
    return Unreachable("proxy", proxy, "cut the connection")


def _refusal(status: int, host: str) -> str:
    if status == 407:
        return ASKS_FOR_A_LOGIN
    if status >= 500:
        return f"cannot reach {host} (HTTP {status})"
    return f"does not allow connections to {host} (HTTP {status})"


def _socks_refusal(message: str, host: str) -> str:
    """Explain why a SOCKS proxy refused the connection.

    The message may be quoted: its words come from the SOCKS library (and RFC 1928), not from the proxy.
    """
    if "uthentication" in message:
        return "requires a login, or rejected yours"
    return f"does not connect to {host}: {cut_end(printable(message), _MAX_DETAIL)}"


def _is_socks(error: Exception, kind: str) -> bool:
    """True for an exception of the class `aiohttp_socks.Proxy{kind}Error`.

    The library is not imported here, because without a SOCKS proxy the program does not need it.
    """
    socks = sys.modules.get("aiohttp_socks")
    return socks is not None and isinstance(error, getattr(socks, f"Proxy{kind}Error"))


def _tls_detail(error: Exception) -> str:
    if isinstance(error, ssl.SSLCertVerificationError):
        if error.verify_code in _AUTHORITY_CODES:
            return "signed by unknown authority"  # kubectl's words
        detail = cut_end(printable(error.verify_message or ""), _MAX_DETAIL)
        if error.verify_code in _CLOCK_CODES:
            detail += f"; this computer's clock says {in_utc(time.time())}"
        return detail
    if isinstance(error, ssl.SSLError):
        return cut_end(printable((error.reason or "").replace("_", " ").lower()), _MAX_DETAIL)
    return ""


def _system_detail(error: OSError) -> str:
    if isinstance(error, ConnectionRefusedError) or error.errno is None:
        return ""
    return os.strerror(error.errno)
