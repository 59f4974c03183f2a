"""A world of lane-level microscopic traffic on a road network."""

import time
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from jing_maps.columns import Programs
from jing_maps.network import RoadNetwork
from jing_sim.protocols import Recorder, SignalController, SignalObservation, VehicleFrame
from jing_sim.traffic import layout as at
from jing_sim.traffic.detours import detour
from jing_sim.traffic.fleet import check_classes, make_fleet, make_slots
from jing_sim.traffic.frames import Locator, count_halting, gather
from jing_sim.traffic.kernels_check import count_overlaps, count_red_runs, find_deadlocks
from jing_sim.traffic.kernels_enter import enter
from jing_sim.traffic.kernels_lanes import carry_out, choose_lanes
from jing_sim.traffic.kernels_move import hand_over, move
from jing_sim.traffic.kernels_plan import MAX_LANES, MAX_ROADS, plan
from jing_sim.traffic.kernels_view import note_approaches, note_rears
from jing_sim.traffic.options import SimulationError, TrafficOptions
from jing_sim.traffic.results import RoadBins, RoadStatistics, TrafficSummary, hash_columns
from jing_sim.traffic.signals import FixedSignals, StagedSignals
from jing_sim.traffic.tables import network_tables, type_table
from jing_sim.trips import Trips

__all__ = ["TrafficWorld"]

Int = NDArray[np.int32]
Float = NDArray[np.float64]

HALTING_MPS = 0.1
LIFT_S = 20.0
"""So long a vehicle that is let go out of a deadlock need not wait for others that stand."""
_NOTES_A_VEHICLE = 1 + at.N_NEXT + at.N_HISTORY


@dataclass
class _Scratch:
    """What kernels write and read within one step."""

    rear: Float
    tail: Float
    inflow: Float
    ask: Float
    head: Int
    crowd: Int
    used: Float
    reach: Float
    marks: Int
    was_way: Int
    was_x: Float
    chosen: Int


class TrafficWorld:
    """Traffic on a network: vehicles that follow, change lanes, give way and obey signals.

    Ways are lanes (rows of `Lanes`) and connectors (`n_lanes` + row). Same network, trips, options and controller:
    same bits.

    Raises:
        TripError: the trips do not fit the network.
        SimulationError: an option that makes no sense, or a controller that answers with a stage that is not there.
    """

    def __init__(
        self,
        network: RoadNetwork,
        trips: Trips,
        options: TrafficOptions | None = None,
        *,
        controller: SignalController | None = None,
        programs: Programs | None = None,
        recorder: Recorder | None = None,
    ) -> None:
        trips.check(network)
        check_classes(network, trips)
        self.network, self.trips, self.options = network, trips, options or TrafficOptions()
        self._recorder = recorder
        self._tables = network_tables(network)
        self._types = type_table(trips.types)
        self._fleet = make_fleet(trips, self.options.seed)
        self._slots = make_slots(self._tables, trips)
        self._depart = trips.depart_s.astype(np.float64)
        plan = programs or network.programs
        self._signals: FixedSignals | StagedSignals = (
            FixedSignals(network, plan)
            if controller is None
            else StagedSignals(network, plan, controller, self.options)
        )
        self._bins = RoadBins(len(network.roads))
        self._locator = Locator(network)
        self._scratch = self._make_scratch()
        self._make_buffers(64)
        self._step = 0
        self._running = self._arrived = self._updates = 0
        self._overlaps = self._red_runs = self._deadlocks = 0
        self._wall_s = self._cpu_s = 0.0
        self._shown: NDArray[np.uint8] | None = None

    def _make_scratch(self) -> _Scratch:
        n, trips = self._tables.n_ways, len(self.trips)
        return _Scratch(
            rear=np.zeros((n, 3)),
            tail=np.zeros((n, 3)),
            inflow=np.zeros(n),
            ask=np.zeros((2, n, 3)),
            head=np.zeros(n - self._tables.n_lanes, dtype=np.int32),
            crowd=np.zeros(n, dtype=np.int32),
            used=np.full(n, -1.0),
            reach=np.zeros((MAX_ROADS, MAX_LANES)),
            marks=np.zeros(trips, dtype=np.int32),
            was_way=np.full(trips, -1, dtype=np.int32),
            was_x=np.zeros(trips),
            chosen=np.zeros(len(self.network.junctions), dtype=np.int32),
        )

    def _make_buffers(self, n: int) -> None:
        self._out_int = np.zeros((n, 2), dtype=np.int32)
        self._out_real = np.zeros((n, 2))
        self._entry_int = np.zeros((_NOTES_A_VEHICLE * n, 3), dtype=np.int32)
        self._entry_real = np.zeros((_NOTES_A_VEHICLE * n, 5))

    @property
    def time_s(self) -> float:
        """Simulation time."""
        return round(self._step * self.options.dt_s, 6)

    @property
    def entered_s(self) -> Float:
        """`(n_trips,)` when each vehicle entered the network; NaN = not yet."""
        return self._fleet.entered_s.copy()

    @property
    def arrived_s(self) -> Float:
        """`(n_trips,)` when each vehicle left the network at the end of its route; NaN = not yet."""
        return self._fleet.arrived_s.copy()

    @property
    def time_loss_s(self) -> Float:
        """`(n_trips,)` time lost so far against driving the same way at the wish speed."""
        return self._fleet.reals[:, at.LOSS].copy()

    @property
    def waiting_s(self) -> Float:
        """`(n_trips,)` time spent below 0.1 m/s in the network so far."""
        return self._fleet.reals[:, at.WAITED].copy()

    def run(self, until_s: float) -> None:
        """Steps until `time_s` is `until_s` or the first step's end after it."""
        while self.time_s < until_s - 1e-9:
            self.step()

    def step(self) -> None:
        """Moves the world by one `dt_s`."""
        time_s = self.time_s
        wall, cpu = time.perf_counter(), time.process_time()
        if self._step == 0:
            self._record_signals_and_frame()
        if isinstance(self._signals, StagedSignals) and self._signals.due(time_s):
            self._signals.ask(self.observe())
        self._signals.advance(time_s)
        room = self._running + len(self._fleet.queue_at) + int(self._tables.n_lanes)
        if len(self._out_int) < room:
            self._make_buffers(2 * room)
        entered = self._let_in(time_s)
        left = self._drive(time_s)
        self._step += 1
        arrived = self._settle(left)
        self._guard()
        self._wall_s += time.perf_counter() - wall
        self._cpu_s += time.process_time() - cpu
        self._record(time_s, entered, arrived)

    def _let_in(self, time_s: float) -> Int:
        """Lane changes, then who enters; returns the vehicles that did."""
        f, s, t, c = self._fleet, self._slots, self._tables, self._scratch
        places = (s.first, s.count, s.pos, s.speed, s.vehicle, f.ints)
        rears = (t.n_ways, *places, self._types, t.way_real, t.way_int, c.rear, c.tail, c.inflow)
        routing = (t.road_lane, t.road_length, t.out_first, t.out_ways, f.routes, c.crowd, c.reach)
        dt_s = self.options.dt_s
        note_rears(*rears)
        c.crowd[:] = s.count
        turn = max(1, round(1.0 / dt_s))
        if self._step % turn == 0:
            side = (self._step // turn) % 2
            n = choose_lanes(
                t.n_lanes, side == 0, dt_s, time_s, self.options.force_after_s, *places, f.reals, self._types,
                t.way_real, t.way_int, c.tail, t.in_first, t.in_ways, t.road_lane, c.ask[side], self._out_int,
                self._out_real,
            )  # fmt: skip
            if n:
                full = carry_out(
                    n, time_s, self._out_int, self._out_real, *places, f.reals, self._types, t.way_int, *routing
                )
                self._check_overflow(full)
                note_rears(*rears)
        n = enter(
            time_s, dt_s, f.queue_first, f.queue_trip, f.queue_at, self._depart, f.entered_s, *places, f.reals,
            self._types, t.way_real, t.way_int, c.tail, c.rear, t.in_first, t.in_ways, *routing, c.used,
            self._out_int[:, 0],
        )  # fmt: skip
        self._running += n
        return np.sort(self._out_int[:n, 0])

    def _drive(self, time_s: float) -> int:
        """Moves all vehicles; returns how many left their way."""
        f, s, t, c = self._fleet, self._slots, self._tables, self._scratch
        places = (s.first, s.count, s.pos, s.speed, s.vehicle, f.ints, f.reals, self._types, t.way_real, t.way_int)
        signals = (self._signals.state, self._signals.red_in_s)
        note_approaches(
            t.n_lanes, t.n_ways, self.options.dt_s, time_s, *places, t.foe_first, *signals, c.rear, c.inflow,
            c.head, self._entry_int, self._entry_real,
        )  # fmt: skip
        self._updates += self._running
        return int(
            move(
                t.n_lanes,
                t.n_ways,
                self.options.dt_s,
                time_s,
                self._step,
                self.options.seed,
                self.options.car_following == "idm",
                *places,
                t.foe_first,
                t.foe_int,
                t.foe_real,
                *signals,
                c.rear,
                c.tail,
                c.inflow,
                c.head,
                self._entry_int,
                self._entry_real,
                c.ask,
                self._bins.sums,
                self._out_int,
                self._out_real,
            )  # fmt: skip
        )

    def _settle(self, left: int) -> Int:
        """Hands over who left a way; returns the vehicles that arrived."""
        f, s, t, c = self._fleet, self._slots, self._tables, self._scratch
        full = hand_over(
            t.n_lanes, left, self._out_int, self._out_real, s.first, s.count, s.pos, s.speed, s.vehicle, f.ints,
            f.reals, self._types, t.way_int, t.road_lane, t.road_length, t.out_first, t.out_ways, f.routes, c.crowd,
            c.reach,
        )  # fmt: skip
        self._check_overflow(full)
        moved = self._out_int[:left]
        arrived = np.sort(moved[moved[:, 1] < 0, 0])
        f.arrived_s[arrived] = self.time_s
        self._running -= len(arrived)
        self._arrived += len(arrived)
        if self._step % round(RoadBins.BIN_S / self.options.dt_s) == 0:
            self._bins.close(self.time_s)
        return arrived

    def _guard(self) -> None:
        """Counts what must not happen, and helps where nothing moves any more."""
        f, s, t, c = self._fleet, self._slots, self._tables, self._scratch
        pairs, runs = self._out_int, self._entry_int[:, 0]
        n = count_red_runs(
            t.n_lanes, t.n_ways, s.first, s.count, s.pos, s.vehicle, f.ints, t.way_real, t.way_int,
            self._signals.state, c.was_way, c.was_x, runs,
        )  # fmt: skip
        self._red_runs += n
        for vehicle in runs[:n]:
            self._event("red_run", int(vehicle), "crossed its stop line on red")
        n = count_overlaps(
            t.n_lanes, t.n_ways, s.first, s.count, s.pos, s.vehicle, f.ints, self._types, t.way_real, t.way_int,
            t.foe_first, t.foe_int, t.foe_real, c.marks, pairs,
        )  # fmt: skip
        self._overlaps += n
        for a, b in pairs[:n]:
            self._event("overlap", int(a), f"overlaps with vehicle {self.trips.ext_id[int(b)]!r}")
        if self._step % max(1, round(10.0 / self.options.dt_s)) == 0:
            self._resolve_deadlocks()
            self._reroute_stranded()

    def _resolve_deadlocks(self) -> None:
        f, s, t, c = self._fleet, self._slots, self._tables, self._scratch
        find_deadlocks(
            self.time_s, self.options.deadlock_after_s, t.n_ways, s.first, s.count, s.vehicle, f.ints, f.reals,
            t.way_int, c.chosen,
        )  # fmt: skip
        for junction in np.flatnonzero(c.chosen >= 0):
            vehicle = int(c.chosen[junction])
            f.reals[vehicle, at.LIFT_UNTIL] = self.time_s + LIFT_S
            self._deadlocks += 1
            self._event("deadlock", vehicle, f"let go out of turn at junction {self._junction(int(junction))!r}")

    def _junction(self, row: int) -> str:
        return self.network.junctions.ext_id[row]

    def _reroute_stranded(self) -> None:
        """Those who stand too long at the end of a lane that does not lead on take the way it leads to."""
        ints, reals = self._fleet.ints, self._fleet.reals
        stuck = (ints[:, at.WAY] >= 0) & (ints[:, at.WHY] == at.WHY_LANE) & np.isnan(self._fleet.arrived_s)
        for vehicle in np.flatnonzero(stuck & (reals[:, at.REST_S] >= self.options.reroute_after_s)):
            lane, end = int(ints[vehicle, at.WAY]), int(ints[vehicle, at.ROUTE_END])
            bit = int(self.trips.types.vehicle_class[self.trips.vehicle_type[vehicle]])
            roads = detour(self.network, lane, int(self._fleet.routes[end - 1]), bit)
            if roads is None:
                continue
            ints[vehicle, at.ROUTE_AT] = len(self._fleet.routes)
            self._fleet.routes = np.concatenate([self._fleet.routes, roads])
            ints[vehicle, at.ROUTE_END] = len(self._fleet.routes)
            t, f, c = self._tables, self._fleet, self._scratch
            plan(
                vehicle, lane, f.ints, f.reals, self._types, t.way_int, t.road_lane, t.road_length, t.out_first,
                t.out_ways, f.routes, c.crowd, c.reach,
            )  # fmt: skip
            self._event("rerouted", int(vehicle), "could not get into the lane of its route and goes another way")

    def _check_overflow(self, way: int) -> None:
        if way >= 0:
            raise SimulationError(f"at {self.time_s} s way {way} holds more vehicles than fit on it")

    def observe(self) -> SignalObservation:
        """What a signal controller sees now."""
        n_lanes, signals = self._tables.n_lanes, self._signals
        staged = isinstance(signals, StagedSignals)
        n = len(self.network.controllers)
        return SignalObservation(
            time_s=self.time_s,
            stage=signals.stage.copy() if staged else np.zeros(n, np.int32),  # type: ignore[union-attr]
            stage_age_s=signals.age_s(self.time_s) if staged else np.zeros(n),  # type: ignore[union-attr]
            lane_vehicles=self.lane_counts(),
            lane_halting=self.lane_halting(),
            connector_vehicles=self._slots.count[n_lanes:].copy(),
        )

    def lane_counts(self) -> Int:
        """`(n_lanes,)` vehicles on each lane."""
        return self._slots.count[: self._tables.n_lanes].copy()

    def lane_halting(self) -> Int:
        """`(n_lanes,)` vehicles slower than 0.1 m/s on each lane."""
        out = np.zeros(self._tables.n_lanes, dtype=np.int32)
        count_halting(self._slots.first, self._slots.count, self._slots.speed, HALTING_MPS, out)
        return out

    def signal_state(self) -> NDArray[np.uint8]:
        """`(n_groups,)` `SignalState` shown in the last step."""
        return self._signals.state.copy()

    def frame(self) -> VehicleFrame:
        """All vehicles in the network now."""
        return self._locator.frame(self.time_s, self._fleet, self._slots)

    def road_statistics(self) -> RoadStatistics:
        """Roads by minutes, the current minute as far as it has come."""
        return self._bins.columns(self.time_s)

    def state_hash(self) -> str:
        """Hash over all state: what decides how the world goes on, and what it has counted."""
        s, f = self._slots, self._fleet
        n = int(s.count.sum())
        way, vehicle, pos, speed = np.zeros(n, np.int32), np.zeros(n, np.int32), np.zeros(n), np.zeros(n)
        gather(s.first, s.count, s.pos, s.speed, s.vehicle, way, pos, speed, vehicle)
        counters = np.array([self._step, self._arrived, self._overlaps, self._red_runs, self._deadlocks])
        columns = (way, vehicle, pos, speed, f.ints, f.reals, f.entered_s, f.arrived_s, f.queue_at, counters)
        return hash_columns([*columns, *self._signals.columns()])

    def summary(self) -> TrafficSummary:
        """The figures of the run so far."""
        f = self._fleet
        done = np.isfinite(f.arrived_s)
        travel_s = f.arrived_s[done] - f.entered_s[done]
        inserted = int(np.isfinite(f.entered_s).sum())
        p5, p50, p95 = np.percentile(travel_s, [5, 50, 95]) if len(travel_s) else (np.nan,) * 3
        on_ways = int(self._slots.count.sum())
        return TrafficSummary(
            inserted=inserted,
            arrived=int(done.sum()),
            running=on_ways,
            waiting_to_enter=int((self.trips.depart_s <= self.time_s).sum()) - inserted,
            vehicle_updates=self._updates,
            engine_wall_s=self._wall_s,
            engine_cpu_s=self._cpu_s,
            mean_travel_time_s=float(travel_s.mean()) if len(travel_s) else float("nan"),
            travel_time_p5_s=float(p5),
            travel_time_p50_s=float(p50),
            travel_time_p95_s=float(p95),
            mean_delay_s=float(f.reals[done, at.LOSS].mean()) if len(travel_s) else float("nan"),
            overlaps=self._overlaps,
            red_runs=self._red_runs,
            lost=inserted - int(done.sum()) - on_ways,
            deadlocks_resolved=self._deadlocks,
            state_hash=self.state_hash(),
        )

    def _event(self, kind: str, vehicle: int, text: str) -> None:
        if self._recorder is not None:
            self._recorder.event(self.time_s, kind, vehicle, text)

    def _record_signals_and_frame(self) -> None:
        """The state at the begin of the run."""
        if self._recorder is not None:
            self._recorder.frame(0.0, self.frame())

    def _record(self, begun_s: float, entered: Int, arrived: Int) -> None:
        """Tells the recorder what happened in the step that began at `begun_s`."""
        if self._recorder is None:
            return
        if self._shown is None or not np.array_equal(self._shown, self._signals.state):
            self._shown = self._signals.state.copy()
            self._recorder.signals(begun_s, self._shown)
        if len(entered):
            self._recorder.entered(begun_s, entered)
        if len(arrived):
            self._recorder.arrived(self.time_s, arrived)
        every = max(1, round(self.options.frame_interval_s / self.options.dt_s))
        if self._step % every == 0:
            self._recorder.frame(self.time_s, self.frame())
