"""Copy a Secret, or some of its keys, to namespaces: compared first, one review, each its own outcome."""

from __future__ import annotations

from typing import Any

import pytest

from tests.model.rbac_objects import binding, role, rule
from tests.session.test_access_check import stored
from tests.ui.person import MINE, PASSWORD, Person, in_secret, secret_object, sitting_at
from tui.embedded.users import Rule
from tui.model.secret.secret import SecretRef
from tui.model.settings.settings import Settings

pytestmark = pytest.mark.slow

WEB = SecretRef("web", "mysecret")
WANTED = {"username": b"admin", "password": PASSWORD.encode()}


async def chooses(person: Person, *places: str, letter: str = "n") -> None:
    """Copy the Secret under the cursor to these namespaces, typed one after the other."""
    await person.acts_on(MINE, "Y", "Copy default/mysecret", "n  the whole Secret, to other namespaces")
    await person.press(letter)
    await marks(person, *places)


async def marks(person: Person, *places: str) -> None:
    for count, place in enumerate(places, 1):
        await person.type(place)
        await person.sees("enter mark")
        await person.presses("enter", f"{count} marked")
    await person.press("enter")


async def test_places_that_cannot_take_a_copy_are_named_and_the_others_are_written() -> None:
    reads = Rule(("get", "list", "watch"), ("*",), namespaces=("default", "web", "payments", "*"))
    rules = [reads, Rule(("create",), ("secrets",), namespaces=("web",))]
    async with sitting_at(rules=rules) as person:
        store = person.cluster.store
        store.put(secret_object("mysecret", {"a": b"1"}, namespace="payments", type="example.test/other"))
        store.put(secret_object("mysecret", {"a": b"1"}, namespace="monitoring", immutable=True))
        await chooses(person, "web", "payments", "monitoring", "kube-public", "nowhere")
        await person.sees(
            "Review: 2 drafts", "1 of 2 ready", "another type", "immutable", "no such namespace"
        )
        await person.press("G")
        await person.reads(
            "#row-text", "payments/mysecret has the type example.test/other, which cannot change"
        )
        await person.presses("W", "1 of 2 written", "created at 14:00:00", "dry run refused")
        assert person.on_server(WEB) == WANTED
        assert [draft.ref.namespace for draft in person.session.drafts.all()] == ["kube-public"]


async def test_some_keys_go_to_another_name() -> None:
    async with in_secret(key="password", size=(80, 24)) as person:
        await person.press("Y")
        await person.presses("s", "Copy keys of default/mysecret", "1 marked", "[x] password", "[ ] username")
        await person.presses("enter", "n  password, to other namespaces", "x  password, to other contexts")
        await person.presses("n", "Copy password of default/mysecret to")
        await marks(person, "web/shared")
        await person.sees("Review: 1 draft", "1 of 1 ready", "web/shared", "new, 1 key")
        await person.presses("W", "Created: web/shared with 1 key at 14:00:00")
        assert person.on_server(SecretRef("web", "shared")) == {"password": PASSWORD.encode()}


async def test_a_place_that_may_not_be_read_or_has_a_draft_is_left_alone() -> None:
    rules = [Rule(("*",), ("*",), namespaces=("default", "web")), Rule(("list",), ("namespaces",))]
    async with sitting_at(rules=rules) as person:
        await chooses(person, "web")
        await person.sees("1 of 1 ready")
        await person.press("escape")
        await chooses(person, "web", "payments")
        await person.sees("Review: 0 drafts", "nothing to write", "has a draft", "refused")
        await person.presses("W", "Nothing sent: no draft is ready.")
        await person.presses("j enter", "Write or discard the draft of web/mysecret first.")


async def test_letters_filter_the_list_of_places_and_an_invalid_name_is_reported() -> None:
    async with sitting_at(size=(80, 24)) as person:
        await person.acts_on(MINE, "Y enter")
        await person.sees("Copy default/mysecret to", "0 marked", "[ ] kube-node-lease", "[ ] web")
        await person.presses("enter", "Mark at least one row with space.", at="#problem")
        await person.sees("enter next")
        await person.type("mon")
        await person.sees_no("kube-node-lease")
        await person.sees("enter mark")
        await person.presses("space", "1 marked", "[x] monitoring", "▸ [ ] odd", "enter next")
        await person.presses("up space", "0 marked")
        await person.type("default")
        await person.press("enter")
        await person.reads(
            "#problem", "This is the Secret itself; type another namespace, or namespace/name."
        )
        await person.fills("No/such", "enter")
        await person.reads("#problem", "A namespace has only lowercase letters")
        await person.presses("escape", "mysecret")
        assert not person.session.drafts.all() and not person.asked("GET", part="secrets/mysecret")


async def test_the_only_one_that_is_listed_needs_no_mark() -> None:
    async with sitting_at(size=(80, 24)) as person:
        await person.acts_on("default/release-2026-11", "Y s", "Which keys?", "0 marked", "[ ] signing-salt")
        await person.presses("enter", "n  signing-salt, to other namespaces")


async def test_where_namespaces_may_not_be_listed_any_name_can_be_typed_and_no_value_need_be_shown() -> None:
    rules = [Rule(("*",), ("secrets", "pods"), namespaces=("default", "web", "web-2"))]
    async with sitting_at(rules=rules, settings=Settings(no_reveal=True), size=(80, 24)) as person:
        person.cluster.store.put({"kind": "Namespace", "metadata": {"name": "web-2"}})
        await chooses(person, "web-2", "web")
        await person.sees("2 of 2 ready", "web-2/mysecret")
        await person.presses("W", "Created: 2 Secrets.")
        assert person.on_server(WEB) == person.on_server(SecretRef("web-2", "mysecret")) == WANTED


async def test_a_part_of_a_name_is_a_row_of_its_own_where_it_could_be_a_namespace() -> None:
    space = Rule(("get",), ("namespaces",), names=("payments",))
    rules = [Rule(("*",), ("secrets", "pods"), namespaces=("default",)), space]
    async with sitting_at(rules=rules, size=(80, 24)) as person:
        await person.acts_on(MINE, "Y", "n  the whole Secret, to other namespaces")
        await person.press("n")
        await person.type("pay")
        await person.sees("▸ [ ] pay ", "not in this list", "[ ] payments")
        await person.presses("down space", "1 marked", "[x] payments")
        await person.sees_no("[ ] pay ")


async def test_in_the_list_some_keys_can_be_chosen_and_a_typed_name_is_added() -> None:
    async with sitting_at(size=(80, 24)) as person:
        await person.acts_on(MINE, "Y", "s  some of its keys")
        await person.presses("s", "[ ] password", "[ ] username")
        await person.type("user")
        await person.presses("space", "1 marked")
        await person.presses("enter", "n  username, to other namespaces", "c  only compare username with")
        await person.presses("n", "Copy username of default/mysecret to")
        await person.type("default/app")
        await person.sees("enter chooses default/app")


@pytest.mark.parametrize("size", [(80, 24), (120, 36)])
async def test_a_star_marks_all_that_the_filter_shows_and_a_second_one_takes_the_marks(
    size: tuple[int, int],
) -> None:
    async with sitting_at(size=size) as person:
        await person.acts_on(MINE, "Y n", "Copy default/mysecret to", "* mark all", "0 marked")
        await person.type("kube-")
        await person.presses("asterisk", "3 marked", "[x] kube-public", "[ ] payments", "enter next")
        await person.presses("asterisk", "7 marked", "[x] odd", "[x] payments", "[x] web")
        await person.type("kube-")
        await person.presses("asterisk", "4 marked", "[ ] kube-public", "[x] payments")
        await person.type("no-such-")
        await person.presses("asterisk", "4 marked", "No shown row can be marked.")
        await person.presses("ctrl+u enter", "Review: 4 drafts")


@pytest.mark.parametrize("key", ["ctrl+c", "escape"])
async def test_reading_can_be_stopped(key: str) -> None:
    async with sitting_at() as person:
        person.fault("delay", method="GET", path="*/web/secrets/mysecret", seconds=3600)
        await chooses(person, "web")
        await person.sees("Reading default/mysecret and 1 place to copy it to …")
        await person.presses(key, "Stopped; nothing was changed.", "enter open")
        assert not person.session.drafts.all()


async def test_a_start_with_one_secret_lists_the_namespaces_once_they_are_asked_for() -> None:
    async with sitting_at(start=MINE, is_alone=True, settles=False) as person:
        await person.sees("password")
        await person.presses("Y", "Copy default/mysecret")
        await person.presses("n", "Type to filter, or type namespace/name for another name.", "[ ] web")


async def test_a_user_who_may_not_list_namespaces_is_asked_to_type_one() -> None:
    rules = [Rule(("get",), ("secrets",), namespaces=("default", "web"))]
    async with sitting_at(start=MINE, is_alone=True, settles=False, rules=rules) as person:
        await person.sees("password")
        await person.presses("Y", "Copy default/mysecret")
        await person.presses("n", "Type the name of a namespace, or type namespace/name for another name.")


async def test_a_copy_that_is_still_a_draft_is_opened_from_its_review() -> None:
    async with sitting_at(size=(80, 24)) as person:
        await chooses(person, "web")
        await person.sees("Review: 1 draft", "1 of 1 ready")
        await person.presses(
            "e", "web", "not created yet", "▸ + password", "e edits a value, w reviews the draft again."
        )
        await person.presses("w", "Review: mysecret", "accepted at 14:00:00")
        await person.presses(
            "j e", "web", "not created yet", "▸ + username", "e edits a value, w reviews the draft again."
        )
        await person.edit("username", "staging")
        await person.presses("w", "Review: mysecret", "accepted at")
        await person.presses("W", "Created: web/mysecret with 2 keys")
        assert person.on_server(WEB) == {**WANTED, "username": b"staging"}
        assert person.on_server() == WANTED


def _rbac() -> list[dict[str, Any]]:
    """Two subjects read Secrets in web, and one of them here too."""
    objects = (
        role("reader", rule("get", "secrets")),
        binding("here", "ClusterRole/reader", "User/dana", namespace="default"),
        binding("there", "ClusterRole/reader", "User/dana", "Group/shop", namespace="web"),
    )
    return [secret_object("mysecret", WANTED), *map(stored, objects)]


@pytest.mark.parametrize("size", [(80, 24), (120, 36)])
async def test_the_review_names_who_could_read_the_copy(size: tuple[int, int]) -> None:
    async with sitting_at(story=_rbac(), size=size) as person:
        person.fault("delay", path="*/clusterroles", seconds=3600)
        await chooses(person, "web")
        await person.sees("Review: 1 draft", "1 of 1 ready")
        assert "the original lacks" not in person.read("#row-text") + person.text, (
            "the review waits for none of it"
        )
        person.cluster.faults.clear()
        more = "1 reader that the original lacks: shop; :who can read lists them"
        # With one pane the text of the row is on the page itself.
        await person.waits_for(lambda: more in person.read("#row-text") or more in person.text)
        await person.runs("who can", "Who can read  web/mysecret", "shop")
        await person.presses("escape", "Review: 1 draft")


async def test_a_copy_beside_the_original_is_readable_by_the_same_subjects() -> None:
    async with sitting_at(story=_rbac()) as person:
        await chooses(person, "default/twin")
        await person.reads("#row-text", "No more readers than the original")


async def test_readers_of_a_copy_are_unknown_without_the_right_to_list_roles() -> None:
    rules = [
        Rule(("*",), ("secrets", "pods", "namespaces")),
        Rule(("list",), ("rolebindings", "clusterrolebindings"), groups=("rbac.authorization.k8s.io",)),
    ]
    async with sitting_at(story=_rbac(), rules=rules) as person:
        await chooses(person, "web")
        await person.sees("Review: 1 draft", "1 of 1 ready")
        await person.reads("#row-text", "Readers of the copy are unknown: ask for the right to list")
