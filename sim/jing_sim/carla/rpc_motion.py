"""Calls that move bodies: velocities, impulses, forces, and whether anything moves them; CARLA's frame, degrees."""

import numpy as np

from jing_sim.carla.actors import ActorKind
from jing_sim.carla.frames import axial_mirrored, mirrored
from jing_sim.carla.rpc import Calls, RefusedError, rpc
from jing_sim.carla.rpc_actors import known_body
from jing_sim.carla.service import Service
from jing_sim.carla.structs import Vector3D
from jing_sim.driving.bodies import Motion

__all__ = ["CALLS"]

CALLS: Calls = {}

Vector = np.ndarray[tuple[int], np.dtype[np.float64]]


def _vector(value: Vector3D) -> Vector:
    """In the map frame.

    Raises:
        RefusedError: a component is not finite.
    """
    if not value.finite:
        raise RefusedError("a vector has a component that is not finite")
    return mirrored(np.array([value.x, value.y, value.z]))


def _axial(value: Vector3D) -> Vector:
    _vector(value)
    return axial_mirrored(np.array([value.x, value.y, value.z]))


@rpc(CALLS, "set_actor_target_velocity")
def set_actor_target_velocity(service: Service, actor: int, velocity: Vector3D) -> None:
    """Its velocity in the next tick, m/s."""
    if known_body(service, actor):
        service.episode.world.set_velocity(actor, _vector(velocity))


@rpc(CALLS, "set_actor_target_angular_velocity")
def set_actor_target_angular_velocity(service: Service, actor: int, velocity: Vector3D) -> None:
    """Degrees per second."""
    if known_body(service, actor):
        service.episode.world.set_angular(actor, np.radians(_axial(velocity)))


@rpc(CALLS, "enable_actor_constant_velocity")
def enable_actor_constant_velocity(service: Service, actor: int, velocity: Vector3D) -> None:
    """It keeps this velocity, in its own axes."""
    if known_body(service, actor):
        service.episode.world.constant_velocity(actor, _vector(velocity))


@rpc(CALLS, "disable_actor_constant_velocity")
def disable_actor_constant_velocity(service: Service, actor: int) -> None:
    """It moves by its own means again."""
    if known_body(service, actor):
        service.episode.world.constant_velocity(actor, None)


@rpc(CALLS, "add_actor_impulse")
def add_actor_impulse(service: Service, actor: int, impulse: Vector3D) -> None:
    """N s, at its middle."""
    if known_body(service, actor):
        service.episode.world.add_impulse(actor, _vector(impulse))


@rpc(CALLS, "add_actor_impulse_at_location")
def add_actor_impulse_at_location(service: Service, actor: int, impulse: Vector3D, at: Vector3D) -> None:
    """N s, at a place in the world."""
    if known_body(service, actor):
        service.episode.world.add_impulse(actor, _vector(impulse), _vector(at))


@rpc(CALLS, "add_actor_force")
def add_actor_force(service: Service, actor: int, force: Vector3D) -> None:
    """N, over the next tick."""
    if known_body(service, actor):
        service.episode.world.add_force(actor, _vector(force))


@rpc(CALLS, "add_actor_force_at_location")
def add_actor_force_at_location(service: Service, actor: int, force: Vector3D, at: Vector3D) -> None:
    """N, over the next tick, at a place in the world."""
    entry = known_body(service, actor)
    if entry:
        world, push = service.episode.world, _vector(force)
        arm = _vector(at) - world.bodies.position[world.row_of(actor)]
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
