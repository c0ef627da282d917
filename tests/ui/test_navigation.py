"""Navigation: panes by the terminal's width, namespaces, back and quit."""

from __future__ import annotations

import pytest

from tests.ui.person import MINE, Person, in_secret, sitting_at

pytestmark = pytest.mark.slow


def panes_of(person: Person) -> tuple[bool, bool, bool]:
    """Visibility of the panes: namespaces, list and Secret."""
    namespaces, secrets, secret = (
        person.app.screen.query_one(name).region.area > 0 for name in ("#namespaces", "#secrets", "#secret")
    )
    return namespaces, secrets, secret


WIDTHS = {
    (80, 24): ((False, True, False), (False, False, True), (True, False, False)),
    (100, 30): ((False, True, False), (False, True, True), (True, True, False)),
    (120, 36): ((True, True, False), (False, True, True), (True, True, False)),
    (160, 40): ((True, True, True), (True, True, True), (True, True, True)),
    (200, 60): ((True, True, True), (True, True, True), (True, True, True)),
    (48, 20): ((False, True, False), (False, False, True), (True, False, False)),
}


@pytest.mark.parametrize("size", WIDTHS, ids=lambda size: f"{size[0]}x{size[1]}")
async def test_as_many_panes_as_fit_and_the_focused_one_is_always_among_them(size: tuple[int, int]) -> None:
    at_list, at_secret, at_namespaces = WIDTHS[size]
    async with sitting_at(size=size) as person:
        assert panes_of(person) == at_list
        await person.acts_on(MINE, "enter", "********")
        assert panes_of(person) == at_secret
        await person.presses("N", "payments")
        assert panes_of(person) == at_namespaces
        await person.press("escape")
        focused = person.app.screen.focused
        assert focused is not None and focused.region.area > 0


@pytest.mark.parametrize("back", ["escape", "q"])
async def test_back_from_the_namespaces_that_were_asked_for_leads_to_where_they_were_asked_for(
    back: str,
) -> None:
    async with sitting_at(size=(80, 24)) as person:
        await person.presses("N", "Namespaces  8")
        await person.presses(back, "Secrets  9")
        await person.acts_on(MINE, "enter", "********")
        await person.presses("N", "Namespaces  8")
        await person.presses(back, "username", "********")


async def test_panes_are_gone_through_by_tab_by_vims_letters_and_by_arrows() -> None:
    async with sitting_at() as person:

        def at() -> str:
            focused = person.app.screen.focused
            return str(focused.id if focused is not None else None)

        for forth, back in (("tab", "shift+tab"), ("l", "h"), ("right", "left")):
            assert at() == "secret-table"
            await person.press(forth)
            assert at() == "namespace-table", "no Secret is open, so the turn is of two"
            await person.press(forth)
            await person.open()
            for press, place in ((back, "secret"), (back, "namespace"), (back, "key"), (forth, "namespace")):
                await person.press(press)
                assert at() == f"{place}-table"
            await person.press(back, "escape")


async def test_digits_go_to_panes_and_leave_open_what_is_open() -> None:
    async with sitting_at(size=(120, 36)) as person:
        await person.presses("3", "No Secret is open; enter opens one.")
        await person.open()
        await person.press("1")
        assert panes_of(person) == (True, True, False)
        await person.press("3")
        assert panes_of(person) == (False, True, True)
        await person.press("2")
        assert person.app.screen.focused is person.app.screen.query_one("#secret-table")
        assert panes_of(person) == (False, True, True) and person.session.open_ref == MINE
        await person.presses("1 escape", "password")
        assert person.app.screen.focused is person.app.screen.query_one("#secret-table"), "as before 1"


@pytest.mark.parametrize("size", [(120, 36), (200, 60)])
async def test_a_zoomed_pane_is_alone_until_z_or_until_another_one_is_gone_to(size: tuple[int, int]) -> None:
    async with sitting_at(size=size) as person:
        shown = panes_of(person)
        await person.press("z")
        assert panes_of(person) == (False, True, False)
        assert person.app.screen.query_one("#secrets").region.width == size[0]
        assert person.app.screen.query_one("#secrets").region.height >= size[1] - 4, "no preview below it"
        await person.press("z")
        assert panes_of(person) == shown
        await person.open()
        beside = panes_of(person)
        await person.press("z")
        assert panes_of(person) == (False, False, True)
        assert person.app.screen.focused is person.app.screen.query_one("#key-table")
        await person.sees("username", "********")
        await person.press("tab", "shift+tab")
        assert panes_of(person) == beside


async def test_where_one_pane_is_shown_there_is_nothing_to_zoom() -> None:
    async with in_secret(size=(80, 24)) as person:
        assert "z zoom" not in person.text
        await person.presses("z", "This pane has the whole width already.")


@pytest.mark.parametrize("size", [(120, 36), (200, 60)])
async def test_a_secret_that_was_asked_for_alone_has_the_screen_until_the_list_is_asked_for(
    size: tuple[int, int],
) -> None:
    async with sitting_at(size=size, start=MINE, is_alone=True, settles=False) as person:
        await person.reads("#secret", "password ********", "Read by: password")
        assert panes_of(person) == (False, False, True)
        await person.presses("2", "feature-flags")
        assert panes_of(person) == (size[0] == 200, True, True)


async def test_a_namespace_is_gone_into_and_what_was_open_is_left() -> None:
    async with in_secret(size=(80, 24)) as person:
        await person.press("r", "N")
        await person.put_cursor("#namespace-table", "web")
        await person.press("enter")
        await person.settles()
        await person.sees("payments-cluster › web", "shop-tls", "Secrets  15")
        assert person.session.opened is None
        assert "mysecret" not in person.text
        assert not person.shown


async def test_the_list_of_all_namespaces_has_a_namespace_column_and_requests_no_pods() -> None:
    async with sitting_at(size=(200, 60)) as person:
        asked = len(person.asked(part="/pods"))
        await person.presses("0", "NAMESPACE", "bootstrap-token", "Secrets  58", "enter open")
        assert len(person.asked(part="/pods")) == asked, "pods of all namespaces only when asked for"
        assert "READ BY" not in person.text, "not checked yet"
        await person.presses("P", "Pods of all namespaces", "coredns")
        await person.press("escape", "N")
        await person.put_cursor("#namespace-table", "web")
        await person.presses("enter", "payments-cluster › web")
        await person.sees_no("NAMESPACE ")


async def test_back_leads_from_the_filter_to_the_list_and_only_q_goes_on_to_the_namespaces_and_out() -> None:
    async with sitting_at(size=(80, 24)) as person:
        await person.press("slash", *"mysec", "enter")
        await person.sees("filter: mysec", "1 of 9")
        await person.presses("enter", "password")
        await person.presses("q", "filter: mysec")
        await person.press("q")
        await person.sees_no("filter:")
        await person.sees("Secrets  9")
        await person.presses(
            "escape", "Top level: N lists namespaces, X lists contexts, ctrl+q quits.", "Secrets  9"
        )
        await person.presses("q", "payments")
        await person.presses("escape", "Top level: enter opens a namespace")
        assert person.app.is_running, "escape never quits"
        await person.presses("ctrl+c", "ctrl+q quits")
        assert person.app.is_running
        await person.press("q")
        await person.waits_for(lambda: person.app.return_value == 0, "an end")


async def test_quitting_asks_only_if_there_is_a_draft_and_names_what_would_be_lost() -> None:
    async with in_secret() as person:
        await person.presses("e X ctrl+q", "Not written: default/mysecret / password.")
        await person.presses("escape", "Edit mysecret / password")
        await person.press("escape")
        await person.edit("password", "made-up")
        await person.press("escape", "q")
        for key in ("ctrl+q", "q"):
            await person.presses(key, "Quit and lose unwritten drafts?", "Not written: default/mysecret.")
            await person.press("y", "enter", "escape")
            await person.sees_no("Quit and lose")
            assert len(person.session.drafts) == 1
        await person.press("q", "Q")
        await person.waits_for(lambda: person.app.return_value == 0, "an end")


@pytest.mark.parametrize("over", ["a", "ctrl+p"])
async def test_quitting_works_out_of_what_lies_over_a_screen(over: str) -> None:
    async with in_secret() as person:
        await person.press(over, "ctrl+q")
        await person.waits_for(lambda: person.app.return_value == 0, "an end")


async def test_letters_go_into_a_text_while_one_is_typed() -> None:
    """Letters in the filter, a name or an editor run no command."""
    async with sitting_at() as person:
        await person.press("slash", *"qrRwWdDNPpoO0?!")
        await person.sees("qrRwWdDNPpoO0?!", "No matches. esc clears the filter.")
        await person.press("escape")
        await person.open()
        await person.press("e", *"qrW?!x")
        await person.sees("1f2d1e2e67dfqrW?!x")
        await person.press("escape", "a", *"qrW?!")
        await person.sees("qrW?!")
        await person.press("escape", "D", *"qrW?!")
        await person.sees("qrW?!")
        assert person.asked("PATCH", "DELETE") == []


async def test_in_the_namespaces_no_press_acts_on_a_secret_that_is_not_under_its_cursor() -> None:
    async with sitting_at(size=(80, 24)) as person:
        await person.acts_on(MINE, "N")
        await person.put_cursor("#namespace-table", "web")
        top = person.app.screen
        for press in ("D", "p", "i", "a", "w", "e", "r"):
            await person.press(press)
            assert person.app.screen is top, press
        assert "a new" not in person.text and "p readers" not in person.text
        await person.presses("c", "the name web")


async def test_the_key_for_the_previous_namespace_drops_nothing_of_an_open_secret() -> None:
    async with sitting_at(namespace="payments") as person:
        await person.presses("0", "all namespaces")
        await person.open()
        await person.edit("username", "made-up")
        await person.presses("minus", "payments-cluster › payments", "1 draft")
        (draft,) = person.session.drafts.all()
        assert [change.key for change in draft.change_list()] == ["username"]


@pytest.mark.parametrize("size", [(80, 24), (120, 36)], ids=lambda size: f"{size[0]}x{size[1]}")
async def test_the_namespace_of_an_open_secret_is_named_in_the_list_of_all_namespaces(
    size: tuple[int, int],
) -> None:
    async with sitting_at(size=size) as person:
        await person.presses("0", "payments-cluster › all namespaces")
        await person.open()
        await person.sees("payments-cluster › all › default")
        await person.presses("e", "Edit mysecret", "payments-cluster › all › default")
        await person.presses("escape D", "Delete mysecret", "payments-cluster › all › default")
        await person.presses("escape P", "Pods of all namespaces", "payments-cluster › all namespaces")
        await person.presses("escape escape", "payments-cluster › all namespaces")
