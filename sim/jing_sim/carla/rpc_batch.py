"""Batches: many commands in one call, each with an answer of its own."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import msgspec
import numpy as np

from jing_maps.errors import JingError
from jing_sim.carla import rpc_actors, rpc_lights, rpc_motion, rpc_vehicles, rpc_walkers
from jing_sim.carla.actors import ActorKind
from jing_sim.carla.rpc import Calls, RefusedError, rpc
from jing_sim.carla.service import Service
from jing_sim.carla.spawning import spawn
from jing_sim.carla.structs import ActorDescription, Transform, Vector3D
from jing_sim.carla.structs_control import (
    AckermannControl,
    VehicleControl,
    VehicleLights,
    VehiclePhysics,
    WalkerControl,
)
from jing_sim.driving.kernels_orders import write_controls

__all__ = ["CALLS"]

CALLS: Calls = {}

Answer = tuple[tuple[int, Any]]
Command = tuple[tuple[int, list[Any]]]

_SPAWN, _CONTROL, _CONSOLE = 0, 2, 20


@dataclass(frozen=True)
class _Kind:
    """A command on an actor: types of its fields, the actor's id first, and what it does."""

    fields: Any
    do: Callable[..., Any]


def _kind(do: Callable[..., Any], *fields: Any) -> _Kind:  # noqa: ANN401
    return _Kind(tuple.__class_getitem__((int, *fields)), do)


def _walk(service: Service, actor: int, at: Transform, speed: float) -> None:
    """A walker that its client moves: it is put there and looks where it goes."""
    entry = rpc_walkers.walker(service, actor)
    if entry:
        rpc_actors.place(service, entry, at)
        del speed  # clients' navigation has moved it already


def _lights(service: Service, actor: int, flags: int) -> None:
    rpc_vehicles.set_vehicle_light_state(service, actor, VehicleLights(flags))


_KINDS: dict[int, _Kind] = {
    1: _kind(rpc_actors.destroy_actor),
    2: _kind(rpc_vehicles.apply_control_to_vehicle, VehicleControl),
    3: _kind(rpc_vehicles.apply_ackermann_control_to_vehicle, AckermannControl),
    4: _kind(rpc_walkers.apply_control_to_walker, WalkerControl),
    5: _kind(rpc_vehicles.apply_physics_control, VehiclePhysics),
    6: _kind(rpc_actors.set_actor_transform, Transform),
    7: _kind(_walk, Transform, float),
    8: _kind(rpc_motion.set_actor_target_velocity, Vector3D),
    9: _kind(rpc_motion.set_actor_target_angular_velocity, Vector3D),
    10: _kind(rpc_motion.add_actor_impulse, Vector3D),
    11: _kind(rpc_motion.add_actor_force, Vector3D),
    12: _kind(rpc_motion.add_actor_angular_impulse, Vector3D),
    13: _kind(rpc_motion.add_actor_torque, Vector3D),
    14: _kind(rpc_motion.set_actor_simulate_physics, bool),
    15: _kind(rpc_motion.set_actor_enable_gravity, bool),
    16: _kind(rpc_actors.set_actor_autopilot, bool),
    17: _kind(rpc_vehicles.show_vehicle_debug_telemetry, bool),
    18: _kind(_lights, int),
    19: _kind(rpc_actors.set_actor_location, Vector3D),
    21: _kind(rpc_lights.set_traffic_light_state, int),
}


@rpc(CALLS, "apply_batch", bare=True)
async def apply_batch(service: Service, commands: list[Command], do_tick: bool) -> list[Answer]:
    """The commands are done in their order; the answer of each is the actor's id or why not."""
    answers = _all_controls(service, commands) or [_answer(service, command) for command in commands]
    if do_tick:
        await service.tick_cue()
    return answers


def _all_controls(service: Service, commands: list[Command]) -> list[Answer] | None:
    """A batch of nothing but pedals for vehicles that are there, at once; None for any other batch."""
    if any(command[0][0] != _CONTROL for command in commands):
        return None
    try:
        orders = msgspec.convert([command[0][1] for command in commands], list[tuple[int, VehicleControl]])
    except msgspec.ValidationError:
        return None
    world, by_id = service.episode.world, service.episode.actors.by_id
    entries = [by_id.get(actor) for actor, _ in orders]
    if not all(entry and entry.kind == ActorKind.VEHICLE and entry.has_body for entry in entries):
        return None
    pedals = np.array([msgspec.structs.astuple(control) for _, control in orders], np.float64).reshape(-1, 7)
    if not np.isfinite(pedals).all():
        return None
    pedals[:, 1] *= -1.0
    rows = np.array([world.row_of(actor) for actor, _ in orders], np.int64)
    write_controls(world.state.cars, world.state.extra, rows, pedals)
    return [((1, actor),) for actor, _ in orders]


def _answer(service: Service, command: Command) -> Answer:
    try:
        return ((1, _do(service, command, 0)),)
    except (JingError, msgspec.ValidationError) as problem:
        return ((0, (str(problem),)),)


def _do(service: Service, command: Command, spawned: int) -> int:
    """Does it; id 0 means the actor just spawned. Returns the actor's id."""
    number, fields = command[0]
    if number == _SPAWN:
        return _spawn(service, fields, spawned)
    if number == _CONSOLE:
        raise RefusedError("there is no console")
    kind = _KINDS.get(number)
    if kind is None:
        raise RefusedError(f"there is no command {number}")
    actor, *values = msgspec.convert(fields, kind.fields)
    kind.do(service, actor or spawned, *values)
    return int(actor or spawned)


def _spawn(service: Service, fields: list[Any], spawned: int) -> int:
    if len(fields) < 3:
        raise RefusedError("a spawn command has a description, a transform and a parent")
    description = msgspec.convert(fields[0], ActorDescription)
    at = msgspec.convert(fields[1], Transform)
    match fields[2]:
        case [True, int(parent)]:
            mounted = parent or spawned
        case _:
            mounted = spawned
    actor = spawn(service.episode, description, at, mounted).id
    for after in msgspec.convert(fields[5], list[Command]) if len(fields) > 5 else ():
        _do(service, after, actor)
    return actor
