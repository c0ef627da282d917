"""Thin rights: one Secret alone, lists that are refused, and what is missing, in words that can be copied."""

from __future__ import annotations

from typing import Any

import pytest

from tests.faulty_cluster.faults import Fault
from tests.ui.person import MINE, PASSWORD, in_secret, pod_object, secret_object, sitting_at
from tui.cluster.kubeconfig.target import Impersonate
from tui.embedded.users import EVERYTHING, Rule
from tui.embedded.verbs import access_reviews
from tui.terminal.settings_file import Settings

pytestmark = pytest.mark.slow

ONE = "mysecret"


def oncall(*rules: Rule) -> dict[str, Any]:
    """Arguments of a stage for a user who has these rights and no others."""
    return {"user": "oncall", "rules": rules, "settles": False}


def named(*verbs: str) -> Rule:
    """Rule that allows these verbs on the one Secret."""
    return Rule(verbs, ("secrets",), names=(ONE,), namespaces=("default",))


@pytest.mark.parametrize("size", [(80, 24), (120, 36)])
async def test_the_right_to_get_one_secret_is_enough_to_open_and_show_it(size: tuple[int, int]) -> None:
    async with sitting_at(size=size, start=MINE, is_alone=True, **oncall(named("get"))) as person:
        await person.sees("password", "********")
        await person.reads("#secret", "checked every 30 s: you may not watch secrets mysecret in namespace")
        await person.put_cursor("#key-table", "password")
        await person.presses("r", PASSWORD, "not known: you may not list pods")
        assert person.text.count("may not list pods") == 1, "it is said once, not of each key"
        assert "efused" not in person.text
        asked = {line for line in person.asked() if "selfsubject" not in line}
        assert {line.split("?")[0] for line in asked} == {
            "GET /api/v1/namespaces/default/secrets/mysecret",
            "GET /api/v1/namespaces/default/secrets",
            "GET /api/v1/namespaces/default/pods",
        }
        assert all(
            "metadata.name%3Dmysecret" in line for line in asked if "?watch" in line or "&watch" in line
        )
        await person.presses("escape", "you may not list", at="#secrets")


async def test_a_single_secret_can_be_edited_if_patch_is_allowed() -> None:
    async with sitting_at(start=MINE, is_alone=True, **oncall(named("get", "patch"))) as person:
        await person.sees("password", "********")
        await person.edit_to_review("password", "another-made-up")
        await person.presses("W", "Written: password of default/mysecret")
        assert person.on_server()["password"] == b"another-made-up"


async def test_namespaces_and_the_list_are_loaded_only_when_a_single_secret_is_left() -> None:
    async with sitting_at(start=MINE, is_alone=True, settles=False, size=(200, 60)) as person:
        await person.sees("password", "1 pod, live")
        assert "Namespaces" not in person.text and "Secrets" not in person.text
        assert not person.asked("GET", part="/api/v1/namespaces?")
        await person.press("escape")
        await person.settles()
        await person.sees("Namespaces  8", "mysecret")


SEES: Rule = Rule(("get", "list", "watch"), ("secrets", "pods", "namespaces"))


@pytest.mark.parametrize(
    ("lacking", "press", "right"),
    [
        ("patch", "e", "patch secrets/mysecret"),
        ("patch", "delete", "patch secrets/mysecret"),
        ("patch", "a", "patch secrets/mysecret"),
        ("delete", "D", "delete secrets/mysecret"),
    ],
)
async def test_a_press_that_the_cluster_would_refuse_says_the_right_that_is_missing(
    lacking: str, press: str, right: str
) -> None:
    given = Rule(tuple({"patch", "delete", "create"} - {lacking}), ("secrets",))
    async with sitting_at(**oncall(SEES, given)) as person:
        await person.sees("● live")
        await person.open()
        await person.waits_for(lambda: person.session.access.rights("default"))
        await person.press(press)
        assert person.status == f"Not allowed (A says more): {right} in namespace default."
        assert not person.app.shared.session.drafts.all()
        await person.press("A")
        await person.sees(
            f"▸ [ ] {right}",
            "refused",
            f"kubectl auth can-i {right} -n default --context payments-cluster",
            "kind: RoleBinding",
            'kind: User, name: "oncall"',
        )


async def test_a_new_secret_needs_the_right_to_create_and_a_right_that_comes_back_is_seen() -> None:
    async with sitting_at(**oncall(SEES)) as person:
        await person.sees("● live")
        await person.waits_for(lambda: person.session.access.rights("default"))
        await person.press("a")
        assert "Not allowed (A says more): create secrets in namespace default." in person.status
        person.cluster.users.set_rules("oncall", [SEES, Rule(("create",), ("secrets",))])
        await person.press("ctrl+r")
        await person.waits_for(lambda: person.session.may("create", "secrets"))
        await person.presses("a", "New Secret in default")


@pytest.mark.parametrize("why", ["refused", "incomplete"])
async def test_a_right_that_is_not_known_is_never_refused_in_advance(
    why: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    told = access_reviews._rules
    if why == "incomplete":
        monkeypatch.setattr(access_reviews, "_rules", lambda *asked: told(*asked) | {"incomplete": True})
    async with sitting_at(**oncall(SEES)) as person:
        await person.sees("● live")
        await person.waits_for(lambda: person.session.access.rights("default"))
        if why == "refused":
            person.fault("status", code=403, path="*selfsubjectrulesreviews", times=None)
            await person.press("ctrl+r")
            await person.waits_for(lambda: person.session.access.rights("default") is None)
        assert person.session.may("patch", "secrets") is None
        await person.open()
        await person.edit("password", "another-made-up")
        await person.presses("A", "patch secrets/mysecret", "not known", "no rights are refused")
        await person.presses("escape w", "Refused: you may not patch secrets mysecret in namespace default.")


async def test_where_watching_is_refused_the_list_says_of_when_it_is_and_refreshes() -> None:
    async with sitting_at(**oncall(Rule(("get", "list"), ("secrets", "pods", "namespaces")))) as person:
        as_of = "· as of 14:00, refreshed now and then: you may not watch secrets in namespace default"
        await person.reads("#secrets", "mysecret", as_of)
        await person.presses("ctrl+r", "Refreshed.")
        await person.presses("A", "each edit", "5 rights are refused")
        person.cluster.users.set_rules("oncall", [EVERYTHING])
        await person.presses("ctrl+r", "no rights are refused")


async def test_the_role_to_ask_for_is_copied_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    async with sitting_at(size=(80, 24), **oncall(SEES)) as person:
        copied: list[bytes] = []

        async def copy(data: bytes, what: str, **more: object) -> str:
            copied.append(data)
            return f"{what}: sent"

        monkeypatch.setattr(person.app.shared.clipboard, "send", copy)
        await person.sees("● live")
        await person.waits_for(lambda: person.session.access.rights("default"))
        await person.open()
        await person.presses("D A", "new (a)", "edit (e)", "delete (D)", at="#rights-table")
        await person.press("c", "C")
        role, question = (data.decode() for data in copied)
        assert question == "kubectl auth can-i delete secrets/mysecret -n default --context payments-cluster"
        assert 'verbs: [delete], resourceNames: ["mysecret"]' in role and 'name: "oncall"' in role
        await person.put_cursor("#rights-table", "get secrets/mysecret in namespace default")
        await person.press("c")
        assert len(copied) == 2 and "you have this right" in person.status
        await person.put_cursor("#rights-table", "patch secrets/mysecret in namespace default")
        await person.press("space")
        await person.put_cursor("#rights-table", "create secrets in namespace default")
        await person.press("space")
        await person.sees("[x] patch secrets/mysecret", "[x] create secrets", "Role of 2 marked rights")
        await person.presses("c", "the Role and the binding for 2 rights")
        role = copied[-1].decode()
        assert 'verbs: [patch], resourceNames: ["mysecret"]' in role and "verbs: [create]}" in role


async def test_where_the_user_is_not_known_the_copied_role_says_what_to_replace(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def without_identity(cluster: Any) -> None:
        cluster.faults.add(Fault("status", path="*/selfsubjectreviews", code=403, times=None))

    async with sitting_at(prepare=without_identity, **oncall(SEES)) as person:

        async def copy(data: bytes, what: str, **more: object) -> str:
            return "Copied."

        monkeypatch.setattr(person.app.shared.clipboard, "send", copy)
        await person.waits_for(lambda: person.session.access.rights("default"))
        await person.presses("A", "your user name is unknown")
        await person.presses("c", "Copied. Replace PUT-YOUR-NAME-HERE with your user name.")


async def test_help_says_which_right_is_missing_and_leads_to_it() -> None:
    async with sitting_at(**oncall(SEES)) as person:
        await person.sees("● live")
        await person.waits_for(lambda: person.session.access.rights("default"))
        await person.open()
        await person.press("question_mark")
        await person.reads(
            "#page-lines",
            "Not allowed (A says more): patch secrets/mysecret in namespace default.",
        )
        await person.presses("A", "Access  default/mysecret", "kubectl auth can-i")


PODS = Rule(("get", "list", "watch"), ("pods",))


async def test_a_refused_list_is_not_empty_and_any_name_opens() -> None:
    async with sitting_at(size=(80, 24), **oncall(named("get", "patch"), PODS)) as person:
        await person.reads(
            "#secrets",
            "you may not list them here",
            "mysecret get, patch your rights, 1 pod",
            "feature-flags refused 1 pod",
            "Refused: you may not list secrets in namespace default.",
            "Press / to type another name.",
        )
        await person.sees("type a name", "you may get, patch it")
        await person.presses("space", "You may not list Secrets in ")  # a mark could not follow its Secret
        await person.acts_on(MINE, "enter")
        await person.sees("password", "********", "checked every 30 s: you may not list secrets in namespace")
        await person.presses("escape slash", "Open a Secret in default")
        await person.press(*"oncall-bot", "enter")
        await person.reads("#secret", "Refused: you may not get secrets oncall-bot in namespace default.")
        await person.presses("escape", "known from: your rights, 1 pod, opened before", at="#peek")


async def test_names_stay_known_after_a_secret_was_created_without_the_right_to_list() -> None:
    creates = Rule(("create",), ("secrets",), namespaces=("default",))
    async with sitting_at(size=(120, 36), **oncall(creates, named("get"))) as person:
        await person.reads("#secrets", "mysecret get your rights")
        await person.presses("a", "New Secret")
        await person.press(*"fresh")
        await person.presses("enter", "Type of fresh")
        await person.presses("o a", "Name of the key")
        await person.press(*"key")
        await person.presses("enter", "Nothing is sent before the review.")
        await person.press(*"made-up")
        await person.presses("enter", "key kept in the draft")
        await person.reviewed()
        await person.presses("W", "Created: default/fresh with 1 key")
        assert "undoes it" not in person.status
        await person.presses("U", "default/fresh: created")
        await person.presses("enter", "Not undone. Not allowed (A says more): delete secrets/fresh")
        await person.reads(
            "#secrets",
            "mysecret get your rights",
            "fresh refused written before",
            "Press / to type another name.",
        )
        await person.sees_no("Whether namespace default exists")


async def test_names_wait_for_rights_and_pods_and_what_is_absent_is_a_word_of_its_own() -> None:
    absent = Rule(("get",), ("secrets",), names=("nowhere",), namespaces=("default",))
    async with sitting_at(**oncall(absent)) as person:
        await person.reads("#secrets", "nowhere get your rights")
        await person.press("enter")
        await person.reads("#secret", "Not found: secret default/nowhere does not exist in this cluster.")
        person.cluster.users.set_rules("oncall", [SEES])
        await person.presses("escape ctrl+r", "mysecret", "● live")
        await person.sees_no("nowhere")


async def test_no_name_known_says_so_and_a_typed_one_is_checked() -> None:
    async with sitting_at(**oncall()) as person:
        await person.reads("#secrets", "No known Secret names; press / to type one.")
        await person.press("slash", *"No_Name", "enter")
        await person.sees("Open a Secret in default")
        assert not person.asked("GET", part="No_Name")


async def test_a_refused_impersonation_is_shown_with_the_right_to_ask_for() -> None:
    async with sitting_at(acts_as=Impersonate("ann"), **oncall(SEES)) as person:
        refused = "Refused: you may not impersonate users ann in this cluster."
        await person.reads("#secrets", refused, "A shows the right to ask for.", "without --as.")
        await person.presses("A", "impersonate users/ann", "1 right is refused")
        await person.sees(
            "kubectl auth can-i impersonate users/ann --context payments-cluster", "[impersonate]"
        )
        await person.sees_no("--as ann")


LISTS: Rule = Rule(("list", "watch"), ("secrets", "pods", "namespaces"))


@pytest.mark.parametrize("press", ["y", "Y", "S"])
async def test_commands_that_read_a_secret_are_refused_before_they_ask_anything(press: str) -> None:
    story = [secret_object(name, {"key": b"made-up"}) for name in (ONE, "other")]
    async with sitting_at(story=story, **oncall(LISTS, named("get"))) as person:
        await person.put_cursor("#secret-table", "default/other")
        await person.waits_for(lambda: person.session.access.rights("default"), "the rights")
        await person.sees_no("Y copy to")
        await person.press(press)
        assert person.status == "Not allowed (A says more): get secrets/other in namespace default."
        await person.put_cursor("#secret-table", f"default/{ONE}")
        await person.sees("Y copy to")


async def test_secrets_that_could_not_be_searched_are_not_called_not_found() -> None:
    async with sitting_at(**oncall(LISTS)) as person:
        await person.reads("#secrets", "mysecret")
        await person.presses("ctrl+f", "masked")
        await person.press(*"made-up")
        await person.presses("enter", "Not searched:", "you may not get secrets")
        assert "Not found" not in person.status
    async with sitting_at(**oncall(named("get"))) as person:
        await person.reads("#secrets", "mysecret get your rights")
        await person.presses("ctrl+f", "Not allowed (A says more): list secrets in namespace default.")


async def test_without_the_lists_health_says_that_nothing_was_checked() -> None:
    async with sitting_at(**oncall()) as person:
        await person.presses("B", "Nothing could be checked: you may list neither Secrets nor pods.")
        await person.sees_no("Nothing found")


async def test_a_missing_secret_is_not_drafted_where_none_may_be_created() -> None:
    pod = pod_object("web-1", {"envFrom": [{"secretRef": {"name": "gone"}}]})
    elsewhere = Rule(("create",), ("secrets",), namespaces=("web",))
    async with sitting_at(namespace=None, story=[pod], **oncall(SEES, elsewhere)) as person:
        await person.presses("B", 'secret "gone" not found')
        await person.press("enter")
        await person.waits_for(lambda: "create secrets in namespace default" in person.status, "the refusal")
        await person.presses("A", "create secrets", "Access  default/gone")


async def test_a_refused_list_says_how_else_to_get_on() -> None:
    async with sitting_at(size=(120, 36), namespace=None, **oncall()) as person:
        await person.reads(
            "#secrets", "Press N to choose one namespace: you may be allowed to list its Secrets."
        )
        await person.reads("#namespaces", "/ opens any namespace by name. A shows the missing right.")


async def test_only_names_of_secrets_that_were_opened_without_a_list_are_kept() -> None:
    async with sitting_at(start=MINE, is_alone=True, settles=False) as person:
        await person.sees("password")
        assert person.app.shared.names.kept.opened == (str(MINE),)
    async with in_secret() as person:
        assert person.app.shared.names.kept.opened == ()


async def test_namespaces_that_may_not_be_listed_are_known_from_rights_and_any_is_typed() -> None:
    spaces = Rule(("get",), ("namespaces",), names=("payments", "web"))
    web = Rule(("get", "list", "watch"), ("secrets",), namespaces=("web",))
    async with sitting_at(**oncall(spaces, web)) as person:
        await person.reads("#namespaces", "payments", "web", "Refused: you may not list namespaces")
        await person.press("N")
        await person.put_cursor("#namespace-table", "web")
        await person.presses("enter", "wildcard-tls", at="#secrets")


async def test_the_rights_say_that_the_run_is_read_only() -> None:
    async with in_secret(size=(120, 36), settings=Settings(read_only=True)) as person:
        await person.press("A")
        table: Any = person.app.screen.query_one("#rights-table")
        await person.put_cursor(
            "#rights-table", next(r.right.words for r in table.rows if r.right.verb == "patch")
        )
        await person.reads("#about", "You have this right, but this run is read-only.")
