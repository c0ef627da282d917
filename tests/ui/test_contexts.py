"""Contexts: listed without running anything, entered by a login, and left with their drafts kept."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest
from textual import events

from tests.promises.test_values_dropped import are_gone, values_of
from tests.session.workloads import workload
from tests.several_clusters import between, kubeconfig, put
from tests.ui.person import MINE, PASSWORD
from tui.cluster.auth.login import LoginRequest, log_in
from tui.model.api_object import DEPLOYMENT, ObjectRef
from tui.model.rbac.rights import Right, can_i
from tui.terminal.settings_file import ContextRule, Settings

pytestmark = pytest.mark.slow

PLUGIN = {"apiVersion": "client.authentication.k8s.io/v1", "interactiveMode": "Never"}


def plugin(tmp_path: Path, body: str) -> dict[str, object]:
    """A user who logs in by this script; every run of it leaves a line in the file `ran`."""
    script = tmp_path / "plugin.py"
    script.write_text(f"open({str(tmp_path / 'ran')!r}, 'a').write('ran\\n')\n{body}\n")
    return {"exec": {**PLUGIN, "command": sys.executable, "args": [str(script)]}}


async def test_contexts_are_listed_with_server_and_namespace_without_a_login_or_request(
    tmp_path: Path,
) -> None:
    ran = tmp_path / "ran"
    user = plugin(tmp_path, "raise SystemExit(3)")
    async with between("stage", "prod-eu", "other", size=(120, 36), other=user) as person:
        await person.settles()
        before = len(person.asked())
        await person.press("X")
        await person.sees(
            "Contexts  3",
            "stage",
            "here",
            "prod-eu",
            " PROD ",
            "127.0.0.1:",
            "default",
            "secret-tui shows this context",
        )
        assert " PROD " not in person.line_of("stage ")
        await person.press("slash")
        for letter in "prod":
            await person.press(letter)
        await person.sees_no("other ")
        await person.press(*"zz", "enter")
        await person.sees("No context matches; esc clears the filter.")
        await person.press(*["backspace"] * 2, "enter")
        await person.presses("escape", "esc back")
        await person.press("slash", *"prod", "enter")
        await person.sees("esc clear filter")
        await person.presses("escape escape", "Secrets  9")
        assert not ran.exists() and len(person.asked()) == before
        assert person.clusters["prod-eu"].requests == [] and person.clusters["other"].requests == []


async def test_kubectls_question_is_asked_of_the_context_that_one_is_in() -> None:
    acting = {"as": "jane doe", "as-uid": "7", "as-groups": ["ops"]}
    async with between("stage", "other", other={"token": "made-up", **acting}) as person:
        for context, whom in (("stage", ""), ("other", " --as 'jane doe' --as-group ops --as-uid 7")):
            target = log_in(LoginRequest(person.file, context))[0]
            line = can_i(Right("list", "namespaces"), person.app.shared.contexts.kubectl_options(target))
            flags = f"--kubeconfig {person.file} --context {context}{whom}"
            assert line == f"kubectl auth can-i list namespaces {flags}"


async def test_nothing_keeps_a_value_that_was_open_in_the_context_that_was_left() -> None:
    async with between("stage", "other") as person:
        await person.open(key="password")
        await person.presses("r", PASSWORD)
        left = values_of(person)
        await person.goes_to("other")
        await person.sees_no(PASSWORD)
        await are_gone(person, left)


async def test_rules_of_the_other_context_hold_there_and_only_there() -> None:
    settings = Settings(contexts=(ContextRule("locked", read_only=True, no_reveal=True),))
    async with between("stage", "locked", settings=settings) as person:
        await person.goes_to("locked")
        await person.sees("READ-ONLY", "NO REVEAL")
        assert person.session.read_only
        await person.open()
        await person.press("e")
        assert person.status.startswith("Read-only: ")
        await person.goes_to("stage")
        await person.sees_no("READ-ONLY")
        await person.open()
        await person.edit("password", "n3w-made-up")


FAILS = {
    "a plugin that fails": ("raise SystemExit('go away, made-up')", "go away, made-up"),
    "a plugin that prints nothing": ("", "it printed no ExecCredential"),
}


@pytest.mark.parametrize("how", FAILS)
async def test_a_login_that_fails_leaves_one_where_one_is(how: str, tmp_path: Path) -> None:
    body, says = FAILS[how]
    async with between("stage", "other", other=plugin(tmp_path, body)) as person:
        await person.open()
        await person.edit("password", "n3w-made-up")
        await person.chooses("other")
        await person.waits_for(lambda: person.status.startswith("Still in stage: "), "a refusal")
        assert says in person.status
        await person.press("escape")
        assert person.here == "stage" and person.app.shared.session is person.session
        await person.sees("1 draft", "● live", "password")


async def test_a_broken_context_or_kubeconfig_is_reported_and_the_context_stays_open() -> None:
    async with between("stage", "other") as person:
        broken = kubeconfig(person.clusters, "stage")
        del broken["clusters"][1]
        put(person.file, broken)
        await person.presses("X", "no server")
        await person.put_cursor("#choices", "other")
        await person.presses("enter", "Still in stage: ", "/ filter")
        assert "cluster other is not defined" in person.status
        await person.presses("escape", "● live")
        person.file.write_text("contexts: [")
        await person.presses("X", "not valid YAML", "stage", "secret-tui shows this context")
        await person.presses("escape", "● live")


async def test_escape_stops_a_login_and_its_plugin(tmp_path: Path) -> None:
    hangs = plugin(tmp_path, "import time\ntime.sleep(3600)")
    async with between("stage", "other", other=hangs) as person:
        await person.chooses("other")
        await person.sees("Logging in to other … esc stays in stage.")
        await person.waits_for((tmp_path / "ran").exists, "the plugin")
        await person.presses("enter", "Already logging in")
        await person.presses("/", "Already logging in; esc stops the login.")
        await person.press(*"made-up")
        assert "made-up" not in person.text, "what a login may ask for is not typed into a field"
        await person.sees_no("/ filter")
        await person.presses("escape", "Login stopped; still in stage.", "/ filter")
        await person.presses("escape", "Secrets  9")
        assert person.here == "stage"


async def test_a_write_on_its_way_is_not_left_alone() -> None:
    async with between("stage", "other") as person:
        await person.open()
        await person.edit_to_review("password", "n3w-made-up")
        await person.sends("W", "PATCH")
        await person.press("escape", "X")
        await person.put_cursor("#choices", "other")
        await person.presses(
            "enter", "Cannot switch during a write. default/mysecret is still being written."
        )
        assert person.here == "stage"
        person.cluster.faults.clear()
        await person.sees("Written: password of default/mysecret")
        await person.press("enter")
        await person.arrives("other")


async def test_restarts_on_their_way_are_not_left_alone() -> None:
    async with between("stage", "other") as person:
        person.cluster.store.put(workload("web"))
        wanted = [(ObjectRef(DEPLOYMENT, "default", "web"), frozenset[str]())]
        assert person.session.rollouts.start((MINE,), wanted, "one at a time") is None
        await person.chooses("other")
        await person.sees("Cannot switch during restarts: restarting 1 of 1: Deployment/web.")
        assert person.here == "stage"


async def test_a_write_of_unknown_outcome_is_looked_into_before_one_goes() -> None:
    async with between("stage", "other") as person:
        await person.open()
        await person.writes_in_doubt()
        await person.waits_for(lambda: len(person.app.screen_stack) == 1, "the way back")
        await person.chooses("other")
        await person.waits_for(lambda: person.status.startswith("Cannot switch during a write"), "a refusal")
        assert "Wait for the write's result" in person.status and person.here == "stage"


async def test_a_kubeconfig_outside_the_kube_folder_must_be_trusted_once_before_its_login(
    tmp_path: Path,
) -> None:
    token = tmp_path / "token"
    reads = {"tokenFile": str(token)}
    async with between("stage", "other", file=tmp_path / "elsewhere.yaml", other=reads) as person:
        token.write_text(person.clusters["other"].token)
        await person.presses("X", "Contexts  2")
        await person.put_cursor("#choices", "other")
        await person.presses("enter", "Trust this kubeconfig?", "read  ")
        await person.press("escape")
        await person.waits_for(lambda: person.status.startswith("Still in stage: "), "a refusal")
        await person.presses("enter", "Trust this kubeconfig?")
        await person.press("y")
        await person.arrives("other")
        await person.goes_to("stage")
        await person.goes_to("other")


@pytest.mark.parametrize(("size", "scrolls"), [((48, 20), True), ((80, 24), True), ((120, 60), False)])
async def test_all_that_is_agreed_to_can_be_read_and_the_answers_stay_in_sight(
    tmp_path: Path, size: tuple[int, int], scrolls: bool
) -> None:
    args = [f"--made-up-argument-number-{nth:04}" for nth in range(12)]
    env = [{"name": f"VARIABLE_{nth}", "value": "x"} for nth in range(12)]
    user = {"exec": {**PLUGIN, "command": "made-up", "args": args, "env": env}} | {
        what: str(tmp_path / ("long-" * 22) / what)
        for what in ("client-key", "client-certificate", "tokenFile")
    }
    async with between("stage", "other", size=size, file=tmp_path / "elsewhere.yaml", other=user) as person:
        await person.chooses("other")
        await person.sees("Trust this kubeconfig?", "This kubeconfig is not trusted", "y log in", "esc back")
        last = "y logs in. You are not asked again for this login in this run."
        if scrolls:
            await person.sees("↑↓ scroll")
            await person.sees_no(last)
        else:
            await person.sees(last)
            await person.sees_no("↑↓ scroll")
        await person.presses("end", last, at="#words")
        await person.sees("y log in", "esc back")
        await person.presses("home down j pageup", "This kubeconfig is not trusted", at="#words")
        await person.press("escape")
        await person.waits_for(lambda: person.status.startswith("Still in stage: "), "a refusal")


async def test_a_kubeconfig_changed_outside_is_reported_once_and_used_only_by_a_new_login() -> None:
    async with between("stage", "other") as person:
        changed = kubeconfig(person.clusters, "other")
        changed["contexts"][0]["context"]["namespace"] = "payments"
        changed["contexts"].append({"name": "third", "context": {"cluster": "other", "user": "other"}})
        changed["clusters"][0]["cluster"]["server"] = person.clusters["other"].url
        changed["users"][0]["user"]["token"] = person.clusters["other"].token
        put(person.file, changed)
        await person.presses("ctrl+r", "The kubeconfig file changed; this session is unchanged.")
        assert person.here == "stage" and person.session.cluster.target.server == person.clusters["stage"].url
        await person.presses("ctrl+r", "Refreshed.")
        put(person.file, kubeconfig(person.clusters, "stage") | {"preferences": {}})
        person.app.post_message(events.AppFocus())
        await person.sees("The kubeconfig file changed; this session is unchanged.")
        put(person.file, changed)
        await person.presses("X", "Contexts  3", "third", "kubectl's")
        await person.put_cursor("#choices", "stage")
        assert any(" stage " in line and " changed " in line for line in person.text.splitlines())
        assert " here " not in person.text
        await person.sees(f"secret-tui is still logged in to {person.clusters['stage'].url}")
        await person.press("enter")
        await person.waits_for(lambda: person.app.shared.session is not person.session, "a new login")
        await person.arrives("stage")
        assert person.session.cluster.target.server == person.clusters["other"].url
        await person.sees("stage › payments")


async def test_going_to_another_context_says_which_write_is_not_looked_after_any_more() -> None:
    async with between("stage", "other") as person:
        await person.open()
        await person.edit_to_review("password", "n3w-made-up")
        await person.presses("W", "Written: password of default/mysecret")
        await person.press("X")
        await person.sees_no("switching stops")
        await person.put_cursor("#choices", "other")
        await person.sees("after a switch, these writes are no longer watched: password of default/mysecret")
        await person.press("enter")
        await person.arrives("other")
        said = "Now in other. Writes no longer watched in stage"
        assert person.status == f"{said}: password of default/mysecret."
        await person.goes_to("stage")
        assert person.status == "Now in stage."


async def test_the_place_before_is_gone_back_to_and_never_leads_to_another_context() -> None:
    async with between("stage", "other") as person:
        await person.presses("minus", "There is no previous namespace yet.")
        await person.presses("0", "stage › all namespaces")
        await person.presses("minus", "stage › default")
        await person.presses("minus", "stage › all namespaces")
        await person.goes_to("other")
        await person.sees("other › default")
        await person.presses("minus", "There is no previous namespace yet.", "other › default")


async def test_names_are_drawn_in_ascii() -> None:
    async with between("stage", "рrod") as person:
        await person.presses("X", "\\u0440rod")
        assert "рrod" not in person.text
        await person.put_cursor("#choices", "рrod")
        await person.press("enter")
        await person.arrives("рrod")
        assert "рrod" not in person.text
