"""A traffic world: one network, one demand, one seed, stepped by kernels."""

import time
from functools import cached_property

import numpy as np
from numpy.typing import ArrayLike, NDArray

from jing_maps.columns import Programs
from jing_maps.nearest import LaneIndex
from jing_maps.network import RoadNetwork
from jing_sim.protocols import Recorder, RunKeeper, SignalController, SignalObservation, StepView, VehicleFrame
from jing_sim.traffic import rows as r
from jing_sim.traffic.arguments import collector
from jing_sim.traffic.closures import close_lane, close_road, hold_closures, open_lane, open_road, set_speed_limit
from jing_sim.traffic.detours import Detours
from jing_sim.traffic.drawing import Glance, drawing_of
from jing_sim.traffic.events import brake_broken, break_down, insert, remove, reroute
from jing_sim.traffic.fleet import ROOM_FOR_MORE, make_rows
from jing_sim.traffic.happenings import Happenings
from jing_sim.traffic.kernels_step import step_world
from jing_sim.traffic.options import CAR_FOLLOWING, TrafficOptions
from jing_sim.traffic.outside import add_outside, follow_outside, place_outside, remove_outside
from jing_sim.traffic.pedestrians import Crossings, PedestrianDemand, PedestrianSummary
from jing_sim.traffic.recording import Telling
from jing_sim.traffic.signals import Signals
from jing_sim.traffic.snapshot import WorldSnapshot, branch, put_back, take_snapshot
from jing_sim.traffic.state import Demand, Scratch, WorldState, capacity_for, demand_of, new_scratch, new_state
from jing_sim.traffic.stuck import detour_stuck
from jing_sim.traffic.summary import TrafficSummary, hash_columns, state_hash, summarize
from jing_sim.traffic.tables import WayTables, way_tables
from jing_sim.traffic.views import step_view
from jing_sim.trips import Trips

__all__ = ["TrafficWorld"]

Int = NDArray[np.int32]
Float = NDArray[np.float64]

DEFAULT_OPTIONS = TrafficOptions()

_columns = collector(
    step_world,
    {"tables": WayTables, "demand": Demand, "state": WorldState, "scratch": Scratch},
    {"depart_s": "_planned_s", "rows_f": "_rows_f", "rows_i": "state.rows"},
)


class TrafficWorld:
    """Vehicles on a road network.

    A step moves the world from time t to t + dt: signals as they show at t + dt; planned speeds, giving way, movement,
    insertion, lane changes. The same network, trips, options and controller give the same bits.

    Args:
        network: where.
        trips: who.
        options: step, models, seed.
        controller: chooses stages; None = the programs run by the clock, or prolonged by vehicles.
        programs: replace the network's programs (a fixed-time plan).
        recorder: receives frames and events.
        pedestrians: who walks over the crosswalks; None = nobody.

    Raises:
        TripError: a trip cannot be driven on this network.
    """

    def __init__(
        self,
        network: RoadNetwork,
        trips: Trips,
        options: TrafficOptions = DEFAULT_OPTIONS,
        *,
        controller: SignalController | None = None,
        programs: Programs | None = None,
        recorder: Recorder | None = None,
        pedestrians: PedestrianDemand | None = None,
    ) -> None:
        trips.check(network)
        self.network, self.trips, self.options, self.recorder = network, trips, options, recorder
        self.tables = way_tables(network)
        self.demand = demand_of(trips, options.seed, options.dt_s, len(network.roads))
        self._most_rows = capacity_for(self.tables, self.demand)
        self.state = new_state(self.tables, self.demand, len(network.signal_groups), len(network.crosswalks), 0)
        self.scratch = new_scratch(self.tables, 0, (0, 0))
        self.signals = Signals(network, programs or network.programs, controller, options.dt_s, self.tables)
        self.state.state = self.signals.memory.state
        self._drawing = drawing_of(network)
        self.detours = Detours(network)
        self.happenings = Happenings()
        self._crossings = pedestrians and Crossings(network, self.tables, pedestrians, options.dt_s)
        self.people = self._crossings.new_state() if self._crossings else None
        self.given = trips
        self.steps = -1
        self.rerouted = 0
        self._wall_s = self._cpu_s = 0.0
        self.telling = Telling()
        self._move()
        self.telling.begin(self)

    @property
    def time_s(self) -> float:
        """Simulation time."""
        return self.steps * self.options.dt_s

    @cached_property
    def lane_index(self) -> LaneIndex:
        """Finds lanes and connectors by place."""
        return LaneIndex(self.network)

    @property
    def place(self) -> str:
        """World and time, as messages of errors begin."""
        return f"world {self.network.name!r}, time {self.time_s:g} s"

    @property
    def closed_lanes(self) -> list[int]:
        """Lanes closed by `close_lane`."""
        return sorted(self.happenings.lane_opens)

    def run(self, until_s: float) -> None:
        """Steps until the simulation time is at least `until_s`."""
        while self.time_s < until_s - 1e-9:
            self.step()

    def step(self) -> None:
        """One step of `dt_s`.

        Raises:
            SimulationError: a signal controller answered with what is no stage.
        """
        wall, cpu = time.perf_counter(), time.thread_time()
        if self.signals.due:
            self.signals.ask(self._seen())
        hold_closures(self)
        brake_broken(self)
        self.signals.advance(self.time_s + self.options.dt_s, (self.state.first, *self.rows(), self.demand.typef))
        self._move()
        follow_outside(self)
        detour_stuck(self)
        self._wall_s += time.perf_counter() - wall
        self._cpu_s += time.thread_time() - cpu
        self.telling.step(self)

    def _move(self) -> None:
        o = self.options
        self.make_room(self._rows_needed())
        if self._crossings and self.people:
            self._crossings.step(self, self.people)
        given_up = -1
        while given_up != self.state.totals.item(4):
            if given_up >= 0:
                self._new_scratch(1.5)
            given_up = self.state.totals.item(4)
            step_world(CAR_FOLLOWING[o.car_following], o.seed, self.steps, o.dt_s, o.deadlock_s, True, *_columns(self))
        self.steps += 1

    def _rows_needed(self) -> int:
        """Rows for those on the road, those that wait, and those whose time comes in this step; 0 = no more."""
        planned, waiting, _, running, *_ = self.state.pointers.tolist()
        until_s, spare = self.time_s + self.options.dt_s + 1.0e-6, self.state.rows.shape[1] - running - waiting
        # Whether the first one without a row is due is seen at a glance; how many are due is not.
        beyond = planned + spare
        if spare >= 0 and (beyond >= len(self.given) or self.demand.depart_s.item(beyond) > until_s):
            return 0
        needed: int = running + waiting + int(self._planned_s.searchsorted(until_s, "right")) - planned
        most: int = max(self._most_rows, running + ROOM_FOR_MORE)
        return min(needed, most)

    @property
    def _planned_s(self) -> Float:
        """When the vehicles depart with which the world began: others are put in line by whoever inserts them."""
        return self.demand.depart_s[: len(self.given)]

    @property
    def _rows_f(self) -> NDArray[np.float32]:
        return self.state.rows.view(np.float32)

    # -- events ------------------------------------------------------------------------------------------------------

    def close_lane(self, lane: int, until_s: float | None = None) -> None:
        """Nobody enters the lane; whoever is on it leaves it for a neighbour. Until a time, or until `open_lane`."""
        close_lane(self, lane, until_s)

    def open_lane(self, lane: int) -> None:
        """A closed lane is as the map has it."""
        open_lane(self, lane)

    def close_road(self, road: int) -> None:
        """Nobody enters the road; those on it drive on, those who have not reached it take another way."""
        close_road(self, road)

    def open_road(self, road: int) -> None:
        """A closed road may be entered again."""
        open_road(self, road)

    def set_speed_limit(self, speed_mps: float, *, road: int | None = None, lane: int | None = None) -> None:
        """The limit of a road or of a lane."""
        set_speed_limit(self, speed_mps, road=road, lane=lane)

    def break_down(self, vehicle: int, seconds: float) -> None:
        """The vehicle brakes, stands for so long, and drives on."""
        break_down(self, vehicle, seconds)

    def remove(self, vehicle: int) -> None:
        """The vehicle is taken off the road, or out of the line before it."""
        remove(self, vehicle)

    def insert(self, kind: str, roads: ArrayLike, ext_id: str | None = None) -> int:
        """A vehicle of type `kind` enters the first of these roads when there is room; its number."""
        return insert(self, kind, roads, ext_id)

    def reroute(self, vehicle: int, *, roads: ArrayLike | None = None, destination: int | None = None) -> None:
        """The vehicle takes these roads, or the fastest open way to a road."""
        reroute(self, vehicle, roads=roads, destination=destination)

    # -- vehicles moved from outside ---------------------------------------------------------------------------------

    def add_outside(
        self,
        kind: str,
        x_m: float,
        y_m: float,
        heading_rad: float,
        speed_mps: float,
        *,
        roads: ArrayLike | None = None,
        ext_id: str | None = None,
    ) -> int:
        """A vehicle of type `kind` that is moved from outside takes part; its number. `roads`: that it will take."""
        return add_outside(self, kind, (x_m, y_m, heading_rad, speed_mps), roads, ext_id)

    def place_outside(self, vehicle: int, x_m: float, y_m: float, heading_rad: float, speed_mps: float) -> None:
        """Where the vehicle (centre of its front bumper) will be at the end of the next step."""
        place_outside(self, vehicle, (x_m, y_m, heading_rad, speed_mps))

    def remove_outside(self, vehicle: int) -> None:
        """The vehicle takes part no more."""
        remove_outside(self, vehicle)

    # -- other lives of this world -----------------------------------------------------------------------------------

    def snapshot(self) -> WorldSnapshot:
        """A copy of all that changes."""
        return take_snapshot(self)

    def restore(self, snapshot: WorldSnapshot) -> None:
        """Goes back (or ahead) to a snapshot of this world or of a branch; the recorder is not told."""
        put_back(self, snapshot)

    def branch(self) -> "TrafficWorld":
        """A world that stands where this one stands and goes on alone, without a recorder."""
        return branch(self)

    # -- what others may ask -----------------------------------------------------------------------------------------

    def rows(self) -> tuple[NDArray[np.float32], Int]:
        """The rows in force, as float32 and as int32 words."""
        i = self.state.rows[self.state.pointers[2]]
        return i.view(np.float32), i

    def ways(self) -> Int:
        """`(n_running,)` the way of each row."""
        return self.state.way[: self.state.pointers[3]].copy()

    def view(self) -> StepView:
        """All vehicles as `jing_sim.measures` read them."""
        return step_view(self)

    def signal_state(self) -> NDArray[np.uint8]:
        """`(n_groups,)` `SignalState` shown now."""
        return self.state.state.copy()

    def lane_vehicles(self) -> Int:
        """`(n_lanes,)` vehicles on each lane."""
        return np.diff(self.state.first[: self.tables.n_lanes + 1])

    def connector_vehicles(self) -> Int:
        """`(n_connectors,)` vehicles on each connector."""
        counts = np.diff(self.state.first[self.tables.n_lanes :])
        n = len(self.network.connectors)
        total = counts[:n].copy()
        total[self.tables.second_of >= 0] += counts[n:]
        return np.asarray(total, dtype=np.int32)

    def lane_halting(self) -> Int:
        """`(n_lanes,)` vehicles slower than 0.1 m/s on each lane."""
        n = int(self.state.first[self.tables.n_lanes])
        slow = self.rows()[0][:n, r.SPEED] < 0.1
        return np.bincount(self.ways()[:n][slow], minlength=self.tables.n_lanes).astype(np.int32)

    def frame(self) -> VehicleFrame:
        """All vehicles in the network now, sorted by vehicle."""
        return self.glance().frame()

    def glance(self) -> Glance:
        """What a frame is made of, as it is now; the frame can be made later."""
        return self._drawing.glance(self.tables, self.state.first, *self.rows(), int(self.state.pointers[3]))

    def state_hash(self) -> str:
        """A hash over all state, by vehicle: equal for equal runs, however they were computed."""
        own = state_hash(self.time_s, self.demand, self.state)
        if self.people is None and self.happenings == Happenings():
            return own
        return hash_columns([np.array([own, repr(self.happenings)]), *(self.people.arrays() if self.people else [])])

    def pedestrian_summary(self) -> PedestrianSummary | None:
        """The figures of the crosswalks; None without pedestrians."""
        return self._crossings.summary(self.people) if self._crossings and self.people else None

    def summary(self) -> TrafficSummary:
        """The figures of the run so far."""
        clocks = (self._wall_s, self._cpu_s)
        return summarize(self.time_s, self.demand, self.state, rerouted=self.rerouted, clocks_s=clocks)

    def tell(self, kind: str, vehicle: int, text: str) -> None:
        """Tells the recorder of an event."""
        if self.recorder is not None:
            self.recorder.event(self.time_s, kind, vehicle, text)

    def make_room(self, rows: int) -> None:
        """Rows for so many vehicles, and what a step needs for them."""
        make_rows(self.state, rows, self._most_rows)
        if len(self.scratch.new_way) < self.state.rows.shape[1]:
            self._new_scratch(1)

    def _new_scratch(self, times: float) -> None:
        """What a step needs for the rows that there are, with lists so many times as long as those before."""
        n, asks, gives = self.state.rows.shape[1], len(self.scratch.askf), len(self.scratch.pendf)
        # Where all signals change together, 0.44 of all approach in one step (a grid of 64 x 64); else hardly any do.
        lists = max(int(times * asks), n // 4 + 256), max(int(times * gives), n // 32 + 64)
        self.scratch = new_scratch(self.tables, n, lists)

    def announce_trips(self) -> None:
        """Tells a recorder that keeps the run's vehicles that there are more."""
        if isinstance(self.recorder, RunKeeper):
            self.recorder.add_vehicles(self.trips)

    def _seen(self) -> SignalObservation:
        stage, age = self.signals.observe()
        return SignalObservation(
            self.time_s, stage, age, self.lane_vehicles(), self.lane_halting(), self.connector_vehicles()
        )
