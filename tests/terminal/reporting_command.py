"""The installed command's own main, with a line to the test: CHANNEL ARGUMENTS...

The test asks over a socket what the app itself believes to be on screen, and hands over what keys alone
would take too long to make: a draft of thousands of keys, messages.
"""

from __future__ import annotations

import asyncio
import base64
import json
import socket
import sys
from typing import Any

from msgspec.structs import replace

from tui.cli import main as cli


def watch(channel: socket.socket) -> None:
    """Let the app that main will start answer over the channel."""
    from tui.model.draft.draft import Draft, Edit, Step
    from tui.model.secret.value import Value
    from tui.ui.app import app as wiring

    class Watched(wiring.SecretTui):
        def on_ready(self) -> None:
            asyncio.get_running_loop().add_reader(channel.fileno(), self._answer)

        def _answer(self) -> None:
            with channel.makefile("rb") as lines:
                asked = json.loads(lines.readline())
            said = getattr(self, f"asked_{asked['do']}")(asked.get("texts", []))
            channel.sendall(json.dumps(said).encode() + b"\n")

        def asked_look(self, _: list[str]) -> dict[str, Any]:
            strips = self.screen._compositor.render_strips()
            focused = self.focused
            return {
                "is_painted": not self.is_answering,
                "place": f"{type(self.screen).__name__}/{type(focused).__name__}",
                "rows": ["".join(segment.text for segment in strip) for strip in strips],
                "at": round(focused.scroll_y) if focused is not None else 0,
                "most": round(focused.max_scroll_y) if focused is not None else 0,
            }

        def asked_draft(self, texts: list[str]) -> None:
            """Give each key of the opened Secret another value, in base64 here."""
            opened = self.desk.session.opened
            assert opened is not None and opened.secret is not None
            data = opened.secret.data
            values = [Value(base64.b64decode(text)) for text in texts]
            edits = [Edit("edited", key, value) for key, value in zip(sorted(data), values, strict=True)]
            draft = Draft.of(opened.secret)
            self.desk.session.drafts.put(replace(draft, steps=(Step(tuple(edits)),), base=dict(data)))

        def asked_undraft(self, _: list[str]) -> None:
            for draft in self.desk.session.drafts.all():
                self.desk.session.drafts.drop(draft.ref)

        def asked_note(self, texts: list[str]) -> None:
            for text in texts:
                self.desk.note(text, "")

        def asked_say(self, texts: list[str]) -> None:
            for text in texts:
                self._say(text, "warning")

    wiring.SecretTui = Watched  # type: ignore[misc]


def main(channel: str, *arguments: str) -> int:
    """Run the command as its script would."""
    with socket.socket(socket.AF_UNIX) as line:
        line.connect(channel)
        watch(line)
        return cli.main(arguments)


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
