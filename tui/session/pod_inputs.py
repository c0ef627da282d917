"""PodInputs: variables and files that containers get from the pod spec, Secrets and ConfigMaps."""

from __future__ import annotations

import binascii
from base64 import b64decode
from collections.abc import Sequence
from typing import Final

from tui.model import api_object
from tui.model.api_object import CONFIG_MAP, ApiKind, Obj, ObjectRef, at
from tui.model.errors import ClusterError, NotFound
from tui.model.readers.gaps import Gap, gap_of
from tui.model.readers.inputs.container_input import ContainerInput, SourceKind
from tui.model.readers.inputs.table import (
    config_maps_of,
    inputs_of,
    inputs_of_uses,
    is_other_use,
    pod_spec_of,
)
from tui.model.readers.needs import KnownKeys
from tui.model.readers.objects import ObjectInfo
from tui.model.readers.pod_use import PodUse
from tui.model.readers.pods import PodInfo
from tui.model.readers.reader import ReaderInfo, Use, secret_of
from tui.model.readers.workloads import WorkloadInfo
from tui.model.secret.secret import SecretRef
from tui.model.secret.value import Value
from tui.session.health.known import known_keys
from tui.session.session import Session

_UNKNOWN: Final = KnownKeys(frozenset(), is_whole=False, is_there=False)


class PodInputs:
    """Inputs of a pod's or workload's containers. The pod spec stays in memory until `forget`."""

    def __init__(self, session: Session, info: ReaderInfo) -> None:
        self._session = session
        self.info = info
        self.is_read = False
        """True after `read` has ended, even if `gaps` names objects that could not be read."""
        self.gaps = dict[str, Gap]()
        self._spec: Obj | None = None
        self._config_maps = dict[str, KnownKeys | None]()
        """Keys of each ConfigMap; None if the ConfigMap does not exist."""
        self._read_keys = dict[SecretRef, tuple[str, KnownKeys]]()
        self._read_versions = dict[int, tuple[SecretRef, str, str]]()
        """Number of each input from `value_of`, to its Secret and two versions: as listed, and as read."""

    @property
    def api(self) -> ApiKind | None:
        """API kind of the object in `info`; None for a ControllerInfo, which describes no API object."""
        if isinstance(self.info, PodInfo):
            return api_object.POD
        return self.info.api if isinstance(self.info, WorkloadInfo | ObjectInfo) else None

    @property
    def has_pods(self) -> bool:
        is_known = isinstance(self.info, PodInfo | WorkloadInfo)
        return is_known or any(isinstance(use, PodUse) for use in self.info.uses)

    @property
    def is_whole(self) -> bool:
        return self._spec is not None

    async def read(self, info: ReaderInfo) -> None:
        """Read the pod spec, and the keys of its ConfigMaps without the values."""
        self.info = info
        self.gaps.clear()
        if (api := self.api) is not None and self.has_pods:
            try:
                obj = await self._session.cluster.objects.get(ObjectRef(api, info.namespace, info.name))
                self._spec = pod_spec_of(obj)
            except ClusterError as error:
                self.gaps[api.full_name] = gap_of(api.full_name, error)
            for name in config_maps_of(self._spec) if self._spec is not None else ():
                await self._read_config_map(name)
        self.is_read = True

    async def _read_config_map(self, name: str) -> None:
        ref = ObjectRef(CONFIG_MAP, self.info.namespace, name)
        try:
            self._config_maps[name] = await self._session.cluster.objects.config_map_keys(ref)
        except NotFound:
            self._config_maps[name] = None
        except ClusterError as error:
            self._config_maps.pop(name, None)
            self.gaps[str(ref)] = gap_of(str(ref), error)

    def forget(self) -> None:
        """Drop the pod spec, because its literal variables may be credentials."""
        self._spec = None

    def keys_of(self, kind: SourceKind, name: str) -> KnownKeys | None:
        if kind == "ConfigMap":
            return self._config_maps.get(name, _UNKNOWN)
        return self._keys_in(SecretRef(self.info.namespace, name))

    def _keys_in(self, ref: SecretRef) -> KnownKeys | None:
        row = self._session.secrets.get(ref)
        version, keys = self._read_keys.get(ref, ("", _UNKNOWN))
        return keys if row is not None and version == row.resource_version else known_keys(self._session, ref)

    def inputs(self) -> Sequence[ContainerInput]:
        """List all inputs. Without a pod spec, list only the inputs in `info.uses` and `info.mentions`."""
        info = self.info

        def keys_of(use: Use) -> KnownKeys | None:
            return self._keys_in(secret_of(info, use))

        if self._spec is None:
            return inputs_of_uses((*info.uses, *info.mentions), keys_of)
        return (
            *inputs_of(self._spec, self.keys_of),
            *inputs_of_uses(filter(is_other_use, info.uses), keys_of),
        )

    # Only `read_keys` and `value_of` fetch values of Secrets and ConfigMaps. They run only when the user asks
    # for unknown keys or for a value.

    def unknown(self) -> list[tuple[SourceKind, str]]:
        """List the Secrets and ConfigMaps that exist, but whose keys are not all known yet.

        Only a read of their values shows all keys.
        """
        rows = (item for item in self.inputs() if item.state == "not known" and item.source.is_object)
        named = dict.fromkeys((item.source.kind, item.source.name) for item in rows)
        return [
            source
            for source in named
            if (keys := self.keys_of(*source)) and keys.is_there and not keys.is_whole
        ]

    async def read_keys(self) -> None:
        """Read the objects that `unknown` lists, and keep their keys but no values. Raises ClusterErrors."""
        for kind, name in self.unknown():
            if kind == "ConfigMap":
                config_map = await self._config_map(name)
                binary = frozenset(_part(config_map, "binaryData"))
                self._config_maps[name] = KnownKeys(binary.union(_part(config_map, "data")), binary=binary)
            else:
                secret = await self._session.read(SecretRef(self.info.namespace, name))
                self._read_keys[secret.ref] = secret.resource_version, KnownKeys(frozenset(secret.data))

    async def value_of(self, item: ContainerInput) -> Value | None:
        """Return the current value of an input. Raises ClusterErrors.

        Returns None if the Secret or ConfigMap does not have the key of the input, if the pod spec gives no
        literal value, or if `binaryData` has invalid base64.
        """
        source = item.source
        if source.kind == "Secret":
            ref = SecretRef(source.namespace or self.info.namespace, source.name)
            secret = await self._session.read(ref)
            self._read_versions[item.number] = ref, self._listed_version(ref), secret.resource_version
            return secret.data.get(source.key)
        if source.kind != "ConfigMap":
            return source.literal
        config_map = await self._config_map(source.name)
        written, encoded = (
            _part(config_map, "data").get(source.key),
            _part(config_map, "binaryData").get(source.key),
        )
        if isinstance(written, str):
            return Value(written.encode())
        try:
            return Value(b64decode(encoded, validate=True)) if isinstance(encoded, str) else None
        except (ValueError, binascii.Error):
            return None

    def is_outdated(self, item: ContainerInput) -> bool:
        """True if the Secret of an input was changed or deleted after `value_of` read the value."""
        if (versions := self._read_versions.get(item.number)) is None:
            return False
        ref, *known = versions
        return self._listed_version(ref) not in known

    def _listed_version(self, ref: SecretRef) -> str:
        """Resource version in the list of Secrets; "" if the list does not have the Secret."""
        row = self._session.secrets.get(ref)
        return row.resource_version if row is not None else ""

    async def _config_map(self, name: str) -> Obj:
        return await self._session.cluster.objects.get(ObjectRef(CONFIG_MAP, self.info.namespace, name))


def _part(obj: Obj, path: str) -> Obj:
    part = at(obj, path, {})
    return part if isinstance(part, dict) else {}
