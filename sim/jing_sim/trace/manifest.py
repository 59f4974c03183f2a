"""The manifest of a run: what it was, what made it, how it ended.

>>> manifest = RunManifest(run_id="a", area="grid", plan="map", engine="native", seed=1, dt_s=1.0)
>>> manifest.status, decode(encode(manifest)) == manifest
('running', True)
"""

import os
from datetime import datetime
from pathlib import Path
from typing import Annotated, Literal

import msgspec

from jing_maps.errors import JingError
from jing_maps.projection import LocalFrame

__all__ = [
    "MANIFEST_NAME",
    "SCHEMA_VERSION",
    "Crs",
    "Ended",
    "RunManifest",
    "TraceError",
    "decode",
    "encode",
    "read_manifest",
    "replace_file",
    "write_manifest",
]

SCHEMA_VERSION = 1
MANIFEST_NAME = "manifest.json"

UNITS = {
    "time_ms": "ms of simulation time; 0 = t0",
    "x_cm, y_cm, z_cm": "0.01 m in the map frame of crs, x east, y north, z up; the front bumper's centre",
    "heading_cdeg": "0.01 degree counter-clockwise from east, 0..35999",
    "speed_cms": "0.01 m/s",
    "accel_cms2": "0.01 m/s2",
    "lane": "row of the map's lanes, or n_lanes + row of its connectors; -1 = off the lanes",
    "pos_cm": "0.01 m from the begin of that lane or connector",
    "length, width": "m",
    "depart, entered, arrive": "s of simulation time",
    "mean_speed": "m/s",
    "delay": "s in the bin, of all vehicles together",
    "queue": "halting vehicles, mean over the bin",
    "lon, lat": "degrees, WGS-84",
}


class TraceError(JingError, ValueError):
    """A run folder, or a frame offered to it, that breaks the format; the message says file and cure."""


class Crs(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The map frame: WGS-84 projected by `proj`, plus the offset."""

    proj: str
    offset_x_m: float
    offset_y_m: float
    georeferenced: bool

    @classmethod
    def of(cls, frame: LocalFrame) -> "Crs":
        """The map frame of a network."""
        return cls(frame.proj, frame.offset_x_m, frame.offset_y_m, frame.georeferenced)

    def frame(self) -> LocalFrame:
        """The frame that converts to and from lon/lat."""
        return LocalFrame(self.proj, self.offset_x_m, self.offset_y_m, self.georeferenced)


class Ended(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """When (simulation time) and why a run ended."""

    time_s: float
    reason: str


class RunManifest(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`manifest.json` of a run folder.

    The maker of a run gives the first block; `TraceWriter` fills the rest.

    Attributes:
        t0: wall-clock time of simulation time 0, RFC 3339 with zone.
        map_approval: 审图号 under which the map may be published; empty = none.
        segments: number of whole segments of states.
        summary: the figures of the run, as `simulate --json` prints them.
    """

    run_id: str
    area: str
    plan: str
    engine: str
    seed: int
    dt_s: Annotated[float, msgspec.Meta(gt=0)]
    t0: str = "2026-03-02T07:00:00+08:00"
    map_approval: str = ""
    scenario_hash: str = ""

    schema_version: int = SCHEMA_VERSION
    code_hash: str = ""
    map_hash: str = ""
    crs: Crs | None = None
    units: dict[str, str] = msgspec.field(default_factory=lambda: dict(UNITS))
    attribution: str = ""
    segments: int = 0
    warnings: list[str] = msgspec.field(default_factory=list)
    status: Literal["running", "complete", "failed"] = "running"
    ended: Ended | None = None
    summary: dict[str, str | int | float | bool | None] = msgspec.field(default_factory=dict)

    def __post_init__(self) -> None:
        try:
            zone = datetime.fromisoformat(self.t0).tzinfo
        except ValueError:
            zone = None
        if zone is None:
            raise TraceError(f"t0 {self.t0!r} is no RFC 3339 time with zone, like 2026-03-02T07:00:00+08:00")


def encode(manifest: RunManifest) -> bytes:
    """The manifest as JSON text, indented."""
    return msgspec.json.format(msgspec.json.encode(manifest), indent=2) + b"\n"


def decode(text: bytes, *, path: Path | str = MANIFEST_NAME) -> RunManifest:
    """The manifest that the JSON text holds.

    Raises:
        TraceError: the text is no manifest, or of another version.
    """
    try:
        version = msgspec.json.decode(text, type=_Version).schema_version
        if version != SCHEMA_VERSION:
            raise TraceError(f"{path}: schema version {version}; this program reads version {SCHEMA_VERSION}")
        return msgspec.json.decode(text, type=RunManifest)
    except msgspec.DecodeError as error:
        raise TraceError(f"{path}: not the manifest of a run: {error}") from error


class _Version(msgspec.Struct):
    schema_version: int


def read_manifest(folder: Path) -> RunManifest:
    """The manifest of a run folder.

    Raises:
        TraceError: the folder is no run folder, or its manifest is damaged.
    """
    path = folder / MANIFEST_NAME
    if not path.is_file():
        reason = "has no manifest.json, so it is no run folder" if folder.is_dir() else "does not exist"
        raise TraceError(f"{folder} {reason}")
    return decode(path.read_bytes(), path=path)


def write_manifest(folder: Path, manifest: RunManifest) -> None:
    """Replaces the folder's manifest in one step."""
    temporary = folder / f"{MANIFEST_NAME}.tmp"
    temporary.write_bytes(encode(manifest))
    replace_file(temporary, folder / MANIFEST_NAME)


def replace_file(temporary: Path, final: Path) -> None:
    """Renames a finished file to its final name, after its bytes have reached the disk."""
    for path, flags in ((temporary, os.O_RDWR), (final.parent, os.O_RDONLY)):
        if path is not temporary:
            temporary.replace(final)
        handle = os.open(path, flags)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
