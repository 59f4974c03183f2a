"""The fundamental diagram: flow and mean speed on a closed ring at eight densities.

Flow after Edie: the distance driven by all vehicles over the length of the lanes and the time looked at.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import numpy as np
from benchmarks.fidelity.figures import Figure, Measured
from benchmarks.fidelity.flows import car_trips
from benchmarks.fidelity.memory import Bench
from benchmarks.fidelity.scene import Outcome, Scene, Seen
from benchmarks.fidelity.small_nets import ring

from jing_maps.network import RoadNetwork
from jing_maps.sumo import read_net
from jing_sim.trips import Trips

__all__ = ["DENSITIES_VPKM", "measure_ring"]

DENSITIES_VPKM = (8, 16, 24, 32, 48, 64, 80, 100)
"""Vehicles a kilometre of lane."""
LENGTH_M = 1000.0
WARM_UP_S, HORIZON_S = 600.0, 1500.0
_FASTEST_MPS = {1: 14.0, 2: 21.0}
"""Routes are long enough for this speed, by lanes: that of all wishes, and that of the fastest of some thousand."""


@dataclass
class MeanSpeed:
    """Mean speed, and mean number of vehicles, over the steps after the warm-up."""

    warm_up_s: float
    _speed_mps: list[float] = field(default_factory=list, repr=False)
    _vehicles: list[float] = field(default_factory=list, repr=False)

    def see(self, seen: Seen) -> None:
        """Every vehicle on the ring counts, on edges and between them."""
        if seen.time_s > self.warm_up_s:
            self._speed_mps.append(float(seen.speed_mps.sum()))
            self._vehicles.append(float(len(seen.vehicle)))

    def values(self) -> dict[str, list[float]]:
        """The two means."""
        vehicles = float(np.mean(self._vehicles))
        return {"speed_mps": [float(np.mean(self._speed_mps)) / vehicles], "vehicles": [vehicles]}


def measure_ring(bench: Bench, seeds: Sequence[int], lanes: Sequence[int] = (1, 2)) -> Measured:
    """Rings of 1 km with one edge for each vehicle of a lane, so that all start at once, at rest.

    On one lane nobody can pass the slowest: there all have the same wish speed.
    """
    measured = Measured("Fundamental diagram on a ring", axes=("density, veh/km/lane", "flow, veh/h/lane"))
    for count in lanes:
        name = f"{count} lane{'s' if count > 1 else ''}"
        curves: dict[str, list[float]] = {"ours": [], "SUMO": []}
        for density in DENSITIES_VPKM:
            flow = _measure(bench, seeds, count, density, measured)
            for side, value in zip(curves, flow, strict=True):
                curves[side].append(value)
        measured.series[name] = {side: ([float(d) for d in DENSITIES_VPKM], curve) for side, curve in curves.items()}
    return measured


def _measure(bench: Bench, seeds: Sequence[int], lanes: int, density: int, measured: Measured) -> tuple[float, float]:
    """Adds the figures of one density, and returns both flows."""
    edges = round(density * LENGTH_M / 1000.0)
    net = bench.folder / f"ring{lanes}_{edges}.net.xml"
    ring(net, LENGTH_M, lanes, edges)
    network = read_net(net)
    trips = _trips(network, edges, lanes)
    scenes = [Scene(net, network, trips, HORIZON_S, seed) for seed in seeds]
    ours = _means([bench.ours(scene, MeanSpeed(WARM_UP_S)) for scene in scenes])
    sumo = _means([bench.sumo(scene, MeanSpeed(WARM_UP_S)) for scene in scenes])
    lane_km = (float(network.lanes.length_m.sum()) + float(network.connectors.length_m.sum())) / 1000.0
    flow = (3.6 * ours[0] * ours[1] / lane_km, 3.6 * sumo[0] * sumo[1] / lane_km)
    where = f"{lanes} lane{'s' if lanes > 1 else ''}, {density} veh/km"
    measured.figures += [
        Figure(where, "flow", "veh/h/lane", *flow, 0.05),
        Figure(where, "mean speed", "m/s", ours[0], sumo[0], 0.05),
    ]
    if max(abs(ours[1] - len(trips)), abs(sumo[1] - len(trips))) > 0.5:
        measured.notes.append(
            f"{where}: of {len(trips)} vehicles {ours[1]:.1f} (ours) and {sumo[1]:.1f} (SUMO) entered"
        )
    return flow


def _means(outcomes: Sequence[Outcome]) -> tuple[float, float]:
    speed, vehicles = (float(np.mean([o.values[name][0] for o in outcomes])) for name in ("speed_mps", "vehicles"))
    return speed, vehicles


def _trips(network: RoadNetwork, edges: int, lanes: int) -> Trips:
    """One vehicle on each lane of each edge."""
    laps = int(HORIZON_S * _FASTEST_MPS[lanes] / LENGTH_M) + 1
    routes = [[f"r{(place + k) % edges}" for k in range(laps * edges)] for place in range(edges) for _ in range(lanes)]
    trips = car_trips(network, [0.0] * len(routes), routes)
    types = trips.types
    if lanes == 1:
        types = replace(types, speed_deviation=np.zeros(len(types)))
    lane = np.array([lane for _ in range(edges) for lane in range(lanes)], dtype=np.int32)
    return replace(trips, types=types, depart_lane=lane, depart_speed_mps=np.zeros(len(routes)))
