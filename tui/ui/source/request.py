"""Review of a request to an object that manages a Secret, and then the progress of the request."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

import yaml
from textual.app import ComposeResult

from tui.model.secret.secret import SecretRef
from tui.session.session import Topic
from tui.session.source import PreparedRequest, SourceRequest
from tui.ui.base.reader_words import read_by
from tui.ui.base.screen import TuiScreen
from tui.ui.base.screen_context import ScreenContext
from tui.ui.command_types import Command, Where, unless
from tui.ui.dialogs.confirm_context import confirm_context, destination_lines
from tui.ui.rollout.screen import RolloutScreen
from tui.ui.source.lines import fact, run_lines
from tui.ui.widgets.bars.frame import Pane
from tui.ui.widgets.lines import Line
from tui.ui.widgets.review_page import ReviewPage
from tui.ui.widgets.text import Styled

_LONG: Final = 60
"""Maximum number of characters of a text that is shown whole. `_short` shortens longer texts."""


class RequestScreen(TuiScreen[bool]):
    """Screen for one request. The result is True if the user wants to send a second request."""

    PLACE = Where.REQUEST

    def __init__(self, shared: ScreenContext, prepared: PreparedRequest, ciphertext: str) -> None:
        super().__init__(shared)
        self._prepared, self._ciphertext = prepared, ciphertext

    def compose_body(self) -> ComposeResult:
        with Pane(id="request"):
            yield ReviewPage()

    @property
    def subject(self) -> SecretRef:
        return self._prepared.request.secret

    def on_mount(self) -> None:
        self.shared.session.want_readers(self.subject.namespace)
        self._draw()
        self.query_one(ReviewPage).page.focus()

    def live_changed(self, topics: frozenset[Topic]) -> None:
        if topics & {"sources", "secrets", "readers"}:
            self._draw()
            self.refresh_footer()

    @property
    def _run(self) -> SourceRequest | None:
        run = self.shared.session.sources.requests.get(self.subject)
        return run if run is not None and run.prepared is self._prepared else None

    def _draw(self) -> None:
        run, ref = self._run, self._prepared.action.ref
        self.query_one(Pane).head(
            f"{self._prepared.title}: {ref.name}", run.state if run else "nothing sent yet"
        )
        lead = list(run_lines(self.shared, run)) if run is not None else list(self._verdict())
        namespace = ref.namespace or self.subject.namespace
        where = destination_lines(self.shared, "  Sends to  ", "send_request", namespace)
        text = [*lead, *where, *self._about()]
        self.query_one(ReviewPage).set_text(text, lead=len(lead) + len(where))

    def _verdict(self) -> Iterator[Line]:
        end, idle = self._prepared.dry_run, self._prepared.idle
        if idle:
            yield (Styled(f"  ! This request would do nothing: {idle}", "warning"),)
        elif end is None:
            yield (Styled("  No dry run: secret-tui runs read-only.", "muted"),)
        elif end.made == "sent":
            yield (Styled("  The dry run was accepted; nothing is sent yet.", "good"),)
        else:
            yield (Styled(f"  ! The dry run was not accepted. {end.reason}", "bad"),)

    def _about(self) -> Iterator[Line]:
        prepared, ref = self._prepared, self._prepared.action.ref
        yield ()
        yield (f"  {prepared.what.does}",)
        for warning in prepared.what.warnings:
            yield (Styled(f"  ! {warning}", "warning"),)
        yield ()
        where = f" in {ref.namespace}" if ref.namespace else ""
        yield (*fact("object", f"{ref}{where}", "strong"), Styled(f"  {ref.kind.api}", "muted"))
        yield (
            fact("progress in", str(prepared.followed))
            if prepared.followed != ref
            else fact("Secret", str(self.subject))
        )
        readers = self.shared.session.readers_of(self.subject.namespace)
        yield (*fact("read by", ""), read_by(readers, self.subject))
        if self._ciphertext:
            copies = f"{self.shared.keys.of('copy_line')} copies the ciphertext"
            yield fact("before sending", f"{copies}; add it to the object's file in Git")
        yield ()
        how = "PUT of the status, with this change" if prepared.action.status else "merge patch"
        yield (Styled(f"  Request body: {how}", "strong"),)
        for line in yaml.safe_dump(_short(prepared.shown), sort_keys=False, width=200).splitlines():
            yield (f"    {line}",)

    # Commands

    @property
    def _can_ask_again(self) -> bool:
        run = self._run
        is_over = run is not None and run.is_over and not run.keys
        is_set = run is not None and run.state == "done" and run.prepared.what.is_setting
        return is_over and not is_set and not self._ciphertext

    def title_of(self, command: Command) -> str:
        if command.id == "send_request" and self._can_ask_again:
            return "request again"
        return super().title_of(command)

    def _not_to_send(self) -> str | None:
        if (run := self._run) is not None:
            is_last = not self._can_ask_again and run.state != "not sent"
            return "The request was sent already." if is_last else None
        end = self._prepared.dry_run
        if self._prepared.idle:
            return f"Nothing sent: this request would do nothing. {self._prepared.idle}"
        if end is not None and end.made == "not sent":
            return f"Nothing sent. {end.reason}"
        return None

    @unless(_not_to_send)
    async def run_send_request(self) -> None:
        """Send the request.

        If `_can_ask_again` is true, close the screen instead, so that the caller prepares another request.
        """
        if self._can_ask_again:
            self.dismiss(True)
        else:
            ref = self._prepared.action.ref
            namespaces = [ref.namespace or self.subject.namespace]
            effect = f"{self._prepared.title}: {ref}."
            if (typed := await confirm_context(self, "send", effect, namespaces)) is not None:
                self._send(typed)

    def _send(self, typed: str) -> None:
        session = self.shared.session
        row, held = session.secrets.get(self.subject), session.held(self.subject)
        seen = row or (held.secret if held is not None else None)
        version = seen.resource_version if seen is not None else ""
        problem = session.sources.send(self._prepared, version, typed=typed)
        if problem is not None:
            self.show_message(problem, "warning")
        self._draw()
        self.refresh_footer()

    def _not_done(self) -> str | None:
        run = self._run
        if self._prepared.what.is_setting:
            return "The request brings no new value, so no reader needs a restart."
        is_new = run is not None and (run.state == "done" or run.keys)
        return None if is_new else "The request has brought no new value yet."

    @unless(_not_done)
    def run_restart_readers(self) -> None:
        self.app.push_screen(RolloutScreen(self.shared, self.subject))

    def _no_line(self) -> str | None:
        return None if self._ciphertext else "This request has no ciphertext to copy."

    @unless(_no_line)
    async def run_copy_line(self) -> None:
        self.show_message(await self.shared.clipboard.send(self._ciphertext.encode(), "the ciphertext"))


def _short(sent: Any) -> Any:
    if isinstance(sent, dict):
        return {name: _short(part) for name, part in sent.items()}
    if isinstance(sent, list):
        return [_short(part) for part in sent]
    is_long = isinstance(sent, str) and len(sent) > _LONG
    return f"{sent[:12]}… ({len(sent):,} characters)" if is_long else sent
