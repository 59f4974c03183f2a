"""A traffic world: one network, one demand, one seed, stepped by kernels."""

import time
from dataclasses import fields

import numpy as np
from numpy.typing import NDArray

from jing_maps.columns import Programs
from jing_maps.network import RoadNetwork
from jing_sim.protocols import Recorder, SignalController, SignalObservation, StepView, VehicleFrame
from jing_sim.traffic import rows as r
from jing_sim.traffic.detours import Detours
from jing_sim.traffic.drawing import drawing_of
from jing_sim.traffic.happenings import Happenings
from jing_sim.traffic.kernels_step import step_world
from jing_sim.traffic.options import CAR_FOLLOWING, SimulationError, TrafficOptions
from jing_sim.traffic.routes import give_route
from jing_sim.traffic.signals import Signals
from jing_sim.traffic.snapshot import WorldSnapshot, branch, put_back, take_snapshot
from jing_sim.traffic.state import capacity_for, demand_of, new_scratch, new_state
from jing_sim.traffic.summary import TrafficSummary, state_hash, summarize
from jing_sim.traffic.tables import way_tables
from jing_sim.trips import Trips

__all__ = ["TrafficWorld"]

Int = NDArray[np.int32]
Float = NDArray[np.float64]

DEFAULT_OPTIONS = TrafficOptions()
_DETOUR_EVERY_S = 10.0


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
    ) -> None:
        trips.check(network)
        self.network, self.trips, self.options, self.recorder = network, trips, options, recorder
        self.tables = way_tables(network)
        self.demand = demand_of(trips, options.seed, options.dt_s)
        capacity = capacity_for(self.tables, self.demand)
        self.state = new_state(self.tables, self.demand, len(network.signal_groups), len(network.crosswalks), capacity)
        self.scratch = new_scratch(self.tables, capacity)
        self.signals = Signals(network, programs or network.programs, controller, options.dt_s, self.tables)
        self.state.state = self.signals.memory.state
        self._drawing = drawing_of(network)
        self._detours = Detours(network)
        self.happenings = Happenings()
        self.given = trips
        self.steps = -1
        self.rerouted = 0
        self._wall_s = self._cpu_s = 0.0
        self._shown: NDArray[np.uint8] | None = None
        self._move()

    @property
    def time_s(self) -> float:
        """Simulation time."""
        return self.steps * self.options.dt_s

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
        self.signals.advance(self.time_s + self.options.dt_s, (self.state.first, *self.rows(), self.demand.typef))
        self._move()
        self._detour()
        self._wall_s += time.perf_counter() - wall
        self._cpu_s += time.thread_time() - cpu
        self._record()

    def _move(self) -> None:
        o, t, d, w = self.options, self.tables, self.demand, self.state
        before = w.totals[4]
        step_world(
            CAR_FOLLOWING[o.car_following], o.seed, self.steps, o.dt_s, o.deadlock_s, True,
            t.n_lanes, t.wayf, t.wayi, t.out, t.to_lane, t.into, t.road_first, t.changeable, t.sidef, t.sidei,
            t.walkf, t.walki, d.typef, d.kind_of, d.route, d.route_first, d.route_last,
            d.depart_s[: len(self.given)], d.type_of, d.factor, d.depart_lane, d.depart_speed, d.first_stop,
            d.stop_lane, d.stop_pos, d.stop_steps, d.stop_until, w.rows.view(np.float32), w.rows, w.first, w.over_rear, w.over_slot, w.brutto, w.limit,
            w.allowed, w.state, w.walk_busy, w.queue, w.pointers, w.failed, w.outside_way, w.outside_f, w.entered_s,
            w.arrived_s, w.loss_s, w.totals, *[getattr(self.scratch, field.name) for field in fields(self.scratch)],
        )  # fmt: skip
        self.steps += 1
        if w.totals[4] != before:
            raise SimulationError(f"time {self.time_s:g} s: more vehicles approach junctions than there is room for")

    def _detour(self) -> None:
        """Whoever stands too long in a lane that does not lead to the next road takes another way."""
        if self.time_s % _DETOUR_EVERY_S > self.options.dt_s - 1e-9:
            return
        f, i = self.rows()
        n = int(self.state.pointers[3])
        stuck = (f[:n, r.WAIT] >= self.options.deadlock_s) & (i[:n, r.NEXT0] < 0)
        stuck &= i[:n, r.AT] < self.demand.route_last[i[:n, r.ID]]
        if not stuck.any():
            return
        way = self.ways()
        for row in np.flatnonzero(stuck & (way < self.tables.n_lanes)):
            roads = self._detours.from_lane(self.tables, self.demand, int(way[row]), int(i[row, r.ID]))
            # Those behind the first one are in no one's way yet.
            if roads is None or row != self.state.first[way[row]]:
                continue
            give_route(self.tables, self.demand, self.state, int(row), int(way[row]), roads)
            self.rerouted += 1
            if self.recorder is not None:
                text = "stood in a lane that does not lead on its way"
                self.recorder.event(self.time_s, "rerouted", int(i[row, r.ID]), text)

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
        return np.repeat(np.arange(self.tables.n_ways, dtype=np.int32), np.diff(self.state.first))

    def view(self) -> StepView:
        """All vehicles as `jing_sim.measures` read them."""
        f, i = self.rows()
        n, ways = int(self.state.pointers[3]), self.ways()
        connector = self.tables.wayi[ways, r.W_CONNECTOR]
        line = np.where(connector >= 0, self.tables.n_lanes + connector, ways)
        pos = f[:n, r.POS] + self.tables.offset_m[ways]
        order = np.lexsort((-pos, line))
        first = np.zeros(self.tables.n_lanes + len(self.network.connectors) + 1, np.int32)
        first[1:] = np.cumsum(np.bincount(line, minlength=len(first) - 1))
        types = i[:n, r.TYPE][order]
        return StepView(
            time_s=self.time_s,
            dt_s=self.options.dt_s,
            first=first,
            vehicle=i[:n, r.ID][order],
            pos_m=pos[order].astype(np.float64),
            speed_mps=f[:n, r.SPEED][order].astype(np.float64),
            accel_mps2=f[:n, r.ACCEL][order].astype(np.float64),
            length_m=self.demand.typef[types, r.T_LENGTH],
            vehicle_type=types,
        )

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
        return self._drawing.frame(self.tables, self.state.first, *self.rows(), int(self.state.pointers[3]))

    def state_hash(self) -> str:
        """A hash over all state, by vehicle: equal for equal runs, however they were computed."""
        return state_hash(self.time_s, self.demand, self.state)

    def summary(self) -> TrafficSummary:
        """The figures of the run so far."""
        clocks = (self._wall_s, self._cpu_s)
        return summarize(self.time_s, self.demand, self.state, rerouted=self.rerouted, clocks_s=clocks)

    def _seen(self) -> SignalObservation:
        stage, age = self.signals.observe()
        return SignalObservation(
            self.time_s, stage, age, self.lane_vehicles(), self.lane_halting(), self.connector_vehicles()
        )

    def _record(self) -> None:
        if self.recorder is None:
            return
        n_in, n_out = int(self.state.pointers[4]), int(self.state.pointers[5])
        if n_out:
            self.recorder.arrived(self.time_s, np.sort(self.scratch.arrived[:n_out]))
        if n_in:
            self.recorder.entered(self.time_s, np.sort(self.scratch.entered[:n_in]))
        state = self.state.state
        if self._shown is None or not np.array_equal(state, self._shown):
            self._shown = state.copy()
            self.recorder.signals(self.time_s, self._shown)
        if self.steps % round(self.options.frame_s / self.options.dt_s) == 0:
            self.recorder.frame(self.time_s, self.frame())
