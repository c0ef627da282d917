"""Scenes of the pictures: the screen after a few presses, at any size."""

from __future__ import annotations

import re
from base64 import b64decode
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Final

from msgspec.structs import replace
from textual.events import Paste

from tests import reader_scenes
from tests.app_pilot import Stage
from tests.faulty_cluster.faults import Fault
from tests.faulty_cluster.server import FaultyCluster
from tests.helpers import until
from tests.named_values import DATA
from tests.others import secret_object
from tests.scene_steps import Act, act, press, sees, typed
from tests.ui.person import sitting_at
from tui.embedded.users import Rule
from tui.model.kube_context import ContextFacts, ContextList
from tui.model.secret.secret import SecretRef
from tui.model.viewers import Viewers
from tui.session.contexts import Contexts
from tui.terminal.settings_file import Settings

_FONTS: Final = "Fira Code, JetBrains Mono, Menlo, DejaVu Sans Mono, monospace"
_BOT: Final = "system:serviceaccount:tools:oncall"
DB: Final = SecretRef("payments", "db-credentials")
LEDGER: Final = SecretRef("payments", "ledger-config")
MIXED: Final = SecretRef("payments", "storefront")
RECORD: Final = SecretRef("payments", "sh.helm.release.v1.ledger.v8")
KEYSTORE: Final = SecretRef("payments", "bank-keystore")
REGISTRIES: Final = SecretRef("web", "registry-pull")
MAIN: Final = frozenset(
    {
        *("list", "opened", "revealed", "editor", "review", "conflict"),
        *("readers", "restarted", "source", "health"),
    }
)
"""The scenes with a picture for each size; the others have one."""


@dataclass(frozen=True)
class Scene:
    name: str
    act: Act
    namespace: str | None = "payments"
    start: SecretRef | None = None
    settings: Settings = field(default_factory=Settings)
    user: str = "admin"
    prepare: Callable[[FaultyCluster], None] | None = None
    context: str = "payments-cluster"
    contexts: Contexts | None = None
    is_alone: bool = False
    """True if started as `secret-tui NAMESPACE/NAME`: nothing else is read."""
    onlookers: Viewers = field(default_factory=Viewers)
    """Other viewers of the terminal."""


_list = act(Stage.settles, sees("db-credentials"))
_filtered = act(_list, press("slash"), typed("db !tls"), press("enter"), sees("filter: db !tls"))
_opened = act(Stage.settles, sees("KEY", "password"), press("down"), sees("Read by: password"))
_named = act(Stage.settles, sees("svc +2", "root-ca, web-tls"))
_decoded = act(
    Stage.settles,
    sees("rev 8, deployed"),
    press("enter"),
    sees("accounts[0].secret"),
    press("down", "r"),
    sees("values.signing.password is shown until"),
)
_keystore = act(Stage.settles, sees("PKCS#12: bank"), press("enter"), sees("Opened with store-password."))
_leaf_review = act(
    Stage.settles,
    sees("Read by: .dockerconfigjson"),
    press("enter"),
    sees("identitytoken"),
    press("down", "e"),
    sees("Nothing is sent before the review."),
    typed("-and-more"),
    press("enter"),
    sees("kept in the draft"),
    press("w"),
    sees("accepted at"),
)
_revealed = act(_opened, press("r"), sees("shown until"))
_editor = act(_opened, press("e", "enter"), typed("-and-more "), sees("was    "))
_set_unseen = act(_opened, press("s", "enter", "up", "ctrl+g"), sees("generated: 32 letters and digits"))
_recorded = act(_opened, sees("RECORDED", "SHARED 2"), press("r"), sees("here?", "2 tmux clients"))
_copied = act(_opened, press("c"), sees("sent to your terminal's clipboard"))
_copied_as = act(_opened, press("C"), sees("a kubectl line"))
_found = act(
    _list,
    press("ctrl+f"),
    typed("example.test"),
    press("enter"),
    sees("hold it", "found in"),
)
_new_value = act(
    Stage.settles,
    sees("REDIS_PASSWORD"),
    press("ctrl+f", "enter"),
    sees("holds it"),
    press("I"),
    sees("New value: 1 Secret"),
    press("ctrl+g", "enter"),
    sees("1 of 1 ready"),
)
_draft = act(
    _opened,
    press("e", "enter"),
    typed("-and-more"),
    press("enter"),
    press("down", "delete", "a"),
    typed("replica-host"),
    press("enter"),
    typed("replica.payments.example.test"),
    press("enter"),
    sees("added replica-host"),
)
_covered = act(_draft, press("ctrl+l"), sees("covered since"))
_checked = act(
    _opened,
    press("equals_sign"),
    typed("MADE-UP-PASSWORD-42"),
    press("enter"),
    sees("Same except for case, look-alike or invisible characters."),
)
_review = act(_draft, press("w"), sees("accepted at"))
_diff = act(_review, press("R"), sees("replica.payments.example.test"))
_described = act(
    _opened, press("d", "l"), typed("team=payments"), press("enter"), sees("labels/team kept in the draft.")
)
_all_keys = act(Stage.settles, press("E", "enter"), sees("stringData:"))
_new_type = act(_list, press("a"), typed("site-tls"), press("enter"), sees("Type of site-tls"))
_new_pull_secret = act(
    _new_type,
    press("d"),
    sees("Registry login"),
    press("tab"),
    typed("ann"),
    press("tab"),
    typed("made-up-password"),
    sees("Password  filled"),
)
_load = act(_opened, press("F"), typed("LICENSE"), sees("LICENSE"))
_exported = act(_opened, press("y"), sees("apiVersion"), press("C"), sees("kubectl create"))
_yaml = act(_opened, press("y"), sees("apiVersion"))
_written = act(_review, press("W"), sees("Written: "))
_undo = act(_written, press("U"), sees("▸ a  "))
_copy = act(
    _opened,
    press("Y", "n"),
    sees("Copy payments/db-credentials to"),
    press("space", "down", "space"),
    sees("2 marked"),
)
_copies = act(_copy, press("enter"), sees("Review: 2", "2 of 2 ready"))
_compare = act(
    _list,
    press("colon"),
    typed("compare staging"),
    press("enter"),
    sees("v reads the values"),
    press("v"),
    sees("2 differ"),
    press("down", "space", "up"),
    sees("[x]"),
)
_guarded = act(_review, press("W"), sees("Type the context's name"))


async def _of_kubeconfig(stage: Stage) -> None:
    """Put the session at the server that the kubeconfig names."""
    cluster = stage.session.cluster
    cluster.target = replace(cluster.target, server="https://api.stage-eu.example.test:6443")


_contexts = act(
    _list,
    _of_kubeconfig,
    press("X"),
    sees("Contexts  6", "secret-tui shows this context"),
    press("down"),
    sees("api.prod-eu.example.test:6443  user"),
)
_pods = act(Stage.settles, press("P"), sees("Pods of payments"))
_workload = act(_pods, press("enter"), sees("Inputs of Pod/", "DB_PASSWORD"))
_readers = act(_opened, press("p"), sees("Readers of db-credentials"))
_refused = act(sees("you may not list secrets", "your rights", "pod"))
_thin = act(sees("password", "********", "checked every 30 s"))
_access = act(_thin, press("e", "A"), sees("kubectl auth can-i patch", "kind: Role"))
_empty = act(sees("No Secrets"))
_broken = act(sees("The server failed"))
_read_only = act(_opened, press("e"), sees("Read-only: values cannot be edited here."))
_unseen = act(_opened, press("r"), sees("No reveal: values cannot be shown here."))
_marked = act(
    _list, press("down", "down", "space", "G", "k", "k", "k", "space"), sees("2 marked", "D delete 2")
)
_delete_several = act(_marked, press("D"), sees("1 of 2 Secrets has known readers", "next start FAILS"))
_delete = act(_opened, press("D"), sees("Readers, worst first"))
_help = act(_opened, press("question_mark"), sees("Keys that work here"))
_bytes = act(Stage.settles, sees("ca.p12"), press("enter", "r"), sees("shown until"))


async def _pasted(stage: Stage) -> None:
    await stage.settles()
    await stage.sees("LOG_LEVEL")
    stage.app.post_message(Paste('API_KEY="made up"\nURL=https://api.example.test\n'))
    await stage.sees("set API_KEY and URL?")


def _new(name: str, letter: str, *texts: str) -> Act:
    """Name a new Secret and press the letter of its type."""

    async def act(stage: Stage) -> None:
        await _list(stage)
        await stage.press("a")
        await stage.type(name)
        await stage.press("enter")
        await stage.sees(f"Type of {name}")
        await stage.press(letter)
        await stage.sees(*texts)

    return act


class _Listed(Contexts):
    """Contexts of a kubeconfig whose servers do not exist."""

    async def list(self) -> ContextList:
        """Return the same contexts at any time."""
        arn = "arn:aws:eks:eu-central-1:123456789012:cluster/live-blue"
        rows = (
            ("stage-eu", "stage-eu", "https://api.stage-eu.example.test:6443", "jane", "payments"),
            ("prod-eu", "prod-eu", "https://api.prod-eu.example.test:6443", "jane", "payments"),
            (arn, arn, "https://0A1B2C3D.eks.example.test", "jane-sso", "default"),
            ("kind-dev", "kind-dev", "https://127.0.0.1:6443", "kind-dev", "default"),
            ("\u0440rod-eu", "stage-eu", "http://10.0.0.7:8080", "", "default"),
            ("left-over", "gone", "", "nobody-now", "default"),
        )
        return ContextList(tuple(ContextFacts(*row) for row in rows), "kind-dev")


async def _conflict(stage: Stage) -> None:
    await _draft(stage)
    secret = stage.cluster.store.get("secrets", DB.namespace, DB.name)
    secret["data"]["password"] = "bWFkZS11cC1ieS1vdGhlcnM="
    stage.cluster.store.put(secret, manager="external-secrets")
    await stage.sees("changed on the server")
    await stage.press("w")
    await stage.sees("to resolve")


async def _logged_out(stage: Stage) -> None:
    await _opened(stage)
    stage.cluster.faults.add(Fault("status", code=401, times=None))
    await stage.press("ctrl+r")
    await stage.sees("login expired, L logs in", "L log in")


def _without_lists(cluster: FaultyCluster) -> None:
    rules = [
        Rule(["get"], ["secrets"], [DB.name], [DB.namespace]),
        Rule(["get", "patch"], ["secrets"], ["smtp"], [DB.namespace]),
        Rule(["get", "list", "watch"], ["pods"], namespaces=[DB.namespace]),
    ]
    cluster.users.add("oncall", rules=rules)


def _with_one(cluster: FaultyCluster) -> None:
    one = Rule(["get"], ["secrets"], [DB.name], [DB.namespace])
    cluster.users.add(_BOT, rules=[one])


def _with_staging(cluster: FaultyCluster) -> None:
    """A namespace that has some of the Secrets of payments, two with other values."""
    cluster.store.put({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "staging"}})

    def copy(name: str, source: str = "payments/", **other: bytes) -> None:
        namespace, _, named = source.partition("/")
        held = cluster.store.get("secrets", namespace, named or name)
        data = {key: b64decode(text) for key, text in held["data"].items()} | other
        cluster.store.put(secret_object(name, data, namespace="staging", type=held["type"]))

    copy("db-credentials", password=b"made-up-staging\n", debug=b"true")
    copy("gateway-tls", "web/shop-tls")
    for name in ("bank-keystore", "db-superuser", "gateway-api", "legacy-db"):
        copy(name)


def _with_many_formats(cluster: FaultyCluster) -> None:
    cluster.store.put(secret_object(MIXED.name, DATA, namespace=MIXED.namespace))


def _in_trouble(cluster: FaultyCluster) -> None:
    cluster.faults.add(Fault("status", method="GET", path="/api/*", code=503, times=None))


SCENES: Final[tuple[Scene, ...]] = (
    Scene("list", _list),
    Scene("filtered", _filtered),
    Scene("opened", _opened, start=DB),
    Scene("revealed", _revealed, start=DB),
    Scene("editor", _editor, start=DB),
    Scene("set-unseen", _set_unseen, start=DB, settings=Settings(no_reveal=True)),
    Scene("checked", _checked, start=DB, settings=Settings(no_reveal=True)),
    Scene("cover", _covered, start=DB),
    Scene("recorded", _recorded, start=DB, onlookers=Viewers(("tmux pipe-pane",), 2)),
    Scene("review", _review, start=DB),
    Scene("diff", _diff, start=DB),
    Scene("describe", _described, start=DB),
    Scene("all-keys", _all_keys, start=LEDGER),
    Scene("paste", _pasted, start=LEDGER),
    Scene("new-type", _new_type),
    Scene("new-pull-secret", _new_pull_secret),
    Scene("new-tls", _new("site-tls", "t", "/ tls.crt", "with its chain")),
    Scene("new-ssh-key", _new("deploy-key", "s", "/ ssh-privatekey")),
    Scene("new-login", _new("grafana-admin", "b", "User and password")),
    Scene("new-account-token", _new("ci-token", "a", "Service account of ci-token")),
    Scene("load-file", _load, start=DB),
    Scene("yaml", _yaml, start=DB),
    Scene("export", _exported, start=DB),
    Scene("undo", _undo, start=DB),
    Scene("copy", _copy, start=DB),
    Scene("copies", _copies, start=DB),
    Scene("compare", _compare, prepare=_with_staging),
    Scene("found", _found),
    Scene("new-value-there", _new_value, start=reader_scenes.CART, namespace="web"),
    Scene("guarded-write", _guarded, start=DB, context="prod-eu"),
    Scene("conflict", _conflict, start=DB),
    Scene("contexts", _contexts, context="stage-eu", contexts=_Listed()),
    Scene("pods", _pods),
    Scene("workload", _workload),
    Scene("readers", _readers, start=DB),
    Scene("all-kinds", reader_scenes.all_kinds, start=DB),
    Scene("old-values", reader_scenes.old_values, start=LEDGER),
    Scene("restart", reader_scenes.restart, start=LEDGER),
    Scene("restarted", reader_scenes.restarted, start=LEDGER),
    Scene("source", reader_scenes.source, start=DB),
    Scene("request", reader_scenes.request, start=DB),
    Scene("revisions", reader_scenes.revisions, start=LEDGER),
    Scene("release-values", reader_scenes.release_values),
    Scene("managed-edit", reader_scenes.managed_edit, start=DB),
    Scene("rotate-source", reader_scenes.rotate_source, start=DB),
    Scene("rotate", reader_scenes.rotate, start=LEDGER),
    Scene("rotate-review", reader_scenes.rotate_review, start=reader_scenes.CART, namespace="web"),
    Scene("health", reader_scenes.health),
    Scene("certificates", reader_scenes.certificates, namespace="web"),
    Scene("who", reader_scenes.who, start=DB),
    Scene("leak", reader_scenes.leak, namespace="web"),
    Scene("why", reader_scenes.why),
    Scene("bytes", _bytes, start=DB),
    Scene("delete", _delete, start=DB),
    Scene("marked", _marked),
    Scene("delete-several", _delete_several),
    Scene("copied", _copied, start=DB),
    Scene("copy-as", _copied_as, start=DB),
    Scene("help", _help, start=DB),
    Scene("named-values", _named, start=MIXED, prepare=_with_many_formats),
    Scene("decoded-value", _decoded, start=RECORD),
    Scene("decoded-keystore", _keystore, start=KEYSTORE),
    Scene("leaf-review", _leaf_review, start=REGISTRIES, namespace="web"),
    Scene("refused", _refused, user="oncall", prepare=_without_lists),
    Scene("thin-rights", _thin, start=DB, user=_BOT, prepare=_with_one, is_alone=True),
    Scene("access", _access, start=DB, user=_BOT, prepare=_with_one, is_alone=True),
    Scene("empty", _empty, namespace="kube-public"),
    Scene("broken", _broken, prepare=_in_trouble),
    Scene("login-expired", _logged_out, start=DB),
    Scene("read-only", _read_only, start=DB, settings=Settings(read_only=True)),
    Scene("no-reveal", _unseen, start=DB, settings=Settings(no_reveal=True)),
)


@asynccontextmanager
async def playing(scene: Scene, size: tuple[int, int]) -> AsyncIterator[Stage]:
    """Yield the stage once the scene is on screen."""
    # Quick hands: after each press a Pilot waits for an idle machine, and some scenes are fifty letters long.
    async with sitting_at(
        settles=False,
        size=size,
        namespace=scene.namespace,
        start=scene.start,
        settings=scene.settings,
        user=scene.user,
        prepare=scene.prepare,
        is_alone=scene.is_alone,
        context=scene.context,
        contexts=scene.contexts,
        look=lambda: scene.onlookers,
    ) as stage:
        await scene.act(stage)
        await _rest(stage)
        yield stage


async def resized(stage: Stage, size: tuple[int, int]) -> None:
    """Show the scene in a terminal of another size."""
    if tuple(stage.app.size) != size:
        await stage.pilot.resize_terminal(*size)
        await _rest(stage)


async def _rest(stage: Stage) -> None:
    """Wait until all answers have come, so that the picture is the same each time."""
    session = stage.session

    def has_come() -> bool:
        is_known = session.access.identity is not None or session.secrets.state.error is not None
        panes = (session.secrets.state, session.readers.state, session.namespaces.state)
        awaited = panes[:1] if session.secrets.name is not None else panes
        return is_known and all(pane.kind not in ("idle", "loading") for pane in awaited)

    await until(stage.pilot, has_come, "all lists")
    before = None
    while before != (now := (stage.text, len(stage.cluster.requests))):
        before = now
        # What the last answer changed is told to the screens within 50 ms.
        for _ in range(8):
            await stage.pilot.pause(0.01)


def picture(stage: Stage, name: str) -> str:
    """The screen as SVG, the same for the same screen: no port and no font from elsewhere in it."""
    svg = stage.app.export_screenshot(title="secret-tui")
    svg = re.sub(r"127\.0\.0\.1:\d+", "127.0.0.1:6443", svg)
    svg = re.sub(r"\s*@font-face \{.*?\}", "", svg, flags=re.DOTALL)
    svg = svg.replace("font-family: Fira Code, monospace", f"font-family: {_FONTS}")
    return re.sub(r"\bterminal-\d+-", f"{name}-", svg)
