"""Safe distances of ad-rss 5.0, as a JSON table on stdout. Runs in an environment of its own, as `commonroad_table`."""

import itertools
import json
from collections.abc import Callable
from typing import Any

import ad_rss

physics = ad_rss.physics
CORE, STRUCTURED = ad_rss.rss.core, ad_rss.rss.structured
SPEEDS = (0.0, 3.0, 8.0, 15.0, 25.0, 36.0)
SIDEWAYS = (-1.5, -0.4, 0.0, 0.3, 1.2)
NAMES = ("response_s", "accel_max_mps2", "brake_min_mps2", "brake_max_mps2", "brake_min_correct_mps2",
         "lateral_accel_mps2", "lateral_brake_mps2", "fluctuation_m")  # fmt: skip
OWN = dict(zip(NAMES, (1.0, 3.5, 4.0, 8.0, 3.0, 0.2, 0.8, 0.1), strict=True))
OTHER = dict(zip(NAMES, (2.0, 2.0, 3.5, 7.0, 2.5, 0.3, 0.6, 0.2), strict=True))


def state(who: dict[str, float], along_mps: float, across_mps: float, *, correct: bool = True) -> Any:  # noqa: ANN401
    """The library's state of a road user; across is positive to the right."""
    it = CORE.RelativeObjectState()
    it.object_type = ad_rss.rss.world.ObjectType.EgoVehicle
    velocity = it.structured_object_state.velocity
    velocity.speed_lon_min = velocity.speed_lon_max = physics.Speed(along_mps)
    velocity.speed_lat_min = velocity.speed_lat_max = physics.Speed(across_mps)
    it.structured_object_state.velocity = velocity
    it.structured_object_state.is_in_correct_lane = correct
    it.structured_object_state.distance_to_enter_intersection = physics.Distance(1000.0)
    it.structured_object_state.distance_to_leave_intersection = physics.Distance(1000.0)
    dynamics = it.dynamics
    dynamics.alpha_lon.accel_max = physics.Acceleration(who["accel_max_mps2"])
    dynamics.alpha_lon.brake_max = physics.Acceleration(-who["brake_max_mps2"])
    dynamics.alpha_lon.brake_min = physics.Acceleration(-who["brake_min_mps2"])
    dynamics.alpha_lon.brake_min_correct = physics.Acceleration(-who["brake_min_correct_mps2"])
    dynamics.alpha_lat.accel_max = physics.Acceleration(who["lateral_accel_mps2"])
    dynamics.alpha_lat.brake_min = physics.Acceleration(-who["lateral_brake_mps2"])
    dynamics.lateral_fluctuation_margin = physics.Distance(who["fluctuation_m"])
    dynamics.response_time = physics.Duration(who["response_s"])
    dynamics.max_speed_on_acceleration = physics.Speed(100.0)
    _complete(it)
    return it


def _complete(it: Any) -> None:  # noqa: ANN401
    """What the library wants to be valid though structured roads do not use it."""
    settings = it.dynamics.unstructured_settings
    settings.pedestrian_turning_radius = settings.vehicle_min_radius = physics.Distance(2.0)
    settings.drive_away_max_angle = physics.Angle(2.4)
    settings.vehicle_yaw_rate_change = physics.AngularAcceleration(0.3)
    settings.vehicle_trajectory_calculation_step = physics.Duration(0.2)
    place = it.unstructured_object_state
    place.yaw, place.yaw_rate, place.steering_angle = (
        physics.Angle(0.0),
        physics.AngularVelocity(0.0),
        physics.Angle(0.0),
    )
    place.center_point.x = place.center_point.y = physics.Distance(0.0)
    place.dimension.length, place.dimension.width = physics.Distance(4.8), physics.Distance(2.0)
    place.speed_range.minimum = place.speed_range.maximum = physics.Speed(0.0)


def asked(function: Callable[..., bool], first: object, second: object) -> float | None:
    distance = physics.Distance(0.0)
    return distance.mDistance if function(first, second, distance) else None


def main() -> None:
    rows = []
    for a, b in itertools.product(SPEEDS, SPEEDS):
        same = asked(
            STRUCTURED.calculateSafeLongitudinalDistanceSameDirection, state(OTHER, b, 0.0), state(OWN, a, 0.0)
        )
        opposite = asked(STRUCTURED.calculateSafeLongitudinalDistanceOppositeDirection, state(OWN, a, 0.0),
                         state(OTHER, b, 0.0, correct=False))  # fmt: skip
        rows += [
            {"kind": "same", "speeds": (a, b), "value": same},
            {"kind": "opposite", "speeds": (a, b), "value": opposite},
        ]
    for a, b in itertools.product(SIDEWAYS, SIDEWAYS):
        value = asked(STRUCTURED.calculateSafeLateralDistance, state(OWN, 10.0, a), state(OTHER, 10.0, b))
        rows.append({"kind": "lateral", "speeds": (a, b), "value": value})
    print(json.dumps({"library": "ad-rss 5.0.0", "own": OWN, "other": OTHER, "rows": rows}))


if __name__ == "__main__":
    main()
