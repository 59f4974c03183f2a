"""OverrideControllerValueAction: single pedals that the scenario holds in place of the driver."""

import math
from dataclasses import replace

from jing_scenarios.drivers.driver import Answer, MotionTarget
from jing_scenarios.worlds.world import EntityBody
from jing_sim.driving.controls import VehicleControl

__all__ = ["Overrides", "with_overrides"]

Overrides = dict[str, float]
"""Values by pedal: throttle, brake, clutch, parkingBrake (0 to 1), steering (rad), gear."""

_FULL_ACCEL_MPS2, _FULL_BRAKE_MPS2 = 3.0, 9.0


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
    brake = max(held.get("brake", 0.0), held.get("parkingBrake", 0.0))
    if "brake" in held or "parkingBrake" in held:
        most = body.max_deceleration_mps2
        return replace(answer, acceleration_mps2=-brake * (most if math.isfinite(most) else _FULL_BRAKE_MPS2))
    if "throttle" in held:
        most = body.max_acceleration_mps2
        wish = held["throttle"] * (most if math.isfinite(most) else _FULL_ACCEL_MPS2)
        return replace(answer, acceleration_mps2=wish)
    return answer


def _on_pedals(answer: VehicleControl, held: Overrides, body: EntityBody) -> VehicleControl:
    steer = answer.steer
    if "steering" in held:
        steer = min(max(held["steering"] / (body.max_steer_rad or 0.6), -1.0), 1.0)
    gear = int(held.get("gear", answer.gear))
    return replace(
        answer,
        throttle=0.0 if held.get("clutch", 0.0) > 0.5 else held.get("throttle", answer.throttle),
        brake=held.get("brake", answer.brake),
        hand_brake=held["parkingBrake"] > 0.0 if "parkingBrake" in held else answer.hand_brake,
        steer=steer,
        manual_gear="gear" in held or answer.manual_gear,
        gear=gear,
        reverse=gear < 0 if "gear" in held else answer.reverse,
    )
