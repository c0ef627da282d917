"""Explain why a pod does not start, then open the Secret or reader that the answer names.

A reader is a pod, workload or other object that uses a Secret.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any, Final

from textual.events import Paste

from tui.model.health.finding import Finding
from tui.model.health.why_answer import WhyAnswer, answer, answer_of
from tui.model.rbac.rights import Right
from tui.model.readers.reader import ReaderInfo
from tui.model.secret.secret import SecretRef
from tui.model.secret.types.registry import DOCKER_CONFIG, OPAQUE
from tui.model.text.counts import joined
from tui.model.why import WhyQuestion, parse, parse_typed
from tui.session.health.known import is_settled, writers_of
from tui.ui.base.job import ask, start_job
from tui.ui.base.list_state import about_namespace, is_missing
from tui.ui.base.reader_words import readers_doubt
from tui.ui.base.screen import TuiScreen, not_yours
from tui.ui.base.screen_context import READING
from tui.ui.commands import BY_ID
from tui.ui.dialogs.prompt import NameRequest, NameScreen, Question
from tui.ui.readers.screen import ReadersScreen
from tui.ui.readers.workload import WorkloadScreen
from tui.ui.source.screen import SourceScreen
from tui.ui.widgets.field import Field
from tui.ui.widgets.lists.reader_table import ReaderTable
from tui.ui.widgets.table.table import VirtualTable

_NOT_READ: Final = "Paste an error that names a Secret or key, or type a pod's or workload's name."


class WhyField(Field):
    """Text field that reduces a pasted error to the part that names the Secret, key, pod or workload."""

    def _on_paste(self, event: Paste) -> None:
        # If the field has text, a pasted bare name may complete this text. `parse` returns None for a bare
        # name, so that Textual pastes the name as usual.
        asked = (parse if self.value else parse_typed)(event.text)
        if asked is None:
            super()._on_paste(event)
            return
        event.stop()
        event.prevent_default()
        self.value = asked.text
        self.cursor_position = len(self.value)


async def find_why(screen: TuiScreen[Any]) -> None:
    """Explain why the selected reader does not start.

    If no reader is selected, ask for an error message or a name.
    """
    if (info := _selected_reader(screen)) is not None:
        explain(screen, WhyQuestion(namespace=info.namespace, kind=info.kind.name, name=info.name))
        return

    wanted = NameRequest(
        "Why does a pod not start?",
        (
            "Paste the error or the events, or type the name of a pod or workload.",
            "For another namespace, add -n NAMESPACE.",
        ),
        lambda text: None if parse_typed(text) is not None else _NOT_READ,
        "explain",
        judges_early=False,
        field=WhyField,
    )
    text = await ask(screen, NameScreen(wanted))
    if text is not None and (asked := parse_typed(text)) is not None:
        explain(screen, asked)


def _selected_reader(screen: TuiScreen[Any]) -> ReaderInfo | None:
    if isinstance(screen, WorkloadScreen):
        return screen.info
    if not isinstance(screen, ReadersScreen):
        return None
    line = screen.query_one(ReaderTable).cursor_row_value
    return line.info if line is not None else None


def explain(screen: TuiScreen[Any], asked: WhyQuestion, *, opens_inputs: bool = False) -> None:
    """Show why a pod does not start, and open the Secret or reader that the answer names.

    `opens_inputs`: if `asked` names a known reader and `asked.fault` is "", only open the WorkloadScreen.
    """
    browser = _browser(screen)
    browser.run_worker(_explain(screen, browser, asked, opens_inputs), group=READING, exclusive=True)


def open_finding(screen: TuiScreen[Any], finding: Finding) -> None:
    browser = _browser(screen)

    def look() -> WhyAnswer:
        return answer_of(finding, browser.shared.health_check().evidence())

    browser.run_worker(_open(screen, browser, look, _stays(screen)), group=READING, exclusive=True)


def _browser(screen: TuiScreen[Any]) -> TuiScreen[Any]:
    browser = screen.app.screen_stack[0]
    assert isinstance(browser, TuiScreen)
    return browser


def _stays(screen: TuiScreen[Any]) -> Callable[[], bool]:
    """Return a check that returns True until the user opens a screen or another Secret, or begins to type."""
    shared = screen.shared
    interruptions, open_ref = shared.app.interruptions, shared.session.open_ref

    def is_here() -> bool:
        is_same = shared.session.open_ref == open_ref and shared.app.interruptions == interruptions
        return is_same and screen.app.screen is screen and not screen.is_typing

    return is_here


async def _explain(
    screen: TuiScreen[Any], browser: TuiScreen[Any], asked: WhyQuestion, opens_inputs: bool
) -> None:
    session, main = browser.shared.session, browser.shared.app.navigator
    if asked.namespace and session.namespace not in (None, asked.namespace):
        while len(browser.app.screen_stack) > 1:
            browser.app.pop_screen()
        main.show_namespace(asked.namespace)
        screen = browser
    session.look_around()
    # Only `search_readers` finds a workload without pods.
    is_workload = bool(asked.name) and asked.kind != "Pod"
    (session.search_readers if is_workload else session.want_readers)(session.namespace)
    screen.show_status("Looking for the reason …")
    is_here = _stays(screen)

    def is_known() -> bool:
        search = session.readers.search
        is_searched = not is_workload or (search.phase == "ended" and not search.is_running)
        return is_searched and is_settled(session.secrets.state) and is_settled(session.readers.state)

    await session.events.until(is_known)
    if asked.namespace and not session.secrets.rows:
        await session.namespaces.look_for(asked.namespace)
        if is_missing(browser.shared, asked.namespace):
            screen.show_message(
                " ".join(about_namespace(browser.shared, asked.namespace)), "warning", stays=True
            )
            return
    space = asked.namespace or session.namespace
    info = (
        session.readers.by_name(asked.kind, asked.name, space) if opens_inputs and not asked.fault else None
    )
    if info is not None and is_here():
        screen.show_status("")
        browser.app.push_screen(WorkloadScreen(browser.shared, info))
        return
    await _open(screen, browser, partial(_answer, browser, asked), is_here)


async def _open(
    screen: TuiScreen[Any],
    browser: TuiScreen[Any],
    look: Callable[[], WhyAnswer],
    is_here: Callable[[], bool],
) -> None:
    """Show the answer that `look` returns, and open the Secret or reader that the answer names.

    For a missing Secret, offer to draft the Secret, or to show the object that should write it.
    If `is_here` returns False, only show the answer.

    `look` is called again after the Secret is read, because all keys of the Secret are known then.
    """
    session, main = browser.shared.session, browser.shared.app.navigator
    why = look()
    if why.ref is not None and why.is_missing:  # a search may find objects that should write the Secret
        await session.access.learn_rights(why.ref.namespace)
        held = session.readers_of(why.ref.namespace)
        if held.search.phase == "not asked":
            session.search_readers(held.namespace)
        await session.events.until(lambda: held.search.phase == "ended" and not held.search.is_running)
    screen.show_status("")
    if not is_here():
        _show_answer(browser, why)  # the user has moved on, so only the answer is shown
        return
    if why.ref is not None and not why.is_missing:
        ref, key = why.ref, why.key
        main.follow(partial(main.open_secret, ref, key))
        opened = session.opened
        await session.events.until(lambda: session.opened is not opened or _is_read(browser))
        if session.opened is not opened:
            return  # the user has opened another Secret
        why = look()  # all keys of the Secret are known now
        browser.query_one("#key-table", VirtualTable).move_to(why.key)
    elif why.ref is not None:
        if len(browser.app.screen_stack) == 1:
            main.go_to("secrets")
        writers, refused = writers_of(session, why.ref), _refusal_to_create(browser, why.ref.namespace)
        if writers or refused is None:
            start_job(screen, _offer(screen, why.ref, why, writers, may_add=refused is None))
            return
    elif why.info is not None:
        browser.app.push_screen(WorkloadScreen(browser.shared, why.info))
    _show_answer(browser, why)


def _refusal_to_create(browser: TuiScreen[Any], namespace: str) -> str | None:
    if browser.shared.session.may("create", "secrets", namespace) is False:
        return not_yours(Right("create", "secrets", namespace), browser.shared.keys)
    return browser.refusal(BY_ID["add_secret"])


def _answer(browser: TuiScreen[Any], asked: WhyQuestion) -> WhyAnswer:
    session, evidence = browser.shared.session, browser.shared.health_check().evidence()
    is_complete = session.readers.state.is_complete if asked.kind == "Pod" else not session.readers.gaps
    return answer(asked, session.namespace, evidence, is_complete=is_complete)


def _is_read(browser: TuiScreen[Any]) -> bool:
    opened = browser.shared.session.opened
    return opened is not None and opened.state.kind != "loading"


def _show_answer(browser: TuiScreen[Any], why: WhyAnswer) -> None:
    session, keys = browser.shared.session, browser.shared.keys
    doubt = readers_doubt(session.readers, keys, session.clock)
    hint = f"{why.finding.do}." if why.finding is not None else ""
    if why.finding is not None and why.finding.check == "old value":
        hint = f"{keys.of('restart_readers')} restarts the workload."
    if why.is_login:
        hint = browser.refusal(BY_ID["edit_form"]) or f"{keys.of('edit_form')} changes the login."
    if why.lacks:
        refused = browser.refusal(BY_ID["add_key"])
        hint = refused or f"{keys.of('add_key')} adds the key{_instead(browser, why)}."
    if why.ref is not None and why.is_missing:
        hint = _refusal_to_create(browser, why.ref.namespace) or hint
    screen = browser.app.screen if isinstance(browser.app.screen, TuiScreen) else browser
    is_open = why.ref is not None and browser.shared.session.open_ref == why.ref
    stays = why.ref if is_open and why.ref is not None else True
    screen.show_message(f"{why.sentence} ({doubt})" if doubt else why.sentence, stays=stays, hint=hint)


def _instead(browser: TuiScreen[Any], why: WhyAnswer) -> str:
    if why.ref is None or not why.key:
        return ""
    is_read = browser.shared.session.readers.of(why.ref, [why.key])
    renames = browser.shared.keys.of("rename_key")
    return f"; or refer to {why.key}" if is_read else f", or {renames} renames {why.key}"


async def _offer(
    screen: TuiScreen[Any], ref: SecretRef, why: WhyAnswer, writers: Sequence[str], *, may_add: bool
) -> None:
    details = f", with the key {why.key}" if why.key else ""
    if why.is_pull:
        details = ", with a login to the image registry"
    draft = f"Draft the Secret{details}? Nothing is sent before the review."
    lines, answers = [why.sentence], list[tuple[str, str]]()
    if writers:
        lines.append(f"{joined(writers)} should write the Secret. See the source.")
        answers.append(("s", "show the source"))
        draft = f"Or draft the Secret anyway{details}. Nothing is sent before the review."
    if may_add:
        if not details:
            lines.append("The readers take all keys, so the needed keys are unknown.")
        lines.append(draft)
        answers.append(("d", "draft the Secret"))
    question = Question(f"No Secret {ref.name}", lines, answers, default=answers[0][0])
    key = await ask(screen, question)
    if key == "s":
        screen.app.push_screen(SourceScreen(screen.shared, ref))
    elif key is not None:
        kind = DOCKER_CONFIG if why.is_pull else OPAQUE
        main = screen.shared.app.navigator
        main.follow(partial(main.begin_missing, ref, kind, why.key))
    else:
        screen.show_message(why.sentence)
