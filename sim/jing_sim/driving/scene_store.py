"""Scenes on disk: what takes seconds to build is kept, named after a hash of the map's text and of this code."""

import hashlib
import os
from collections.abc import Mapping
from dataclasses import fields
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import shapely

from jing_maps import opendrive
from jing_maps.opendrive import read_opendrive
from jing_sim.driving.boxes import Boxes
from jing_sim.driving.ground import Ground
from jing_sim.driving.light_places import SignPlaces, TriggerBoxes
from jing_sim.driving.scene import StaticScene, scene_of

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

    from jing_sim.driving.footprints import Footprints

__all__ = ["cache_folder", "kept_scene", "load_scene", "save_scene"]

_PARTS: dict[str, type] = {
    "boxes": Boxes, "ground": Ground, "lights": SignPlaces, "signs": SignPlaces, "trigger": TriggerBoxes,
}  # fmt: skip
_READER = sorted(Path(opendrive.__file__).parent.glob("*.py"))
_BUILDERS = (
    "boxes", "buildings", "ground", "junction_floor", "kernels_ground", "lane_marks", "lane_mesh", "lane_stations",
    "light_places", "road_objects", "road_things", "scene", "scene_store", "solids", "spawn_points", "terrain",
)  # fmt: skip


def cache_folder() -> Path:
    """Where built scenes are kept: `$XDG_CACHE_HOME/jingsim`, or `~/.cache/jingsim`."""
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "jingsim"


def kept_scene(path: Path, footprints: "Footprints | None" = None) -> StaticScene:
    """The scene of an OpenDRIVE file: the one built before, or a new one, which is kept.

    Raises:
        MapFormatError: the file cannot be read.
    """
    digest = hashlib.sha256(path.read_bytes() if path.is_file() else b"")
    for file in (*_READER, *(Path(__file__).parent / f"{name}.py" for name in _BUILDERS)):
        digest.update(file.read_bytes())
    if footprints is not None:
        digest.update(b"".join(shapely.to_wkb(footprints.shape).tolist()))
        digest.update(footprints.height_m.tobytes() + footprints.low_m.tobytes() + "\n".join(footprints.name).encode())
    kept = cache_folder() / f"scene-{digest.hexdigest()[:24]}.npz"
    if kept.is_file():
        return load_scene(kept)
    scene = scene_of(read_opendrive(path), footprints)
    save_scene(scene, kept)
    return scene


def save_scene(scene: StaticScene, path: Path) -> None:
    """Writes a scene to one file, complete or not at all."""
    columns: dict[str, np.ndarray[Any, Any]] = {}
    _flatten("", scene, columns)
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_name(f"{path.name}.{os.getpid()}.part.npz")
    np.savez(partial, allow_pickle=False, **columns)
    partial.replace(path)


def load_scene(path: Path) -> StaticScene:
    """The scene that `save_scene` wrote."""
    with np.load(path, allow_pickle=False) as columns:
        scene = _built(StaticScene, "", columns)
    assert isinstance(scene, StaticScene)
    return scene


def _flatten(prefix: str, part: "DataclassInstance", columns: dict[str, np.ndarray[Any, Any]]) -> None:
    for field in fields(part):
        value, name = getattr(part, field.name), prefix + field.name
        if field.name in _PARTS:
            _flatten(name + ".", value, columns)
        elif field.name == "crosswalks":
            columns[name] = np.concatenate([np.zeros((0, 3)), *value])
            columns[name + "#"] = np.array([len(corners) for corners in value], np.int64)
        else:
            columns[name] = np.asarray(value, dtype=str if isinstance(value, tuple) else None)


def _built(kind: type, prefix: str, columns: Mapping[str, np.ndarray[Any, Any]]) -> object:
    values: dict[str, object] = {}
    for field in fields(kind):
        name = prefix + field.name
        if field.name in _PARTS:
            values[field.name] = _built(_PARTS[field.name], name + ".", columns)
        elif field.name == "crosswalks":
            values[field.name] = tuple(np.split(columns[name], np.cumsum(columns[name + "#"])[:-1])) if len(
                columns[name + "#"]
            ) else ()  # fmt: skip
        else:
            value = columns[name]
            values[field.name] = tuple(value.tolist()) if value.dtype.kind == "U" else value
    return kind(**values)
