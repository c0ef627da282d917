"""The table of what a pod gets: against the kubelet's rules, and its words for what is wrong."""

from __future__ import annotations

import pytest

from tests.model.kubelet_rules import Cluster, Obj, expand, generated, run
from tui.model.readers.inputs.container_input import KeysOf, SourceKind
from tui.model.readers.inputs.table import config_maps_of, inputs_of, pod_spec_of, problems_of
from tui.model.readers.inputs.variables import SKIPPED
from tui.model.readers.needs import KnownKeys

UNKNOWN = KnownKeys(frozenset(), is_whole=False, is_there=False)


def keys_in(cluster: Cluster) -> KeysOf:
    def keys_of(kind: SourceKind, name: str) -> KnownKeys | None:
        found = (cluster.secrets if kind == "Secret" else cluster.config_maps).get(name)
        if found is None:
            return None
        binary = frozenset(cluster.binary.get(name, ()) if kind == "ConfigMap" else ())
        return KnownKeys(frozenset(found) | binary, binary=binary)

    return keys_of


@pytest.mark.parametrize("seed", range(100))
def test_a_generated_pod_gets_what_the_rules_of_the_kubelet_say(seed: int) -> None:
    spec, cluster = generated(seed)
    table = inputs_of(spec, keys_in(cluster))
    containers = run(spec, cluster)
    assert list(dict.fromkeys(one.container for one in table if one.container)) == [
        name for name, told in containers.items() if any(one.container == name for one in table)
    ]
    for name, told in containers.items():
        rows = [one for one in table if one.container == name]
        steps = [one for one in rows if not one.is_file and one.state in ("set", "overridden")]
        assert [(one.name, str(one.source)) for one in steps] == told.steps
        in_the_end = {one.name: str(one.source) for one in steps if one.state == "set"}
        assert in_the_end == {variable: source for variable, (_, source) in told.env.items()}
        files = [one for one in rows if one.is_set and one.is_file and one.source.name != "emptyDir"]
        assert [(one.name, str(one.source)) for one in files] == told.files
    fails = set().union(*(told.fails for told in containers.values()))
    assert {str(one.source) for one in table if one.state == "missing"} == fails


@pytest.mark.parametrize("seed", range(100))
def test_references_are_expanded_as_the_kubelet_does(seed: int) -> None:
    spec, cluster = generated(seed)
    rows = inputs_of(spec, keys_in(cluster))
    for container in [*spec.get("initContainers", []), *spec["containers"]]:
        told = [one for one in rows if one.container == container["name"] and one.source.kind == "literal"]
        written = [one for one in container["env"] if one.get("value") or "valueFrom" not in one]
        assert [one.name for one in told] == [one["name"] for one in written]
        for one, entry in zip(told, written, strict=True):
            env = {each.name: ("<>", "") for each in one.references if each.source is not None}
            kept = {each.name for each in one.references if each.source is None}
            expanded = expand(entry.get("value", ""), env)
            assert expanded.count("<>") >= len(env)
            assert all(f"$({name})" in expanded for name in kept)


def pod(env: list[Obj] | None = None, env_from: list[Obj] | None = None, **more: object) -> Obj:
    mounts = more.pop("mounts", [])
    container = {"name": "app", "env": env or [], "envFrom": env_from or [], "volumeMounts": mounts}
    return {"containers": [container], **more}


DB = Cluster({"db": {"host": "made up", "password": "made up"}}, {"app": {"DB_HOST": "a", "DB_PORT": "1"}})


def says(spec: Obj, cluster: Cluster = DB) -> list[str]:
    keys_of = keys_in(cluster)
    return [problem.says for problem in problems_of(inputs_of(spec, keys_of), keys_of)]


def from_secret(name: str, key: str, secret: str = "db", **more: object) -> Obj:
    return {"name": name, "valueFrom": {"secretKeyRef": {"name": secret, "key": key, **more}}}


def test_a_variable_of_env_is_named_as_overriding_one_of_env_from() -> None:
    spec = pod([from_secret("DB_HOST", "host")], [{"configMapRef": {"name": "app"}}])
    over, set_ = (one for one in inputs_of(spec, keys_in(DB)) if one.name == "DB_HOST")
    assert (over.state, over.by) == ("overridden", "env Secret/db host")
    assert set_.state == "set"
    assert says(spec) == ["DB_HOST is from env Secret/db host and overrides envFrom ConfigMap/app DB_HOST"]


def test_a_missing_optional_key_leaves_what_was_set_before() -> None:
    spec = pod([from_secret("DB_HOST", "hots", optional=True)], [{"configMapRef": {"name": "app"}}])
    first, _, last = inputs_of(spec, keys_in(DB))
    assert (first.name, first.state, last.state) == ("DB_HOST", "set", "absent")
    assert says(spec) == []


def test_a_missing_key_names_the_similar_key() -> None:
    assert says(pod([from_secret("DB_HOST", "hots")])) == ["Secret db has no hots, but host; app needs hots"]
    gone = from_secret("DB_HOST", "host", secret="gone")
    assert says(pod([gone])) == ["Secret gone does not exist; app needs it"]


def test_two_prefixes_make_two_names_of_one_key() -> None:
    spec = pod(env_from=[{"secretRef": {"name": "db"}, "prefix": prefix} for prefix in ("A_", "B_")])
    names = [one.name for one in inputs_of(spec, keys_in(DB))]
    assert names == ["A_host", "A_password", "B_host", "B_password"]


def test_a_variable_name_that_only_older_kubelets_skip_has_a_note() -> None:
    cluster = Cluster({"db": {"1st": "made up", "ok": "made up"}}, {})
    rows = inputs_of(pod(env_from=[{"secretRef": {"name": "db"}}]), keys_in(cluster))
    assert [(one.name, one.state, SKIPPED in one.notes) for one in rows] == [
        ("1st", "set", True),
        ("ok", "set", False),
    ]


def test_binary_data_of_a_config_map_is_a_file_and_no_variable() -> None:
    cluster = Cluster({}, {"app": {}}, {"app": {"logo": "made up"}})
    spec = pod(
        [{"name": "LOGO", "valueFrom": {"configMapKeyRef": {"name": "app", "key": "logo"}}}],
        volumes=[{"name": "v", "configMap": {"name": "app"}}],
        mounts=[{"name": "v", "mountPath": "/v"}],
    )
    variable, file = inputs_of(spec, keys_in(cluster))
    assert (variable.state, file.state, file.name) == ("missing", "set", "/v/logo")
    assert says(spec, cluster) == ["ConfigMap app has no logo in data, only in binaryData; app needs logo"]


def test_a_reference_to_a_variable_that_is_set_later_stays_as_written() -> None:
    spec = pod([{"name": "URL", "value": "x://$(HOST)/$$(NO)"}, {"name": "HOST", "value": "made-up"}])
    assert says(spec) == ["URL keeps $(HOST) as written: no earlier variable sets HOST"]


def test_nothing_is_claimed_of_a_source_whose_keys_are_unknown() -> None:
    spec = pod([{"name": "URL", "value": "$(HOST)"}], [{"secretRef": {"name": "db"}, "prefix": "P_"}])
    rows = inputs_of(spec, lambda kind, name: UNKNOWN)
    assert [(one.name, one.state) for one in rows] == [("P_*", "not known"), ("URL", "set")]
    assert problems_of(rows, lambda kind, name: UNKNOWN) == []


def test_a_mount_over_a_mount_hides_its_file_and_a_sub_path_that_is_not_there_is_a_directory() -> None:
    volumes = [{"name": "v", "secret": {"secretName": "db"}}, {"name": "w", "emptyDir": {}}]
    mounts = [
        {"name": "v", "mountPath": "/etc/db"},
        {"name": "w", "mountPath": "/etc/db/host"},
        {"name": "v", "mountPath": "/run/pw", "subPath": "passwd"},
    ]
    rows = inputs_of(pod(volumes=volumes, mounts=mounts), keys_in(DB))
    assert [(one.name, one.state) for one in rows] == [
        ("/etc/db/host", "hidden"),
        ("/etc/db/password", "set"),
        ("/etc/db/host", "set"),
        ("/run/pw", "empty"),
    ]
    assert says(pod(volumes=volumes, mounts=mounts)) == [
        "/run/pw is an empty directory: volume v has no passwd",
        "/etc/db/host is hidden by mount /etc/db/host of volume w",
    ]


def test_a_missing_secret_of_an_unmounted_volume_is_no_problem() -> None:
    spec = pod(volumes=[{"name": "v", "secret": {"secretName": "gone"}}])
    assert says(spec) == []


@pytest.mark.parametrize(
    ("first", "second", "words"),
    [
        ("DB_HOST", "db_host", "differ only in case"),
        ("DB_HOST", "DB_HOTS", "differ by one letter"),
        ("DB_USER", "DB_USR", "differ by one letter"),
        ("DB_HOST", "DB_HOSS", "differ by one letter"),
        ("DB_HOST1", "DB_HOST2", ""),
        ("APP_A_KEY", "APP_B_KEY", ""),
        ("DB_HOST", "DB_PORT", ""),
        ("LOG", "LOT", ""),
    ],
)
def test_variable_names_that_are_nearly_alike_are_reported(first: str, second: str, words: str) -> None:
    spec = pod([{"name": first, "value": "made up"}, {"name": second, "value": "made up"}])
    assert says(spec) == ([f"{first} and {second} {words}"] if words else [])


def test_the_pod_spec_is_found_in_every_kind_that_has_one() -> None:
    spec = pod(env_from=[{"configMapRef": {"name": "app"}}, {"secretRef": {"name": "db"}}])
    template = {"spec": {"template": {"spec": spec}}}
    assert pod_spec_of({"kind": "Pod", "spec": spec}) == spec
    assert pod_spec_of({"kind": "Rollout", **template}) == spec
    assert pod_spec_of({"kind": "CronJob", "spec": {"jobTemplate": template}}) == spec
    assert pod_spec_of({"kind": "Ingress", "spec": {}}) is None
    assert config_maps_of(spec) == ["app"]


def test_a_literal_is_not_in_the_words_of_its_row() -> None:
    (row,) = inputs_of(pod([{"name": "PASSWORD", "value": "th3irs made up"}]), keys_in(DB))
    assert "th3irs" not in f"{row!r} {row.source}"
