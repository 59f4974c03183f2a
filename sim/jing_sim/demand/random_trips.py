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
Bool = NDArray[np.bool_]

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
    may_begin, may_end = _ends(graph)
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


def _ends(graph: RoadGraph) -> tuple[Bool, Bool]:
    """Roads that reach the main part, and roads that it reaches, both usable.

    On a map without circuits each part is one road; then the part is the one with the most pairs of ends around it.
    """
    label = graph.components()
    size = np.bincount(label[graph.usable], minlength=int(label.max()) + 1)
    candidates = [int(np.argmax(size))] if size.max() > 1 else np.argsort(-size, kind="stable")[:500].tolist()
    best: tuple[Bool, Bool] | None = None
    for part in candidates:
        member = np.flatnonzero((label == part) & graph.usable)[:1]
        if len(member):
            forward = _reach(graph.tail, graph.head, member, graph.n_roads) & graph.usable
            backward = _reach(graph.head, graph.tail, member, graph.n_roads) & graph.usable
            if best is None or forward.sum() * backward.sum() > best[0].sum() * best[1].sum():
                best = (backward, forward)
    assert best is not None, "a usable road is a part"
    return best


def _reach(tail: NDArray[np.int64], head: NDArray[np.int64], begin: NDArray[np.int64], n_roads: int) -> Bool:
    seen = np.zeros(n_roads, dtype=bool)
    seen[begin] = True
    while True:
        new = np.unique(head[seen[tail] & ~seen[head]])
        if not len(new):
            return seen
        seen[new] = True
