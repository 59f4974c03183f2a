"""Bodies of the objects of an OpenDRIVE map: barriers, poles, trees, gantries, buildings; once or again and again."""

from collections.abc import Iterator
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from jing_maps.opendrive.document import OpenDriveMap
from jing_maps.opendrive.model import Repeat, RoadObject
from jing_maps.opendrive.place import road_pose
from jing_sim.driving.boxes import LEAST_M, BoxRow, wall_row
from jing_sim.driving.road_things import outline_corners, things_of
from jing_sim.driving.solids import House, Solids, solids_of

__all__ = ["LABELS", "road_solids"]

F64 = NDArray[np.float64]

LABELS = {
    "building": 3, "barrier": 4, "wall": 4, "soundBarrier": 4, "fence": 5, "railing": 28, "guardRail": 28, "pole": 6,
    "streetLamp": 6, "post": 6, "guide-post": 6, "rail-pole": 6, "tree": 9, "vegetation": 9, "bush": 9,
    "obstacle": 20, "gantry": 20,
}  # fmt: skip
"""Semantic label by object type; objects of other types (markings, parking spaces, patches, islands) have no body."""

_UNKNOWN_HEIGHT_M = 1.0
_PIECE_M = 4.0
_TRUNK_M, _CROWN_AT = 0.3, 0.4
_LEG_M, _BEAM_M = 0.3, 0.8


def road_solids(odr: OpenDriveMap) -> Solids:
    """Bodies of all objects that have one; an outline becomes walls with a roof, a round object a square box."""
    rows: list[BoxRow] = []
    houses: list[House] = []
    things: list[int] = []
    for road, thing in things_of(odr):
        if thing.type not in LABELS:
            continue
        for repeat in thing.repeats:
            if repeat.distance_m == 0.0:
                rows += _band(odr, road, thing, repeat)
                things += [things[-1] + 1 if things else 0] * (len(rows) - len(things))
        for copy in _copies(thing):
            if copy.outlines:
                houses += _houses(odr, road, copy)
            else:
                rows += _boxes(odr, road, copy)
                things += [things[-1] + 1 if things else 0] * (len(rows) - len(things))
    return solids_of(rows, houses, things)


def _name(thing: RoadObject) -> str:
    return thing.name or thing.id


def _share(pair: tuple[float, float] | None, share: float, own: float) -> float:
    return own if pair is None else pair[0] + share * (pair[1] - pair[0])


def _copies(thing: RoadObject) -> Iterator[RoadObject]:
    """The object at each of its places."""
    if not thing.repeats:
        yield thing
    for repeat in thing.repeats:
        if repeat.distance_m == 0.0:
            continue
        for k in range(int(repeat.length_m / repeat.distance_m + 1e-6) + 1):
            along = k * repeat.distance_m
            share = along / repeat.length_m if repeat.length_m > 0.0 else 0.0
            yield replace(
                thing,
                s_m=repeat.s_m + along,
                t_m=_share(repeat.t_m, share, thing.t_m),
                z_offset_m=_share(repeat.z_offset_m, share, thing.z_offset_m),
                length_m=_share(repeat.own_length_m, share, thing.length_m),
                width_m=_share(repeat.width_m, share, thing.width_m),
                height_m=_share(repeat.height_m, share, thing.height_m),
                radius_m=_share(repeat.radius_m, share, thing.radius_m),
            )


def _band(odr: OpenDriveMap, road: int, thing: RoadObject, repeat: Repeat) -> list[BoxRow]:
    """A wall along the road without a gap, in pieces."""
    count = max(int(np.ceil(repeat.length_m / _PIECE_M)), 1)
    shares = np.linspace(0.0, 1.0, count + 1)
    t, up, width, height = (
        np.array([_share(pair, share, own) for share in shares])
        for pair, own in (
            (repeat.t_m, thing.t_m),
            (repeat.z_offset_m, thing.z_offset_m),
            (repeat.width_m, thing.width_m),
            (repeat.height_m, thing.height_m or _UNKNOWN_HEIGHT_M),
        )
    )
    pose = road_pose(odr, np.full(count + 1, road), repeat.s_m + shares * repeat.length_m, t)
    feet = np.stack([pose.x_m, pose.y_m, pose.z_m + up], 1)
    label, name = LABELS[thing.type], _name(thing)
    return [
        wall_row(feet[k], feet[k + 1], float(height[k : k + 2].mean()), float(width[k : k + 2].mean()), label, name)
        for k in range(count)
    ]


def _houses(odr: OpenDriveMap, road: int, thing: RoadObject) -> Iterator[House]:
    for outline in thing.outlines:
        corners = outline_corners(odr, road, thing, outline)
        if len(corners) > 1 and np.allclose(corners[0], corners[-1]):
            corners = corners[:-1]
        if len(corners) > 1:
            tall = outline.height_m or thing.height_m or _UNKNOWN_HEIGHT_M
            top = float(corners[:, 2].max()) + tall
            yield House((corners,), top, LABELS[thing.type], _name(thing), outline.closed and len(corners) > 2)


def _boxes(odr: OpenDriveMap, road: int, thing: RoadObject) -> list[BoxRow]:
    """A box of the object's sizes; a trunk and a crown, or two legs and a beam."""
    length, width = (2 * thing.radius_m or size for size in (thing.length_m, thing.width_m))
    if max(length, width) <= 0.0:
        return []
    pose = road_pose(odr, np.array([road]), np.array([thing.s_m]), np.array([thing.t_m]))
    foot = np.array([pose.x_m[0], pose.y_m[0], pose.z_m[0] + thing.z_offset_m])
    if not np.isfinite(foot).all():
        return []
    yaw = float(pose.heading_rad[0]) + thing.heading_rad
    tall = thing.height_m or _UNKNOWN_HEIGHT_M
    if thing.type == "tree":
        parts = [(0.0, 0.0, tall, _TRUNK_M, _TRUNK_M), (0.0, _CROWN_AT * tall, tall, length, width)]
    elif thing.type == "gantry":
        parts = [(side * width / 2, 0.0, tall, _LEG_M, _LEG_M) for side in (-1, 1)]
        parts.append((0.0, tall - _BEAM_M, tall, length, width))
    else:
        parts = [(0.0, 0.0, tall, length, width)]
    rows: list[BoxRow] = []
    for aside, low, high, along, across in parts:
        centre = foot + np.array([-aside * np.sin(yaw), aside * np.cos(yaw), 0.5 * (low + high)])
        half = np.array([max(along, LEAST_M), max(across, LEAST_M), high - low]) / 2
        rows.append((centre, half, yaw, LABELS[thing.type], _name(thing)))
    return rows
