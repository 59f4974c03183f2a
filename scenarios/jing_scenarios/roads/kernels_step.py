"""One step of all entities: moved along their lanes, put on lanes and roads, or found on the nearest road."""

import numpy as np
from numpy.typing import NDArray

from jing_scenarios.roads.kernels_lanes import closest_lane, lane_strip, road_sides, section_at
from jing_scenarios.roads.kernels_move import moved
from jing_scenarios.roads.kernels_nearest import nearest_road
from jing_scenarios.roads.kernels_pose import compose, relative_to, surface_at, turn_to
from jing_scenarios.roads.place_rows import (
    AGAIN,
    ALONG,
    ANGLE,
    CURSOR,
    DS,
    END_OF_ROAD,
    END_OF_ROUTE,
    FLAGS,
    H_REL,
    HELD_LANE,
    HELD_OFFSET,
    HOW,
    KEEPS,
    LANE,
    LANE_CHANGE,
    LAST,
    OFF_ROAD,
    OFFSET,
    P_REL,
    POSE_SET,
    R_REL,
    ROAD,
    ROAD_SET,
    STAY,
    Z_REL,
    H,
    P,
    R,
    S,
    T,
    X,
    Y,
    Z,
)
from jing_scenarios.roads.stretches import Stretches
from jing_scenarios.roads.tables import RoadTables
from jing_sim.kernel_cache import leaf

__all__ = ["step_all"]

F64 = NDArray[np.float64]
I64 = NDArray[np.int64]

_LONGEST_PIECE_M = 0.5


@leaf
def _move(roads: RoadTables, k: int, along: F64, on: I64, path: I64) -> None:
    """Along the lane, piece by piece: bends begin and end within long steps."""
    pieces = max(1, int(np.ceil(abs(along[k, DS]) / _LONGEST_PIECE_M)))
    along[k, DS] /= pieces
    for _ in range(pieces):
        road, _, lane, s, offset, heading, flags, cursor = moved(
            roads.roads, roads.length_m, roads.sections, roads.spans, roads.lanes, roads.exits, roads.cubics,
            roads.pieces, roads.arcs, roads.turns, on[k, ROAD], on[k, LANE], along[k, S], along[k, OFFSET],
            along[k, H_REL], along[k, DS], along[k, ANGLE], on[k, KEEPS], path, on[k, CURSOR], on[k, LAST],
            on[k, AGAIN],
        )  # fmt: skip
        on[k, ROAD], on[k, LANE], on[k, CURSOR] = road, lane, cursor
        along[k, S], along[k, OFFSET], along[k, H_REL] = s, offset, heading
        on[k, FLAGS] |= flags


@leaf
def _drive_straight(k: int, pose: F64, along: F64) -> None:
    """Where there is no road, one goes where one faces."""
    pose[k, X] += along[k, DS] * np.cos(pose[k, H])
    pose[k, Y] += along[k, DS] * np.sin(pose[k, H])


@leaf
def _pose_from_road(roads: RoadTables, k: int, pose: F64, along: F64, on: I64, by_lane: bool) -> None:
    s = along[k, S]
    section = section_at(roads.roads, roads.spans, on[k, ROAD], s)
    if by_lane:
        inner, outer, _, _ = lane_strip(
            roads.roads, roads.sections, roads.spans, roads.lanes, roads.cubics, section, on[k, LANE], s
        )
        centre = (inner + outer) / 2
        if not np.isnan(centre):
            along[k, T] = centre + along[k, OFFSET]
    x, y, z, h, p, r, _ = surface_at(
        roads.roads, roads.sections, roads.spans, roads.lanes, roads.cubics, roads.pieces, roads.arcs, roads.shapes,
        section, on[k, LANE], s, along[k, T],
    )  # fmt: skip
    pose[k, X], pose[k, Y], pose[k, Z] = x, y, z + along[k, Z_REL]
    pose[k, H], pose[k, P], pose[k, R] = compose(h, p, r, along[k, H_REL], along[k, P_REL], along[k, R_REL])
    left, right = road_sides(roads.roads, roads.sections, roads.spans, roads.lanes, roads.cubics, section, s)
    if along[k, T] > left or along[k, T] < right:
        on[k, FLAGS] |= OFF_ROAD


@leaf
def _lane_from_t(roads: RoadTables, k: int, along: F64, on: I64) -> None:
    section = section_at(roads.roads, roads.spans, on[k, ROAD], along[k, S])
    on[k, LANE], along[k, OFFSET] = closest_lane(
        roads.roads, roads.sections, roads.spans, roads.lanes, roads.cubics, section, along[k, S], along[k, T],
        on[k, KEEPS], 0,
    )  # fmt: skip


@leaf
def _find_road(roads: RoadTables, near: Stretches, k: int, pose: F64, along: F64, on: I64) -> None:
    road, s, t, beyond = nearest_road(
        roads.roads, roads.length_m, roads.sections, roads.spans, roads.lanes, roads.exits, roads.cubics, roads.pieces,
        roads.arcs, near.rows, near.origin, near.size, near.first, near.items, pose[k, X], pose[k, Y], pose[k, Z],
        on[k, ROAD], on[k, LANE], along[k, S],
    )  # fmt: skip
    on[k, ROAD], along[k, S], along[k, T] = road, s, t
    if road < 0:
        for column in (Z, H, P, R):
            if np.isnan(pose[k, column]):
                pose[k, column] = 0.0
        return
    _lane_from_t(roads, k, along, on)
    section = section_at(roads.roads, roads.spans, road, s)
    _, _, z, h, p, r, _ = surface_at(
        roads.roads, roads.sections, roads.spans, roads.lanes, roads.cubics, roads.pieces, roads.arcs, roads.shapes,
        section, on[k, LANE], s, t,
    )  # fmt: skip
    left, right = road_sides(roads.roads, roads.sections, roads.spans, roads.lanes, roads.cubics, section, s)
    if beyond != 0.0:
        on[k, FLAGS] |= END_OF_ROAD | OFF_ROAD
        p, r = 0.0, 0.0
    elif t > left or t < right:
        on[k, FLAGS] |= OFF_ROAD
    _fill_from_surface(k, pose, z, h, p, r)
    along[k, Z_REL] = pose[k, Z] - z
    along[k, H_REL], along[k, P_REL], along[k, R_REL] = relative_to(h, p, r, pose[k, H], pose[k, P], pose[k, R])


@leaf
def _fill_from_surface(k: int, pose: F64, z: float, h: float, p: float, r: float) -> None:
    """What of a given pose is NaN becomes that of the surface, along growing s."""
    if np.isnan(pose[k, Z]):
        pose[k, Z] = z
    if np.isnan(pose[k, H]):
        pose[k, H] = h
    if np.isnan(pose[k, P]) or np.isnan(pose[k, R]):
        _, pitch, roll = compose(h, p, r, turn_to(h, p, r, pose[k, H]), 0.0, 0.0)
        pose[k, P] = pitch if np.isnan(pose[k, P]) else pose[k, P]
        pose[k, R] = roll if np.isnan(pose[k, R]) else pose[k, R]


@leaf
def step_all(roads: RoadTables, near: Stretches, pose: F64, along: F64, on: I64, path: I64) -> None:
    """Does for each entity what its column `HOW` says, and sets that to `STAY` and its `DS` to 0.

    `pose` `(n, 6)`, `along` `(n, 10)`, `on` `(n, 9)`, see `place_rows`; `path`: rows of the roads of all routes.
    """
    for k in range(len(pose)):
        how = on[k, HOW]
        if how == STAY or (how == ALONG and along[k, DS] == 0.0):
            on[k, HOW] = STAY
            continue
        on[k, FLAGS] &= END_OF_ROUTE
        if how == POSE_SET:
            _find_road(roads, near, k, pose, along, on)
        elif on[k, ROAD] < 0:
            _drive_straight(k, pose, along)
        else:
            if how == ROAD_SET:
                _lane_from_t(roads, k, along, on)
            elif how == ALONG or along[k, DS] != 0.0:
                _move(roads, k, along, on, path)
            _pose_from_road(roads, k, pose, along, on, how != ROAD_SET)
            if how == LANE_CHANGE:
                on[k, HELD_LANE], along[k, HELD_OFFSET] = on[k, LANE], along[k, OFFSET]
                _lane_from_t(roads, k, along, on)
        on[k, HOW] = STAY
        along[k, DS] = 0.0
