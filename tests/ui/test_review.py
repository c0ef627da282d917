"""The review: changes, readers and dry run; then only W writes what the review shows."""

from __future__ import annotations

import gc
import json
import weakref
from datetime import UTC, datetime
from typing import Any

import pytest

from tests.app_pilot import STORY_TIME
from tests.certificates import made_up_chain, self_signed
from tests.ui.person import PASSWORD, Person, in_secret, pod_object, secret_object, sitting_at
from tui.embedded.users import Rule
from tui.model.draft.draft import Draft
from tui.model.draft.former_values import FormerHeld, former_held
from tui.model.secret.secret import Secret, SecretRef
from tui.ui.review.lines import refusal_words
from tui.ui.widgets.value.value_editor import ValueEditor

pytestmark = pytest.mark.slow

READS = Rule(("get", "list", "watch"), ("*",))
NO_DRY_RUN = 'admission webhook "made-up.example.test" does not support dry run'


def tls_pair() -> dict[str, Any]:
    """mysecret, with a certificate and its key."""
    leaf, *_, key = made_up_chain()
    data = {"tls.crt": leaf.encode(), "tls.key": key.encode()}
    return secret_object("mysecret", data, type="kubernetes.io/tls")


async def begun(person: Person) -> None:
    """Draft a new password."""
    await person.open()
    await person.edit("password", "n3w-made-up")


async def test_before_the_dry_run_is_answered_nothing_is_written() -> None:
    async with sitting_at() as person:
        await begun(person)
        await person.presses("W", "W does nothing here; w reviews the draft, then W writes it.")
        slow = person.fault("delay", method="PATCH", path="*", query="dryRun=All", seconds=3600)
        await person.presses("w", "running …", "of 1 MiB", "Writes to", "nothing sent yet")
        await person.waits_for(lambda: slow.seen, "a dry run on its way")
        for _ in range(3):
            await person.presses("W", "Nothing sent: the dry run is not finished.")
        assert len(person.asked("PATCH")) == 1
        person.cluster.faults.clear()
        await person.sees("accepted at 14:00:00, no warnings")
        await person.sees_no("the dry run is not finished")
        assert person.on_server()["password"] == PASSWORD.encode(), "a dry run changes nothing"
        await person.presses("s", "s does nothing here; it works in an open Secret (esc goes back).")
        for key in ("w", "enter", "escape"):
            await person.press(key)
        assert len(person.asked("PATCH")) == 1, "neither w nor enter nor escape writes"


async def test_a_key_is_not_called_missing_before_the_newest_version_is_read() -> None:
    data = {"tls.crt": b"made up", "tls.key": b"made up"}
    story = [secret_object("mysecret", data, type="kubernetes.io/tls")]
    async with in_secret(story=story, key="tls.crt") as person:
        await person.edit("tls.crt", "made up too")
        person.fault("delay", method="GET", path="*/mysecret", seconds=3600)
        await person.presses("w", "dry run running …")
        assert "needs the key" not in person.text
        person.cluster.faults.clear()
        await person.sees("tls.crt has no complete certificate in PEM")


async def test_a_dry_run_that_is_refused_says_why_and_stops_the_write() -> None:
    rules = [READS, Rule(("patch",), ("secrets",))]
    async with sitting_at(rules=rules) as person:
        await begun(person)
        person.cluster.users.set_rules("jane", [READS])
        await person.presses(
            "w", "dry run: Refused: you may not patch secrets mysecret in namespace default."
        )
        await person.presses("W", "Not sent: the dry run was refused. Refused: you may not patch secrets")
        assert len(person.asked("PATCH")) == 1
        person.cluster.users.set_rules("jane", rules)
        await person.presses("ctrl+r", "accepted at")
        await person.presses("W", "Written: password of default/mysecret")


async def test_of_a_secret_that_others_delete_meanwhile_nothing_can_be_written() -> None:
    async with sitting_at() as person:
        await begun(person)
        await person.reviewed()
        assert "W write" in person.text
        person.others_delete()
        await person.reads("#verdict", "default/mysecret was deleted; the draft is kept")
        await person.waits_for(lambda: "W write" not in person.text, "the footer")
        await person.presses("W", "Not sent. Not found: secret default/mysecret does not exist")
        assert len(person.asked("PATCH")) == 1, "the dry run"
        await person.presses("a", "The draft now creates a new Secret default/mysecret.", "accepted at")
        assert "Not sent" not in person.text


async def test_a_change_that_the_server_would_refuse_is_reported_in_the_review_and_not_sent() -> None:
    async with in_secret(key="tls.key", story=[tls_pair()], size=(120, 36)) as person:
        await person.presses("delete w", "dry run: Rejected by the server", "- ", "tls.key")
        await person.presses("W", "Not sent: the dry run was refused. Rejected by the server")
        assert set(person.on_server()) == {"tls.crt", "tls.key"}


async def test_the_servers_warnings_are_in_sight_before_the_write() -> None:
    """The server accepts a key that does not belong to its certificate, with a warning."""
    async with in_secret(key="tls.key", story=[tls_pair()], size=(120, 36)) as person:
        await person.presses("e", "Edit mysecret / tls.key")
        editor = person.app.screen.query_one(ValueEditor)
        editor.load(made_up_chain()[-1].encode())
        await person.presses("ctrl+s w", "private key does not match public key", at="#verdict")
        await person.reads("#verdict", "X tls.key does not match the first certificate in tls.crt")
        await person.presses("W", "Written: tls.key of default/mysecret")


async def test_an_open_secret_warns_of_its_certificate_as_the_draft_leaves_it() -> None:
    now = datetime.fromtimestamp(STORY_TIME, UTC)
    pair = {"tls.crt": self_signed(-3, now=now), "tls.key": made_up_chain()[-1].encode()}
    async with in_secret(story=[secret_object("mysecret", pair, type="kubernetes.io/tls")]) as person:
        await person.reads("#warnings", "the certificate expired 3d ago", "tls.key does not match")
        leaf, _, _, key = made_up_chain()
        await person.paste(f"{leaf}{key}")
        await person.sees("Paste into mysecret")
        await person.presses("y", "draft, nothing sent yet: changed 2 keys")
        assert "certificate" not in person.read("#warnings")
        await person.presses("u", "the certificate expired 3d ago", "tls.key does not match", at="#warnings")


async def test_a_changed_docker_config_names_the_registry_with_a_new_password() -> None:
    entries = {name: {"username": "ci", "password": "made-up"} for name in ("a.test", "b.test")}
    data = {".dockerconfigjson": json.dumps({"auths": entries}).encode()}
    type_ = "kubernetes.io/dockerconfigjson"
    async with in_secret(story=[secret_object("mysecret", data, type=type_)]) as person:
        await person.presses("E", "Which registry login")
        await person.presses("2 enter", "b.test", "Password")
        await person.type("n3w-made-up")
        await person.presses("enter", "kept in the draft")
        await person.presses("w", ".dockerconfigjson: new password for b.test")


async def test_a_new_certificate_is_shown_with_its_expiry_and_names() -> None:
    now, names = datetime.fromtimestamp(STORY_TIME, UTC), ("shop.example.test", "api.example.test")
    former, new = self_signed(2, *names, "old.test", now=now), self_signed(300, "*.example.test", now=now)
    story = [secret_object("mysecret", {"tls.crt": former})]
    async with in_secret(key="tls.crt", story=story, size=(120, 36)) as person:
        await person.presses("e", "Edit mysecret / tls.crt")
        person.app.screen.query_one(ValueEditor).load(new)
        await person.press("ctrl+s", "w")
        await person.reads(
            "#verdict",
            "tls.crt: expires in 2d → expires in 300d, for *.example.test",
            "! tls.crt no longer covers old.test",
        )


async def test_a_new_certificate_without_the_issuer_that_the_old_one_had_is_warned_about() -> None:
    leaf, issuer, _, _ = made_up_chain()
    renewed, renewed_issuer, _, _ = made_up_chain()
    lost = "! tls.crt no longer has its issuer's certificate (CN=issuer.test); clients may refuse tls.crt"
    story = [secret_object("mysecret", {"tls.crt": f"{leaf}{issuer}".encode()})]
    async with in_secret(key="tls.crt", story=story, size=(120, 36)) as person:
        for new, is_lost in ((renewed, True), (f"{renewed}{renewed_issuer}", False)):
            await person.presses("e", "Edit mysecret / tls.crt")
            person.app.screen.query_one(ValueEditor).load(new.encode())
            await person.presses("ctrl+s w", "for CN=site.test", at="#verdict")
            assert (lost in person.read("#verdict")) is is_lost
            await person.press("escape")


async def test_an_impossible_dry_run_is_reported_and_the_write_is_still_possible() -> None:
    async with sitting_at() as person:
        await begun(person)
        person.fault("status", code=400, method="PATCH", query="dryRun=All", message=NO_DRY_RUN)
        await person.press("w")
        await person.reads(
            "#verdict", "The server cannot do a dry run: an admission webhook has side effects."
        )
        await person.presses("W", "Written: password of default/mysecret")
        assert person.on_server()["password"] == b"n3w-made-up"


async def test_review_and_write_say_what_became_of_each_key_with_its_whole_name() -> None:
    async with in_secret(key="password", size=(80, 24)) as person:
        await person.presses("n", "Rename password")
        await person.fills("database-passphrase", "enter")
        await person.sees("password renamed to database-passphrase in the draft.")
        await person.put_cursor("#key-table", "username")
        await person.presses("delete", "username dropped in the draft.")
        await person.reviewed()
        await person.sees("+ database-passphrase  12 B ", " was password · one line")
        await person.press("W")
        said = "Written: database-passphrase (was password) and username (dropped) of default/mysecret"
        await person.reads("StatusLine", said)


async def test_a_long_name_of_a_reader_is_whole_where_its_line_has_room() -> None:
    long = "ledger-worker-of-the-payments-team-7d4f9"
    env = [
        {"name": "DATABASE_PASSWORD", "valueFrom": {"secretKeyRef": {"name": "mysecret", "key": "password"}}}
    ]
    story = [secret_object("mysecret", {"password": b"made-up"}), pod_object(long, {"env": env})]
    async with in_secret(key="password", story=story, size=(80, 24)) as person:
        await person.edit_to_review("password", "other")
        await person.sees(f"{long}  1  env DATABASE_PASSWORD")


async def test_a_write_that_ends_under_another_screen_closes_its_review_all_the_same() -> None:
    async with sitting_at() as person:
        await begun(person)
        await person.reviewed()
        await person.sends("W", "PATCH")
        await person.sees("Writing default/mysecret …", "being written …")
        await person.presses("W", "Wait: default/mysecret is still being written.")
        await person.presses("question_mark", "Keys that work here")
        person.cluster.faults.clear()
        await person.sees("Written: password of default/mysecret at 14:00:00")
        await person.presses("escape", "mysecret", "password ********", at="#secret")
        assert len(person.app.screen_stack) == 1
        assert person.on_server()["password"] == b"n3w-made-up"


async def test_while_a_write_is_under_way_nothing_says_that_it_was_not_sent() -> None:
    async with sitting_at() as person:
        await begun(person)
        await person.reviewed()
        await person.sends("W", "PATCH")
        await person.press("escape")
        await person.reads("#secret", "* being written since 14:00: password of default/mysecret")
        assert "nothing sent yet" not in person.text
        await person.press("ctrl+c")
        assert person.status == "default/mysecret is still being written: a sent write cannot be stopped."
        await person.presses(
            "ctrl+q", "Quit before the result of a write is known?", "Still being written: default/mysecret."
        )
        assert "Not written" not in person.text
        await person.press("escape")
        person.cluster.faults.clear()
        await person.sees("Written: password of default/mysecret at 14:00:00")
        assert "being written" not in person.text


async def test_changes_of_others_to_other_keys_are_merged_and_mentioned() -> None:
    async with sitting_at() as person:
        await begun(person)
        person.others_set("host", b"made-up.example.test")
        await person.reviewed()
        await person.sees("= host, username   unchanged, not sent")
        await person.sends("W", "PATCH")
        person.others_set("port", b"5432")
        person.others_set("port", b"5433")
        person.cluster.faults.clear()
        await person.sees("on top of newer changes elsewhere in the Secret")
        assert person.on_server() == {
            "host": b"made-up.example.test",
            "port": b"5433",
            "username": b"admin",
            "password": b"n3w-made-up",
        }


async def test_the_manager_is_named_before_an_edit_and_the_writer_that_undid_it_afterwards() -> None:
    async with sitting_at() as person:
        ref = SecretRef("default", "managed")
        by_helm = {"labels": {"app.kubernetes.io/managed-by": "Helm"}}
        body = secret_object("managed", {"password": b"made-up", "own": b"else"}, metadata=by_helm)
        person.cluster.store.put(body, manager="helm")
        await person.open(ref)
        await person.reads("#warnings", "! Helm writes both keys: an edit lasts until an upgrade M source")
        await person.put_cursor("#key-table", "password")
        await person.presses("e", "Helm manages managed")
        await person.presses("enter", "! Helm writes password: an edit lasts", at="#above")
        await person.press("escape")
        await person.edit_to_review("password", "n3w-made-up")
        await person.reads("#verdict", "! Helm writes password: an edit lasts")
        await person.presses("W", "Written: password of default/managed at 14:00:00")
        await person.reads("#warnings", "! Helm writes own:")
        person.clock.advance(30)
        person.others_set("password", b"made-up", ref)
        await person.sees("Changed again at 14:00:30 by controller: password of default/managed")


async def test_a_new_value_is_not_put_into_bytes_and_the_unchanged_key_is_named() -> None:
    data = {"password": b"0ld-made-up", "url": b"db://a:0ld-made-up@db", "store": b"\xff\xfe0ld-made-up"}
    async with in_secret(story=[secret_object("mysecret", data)]) as person:
        await person.edit_to_review("password", "n3w-made-up")
        await person.presses("i", "The draft has the new value in url too.", "accepted at")
        await person.sees("Not changed: store (not text, or YAML in which the new value needs quotes).")
        await person.presses("i", "accepted at", "Not changed: store")
        await person.sees_no("The draft has the new value")


async def test_moving_the_cursor_searches_no_key_for_an_old_value(monkeypatch: pytest.MonkeyPatch) -> None:
    searches = list[Draft]()

    def counted_search(draft: Draft, secret: Secret) -> tuple[FormerHeld, ...]:
        searches.append(draft)
        return former_held(draft, secret)

    for module in ("lines", "screen"):
        monkeypatch.setattr(f"tui.ui.review.{module}.former_held", counted_search)
    data = {"password": b"0ld-made-up", "url": b"db://a:0ld-made-up@db", "user": b"somebody"}
    async with in_secret(story=[secret_object("mysecret", data)]) as person:
        await person.edit("user", "other")
        await person.edit_to_review("password", "n3w-made-up")
        await person.sees("url still holds the old value of password")
        before = len(searches)
        await person.presses("down", "i replace too")
        await person.presses("up", "i replace too")
        assert before and len(searches) == before
        await person.presses("i", "The draft has the new value in url too.", "accepted at")
        assert "i replace too" not in person.text


async def test_the_words_of_an_admission_check_are_masked_until_shown_and_dropped_afterwards() -> None:
    said = 'admission webhook "short.example.test" denied the request: "n3w-made-up" is too short'
    async with sitting_at() as person:
        await begun(person)
        person.fault("status", code=403, method="PATCH", query="dryRun=All", message=said)
        await person.press("w")
        await person.reads(
            "#verdict", "an admission check: short.example.test.", "Server says ******** R shows it"
        )
        assert "too short" not in person.text
        await person.press("R")
        await person.reads("#verdict", 'Server says admission webhook "short', '"n3w-made-up" is too short')
        await person.sees("r hide", "R hide all")
        await person.presses("R", "r show", "R show all")
        await person.reads("#verdict", "Server says ******** R shows it")
        assert "too short" not in person.text
        (target,) = person.session.writes.reviews.targets
        words = refusal_words(target.review) if target.review is not None else None
        assert words is not None
        held = weakref.ref(words)
        del words
        await person.press("escape")
        gc.collect()
        assert held() is None, "it goes with the review"
