"""Calls about any actor: spawning, destroying, moving, pushing, and what it is made of.

A call about an actor that has been destroyed is answered as if it had been done: clients' own threads ask for actors
that another thread has just destroyed, and an error there ends the user's process. An id that never was is an error.
"""

import numpy as np

from jing_sim.carla.actors import ActorEntry, ActorKind
from jing_sim.carla.frames import axial_mirrored, mirrored, relative_to
from jing_sim.carla.rpc import Calls, RefusedError, rpc
from jing_sim.carla.service import Service
from jing_sim.carla.spawning import pose_of_six, spawn
from jing_sim.carla.structs import Actor, ActorDescription, BoundingBox, Rotation, Transform, Vector3D
from jing_sim.driving.bodies import Motion

__all__ = ["CALLS", "known", "known_body", "place", "vector"]

CALLS: Calls = {}

Vector = np.ndarray[tuple[int], np.dtype[np.float64]]


def known(service: Service, actor: int) -> ActorEntry | None:
    """The actor; None where it has been destroyed.

    Raises:
        RefusedError: there never was one of this id.
    """
    entry = service.episode.actors.by_id.get(actor)
    if entry is None and actor >= service.episode.world.next_id:
        raise RefusedError(f"unable to find actor: there is no actor {actor}")
    return entry


def known_body(service: Service, actor: int) -> ActorEntry | None:
    """The actor, None where it has been destroyed or has no body."""
    entry = known(service, actor)
    return entry if entry and entry.has_body else None


def vector(value: Vector3D) -> Vector:
    """In the map frame.

    Raises:
        RefusedError: a component is not finite.
    """
    if not value.finite:
        raise RefusedError("a vector has a component that is not finite")
    return mirrored(np.array([value.x, value.y, value.z]))


def _axial(value: Vector3D) -> Vector:
    vector(value)
    return axial_mirrored(np.array([value.x, value.y, value.z]))


@rpc(CALLS, "spawn_actor")
def spawn_actor(service: Service, description: ActorDescription, at: Transform) -> Actor:
    """A new actor."""
    return service.episode.record(spawn(service.episode, description, at))


@rpc(CALLS, "spawn_actor_with_parent")
def spawn_actor_with_parent(
    service: Service,
    description: ActorDescription,
    at: Transform,
    parent: int,
    attachment: int,  # noqa: ARG001  (arms do not spring here: all attachments are rigid)
    socket: str = "",  # noqa: ARG001
) -> Actor:
    """A new actor, mounted on another one."""
    return service.episode.record(spawn(service.episode, description, at, parent))


@rpc(CALLS, "destroy_actor")
def destroy_actor(service: Service, actor: int) -> bool:
    """Whether it was there and may be destroyed."""
    return service.episode.destroy(actor)


@rpc(CALLS, "get_actors_by_id")
def get_actors_by_id(service: Service, actors: list[int]) -> list[Actor]:
    """Those that are there."""
    by_id = service.episode.actors.by_id
    return [service.episode.record(by_id[actor]) for actor in actors if actor in by_id]


@rpc(CALLS, "set_actor_location")
def set_actor_location(service: Service, actor: int, location: Vector3D) -> None:
    """There at once, turned as it was."""
    entry = known(service, actor)
    if entry:
        now = service.episode.pose_of(entry)
        place(service, entry, Transform(location, Rotation(*now[3:])))


@rpc(CALLS, "set_actor_transform")
def set_actor_transform(service: Service, actor: int, at: Transform) -> None:
    """There at once."""
    entry = known(service, actor)
    if entry:
        place(service, entry, at)


def place(service: Service, entry: ActorEntry, at: Transform) -> None:
    """The actor is there, in the world; what is mounted moves in its mount. Lights and signs stay.

    Raises:
        RefusedError: the transform is not finite.
    """
    if not at.finite:
        raise RefusedError("a transform has a number that is not finite")
    episode = service.episode
    if entry.has_body:
        episode.world.set_pose(entry.id, pose_of_six(at.six))
    elif entry.parent:
        entry.mount = relative_to(episode.pose_of(episode.actors.by_id[entry.parent]), at.six)
    elif entry.kind not in {ActorKind.LIGHT, ActorKind.SIGN}:
        entry.pose = at.six


@rpc(CALLS, "set_actor_target_velocity")
def set_actor_target_velocity(service: Service, actor: int, velocity: Vector3D) -> None:
    """Its velocity in the next tick, m/s."""
    if known_body(service, actor):
        service.episode.world.set_velocity(actor, vector(velocity))


@rpc(CALLS, "set_actor_target_angular_velocity")
def set_actor_target_angular_velocity(service: Service, actor: int, velocity: Vector3D) -> None:
    """Degrees per second."""
    if known_body(service, actor):
        service.episode.world.set_angular(actor, np.radians(_axial(velocity)))


@rpc(CALLS, "enable_actor_constant_velocity")
def enable_actor_constant_velocity(service: Service, actor: int, velocity: Vector3D) -> None:
    """It keeps this velocity, in its own axes."""
    if known_body(service, actor):
        service.episode.world.constant_velocity(actor, vector(velocity))


@rpc(CALLS, "disable_actor_constant_velocity")
def disable_actor_constant_velocity(service: Service, actor: int) -> None:
    """It moves by its own means again."""
    if known_body(service, actor):
        service.episode.world.constant_velocity(actor, None)


@rpc(CALLS, "add_actor_impulse")
def add_actor_impulse(service: Service, actor: int, impulse: Vector3D) -> None:
    """N s, at its middle."""
    if known_body(service, actor):
        service.episode.world.add_impulse(actor, vector(impulse))


@rpc(CALLS, "add_actor_impulse_at_location")
def add_actor_impulse_at_location(service: Service, actor: int, impulse: Vector3D, at: Vector3D) -> None:
    """N s, at a place in the world."""
    if known_body(service, actor):
        service.episode.world.add_impulse(actor, vector(impulse), vector(at))


@rpc(CALLS, "add_actor_force")
def add_actor_force(service: Service, actor: int, force: Vector3D) -> None:
    """N, over the next tick."""
    if known_body(service, actor):
        service.episode.world.add_force(actor, vector(force))


@rpc(CALLS, "add_actor_force_at_location")
def add_actor_force_at_location(service: Service, actor: int, force: Vector3D, at: Vector3D) -> None:
    """N, over the next tick, at a place in the world."""
    entry = known_body(service, actor)
    if entry:
        world, push = service.episode.world, vector(force)
        arm = vector(at) - world.bodies.position[world.row_of(actor)]
        world.add_force(actor, push)
        world.add_torque(actor, np.cross(arm, push))


@rpc(CALLS, "add_actor_angular_impulse")
def add_actor_angular_impulse(service: Service, actor: int, impulse: Vector3D) -> None:
    """N m s."""
    if known_body(service, actor):
        service.episode.world.add_angular_impulse(actor, _axial(impulse))


@rpc(CALLS, "add_actor_torque")
def add_actor_torque(service: Service, actor: int, torque: Vector3D) -> None:
    """N m, over the next tick."""
    if known_body(service, actor):
        service.episode.world.add_torque(actor, _axial(torque))


@rpc(CALLS, "set_actor_simulate_physics")
def set_actor_simulate_physics(service: Service, actor: int, enabled: bool) -> None:
    """Whether forces move it; otherwise it stays where it is put."""
    entry = known_body(service, actor)
    if entry:
        moving = Motion.STATIC if entry.kind == ActorKind.PROP and not enabled else Motion.KINEMATIC
        service.episode.world.set_motion(actor, Motion.DYNAMIC if enabled else moving)
        if not enabled:
            service.episode.world.set_velocity(actor, np.zeros(3))
            service.episode.world.set_angular(actor, np.zeros(3))


@rpc(CALLS, "set_actor_collisions")
def set_actor_collisions(service: Service, actor: int, enabled: bool) -> None:
    """Whether it touches others."""
    if known_body(service, actor):
        service.episode.world.set_collides(actor, enabled)


@rpc(CALLS, "set_actor_enable_gravity")
def set_actor_enable_gravity(service: Service, actor: int, enabled: bool) -> None:
    """Whether it falls."""
    if known_body(service, actor):
        service.episode.world.set_gravity(actor, enabled)


@rpc(CALLS, "set_actor_dead")
def set_actor_dead(service: Service, actor: int) -> None:
    """It stays where it is, as a thing."""
    if known_body(service, actor):
        service.episode.world.set_motion(actor, Motion.STATIC)


@rpc(CALLS, "set_actor_autopilot")
def set_actor_autopilot(service: Service, actor: int, enabled: bool) -> None:
    """Traffic Managers of clients drive; they know by themselves whom."""


@rpc(CALLS, "get_actor_bounding_box")
def get_actor_bounding_box(service: Service, actor: int) -> BoundingBox:
    """In its own frame; an empty one for whom nobody knows."""
    entry = service.episode.actors.by_id.get(actor)
    return entry.box if entry else BoundingBox()


# -- components and bones: a body is one piece here, its only component and bone is its root ---------------------------


@rpc(CALLS, "get_actor_component_names")
@rpc(CALLS, "get_actor_bone_names")
def get_actor_component_names(service: Service, actor: int) -> list[str]:
    """The root."""
    return ["root"] if known(service, actor) else []


@rpc(CALLS, "get_actor_socket_names")
def get_actor_socket_names(service: Service, actor: int) -> list[str]:
    """There are none."""
    known(service, actor)
    return []


@rpc(CALLS, "get_actor_component_world_transform")
def get_actor_component_world_transform(service: Service, actor: int, name: str) -> Transform:  # noqa: ARG001
    """Where its root is."""
    entry = known(service, actor)
    return Transform.of(service.episode.pose_of(entry)) if entry else Transform()


@rpc(CALLS, "get_actor_component_relative_transform")
def get_actor_component_relative_transform(service: Service, actor: int, name: str) -> Transform:  # noqa: ARG001
    """Of the root in itself."""
    known(service, actor)
    return Transform()


@rpc(CALLS, "get_actor_bone_world_transforms")
@rpc(CALLS, "get_vehicle_bone_world_transforms")
def get_actor_bone_world_transforms(service: Service, actor: int) -> list[Transform]:
    """Where its root is."""
    entry = known(service, actor)
    return [Transform.of(service.episode.pose_of(entry))] if entry else []


@rpc(CALLS, "get_actor_bone_relative_transforms")
def get_actor_bone_relative_transforms(service: Service, actor: int) -> list[Transform]:
    """Of the root in itself."""
    return [Transform()] if known(service, actor) else []


@rpc(CALLS, "get_actor_socket_world_transforms")
@rpc(CALLS, "get_actor_socket_relative_transforms")
def get_actor_socket_transforms(service: Service, actor: int) -> list[Transform]:
    """There are no sockets."""
    known(service, actor)
    return []
