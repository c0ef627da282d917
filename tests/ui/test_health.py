"""Health: the findings of a namespace or of all, the worst first, and what was not read."""

from __future__ import annotations

import json
from base64 import b64encode
from typing import Any

import pytest

from tests.certificates import made_up_chain
from tests.ui.person import Person, pod_object, secret_object, sitting_at
from tui.embedded.users import Rule
from tui.model.secret.secret import SecretRef
from tui.session.writes.audit import Journal

pytestmark = pytest.mark.slow

READS: Any = {"env": [{"name": "X", "valueFrom": {"secretKeyRef": {"name": "db", "key": "password"}}}]}


async def test_escape_from_what_a_finding_led_to_returns_to_that_finding() -> None:
    async with sitting_at(size=(80, 24), namespace="payments") as person:
        await person.presses("B", "9 findings")
        await person.presses("down down", "Add the key config.")
        await person.presses("enter", "config is not in payments/sftp-settlements")
        await person.presses("escape", "9 findings", "Add the key config.")
        await person.sees_no("config is not in")
        await person.presses("up enter", "No Secret refunds-provider")
        await person.presses("escape", "9 findings", "See why ExternalSecret/refunds-provider has")
        await person.presses("enter", "No Secret refunds-provider")
        await person.presses("enter", "Source of refunds-provider")
        await person.presses("escape", "9 findings", "See why ExternalSecret/refunds-provider has")
        await person.presses("enter", "No Secret refunds-provider")
        await person.presses("d", "refunds-provider / token")
        await person.presses("escape", "not created yet")
        await person.presses("escape", "9 findings", "no draft was kept")
        await person.presses("escape", "Secrets  13")


async def test_a_missing_key_is_filled_in_where_a_key_is_added() -> None:
    async with sitting_at(size=(80, 24), namespace="payments") as person:
        await person.presses("B", "9 findings")
        await person.presses("D", "D deletes only Secrets without a known reader")
        await person.presses("down down enter", "settlements-6c5d4b8f77-t9x3c waits", "a adds the key.")
        await person.presses("down", "at pod start")
        await person.presses("a", "Add a key")
        await person.presses("enter", "sftp-settlements / config")


async def test_a_missing_secret_is_begun_with_what_is_known_of_its_readers() -> None:
    async with sitting_at(size=(80, 24), namespace="web") as person:
        await person.presses("B", "deploy/admin", "Create Secret partner-ca.")
        await person.presses("enter", "Draft the Secret? Nothing", "the needed keys are unknown")
        await person.presses("escape", "Create Secret partner-ca.")
        await person.presses("down enter", "Draft the Secret, with a login to the image registry?")
        await person.presses("enter", "Registry login  registry-pull-winter", "registry.example.test")


async def test_a_filter_says_how_many_of_all_are_left_and_how_to_clear_it() -> None:
    async with sitting_at(size=(120, 36), namespace="payments") as person:
        await person.presses("B", "9 findings")
        await person.press("slash", *"refunds", "enter")
        await person.sees("Health of payments /refunds", "2 of 9 findings", "esc clear filter")
        await person.press("slash", *"zzz", "enter")
        await person.sees("0 of 9 findings", "No matches. esc clears the filter.")
        await person.presses("escape", " 9 findings", "esc back")


async def test_where_there_is_no_secret_the_count_says_so() -> None:
    async with sitting_at(namespace="kube-public") as person:
        await person.presses("B", "No findings so far.", "Secrets: none")
        await person.presses("v", "No findings. Everything was read.")


@pytest.mark.parametrize("key", ["M", "enter"])
async def test_from_a_finding_to_the_source_of_a_secret_that_does_not_exist_and_back(key: str) -> None:
    async with sitting_at(size=(80, 24), namespace="payments") as person:
        await person.presses("B", "9 findings")
        await person.press("slash")
        await person.type("refunds" if key == "M" else "not ready")
        await person.presses("enter", "refunds-provider", "M shows the source")
        await person.press(key)
        await person.sees("Source of refunds-provider", "The Secret does not exist.", "SecretSyncedError")
        await person.sees("1  Refresh from the store", "its target names this Secret")
        await person.presses("escape", "Health of payments", "M shows the source")


async def test_values_are_fetched_by_their_own_key_and_only_public_facts_are_kept() -> None:
    lines = list[bytes]()
    async with sitting_at(size=(120, 36), namespace="web", journal=Journal(lines.append)) as person:
        await person.presses("B", "4 findings", "15 Secrets not read: v checks")
        assert not person.asked("GET", part="/secrets/")
        await person.press("v")
        await person.sees(
            *("8 findings", "15 Secrets checked: 4 new findings.", "The certificate expired"),
            "expires in 6d",
            "does not cover checkout",
        )
        await person.sees_no("not read")
        assert len(person.asked("GET", part="/secrets/")) == 15
        assert not person.session.fetched
        person.others_set("tls.crt", b"made up", SecretRef("web", "portal-tls"))
        await person.sees("7 findings", "1 Secret not read: v checks")
        await person.presses("v", "8 findings", "Cannot read the value")
        assert [json.loads(line)["what"] for line in lines] == ["opened"] * 16


async def test_values_asked_for_while_the_lists_are_read_are_read_next() -> None:
    async with sitting_at(size=(80, 24), namespace="web") as person:
        person.fault("delay", method="GET", path="*/deployments", seconds=3600)
        await person.presses("B", "Searching for readers: ")
        await person.presses("v", "Values are read when the current read ends.")
        await person.presses("v", "Already waiting to read values.")
        person.cluster.faults.clear()
        await person.presses("ctrl+r", "15 Secrets checked: 4 new findings.")
        await person.reads("#finding", "fails", "The certificate expired")


async def test_certificates_in_other_keys_are_found_by_the_names_of_the_keys() -> None:
    async with sitting_at(size=(120, 36), namespace="web") as person:
        ends_soon = person.on_server(SecretRef("web", "api-tls"))["tls.crt"]
        person.cluster.store.put(secret_object("trust", {"ca.crt": ends_soon, "note": b"1"}, namespace="web"))
        person.cluster.store.put(secret_object("other", {"ca": ends_soon}, namespace="web"))
        await person.presses("B", "17 Secrets not read: v checks")
        await person.presses("v", "17 Secrets checked: 5 new findings.", "ca.crt expires in 6d")


async def test_an_unused_secret_is_deleted_from_its_finding_and_comes_back_by_the_undo() -> None:
    async with sitting_at(size=(80, 24), namespace="default") as person:
        await person.presses("B", "5 findings", "D delete")
        await person.presses("D", "Delete oncall-bot", "keys: token")
        await person.fills("oncall-bot", "enter")
        await person.sees("Health of default", "Deleted: default/oncall-bot", "U undoes it.")
        await person.presses("U", "Undo a write", "default/oncall-bot: deleted")
        await person.presses("enter", "Review: oncall-bot")


@pytest.mark.parametrize("size", [(80, 24), (120, 36)])
async def test_a_long_name_leaves_room_for_what_is_wrong_and_is_whole_in_the_title(
    size: tuple[int, int],
) -> None:
    long = "payments-old-provider-api-credentials"
    async with sitting_at(size=size, namespace="payments") as person:
        person.cluster.store.put(secret_object(long, {"key": b"1"}, namespace="payments"))
        ref = SecretRef("payments", long)
        await person.waits_for(lambda: person.session.secrets.get(ref), "the new Secret in the list")
        await person.presses("B", "10 findings", "no key PASSWORD: deploy/ledger-worker")
        await person.presses("end up", f"─ {long} ─", "▸   payments-")


async def test_a_very_long_name_is_whole_where_there_is_room() -> None:
    long = "-".join(["payments"] * 6)
    async with sitting_at(size=(200, 60), namespace="payments") as person:
        person.cluster.store.put(secret_object(long, {"key": b"1"}, namespace="payments"))
        ref = SecretRef("payments", long)
        await person.waits_for(lambda: person.session.secrets.get(ref), "the new Secret in the list")
        await person.presses("B", "10 findings", f"{long} ", "deploy/ledger-worker")


async def test_namespaces_of_usual_length_are_whole_in_findings_at_80_columns() -> None:
    async with sitting_at(size=(80, 24), namespace="payments") as person:
        person.cluster.store.put(secret_object("cdn-key", {"key": b"1"}, namespace="storefront"))
        await person.presses("0 B", "findings")
        await person.presses("G", "storefront    cdn-key")


async def test_a_repaired_secret_is_no_longer_a_finding() -> None:
    story = [secret_object("db", {"user": b"made up"}), pod_object("web-1", READS)]
    async with sitting_at(size=(80, 24), story=story) as person:
        await person.presses("B", "1 finding", "no key password: web-1 waits")
        person.others_set("password", b"made up", SecretRef("default", "db"))
        await person.sees_no("no key password")


async def test_a_refused_list_is_named_and_the_namespace_is_not_called_fine() -> None:
    rules = [Rule(("get", "list", "watch"), ("secrets",))]
    story = [secret_object("db", {"user": b"made up"})]
    async with sitting_at(size=(80, 24), rules=rules, settles=False, story=story) as person:
        await person.sees("READ BY")
        await person.presses("B", "No findings so far.", "refused: pods", "1 not known")
        await person.sees_no("Everything was read")


async def test_health_reports_no_findings_only_for_a_namespace_that_was_read_whole() -> None:
    story = [secret_object("db", {"password": b"made up, and long"}), pod_object("web-1", READS)]
    async with sitting_at(size=(80, 24), story=story) as person:
        for _ in range(2):
            await person.presses("B", "No findings so far.", "1 Secret not read: v checks")
            await person.press("escape")
        await person.press("B")
        await person.presses("v", "No findings. Everything was read.", "1 in use")
    login = {".dockerconfigjson": b'{"auths": {"docker.io": {}}}'}
    pull = secret_object("pull", login, type="kubernetes.io/dockerconfigjson")
    story = [story[0], pull, pod_object("web-1", READS, imagePullSecrets=[{"name": "pull"}])]
    async with sitting_at(size=(80, 24), story=story) as person:
        await person.presses("B", "No findings so far.", "2 Secrets not read: v checks")
        await person.presses("v", "No findings. Everything was read.")


async def test_a_search_that_is_stopped_is_no_result() -> None:
    async with sitting_at(size=(80, 24), namespace="payments") as person:
        person.fault("delay", method="GET", path="*/deployments", seconds=3600)
        await person.presses("B", "Searching for readers: ")
        await person.presses("ctrl+c", "Not everything was read.", "Press ctrl+r to read again.", "not read")
        await person.presses("v", "Cannot check values: Secrets, pods or workloads were not listed.")
        person.cluster.faults.clear()
        await person.presses("ctrl+r", "9 findings")


async def test_a_read_that_failed_in_an_outage_is_repeated_when_the_cluster_answers_again() -> None:
    async with sitting_at(size=(80, 24), namespace="payments") as person:
        person.fault("refuse", path="*", times=None)
        person.clock.advance(10)
        person.cluster.end_watches()
        await person.sees_later("not live since")
        await person.presses("B", "6 findings", "failed: ")
        person.cluster.faults.clear()
        await person.sees_later("● live", "9 findings")
        await person.sees_no("failed: ")


def at_row(person: Person, text: str) -> int:
    """The number of the screen's line with this text."""
    return next(nth for nth, line in enumerate(person.text.splitlines()) if text in line)


@pytest.mark.parametrize("size", [(80, 24), (120, 36), (200, 60)])
async def test_the_verdict_comes_first_and_advice_is_by_its_row(size: tuple[int, int]) -> None:
    async with sitting_at(size=size, namespace="web") as person:
        await person.presses("B", "X 2 fail", "15 Secrets not read: v checks certificates, logins, passwords")
        await person.presses("v", "X 4 fail", "! 3 need care", "Certificates by expiry", "─ portal-tls ─")
        await person.sees_no("not read:")
        assert at_row(person, "X 4 fail") < at_row(person, "SECRET") < at_row(person, "tls.crt expired")
        title = at_row(person, "─ portal-tls ─")
        rows = at_row(person, "Certificates by expiry") - at_row(person, "SECRET")
        assert title == 1 if size[0] >= 120 else title <= rows + 3
        await person.presses("end up", "▸ !")
        await person.sees("Next")


async def test_the_note_of_a_namespace_without_findings_is_at_the_top() -> None:
    async with sitting_at(size=(120, 36), namespace="kube-public") as person:
        await person.presses("B", "ConfigMaps not read", "What was read")
        await person.presses("v", "No findings. Everything was read.")
        await person.waits_for(lambda: at_row(person, "No findings") < 6, "no blank rows above the note")


async def test_the_timeline_follows_the_findings_and_blank_rows_come_last() -> None:
    async with sitting_at(size=(200, 60), namespace="web") as person:
        await person.presses("B", "Certificates by expiry")
        await person.waits_for(lambda: at_row(person, "Certificates by expiry") < 20, "no blank rows above")


async def test_a_long_finding_continues_below_the_row_under_the_cursor() -> None:
    keys = ("LONG_KEY_" * 6 + "1", "LONG_KEY_" * 6 + "2")
    env = [{"name": key, "valueFrom": {"secretKeyRef": {"name": "db", "key": key}}} for key in keys]
    story = [secret_object("db", {"user": b"made up"}), pod_object("web-1", {"env": env})]
    async with sitting_at(size=(80, 24), story=story) as person:
        await person.presses("B", "X 2 fail", "▸ X db", "web-1 waits")
        first = at_row(person, "▸ X db")
        await person.waits_for(lambda: at_row(person, "  X db") == first + 3, "the rest below the first row")
        assert at_row(person, "web-1 waits") == first + 2
        await person.press("down")
        await person.waits_for(lambda: at_row(person, "▸ X db") == first + 1, "one line for the row before")
        await person.waits_for(
            lambda: at_row(person, "web-1 waits") == first + 3, "the rest below the second"
        )


async def test_the_order_goes_by_secret_and_by_date() -> None:
    async with sitting_at(size=(120, 36), namespace="payments") as person:
        await person.presses("B", "9 findings", "o order")
        await person.presses("o", "by Secret", "Ordered by Secret.")
        table = person.text[person.text.index("WHAT") :]
        places = [table.index(name) for name in ("db-credentials", "gateway-api", "legacy-db", "sftp-settle")]
        assert places == sorted(places)
        await person.presses("o", "by date")
        await person.presses("o", "Ordered by severity, the worst first.")
        await person.sees_no("by date")


async def test_several_old_values_are_marked_and_restarted_together() -> None:
    async with sitting_at(size=(120, 36), namespace="payments") as person:
        await person.presses("B", "9 findings")
        await person.presses("space", "Only findings about old values or unused Secrets can be marked.")
        await person.presses("down down down", "deploy/gateway, 2 pods")
        await person.presses("space space", "2 marked", "T restart 2")
        await person.presses("D", "D deletes only Secrets without a known reader.")
        await person.presses("T", "Restart", "2 of ")
        await person.presses("escape", "2 marked")
        await person.press("escape")
        await person.sees_no("2 marked")
        await person.sees("9 findings")


async def test_several_unused_secrets_are_marked_and_deleted_together() -> None:
    async with sitting_at(size=(80, 24), namespace="default") as person:
        await person.presses("B", "5 findings")
        await person.presses("asterisk", "5 marked", "D delete 5")
        await person.presses("end up space", "4 marked", "D delete 4")
        await person.presses("D", "Delete 4 Secrets")


async def test_the_list_marks_what_health_found_in_values() -> None:
    async with sitting_at(size=(120, 36), namespace="web") as person:
        ends_soon = person.on_server(SecretRef("web", "api-tls"))["tls.crt"]
        person.cluster.store.put(secret_object("trust", {"ca.crt": ends_soon}, namespace="web"))
        ref = SecretRef("web", "trust")
        await person.waits_for(lambda: person.session.secrets.get(ref), "the new Secret in the list")
        assert "! trust" not in person.text
        await person.presses("B", "not read: v checks")
        await person.presses("v", "16 Secrets checked")
        await person.presses("escape", "! trust", "X shop-tls", "X portal-tls", "! api-tls")
        assert "see B" in person.line_of("X shop-tls")
        person.others_set("tls.crt", b"made up", SecretRef("web", "shop-tls"))
        await person.sees_no("X shop-tls")


async def test_values_at_risk_are_named_by_their_key_and_enter_goes_to_the_key() -> None:
    story = [
        secret_object("db", {"password": b"made up, and long", "root-password": b"changeit"}),
        secret_object("cache", {"password": b"made up, and long"}),
    ]
    async with sitting_at(size=(120, 36), story=story) as person:
        await person.presses("B", "2 Secrets not read: v checks")
        await person.presses("v", "password is the same as password of db")
        await person.sees("root-password is a default or a common password")
        assert "changeit" not in person.text
        await person.presses("slash")
        await person.type("common")
        await person.presses("enter", "It is a default or a common password.", "Risk    default")
        await person.sees("opens the Secret; t sets a new")
        says = "root-password is a default or a common password. t sets a new value."
        await person.presses("enter", "t rotate", says)
        assert person.app.screen.secret.key == "root-password"  # type: ignore[attr-defined]


@pytest.mark.parametrize("size", [(80, 24), (120, 36)])
async def test_a_password_in_a_file_is_named_by_its_path(size: tuple[int, int]) -> None:
    config = b'{"database": {"user": "shop", "password": "changeit"}}'
    async with sitting_at(size=size, story=[secret_object("db", {"config.json": config})]) as person:
        await person.presses("B", "1 Secret not read: v checks")
        await person.presses("v", "config.json database.password is a default")
        await person.sees("Key     config.json database.password")
        await person.sees("opens the Secret; enter opens")
        assert "changeit" not in person.text
        await person.presses("enter", "JSON, 2 leaves")
        assert person.app.screen.secret.key == "config.json"  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("data", "says", "key"),
    [
        ({"password": b"kJ8-m"}, "t sets a new value", "t"),
        ({"password": b"<your password>"}, "e edits the value", "e"),
        ({"password": b"made up, and long\n"}, "ctrl+t trims the value", "ctrl+t"),
        ({"config": b64encode(b"made up, and long")}, "e edits the value", "e"),
        ({"auth": b"ann:$apr1$madeup00$" + b"a" * 22}, "e edits the value", "e"),
        ({"tls.key": made_up_chain()[3].encode(), "note": b"made up"}, "E edits certificate and key", "E"),
        ({"password": b"made up, and long"}, "t sets a unique value", "t"),
    ],
)
async def test_each_value_at_risk_names_the_key_that_helps_and_it_works_there(
    data: dict[str, bytes], says: str, key: str
) -> None:
    others = [secret_object("cache", {"pwd": b"made up, and long"})] if "unique" in says else []
    async with sitting_at(size=(80, 24), story=[secret_object("db", data), *others]) as person:
        await person.presses("B", "not read: v checks")
        await person.presses("v", says)
        await person.presses("enter", f". {says[:19]}")
        await person.waits_for(lambda: "▸" in person.read("#key-table"), "the cursor on a key")
        screens = len(person.app.screen_stack)
        before = person.text
        await person.press(key)
        await person.waits_for(lambda: person.text != before, "what the key does")
        is_trimmed = "1 draft" in person.text
        assert is_trimmed or len(person.app.screen_stack) > screens, person.text


async def test_a_password_in_a_config_map_is_named_and_not_shown() -> None:
    settings = {"apiVersion": "v1", "kind": "ConfigMap", "data": {"DB_PASSWORD": "made-up-9"}}
    settings["metadata"] = {"name": "app", "namespace": "default"}
    story = [secret_object("db", {"password": b"made up, and long"}), settings]
    async with sitting_at(size=(120, 36), story=story) as person:
        await person.presses("B", "1 Secret not read: v checks")
        await person.presses("v", "ConfigMap/app: DB_PASSWORD looks like a password")
        await person.presses("enter", "and refer to the Secret: kubectl edit configmap/app")
        assert "made-up-9" not in person.text


async def test_a_config_map_is_looked_at_where_there_is_no_secret_and_again_after_a_refresh() -> None:
    settings: dict[str, Any] = {"apiVersion": "v1", "kind": "ConfigMap", "data": {"DB_PASSWORD": "made-up-9"}}
    settings["metadata"] = {"name": "app", "namespace": "default"}
    async with sitting_at(size=(120, 36), story=[settings]) as person:
        await person.presses("B", "ConfigMaps not read: v searches them for credentials")
        await person.presses("v", "DB_PASSWORD looks like a password")
        await person.presses("ctrl+r", "ConfigMaps not read: v searches")
        await person.presses("v", "DB_PASSWORD looks like a password")


@pytest.mark.parametrize("size", [(80, 24), (120, 36)])
async def test_the_last_row_opens_the_board_of_certificates_of_the_same_scope(size: tuple[int, int]) -> None:
    async with sitting_at(size=size, namespace="web") as person:
        await person.presses("B", "Health of web", "findings")
        await person.presses(
            "end",
            "▸   Certificates",
            "every certificate in one table",
            "enter opens the table of certificates.",
        )
        await person.presses("D", "No finding selected.")
        await person.presses("enter", "Certificates of web", "Reads the values of ")
        await person.presses("escape", "Health of web", "▸   Certificates")


async def test_a_namespace_without_findings_still_leads_to_its_certificates() -> None:
    async with sitting_at(size=(120, 36), namespace="empty", story=[]) as person:
        await person.presses("B", "No findings", "▸   Certificates")
        await person.presses("enter", "Certificates of empty")
