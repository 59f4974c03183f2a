"""The protocol of drivers: what they may see, and what they may answer.

Frame: map frame, metres, radians counter-clockwise. Drivers see what is around their vehicle, never the engine.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, Protocol

import numpy as np
from numpy.typing import NDArray

from jing_maps.errors import JingError
from jing_sim.driving.controls import VehicleControl

__all__ = [
    "OBSERVATIONS",
    "Answer",
    "CrossingAhead",
    "Driver",
    "DriverError",
    "DriverView",
    "LaneAhead",
    "MotionTarget",
    "Neighbour",
    "Observation",
    "OwnState",
    "PoseTarget",
    "SignalAhead",
]

Float = NDArray[np.float64]

OBSERVATIONS = ("state", "lane", "neighbours", "signals", "crossings", "route")
"""What a driver may ask for in `needs`; what it does not ask for is not looked up for it."""


class DriverError(JingError, ValueError):
    """A driver that is not there, cannot be made, asks for what no world offers, or answers nonsense."""


@dataclass(frozen=True, slots=True)
class OwnState:
    """The driver's own vehicle.

    Attributes:
        x_m, y_m, z_m, heading_rad: of its reference point (centre of the rear axle).
        speed_mps, accel_mps2: forward. front_m, rear_m: bumpers from the reference point, both positive.
        length_m, width_m, wheelbase_m: of it; max_*: its performance, inf = not said.
    """

    x_m: float
    y_m: float
    z_m: float
    heading_rad: float
    speed_mps: float
    accel_mps2: float
    front_m: float
    rear_m: float
    length_m: float
    width_m: float
    wheelbase_m: float
    max_speed_mps: float
    max_acceleration_mps2: float
    max_deceleration_mps2: float


@dataclass(frozen=True, slots=True)
class LaneAhead:
    """The way ahead along the own lane and the route.

    Attributes:
        distance_m: `(k,)` from the reference point, rising from 0. x_m, y_m, heading_rad: `(k,)` the lane's centre.
        limit_mps: here; inf = not said. next_limit_mps, next_limit_m: the next lower limit and how far it is.
        offset_m: of the reference point from the lane's centre, left positive; heading_error_rad: to the lane.
        width_m: of the lane here. end_m: to the end of the way, inf = not in sight.
    """

    distance_m: Float
    x_m: Float
    y_m: Float
    heading_rad: Float
    limit_mps: float
    next_limit_mps: float
    next_limit_m: float
    offset_m: float
    heading_error_rad: float
    width_m: float
    end_m: float


@dataclass(frozen=True, slots=True)
class Neighbour:
    """Somebody else.

    Attributes:
        name, kind: of the entity; kind is vehicle, pedestrian or misc.
        gap_m: along the own way from the own front bumper to its near end; negative = beside or behind.
        offset_m: of its middle from the own lane's centre, left positive; half_width_m: its half extent across it.
        speed_mps, across_mps: along and across (left positive) the own way. accel_mps2: its own.
        x_m, y_m, heading_rad: middle of its box.
        length_m: of it.
    """

    name: str
    kind: str
    gap_m: float
    offset_m: float
    half_width_m: float
    speed_mps: float
    across_mps: float
    accel_mps2: float
    x_m: float
    y_m: float
    heading_rad: float
    length_m: float


@dataclass(frozen=True, slots=True)
class SignalAhead:
    """A traffic signal for the own lane: `distance_m` from the front bumper to its stop line; `state` red, yellow,
    green or off."""

    id: str
    distance_m: float
    state: str


@dataclass(frozen=True, slots=True)
class CrossingAhead:
    """A crosswalk on the own way.

    Attributes:
        enter_m, leave_m: from the front bumper to its near and far edge.
        taken: somebody is on it, or is about to step on it.
    """

    enter_m: float
    leave_m: float
    taken: bool


@dataclass(frozen=True, slots=True)
class Observation:
    """All that a driver sees at `time_s`; parts that it did not ask for are empty.

    Attributes:
        wanted_speed_mps: set by the scenario's speed actions, at first the speed at which the driver took over; NaN =
            nobody has said any (it took over a vehicle that stood).
        route: `(k, 2)` way points of the route that was assigned, x, y.
        sight_m: how far one sees in this weather; who is farther away is not among the neighbours.
    """

    time_s: float
    dt_s: float
    own: OwnState
    wanted_speed_mps: float
    lane: LaneAhead | None = None
    neighbours: tuple[Neighbour, ...] = ()
    signals: tuple[SignalAhead, ...] = ()
    crossings: tuple[CrossingAhead, ...] = ()
    route: Float | None = None
    sight_m: float = float("inf")


@dataclass(frozen=True, slots=True)
class MotionTarget:
    """Along the own lane.

    Attributes:
        acceleration_mps2: over the next step; kept within the vehicle's performance.
        offset_m: from the lane's centre at the end of the step, left positive; None = as it is.
    """

    acceleration_mps2: float
    offset_m: float | None = None


@dataclass(frozen=True, slots=True)
class PoseTarget:
    """Where the reference point is at the end of the step; for drivers with a vehicle model of their own."""

    x_m: float
    y_m: float
    heading_rad: float
    speed_mps: float


Answer = VehicleControl | MotionTarget | PoseTarget


@dataclass(frozen=True)
class DriverView:
    """What a driver is told before the first step.

    Attributes:
        actor: name of its entity. dt_s: between two questions. road_file: the map.
        seed: of whatever is random in the driver. properties: of its Controller element.
        wheelbase_m, max_steer_rad: of its vehicle.
    """

    actor: str
    dt_s: float
    road_file: Path | None = None
    seed: int = 0
    properties: Mapping[str, str] | None = None
    wheelbase_m: float = 2.8
    max_steer_rad: float = 0.5


class Driver(Protocol):
    """Drives one entity. A class with these four is enough; nothing is inherited.

    Attributes:
        needs: names of `OBSERVATIONS`, checked before the run starts.
        answers: pedals = the vehicle gets a body with dynamics; motion, pose = it goes where it says.

    Raises (from `control`): anything; the run then ends with the verdict `error` (the stack broke).
    """

    @property
    def needs(self) -> tuple[str, ...]:
        """What it wants to see."""
        ...

    @property
    def answers(self) -> Literal["motion", "pose", "pedals"]:
        """The kind of its answers."""
        ...

    def setup(self, view: DriverView) -> None:
        """Called once before the first question, and again when it takes the wheel anew."""
        ...

    def control(self, seen: Observation, time_s: float) -> Answer:
        """The answer for the step from `time_s` on."""
        ...
