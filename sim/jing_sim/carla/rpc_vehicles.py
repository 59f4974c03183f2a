"""Calls about vehicles."""

import logging
import math

from jing_sim.carla.actors import ActorEntry, ActorKind
from jing_sim.carla.rpc import Calls, RefusedError, rpc
from jing_sim.carla.rpc_actors import known
from jing_sim.carla.service import Service
from jing_sim.carla.structs_control import (
    AckermannControl,
    AckermannSettings,
    VehicleControl,
    VehicleLights,
    VehiclePhysics,
    VehicleTelemetry,
)
from jing_sim.carla.vehicle_figures import (
    ackermann_of,
    control_of,
    gains_of,
    physics_of,
    settings_of,
    telemetry_to_wire,
    to_wire,
)
from jing_sim.driving.bodies import Motion
from jing_sim.driving.controls import AckermannGains
from jing_sim.driving.physics import WheelTelemetry

__all__ = ["CALLS", "vehicle"]

CALLS: Calls = {}

_LOG = logging.getLogger(__name__)
_ALL_DOORS = 6


def vehicle(service: Service, actor: int) -> ActorEntry | None:
    """The vehicle; None where it has been destroyed.

    Raises:
        RefusedError: the actor is no vehicle, or there never was one of this id.
    """
    entry = known(service, actor)
    if entry and (entry.kind != ActorKind.VEHICLE or not entry.has_body):
        raise RefusedError(f"actor {actor} is a {entry.description.id}, not a vehicle that can drive")
    return entry


def _finite(*values: float) -> None:
    if not math.isfinite(sum(values)):
        raise RefusedError("a control has a number that is not finite")


@rpc(CALLS, "apply_control_to_vehicle")
def apply_control_to_vehicle(service: Service, actor: int, control: VehicleControl) -> None:
    """Its pedals until others come."""
    _finite(control.throttle, control.steer, control.brake)
    if vehicle(service, actor):
        service.episode.world.control(actor, control_of(control))


@rpc(CALLS, "apply_ackermann_control_to_vehicle")
def apply_ackermann_control_to_vehicle(service: Service, actor: int, control: AckermannControl) -> None:
    """A controller finds its pedals."""
    _finite(control.steer, control.steer_speed, control.speed, control.acceleration, control.jerk)
    if vehicle(service, actor):
        service.episode.world.ackermann(actor, ackermann_of(control))


@rpc(CALLS, "apply_ackermann_controller_settings")
def apply_ackermann_controller_settings(service: Service, actor: int, settings: AckermannSettings) -> None:
    """Gains of that controller."""
    if vehicle(service, actor):
        service.episode.world.set_gains(actor, gains_of(settings))


@rpc(CALLS, "get_ackermann_controller_settings")
def get_ackermann_controller_settings(service: Service, actor: int) -> AckermannSettings:
    """Gains of that controller."""
    gains = service.episode.world.gains(actor) if vehicle(service, actor) else AckermannGains()
    return settings_of(gains)


@rpc(CALLS, "apply_physics_control")
def apply_physics_control(service: Service, actor: int, figures: VehiclePhysics) -> None:
    """What its movement follows from."""
    if vehicle(service, actor):
        world = service.episode.world
        world.set_physics(actor, physics_of(figures, world.physics(actor)))


@rpc(CALLS, "get_physics_control")
def get_physics_control(service: Service, actor: int) -> VehiclePhysics:
    """What its movement follows from."""
    entry = vehicle(service, actor)
    if entry is None:
        return VehiclePhysics()
    return to_wire(service.episode.world.physics(actor), service.episode.pose_of(entry))


@rpc(CALLS, "get_telemetry_data")
def get_telemetry_data(service: Service, actor: int) -> VehicleTelemetry:
    """What it does now."""
    if vehicle(service, actor) is None:
        return VehicleTelemetry()
    return telemetry_to_wire(service.episode.world.telemetry(actor))


@rpc(CALLS, "show_vehicle_debug_telemetry")
def show_vehicle_debug_telemetry(service: Service, actor: int, enabled: bool) -> None:  # noqa: ARG001
    """There is no screen to show it on."""
    vehicle(service, actor)


# -- lights and doors --------------------------------------------------------------------------------------------------


@rpc(CALLS, "set_vehicle_light_state")
def set_vehicle_light_state(service: Service, actor: int, lights: VehicleLights) -> None:
    """Which of its lights burn."""
    entry = vehicle(service, actor)
    if entry:
        entry.lights = lights.flags


@rpc(CALLS, "get_vehicle_light_state")
def get_vehicle_light_state(service: Service, actor: int) -> VehicleLights:
    """Which of its lights burn."""
    entry = vehicle(service, actor)
    return VehicleLights(entry.lights if entry else 0)


@rpc(CALLS, "get_vehicle_light_states")
def get_vehicle_light_states(service: Service) -> list[tuple[int, int]]:
    """Id and lights of all vehicles."""
    vehicles = service.episode.actors.of_kind(ActorKind.VEHICLE)
    return [(entry.id, entry.lights) for entry in vehicles]


def _door_bits(door: int) -> int:
    if not 0 <= door <= _ALL_DOORS:
        raise RefusedError(f"there is no door {door}; 0 to 6 would be right")
    return (1 << _ALL_DOORS) - 1 if door == _ALL_DOORS else 1 << door


@rpc(CALLS, "open_vehicle_door")
def open_vehicle_door(service: Service, actor: int, door: int) -> None:
    """0 to 3 seats, 4 hood, 5 trunk, 6 all."""
    entry = vehicle(service, actor)
    if entry:
        entry.doors |= _door_bits(door)


@rpc(CALLS, "close_vehicle_door")
def close_vehicle_door(service: Service, actor: int, door: int) -> None:
    """0 to 3 seats, 4 hood, 5 trunk, 6 all."""
    entry = vehicle(service, actor)
    if entry:
        entry.doors &= ~_door_bits(door)


# -- wheels ------------------------------------------------------------------------------------------------------------


def _wheel(service: Service, actor: int, wheel: int) -> WheelTelemetry | None:
    """A wheel of a vehicle that moves by its own physics; None for others."""
    entry = vehicle(service, actor)
    world = service.episode.world
    if entry is None or world.bodies.motion[world.row_of(actor)] != Motion.DYNAMIC:
        return None
    wheels = world.telemetry(actor).wheels
    if not 0 <= wheel < len(wheels):
        raise RefusedError(f"vehicle {actor} has no wheel {wheel}; 0 to {len(wheels) - 1} would be right")
    return wheels[wheel]


def _shown(service: Service, actor: int) -> dict[tuple[str, int], float]:
    """Angles that a client has set on the wheels of a vehicle without physics."""
    entry = vehicle(service, actor)
    return entry.wheel_angles if entry else {}


@rpc(CALLS, "set_wheel_steer_direction")
def set_wheel_steer_direction(service: Service, actor: int, wheel: int, degrees: float) -> None:
    """How a wheel looks while physics do not move it."""
    _shown(service, actor)["steer", wheel] = degrees


@rpc(CALLS, "set_wheel_pitch_angle")
def set_wheel_pitch_angle(service: Service, actor: int, wheel: int, degrees: float) -> None:
    """How a wheel looks while physics do not move it."""
    _shown(service, actor)["pitch", wheel] = degrees


@rpc(CALLS, "get_wheel_steer_angle")
def get_wheel_steer_angle(service: Service, actor: int, wheel: int) -> float:
    """Degrees to the right."""
    found = _wheel(service, actor, wheel)
    return -math.degrees(found.steer_rad) if found else _shown(service, actor).get(("steer", wheel), 0.0)


@rpc(CALLS, "get_wheel_pitch_angle")
def get_wheel_pitch_angle(service: Service, actor: int, wheel: int) -> float:
    """Degrees that it has rolled."""
    found = _wheel(service, actor, wheel)
    if found is None:
        return _shown(service, actor).get(("pitch", wheel), 0.0)
    return math.degrees(found.rotation_rad) % 360.0


# -- other engines: there is one model of vehicles here ----------------------------------------------------------------


@rpc(CALLS, "enable_carsim")
def enable_carsim(service: Service, actor: int, path: str) -> None:  # noqa: ARG001
    """Refused."""
    vehicle(service, actor)
    _LOG.warning("a client asked for CarSim; this server has its own vehicle model only")
    raise RefusedError("CarSim is not part of this server")


@rpc(CALLS, "use_carsim_road")
def use_carsim_road(service: Service, actor: int, enabled: bool) -> None:  # noqa: ARG001
    """Refused."""
    vehicle(service, actor)
    raise RefusedError("CarSim is not part of this server")


@rpc(CALLS, "enable_chrono_physics")
def enable_chrono_physics(
    service: Service,
    actor: int,
    max_substeps: int,  # noqa: ARG001
    max_substep_s: float,  # noqa: ARG001
    vehicle_json: str,  # noqa: ARG001
    powertrain_json: str,  # noqa: ARG001
    tire_json: str,  # noqa: ARG001
    base_path: str,  # noqa: ARG001
) -> None:
    """Refused."""
    vehicle(service, actor)
    _LOG.warning("a client asked for Chrono; this server has its own vehicle model only")
    raise RefusedError("Chrono is not part of this server")


@rpc(CALLS, "restore_physx_physics")
def restore_physx_physics(service: Service, actor: int) -> None:
    """The only model there is, is in force."""
    vehicle(service, actor)
