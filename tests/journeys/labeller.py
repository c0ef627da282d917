"""A process that writes labels of one Secret until its stdin ends: `KUBECONFIG PATH`.

It asks for no version, as controllers do; at its end it prints how often it wrote.
"""

from __future__ import annotations

import http.client
import json
import select
import ssl
import sys
from pathlib import Path
from urllib.parse import urlsplit

PAUSE_SECONDS = 0.02


def main(kubeconfig: str, path: str) -> None:
    config = json.loads(Path(kubeconfig).read_text())
    cluster = config["clusters"][0]["cluster"]
    trust = ssl.create_default_context(cafile=cluster["certificate-authority"])
    connection = http.client.HTTPSConnection(urlsplit(cluster["server"]).netloc, context=trust)
    headers = {
        "Authorization": f"Bearer {config['users'][0]['user']['token']}",
        "Content-Type": "application/merge-patch+json",
    }
    count = 0
    while not select.select([sys.stdin], [], [], PAUSE_SECONDS)[0]:
        count += 1
        body = {"metadata": {"labels": {"beat": str(count)}}}
        connection.request("PATCH", path, json.dumps(body), headers)
        answer = connection.getresponse()
        answer.read()
        assert answer.status == http.client.OK, answer.status
    sys.stdout.write(f"{count}\n")


if __name__ == "__main__":
    main(*sys.argv[1:])
