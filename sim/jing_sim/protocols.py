"""The seams of the simulation: traffic worlds, and what they ask of signal controllers and of recorders."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol, runtime_checkable

import numpy as np
from numpy.typing import NDArray

from jing_maps.network import RoadNetwork
from jing_sim.trips import Trips

if TYPE_CHECKING:
    # The engines' package imports this module.
    from jing_sim.traffic.summary import TrafficSummary

__all__ = [
    "LateRecorder",
    "Recorder",
    "RunKeeper",
    "SignalController",
    "SignalObservation",
    "Stages",
    "StepView",
    "TrafficEngine",
    "VehicleFrame",
]

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


@dataclass(frozen=True)
class StepView:
    """`(n,)` all vehicles after a step, sorted by way and, on a way, from the front one to the last one.

    A way is a row of `Lanes`, or `n_lanes` + a row of `Connectors`. Valid until the next step: who keeps a column
    copies it.

    Attributes:
        time_s: end of the step.
        dt_s: its length.
        first: `(n_ways + 1,)`; the vehicles of way `w` are rows `first[w] .. first[w + 1] - 1`.
        vehicle: row of `Trips`.
        pos_m: front bumper, from the begin of the way.
        speed_mps, accel_mps2: along the way, at the end of the step.
        length_m: of the vehicle.
        vehicle_type: row of `VehicleTypes`.
    """

    time_s: float
    dt_s: float
    first: Int
    vehicle: Int
    pos_m: Float
    speed_mps: Float
    accel_mps2: Float
    length_m: Float
    vehicle_type: Int

    def __len__(self) -> int:
        return len(self.vehicle)


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


@runtime_checkable
class LateRecorder(Protocol):
    """What a recorder may offer beside: it makes and stores frames while the world goes on."""

    def frame_later(self, time_s: float, draw: Callable[[], VehicleFrame]) -> None:
        """In place of `frame`. `draw` is called once, maybe in another thread, in the order in which frames were told;
        it does not look at the world any more."""
        ...


@runtime_checkable
class RunKeeper(Protocol):
    """What a recorder may offer beside: it keeps the run's vehicles and its warnings."""

    def add_vehicles(self, trips: Trips) -> None:
        """The run has these vehicles now; the new ones stand behind those it had."""
        ...

    def warn(self, kind: str, first: str, count: int = 1) -> None:
        """Something that whoever reads the run should know; `first` describes the first one of its kind."""
        ...


class TrafficEngine(Protocol):
    """A traffic world: one network, one demand, one seed. Engines differ in who drives the vehicles."""

    network: RoadNetwork
    trips: Trips

    @property
    def time_s(self) -> float:
        """Simulation time; begins at 0."""
        ...

    def step(self) -> None:
        """One step of the engine's `dt_s`."""
        ...

    def run(self, until_s: float) -> None:
        """Steps until the simulation time is at least `until_s`."""
        ...

    def frame(self) -> VehicleFrame:
        """All vehicles in the network now."""
        ...

    def signal_state(self) -> NDArray[np.uint8]:
        """`(n_groups,)` `SignalState` shown now."""
        ...

    def lane_vehicles(self) -> Int:
        """`(n_lanes,)` vehicles on each lane."""
        ...

    def lane_halting(self) -> Int:
        """`(n_lanes,)` vehicles slower than 0.1 m/s on each lane."""
        ...

    def connector_vehicles(self) -> Int:
        """`(n_connectors,)` vehicles on each connector."""
        ...

    def state_hash(self) -> str:
        """A hash over all state: equal for equal runs of one engine."""
        ...

    def summary(self) -> "TrafficSummary":
        """The figures of the run so far."""
        ...
