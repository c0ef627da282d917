"""A walk over every command of the registry, at every place, in one run: each is pressed or asked for."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from pkgutil import resolve_name
from typing import Any, Final

import pytest
from textual.widgets import Input

from tests.ui.person import MINE, Person
from tui.model.access.grants import Subject
from tui.model.access.who import Access, SecretScope
from tui.model.api_object import ObjectRef
from tui.model.draft.comparison import compared
from tui.model.draft.draft import Draft
from tui.model.managers.source import external_secrets
from tui.model.managers.source.source import Request, SourceAction
from tui.model.secret.formats.registry import DecodedValue
from tui.model.secret.secret import Secret, SecretRef
from tui.model.secret.value import Value
from tui.session.access_check import AccessCheck
from tui.session.actions import Action
from tui.session.several.comparison import PlaceComparison
from tui.session.several.namespaces import NamespacePlace
from tui.session.source import PreparedRequest
from tui.session.writes.review import WriteTarget
from tui.ui.base.screen import TuiScreen
from tui.ui.command_types import Command, Where, refusal
from tui.ui.commands import COMMANDS, HIDDEN, commands_in
from tui.ui.helm.revisions import RevisionsScreen
from tui.ui.leak.screen import LeakScreen
from tui.ui.readers.compared import ComparedInputsScreen
from tui.ui.readers.screen import ReadersScreen
from tui.ui.readers.who import GrantScreen, WhoScreen
from tui.ui.readers.workload import WorkloadScreen
from tui.ui.review.comparison import ComparisonListScreen, ComparisonScreen
from tui.ui.review.delete import DeleteScreen
from tui.ui.review.draft_list import DraftListScreen
from tui.ui.review.namespaces import NamespacesScreen
from tui.ui.review.screen import ReviewScreen
from tui.ui.rollout.screen import RolloutScreen
from tui.ui.source.request import RequestScreen
from tui.ui.value.blind_editor import BlindEditorScreen
from tui.ui.value.compare import CompareScreen
from tui.ui.value.editor import EditorScreen
from tui.ui.value.find_value import FindValueScreen
from tui.ui.value.keystore_password import KeystorePasswordScreen
from tui.ui.value.whole_editor import WholeEditorScreen, WholeText

PLACES: Final = (Where.REVIEW, *(place for place in Where if place is not Where.REVIEW))
_FROM_THE_LIST: Final = (Where.NAMESPACES, Where.SECRETS, Where.SECRET, Where.CONFLICT)
"""Places that are reached from the list, after the open Secret was left."""
_TYPING: Final = (*HIDDEN, Where.EDITOR, Where.WHOLE, Where.DELETE)


class Walk:
    """Runs every command at its places. Places out of reach in read-only or no-reveal are pushed directly."""

    def __init__(self, person: Person, monkeypatch: pytest.MonkeyPatch, typed: bytes) -> None:
        self.person = person
        self.typed = typed
        """Value that the draft holds."""
        self.reached: set[tuple[Where, str]] = set()
        self._asked_for: list[tuple[Where, str]] = []
        self._number = 0
        self._place: Where | None = None
        self._top: Any = None
        real = TuiScreen.action_run_command

        async def action_run_command(screen: TuiScreen[Any], command_id: str) -> None:
            self._asked_for.append((screen.place, command_id))
            await real(screen, command_id)

        monkeypatch.setattr(TuiScreen, "action_run_command", action_run_command)
        monkeypatch.setenv("EDITOR", "none-made-up")  # what it would bring back is not typed here
        monkeypatch.setattr(person.app, "exit", lambda *_, **__: None)

    async def go(self, places: Iterable[Where], ends: Callable[[Where, Command], bool]) -> None:
        """Press every command's keys at these places, until `ends`, which is asked after each."""
        for place in places:
            for command in commands_in(place):
                await self._be_at(place)
                await self._run(place, command)
                if ends(place, command):
                    return

    async def _run(self, place: Where, command: Command) -> None:
        person = self.person
        self._asked_for.clear()
        top = self._top
        key = command.keys.split(",")[-1 if command.id == "show_help" else 0]
        if key:
            await person.press(key)
        if (place, command.id) not in self._asked_for and top is person.app.screen:
            # The focused widget has that press for itself; the palette asks for it so.
            await self._top.action_run_command(command.id)
            await person.calm()
        self.reached.update(self._asked_for)
        if not key or command.keys == "enter":
            self.reached.add((place, command.id))
        reason = refusal(command, person.app.shared.settings)
        if reason is not None:
            assert person.app.shared.messages[-1].text == reason, (place, command.id)

    async def _be_at(self, place: Where) -> None:
        """Return to the screen of the last command at this place if it is still there; else open it again."""
        app: Any = self.person.app
        while self._place is place and self._top in app.screen_stack and app.screen is not self._top:
            app.pop_screen()
            await self.person.calm()
        is_there = self._place is place and app.screen is self._top and self._top.place is place
        if is_there and self._is_whole(place):
            return
        await self._leave_all()
        await self._arrange(place)
        self._place, self._top = place, app.screen
        await self.person.waits_for(lambda: self._top.place is place, f"{place}")

    async def _leave_all(self) -> None:
        app: Any = self.person.app
        while len(app.screen_stack) > 1:
            app.pop_screen()
            await self.person.calm()

    def _is_whole(self, place: Where) -> bool:
        """True if no field took the focus by accident and the Secret is still open."""
        person = self.person
        if place not in _TYPING and isinstance(person.app.screen.focused, Input):
            return False
        return place is not Where.SECRET or person.session.opened is not None

    async def _arrange(self, place: Where) -> None:
        person = self.person
        shared, browser = person.app.shared, person.app.screen
        assert isinstance(browser, TuiScreen)
        if place in _FROM_THE_LIST or not self._is_open(browser):
            browser.run_go_back()
            await person.calm()
            await self._leave_all()  # what led to a Secret is there again once that is left
            if place in (Where.SECRETS, Where.NAMESPACES):
                browser.go_to("secrets" if place is Where.SECRETS else "namespaces")  # type: ignore[attr-defined]
                await person.calm()
                return
            if (MINE.namespace, MINE.name) not in self._held():
                person.others_make(MINE, {"username": self.typed, "password": self.typed})
            await person.open()
        draft = self._draft()
        if place is Where.CONFLICT:
            person.others_set("password", b"th3irs %d " % self._number + self.typed)
        if place in (Where.REVIEW, Where.CONFLICT, Where.DRAFTS):
            several = place is Where.DRAFTS
            await self._put(
                DraftListScreen(shared, [draft]) if several else ReviewScreen(shared, WriteTarget(draft))
            )
            await person.waits_for(self._is_reviewed, "a review")
        elif place in (Where.COMPARED, Where.DIFFERENCES):
            comparison = self._compared()
            several = place is Where.COMPARED
            await self._put(
                ComparisonListScreen(shared, [comparison], self._compares)
                if several
                else ComparisonScreen(shared, comparison)
            )
        elif place in (opened := dict(_opened_by_commands())):
            await self._put(opened[place](shared))
        elif place is Where.VALUE:
            await person.press("enter")
        elif place is Where.YAML:
            await person.press("y")
        elif place is Where.WHO:
            await self._put(WhoScreen(shared, SecretScope(MINE.namespace, MINE.name)))
        elif place is Where.COMPARED_NAMESPACES:
            places = NamespacePlace(MINE.namespace), NamespacePlace("web")
            await self._put(NamespacesScreen(shared, places))
        elif place is Where.LEAK:
            await self._put(LeakScreen(shared, self.typed.decode()))
        elif place is Where.GRANT:
            check = AccessCheck(person.session.cluster, SecretScope(MINE.namespace, MINE.name))
            dana = Subject("User", "dana")
            access = Access("read", dana, ("get secrets",), is_by_name=False, namespace=None)
            await self._put(GrantScreen(shared, check, access))
        elif place is Where.PODS:
            await self._put(ReadersScreen(shared))
        elif place is Where.WORKLOAD:
            await self._put(WorkloadScreen(shared, person.session.readers.rows[0]))
        elif place is Where.COMPARED_WORKLOADS:
            info = person.session.readers.rows[0]
            await self._put(ComparedInputsScreen(shared, info, info))
        elif place is Where.REVISIONS:
            await self._put(RevisionsScreen(shared, SecretRef(MINE.namespace, "ledger")))
        elif place is Where.RESTART:
            await self._put(RolloutScreen(shared, MINE))
        elif place is Where.DELETE:
            await self._put(DeleteScreen(shared, MINE))
            await person.sees("keys: password")
            person.app.screen.query_one(Input).value = MINE.name
        elif place is Where.EDITOR:
            await self._put(EditorScreen(shared, MINE, "password", Value(self.typed)))
        elif place is Where.WHOLE:
            held = Secret(MINE, "", "", "Opaque", {"password": Value(self.typed)})
            await self._put(WholeEditorScreen(shared, WholeText(MINE, held, None)))
        elif place is Where.UNSEEN:
            await self._put(BlindEditorScreen(shared, MINE, "password", Value(self.typed)))
            await person.paste(self.typed.decode())
        elif place is Where.CHECK:
            await self._put(CompareScreen(shared, "password", lambda: Value(self.typed)))
            await person.paste(self.typed.decode())
        elif place is Where.FIND:
            await self._put(FindValueScreen(shared, 1, 0, self.typed.decode(), "the value of password"))
        elif place is Where.PASSWORD:
            await self._put(KeystorePasswordScreen(shared, "keystore.p12", lambda _: DecodedValue()))
            await person.paste(self.typed.decode())
        elif place is Where.PAGE:
            await person.press("question_mark")
        elif place is Where.DESCRIBE:
            await person.press("d")
        elif place is Where.ACCESS:
            await person.press("A")
        elif place is Where.SOURCE:
            await person.press("M")
        elif place is Where.REQUEST:
            await self._put(RequestScreen(shared, self._request(), ""))
        await person.calm()

    def _is_open(self, browser: TuiScreen[Any]) -> bool:
        """True if the Secret that most places are about is open and read."""
        opened = self.person.session.opened
        return (
            browser.place is Where.SECRET
            and opened is not None
            and opened.ref == MINE
            and opened.secret is not None
        )

    def _held(self) -> set[tuple[str, str]]:
        """Namespaces and names of the server's Secrets: without read-only the walk deletes some."""
        stored = self.person.cluster.store.by_resource["secrets"]
        return {(namespace, name) for namespace, _, name in (key.partition("/") for key in stored.records)}

    def _draft(self) -> Draft:
        """Put a new changed draft among the drafts: under read-only no press makes one."""
        session = self.person.session
        assert session.opened is not None and session.opened.secret is not None
        secret = session.opened.secret
        self._number += 1
        draft = Draft.of(secret).set(secret, "password", Value(b"%d " % self._number + self.typed))
        session.drafts.put(draft)
        return draft

    def _compared(self) -> PlaceComparison:
        """Compare the open Secret with a missing one."""
        opened = self.person.session.opened
        assert opened is not None and opened.secret is not None
        return PlaceComparison(compared(opened.secret, SecretRef("web", MINE.name), None))

    async def _compares(self, _: object) -> list[PlaceComparison]:
        return [self._compared()]

    def _request(self) -> PreparedRequest:
        """Request without a dry run, for an object that does not exist."""
        kind = external_secrets.EXTERNAL_SECRET[0]
        ref, request = ObjectRef(kind, MINE.namespace, "db"), Request(0.0, "jo", MINE)
        opened = self.person.session.opened
        assert opened is not None and opened.secret is not None
        action = external_secrets.EXTERNAL_SECRETS_SOURCE.offers({}, opened.secret)[0]
        assert isinstance(action, SourceAction)
        return PreparedRequest(
            action.title, Action("refreshed", ref, (MINE,), action.title, {}), request, ref, action, {}
        )

    def _is_reviewed(self) -> bool:
        review = self.person.session.writes.reviews.targets[0].review
        return review is not None and (review.stage == "conflict" or review.dry_run.kind != "pending")

    async def _put(self, screen: TuiScreen[Any]) -> None:
        self.person.app.push_screen(screen)
        await self.person.calm()

    def left_out(self) -> set[tuple[Where, str]]:
        """Commands of the registry that the walk did not reach."""
        return {(place, command.id) for place in Where for command in commands_in(place)} - self.reached


def _opened_by_commands() -> Iterator[tuple[Where, type[TuiScreen[Any]]]]:
    """The screens that take only the shared context, by their places."""
    for command in COMMANDS:
        if command.opens:
            screen = resolve_name(f"tui.ui.{command.opens}")
            yield screen.PLACE, screen
