"""A driver with pedals and a wheel in place of exact motion: the same wishes through the vehicle's dynamics.

Steering: pure pursuit (Coulter, 1992, CMU-RI-TR-92-01) on the lane's centre, or on a line beside it. Pedals: a PI
controller on the wished acceleration.
"""

import math
from dataclasses import dataclass
from typing import Literal

import numpy as np

from jing_scenarios.drivers.driver import Driver, DriverView, LaneAhead, MotionTarget, Observation, PoseTarget
from jing_sim.driving.controls import VehicleControl

__all__ = ["PedalDriver"]

_LOOK_S, _LOOK_LEAST_M = 0.9, 4.0
_FULL_THROTTLE_MPS2, _FULL_BRAKE_MPS2 = 4.0, 9.0
_ROLLING_MPS2 = 0.15
_GAIN, _GAIN_I, _MOST_I = 0.12, 0.25, 0.4
_STAND_BRAKE = 0.3


@dataclass
class PedalDriver:
    """Asks `inner`, whose answers are motions, and turns them into pedals and a wheel."""

    inner: Driver

    @property
    def needs(self) -> tuple[str, ...]:
        """Those of `inner`, and the lane."""
        return tuple(dict.fromkeys((*self.inner.needs, "state", "lane")))

    @property
    def answers(self) -> Literal["pedals"]:
        """Pedals."""
        return "pedals"

    def setup(self, view: DriverView) -> None:
        """Inherited, see `Driver`."""
        self.inner.setup(view)
        self._wheelbase_m = view.wheelbase_m or 2.8
        self._steer_rad = view.max_steer_rad or 0.6
        self._sum, self._speed_mps = 0.0, math.nan

    def control(self, seen: Observation, time_s: float) -> VehicleControl:
        """Inherited, see `Driver`."""
        answer = self.inner.control(seen, time_s)
        if isinstance(answer, VehicleControl):
            return answer
        if isinstance(answer, PoseTarget):
            wish = (answer.speed_mps - seen.own.speed_mps) / max(seen.dt_s, 0.2)
            return self._pedals(seen, wish, 0.0)
        return self._pedals(seen, answer.acceleration_mps2, _offset_wish(answer, seen.lane))

    def _pedals(self, seen: Observation, wish_mps2: float, offset_m: float) -> VehicleControl:
        own = seen.own
        steer = self._steer(seen, offset_m)
        if wish_mps2 <= 0.0 and own.speed_mps < 0.2:
            self._sum = 0.0
            return VehicleControl(steer=steer, brake=_STAND_BRAKE)
        is_now = own.accel_mps2
        error = wish_mps2 - is_now
        self._sum = min(max(self._sum + _GAIN_I * error * seen.dt_s, -_MOST_I), _MOST_I)
        more = wish_mps2 + _ROLLING_MPS2 + 0.0006 * own.speed_mps**2
        base = more / _FULL_THROTTLE_MPS2 if more >= 0.0 else more / _FULL_BRAKE_MPS2
        pedal = base + _GAIN * error + self._sum
        if pedal >= 0.0:
            return VehicleControl(throttle=min(pedal, 1.0), steer=steer)
        return VehicleControl(brake=min(-pedal, 1.0), steer=steer)

    def _steer(self, seen: Observation, offset_m: float) -> float:
        lane, own = seen.lane, seen.own
        if lane is None or len(lane.distance_m) < 2:
            return 0.0
        look = max(_LOOK_S * own.speed_mps, _LOOK_LEAST_M)
        x = float(np.interp(look, lane.distance_m, lane.x_m)) - own.x_m
        y = float(np.interp(look, lane.distance_m, lane.y_m)) - own.y_m
        heading = float(np.interp(look, lane.distance_m, np.unwrap(lane.heading_rad)))
        x, y = x - offset_m * math.sin(heading), y + offset_m * math.cos(heading)
        cos, sin = math.cos(own.heading_rad), math.sin(own.heading_rad)
        ahead, left = x * cos + y * sin, y * cos - x * sin
        reach = max(math.hypot(ahead, left), 1e-3)
        angle = math.atan(2.0 * self._wheelbase_m * left / (reach * reach))
        return min(max(angle / self._steer_rad, -1.0), 1.0)


def _offset_wish(answer: MotionTarget, lane: LaneAhead | None) -> float:
    if answer.offset_m is not None:
        # A wish that comes nearer to the middle step by step is, for somebody with a wheel, the middle.
        return answer.offset_m if abs(answer.offset_m) > abs(lane.offset_m if lane else 0.0) else 0.0
    return 0.0
