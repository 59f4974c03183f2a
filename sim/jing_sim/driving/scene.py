"""The still part of a driving world: ground, obstacles, lights and signs, spawn points, and all that rays can hit."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from jing_maps.opendrive import OpenDriveMap, read_opendrive
from jing_maps.opendrive.place import lane_pose
from jing_sim.driving.ground import Ground, flat_ground, ground_of
from jing_sim.driving.lane_marks import mark_triangles
from jing_sim.driving.lane_mesh import TERRAIN, lane_mesh
from jing_sim.driving.light_places import SignPlaces, TriggerBoxes, light_places, sign_places
from jing_sim.driving.road_things import ROAD_LINES, Boxes, crosswalk_outlines, paint, road_boxes, stop_lines

__all__ = ["StaticScene", "flat_scene", "scene_from_xodr", "scene_of"]

Float = NDArray[np.float64]
F32 = NDArray[np.float32]

_POLE_LABEL, _LIGHT_LABEL, _SIGN_LABEL = 6, 7, 8
_POLE_M = 0.1
_HEAD_M = (0.15, 0.2, 0.5)
_SPAWN_AFTER_M, _SPAWN_EVERY_M, _SPAWN_LIFT_M = 6.0, 60.0, 0.5


@dataclass(frozen=True)
class StaticScene:
    """What does not move, map frame.

    Attributes:
        triangles: `(n, 3, 3)` all that rays hit, seen from both sides.
        label: `(n,)` semantic label. object: `(n,)` row of `boxes` + 1, or 0 for the ground.
        boxes: obstacles: barriers, walls, poles, lights' heads.
        ground: what wheels and feet stand on.
        lights, signs: where they are and where drivers meet them.
        stop_lines: `(k, 5)` middle x, y, z, width across the lane, heading.
        crosswalks: corners `(m, 3)` of each.
        spawn_points: `(k, 4)` x, y, z, yaw on driving lanes, half a metre above the road.
    """

    triangles: F32
    label: NDArray[np.uint8]
    object: NDArray[np.uint32]
    boxes: Boxes
    ground: Ground
    lights: SignPlaces
    signs: SignPlaces
    stop_lines: Float
    crosswalks: tuple[Float, ...]
    spawn_points: Float


def flat_scene(z_m: float = 0.0, friction: float = 1.0, boxes: Boxes | None = None) -> StaticScene:
    """An endless paved plane, with obstacles if given."""
    ground = flat_ground(z_m, friction)
    boxes = boxes or Boxes.stack([])
    nothing = _no_signs()
    return StaticScene(
        *_with_boxes(ground.triangles, ground.label, boxes), boxes, ground, nothing, nothing,
        np.zeros((0, 5)), (), np.array([[0.0, 0.0, z_m + _SPAWN_LIFT_M, 0.0]]),
    )  # fmt: skip


def scene_from_xodr(path: str | Path) -> StaticScene:
    """The scene of an OpenDRIVE file.

    Raises:
        MapFormatError: the file cannot be read.
    """
    return scene_of(read_opendrive(path))


def scene_of(odr: OpenDriveMap) -> StaticScene:
    """The scene of an OpenDRIVE map. Where two surfaces lie on each other, wheels take the upper one."""
    mesh = lane_mesh(odr)
    ground = ground_of(mesh.triangles, mesh.friction, mesh.label)
    lights, signs = light_places(odr), sign_places(odr)
    boxes = _joined(road_boxes(odr), _sign_boxes(ground, lights, _LIGHT_LABEL), _sign_boxes(ground, signs, _SIGN_LABEL))
    lines, land = np.concatenate([paint(odr), mark_triangles(odr)]), _terrain_triangles(ground)
    surfaces = np.concatenate([mesh.triangles, lines, land])
    label = np.concatenate([
        mesh.label, np.full(len(lines), ROAD_LINES, np.uint8), np.full(len(land), TERRAIN, np.uint8)
    ])  # fmt: skip
    return StaticScene(
        *_with_boxes(surfaces, label, boxes), boxes, ground, lights, signs, stop_lines(odr),
        tuple(crosswalk_outlines(odr)), spawn_points(odr),
    )  # fmt: skip


def spawn_points(odr: OpenDriveMap) -> Float:
    """`(k, 4)` places on driving lanes outside junctions: a little after a lane begins, and then every 60 m."""
    columns = odr.columns
    found = [np.zeros((0, 4))]
    for lane in np.flatnonzero([name == "driving" for name in columns.lane_type]):
        section = columns.lane_section[lane]
        road = int(columns.section_road[section])
        if odr.roads[road].junction not in {"", "-1"}:
            continue
        begin, end = columns.section_start_m[section], columns.section_end_m[section]
        if end - begin < 2 * _SPAWN_AFTER_M:
            continue
        along = np.arange(_SPAWN_AFTER_M, end - begin - _SPAWN_AFTER_M + 1e-6, _SPAWN_EVERY_M)
        forward = (columns.lane_id[lane] < 0) != (odr.roads[road].rule == "LHT")
        s = begin + along if forward else end - along
        pose = lane_pose(odr, np.full(len(s), road), np.full(len(s), columns.lane_id[lane]), s)
        yaw = pose.heading_rad + (0.0 if forward else np.pi)
        found.append(np.stack([pose.x_m, pose.y_m, pose.z_m + _SPAWN_LIFT_M, yaw], 1))
    points = np.concatenate(found)
    return points[np.isfinite(points).all(axis=1)]


def _sign_boxes(ground: Ground, places: SignPlaces, label: int) -> Boxes:
    """A pole and a head for each light or sign."""
    rows: list[tuple[Float, Float, float, int, str]] = []
    floor = ground.at(places.position)[:, 0]
    for k in range(len(places)):
        x, y, z = places.position[k]
        tall = max(float(z - floor[k]), 0.5)
        pole = np.array([x, y, floor[k] + tall / 2]), np.array([_POLE_M, _POLE_M, tall / 2])
        rows.append((*pole, 0.0, _POLE_LABEL, f"pole {places.sign_id[k]}"))
        head = np.array([x, y, z + _HEAD_M[2]]), np.array(_HEAD_M)
        rows.append((*head, float(places.yaw[k]), label, places.sign_id[k]))
    return Boxes.stack(rows)


def _joined(*parts: Boxes) -> Boxes:
    return Boxes(
        np.concatenate([part.centre for part in parts]),
        np.concatenate([part.half for part in parts]),
        np.concatenate([part.yaw for part in parts]),
        np.concatenate([part.label for part in parts]),
        tuple(name for part in parts for name in part.name),
    )


def _with_boxes(
    surfaces: F32, label: NDArray[np.uint8], boxes: Boxes
) -> tuple[F32, NDArray[np.uint8], NDArray[np.uint32]]:
    """Triangles, labels and objects of surfaces and of the boxes' sides."""
    corner = np.array([[x, y, z] for x in (-1, 1) for y in (-1, 1) for z in (-1, 1)], np.float64)
    sides = [(0, 1, 3, 2), (4, 6, 7, 5), (0, 4, 5, 1), (2, 3, 7, 6), (0, 2, 6, 4), (1, 5, 7, 3)]
    faces = np.array([[q[0], q[1], q[2]] for q in sides] + [[q[0], q[2], q[3]] for q in sides])
    own = corner[None] * boxes.half[:, None]
    c, s = np.cos(boxes.yaw)[:, None], np.sin(boxes.yaw)[:, None]
    turned = np.stack([c * own[..., 0] - s * own[..., 1], s * own[..., 0] + c * own[..., 1], own[..., 2]], -1)
    corners = turned + boxes.centre[:, None]
    hulls = corners[:, faces].reshape(-1, 3, 3).astype(np.float32)
    owner = np.repeat(np.arange(len(boxes), dtype=np.uint32) + 1, len(faces))
    return (
        np.concatenate([surfaces, hulls]),
        np.concatenate([label, np.repeat(boxes.label, len(faces))]),
        np.concatenate([np.zeros(len(surfaces), np.uint32), owner]),
    )


def _terrain_triangles(ground: Ground) -> F32:
    """Two level triangles for each cell of the terrain."""
    edge = ground.origin[3]
    rows, columns = ground.terrain.shape
    x, y = np.meshgrid(np.arange(columns), np.arange(rows))
    low = np.stack([x.ravel() * edge + ground.origin[0], y.ravel() * edge + ground.origin[1]], 1)
    z = ground.terrain.ravel()[:, None].astype(np.float64)
    corner = [np.hstack([low + np.array(step) * edge, z]) for step in ((0, 0), (1, 0), (1, 1), (0, 1))]
    quads = np.stack(corner, 1)
    return quads[:, [[0, 1, 2], [0, 2, 3]]].reshape(-1, 3, 3).astype(np.float32)


def _no_signs() -> SignPlaces:
    none, three = np.zeros(0), np.zeros((0, 3))
    whole = np.zeros(0, np.int32)
    return SignPlaces((), (), none, three, none, whole, whole, (), whole, TriggerBoxes(three, three, none))
