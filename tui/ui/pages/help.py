"""Help about a screen: its keyboard keys, ways in which pods read Secrets, and limits of this run."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any, ClassVar

from textual.app import ComposeResult

from tui.model.readers.pod_spec import WAYS
from tui.model.secret.secret import SecretRef
from tui.model.text.counts import counted
from tui.ui.base.screen import TuiScreen
from tui.ui.base.screen_context import ScreenContext
from tui.ui.command_jobs import JOB_OF, Job
from tui.ui.command_types import Command, Where, unless
from tui.ui.commands import HIDDEN, NOT_TYPING, commands_in
from tui.ui.keymap import shown_key
from tui.ui.widgets.bars.footer import WIDE
from tui.ui.widgets.bars.frame import Pane, is_staying
from tui.ui.widgets.lines import Line
from tui.ui.widgets.page import ColumnPage, LinesBelow
from tui.ui.widgets.text import Styled

_MOVING = (
    ("up down j k", "Move"),
    ("pgup pgdn ctrl+u ctrl+d", "Move by a page"),
    ("home end g G", "First, last"),
    ("shift+left shift+right", "Scroll sideways"),
)
_WHILE_TYPING = (("up down pgup pgdn", "Scroll the text above the field"),)
_UNSEEN = (("backspace", "Delete the last character"),)
_PARTS = ("tab shift+tab", "Next part of this screen, and back")
_BELOW = ("down pgdn end G", "Scroll the text below the last row; up, pgup, home and g go back")
_HARDLY_SENT = ("super+", "ctrl+shift+")
"""Prefixes of keyboard keys that most terminals cannot send."""

_IN_A_TEXT = {
    "submit": "Keep what you typed",
    "cursor_left": "Move left",
    "cursor_right": "Move right",
    "cursor_up": "Move up a line",
    "cursor_down": "Move down a line",
    "cursor_page_up": "Move up a page",
    "cursor_page_down": "Move down a page",
    **dict.fromkeys(("cursor_left_word", "cursor_word_left"), "Move a word to the left"),
    **dict.fromkeys(("cursor_right_word", "cursor_word_right"), "Move a word to the right"),
    **dict.fromkeys(("home", "cursor_line_start"), "Go to the start of the line"),
    **dict.fromkeys(("end", "cursor_line_end"), "Go to the end of the line"),
    "text_start": "Go to the first line",
    "text_end": "Go to the end of the last line",
    "cursor_left(True)": "Select to the left",
    "cursor_right(True)": "Select to the right",
    "cursor_up(True)": "Select up a line",
    "cursor_down(True)": "Select down a line",
    **dict.fromkeys(("cursor_left_word(True)", "cursor_word_left(True)"), "Select a word to the left"),
    **dict.fromkeys(("cursor_right_word(True)", "cursor_word_right(True)"), "Select a word to the right"),
    **dict.fromkeys(("home(True)", "cursor_line_start(True)"), "Select to the start of the line"),
    **dict.fromkeys(("end(True)", "cursor_line_end(True)"), "Select to the end of the line"),
    "select_line": "Select the line",
    "select_all": "Select all",
    "delete_left": "Delete the character before the cursor",
    "delete_right": "Delete the character at the cursor",
    **dict.fromkeys(("delete_left_word", "delete_word_left"), "Delete the word before the cursor"),
    **dict.fromkeys(("delete_right_word", "delete_word_right"), "Delete the word after the cursor"),
    **dict.fromkeys(("delete_left_all", "delete_to_start_of_line"), "Delete to the start of the line"),
    "delete_right_all": "Delete to the end of the line",
    "delete_to_end_of_line_or_delete_line": "Delete to the end of the line; at the end, the whole line",
    "delete_line": "Delete the line",
    "cut": "Cut the selection",
    "copy": "Copy the selection",
    "paste": "Paste the text copied or cut here",
    "undo": "Undo the last change of the text",
    "redo": "Redo the last undone change",
}
_FILTER = (
    ("word", "The name contains each word"),
    ("ns:word", "The namespace contains the word"),
    ("type:word", "The type contains the word"),
    ("key:word", "A key contains the word"),
    ("label:word", "A label contains the word"),
    ("by:word", "The manager's or last writer's name contains the word"),
    ("by:none", "No reader of the Secret is known (column READ BY)"),
    ("!word", "Exclude matches; also !ns:word and so on"),
)
_MARKS = (
    ("✓", "marked", "Marked, to act on several Secrets"),
    ("*", "draft", "The Secret has a draft"),
    ("X", "broken", "A certificate or token is not valid now, or pods use a missing key"),
    ("!", "ends soon", "A certificate or token expires soon, or a renewal is due"),
    ("·", "pods not loaded", "In READ BY: pods not loaded, so no X for a missing key"),
)
_NOT_BY_JOB = frozenset({"go_back_or_quit", "previous_pane", "show_help", "stop_running", "suspend_program"})
"""Commands omitted on the page "keys by job", because they fit no job or are in the page's footer."""
_TEXT_COLUMN = 90
_KEYS_COLUMNS, _KEYS_COLUMN = 3, 23
_SENTENCE = 60
"""Minimum width in cells of a column that explains keys with sentences. Narrower columns show titles only."""
_KEY = 6
_AROUND = 15
"""Width in cells of everything outside the columns."""

Rows = Iterable[tuple[str, str]]
JobRow = tuple[str, str, str]


class HelpScreen(TuiScreen[None]):
    """Help in two pages: keyboard keys by job, and all keys with explanations."""

    PLACE = Where.PAGE
    HELP_WORDS: ClassVar[str] = "close help"
    HELP_DOES: ClassVar[str] = "closes this page"

    def __init__(self, shared: ScreenContext, asked: TuiScreen[Any]) -> None:
        """`asked`: the screen that the help explains.

        Its keys are read now, because the help takes the focus when it is shown.
        """
        super().__init__(shared)
        typed = "while you type" if asked.is_typing else ""
        self._where = (asked.place.value, typed) if typed else (asked.place.value,)
        self._subject = asked.subject
        self._lines = list(_key_lines(asked))
        marks = "  ".join(f"{mark} {short}" for mark, short, _ in _MARKS)
        is_list = asked.place is Where.SECRETS
        self._marks: Sequence[Line] = [(Styled("Marks  ", "strong"), marks)] if is_list else []
        self._jobs, self._idle = _by_job(asked)
        self._is_typing_explained = asked.is_typing
        self._is_in_full = asked.is_typing

    @property
    def subject(self) -> SecretRef | None:
        return self._subject

    def compose_body(self) -> ComposeResult:
        with Pane(id="page"):
            page = ColumnPage(id="page-lines")
            yield page
            yield LinesBelow(page)

    def on_mount(self) -> None:
        self._draw()
        self.query_one(ColumnPage).focus()

    def on_resize(self) -> None:
        if is_staying(self):
            self._draw()

    def _draw(self) -> None:
        page, width = self.query_one(ColumnPage), self.app.size.width
        if self._is_in_full:
            title = "Keys that work here" if self._is_typing_explained else "Keys and more"
            self.query_one(Pane).head(title, self._where)
            grades = _grade_lines(self.shared.settings.grades())
            page.show_columns([*self._lines, *grades, *_way_lines(), *_promise_lines()], _TEXT_COLUMN)
            return
        self.query_one(Pane).head("Keys that work here", self._where)
        least = max(_KEYS_COLUMN, (width - _AROUND) // _KEYS_COLUMNS)
        lines = [line for job, rows in self._jobs.items() for line in _job_lines(job, rows, least)]
        below = [*self._marks, *self._more_lines(is_wide=width >= WIDE)]
        page.show_columns(lines, least, below, is_dense=width < WIDE)

    def _more_lines(self, *, is_wide: bool) -> Iterator[Line]:
        if is_wide:
            yield from list(_group("Not possible now", self._idle, is_muted=True))[:-1]
        elif self._idle:
            key, commands = self.shared.keys.of("read_more"), counted(len(self._idle), "command")
            yield (Styled(f"{key} lists all keys, and explains why {commands} cannot run now.", "muted"),)

    def _all_is_shown(self) -> str | None:
        return "This page shows all keys." if self._is_typing_explained else None

    @unless(_all_is_shown)
    def run_read_more(self) -> None:
        self._is_in_full = not self._is_in_full
        self.query_one(ColumnPage).action_scroll_edge("first")  # the next page may be too short to scroll
        self._draw()
        self.refresh_footer()

    def title_of(self, command: Command) -> str:
        is_back = command.id == "read_more" and self._is_in_full
        return "keys by job" if is_back else super().title_of(command)

    def run_show_help(self) -> None:
        self.dismiss()


def _by_job(asked: TuiScreen[Any]) -> tuple[dict[Job, list[JobRow]], list[tuple[str, str]]]:
    jobs: dict[Job, list[JobRow]] = {job: [] for job in Job}
    idle, order = list[tuple[str, str]](), list(JOB_OF)
    for command in sorted(commands_in(asked.place), key=lambda command: order.index(command.id)):
        key = asked.footer_key(command)
        if not key or command.id in _NOT_BY_JOB:
            continue
        if (why := asked.refusal(command) or asked.why_not(command)) is not None:
            idle.append((key, f"{command.title}: {why}"))
        else:
            jobs[JOB_OF[command.id]].append((key, asked.title_of(command), command.help_in(asked.place)))
    return jobs, idle


def _job_lines(job: Job, rows: Sequence[JobRow], width: int) -> Iterator[Line]:
    if rows:
        yield (Styled(job.value if width >= _SENTENCE else job.value.partition(" (")[0], "strong"),)
    for key, title, does in rows:
        yield (Styled(f"{key:<{_KEY}} ", "accent"), does if width >= _SENTENCE else title)
    if rows:
        yield ()


def _key_lines(asked: TuiScreen[Any]) -> Iterator[Line]:
    here, anywhere, idle = list[tuple[str, str]](), list[tuple[str, str]](), list[tuple[str, str]]()
    refused, by_name = list[tuple[str, str]](), list[tuple[str, str]]()
    for command in commands_in(asked.place):
        does = command.help_in(asked.place)
        first = [key for key in (asked.footer_key(command),) if key]
        keys = " ".join(dict.fromkeys(first + asked.keys_here(command)))
        if asked.is_typing and not keys:
            continue
        if reason := asked.refusal(command):
            # A refused command without a key is omitted here, because the palette explains it.
            sentence = f"{does}. {reason.removesuffix(' here.').removesuffix('.')}."
            refused += [(keys.partition(" ")[0], sentence)] if keys else []
        elif reason := asked.why_not(command):
            idle.append((keys, f"{does}. {reason}"))
        elif not keys:
            by_name.append((keys, does))
        else:
            is_anywhere = command.where >= NOT_TYPING - {Where.ACCESS}
            (anywhere if is_anywhere else here).append((keys, does))
    is_list = asked.place is Where.SECRETS
    in_text = asked.is_typing and is_list
    if is_list:
        yield from (
            _group("The filter", _FILTER)
            if in_text
            else _group("Marks before a name", [(mark, does) for mark, _, does in _MARKS])
        )
    moving = list(_group("In the text" if asked.is_typing else "Moving", _of_the_focus(asked)))
    yield from moving if in_text else ()
    yield from _group("Here", here)
    yield from _group("Refused", refused, is_muted=True)
    yield from () if in_text else moving
    yield from _group("Anywhere", anywhere)
    yield from _group(f"By name only ({asked.shared.keys.of('open_palette')})", by_name)
    yield from _group("Not possible now", idle, is_muted=True)


def _of_the_focus(asked: TuiScreen[Any]) -> Iterator[tuple[str, str]]:
    place = asked.place
    if len(asked.focus_chain) > 1 and not any(
        "tab" in command.keys.split(",") for command in commands_in(place)
    ):
        yield _PARTS
    if not asked.is_typing:
        yield from _MOVING
        if place in (Where.REVIEW, Where.CONFLICT, Where.DRAFTS, Where.COMPARED, Where.DIFFERENCES):
            yield _BELOW
        return
    yield from _WHILE_TYPING if place is Where.DELETE else ()
    yield from _UNSEEN if place in HIDDEN else ()
    does = dict[str, list[str]]()
    # On a screen with IS_TYPING, a text field always has the focus. Some keys then run commands instead of
    # editing the text: for example, enter deletes a Secret.
    commands = (
        asked.shared.keys.pressed(*(command.id for command in commands_in(place))) if asked.IS_TYPING else ()
    )
    for key, active in asked.active_bindings.items():
        words = _IN_A_TEXT.get(active.binding.action, "")
        if (
            active.node is asked.focused
            and words
            and key not in commands
            and not key.startswith(_HARDLY_SENT)
        ):
            does.setdefault(words, []).append(shown_key(key))
    yield from ((" ".join(keys), words) for words, keys in does.items())


def _group(title: str, rows: Rows, *, is_muted: bool = False) -> Iterator[Line]:
    row_list = list(rows)
    if not row_list:
        return
    key_width = max(len(keys) for keys, _ in row_list)
    yield (Styled(title, "strong"),)
    for keys, does in row_list:
        words = Styled(does, "muted") if is_muted else does
        yield (
            Styled(f"  {keys:<{key_width}}  " if key_width else "  ", "muted" if is_muted else "accent"),
            words,
        )
    yield ()


def _grade_lines(grades: Iterable[tuple[str, str, str]]) -> Iterator[Line]:
    yield (Styled("Limits of this run, and where each is set", "strong"),)
    for about, how, origin in grades:
        yield (Styled(f"  {about:<24}", "accent"), f"{how:<9} {origin}")


def _way_lines() -> Iterator[Line]:
    yield ()
    yield (Styled("How pods read a Secret, and when they see a change", "strong"),)
    for way in WAYS:
        yield (Styled(f"  {way.title:<24}", "accent"), way.update)


def _promise_lines() -> Iterator[Line]:
    yield ()
    yield (Styled("What secret-tui knows and does not know", "strong"),)
    for text in (
        "A value is fetched when a command needs its Secret: to open, search, copy, compare, save or delete. "
        "Values leave memory afterwards, except in drafts and for undoing writes. Lists hold no values.",
        "READ BY counts pods of the open namespace. After a search of all kinds of objects, it counts all "
        "readers. The line below the readers names the kinds of objects that were read.",
        "The list of Secrets marks the expiry of a certificate only after you open its Secret, "
        "or after a health check reads the values.",
        "A clipboard cannot confirm a copy. Swap, the root user, terminal recorders and clipboard managers "
        "can keep values that this program no longer holds.",
    ):
        yield (f"  {text}",)
