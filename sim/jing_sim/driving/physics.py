"""The figures of a vehicle that drive its model; one copy a body, which may be changed while it drives.

The fields are those of CARLA's `VehiclePhysicsControl` in SI units and the body's own frame (x forward, y left, z up,
from the point on the ground below the middle of the wheels).
"""

import math
from collections.abc import Iterator
from dataclasses import dataclass, fields

from jing_sim.driving.errors import PhysicsError
from jing_sim.driving.rows import MAX_CURVE, MAX_GEARS, MAX_STEER_CURVE, MAX_WHEELS

__all__ = ["Gear", "VehiclePhysics", "VehicleTelemetry", "Wheel", "WheelTelemetry"]


@dataclass(frozen=True)
class Gear:
    """One forward gear: its ratio, and the shares of the largest rpm below and above which the box leaves it."""

    ratio: float
    down_ratio: float = 0.35
    up_ratio: float = 0.9


@dataclass(frozen=True)
class Wheel:
    """One wheel and its tyre.

    Attributes:
        position: of its centre, body frame [m].
        tyre_friction: coefficient on a dry road of friction 1.
        damping_rate: of its spin [N m s].
        max_steer_rad: at full steering and standstill, of the middle of its axle.
        radius_m: rolling radius.
        max_brake_nm, max_handbrake_nm: at a full pedal.
        lat_stiff_max_load: multiple of its load at rest at which the cornering stiffness grows no more.
        lat_stiff_value: cornering stiffness for large loads over the load at rest [1/rad].
        long_stiff_value: longitudinal stiffness [N per unit slip] over standard gravity [kg].
    """

    position: tuple[float, float, float]
    tyre_friction: float = 1.0
    damping_rate: float = 0.05
    max_steer_rad: float = 0.0
    radius_m: float = 0.32
    max_brake_nm: float = 1500.0
    max_handbrake_nm: float = 0.0
    lat_stiff_max_load: float = 2.0
    lat_stiff_value: float = 17.0
    long_stiff_value: float = 8000.0


@dataclass(frozen=True)
class VehiclePhysics:
    """All figures that may be set at run time.

    Attributes:
        torque_curve: (rpm, N m) at full throttle, rpm rising.
        max_rpm: the limiter.
        moi: rotational inertia of the engine [kg m2].
        damping_full_throttle, damping_engaged, damping_disengaged: drag of the engine [N m s].
        use_autobox: the gear box shifts by itself.
        gear_switch_time_s: without drive while a gear is changed.
        clutch_strength: largest torque of the clutch over the engine's angular velocity [N m s].
        final_ratio: of the axle.
        forward_gears: from the first one.
        mass_kg, drag_coefficient: of the whole.
        centre_of_mass: body frame [m].
        steering_curve: (speed [m/s], share of the largest angle), speed rising.
        wheels: front left, front right, rear left, rear right; of two-wheelers front, rear.
        sweep_wheels: kept for the round trip; wheels touch the ground below their centre either way.
    """

    torque_curve: tuple[tuple[float, float], ...]
    max_rpm: float
    moi: float
    damping_full_throttle: float
    damping_engaged: float
    damping_disengaged: float
    use_autobox: bool
    gear_switch_time_s: float
    clutch_strength: float
    final_ratio: float
    forward_gears: tuple[Gear, ...]
    mass_kg: float
    drag_coefficient: float
    centre_of_mass: tuple[float, float, float]
    steering_curve: tuple[tuple[float, float], ...]
    wheels: tuple[Wheel, ...]
    sweep_wheels: bool = False

    def __post_init__(self) -> None:
        for name, size, most in (
            ("torque_curve", len(self.torque_curve), MAX_CURVE),
            ("forward_gears", len(self.forward_gears), MAX_GEARS),
            ("steering_curve", len(self.steering_curve), MAX_STEER_CURVE),
            ("wheels", len(self.wheels), MAX_WHEELS),
        ):
            if not 1 <= size <= most:
                msg = f"{name} has {size} entries; 1 to {most} are right"
                raise PhysicsError(msg)
        bad = next((name for name, value in _numbers(self) if not math.isfinite(value)), None)
        if bad is not None:
            msg = f"{bad} is not a finite number"
            raise PhysicsError(msg)
        positive = [("mass_kg", self.mass_kg), ("max_rpm", self.max_rpm)]
        positive += [(f"wheels[{i}].radius_m", wheel.radius_m) for i, wheel in enumerate(self.wheels)]
        for name, value in positive:
            if value <= 0.0:
                msg = f"{name} is {value}; it must be above 0"
                raise PhysicsError(msg)


def _numbers(value: object, name: str = "") -> Iterator[tuple[str, float]]:
    """Every number in a tree of dataclasses and tuples, with its place."""
    if isinstance(value, int | float):
        yield name, float(value)
    elif isinstance(value, tuple):
        for i, part in enumerate(value):
            yield from _numbers(part, f"{name}[{i}]")
    elif isinstance(value, VehiclePhysics | Wheel | Gear):
        for field in fields(value):
            yield from _numbers(getattr(value, field.name), f"{name}.{field.name}".lstrip("."))


@dataclass(frozen=True)
class WheelTelemetry:
    """Of one wheel in the last substep; forces on the vehicle in the wheel's frame, x forward, y left.

    Attributes:
        friction: coefficient in force. lat_slip: slip angle [rad], long_slip: ratio. omega_radps: spin.
        load_n: of the tyre, normalised_load: over its load at rest. torque_nm: of drive and brakes.
        long_force_n, lat_force_n: of the tyre, normalised_*: over the load.
        steer_rad: angle of the wheel. rotation_rad: how far it has turned.
    """

    friction: float
    lat_slip: float
    long_slip: float
    omega_radps: float
    load_n: float
    normalised_load: float
    torque_nm: float
    long_force_n: float
    lat_force_n: float
    normalised_long_force: float
    normalised_lat_force: float
    steer_rad: float
    rotation_rad: float


@dataclass(frozen=True)
class VehicleTelemetry:
    """Of a vehicle in the last substep: m/s, controls as they act, rpm, -1 0 1 ... gear, N of drag, wheels."""

    speed_mps: float
    steer: float
    throttle: float
    brake: float
    engine_rpm: float
    gear: int
    drag_n: float
    wheels: tuple[WheelTelemetry, ...]
