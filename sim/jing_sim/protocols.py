"""The seams of the simulation: what worlds ask of signal controllers and of recorders."""

from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from jing_maps.network import RoadNetwork

__all__ = ["Recorder", "SignalController", "SignalObservation", "Stages", "VehicleFrame"]

Int = NDArray[np.int32]
Float = NDArray[np.float64]


@dataclass(frozen=True)
class Stages:
    """`(n_stages,)` what signal controllers can choose from: the green phases of their programs in force.

    Attributes:
        controller: row of `Controllers`; stages are grouped by controller, in the order of the program.
        first_stage: `(n_controllers + 1,)` rows.
        phase: row of the program's phase columns that shows this stage.
        min_green_s, max_green_s: bounds of its duration.
        first_state: `(n_stages + 1,)`; `state[first_state[i]:first_state[i + 1]]` has one `SignalState` for each
            signal group of the controller.
        state: uint8.
    """

    controller: Int
    first_stage: Int
    phase: Int
    min_green_s: Float
    max_green_s: Float
    first_state: Int
    state: NDArray[np.uint8]

    def __len__(self) -> int:
        return len(self.controller)


@dataclass(frozen=True)
class SignalObservation:
    """What a signal controller sees when asked.

    Attributes:
        time_s: simulation time.
        stage: `(n_controllers,)` stage in force, counted from 0 within the controller; during a change, the next one.
        stage_age_s: `(n_controllers,)` since that stage's green began; negative during the change to it.
        lane_vehicles: `(n_lanes,)` vehicles on each lane.
        lane_halting: `(n_lanes,)` those slower than 0.1 m/s.
        connector_vehicles: `(n_connectors,)` vehicles inside the junctions.
    """

    time_s: float
    stage: Int
    stage_age_s: Float
    lane_vehicles: Int
    lane_halting: Int
    connector_vehicles: Int


class SignalController(Protocol):
    """Chooses the stages of all signal controllers of a network while it runs.

    The world shows yellow and all-red between stages and keeps the minimum green; the controller only says what it
    wants next. A fixed-time plan needs no controller: it is a table `Programs`, which the world plays.
    """

    @property
    def interval_s(self) -> float:
        """Time between two questions."""
        ...

    def reset(self, network: RoadNetwork, stages: Stages) -> None:
        """Called once, before the first question of a run."""
        ...

    def decide(self, seen: SignalObservation) -> Int:
        """`(n_controllers,)` the stage that each controller should show, counted from 0 within the controller."""
        ...


@dataclass(frozen=True)
class VehicleFrame:
    """`(n,)` vehicles in the network at one time, map frame, SI units, sorted by vehicle.

    Attributes:
        vehicle: row of `Trips`.
        x_m, y_m, z_m: front bumper centre.
        heading_rad: counter-clockwise from east.
        speed_mps, accel_mps2: along the lane.
        lane: row of `Lanes`, or `n_lanes` + row of `Connectors`.
        pos_m: front bumper, from the begin of that lane or connector.
        flags: bit 0 braking, bit 1 turning left, bit 2 turning right, bit 3 halting, bit 4 changing lane.
    """

    vehicle: Int
    x_m: Float
    y_m: Float
    z_m: Float
    heading_rad: Float
    speed_mps: Float
    accel_mps2: Float
    lane: Int
    pos_m: Float
    flags: NDArray[np.uint8]


class Recorder(Protocol):
    """Receives what happens in a world, in the order of time."""

    def frame(self, time_s: float, frame: VehicleFrame) -> None:
        """All vehicles in the network at this time."""
        ...

    def signals(self, time_s: float, state: NDArray[np.uint8]) -> None:
        """`(n_groups,)` `SignalState` of all signal groups from this time on."""
        ...

    def arrived(self, time_s: float, vehicles: Int) -> None:
        """These vehicles left the network at the end of their route."""
        ...

    def entered(self, time_s: float, vehicles: Int) -> None:
        """These vehicles entered the network."""
        ...

    def event(self, time_s: float, kind: str, actor: int, text: str) -> None:
        """Something that a person would want to see on the timeline; actor = vehicle row or -1."""
        ...
