"""The still part of a driving world: ground, obstacles, lights and signs, spawn points, and all that rays can hit."""

import tempfile
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from jing_maps.errors import MapFormatError
from jing_maps.network import RoadNetwork
from jing_maps.opendrive import OpenDriveMap, read_opendrive
from jing_maps.opendrive.write import write_opendrive
from jing_sim.driving.boxes import Boxes, BoxRow
from jing_sim.driving.buildings import building_solids
from jing_sim.driving.ground import Ground, flat_ground, ground_of
from jing_sim.driving.junction_floor import junction_floor
from jing_sim.driving.lane_marks import mark_triangles
from jing_sim.driving.lane_mesh import ROADS, TERRAIN, lane_mesh
from jing_sim.driving.lane_stations import lane_stations
from jing_sim.driving.light_places import SignPlaces, TriggerBoxes, light_places, sign_places
from jing_sim.driving.road_objects import road_solids
from jing_sim.driving.road_things import ROAD_LINES, crosswalk_outlines, paint, stop_lines
from jing_sim.driving.solids import Solids, joined_solids, plain_solids, solids_of
from jing_sim.driving.spawn_points import spawn_points
from jing_sim.driving.terrain import terrain_triangles

if TYPE_CHECKING:
    from jing_sim.driving.footprints import Footprints

__all__ = ["StaticScene", "flat_scene", "scene_from_xodr", "scene_of", "scene_of_network"]

Float = NDArray[np.float64]
F32 = NDArray[np.float32]
U8 = NDArray[np.uint8]

_POLE_LABEL, _LIGHT_LABEL, _SIGN_LABEL = 6, 7, 8
_POLE_M = 0.1
_HEAD_M = (0.15, 0.2, 0.5)
# Lower ends of heads: beside a road, and above it. Files of CARLA's maps give the foot of the post as their height.
_BESIDE_M, _ABOVE_M = 2.5, 5.0
_SPAWN_LIFT_M = 0.5


@dataclass(frozen=True)
class StaticScene:
    """What does not move, map frame.

    Attributes:
        triangles: `(n, 3, 3)` all that rays hit, seen from both sides.
        label: `(n,)` semantic label. object: `(n,)` row of `boxes` + 1, or 0 for the ground.
        boxes: obstacles: barriers, walls, poles, lights' heads; `boxes.whole_boxes` has one for each object.
        ground: what wheels and feet stand on.
        lights, signs: where they are and where drivers meet them.
        stop_lines: `(k, 5)` middle x, y, z, width across the lane, heading.
        crosswalks: corners `(m, 3)` of each.
        spawn_points: `(k, 4)` x, y, z, yaw on driving lanes, half a metre above the road.
        notes: what was cut or left out while it was built.
    """

    triangles: F32
    label: U8
    object: NDArray[np.uint32]
    boxes: Boxes
    ground: Ground
    lights: SignPlaces
    signs: SignPlaces
    stop_lines: Float
    crosswalks: tuple[Float, ...]
    spawn_points: Float
    notes: tuple[str, ...] = ()


def flat_scene(z_m: float = 0.0, friction: float = 1.0, boxes: Boxes | None = None) -> StaticScene:
    """An endless paved plane, with obstacles if given."""
    ground, nothing = flat_ground(z_m, friction), _no_signs()
    solids = solids_of([]) if boxes is None else plain_solids(boxes)
    return StaticScene(
        *_with_solids(ground.triangles, ground.label, solids), solids.boxes, ground, nothing, nothing,
        np.zeros((0, 5)), (), np.array([[0.0, 0.0, z_m + _SPAWN_LIFT_M, 0.0]]),
    )  # fmt: skip


def scene_from_xodr(path: str | Path, footprints: "Footprints | None" = None) -> StaticScene:
    """The scene of an OpenDRIVE file.

    Raises:
        MapFormatError: the file cannot be read, or no lane in it has an area.
    """
    return scene_of(read_opendrive(path), footprints)


def scene_of_network(network: RoadNetwork, footprints: "Footprints | None" = None) -> StaticScene:
    """The scene of a road network, by way of the OpenDRIVE file that clients would get of it."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "network.xodr"
        write_opendrive(network, file)
        return scene_from_xodr(file, footprints)


def scene_of(odr: OpenDriveMap, footprints: "Footprints | None" = None) -> StaticScene:
    """The scene of an OpenDRIVE map, with buildings if their footprints are given.

    Where two surfaces lie on each other, wheels take the upper one.

    Raises:
        MapFormatError: no lane has an area.
    """
    stations = lane_stations(odr)
    mesh = lane_mesh(odr, stations)
    if not len(mesh.triangles):
        raise MapFormatError(odr.path, "none of its lanes has an area; a road with lanes of some width would be right")
    floor = junction_floor(odr, mesh)
    paved, label = np.concatenate([mesh.triangles, floor]), np.append(mesh.label, np.full(len(floor), ROADS, np.uint8))
    ground = ground_of(paved, np.append(mesh.friction, np.ones(len(floor), np.float32)), label)
    lights, signs = _raised(ground, light_places(odr)), _raised(ground, sign_places(odr))
    solids = [road_solids(odr), _sign_solids(ground, lights, _LIGHT_LABEL), _sign_solids(ground, signs, _SIGN_LABEL)]
    notes = []
    if footprints is not None:
        buildings, note = building_solids(footprints, ground)
        solids.append(buildings)
        notes += [note] if note else []
    stops, crosswalks = stop_lines(odr), crosswalk_outlines(odr)
    lines = np.concatenate([paint(stops, crosswalks), mark_triangles(odr, stations)])
    land = terrain_triangles(ground.terrain, ground.origin[:2], float(ground.origin[3]))
    labels = [
        label,
        mesh.kerb_label,
        np.full(len(lines), ROAD_LINES, np.uint8),
        np.full(len(land), TERRAIN, np.uint8),
    ]
    whole = joined_solids(*solids)
    return StaticScene(
        *_with_solids(np.concatenate([paved, mesh.kerbs, lines, land]), np.concatenate(labels), whole),
        whole.boxes, ground, lights, signs, stops, tuple(crosswalks), spawn_points(odr), tuple(notes),
    )  # fmt: skip


def _raised(ground: Ground, places: SignPlaces) -> SignPlaces:
    """Lights and signs at least as high as drivers and what they drive need them."""
    floor = ground.at(places.position)
    least = np.where(floor[:, 5] == ROADS, _ABOVE_M, _BESIDE_M)
    position = places.position.copy()
    position[:, 2] = np.maximum(position[:, 2], floor[:, 0] + least)
    return replace(places, position=position)


def _sign_solids(ground: Ground, places: SignPlaces, label: int) -> Solids:
    """A head for each light or sign, and a pole for those that do not hang above a road."""
    rows: list[BoxRow] = []
    floor = ground.at(places.position)
    for k in range(len(places)):
        x, y, z = places.position[k]
        if floor[k, 5] != ROADS:
            tall = float(z - floor[k, 0])
            pole = np.array([x, y, floor[k, 0] + tall / 2]), np.array([_POLE_M, _POLE_M, tall / 2])
            rows.append((*pole, 0.0, _POLE_LABEL, f"pole {places.sign_id[k]}"))
        head = np.array([x, y, z + _HEAD_M[2]]), np.array(_HEAD_M)
        rows.append((*head, float(places.yaw[k]), label, places.sign_id[k]))
    return solids_of(rows)


def _with_solids(surfaces: F32, label: U8, solids: Solids) -> tuple[F32, U8, NDArray[np.uint32]]:
    """Triangles, labels and objects of surfaces and of solids."""
    return (
        np.concatenate([surfaces, solids.triangles]),
        np.concatenate([label, solids.boxes.label[solids.box]]),
        np.concatenate([np.zeros(len(surfaces), np.uint32), (solids.box + 1).astype(np.uint32)]),
    )


def _no_signs() -> SignPlaces:
    none, three = np.zeros(0), np.zeros((0, 3))
    whole = np.zeros(0, np.int32)
    return SignPlaces((), (), none, three, none, whole, whole, (), whole, TriggerBoxes(three, three, none))
