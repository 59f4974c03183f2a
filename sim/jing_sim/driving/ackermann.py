"""Orders of the Ackermann controller, written into the record of a vehicle."""

import math
from typing import Any

from jing_sim.driving.controls import AckermannControl, AckermannGains
from jing_sim.driving.kernels_step import StateArrays

__all__ = ["read_gains", "write_ackermann", "write_gains"]


def write_ackermann(state: StateArrays, row: int, control: AckermannControl) -> None:
    """The controller of this vehicle takes over from its present speed and pedals."""
    car = state.cars[row]
    if not car["ackermann"]:
        for name in ("a_error", "a_sum", "a_target", "a_pedal", "a_measured"):
            car[name] = 0.0
        velocity, yaw = state.bodies.velocity[row], float(state.bodies.rotation[row, 0])
        car["a_last_speed"] = velocity[0] * math.cos(yaw) + velocity[1] * math.sin(yaw)
    car["ackermann"], car["manual"], car["hand_brake"] = True, False, False
    car["a_steer"], car["a_steer_speed"] = control.steer_rad, abs(control.steer_speed_radps)
    car["a_speed"], car["a_accel"] = control.speed_mps, abs(control.acceleration_mps2)
    car["a_jerk"] = abs(control.jerk_mps3)
    state.extra[row]["still"] = 0


def write_gains(car: Any, gains: AckermannGains) -> None:  # noqa: ANN401
    """Gains into a record of dtype `CAR`."""
    car["gains"] = tuple(vars(gains).values())


def read_gains(car: Any) -> AckermannGains:  # noqa: ANN401
    """Gains of a record of dtype `CAR`."""
    return AckermannGains(*(float(value) for value in car["gains"]))
