"""A new Secret of a type: its form, or an editor that takes certificate and key as they are pasted."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.certificates import made_up_chain
from tests.ui.person import Person, in_secret, secret_object, sitting_at
from tui.embedded.users import Rule
from tui.model.secret.secret import SecretRef

pytestmark = pytest.mark.slow

PULL = SecretRef("default", "pull")
TLS = SecretRef("default", "site")


async def begins(person: Person, name: str, letter: str) -> None:
    """Begin a new Secret of that type."""
    await person.presses("a", "New Secret")
    await person.type(name)
    await person.presses("enter", f"Type of {name}", "d  docker config: registry logins for pulling")
    await person.press(letter)


async def writes(person: Person, said: str = "Created: ") -> None:
    """Review and write, until the written Secret is open: keys pressed before that are dropped."""
    await person.reviewed()
    await person.presses("W", said)
    await person.waits_for(lambda: len(person.app.screen_stack) == 1, "the review to close")
    pane: Any = person.app.screen.query_one("#secret")
    await person.waits_for(lambda: pane.uid, "it to be drawn as it was written")
    await person.calm()


async def test_a_canceled_form_comes_back() -> None:
    async with sitting_at(size=(80, 24)) as person:
        await begins(person, "login", "b")
        await person.type("ann")
        await person.press("tab")
        await person.type("made-up")
        await person.presses("escape", "The form of login canceled. e brings it back")
        await person.presses("e enter", "User and password  login", "ann", "Password  filled")
        await person.presses("enter", "password", "username")
        await writes(person)
        ref = SecretRef("default", "login")
        assert person.on_server(ref) == {"username": b"ann", "password": b"made-up"}
        made: Any = person.cluster.store.get("secrets", "default", "login")
        assert made["type"] == "kubernetes.io/basic-auth"


async def test_a_form_that_is_covered_comes_back() -> None:
    async with sitting_at(size=(80, 24)) as person:
        await begins(person, "login", "b")
        await person.type("ann")
        await person.press("tab")
        await person.type("made-up")
        await person.presses("ctrl+l", "A canceled edit is kept until you leave its Secret.")
        await person.presses("enter", "The form of login canceled. e brings it back")
        await person.presses("e enter", "User and password  login", "ann", "Password  filled")


async def test_a_certificate_and_key_that_do_not_match_are_reported_and_may_stay_in_one_key() -> None:
    leaf, *_, key = made_up_chain()
    other = made_up_chain()[-1]
    assert other != key
    async with in_secret(size=(80, 24)) as person:
        await person.press("a")
        await person.type("bundle.pem")
        await person.press("enter")
        await person.paste(leaf + other)
        await person.presses("ctrl+s", "The key belongs to none of the certificates.")
        await person.presses("escape", "bundle.pem")
        assert "tls.key" not in person.text


async def test_esc_goes_one_question_back_and_keeps_the_name() -> None:
    async with sitting_at(size=(80, 24)) as person:
        await person.press("a")
        await person.type("site-tsl")
        await person.presses("enter", "Type of site-tsl")
        await person.presses("c", "The type cannot be changed later")
        await person.presses("escape", "Type of site-tsl", "o  Opaque")
        await person.presses("escape", "New Secret in default", "site-tsl")
        await person.press("backspace", "backspace")
        await person.type("ls")
        await person.presses("enter", "Type of site-tls")
        await person.press("escape", "escape")
        await person.sees_no("New Secret")
        assert not person.session.drafts.all()


async def test_a_type_of_ones_own() -> None:
    async with sitting_at(size=(80, 24)) as person:
        await begins(person, "own", "c")
        await person.sees("The type cannot be changed later.")
        await person.type("example.test/own")
        await person.presses("enter", "default/own is a new draft.")
        await person.presses("E", "Edit own", "all keys", "type: example.test/own", "stringData:")


async def test_the_key_is_asked_for_after_a_certificate_alone() -> None:
    leaf, *_, key = made_up_chain()
    async with sitting_at(size=(80, 24)) as person:
        await begins(person, "site", "t")
        await person.paste(leaf)
        await person.presses("ctrl+s", "Edit site / tls.key")
        await person.paste(key)
        await person.presses("ctrl+s", "tls.key kept in the draft")
        await person.press("escape")
        await person.sees("default/site stays a draft. Review it with w; open it")


async def test_a_certificate_and_key_kept_by_the_cover_are_not_reported_as_lost() -> None:
    async with sitting_at(size=(80, 24)) as person:
        await begins(person, "site", "t")
        leaf, *_, key = made_up_chain()
        await person.paste(f"{leaf}{key}")
        await person.presses("ctrl+l", "covered since")
        await person.presses("enter", "added tls.crt", "Command stopped: another screen opened.")
        kept, stopped = [message.text for message in person.app.shared.messages][-2:]
        assert kept.startswith("tls.crt kept in the draft") and stopped.startswith("Command stopped: ")


async def test_a_form_that_stays_empty_changes_nothing() -> None:
    leaf, issuer, _, key = made_up_chain()
    tls = {"tls.crt": leaf.encode(), "tls.key": key.encode()}
    pull = {".dockerconfigjson": b'{"auths": {"r.test": {"auth": "YTpi"}}}'}

    def made(cluster: Any) -> None:
        for name, data, kind in (("site", tls, "tls"), ("pull", pull, "dockerconfigjson")):
            cluster.store.put(secret_object(name, data) | {"type": f"kubernetes.io/{kind}"})

    async with in_secret(TLS, size=(120, 36), prepare=made) as person:
        await person.presses("E", "Edit site / tls.crt", f"was    {len(leaf)} B")
        await person.presses("enter", "tls.crt is unchanged.")
        await person.presses("E ctrl+l", "covered since")
        await person.press("enter")
        assert "draft" not in person.text.splitlines()[0], "an empty editor under the cover keeps nothing"
        await person.open(TLS)
        await person.press("E")
        await person.paste(leaf + issuer)
        await person.presses("ctrl+s", "tls.crt kept in the draft")
        await person.press("u", "escape")
        await person.open(PULL)
        await person.presses("E enter", "Nothing changed.")
        assert "draft" not in person.text.splitlines()[0]


async def test_a_value_set_unseen_stays_masked_although_the_former_value_was_shown() -> None:
    async with in_secret(key="password", size=(120, 36)) as person:
        await person.press("r", "s")
        await person.type("made-up")
        await person.presses("enter", "password set unseen")
        assert "made-up" not in person.text


async def test_the_kind_and_encryption_of_a_private_key_are_shown() -> None:
    key = made_up_chain()[-1]
    async with sitting_at(size=(80, 50)) as person:
        await begins(person, "deploy", "s")
        await person.paste(key[:100])
        await person.presses("ctrl+s", "ssh-privatekey kept in the draft: the private key cannot be read.")
        await person.reviewed()
        await person.sees("!   ssh-privatekey is not a complete private key in PEM: SSH cannot")
        await person.press("escape", "E")
        await person.paste(key)
        await person.press("ctrl+s")
        await person.sees("ssh-privatekey kept in the draft: ECDSA secp256r1 key, not encrypted.")
        await writes(person)
        await person.presses("d", "ssh-privatekey  ECDSA secp256r1 key, not encrypted")


TOKEN = SecretRef("default", "ci-token")
ACCOUNT = "kubernetes.io/service-account.name"


def with_accounts(cluster: Any) -> None:
    for name in ("builder", "ci-deployer"):
        cluster.store.put({"kind": "ServiceAccount", "metadata": {"name": name, "namespace": "default"}})


async def test_an_account_can_be_typed_while_the_accounts_load() -> None:
    async with sitting_at(size=(80, 24), prepare=with_accounts) as person:
        slow = person.fault("delay", method="GET", path="*/serviceaccounts", seconds=3600)
        await begins(person, "ci-token", "a")
        await person.type("dep")
        await person.presses("enter", "Loading the service accounts of default …")
        await person.waits_for(lambda: slow.seen, "the request")
        person.cluster.faults.released.set()
        await person.sees_no("Loading the service accounts")
        assert "builder" not in person.text
        await person.presses("enter", "ci-token is a new draft, for service account ci-deployer.")


async def test_where_accounts_may_not_be_listed_the_name_is_typed() -> None:
    rules = [Rule(["*"], ["secrets", "pods", "namespaces"])]
    async with sitting_at(size=(80, 24), rules=rules, prepare=with_accounts) as person:
        await begins(person, "ci-token", "c")
        await person.type("kubernetes.io/service-account-token")
        await person.presses("enter", "you may not list serviceaccounts", "Type the")
        await person.presses("enter", "Type the name of a service account.", at="#problem")
        await person.type("builder")
        await person.press("enter")
        await writes(person)
        made: Any = person.cluster.store.get("secrets", TOKEN.namespace, TOKEN.name)
        assert made["metadata"]["annotations"] == {ACCOUNT: "builder"}


@pytest.mark.parametrize("size", [(80, 24), (120, 36)])
async def test_the_cursor_is_on_a_new_secret_once_it_is_written_from_the_list(size: tuple[int, int]) -> None:
    async with sitting_at(size=size) as person:
        await begins(person, "made-up-new", "o")
        await person.presses("a", "Add a key")
        await person.type("key")
        await person.press("enter")
        await person.type("made-up-1")
        await person.press("enter", "escape")
        await person.reviewed()
        await person.presses("W", "Created: ")
        table: Any = person.app.screen_stack[0].query_one("#secret-table")
        await person.waits_for(lambda: table.cursor_key == "default/made-up-new", "the cursor on it")
        assert len(person.app.screen_stack) == 1
        await person.presses("Y", "Copy default/made-up-new")


@pytest.mark.parametrize("size", [(80, 24), (120, 36)])
async def test_the_editor_says_what_is_wanted_and_whether_certificate_and_key_match(
    size: tuple[int, int], tmp_path: Path
) -> None:
    leaf, issuer, _, key = made_up_chain()
    other_key = made_up_chain()[3]
    async with sitting_at(size=size) as person:
        await begins(person, "site", "t")
        await person.sees("Enter a PEM certificate with its chain", "ctrl+n loads a file.", "empty")
        await person.sees_no("ctrl+g generate")
        await person.paste(leaf)
        await person.sees("has    1 certificate, no private key yet.")
        await person.paste(other_key)
        await person.sees("has    ! 1 certificate and 1 private key. The key belongs to none of the")
        (tmp_path / "site.pem").write_text(key + leaf + issuer)
        await person.presses("ctrl+n", "Load tls.crt from a file")
        await person.fills(str(tmp_path / "site.pem"))
        await person.presses("enter", "has    2 certificates and 1 private key: they match.")
        await person.sees("Nothing is sent before the review.")
        await person.presses("ctrl+z", "has    ! 1 certificate and 1 private key.")
        await person.presses("ctrl+y ctrl+s", "2 certificates and a private key in tls.crt")
        await person.presses("y", "tls.crt and tls.key kept in the draft.")


async def test_the_editor_of_the_key_says_whether_it_belongs_to_the_certificate() -> None:
    leaf, _, _, key = made_up_chain()
    async with sitting_at(size=(80, 24)) as person:
        await begins(person, "site", "t")
        await person.paste(leaf)
        await person.presses("ctrl+s", "/ tls.key", "Enter the private key of the certificate in tls.crt")
        await person.paste(made_up_chain()[3])
        await person.sees("has    ! The key does not match the certificate in tls.crt.")
        await person.press("ctrl+z")
        await person.paste(key)
        await person.sees("has    The key belongs to the certificate in tls.crt.")
