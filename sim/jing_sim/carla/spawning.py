"""Actors come into an episode."""

import math
from dataclasses import replace

import numpy as np

from jing_sim.carla.actors import ActorEntry, ActorKind, kind_of
from jing_sim.carla.episode import Episode
from jing_sim.carla.frames import Six, compose, radians_of
from jing_sim.carla.rpc import RefusedError
from jing_sim.carla.sensor_attributes import INVALID
from jing_sim.carla.structs import ActorDescription, BoundingBox, Transform, Vector3D
from jing_sim.driving.blueprint import Blueprint, BodyFigures
from jing_sim.driving.controls import Pose
from jing_sim.driving.errors import OverlapError
from jing_sim.driving.world import DrivingWorld

__all__ = ["pose_of_six", "spawn"]

_COLLISION = "Spawn failed because of collision at spawn position"
_LOCK_RAD = math.radians(70.0)
_NO_PARENT = "unable to attach actor: parent actor not found"


def pose_of_six(six: Six) -> Pose:
    """A pose of CARLA's frame in the map frame."""
    yaw, pitch, roll = radians_of(np.array(six[3:])).tolist()
    return Pose(six[0], -six[1], six[2], yaw, pitch, roll)


def spawn(
    episode: Episode, wanted: ActorDescription, at: Transform, parent: int = 0, *, may_overlap: bool = False
) -> ActorEntry:
    """The actor is there; `at` is in the parent's frame if there is one. Replays put actors anywhere: `may_overlap`.

    Raises:
        RefusedError: with the texts that CARLA's users match on.
    """
    if not at.finite:
        raise RefusedError(f"{INVALID}: the transform is not finite")
    blueprint, description = episode.blueprints.read(wanted)
    if parent and parent not in episode.actors.by_id:
        raise RefusedError(_NO_PARENT)
    pose = compose(episode.pose_of(episode.actors.by_id[parent]), at.six) if parent else at.six
    entry = ActorEntry(
        episode.world.reserve_id(),
        kind_of(blueprint.id),
        description,
        {value.id: value.value for value in description.attributes},
        _box(blueprint.body),
        label=blueprint.body.label if blueprint.body else 0,
        parent=parent,
        mount=at.six,
        pose=pose,
    )
    if blueprint.body is not None and not parent:
        _add_body(episode, blueprint, entry, pose, may_overlap=may_overlap)
    if blueprint.id == "static.trigger.friction":
        half = [float(entry.attributes[f"extent_{axis}"]) / 100.0 for axis in "xyz"]
        friction = float(entry.attributes["friction"])
        entry.zone = episode.world.add_friction_zone(pose_of_six(pose), (half[0], half[1], half[2]), friction)
    if entry.kind == ActorKind.SENSOR:
        episode.sensors.mount(entry)
    if entry.attributes.get("sticky_control", "true").lower() in {"false", "0"}:
        episode.sensors.not_sticky.add(entry.id)
    episode.actors.add(entry)
    return entry


def _box(figures: BodyFigures | None) -> BoundingBox:
    """In the actor's frame, CARLA's axes."""
    if figures is None:
        return BoundingBox()
    x, y, z = figures.box_centre
    return BoundingBox(Vector3D(x, -y, z), Vector3D(*figures.half_extent))


def _add_body(episode: Episode, blueprint: Blueprint, entry: ActorEntry, pose: Six, *, may_overlap: bool) -> None:
    try:
        episode.world.add(blueprint, pose_of_six(pose), body=entry.id, may_overlap=may_overlap)
    except OverlapError as problem:
        raise RefusedError(_COLLISION) from problem
    entry.has_body = True
    if blueprint.vehicle is not None and not blueprint.vehicle.leans:
        _take_clients_lock(episode.world, entry.id)


def _take_clients_lock(world: DrivingWorld, body: int) -> None:
    """Front wheels turn as far as those of CARLA's cars, for Traffic Managers, agents and users' controllers expect it.

    With a real car's lock (35 degrees) the same steering gives half the curvature, and 0.8, the most that a Traffic
    Manager gives, is not enough for narrow corners.
    """
    figures = world.physics(body)
    wheels = tuple(replace(one, max_steer_rad=_LOCK_RAD) if one.max_steer_rad > 0.0 else one for one in figures.wheels)
    world.set_physics(body, replace(figures, wheels=wheels))
