"""Batches: many commands in one call, each with an answer of its own."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import msgspec

from jing_maps.errors import JingError
from jing_sim.carla import rpc_actors, rpc_lights, rpc_vehicles, rpc_walkers
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

__all__ = ["CALLS"]

CALLS: Calls = {}

Answer = tuple[tuple[int, Any]]
Command = tuple[tuple[int, list[Any]]]

_SPAWN, _CONSOLE = 0, 20


@dataclass(frozen=True)
class _Kind:
    """A command on an actor: types of its fields after the id, and what it does."""

    fields: Any
    do: Callable[..., Any]


def _walk(service: Service, actor: int, at: Transform, speed: float) -> None:
    """A walker that its client moves: it is put there and looks where it goes."""
    entry = rpc_walkers.walker(service, actor)
    if entry:
        rpc_actors.place(service, entry, at)
        del speed  # clients' navigation has moved it already


def _lights(service: Service, actor: int, flags: int) -> None:
    rpc_vehicles.set_vehicle_light_state(service, actor, VehicleLights(flags))


_KINDS: dict[int, _Kind] = {
    1: _Kind((), rpc_actors.destroy_actor),
    2: _Kind((VehicleControl,), rpc_vehicles.apply_control_to_vehicle),
    3: _Kind((AckermannControl,), rpc_vehicles.apply_ackermann_control_to_vehicle),
    4: _Kind((WalkerControl,), rpc_walkers.apply_control_to_walker),
    5: _Kind((VehiclePhysics,), rpc_vehicles.apply_physics_control),
    6: _Kind((Transform,), rpc_actors.set_actor_transform),
    7: _Kind((Transform, float), _walk),
    8: _Kind((Vector3D,), rpc_actors.set_actor_target_velocity),
    9: _Kind((Vector3D,), rpc_actors.set_actor_target_angular_velocity),
    10: _Kind((Vector3D,), rpc_actors.add_actor_impulse),
    11: _Kind((Vector3D,), rpc_actors.add_actor_force),
    12: _Kind((Vector3D,), rpc_actors.add_actor_angular_impulse),
    13: _Kind((Vector3D,), rpc_actors.add_actor_torque),
    14: _Kind((bool,), rpc_actors.set_actor_simulate_physics),
    15: _Kind((bool,), rpc_actors.set_actor_enable_gravity),
    16: _Kind((bool,), rpc_actors.set_actor_autopilot),
    17: _Kind((bool,), rpc_vehicles.show_vehicle_debug_telemetry),
    18: _Kind((int,), _lights),
    19: _Kind((Vector3D,), rpc_actors.set_actor_location),
    21: _Kind((int,), rpc_lights.set_traffic_light_state),
}


@rpc(CALLS, "apply_batch", bare=True)
async def apply_batch(service: Service, commands: list[Command], do_tick: bool) -> list[Answer]:
    """The commands are done in their order; the answer of each is the actor's id or why not."""
    answers = [_answer(service, command) for command in commands]
    if do_tick:
        await service.tick_cue()
    return answers


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
    if kind is None or len(fields) != 1 + len(kind.fields):
        raise RefusedError(f"there is no command {number} with {len(fields)} fields")
    actor = msgspec.convert(fields[0], int) or spawned
    kind.do(service, actor, *(msgspec.convert(f, t) for f, t in zip(fields[1:], kind.fields, strict=True)))
    return actor


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
