"""OverrideControllerValueAction: single pedals that the scenario holds in place of the driver."""

import math
from dataclasses import replace

from jing_scenarios.drivers.driver import Answer, MotionTarget
from jing_scenarios.worlds.world import EntityBody
from jing_sim.driving.controls import VehicleControl

__all__ = ["Overrides", "with_overrides"]

Overrides = dict[str, float]
"""Values by name: throttle, brake, clutch, parking_brake (0 to 1), brake_force_n, steering_wheel (rad, left positive),
gear (-1 reverse, 0 neutral, 1 the first one; -2 park), and `*_rate`, which are not regarded: pedals move at once."""

_FULL_ACCEL_MPS2, _FULL_BRAKE_MPS2, _USUAL_KG = 3.0, 9.0, 1500.0
_WHEEL_RATIO = 15.0
"""From the steering wheel to the front wheels, as usual in cars."""
_PARK, _SLIPS = -2, 0.5


def with_overrides(answer: Answer, held: Overrides | None, body: EntityBody) -> Answer:
    """The answer with the pedals that are held.

    For vehicles without pedals the brake is a share of the largest deceleration (9 m/s2 where the file says none), the
    throttle one of the largest acceleration (3 m/s2); poses are left as they are.
    """
    if not held:
        return answer
    if isinstance(answer, VehicleControl):
        return _on_pedals(answer, held, body)
    if not isinstance(answer, MotionTarget):
        return answer
    if held.keys() & {"brake", "parking_brake", "brake_force_n"}:
        return replace(answer, acceleration_mps2=-_brake_share(held, body) * _full_brake(body))
    if "throttle" in held:
        most = body.max_acceleration_mps2
        wish = held["throttle"] * (most if math.isfinite(most) else _FULL_ACCEL_MPS2)
        return replace(answer, acceleration_mps2=wish)
    return answer


def _full_brake(body: EntityBody) -> float:
    return body.max_deceleration_mps2 if math.isfinite(body.max_deceleration_mps2) else _FULL_BRAKE_MPS2


def _brake_share(held: Overrides, body: EntityBody) -> float:
    """Of the largest deceleration; a force counts against the vehicle's mass (1500 kg where the file says none)."""
    force = held.get("brake_force_n", 0.0) / ((body.mass_kg or _USUAL_KG) * _full_brake(body))
    return min(max(held.get("brake", 0.0), held.get("parking_brake", 0.0), force), 1.0)


def _on_pedals(answer: VehicleControl, held: Overrides, body: EntityBody) -> VehicleControl:
    steer, gear = answer.steer, int(held.get("gear", answer.gear))
    if "steering_wheel" in held:
        steer = min(max(held["steering_wheel"] / _WHEEL_RATIO / (body.max_steer_rad or 0.6), -1.0), 1.0)
    brakes = held.keys() & {"brake", "brake_force_n"}
    park = held.get("parking_brake", 0.0) > 0.0 or gear == _PARK
    return replace(
        answer,
        throttle=0.0 if held.get("clutch", 0.0) > _SLIPS else held.get("throttle", answer.throttle),
        brake=_brake_share(held | {"parking_brake": 0.0}, body) if brakes else answer.brake,
        hand_brake=park if "parking_brake" in held or gear == _PARK else answer.hand_brake,
        steer=steer,
        manual_gear="gear" in held or answer.manual_gear,
        gear=max(gear, -1) if gear != _PARK else 0,
        reverse=gear == -1 if "gear" in held else answer.reverse,
    )
