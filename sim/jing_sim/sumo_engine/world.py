"""A traffic world that SUMO drives: the same trips on the same network, for cross-checks."""

import tempfile
import time
from contextlib import ExitStack
from pathlib import Path
from types import TracebackType
from typing import Self

import numpy as np
from numpy.typing import NDArray

from jing_maps.columns import Programs
from jing_maps.network import RoadNetwork
from jing_maps.sumo import legal_ids
from jing_sim.protocols import Recorder, SignalController, SignalObservation, VehicleFrame
from jing_sim.sumo_engine.library import Sumo
from jing_sim.sumo_engine.lights import Lights
from jing_sim.sumo_engine.network_files import NetworkFiles, write_files
from jing_sim.sumo_engine.tally import Tally
from jing_sim.sumo_engine.vehicles import VehicleColumns, frame_of, read_vehicles
from jing_sim.sumo_engine.ways import WayMap
from jing_sim.traffic import TrafficOptions, TrafficSummary
from jing_sim.traffic.signals import Signals
from jing_sim.traffic.summary import hash_columns, travel_times
from jing_sim.trips import Trips

__all__ = ["SumoWorld"]

Int = NDArray[np.int32]

DEFAULT_OPTIONS = TrafficOptions()


class SumoWorld:
    """Vehicles on a road network, driven by libsumo; a `jing_sim.protocols.TrafficEngine`.

    Times are SUMO's own labels: a vehicle that departs at 0 is there, at its first place, when the world is made. The
    network's own programs run in SUMO; other programs run by our clock, and SUMO's lights show them, as they show the
    stages that a controller asks for. A process holds one such world at a
    time: leave the context, or `close`, before the next.

    Args:
        network: where.
        trips: who.
        options: step, car-following model, seed, time between frames; patience and deadlock time have no effect.
        controller: chooses stages; None = the programs run by the clock.
        programs: replace the network's programs (a fixed-time plan).
        recorder: receives frames and events.
        net_file: the SUMO file from which the network was read; None = the network is exported.

    Attributes:
        warnings: what the export of the network says.

    Raises:
        MissingExtraError: SUMO is not installed.
        SimulationError: this process has such a world already, or SUMO refuses the files.
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
        net_file: Path | None = None,
    ) -> None:
        self.network, self.trips, self.options, self._recorder = network, trips, options, recorder
        self.time_s, self._steps, self._wall_s, self._cpu_s = 0.0, 0, 0.0, 0.0
        plan = programs or network.programs
        self._signals = Signals(network, plan, controller, options.dt_s, by_clock=True)
        self._sumo_plays = controller is None and plan is network.programs
        self._row_of = {name: row for row, name in enumerate(legal_ids(trips.ext_id))}
        self._seen: VehicleColumns | None = None
        self._shown: NDArray[np.uint8] | None = None
        with ExitStack() as stack:
            folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="jing-sumo-")))
            files = write_files(network, trips, options, net_file, folder)
            self._sumo = Sumo(_arguments(files, options), folder / "sumo.log")
            stack.callback(self._sumo.close)
            self.warnings = files.warnings
            self._ways = WayMap(self._sumo, network, files.lanes)
            self._lights = Lights(self._sumo, network, self._ways, files.lights)
            self._tally = Tally(self._sumo, self._row_of, recorder)
            self._move(0.0)
            self._stack = stack.pop_all()

    def run(self, until_s: float) -> None:
        """Steps until the simulation time is at least `until_s`."""
        while self.time_s < until_s - 1e-9:
            self.step()

    def step(self) -> None:
        """One step of `dt_s`.

        Raises:
            SimulationError: SUMO or the controller gave up; says when.
        """
        if self._signals.due:
            stage, age = self._signals.observe()
            counts = (self.lane_vehicles(), self.lane_halting(), self.connector_vehicles())
            self._signals.ask(SignalObservation(self.time_s, stage, age, *counts))
        self._tally.updates += int(self._sumo.api.vehicle.getIDCount())
        self._steps += 1
        self._move(self._steps * self.options.dt_s)
        self._record()

    def _move(self, time_s: float) -> None:
        """Lets SUMO go on to `time_s`."""
        wall, cpu = time.perf_counter(), time.thread_time()
        self._signals.advance(time_s)
        if not self._sumo_plays:
            self._lights.show(self._signals.state)
        self._sumo.step(time_s)
        self._wall_s += time.perf_counter() - wall
        self._cpu_s += time.thread_time() - cpu
        self._seen, self.time_s = None, time_s
        if self._sumo_plays:
            self._lights.read_phases(self._signals.state)
        self._tally.take(time_s)

    def _record(self) -> None:
        if self._recorder is None:
            return
        state = self._signals.state
        if self._shown is None or not np.array_equal(state, self._shown):
            self._shown = state.copy()
            self._recorder.signals(self.time_s, self._shown)
        if self._steps % round(self.options.frame_s / self.options.dt_s) == 0:
            self._recorder.frame(self.time_s, self.frame())

    # -- what others may ask -----------------------------------------------------------------------------------------

    def signal_state(self) -> NDArray[np.uint8]:
        """`(n_groups,)` `SignalState` shown now."""
        return self._signals.state.copy()

    def lane_vehicles(self) -> Int:
        """`(n_lanes,)` vehicles on each lane."""
        return self._per_way(self._vehicles().way)[: len(self.network.lanes)]

    def connector_vehicles(self) -> Int:
        """`(n_connectors,)` vehicles on each connector."""
        return self._per_way(self._vehicles().way)[len(self.network.lanes) :]

    def lane_halting(self) -> Int:
        """`(n_lanes,)` vehicles slower than 0.1 m/s on each lane."""
        seen = self._vehicles()
        return self._per_way(seen.way[seen.halting])[: len(self.network.lanes)]

    def _per_way(self, way: Int) -> Int:
        return np.bincount(way, minlength=len(self.network.lanes) + len(self.network.connectors)).astype(np.int32)

    def _vehicles(self) -> VehicleColumns:
        if self._seen is None:
            self._seen = read_vehicles(self._sumo, self._ways, self._row_of)
        return self._seen

    def frame(self) -> VehicleFrame:
        """All vehicles in the network now."""
        return frame_of(self.network, self._vehicles())

    def state_hash(self) -> str:
        """A hash over who is where and how fast: equal for equal runs of the same SUMO."""
        seen = self._vehicles()
        return hash_columns([np.array([self.time_s]), seen.vehicle, seen.way, seen.pos_m, seen.speed_mps])

    def summary(self) -> TrafficSummary:
        """The figures of the run so far, with these differences from those of `TrafficWorld`.

        `engine_wall_s` and `engine_cpu_s` are spent in SUMO's own steps; `mean_delay_s` is SUMO's time loss;
        `overlaps` are the collisions that SUMO reports, which do not include those inside junctions; `red_runs` is
        always 0, since SUMO does not report them; `deadlocks_resolved` are teleports, which are switched off.
        """
        tally = self._tally
        mean, p5, p50, p95 = travel_times(tally.entered_s, tally.arrived_s)
        done = np.isfinite(tally.arrived_s)
        inserted, arrived = int(np.isfinite(tally.entered_s).sum()), int(done.sum())
        running = len(self._vehicles().vehicle)
        return TrafficSummary(
            inserted=inserted,
            arrived=arrived,
            running=running,
            waiting_to_enter=int((self.trips.depart_s <= self.time_s + 1e-9).sum()) - inserted,
            vehicle_updates=tally.updates,
            engine_wall_s=self._wall_s,
            engine_cpu_s=self._cpu_s,
            mean_travel_time_s=mean,
            travel_time_p5_s=p5,
            travel_time_p50_s=p50,
            travel_time_p95_s=p95,
            mean_delay_s=float(tally.time_loss_s[done].mean()) if arrived else float("nan"),
            overlaps=tally.collisions,
            red_runs=0,
            lost=inserted - arrived - running,
            deadlocks_resolved=tally.teleports,
            rerouted=0,
            state_hash=self.state_hash(),
        )

    def close(self) -> None:
        """Ends the simulation; figures and frames can no longer be asked for."""
        self._stack.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def _arguments(files: NetworkFiles, options: TrafficOptions) -> list[str]:
    return [
        "--net-file", str(files.net),
        "--route-files", str(files.routes),
        "--begin", "0",
        "--step-length", f"{options.dt_s:g}",
        "--seed", str(options.seed),
        "--time-to-teleport", "-1",
        "--collision.action", "warn",
        # Long enough to ask those that arrived for their time loss.
        "--keep-after-arrival", f"{2 * options.dt_s:g}",
        "--xml-validation", "never",
        "--no-step-log", "true",
        "--no-warnings", "true",
    ]  # fmt: skip
