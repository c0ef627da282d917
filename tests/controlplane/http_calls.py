"""Plain blocking requests to the control plane, for the fixture itself: not through the code under test."""

import http.client
import json
import ssl
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

TIMEOUT_SECONDS = 10.0


@dataclass(frozen=True, repr=False)
class Answer:
    """Status and bytes of an answer."""

    status: int
    content: bytes

    @property
    def text(self) -> str:
        return self.content.decode()

    @property
    def body(self) -> Any:
        """Content, decoded from JSON."""
        return json.loads(self.content)


def ask(
    url: str,
    method: str,
    path: str,
    body: Any = None,
    *,
    tls: ssl.SSLContext | None = None,
    headers: dict[str, str] | None = None,
) -> Answer:
    """Send a request on a connection of its own. Raises OSError or HTTPException if no answer comes."""
    host = urlsplit(url).netloc
    connection = (
        http.client.HTTPSConnection(host, timeout=TIMEOUT_SECONDS, context=tls)
        if tls is not None
        else http.client.HTTPConnection(host, timeout=TIMEOUT_SECONDS)
    )
    sent = {"Content-Type": "application/json", "Accept": "application/json", **(headers or {})}
    try:
        connection.request(method, path, None if body is None else json.dumps(body), sent)
        answer = connection.getresponse()
        return Answer(answer.status, answer.read())
    finally:
        connection.close()
