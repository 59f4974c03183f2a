"""A traffic world: one network, one demand, one seed, stepped in named phases."""

import time
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from jing_maps.columns import Programs, Turn
from jing_maps.network import RoadNetwork
from jing_sim.protocols import Recorder, SignalController, SignalObservation, VehicleFrame
from jing_sim.traffic.detours import Detours
from jing_sim.traffic.drivers import wish_factors
from jing_sim.traffic.kernels_audit import count_overlaps
from jing_sim.traffic.kernels_insertion import insert_vehicles
from jing_sim.traffic.kernels_junction import grant_entries
from jing_sim.traffic.kernels_lane_change import change_lanes
from jing_sim.traffic.kernels_motion import move_vehicles, plan_speeds
from jing_sim.traffic.kernels_order import order_vehicles, tails
from jing_sim.traffic.options import CAR_FOLLOWING, SimulationError, TrafficOptions
from jing_sim.traffic.routes import Routes
from jing_sim.traffic.signals import ProgramPlayer, StagePlayer
from jing_sim.traffic.state import new_columns
from jing_sim.traffic.summary import TrafficSummary, hash_columns, travel_times
from jing_sim.traffic.tables import way_tables
from jing_sim.trips import Trips

__all__ = ["TrafficWorld"]

Int = NDArray[np.int32]
Float = NDArray[np.float64]

DEFAULT_OPTIONS = TrafficOptions()
_STUCK_S = 40.0
"""Standing so long in a lane that does not lead on, a driver takes what the lane offers and a new route."""


@dataclass
class _Counts:
    steps: int = 0
    updates: int = 0
    overlaps: int = 0
    deadlocks: int = 0
    rerouted: int = 0
    arrived: int = 0
    wall_s: float = 0.0
    cpu_s: float = 0.0


class TrafficWorld:
    """Vehicles on a road network.

    A step reads the state at time t and writes that at t + dt: lane changes; signals; who may enter the junctions;
    speeds; movement; insertion. The same network, trips, options and controller give the same bits.

    Args:
        network: where.
        trips: who.
        options: step, models, seed.
        controller: chooses stages; None = the programs run by the clock.
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
        if options.seed < 0:
            raise SimulationError(f"seed is {options.seed}; it must not be negative")
        self.network, self.options, self._recorder = network, options, recorder
        self.trips = trips
        self.tables = way_tables(network)
        self.vehicles = new_columns(trips, wish_factors(trips, options.seed))
        self.routes = Routes(network, self.tables, trips, self.vehicles.kind)
        self.time_s = 0.0
        plan = programs or network.programs
        self._signals = (
            StagePlayer(network, plan, controller, options.dt_s) if controller else ProgramPlayer(network, plan)
        )
        self._counts = _Counts()
        self._allocate(len(trips))
        self._detours = Detours(network)
        self._signals.advance(0.0)
        self._shown: NDArray[np.uint8] | None = None

    def _allocate(self, n: int) -> None:
        t = self.tables
        n_ways = len(t.length_m)
        self._first = np.zeros(n_ways + 1, dtype=np.int32)
        self._order, self._running, self._queued = (np.zeros(n, dtype=np.int32) for _ in range(3))
        self._n_running = self._n_queued = self._next_trip = 0
        self._tail_pos, self._tail_vehicle = np.zeros(n_ways), np.full(n_ways, -1, dtype=np.int32)
        self._new_speed, self._target = np.zeros(n), np.full(n, -1, dtype=np.int32)
        self._arrived, self._entered, self._forced = (np.zeros(max(n, 1), dtype=np.int32) for _ in range(3))
        self._place_next = np.zeros(1, dtype=np.int32)
        self._move_counts = np.zeros(2, dtype=np.int32)
        self._overlapping = np.zeros(n, dtype=np.uint8)
        self._blocked = np.zeros(len(self.network.roads), dtype=np.uint8)
        self._used = np.zeros(t.n_lanes, dtype=np.uint8)
        # A connector that meets no other one and has no signal needs no leave to be entered.
        self._free = (np.diff(t.side_first) == 0) & (t.group < 0)
        ends = self.network.roads.to_junction[t.lane_road]
        leads_on = np.diff(t.out_first) > 0
        lanes = np.flatnonzero(leads_on).astype(np.int32)
        lanes = lanes[np.argsort(ends[lanes], kind="stable")]
        self._junction_lane = lanes
        self._junction_first = np.searchsorted(ends[lanes], np.arange(len(self.network.junctions) + 1)).astype(np.int32)

    def run(self, until_s: float) -> None:
        """Steps until the simulation time is at least `until_s`."""
        while self.time_s < until_s - 1e-9:
            self.step()

    def step(self) -> None:
        """One step of `dt_s`."""
        wall, cpu = time.perf_counter(), time.thread_time()
        if self._counts.steps == 0:
            self._insert()
            self._sort()
        self._ask_controller()
        self._change_lanes()
        forced = self._grant()
        self._plan()
        self._move()
        self._counts.steps += 1
        self.time_s = self._counts.steps * self.options.dt_s
        self._signals.advance(self.time_s)
        self._insert()
        self._sort()
        self._audit()
        self._detour()
        self._counts.wall_s += time.perf_counter() - wall
        self._counts.cpu_s += time.thread_time() - cpu
        self._record(forced)

    # -- phases ------------------------------------------------------------------------------------------------------

    def _ask_controller(self) -> None:
        if isinstance(self._signals, StagePlayer) and self._signals.due:
            stage, age = self._signals.observe()
            self._signals.ask(
                SignalObservation(
                    self.time_s, stage, age, self.lane_vehicles(), self.lane_halting(), self.connector_vehicles()
                )
            )

    def _sort(self) -> None:
        v, t = self.vehicles, self.tables
        order_vehicles(self._running, self._n_running, v.way, v.pos_m, self._first, self._order)
        self._running[: self._n_running] = self._order[: self._n_running]
        tails(
            self._running,
            self._n_running,
            v.pos_m,
            v.length_m,
            v.history,
            t.length_m,
            self._tail_pos,
            self._tail_vehicle,
        )

    def _change_lanes(self) -> None:
        v, t, r = self.vehicles, self.tables, self.routes
        self._target[:] = -1
        left = self._counts.steps % 2 == 0
        asked = v.give_way_to[0 if left else 1]
        asked[:] = -1
        neighbour, may = (t.lane_left, t.change_left) if left else (t.lane_right, t.change_right)
        changed = change_lanes(
            self.time_s, self.options.dt_s, t.n_lanes,
            self._first, self._order, self._tail_pos, self._tail_vehicle,
            v.way, v.pos_m, v.speed_mps, v.stand_s, v.cool_until_s, v.route_at, v.wish_factor,
            v.length_m, v.min_gap_m, v.max_speed_mps, v.decel_mps2, v.tau_s, v.kind,
            v.history, asked, self._target,
            v.next_connector, v.granted, r.cell_of, r.cost, r.connector,
            t.length_m, t.limit_mps, t.allowed, t.lane_start_m, t.stop_m, neighbour, may, t.in_first, t.in_connector,
        )  # fmt: skip
        if changed:
            self._sort()

    def _grant(self) -> Int:
        v, t, o = self.vehicles, self.tables, self.options
        n = grant_entries(
            self._junction_first, self._junction_lane, t.n_lanes, o.dt_s, o.patience_s, o.deadlock_s,
            self._first, self._order, self._tail_pos, self._tail_vehicle,
            v.way, v.pos_m, v.speed_mps, v.stand_s, v.next_connector, v.granted, v.place, self._place_next,
            v.length_m, v.min_gap_m, v.accel_max_mps2, v.decel_mps2, v.emergency_decel_mps2, v.wish_factor,
            v.max_speed_mps,
            self._signals.state, t.length_m, t.limit_mps, t.stop_m, t.from_lane, t.to_lane, t.group, t.on_red,
            self._free, t.crosses, t.in_first, t.in_connector,
            t.side_first, t.side_other, t.side_enter_m, t.side_exit_m, t.other_enter_m, t.other_exit_m,
            t.side_yields, t.side_merges, self._forced,
        )  # fmt: skip
        self._counts.deadlocks += n
        return self._forced[:n].copy()

    def _plan(self) -> None:
        v, t, r, o = self.vehicles, self.tables, self.routes, self.options
        plan_speeds(
            CAR_FOLLOWING[o.car_following], o.seed, self._counts.steps, o.dt_s, t.n_lanes,
            self._first, self._order, self._tail_pos, self._tail_vehicle,
            v.pos_m, v.speed_mps, v.route_at, v.next_connector, v.granted, v.give_way_to, v.wish_factor, v.way,
            v.length_m, v.min_gap_m, v.max_speed_mps, v.accel_max_mps2, v.decel_mps2, v.tau_s, v.sigma,
            r.last, r.cell_of, r.connector,
            t.length_m, t.limit_mps, t.stop_m, t.lane_road, t.lane_start_m, t.to_lane, self._free,
            t.from_lane, t.side_first, t.side_other, t.side_enter_m, t.side_exit_m, t.other_enter_m, t.other_exit_m,
            t.side_merges, v.place, v.stand_s, self._new_speed,
        )  # fmt: skip

    def _move(self) -> None:
        v, t, r = self.vehicles, self.tables, self.routes
        self._counts.updates += self._n_running
        self._n_running = move_vehicles(
            self.options.dt_s, t.n_lanes, self._running, self._n_running,
            v.way, v.pos_m, v.speed_mps, v.accel_mps2, self._new_speed, v.stand_s, v.waiting_s,
            v.time_loss_s, v.route_at, v.next_connector, v.granted, v.history,
            v.wish_factor, v.max_speed_mps, r.last, r.cell_of, r.connector,
            t.length_m, t.limit_mps, t.to_lane, t.group, t.on_red, self._signals.state,
            self._arrived, self._move_counts,
        )  # fmt: skip
        done = self._arrived[: self._move_counts[0]]
        v.arrived_s[done] = self.time_s + self.options.dt_s
        self._counts.arrived += len(done)
        if self._recorder is not None and len(done):
            self._recorder.arrived(self.time_s + self.options.dt_s, np.sort(done))

    def _insert(self) -> None:
        v, t, r, trips = self.vehicles, self.tables, self.routes, self.trips
        due = int(np.searchsorted(trips.depart_s, self.time_s + 1e-9, side="right"))
        new = due - self._next_trip
        self._queued[self._n_queued : self._n_queued + new] = np.arange(self._next_trip, due)
        self._n_queued += new
        self._next_trip = due
        self._sort()
        n_in = insert_vehicles(
            self.time_s, self.options.dt_s, t.n_lanes, self._queued, self._n_queued, self._blocked, self._used,
            self._first, self._order, self._tail_pos, self._tail_vehicle,
            v.way, v.pos_m, v.speed_mps, v.route_at, v.next_connector, v.entered_s, v.wish_factor,
            v.length_m, v.min_gap_m, v.max_speed_mps, v.decel_mps2, v.tau_s, v.kind, r.roads, r.cell_of, r.cost,
            r.connector,
            t.length_m, t.limit_mps, t.allowed, t.lane_start_m, t.road_first_lane, t.in_first, t.in_connector,
            self._running, self._n_running, self._entered,
        )  # fmt: skip
        self._n_running += n_in
        self._n_queued -= n_in
        if self._recorder is not None and n_in:
            self._recorder.entered(self.time_s, np.sort(self._entered[:n_in]))

    def _audit(self) -> None:
        t, c = self.tables, self.network.conflicts
        self._counts.overlaps += count_overlaps(
            self._first, self._order, self._tail_pos, self._tail_vehicle, self.vehicles.pos_m, self.vehicles.length_m,
            t.n_lanes, c.first, c.second, c.first_enter_m, c.first_exit_m, c.second_enter_m, c.second_exit_m,
            t.crossing, self._overlapping,
        )  # fmt: skip

    def _detour(self) -> None:
        """Whoever stands too long in a lane that does not lead to the next road takes another way."""
        v = self.vehicles
        rows = self._running[: self._n_running]
        # Every few seconds only: there may be no other way.
        since = v.stand_s[rows] - _STUCK_S
        rows = rows[(since >= 0.0) & (since % 10.0 < self.options.dt_s - 1e-9)]
        dead_end = (v.next_connector[rows] < 0) & (v.route_at[rows] < self.routes.last[rows])
        rows = np.sort(rows[dead_end & (v.way[rows] < self.tables.n_lanes)])
        # Those behind it are in no one's way yet.
        for row in rows[self._order[self._first[v.way[rows]]] == rows]:
            if self._detours.reroute(self.tables, self.routes, v, int(row)):
                self._counts.rerouted += 1
                if self._recorder is not None:
                    self._recorder.event(
                        self.time_s, "rerouted", int(row), "stood in a lane that does not lead on its way"
                    )

    # -- what others may ask -----------------------------------------------------------------------------------------

    def signal_state(self) -> NDArray[np.uint8]:
        """`(n_groups,)` `SignalState` shown now."""
        return self._signals.state.copy()

    def lane_vehicles(self) -> Int:
        """`(n_lanes,)` vehicles on each lane."""
        return np.diff(self._first)[: self.tables.n_lanes]

    def connector_vehicles(self) -> Int:
        """`(n_connectors,)` vehicles on each connector."""
        return np.diff(self._first)[self.tables.n_lanes :]

    def lane_halting(self) -> Int:
        """`(n_lanes,)` vehicles slower than 0.1 m/s on each lane."""
        rows = self._running[: self._n_running]
        slow = rows[(self.vehicles.speed_mps[rows] < 0.1) & (self.vehicles.way[rows] < self.tables.n_lanes)]
        return np.bincount(self.vehicles.way[slow], minlength=self.tables.n_lanes).astype(np.int32)

    def frame(self) -> VehicleFrame:
        """All vehicles in the network now."""
        v, t = self.vehicles, self.tables
        rows = np.sort(self._running[: self._n_running])
        way, pos = v.way[rows], v.pos_m[rows]
        on_lane = way < t.n_lanes
        x, y, z, heading = (np.empty(len(rows)) for _ in range(4))
        for table, mask, ids in (
            (self.network.lanes, on_lane, way),
            (self.network.connectors, ~on_lane, way - t.n_lanes),
        ):
            own = ids[mask]
            drawn = table.centre.lengths_m()[own] / table.length_m[own]
            x[mask], y[mask], z[mask], heading[mask] = table.centre.locate(own, pos[mask] * drawn)
        return VehicleFrame(
            vehicle=rows, x_m=x, y_m=y, z_m=z, heading_rad=heading, speed_mps=v.speed_mps[rows],
            accel_mps2=v.accel_mps2[rows], lane=way, pos_m=pos, flags=self._flags(rows),
        )  # fmt: skip

    def _flags(self, rows: Int) -> NDArray[np.uint8]:
        v = self.vehicles
        turn = np.where(
            v.next_connector[rows] >= 0, self.network.connectors.turn[v.next_connector[rows]], Turn.STRAIGHT
        )
        flags = (v.accel_mps2[rows] < -0.5).astype(np.uint8)
        flags |= ((turn == Turn.LEFT) | (turn == Turn.U_TURN)).astype(np.uint8) << 1
        flags |= (turn == Turn.RIGHT).astype(np.uint8) << 2
        flags |= (v.speed_mps[rows] < 0.1).astype(np.uint8) << 3
        flags |= (self._target[rows] >= 0).astype(np.uint8) << 4
        return np.asarray(flags, dtype=np.uint8)

    def state_hash(self) -> str:
        """A hash over all state: equal for equal runs."""
        extra = [
            np.array([self.time_s]),
            self._signals.state,
            self._queued[: self._n_queued],
            self.routes.roads,
            self.routes.last,
        ]
        return hash_columns([*self.vehicles.changing(), *extra])

    def summary(self) -> TrafficSummary:
        """The figures of the run so far."""
        v, c = self.vehicles, self._counts
        inserted = int(np.isfinite(v.entered_s).sum())
        mean, p5, p50, p95 = travel_times(v.entered_s, v.arrived_s)
        done = np.isfinite(v.arrived_s)
        # Whoever entered is on a way or has arrived; counted from the columns, not from what the kernels say.
        lost = inserted - int(done.sum()) - int((v.way >= 0).sum())
        return TrafficSummary(
            inserted=inserted,
            arrived=int(done.sum()),
            running=self._n_running,
            waiting_to_enter=self._n_queued,
            vehicle_updates=c.updates,
            engine_wall_s=c.wall_s,
            engine_cpu_s=c.cpu_s,
            mean_travel_time_s=mean,
            travel_time_p5_s=p5,
            travel_time_p50_s=p50,
            travel_time_p95_s=p95,
            mean_delay_s=float(v.time_loss_s[done].mean()) if done.any() else float("nan"),
            overlaps=c.overlaps,
            red_runs=int(self._move_counts[1]),
            lost=lost,
            deadlocks_resolved=c.deadlocks,
            rerouted=c.rerouted,
            state_hash=self.state_hash(),
        )

    def _record(self, forced: Int) -> None:
        if self._recorder is None:
            return
        for vehicle in forced:
            self._recorder.event(
                self.time_s, "deadlock", int(vehicle), "went against the right of way after a long wait"
            )
        state = self._signals.state
        if self._shown is None or not np.array_equal(state, self._shown):
            self._shown = state.copy()
            self._recorder.signals(self.time_s, self._shown)
        every = round(self.options.frame_s / self.options.dt_s)
        if self._counts.steps % every == 0:
            self._recorder.frame(self.time_s, self.frame())
