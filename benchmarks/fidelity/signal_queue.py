"""Queue length over a cycle at a signal: the longest of each cycle, 95th percentile over the cycles."""

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from benchmarks.fidelity.figures import Figure, Measured
from benchmarks.fidelity.flows import poisson_trips
from benchmarks.fidelity.memory import Bench
from benchmarks.fidelity.scene import Outcome, Scene, Seen
from benchmarks.fidelity.small_nets import signal_approach

from jing_maps.network import RoadNetwork
from jing_maps.sumo import read_net

__all__ = ["measure_queue"]

GREEN_S, YELLOW_S, RED_S = 40.0, 3.0, 47.0
CYCLE_S = GREEN_S + YELLOW_S + RED_S
DEMANDS_VPH = {"light": 700.0, "medium": 1200.0}
"""On two lanes, whose green lets about 1650 through."""
HORIZON_S = 3600.0
_HALTING_MPS = 0.1


@dataclass
class LongestQueue:
    """The most vehicles that halt at once, and how far back the queues reach (mean of the lanes), in each cycle."""

    lanes: tuple[int, ...]
    length_m: tuple[float, ...]
    cycle_s: float
    _vehicles: dict[int, int] = field(default_factory=dict, repr=False)
    _tail_m: dict[tuple[int, int], float] = field(default_factory=dict, repr=False)

    def see(self, seen: Seen) -> None:
        """A cycle is taken from the begin of yellow, so that a queue that lives into the green is counted once."""
        cycle = int((seen.time_s - GREEN_S) // self.cycle_s)
        halting = 0
        for lane, length_m in zip(self.lanes, self.length_m, strict=True):
            back_m = length_m - seen.pos_m[(seen.lane == lane) & (seen.speed_mps < _HALTING_MPS)]
            halting += len(back_m)
            self._tail_m[cycle, lane] = max(self._tail_m.get((cycle, lane), 0.0), float(back_m.max(initial=0.0)))
        self._vehicles[cycle] = max(self._vehicles.get(cycle, 0), halting)

    def values(self) -> dict[str, list[float]]:
        """One value for each whole cycle."""
        cycles = [cycle for cycle in sorted(self._vehicles) if cycle >= 0][:-1]
        return {
            "vehicles": [float(self._vehicles[cycle]) for cycle in cycles],
            "tail_m": [float(np.mean([self._tail_m[cycle, lane] for lane in self.lanes])) for cycle in cycles],
        }


def measure_queue(bench: Bench, seeds: Sequence[int], load: str | None = None) -> Measured:
    """Two straight lanes with Poisson arrivals."""
    net = bench.folder / "queue.net.xml"
    signal_approach(net, ((GREEN_S, "GGr"), (YELLOW_S, "yyr"), (RED_S, "rrr")))
    network = read_net(net)
    measured = Measured("Queue length over a cycle", axes=("queue, vehicles on two lanes", "share of cycles"))
    for name, demand in DEMANDS_VPH.items():
        if load not in (None, name):
            continue
        ours, sumo = [], []
        for seed in seeds:
            trips = poisson_trips(network, {("in", "out"): demand}, HORIZON_S, seed)
            scene = Scene(net, network, trips, HORIZON_S, seed)
            ours.append(bench.ours(scene, _probe(network)))
            sumo.append(bench.sumo(scene, _probe(network)))
        _compare(name, ours, sumo, measured)
    return measured


def _compare(load: str, ours: Sequence[Outcome], sumo: Sequence[Outcome], measured: Measured) -> None:
    for value, name, unit in (("vehicles", "halting", "veh"), ("tail_m", "tail of the queue", "m")):
        mine, theirs = ([v for outcome in side for v in outcome.values[value]] for side in (ours, sumo))
        where = f"signal, {load}"
        p95 = [float(np.percentile(values, 95)) for values in (mine, theirs)]
        measured.figures += [
            Figure(where, f"{name}, p95", unit, p95[0], p95[1], 0.1),
            Figure(where, f"{name}, mean", unit, float(np.mean(mine)), float(np.mean(theirs)), None),
        ]
        if value == "vehicles":
            measured.series[load] = {"ours": _cumulative(mine), "SUMO": _cumulative(theirs)}


def _cumulative(values: Sequence[float]) -> tuple[list[float], list[float]]:
    return sorted(values), [(k + 1) / len(values) for k in range(len(values))]


def _probe(network: RoadNetwork) -> LongestQueue:
    lanes = tuple(network.road_lanes(network.roads.ext_id.index("in")))
    return LongestQueue(lanes, tuple(float(network.lanes.length_m[lane]) for lane in lanes), CYCLE_S)
