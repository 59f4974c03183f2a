"""Saturation flow and start-up lost time of straight lanes at a signal.

Headways are taken at the stop line as in the Highway Capacity Manual (6th ed., chapter 31): the saturation headway is
the mean of those of the 5th to the 12th vehicle of a queue, the lost time what the first four need more than that.
A front bumper crosses the line within a step of 1 s; when, follows from its place before and its speed after.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from benchmarks.fidelity.figures import Figure, Measured
from benchmarks.fidelity.flows import poisson_trips
from benchmarks.fidelity.memory import Bench
from benchmarks.fidelity.scene import Scene, Seen
from benchmarks.fidelity.small_nets import signal_approach

from jing_maps.network import RoadNetwork
from jing_maps.sumo import read_net

__all__ = ["measure_saturation"]

GREEN_S, YELLOW_S, RED_S = 45.0, 3.0, 52.0
CYCLE_S = GREEN_S + YELLOW_S + RED_S
DEMAND_VPH = 2200.0
HORIZON_S = 3600.0
FIRST, LAST = 4, 12
"""The headways from vehicle `FIRST` to vehicle `LAST` count, in the order of the queue, from 1."""


@dataclass
class Discharge:
    """When vehicles of each queue cross the stop line; `lanes` are those with the signal, `length_m` their lengths."""

    lanes: tuple[int, ...]
    length_m: tuple[float, ...]
    cycle_s: float
    _before: dict[int, tuple[int, float]] = field(default_factory=dict, repr=False)
    _queue: dict[int, int] = field(default_factory=dict, repr=False)
    _headway_s: list[float] = field(default_factory=list, repr=False)
    _lost_s: list[float] = field(default_factory=list, repr=False)
    _crossed_s: dict[int, list[float]] = field(default_factory=dict, repr=False)

    def see(self, seen: Seen) -> None:
        """Green begins at multiples of the cycle; only queues of `LAST` standing vehicles or more count."""
        start = seen.time_s - 1.0
        now = {
            int(v): (int(lane), float(pos))
            for v, lane, pos in zip(seen.vehicle, seen.lane, seen.pos_m, strict=True)
            if lane in self.lanes
        }
        speed = dict(zip(seen.vehicle.tolist(), seen.speed_mps.tolist(), strict=True))
        gone = [(v, *place) for v, place in self._before.items() if v not in now and speed.get(v, 0.0) > 0.0]
        for vehicle, lane, pos in gone:
            rest = self.length_m[self.lanes.index(lane)] - pos
            self._crossed_s.setdefault(lane, []).append(start + min(rest / speed[vehicle], 1.0))
        self._before = now
        if seen.time_s % self.cycle_s == 0.0:
            self._close(seen.time_s)
            self._queue = {lane: int(((seen.lane == lane) & (seen.speed_mps < 0.1)).sum()) for lane in self.lanes}

    def _close(self, time_s: float) -> None:
        green_s = time_s - self.cycle_s
        for lane, queue in self._queue.items():
            crossed = np.sort(self._crossed_s.get(lane, [])) - green_s
            if queue >= LAST and len(crossed) >= LAST:
                headway = (crossed[LAST - 1] - crossed[FIRST - 1]) / (LAST - FIRST)
                self._headway_s.append(float(headway))
                self._lost_s.append(float(crossed[FIRST - 1] - FIRST * headway))
        self._crossed_s = {}

    def values(self) -> dict[str, list[float]]:
        """Headway and lost time of each queue."""
        return {"headway_s": self._headway_s, "lost_s": self._lost_s}


def measure_saturation(bench: Bench, seeds: Sequence[int]) -> Measured:
    """Two lanes with more demand than their green lets through."""
    net = bench.folder / "signal.net.xml"
    signal_approach(net, ((GREEN_S, "GGr"), (YELLOW_S, "yyr"), (RED_S, "rrr")))
    network = read_net(net)
    found: dict[str, list[dict[str, list[float]]]] = {"ours": [], "sumo": []}
    for seed in seeds:
        trips = poisson_trips(network, {("in", "out"): DEMAND_VPH}, HORIZON_S, seed)
        scene = Scene(net, network, trips, HORIZON_S, seed)
        found["ours"].append(bench.ours(scene, _probe(network)).values)
        found["sumo"].append(bench.sumo(scene, _probe(network)).values)
    headway, lost = ({side: _pooled(rows, name) for side, rows in found.items()} for name in ("headway_s", "lost_s"))
    flow = {side: 3600.0 / float(np.mean(values)) if values else np.nan for side, values in headway.items()}
    start = {side: float(np.mean(values)) if values else np.nan for side, values in lost.items()}
    return Measured(
        "Saturation flow and start-up lost time",
        [
            Figure("signal, straight", "saturation flow", "veh/h/lane", flow["ours"], flow["sumo"], 0.03),
            Figure("signal, straight", "start-up lost time", "s", start["ours"], start["sumo"], 0.3, absolute=True),
        ],
        [
            f"{len(headway['ours'])} queues of ours, {len(headway['sumo'])} of SUMO; "
            f"green {GREEN_S:g} s of {CYCLE_S:g} s"
        ],
    )


def _probe(network: RoadNetwork) -> Discharge:
    lanes = tuple(network.road_lanes(network.roads.ext_id.index("in")))
    return Discharge(lanes, tuple(float(network.lanes.length_m[lane]) for lane in lanes), CYCLE_S)


def _pooled(rows: list[dict[str, list[float]]], name: str) -> list[float]:
    return [value for row in rows for value in row[name]]
