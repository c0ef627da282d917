"""Compare a Secret with those of other namespaces and contexts: masked, and nothing is written."""

from __future__ import annotations

import json
import os
import weakref
from pathlib import Path
from typing import Any

import pytest

from tests.app_pilot import SIZES
from tests.faulty_cluster.faults import Fault
from tests.promises.test_values_dropped import are_gone, texts_held
from tests.several_clusters import Config, Traveller, between, kubeconfig, put
from tests.ui.person import MINE, PASSWORD, Person, secret_object, sitting_at
from tests.ui.test_copy_secret import chooses, marks
from tui.embedded.users import Rule
from tui.model.errors import ReadOnly
from tui.model.secret.secret import SecretRef
from tui.model.settings.settings import ContextRule, Settings
from tui.session.session import Session
from tui.terminal import locations
from tui.terminal.journal_file import read
from tui.ui.base.screen import TuiScreen
from tui.ui.base.screen_context import READING
from tui.ui.dialogs.confirm_context import person_at

pytestmark = pytest.mark.slow

ARN = "arn:aws:eks:eu-central-1:123456789012:cluster/team-payments-production-blue-2026"
THEIRS = b"th3irs-made-up"
CHANGED = {"username": b"admin", "password": THEIRS, "added": b"only-made-up-there"}


def differs(person: Traveller, context: str, ref: SecretRef = MINE) -> None:
    """Change the password and add a key in that cluster."""
    person.clusters[context].store.put(secret_object(ref.name, CHANGED, namespace=ref.namespace))


async def compares(person: Person, *contexts: str, place: str = "") -> None:
    """Compare with these contexts (Y, d), and with another place there if named."""
    await person.acts_on(MINE, "Y", "d  only compare it with other contexts")
    await person.press("d")
    await marks(person, *contexts)
    await person.sees("Namespace, or namespace/name")
    if place:
        await person.fills(place)
    await person.press("enter")


async def compares_two_differing_keys(person: Traveller) -> None:
    """Compare with prod, where one key has another value and one exists only there."""
    differs(person, "prod")
    await compares(person, "prod")
    await person.sees("2 keys differ")


# Namespaces of this context


@pytest.mark.parametrize("size", [(80, 24), (120, 36)])
async def test_a_read_only_run_compares_by_key(size: tuple[int, int]) -> None:
    async with sitting_at(settings=Settings(read_only=True), size=size) as person:
        more = {"username": b"other", "password": PASSWORD.encode(), "added": b"1"}
        person.cluster.store.put(secret_object("mysecret", more, namespace="web"))
        await person.put_cursor("#secret-table", str(MINE))
        await person.sees("Y compare")
        await person.presses("Y", "Compare default/mysecret", "s  some of its keys")
        await person.sees_no("Copy")
        await person.presses("enter", "Compare default/mysecret with")
        await marks(person, "web", "payments")
        await person.sees("no writes", "2 keys differ", "does not exist")
        page = "#row-text" if size[0] >= 120 else "#about"
        await person.presses("G", "same: password · differs: username · only there: added", at=page)
        await person.reads(page, "- is from web/mysecret", "+ is from default/mysecret")
        await person.presses("enter", "Compare: default/mysecret with web/mysecret", "2 keys differ")
        await person.sees("web → default", "only there", "esc back")
        for no_comparison in ("nothing sent", "not sent", "of 1 MiB", "Who reads", "OLD → NEW", "other"):
            await person.sees_no(no_comparison)
        await person.presses("R", "- other", "+ admin", "- 1")
        await person.presses("escape escape", "Secrets ")
        assert not person.asked("PATCH") and not person.asked("POST /api/v1/namespaces")


TAKES = (
    "u drafts the other side's value of one key, :take all drafts the values of all keys. "
    "Keys that exist only in stage are kept."
)


async def test_values_taken_from_another_context_are_drafted_here_for_the_usual_review() -> None:
    async with between("stage", "prod", size=(120, 36)) as person:
        await compares_two_differing_keys(person)
        await person.presses("enter", "u take theirs")
        await person.reads("#about", TAKES)
        await person.runs(
            "take all", "Review: mysecret", "1 changed, 1 added", "+ added", "~ password", "accepted at"
        )
        assert THEIRS.decode() not in person.text and person.on_server()["password"] == PASSWORD.encode()
        await person.presses("W", "Written: added and password of default/mysecret")
        assert person.on_server() == CHANGED


async def test_a_key_is_taken_from_another_namespace_and_a_key_only_here_is_not_dropped() -> None:
    async with sitting_at(size=(80, 24)) as person:
        person.cluster.store.put(secret_object("mysecret", {"username": b"other"}, namespace="web"))
        await chooses(person, "web", letter="c")
        await person.sees("2 keys differ")
        await person.presses("enter", "web → default")
        await person.presses(
            "u", "web/mysecret lacks password. To match it, drop the key from default/mysecret."
        )
        await person.presses("j u", "Review: mysecret", "1 changed", "accepted at")
        await person.presses("W", "Written: username of default/mysecret")
        assert person.on_server() == {"username": b"other", "password": PASSWORD.encode()}


async def test_where_nothing_can_be_taken_it_says_what_is_not_there() -> None:
    async with sitting_at(size=(80, 24)) as person:
        person.cluster.store.put(secret_object("mysecret", {}, namespace="web"))
        await chooses(person, "monitoring", "web", letter="c")
        await person.sees("does not exist")
        await person.presses("enter", "monitoring → default")
        await person.runs("take all", "take all: nothing drafted: monitoring/mysecret does not exist.")
        await person.presses("escape j enter", "web → default")
        await person.runs(
            "take all", "web/mysecret lacks password, username. To match it, drop the keys from"
        )


async def test_nothing_is_drafted_behind_a_screen_that_was_opened_meanwhile() -> None:
    async with sitting_at(size=(80, 24)) as person:
        person.cluster.store.put(secret_object("mysecret", {"username": b"other"}, namespace="web"))
        await chooses(person, "web", letter="c")
        await person.sees("2 keys differ")
        await person.presses("enter j", "web → default")
        person.fault("delay", method="GET", path="*/default/secrets/mysecret", seconds=3600)
        await person.presses("u", "Reading default/mysecret")
        await person.presses("? enter", "Put the other side's value")
        person.cluster.faults.clear()
        reads = (one for one in person.app.workers if one.group == READING)
        await next(reads).wait()
        await person.presses("escape", "web → default")
        await person.sees_no("Reading default/mysecret")
        assert not person.session.has_drafts


async def test_a_comparison_keeps_no_draft_and_offers_no_write() -> None:
    async with sitting_at(size=(80, 24)) as person:
        person.cluster.store.put(secret_object("mysecret", {"username": b"other"}, namespace="web"))
        await chooses(person, "web", letter="c")
        await person.sees("Compare: default/mysecret with other namespaces", "2 keys differ")
        said = "W does nothing here; a comparison writes nothing (esc goes back, Y copies)."
        await person.presses("W", said)
        await person.presses("u", "u does nothing here; enter opens the differences, where u works.")
        await person.presses("enter W", said)
        await person.presses("v", "v does nothing here; ? shows the keys.")
        await person.presses("escape escape", "Secrets ")
        assert not person.session.has_drafts


async def test_immutable_secrets_other_types_and_places_with_a_draft_are_compared_too() -> None:
    async with sitting_at(size=(120, 36)) as person:
        for namespace, more in (("web", {"immutable": True}), ("payments", {"type": "example.test/other"})):
            person.cluster.store.put(secret_object("mysecret", {"a": b"1"}, namespace=namespace, **more))
        await chooses(person, "monitoring")
        await person.sees("accepted at")
        await person.presses("escape", "1 draft")
        await chooses(person, "monitoring", "payments", "web", letter="c")
        await person.reads("#row-text", "monitoring/mysecret does not exist")
        await person.presses("j", "The type there")
        await person.reads("#row-text", "Compared by key missing there: password, username · only there: a")
        await person.reads("#row-text", "The type there is example.test/other, not Opaque.")
        await person.presses("enter", "absent → one line", "one line → absent")
        await person.presses("escape j", "Only the Secret there is immutable.", at="#row-text")


async def test_secrets_that_differ_only_by_a_key_there_are_not_called_the_same() -> None:
    async with sitting_at() as person:
        same = {"username": b"admin", "password": PASSWORD.encode()}
        person.cluster.store.put(secret_object("mysecret", same, namespace="web"))
        person.cluster.store.put(secret_object("mysecret", {**same, "a": b"1"}, namespace="payments"))
        await chooses(person, "payments", "web", letter="c")
        await person.sees("1 key differs", "the same")
        assert "1 key differs" in person.line_of("payments/mysecret")
        assert "the same" in person.line_of("web/mysecret")
        await person.presses("j enter", "All compared values are the same.")


async def test_a_secret_that_may_not_be_read_is_shown_as_refused_with_the_reason() -> None:
    rules = [Rule(("*",), ("*",), namespaces=("default",)), Rule(("list",), ("namespaces",))]
    async with sitting_at(rules=rules) as person:
        await chooses(person, "web", letter="c")
        await person.sees("Compare: default/mysecret with", "refused")
        await person.reads("#row-text", "Refused: you may not get secrets mysecret in namespace web.")
        await person.presses("enter", "Refused: you may not get")


async def test_a_comparison_is_read_again_only_on_request_and_survives_a_stopped_read() -> None:
    async with sitting_at() as person:
        await chooses(person, "web", letter="c")
        await person.sees("does not exist")
        assert len(person.asked("GET", part="/secrets/mysecret")) == 2
        person.cluster.store.put(secret_object("mysecret", {"username": b"admin"}, namespace="web"))
        await person.presses("ctrl+r", "1 key differs", "Compared again.")
        person.fault("delay", method="GET", path="*/secrets/mysecret", seconds=3600, times=None)
        for key in ("ctrl+c", "escape"):
            await person.presses("ctrl+r", "Reading default/mysecret and 1 place to compare it with …")
            await person.presses(key, "Stopped; the earlier comparison stays.", "1 key differs")


# Other contexts


@pytest.mark.parametrize("size", SIZES)
async def test_staging_is_compared_with_production(size: tuple[int, int]) -> None:
    async with between("staging", ARN, "other", size=size) as person:
        differs(person, ARN)
        await compares(person, ARN, "other")
        await person.sees("Compare: default/mysecret with other contexts", "CONTEXT", "no writes")
        await person.sees("2 keys differ", "the same")
        page = "#row-text" if size[0] >= 120 else "#about"
        await person.reads(page, "same: username · differs: password · only there: added")
        whole = "".join(person.read(page).split())
        assert f"-isfrom{ARN}:default/mysecret" in whole, "the context's name is whole"
        await person.presses("enter", "Compare: staging: default/mysecret")
        assert THEIRS.decode() not in person.text and PASSWORD not in person.text
        await person.presses("R", f"- {THEIRS.decode()}", f"+ {PASSWORD}")
        await person.presses("escape escape", "Secrets ")
        cluster = person.clusters[ARN]
        sent = [(seen.method, seen.path) for seen in cluster.requests]
        assert sent == [("GET", "/api/v1/namespaces/default/secrets/mysecret")], "one GET leaves"
        assert not person.session.has_drafts and person.here == "staging"


@pytest.mark.parametrize("size", SIZES[1:])
async def test_a_long_context_is_whole_where_it_is_chosen(size: tuple[int, int]) -> None:
    async with between("staging", ARN, size=size) as person:
        await person.acts_on(MINE, "Y d", ARN, "127.0.0.1")


async def test_each_context_that_could_not_be_read_has_its_sentence() -> None:
    async with between("stage", "limited", "wrong", "down", "prod", size=(120, 36)) as person:
        limited = {"token": person.clusters["limited"].users.add("jane").token}
        config = kubeconfig(person.clusters, "stage", limited=limited, wrong={"token": "made-up"})
        config["clusters"][3]["cluster"]["server"] = "http://127.0.0.1:1"
        put(person.file, config)
        await compares(person, "limited", "wrong", "down", "prod", place="nowhere")
        await person.sees("refused", "login refused", "not reachable", "no such namespace")
        for said in (
            "limited: Refused: you may not get secrets mysecret in namespace nowhere.",
            "wrong: Not logged in: ",
            "down: Not reachable: 127.0.0.1:1 refused the connection.",
            "prod: Not found: namespace nowhere does not exist in this cluster.",
        ):
            await person.reads("#row-text", said)
            await person.press("j")


async def test_another_name_and_some_keys_are_compared() -> None:
    async with between("stage", "prod", size=(120, 36)) as person:
        differs(person, "prod", SecretRef("web", "blue"))
        await person.acts_on(MINE, "Y s", "[ ] password")
        await marks(person, "password")
        await person.presses("d enter", "Namespace, or namespace/name")
        await person.fills("No/such", "enter")
        await person.sees("A namespace has only lowercase letters")
        await person.fills("web/blue", "enter")
        await person.sees("web/blue", "1 key differs")
        await person.presses("enter", "Compare: stage: default/mysecret with prod: web/blue")


async def test_marked_secrets_are_compared_together() -> None:
    async with between("stage", "prod", size=(120, 36)) as person:
        differs(person, "prod")
        await person.mark(MINE, SecretRef("default", "feature-flags"))
        await person.presses("Y", "d  only compare them with other contexts")
        await person.press("d")
        await marks(person, "prod")
        await person.sees("Compare 2 Secrets with prod")
        await person.presses("enter", "Compare: 2 Secrets with other contexts")
        assert "the same" in person.line_of("default/feature-flags")
        assert "2 keys differ" in person.line_of("default/mysecret")


def plugin(line: str) -> Config:
    """A user who logs in with this shell line."""
    version = "client.authentication.k8s.io/v1"
    how = {"apiVersion": version, "command": "sh", "args": ["-c", line], "interactiveMode": "Never"}
    return {"exec": how}


async def test_a_login_that_fails_or_is_stopped_leaves_no_comparison() -> None:
    fails, hangs = plugin("echo no SSO >&2; exit 3"), plugin("sleep 600")
    async with between("stage", "sso", "slow", size=(120, 36), sso=fails, slow=hangs) as person:
        await compares(person, "sso")
        await person.sees("no login")
        await person.reads("#row-text", "sso: The login command sh exited with 3: no SSO.")
        await person.press("escape")
        await compares(person, "slow")
        await person.sees("Reading default/mysecret in slow … ctrl+c stops.")
        await person.presses("ctrl+c", "Stopped; nothing was changed.")


async def test_the_connection_is_closed_also_if_the_reading_is_stopped(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    closed: list[str] = []
    close = Session.close

    async def noted(session: Session) -> Any:
        closed.append(session.cluster.target.context)
        return await close(session)

    monkeypatch.setattr(Session, "close", noted)
    async with between("stage", "prod", size=(80, 24)) as person:
        slow = person.clusters["prod"].faults.add(Fault("delay", method="GET", seconds=3600))
        await compares(person, "prod")
        await person.waits_for(lambda: slow.seen, "the Secret is read there")
        await person.sees("Reading default/mysecret in prod … ctrl+c stops.")
        await person.presses("ctrl+c", "Stopped; nothing was changed.")
        await person.waits_for(lambda: closed == ["prod"], "it is closed")


async def test_an_untrusted_kubeconfig_is_asked_about_first(tmp_path: Path) -> None:
    file = tmp_path / "config"
    async with between("stage", "prod", file=file, size=(120, 36), prod=plugin("echo '{}'")) as person:
        await compares(person, "prod")
        await person.sees("Trust this kubeconfig?")
        await person.presses("escape", "no login")


async def test_no_login_begins_while_another_screen_is_open(tmp_path: Path) -> None:
    file, done = tmp_path / "config", tmp_path / "done"
    slow = plugin(f"until test -e {done}; do sleep 0.05; done; exit 3")
    async with between(
        "stage", "slow", "prod", file=file, size=(120, 36), slow=slow, prod=plugin("x")
    ) as person:
        await compares(person, "slow", "prod")
        await person.sees("Trust this kubeconfig?")
        await person.presses("y", "Reading default/mysecret in slow …")
        await person.presses("question_mark", "esc back")
        done.touch()
        reading = [one for one in person.app.workers if one.group == READING]
        await person.waits_for(lambda: all(one.is_finished for one in reading), "the comparison is over")
        await person.sees_no("Trust this kubeconfig?")
        await person.presses("escape", "Command stopped: another screen opened.")


async def test_values_shown_in_a_comparison_are_journaled_in_the_context_that_holds_them() -> None:
    async with between("stage", "prod", size=(120, 36)) as person:
        await compares_two_differing_keys(person)
        await person.presses("enter R", PASSWORD, "2 values are shown until 14:00:30")
    assert journal() == [
        ("stage", "opened", ("password", "username")),
        ("prod", "opened", ("added", "password", "username")),
        ("prod", "shown", ("added", "password")),
        ("stage", "shown", ("password",)),
    ]


async def test_so_is_one_value_that_is_shown_whole() -> None:
    async with between("stage", "prod", size=(120, 36)) as person:
        await compares_two_differing_keys(person)
        await person.presses("enter", "prod → stage")
        await person.presses("j enter r", f"+ {PASSWORD}", f"- {THEIRS.decode()}", "shown until 14:00:30")
    assert journal()[2:] == [("prod", "shown", ("password",)), ("stage", "shown", ("password",))]


def journal() -> list[tuple[str, str, tuple[str, ...]]]:
    """Context, act and keys of each line."""
    folder = locations.state_folder(os.environ)
    assert folder is not None
    lines: list[dict[str, Any]] = [json.loads(line) for line in read(folder)]
    return [(line["context"], line["what"], tuple(line.get("keys", ()))) for line in lines]


async def test_where_the_other_context_shows_no_value_none_is_shown_here() -> None:
    settings = Settings(contexts=(ContextRule("prod", no_reveal=True),))
    async with between("stage", "prod", settings=settings, size=(80, 24)) as person:
        await compares_two_differing_keys(person)
        await person.presses("enter", "prod → stage")
        for key in ("r", "R", "enter"):
            await person.presses(key, "Not shown: context prod forbids showing values.")
            await person.presses("escape", "CONTEXT")
            await person.presses("enter", "prod → stage")
        await person.sees_no("drafts the other side")
        await person.runs("take all", "take all: nothing drafted: context prod forbids showing values.")


async def test_values_are_dropped_when_it_is_left_or_covered() -> None:
    async with between("stage", "prod", size=(120, 36)) as person:
        differs(person, "prod")
        for leaves in ("escape escape", "ctrl+l enter"):
            await compares(person, "prod")
            await person.sees("2 keys differ")
            await person.presses("enter R", THEIRS.decode())
            screen: Any = person.app.screen
            held = [weakref.ref(one.before) for one in screen._comparison.changes if one.before is not None]
            del screen
            await person.presses(leaves, "Secrets ")
            await are_gone(person, held)
            assert set(texts_held(person, THEIRS.decode())) == set()


async def test_the_gate_of_the_other_context_lets_only_reads_out() -> None:
    async with between("stage", "prod") as person:
        shared = person.app.shared
        there = await shared.contexts.open("prod", person_at(browser_screen(person)), is_comparison=True)
        secret = await there.read(MINE)
        with pytest.raises(ReadOnly):
            await there.cluster.delete(MINE, secret.uid, secret.resource_version)
        await there.close()
        assert [seen.method for seen in person.clusters["prod"].requests] == ["GET"]
        assert not await shared.contexts.is_changed(), "this run stays where it is"


def browser_screen(person: Person) -> TuiScreen[Any]:
    screen = person.app.screen
    assert isinstance(screen, TuiScreen)
    return screen
