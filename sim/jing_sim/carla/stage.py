"""A map made ready to be served: its text, its scene, where it lies on Earth, and the speed limits of its lanes."""

import hashlib
import tempfile
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy.spatial import cKDTree

from jing_maps.areas import load_area
from jing_maps.opendrive import OpenDriveMap, read_opendrive
from jing_maps.opendrive.georeference import local_frame
from jing_maps.opendrive.lane_use import speed_limit_mps
from jing_maps.opendrive.place import lane_pose
from jing_maps.projection import LocalFrame
from jing_sim.carla.maps import BROUGHT, MapSource
from jing_sim.carla.rpc import RefusedError
from jing_sim.carla.structs import Rotation, Transform, Vector3D
from jing_sim.driving.boxes import Boxes, whole_boxes
from jing_sim.driving.light_cycle import LightProgram, program_of
from jing_sim.driving.scene import StaticScene
from jing_sim.driving.scene_store import cache_folder, kept_scene
from jing_sim.driving.sensors.still_tree import StillTree, kept_tree

__all__ = ["Stage", "load_stage", "stage_of_text"]

Float = NDArray[np.float64]

_EVERY_M = 4.0
_MOTOR = frozenset({"driving", "entry", "exit", "onRamp", "offRamp", "connectingRamp", "bidirectional", "bus", "taxi"})
_VERSION = b"1"  # of what is kept beside the scene


@dataclass(frozen=True)
class Stage:
    """A map made ready.

    Attributes:
        name: as `Map.name` shows it.
        xodr: its OpenDRIVE text.
        scene: all that does not move.
        earth: frame of its coordinates.
        limits: `(n, 4)` x, y, z of points on motor lanes and the speed limit there [m, km/h], map frame.
        program: what its lights show over time; None = the lights of each junction take turns.
    """

    name: str
    xodr: str
    scene: StaticScene
    earth: LocalFrame
    limits: Float
    program: LightProgram | None = None

    @cached_property
    def _tree(self) -> "cKDTree[None]":
        return cKDTree(self.limits[:, :3])

    def speed_limits_kmh(self, places: Float) -> Float:
        """`(k,)` limits of the lanes nearest to `places` `(k, 3)`, map frame."""
        return np.asarray(self.limits[self._tree.query(places)[1], 3])

    @cached_property
    def objects(self) -> Boxes:
        """One box for each object of the map."""
        return whole_boxes(self.scene.boxes)

    @cached_property
    def still_tree(self) -> StillTree:
        """What rays can hit of the map."""
        return kept_tree(self.scene)

    @cached_property
    def spawn_points(self) -> tuple[Transform, ...]:
        """In CARLA's frame."""
        return tuple(
            Transform(Vector3D(x, -y, z), Rotation(0.0, _wrapped(-np.degrees(yaw)), 0.0))
            for x, y, z, yaw in self.scene.spawn_points.tolist()
        )


def _wrapped(degrees: float) -> float:
    return float(np.float32(180.0 - (180.0 - degrees) % 360.0))


def load_stage(source: MapSource) -> Stage:
    """The stage of a map on offer; what takes long to build is kept for the next time.

    Raises:
        MapFormatError: its file cannot be read.
    """
    stage = _stage(source.name, source.xodr_file())
    if not source.area:
        return stage
    return replace(stage, program=program_of(stage.scene.lights, load_area(source.area)))


def stage_of_text(text: str) -> Stage:
    """The stage of OpenDRIVE text that a client has brought.

    Raises:
        RefusedError: there is none, or it cannot be read.
    """
    if not text:
        raise RefusedError("no OpenDRIVE map has been sent; generate_opendrive_world sends one")
    folder = cache_folder() / "brought"
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.NamedTemporaryFile("w", suffix=".xodr", dir=folder, encoding="utf-8") as file:
        file.write(text)
        file.flush()
        try:
            return _stage(f"Carla/Maps/{BROUGHT}", Path(file.name))
        except ValueError as problem:
            raise RefusedError(f"the OpenDRIVE map cannot be read: {problem}") from problem


def _stage(name: str, file: Path) -> Stage:
    text = file.read_bytes()
    digest = hashlib.sha256(_VERSION + Path(__file__).read_bytes() + text).hexdigest()[:24]
    kept = cache_folder() / f"stage-{digest}.npz"
    if kept.is_file():
        with np.load(kept, allow_pickle=False) as columns:
            x, y, known = columns["offset"].tolist()
            earth = LocalFrame(str(columns["proj"]), x, y, georeferenced=bool(known))
            limits = columns["limits"]
    else:
        odr = read_opendrive(file)
        earth, limits = local_frame(odr.header, odr.path), _limits(odr)
        _keep(kept, earth, limits)
    return Stage(name, text.decode("utf-8", "replace"), kept_scene(file), earth, limits)


def _keep(kept: Path, earth: LocalFrame, limits: Float) -> None:
    kept.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.NamedTemporaryFile(suffix=".npz", dir=kept.parent, delete=False) as partial:
        offset = np.array([earth.offset_x_m, earth.offset_y_m, float(earth.georeferenced)])
        np.savez(partial, proj=earth.proj, offset=offset, limits=limits)
    Path(partial.name).replace(kept)


def _limits(odr: OpenDriveMap) -> Float:
    """Points every 4 m on the middle lines of motor lanes, with their limits in km/h."""
    columns, rows = odr.columns, []
    for lane, kind in enumerate(columns.lane_type):
        if kind not in _MOTOR:
            continue
        section = int(columns.lane_section[lane])
        road = int(columns.section_road[section])
        begin, end = float(columns.section_start_m[section]), float(columns.section_end_m[section])
        s = np.linspace(begin, end, max(2, int((end - begin) / _EVERY_M) + 1))
        number = int(columns.lane_id[lane])
        pose = lane_pose(odr, np.full(len(s), road), np.full(len(s), number), s)
        part = odr.roads[road].sections[section - int(columns.first_section[road])]
        limit = 3.6 * speed_limit_mps(odr.roads[road], part, part.lanes[number])
        rows.append(np.stack([pose.x_m, pose.y_m, pose.z_m, np.full(len(s), limit)], 1))
    points = np.concatenate(rows) if rows else np.zeros((0, 4))
    points = points[np.isfinite(points).all(axis=1)]
    return points if len(points) else np.array([[0.0, 0.0, 0.0, 30.0]])
