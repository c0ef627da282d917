"""Every variable and file of a pod, in the order in which the containers start.

Source of the order: kubernetes pkg/kubelet/kuberuntime/kuberuntime_manager.go, SyncPod.
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
"""Paths of the pod spec in objects other than pods."""
_LEAST_LETTERS: Final = 5
"""Minimum length of names that are reported to differ by one letter.

Shorter names often differ on purpose.
"""
_MOST_COMPARED: Final = 300
"""Names of variables are not compared in a container that has more variables than this number."""


def pod_spec_of(obj: Obj) -> Obj | None:
    paths = ("spec",) if obj.get("kind") == "Pod" else _SPECS
    values = (at(obj, path) for path in paths)
    return next((spec for spec in values if isinstance(spec, dict) and "containers" in spec), None)


def inputs_of(spec: Obj, keys_of: KeysOf) -> tuple[ContainerInput, ...]:
    """Return the inputs of each container, and then the inputs of volumes that no container mounts."""
    volumes = {text(volume, "name"): volume for volume in objects(spec, "volumes")}
    inputs, mounted = list[ContainerInput](), set[str]()
    for container, kind in _containers(spec):
        for item in (*variables_of(container, keys_of), *files_of(container, volumes, keys_of)):
            inputs.append(replace(item, container_kind=kind, number=len(inputs)))
        mounted |= {text(mount, "name") for mount in objects(container, "volumeMounts")}
    for name, volume in volumes.items():
        if name not in mounted:
            inputs += _unmounted(name, volume, keys_of, len(inputs))
    return tuple(inputs)


def _containers(spec: Obj) -> Iterator[tuple[Obj, ContainerKind]]:
    for container in objects(spec, "initContainers"):
        yield container, "sidecar" if container.get("restartPolicy") == "Always" else "init"
    yield from ((container, "container") for container in objects(spec, "containers"))
    yield from ((container, "ephemeral") for container in objects(spec, "ephemeralContainers"))


def _unmounted(name: str, volume: Obj, keys_of: KeysOf, number: int) -> Iterator[ContainerInput]:
    """Yield the inputs of a volume that no container mounts. The kubelet ignores such a volume."""
    shown = volume_of(volume, keys_of)
    for source in dict.fromkeys(
        replace(file.source, key="") for file in shown.files if file.source.is_object
    ):
        yield ContainerInput(
            container="",
            number=number,
            name=f"volume {name}",
            way=shown.way,
            source=source,
            state="not mounted",
            volume=name,
        )
        number += 1


def inputs_of_uses(
    uses: Iterable[Use], keys_of: Callable[[Use], KnownKeys | None]
) -> tuple[ContainerInput, ...]:
    """Return the inputs that are known without a pod spec: one for each use of a Secret."""
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
    """True for a use that is neither a variable nor a file, such as an image pull."""
    return use.way not in VARIABLES and use.way not in FILES


def use_of(item: ContainerInput, uses: Iterable[Use]) -> PodUse | None:
    for use in uses:
        is_same = use.secret == item.source.name and (use.container or "") == item.container
        if not isinstance(use, PodUse) or not is_same or use.key not in (None, item.source.key):
            continue
        if item.name == use.how() or (use.way == "env" and item.way == "env" and use.target == item.name):
            return use
        if use.way == "env_from" and item.way == "envFrom" and item.name == use.target + item.source.key:
            return use
        if use.way in FILES and item.is_file and f"{item.name}/".startswith(f"{use.target.rstrip('/')}/"):
            return use
    return None


def config_maps_of(spec: Obj) -> Sequence[str]:
    names = dict[str, None]()

    def keys_of(kind: SourceKind, name: str) -> KnownKeys:
        if kind == "ConfigMap":
            names[name] = None
        return KnownKeys(frozenset(), is_whole=False, is_there=False)

    inputs_of(spec, keys_of)
    return [*names]


class InputProblem(Struct, frozen=True):
    """Problem of an input. The worst `rank` is 0."""

    rank: int
    says: str
    input: ContainerInput


def problems_of(inputs: Sequence[ContainerInput], keys_of: KeysOf) -> list[InputProblem]:
    problems = list[InputProblem]()
    for item in inputs:
        if item.state == "missing":
            problems.append(InputProblem(0, _missing(item, keys_of), item))
        elif item.state == "empty" and item.is_sub_path:
            lacked = "files" if item.source.key == "." else item.source.key
            sentence = f"{item.name} is an empty directory: volume {item.volume} has no {lacked}"
            problems.append(InputProblem(1, sentence, item))
        elif item.state == "hidden":
            problems.append(InputProblem(2, f"{item.name} is hidden by {item.by}", item))
        for reference in item.references:
            if reference.source is None and reference.is_known:
                name = reference.name
                sentence = f"{item.name} keeps $({name}) as written: no earlier variable sets {name}"
                problems.append(InputProblem(2, sentence, item))
    problems += _overriding(inputs)
    problems += _alike(inputs)
    return sorted(problems, key=lambda problem: (problem.rank, problem.input.number))


def _title(source: InputSource) -> str:
    return f"{source.kind} {source.name}" if source.is_object else source.name


def _missing(item: ContainerInput, keys_of: KeysOf) -> str:
    source, reader = item.source, item.container or "the pod"
    keys = keys_of(source.kind, source.name)
    if keys is None:
        return f"{_title(source)} does not exist; {reader} needs it"
    near = near_keys(source.key, keys.names)
    hint = f", but {joined(near[:1])}" if near else ""
    if source.key in keys.binary:
        hint = " in data, only in binaryData"
    return f"{_title(source)} has no {source.key}{hint}; {reader} needs {source.key}"


def _overriding(inputs: Sequence[ContainerInput]) -> Iterator[InputProblem]:
    groups = defaultdict[tuple[str, bool, str], list[ContainerInput]](list)
    for item in inputs:
        if item.state in ("set", "overridden"):
            groups[item.container, item.is_file, item.name].append(item)
    for group in groups.values():
        winner = next((item for item in group if item.state == "set"), None)
        losers = [item for item in group if item.state == "overridden"]
        if winner is not None and losers:
            overridden = joined([_words(item) for item in losers])
            sentence = f"{winner.name} is from {_words(winner)} and overrides {overridden}"
            yield InputProblem(4, sentence, winner)


def _words(item: ContainerInput) -> str:
    return f"{item.way} {item.source}" if item.way in ("env", "envFrom") else str(item.source)


def _alike(inputs: Sequence[ContainerInput]) -> Iterator[InputProblem]:
    by_container = defaultdict[str, dict[str, ContainerInput]](dict)
    for item in inputs:
        if item.is_set and item.is_variable:
            by_container[item.container].setdefault(item.name, item)
    for variables in by_container.values():
        for first, second in combinations(variables, 2) if len(variables) <= _MOST_COMPARED else ():
            if first.casefold() == second.casefold():
                yield InputProblem(5, f"{first} and {second} differ only in case", variables[second])
            elif _is_one_letter_off(first, second):
                yield InputProblem(6, f"{first} and {second} differ by one letter", variables[second])


def _is_one_letter_off(first: str, second: str) -> bool:
    """True if one letter is added, missing or different, or if two neighboring letters are swapped.

    Names of a series, such as NODE_1 and NODE_2, do not count.
    """
    shorter, longer = sorted((first, second), key=len)
    if len(shorter) < _LEAST_LETTERS or len(longer) - len(shorter) > 1:
        return False
    pairs = zip(shorter, longer, strict=False)
    start = next((index for index, (letter, other) in enumerate(pairs) if letter != other), len(shorter))
    ending, other_ending = shorter[start:], longer[start:]
    if len(shorter) < len(longer):
        return ending == other_ending[1:] and not other_ending[0].isdigit()
    is_swapped = ending[:2] == other_ending[1::-1] and ending[2:] == other_ending[2:]
    is_part = first[start - 1 : start] in ("", "_") and ending[1:2] in ("", "_")
    is_letter = ending[:1].isalpha() and other_ending[:1].isalpha() and not is_part
    return is_swapped or (ending[1:] == other_ending[1:] and is_letter)
