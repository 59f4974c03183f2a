"""Random trips, for maps without gates and zones."""

import numpy as np
from numpy.typing import NDArray

from jing_maps.columns import VehicleClass
from jing_maps.network import RoadNetwork
from jing_sim.demand.assemble import DemandOptions, Wishes, assemble
from jing_sim.demand.draws import choose, uniform
from jing_sim.demand.profile import FLAT, poisson_departures
from jing_sim.demand.report import DemandError, DemandReport
from jing_sim.demand.road_graph import RoadGraph
from jing_sim.trips import Trips

__all__ = ["random_trips"]

Float = NDArray[np.float64]

_ORIGIN, _DESTINATION = 51, 52
FRINGE_FACTOR = 10.0
"""How much likelier a trip begins or ends where the map is cut than elsewhere, for the same length of lanes."""


def random_trips(network: RoadNetwork, rate_vph: float, options: DemandOptions) -> tuple[Trips, DemandReport]:
    """Poisson departures at `rate_vph` (times `options.scale`) between random roads.

    Roads are drawn by their length of lanes, ten times likelier at the edge of the map. Only roads from which the
    main strongly connected part is reached begin trips, and only roads that it reaches end them, so there is a way
    for every car.

    Raises:
        DemandError: no road is open to cars, or the rate is not positive.
    """
    if not 0 < rate_vph < np.inf:
        raise DemandError(f"rate_vph is {rate_vph}; it must be a positive number of vehicles per hour")
    graph = RoadGraph.of(network, VehicleClass.CAR)
    if not graph.usable.any():
        raise DemandError(f"{network.name}: no lane is open to cars")
    may_begin, may_end = graph.main_ends()
    lanes = network.lanes
    length = np.bincount(lanes.road, weights=lanes.length_m, minlength=graph.n_roads)
    begins = length * may_begin * _fringe(graph, graph.head)
    ends = length * may_end * _fringe(graph, graph.tail)
    rate = np.array([rate_vph * options.scale])
    _, number, depart_s = poisson_departures(rate, (0.0, options.duration_s), FLAT, options.seed)
    origin = choose(begins, uniform(options.seed, _ORIGIN, number)).astype(np.int32)
    destination = choose(ends, uniform(options.seed, _DESTINATION, number)).astype(np.int32)
    wishes = Wishes(
        ext_id=tuple(f"random.{k}" for k in number),
        group=("random",) * len(number),
        vehicle_type=options.mix.draw(options.seed, number),
        depart_s=depart_s,
        origin=origin,
        destination=destination,
    )
    return assemble(network, wishes, options, f"random trips on {network.name}")


def _fringe(graph: RoadGraph, other_side: NDArray[np.int64]) -> Float:
    """Factor of roads that no movement reaches (or leaves)."""
    inside = np.zeros(graph.n_roads, dtype=bool)
    inside[other_side] = True
    return np.where(inside, 1.0, FRINGE_FACTOR)
