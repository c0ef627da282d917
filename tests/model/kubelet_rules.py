"""The kubelet's rules of variables and files, played plainly on made-up values, and generated pod specs.

After kubernetes pkg/kubelet/kubelet_pods.go (makeEnvironmentVariables, makeMounts), pkg/volume (MakePayload,
collectData) and third_party/forked/golang/expansion; written without a look at tui/model/readers/inputs.
"""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from typing import Any, TypeAlias

Obj: TypeAlias = dict[str, Any]
Sourced: TypeAlias = tuple[str, str]
"""A name or value, and its source: ("DB_HOST", "Secret/db host")."""


@dataclass
class Cluster:
    """Objects of one namespace: the keys of each with their values."""

    secrets: dict[str, dict[str, str]]
    config_maps: dict[str, dict[str, str]]
    binary: dict[str, dict[str, str]] = field(default_factory=dict)
    """`binaryData` of ConfigMaps."""


@dataclass
class Container:
    """Outcome of one container: what it has in the end, or why it does not start."""

    steps: list[Sourced] = field(default_factory=list)
    """Each assignment of a variable, in order."""
    env: dict[str, Sourced] = field(default_factory=dict)
    """Value and source of each variable."""
    files: list[Sourced] = field(default_factory=list)
    """Each file that can be read at its path, in the order of the mounts."""
    fails: set[str] = field(default_factory=set)
    """The objects and keys that are missing: "Secret/db host"."""


def run(spec: Obj, cluster: Cluster) -> dict[str, Container]:
    """Every container by its name, in the order in which they start."""
    order = [*spec.get("initContainers", []), *spec["containers"], *spec.get("ephemeralContainers", [])]
    return {one["name"]: _run(one, spec, cluster) for one in order}


def _run(container: Obj, spec: Obj, cluster: Cluster) -> Container:
    result = Container()

    def put(name: str, value: str, source: str) -> None:
        result.steps.append((name, source))
        result.env[name] = (value, source)

    for entry in container.get("envFrom", []):
        kind = "ConfigMap" if "configMapRef" in entry else "Secret"
        ref = entry["configMapRef" if kind == "ConfigMap" else "secretRef"]
        data = (cluster.config_maps if kind == "ConfigMap" else cluster.secrets).get(ref["name"])
        if data is None:
            if not ref.get("optional"):
                result.fails.add(f"{kind}/{ref['name']}")
            continue
        for key in sorted(data):
            put(entry.get("prefix", "") + key, data[key], f"{kind}/{ref['name']} {key}")

    for entry in container.get("env", []):
        if entry.get("value"):
            put(entry["name"], expand(entry["value"], result.env), "literal")
        elif "valueFrom" not in entry:
            put(entry["name"], "", "literal")
        elif "fieldRef" in entry["valueFrom"]:
            put(entry["name"], "a-pod", f"field {entry['valueFrom']['fieldRef']['fieldPath']}")
        elif "resourceFieldRef" in entry["valueFrom"]:
            put(entry["name"], "1", f"resource {entry['valueFrom']['resourceFieldRef']['resource']}")
        else:
            kind = "ConfigMap" if "configMapKeyRef" in entry["valueFrom"] else "Secret"
            ref = entry["valueFrom"]["configMapKeyRef" if kind == "ConfigMap" else "secretKeyRef"]
            data = (cluster.config_maps if kind == "ConfigMap" else cluster.secrets).get(ref["name"])
            if data is None or ref["key"] not in data:
                if not ref.get("optional"):
                    result.fails.add(f"{kind}/{ref['name']} {ref['key']}")
                continue
            put(entry["name"], data[ref["key"]], f"{kind}/{ref['name']} {ref['key']}")

    _mount(result, container, spec, cluster)
    return result


def expand(text: str, env: dict[str, Sourced]) -> str:
    """`$(NAME)` by what is set, `$$` as `$`; anything else stays."""
    out, at = "", 0
    while at < len(text):
        if text[at] != "$" or at + 1 == len(text):
            out, at = out + text[at], at + 1
        elif text[at + 1] == "$":
            out, at = out + "$", at + 2
        elif text[at + 1] == "(" and (end := text.find(")", at + 2)) != -1:
            name = text[at + 2 : end]
            out, at = out + (env[name][0] if name in env else f"$({name})"), end + 1
        else:
            out, at = out + text[at : at + 2], at + 2
    return out


def _mount(result: Container, container: Obj, spec: Obj, cluster: Cluster) -> None:
    mounts = container.get("volumeMounts", [])
    mounted = {one["name"] for one in mounts}  # the kubelet ignores other volumes (processPodVolumes)
    volumes = [one for one in spec.get("volumes", []) if one["name"] in mounted]
    payloads = {one["name"]: _payload(one, cluster, result) for one in volumes}
    tree: dict[str, Sourced] = {}
    # Shorter paths are mounted first; each mount hides what is at and below its path.
    for mount in sorted(mounts, key=lambda one: one["mountPath"].strip("/").count("/")):
        root = "/" + mount["mountPath"].strip("/")
        tree = {
            path: origin for path, origin in tree.items() if path != root and not path.startswith(f"{root}/")
        }
        sub = mount.get("subPath", "").strip("/")
        for path, source in payloads[mount["name"]].items():
            if sub and path != sub and not path.startswith(f"{sub}/"):
                continue
            rest = path[len(sub) :].strip("/") if sub else path
            tree[f"{root}/{rest}" if rest else root] = (mount["mountPath"], source)
    for mount in mounts:
        result.files += [
            (path, origin[1]) for path, origin in tree.items() if origin[0] == mount["mountPath"]
        ]


def _payload(volume: Obj, cluster: Cluster, result: Container) -> dict[str, str]:
    """The files of a volume and the source of each; {} for what has none here."""
    if "projected" in volume:
        files: dict[str, str] = {}
        for source in volume["projected"]["sources"]:
            for kind in ("secret", "configMap"):
                if kind in source:
                    found = _of_object(kind, source[kind]["name"], source[kind], cluster, result)
                    files = {path: origin for path, origin in files.items() if path not in found} | found
            if "downwardAPI" in source:
                files |= _of_fields(source["downwardAPI"])
            if "serviceAccountToken" in source:
                files[source["serviceAccountToken"]["path"]] = "serviceAccountToken"
        return files
    if "secret" in volume:
        return _of_object("secret", volume["secret"]["secretName"], volume["secret"], cluster, result)
    if "configMap" in volume:
        return _of_object("configMap", volume["configMap"]["name"], volume["configMap"], cluster, result)
    if "downwardAPI" in volume:
        return _of_fields(volume["downwardAPI"])
    return {}


def _of_object(kind: str, name: str, given: Obj, cluster: Cluster, result: Container) -> dict[str, str]:
    title = f"{'Secret' if kind == 'secret' else 'ConfigMap'}/{name}"
    found = (cluster.secrets if kind == "secret" else cluster.config_maps).get(name)
    if found is None:
        if not given.get("optional"):
            result.fails.add(title)
        return {}
    data = found if kind == "secret" else {**found, **cluster.binary.get(name, {})}
    if not given.get("items"):
        return {key: f"{title} {key}" for key in sorted(data)}
    files: dict[str, str] = {}
    for item in given["items"]:
        if item["key"] in data:
            files.pop(item["path"], None)  # the later one stands in its own place
            files[item["path"]] = f"{title} {item['key']}"
        elif not given.get("optional"):
            result.fails.add(f"{title} {item['key']}")
    return files


def _of_fields(given: Obj) -> dict[str, str]:
    return {one["path"]: f"field {one['fieldRef']['fieldPath']}" for one in given["items"]}


# -- generated pod specs

_NAMES = ("DB_HOST", "DB_PORT", "HOST", "PORT", "db_host", "URL", "9LIVES", "app.key", "..x")
_PREFIXES = ("", "", "DB_", "APP_")
_OBJECTS = ("app", "db", "more", "gone")


def generated(seed: int) -> tuple[Obj, Cluster]:
    """A pod spec of every kind of source, full of collisions, and the cluster around it."""
    rng = random.Random(seed)

    def keys(least: int = 0) -> dict[str, str]:
        names = rng.sample(_NAMES, rng.randint(least, 5))
        return {name: f"made up {rng.randint(1, 99)}" for name in names}

    cluster = Cluster(
        {name: keys() for name in _OBJECTS[:3]},
        {name: keys() for name in _OBJECTS[:3]},
        {"app": {"logo.png": "made up"}, "db": {"PORT_BINARY": "made up"}},
    )
    spec: Obj = {
        "containers": [_container(rng, f"main-{number}") for number in range(rng.randint(1, 2))],
        "volumes": [_volume(rng, number) for number in range(5)],
    }
    if rng.random() < 0.6:
        spec["initContainers"] = [_container(rng, "prepare")]
    if rng.random() < 0.4:
        sidecar = _container(rng, "proxy") | {"restartPolicy": "Always"}
        spec.setdefault("initContainers", []).append(sidecar)
    return spec, cluster


def _container(rng: random.Random, name: str) -> Obj:
    paths = [
        "/etc/app",
        "/etc/app/",
        "/etc/app/conf",
        "/etc/app/HOST",
        "/srv",
        "etc/rel",
        "/srv/DB_HOST/deep",
    ]
    # A stable sort of equal paths is what the runtime does; the API server refuses the very same text twice.
    mounts = [_volume_mount(rng, path) for path in rng.sample(paths, rng.randint(0, 4))]
    return {
        "name": name,
        "envFrom": [_env_from(rng) for _ in range(rng.randint(0, 3))],
        "env": [_env(rng) for _ in range(rng.randint(0, 6))],
        "volumeMounts": mounts,
    }


def _optional(rng: random.Random, ref: Obj) -> Obj:
    return ref | {"optional": True} if rng.random() < 0.5 else ref


def _env_from(rng: random.Random) -> Obj:
    ref = _optional(rng, {"name": rng.choice(_OBJECTS)})
    entry: Obj = {rng.choice(("configMapRef", "secretRef")): ref}
    return entry | ({"prefix": prefix} if (prefix := rng.choice(_PREFIXES)) else {})


def _env(rng: random.Random) -> Obj:
    name = rng.choice(_NAMES)
    other = rng.choice(_NAMES)
    literal = rng.choice(
        ("", "made up", f"x-$({other})", f"$$({other})", f"$({other}", f"$({name})-$({other})-$$", "$", "$x$")
    )
    key = _optional(rng, {"name": rng.choice(_OBJECTS), "key": rng.choice((*_NAMES, "PORT_BINARY"))})
    origins: list[Obj] = [
        {"value": literal},
        {"value": literal},
        {"valueFrom": {"secretKeyRef": key}},
        {"valueFrom": {"configMapKeyRef": key}},
        {"value": literal, "valueFrom": {"secretKeyRef": key}},
        {"valueFrom": {"fieldRef": {"fieldPath": "metadata.name"}}},
        {"valueFrom": {"resourceFieldRef": {"resource": "limits.cpu"}}},
        {},
    ]
    return {"name": name, **rng.choice(origins)}


def _volume(rng: random.Random, number: int) -> Obj:
    name = f"v{number}"
    kinds: list[Obj] = [
        {"secret": _with_items(rng, {"secretName": rng.choice(_OBJECTS)})},
        {"configMap": _with_items(rng, {"name": rng.choice(_OBJECTS)})},
        {"downwardAPI": {"items": [{"path": "labels", "fieldRef": {"fieldPath": "metadata.labels"}}]}},
        {"emptyDir": {}},
        {
            "projected": {
                "sources": [
                    {rng.choice(("secret", "configMap")): _with_items(rng, {"name": rng.choice(_OBJECTS)})}
                    for _ in range(rng.randint(1, 3))
                ]
                + [{"serviceAccountToken": {"path": "token"}}]
            }
        },
    ]
    return {"name": name, **rng.choice(kinds)}


def _with_items(rng: random.Random, ref: Obj) -> Obj:
    paths = ("conf/a.txt", "HOST", "b", "conf/deep/c")
    items = [{"key": rng.choice(_NAMES), "path": rng.choice(paths)} for _ in range(rng.randint(1, 3))]
    return _optional(rng, ref | {"items": items} if rng.random() < 0.5 else ref)


def _volume_mount(rng: random.Random, path: str) -> Obj:
    mount: Obj = {"name": f"v{rng.randint(0, 4)}", "mountPath": path}
    if rng.random() < 0.4:
        mount["subPath"] = rng.choice(("HOST", "conf", "conf/a.txt", "DB_HOST", "none"))
    return mount
