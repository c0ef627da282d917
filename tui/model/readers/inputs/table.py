"""The table of a pod: every variable and file of its containers in the order in which they start.

Source of the order: kubernetes pkg/kubelet/kuberuntime/kuberuntime_manager.go, SyncPod (init containers one
after another, sidecars among them, then the others).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import combinations
from typing import Final

from msgspec import Struct
from msgspec.structs import replace

from tui.model.api_object import Obj, at, objects, text
from tui.model.known_names import near_keys
from tui.model.readers.inputs.container_input import (
    ContainerInput,
    InputSource,
    InputState,
    KeysOf,
    SourceKind,
    one_key,
)
from tui.model.readers.inputs.files import files_of, volume_of
from tui.model.readers.inputs.variables import variables_of
from tui.model.readers.needs import KnownKeys
from tui.model.readers.pod_use import FILES, VARIABLES, ContainerKind, PodUse
from tui.model.readers.reader import Use
from tui.model.readers.rules.mention import Mention
from tui.model.text.counts import joined

_SPECS: Final = ("spec.template.spec", "spec.jobTemplate.spec.template.spec", "template.spec")
"""Paths of the pod spec in kinds other than pods."""
_LEAST_LETTERS: Final = 5
"""Shortest length of names that are compared letter by letter: shorter ones differ by one for good reason."""
_MOST_COMPARED: Final = 300
"""Variables of a container of which each is compared with each."""


def pod_spec_of(obj: Obj) -> Obj | None:
    """The pod spec in an object; None if it has none."""
    paths = ("spec",) if obj.get("kind") == "Pod" else _SPECS
    found = (at(obj, path) for path in paths)
    return next((spec for spec in found if isinstance(spec, dict) and "containers" in spec), None)


def inputs_of(spec: Obj, keys_of: KeysOf) -> tuple[ContainerInput, ...]:
    """Every input: those of each container, then the volumes that no container mounts."""
    volumes = {text(volume, "name"): volume for volume in objects(spec, "volumes")}
    found, mounted = list[ContainerInput](), set[str]()
    for container, kind in _containers(spec):
        for one in (*variables_of(container, keys_of), *files_of(container, volumes, keys_of)):
            found.append(replace(one, container_kind=kind, number=len(found)))
        mounted |= {text(mount, "name") for mount in objects(container, "volumeMounts")}
    for name, volume in volumes.items():
        if name not in mounted:
            found += _unmounted(name, volume, keys_of, len(found))
    return tuple(found)


def _containers(spec: Obj) -> Iterator[tuple[Obj, ContainerKind]]:
    for container in objects(spec, "initContainers"):
        yield container, "sidecar" if container.get("restartPolicy") == "Always" else "init"
    yield from ((container, "container") for container in objects(spec, "containers"))
    yield from ((container, "ephemeral") for container in objects(spec, "ephemeralContainers"))


def _unmounted(name: str, volume: Obj, keys_of: KeysOf, number: int) -> Iterator[ContainerInput]:
    """A volume that nobody mounts is set up all the same: without its object the pod does not start."""
    found = volume_of(volume, keys_of)
    missing = [file.source for file in found.files if file.state == "missing"]
    objects_of_it = [replace(file.source, key="") for file in found.files if file.source.is_object]
    for source in dict.fromkeys(missing or objects_of_it):
        yield ContainerInput(
            container="",
            number=number,
            name=f"volume {name}",
            way=found.way,
            source=source,
            state="missing" if missing else "not mounted",
            volume=name,
        )
        number += 1


def inputs_of_uses(
    uses: Iterable[Use], keys_of: Callable[[Use], KnownKeys | None]
) -> tuple[ContainerInput, ...]:
    """Inputs that are known without a pod spec: the Secrets that an object names, and where."""
    return tuple(
        ContainerInput(
            container=use.container or "",
            container_kind=(use.container_kind or "container") if isinstance(use, PodUse) else "container",
            number=number,
            name=use.how(),
            way=use.way,
            source=InputSource(
                "Secret", use.secret, use.key or "", use.is_optional, namespace=use.namespace or ""
            ),
            state=_state_of(use, keys_of(use)),
            notes=use.notes,
        )
        for number, use in enumerate(uses)
    )


def _state_of(use: Use, keys: KnownKeys | None) -> InputState:
    if use.produces or isinstance(use, Mention):
        return "set"
    if use.key is not None:
        return one_key(keys, use.key, is_optional=use.is_optional, is_variable=False)
    if keys is None:
        return "absent" if use.is_optional else "missing"
    return "set" if keys.is_there else "not known"


def is_other_use(use: Use) -> bool:
    """True for neither a variable nor a file: an image pull, the login of a volume's driver."""
    return use.way not in VARIABLES and use.way not in FILES


def use_of(one: ContainerInput, uses: Iterable[Use]) -> PodUse | None:
    """The use of a Secret that an input comes from."""
    for use in uses:
        is_same = use.secret == one.source.name and (use.container or "") == one.container
        if not isinstance(use, PodUse) or not is_same or use.key not in (None, one.source.key):
            continue
        if one.name == use.how() or (use.way == "env" and one.way == "env" and use.target == one.name):
            return use
        if use.way == "env_from" and one.way == "envFrom" and one.name == use.target + one.source.key:
            return use
        if use.way in FILES and one.is_file and f"{one.name}/".startswith(f"{use.target.rstrip('/')}/"):
            return use
    return None


def config_maps_of(spec: Obj) -> Sequence[str]:
    """The names of the ConfigMaps that the pod names."""
    named = dict[str, None]()

    def keys_of(kind: SourceKind, name: str) -> KnownKeys:
        if kind == "ConfigMap":
            named[name] = None
        return KnownKeys(frozenset(), is_whole=False, is_there=False)

    inputs_of(spec, keys_of)
    return [*named]


class InputProblem(Struct, frozen=True):
    """A certain or possible problem of an input, in a sentence without a full stop; the worst rank is 0."""

    rank: int
    says: str
    input: ContainerInput


def problems_of(inputs: Sequence[ContainerInput], keys_of: KeysOf) -> list[InputProblem]:
    """List problems of the inputs, the worst first: missing, unset, hidden, overridden, much alike."""
    found = list[InputProblem]()
    for one in inputs:
        if one.state == "missing":
            found.append(InputProblem(0, _missing(one, keys_of), one))
        elif one.state == "empty" and one.is_sub_path:
            says = f"{one.name} is an empty directory: {_title(one.source)} has no {one.source.key}"
            found.append(InputProblem(1, says, one))
        elif one.state == "hidden":
            found.append(InputProblem(2, f"{one.name} is hidden by {one.by}", one))
        for reference in one.references:
            if reference.source is None and reference.is_known:
                says = f"{one.name} keeps $({reference.name}) as written: nothing before it sets that"
                found.append(InputProblem(2, says, one))
    found += _overriding(inputs)
    found += _alike(inputs)
    return sorted(found, key=lambda problem: (problem.rank, problem.input.number))


def _title(source: InputSource) -> str:
    return f"{source.kind} {source.name}" if source.is_object else source.name


def _missing(one: ContainerInput, keys_of: KeysOf) -> str:
    """Name the missing object or key that the container waits for, checked in the kubelet's order."""
    source, who = one.source, f"{one.container or 'the pod'} needs it"
    keys = keys_of(source.kind, source.name)
    if keys is None:
        return f"{_title(source)} does not exist; {who}"
    near = near_keys(source.key, keys.names)
    instead = f", but {joined(near[:1])}" if near else ""
    if source.key in keys.binary:
        instead = " as text: it is in binaryData"
    return f"{_title(source)} has no {source.key}{instead}; {who}"


def _overriding(inputs: Sequence[ContainerInput]) -> Iterator[InputProblem]:
    """The variables that replace others, each once, and the files that do."""
    groups = defaultdict[tuple[str, bool, str], list[ContainerInput]](list)
    for one in inputs:
        if one.state in ("set", "overridden"):
            groups[one.container, one.is_file, one.name].append(one)
    for group in groups.values():
        winner = next((one for one in group if one.state == "set"), None)
        losers = [one for one in group if one.state == "overridden"]
        if winner is not None and losers:
            says = f"{winner.name} is from {_words(winner)}, over {joined([_words(one) for one in losers])}"
            yield InputProblem(4, says, winner)


def _words(one: ContainerInput) -> str:
    return f"{one.way} {one.source}" if one.way in ("env", "envFrom") else str(one.source)


def _alike(inputs: Sequence[ContainerInput]) -> Iterator[InputProblem]:
    """Variables of one container whose names differ in case or by one letter alone."""
    by_container = defaultdict[str, dict[str, ContainerInput]](dict)
    for one in inputs:
        if one.is_set and one.is_variable:
            by_container[one.container].setdefault(one.name, one)
    for named in by_container.values():
        for first, second in combinations(named, 2) if len(named) <= _MOST_COMPARED else ():
            if first.casefold() == second.casefold():
                yield InputProblem(5, f"{first} and {second} differ in case alone", named[second])
            elif _is_one_letter_off(first, second):
                yield InputProblem(6, f"{first} and {second} differ by one letter", named[second])


def _is_one_letter_off(first: str, second: str) -> bool:
    """True if a letter is added, missing or different, or two are swapped.

    A digit, or a letter between two `_`, tells several of a kind apart.
    """
    shorter, longer = sorted((first, second), key=len)
    if len(shorter) < _LEAST_LETTERS or len(longer) - len(shorter) > 1:
        return False
    pairs = zip(shorter, longer, strict=False)
    start = next((at for at, (letter, other) in enumerate(pairs) if letter != other), len(shorter))
    rest, other_rest = shorter[start:], longer[start:]
    if len(shorter) < len(longer):
        return rest == other_rest[1:] and not other_rest[0].isdigit()
    is_swapped = rest[:2] == other_rest[1::-1] and rest[2:] == other_rest[2:]
    is_part = first[start - 1 : start] in ("", "_") and rest[1:2] in ("", "_")
    is_letter = rest[:1].isalpha() and other_rest[:1].isalpha() and not is_part
    return is_swapped or (rest[1:] == other_rest[1:] and is_letter)
