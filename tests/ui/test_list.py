"""The list of Secrets: filter, order, Helm's records, and a cursor that stays on its Secret."""

from __future__ import annotations

import re
from typing import Any

import pytest

from tests.app_pilot import SIZES
from tests.ui.person import MINE, Person, in_secret, pod_object, secret_object, sitting_at
from tui.embedded.users import Rule
from tui.model.secret.secret import SecretRef


def names(person: Person) -> list[str]:
    """Names in the list, in its order."""
    screen: Any = person.app.screen
    return [row.ref.name for row in screen.secrets.table.rows]


def under_cursor(person: Person) -> str | None:
    """The name under the list's cursor."""
    screen: Any = person.app.screen
    row = screen.secrets.row
    return row.ref.name if row is not None else None


async def test_the_orders_take_their_turns_and_turn_around() -> None:
    async with sitting_at(size=(120, 36)) as person:
        by_name = names(person)
        assert by_name == sorted(by_name) and "NAME ↑" in person.text
        seen = {}
        for order in ("age", "type", "keys"):
            arrow = "KEYS ↓" if order == "keys" else f"{order.upper()} ↑"
            await person.presses("o", f"Ordered by {order}.", f"by {order}", arrow)
            seen[order] = names(person)
            assert sorted(seen[order]) == by_name
        assert seen["age"][0] == "placeholder" or seen["age"][-1] == "placeholder", "made 48 minutes ago"
        assert seen["keys"] != seen["age"]
        await person.presses("O", "by keys, reversed", "KEYS ↑")
        assert names(person)[0] == seen["keys"][-1]
        await person.presses("o o", "Ordered by changed.")
        await person.presses("o o", "Ordered by name.", "NAME ↑")
        assert names(person) == by_name


async def test_a_filter_without_a_match_names_what_key_names_would_match() -> None:
    async with sitting_at(namespace="payments") as person:
        await person.press("slash", *"passwor")
        await person.sees("No matches. esc clears the filter.")
        hint = re.search(r"key:passwor finds (\d+) Secrets", person.text)
        assert hint is not None and len(person.asked("GET", part="/secrets/")) == 0
        await person.press("escape", "slash", *"key:passwor")
        await person.sees(f"Secrets  {hint[1]} of 13")
        await person.press(*"zz")
        await person.sees("No matches. esc clears the filter.")
        assert "finds" not in person.text


async def test_the_title_says_that_pods_are_not_loaded_until_they_are() -> None:
    async with sitting_at(namespace=None, size=(80, 24)) as person:
        await person.sees("5 Helm hidden  H", "pods not loaded, p loads them")
        assert "READ BY" not in person.text, "no row has a word in it"
        await person.press(*"oooo")
        await person.sees("Ordered by readers; incomplete: pods not loaded yet (p loads them).")
        await person.acts_on("payments/db-credentials", "p", "Readers of db-credentials")
        await person.presses("escape", "READ BY")
        await person.sees_no("pods not loaded")
        await person.waits_for(
            lambda: " X payments" in person.line_of("payments     db-credentials"), "what its pods wait for"
        )


@pytest.mark.slow
@pytest.mark.parametrize("size", [(80, 24), (120, 36)])
async def test_the_filter_leaves_the_secrets_that_no_known_pod_reads(size: tuple[int, int]) -> None:
    async with sitting_at(namespace=None, size=size) as person:
        await person.press("slash", *"ns:default")
        await person.sees("Secrets  9 of 58")
        await person.press("space", *"by:none", "enter")
        await person.sees("Secrets  5 of 58", "filter: ns:default by:none", "oncall-bot")
        assert "mysecret" not in person.text and person.text.count("no reader known") > 4
        person.place.store.put(pod_object("late", {"envFrom": [{"secretRef": {"name": "oncall-bot"}}]}))
        await person.sees("Secrets  4 of 58")
        await person.sees_no("default      oncall-bot")


async def test_the_filter_for_no_reader_says_where_pods_may_not_be_listed() -> None:
    rules = [Rule(("get", "list", "watch"), ("secrets", "namespaces"))]
    async with sitting_at(rules=rules, settles=False, size=(80, 24)) as person:
        await person.sees("Secrets  9")
        await person.press("slash", *"by:none", "enter")
        await person.sees("Secrets  0 of 9", "readers of 9 Secrets unknown")
        await person.sees("No matches.", "Readers of 9 Secrets unknown: you may not list pods.")


async def test_of_all_namespaces_the_pods_of_an_opened_secret_are_loaded() -> None:
    async with in_secret(namespace=None, size=(120, 36)) as person:
        await person.sees("Read by: password", "1 pod, live")
        assert not person.asked("GET", part="/api/v1/pods"), "no other namespace's"


async def test_helm_records_are_hidden_with_a_note_and_one_press_away() -> None:
    async with sitting_at(namespace="web") as person:
        await person.sees("Secrets  15", "2 Helm hidden  H")
        assert not any(name.startswith("sh.helm") for name in names(person))
        await person.presses("H", "Secrets  17", "Helm shown (H hides)", "Helm release records are shown.")
        assert names(person)[-1] == "wildcard-tls" and "sh.helm.release.v1.shop.v42" in names(person)
        await person.presses("H", "Secrets  15")


@pytest.mark.parametrize("size", SIZES)
async def test_the_footer_of_the_list_names_health_and_its_title_is_whole_at_every_width(
    size: tuple[int, int],
) -> None:
    async with sitting_at(namespace="payments", size=size) as person:
        await person.sees("B health", ": commands", "2 Helm hidden  H")
        if size[0] >= 100:  # else the open Secret has the screen
            await person.acts_on("payments/db-credentials", "enter", "PKCS#12 keystore")
            await person.sees("2 Helm hidden  H")


async def test_the_cursor_stays_on_its_secret_whatever_comes_and_goes_around_it() -> None:
    async with sitting_at(size=(80, 24)) as person:
        await person.put_cursor("#secret-table", "default/orders-import")
        before = len(person.cluster.requests)
        person.others_delete(SecretRef("default", "orders-report"))
        person.others_make(SecretRef("default", "a-new-one"), {"a": b"1"})
        person.others_make(SecretRef("default", "a-newer-one"), {"a": b"1"})
        await person.sees("a-newer-one", "Secrets  10")
        await person.sees_no("orders-report")
        assert under_cursor(person) == "orders-import"
        await person.press("slash", *"e", "enter")
        await person.press("o", "o")
        assert under_cursor(person) == "orders-import"
        await person.press("o", "o", "o", "o", "o", "escape")
        person.others_delete(SecretRef("default", "orders-import"))
        await person.sees_no("orders-import")
        assert under_cursor(person) == "placeholder", "the nearest that remains"
        await person.press("j", "j", "g", "G", "home", "end", "pageup", "pagedown", "ctrl+d", "ctrl+u")
        assert len(person.cluster.requests) == before, "live rows and moving ask for nothing"


async def test_a_draft_and_a_terminating_secret_are_marked_in_the_list() -> None:
    async with sitting_at(size=(80, 24), namespace="payments") as person:
        await person.sees("terminating")
        assert "old-acquirer" in person.line_of("terminating")
        await person.open(SecretRef("payments", "legacy-db"))
        await person.edit("user", "made-up")
        await person.press("escape")
        await person.put_cursor("#secret-table", "payments/legacy-db")
        await person.sees("1 draft", "* has a draft")
        assert "*" in person.line_of("legacy-db  ")


@pytest.mark.slow
async def test_many_secrets_are_listed_filtered_and_ordered_in_slices() -> None:
    story = [secret_object(f"s-{number:05d}", {}) for number in range(4_501)]
    async with sitting_at(story=story) as person:
        await person.sees("Secrets  4,501")
        await person.press("slash", *"s-0123", "enter")
        await person.sees("10 of 4,501")
        await person.press("O")
        await person.waits_for(lambda: names(person)[0] == "s-01239", "the other way round")
        await person.press("O", "escape")
        await person.waits_for(lambda: len(names(person)) == 4_501, "all")
        person.others_make(MINE, {"a": b"1"})
        await person.waits_for(lambda: "mysecret" in names(person), "a new one")


async def test_a_missing_key_and_a_secret_without_readers_are_shown_before_anything_is_opened() -> None:
    async with sitting_at(size=(120, 36), namespace="payments") as person:
        await person.sees("X db-credentials", "6 pods, 1 fails", "legacy-db", "no reader known")
        assert "1 pod fails" in person.line_of("sftp-settlements")
        assert "X" not in person.line_of("card-encryption").split("card-encryption")[0]
        assert not person.asked("GET", part="/secrets/"), "no value was fetched for it"
        await person.put_cursor("#secret-table", "payments/db-credentials")
        await person.reads("#peek", "X ledger-worker fails: no key PASSWORD")
        await person.presses(
            "enter", "X ledger-worker fails: no key PASSWORD, similar: password", at="#secret"
        )


async def test_a_certificate_is_marked_once_its_secret_was_opened_and_no_longer_when_it_changed() -> None:
    async with sitting_at(size=(80, 24), namespace="web") as person:
        await person.sees("api-tls", "2 pods")
        assert "!" not in person.line_of("api-tls")
        await person.open(SecretRef("web", "api-tls"))
        await person.sees("the certificate expires in 6d")
        await person.press("escape")
        await person.put_cursor("#secret-table", "web/api-tls")
        await person.sees("! api-tls", "! tls.crt: the certificate expires in 6d")
        person.others_set("note", b"made up", SecretRef("web", "api-tls"))
        await person.sees_no("! api-tls")


async def test_a_filter_that_hides_the_row_under_the_cursor_puts_it_on_the_first_match() -> None:
    story = [
        secret_object("db", {"password": b"made-up"}),
        secret_object("a-web", {"x": b"y"}),
        secret_object("c-web", {"x": b"y"}),
    ]
    async with sitting_at(size=(80, 24), story=story) as person:
        await person.acts_on("default/db", "slash w e")
        await person.sees("filter: we")
        assert under_cursor(person) == "a-web"
        await person.press("enter", "j")
        assert under_cursor(person) == "c-web"
        await person.press("slash", "b")
        assert under_cursor(person) == "c-web", "what still matches keeps it"


async def test_a_filter_of_keys_leads_past_a_changed_key_that_it_leaves_in_sight() -> None:
    story = [secret_object("app", {"crlf": b"a", "host": b"b", "nul": b"c", "nuls": b"d"})]
    async with in_secret(SecretRef("default", "app"), size=(80, 24), story=story) as person:
        await person.edit("crlf", "made-up")
        await person.press("slash", *"nul", "enter")
        await person.sees("crlf")
        await person.presses("e", "Edit app / nul ")


async def test_a_low_terminal_shows_the_list_and_no_preview() -> None:
    async with sitting_at(size=(40, 12), namespace="payments") as person:
        await person.sees("▸    bank-keystore", "db-tls")
        await person.press("W")
        await person.sees("does nothing here", "▸    bank-keystore", "db-credentials")
        await person.pilot.resize_terminal(80, 24)
        await person.sees("enter open", "─ bank-keystore ─", "sftp-settlements")


async def test_a_count_of_keys_is_never_cut() -> None:
    story = [secret_object(f"of-{count}", {f"k{n}": b"" for n in range(count)}) for count in (9_999, 20_000)]
    async with sitting_at(story=story, size=(80, 24)) as person:
        await person.sees("of-9999", "of-20000")
        assert " 9999 " in person.line_of("of-9999") and " 20k " in person.line_of("of-20000")
