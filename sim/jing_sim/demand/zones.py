"""Demand of an area from its gates and zones: distribution, departures, routes."""

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from jing_maps.areas import Terminals
from jing_maps.columns import VehicleClass
from jing_maps.network import RoadNetwork
from jing_sim.demand.assemble import DemandOptions, Wishes, assemble
from jing_sim.demand.draws import choose, uniform
from jing_sim.demand.profile import DAY, Profile, poisson_departures
from jing_sim.demand.report import DemandError, DemandReport, Unroutable
from jing_sim.demand.road_graph import RoadGraph
from jing_sim.trips import Trips

__all__ = ["area_demand", "distribute", "furness", "pick_roads"]

Int = NDArray[np.int32]
Float = NDArray[np.float64]

_ORIGIN, _DESTINATION = 41, 42
_TOLERANCE = 1e-3


def furness(seed_matrix: Float, row_sum: Float, column_sum: Float, rounds: int = 200) -> Float:
    """The matrix closest in structure to `seed_matrix` `(n, n)` with the wanted sums (Furness 1965).

    The column sums are scaled to the total of the row sums first. Cells of 0 stay 0, so sums that only they could
    give are not reached.

    >>> furness(np.ones((2, 2)), np.array([3.0, 1.0]), np.array([2.0, 2.0])).tolist()
    [[1.5, 1.5], [0.5, 0.5]]
    """
    matrix = seed_matrix.astype(float).copy()
    if column_sum.sum() <= 0 or row_sum.sum() <= 0:
        return np.zeros_like(matrix)
    column_sum = column_sum * (row_sum.sum() / column_sum.sum())
    for _ in range(rounds):
        matrix *= _ratio(column_sum, matrix.sum(axis=0))[None, :]
        have = matrix.sum(axis=1)
        factor = _ratio(row_sum, have)
        matrix *= factor[:, None]
        if np.abs(have - row_sum).max() <= _TOLERANCE * row_sum.max():
            break
    return matrix


def _ratio(wanted: Float, have: Float) -> Float:
    return np.where(have > 0, wanted / np.where(have > 0, have, 1.0), 0.0)


def distribute(network: RoadNetwork, terminals: Terminals, decay_s: float) -> tuple[Float, Float]:
    """`(n, n)` vehicles per hour from terminal to terminal, and the travel times in seconds (inf = no way).

    Doubly constrained gravity model (Wilson 1967) with deterrence `exp(-time / decay_s)`; none to the same terminal.
    """
    n = len(terminals)
    graph = RoadGraph.of(network, VehicleClass.CAR)
    times = np.full((n, n), np.inf)
    for i in range(n):
        begin = _usable(terminals.in_roads[i], graph)
        if not len(begin):
            continue
        reach = graph.times_s(begin).min(axis=0)
        for j in range(n):
            end = _usable(terminals.out_roads[j], graph)
            if i != j and len(end):
                times[i, j] = reach[end].min()
    flows = furness(np.exp(-times / decay_s), terminals.in_vph, terminals.out_vph)
    return flows, times


def _reachable(network: RoadNetwork, terminals: Terminals) -> Terminals:
    """The terminals without those roads of zones that lead out of the map at once, or that only its gates feed.

    A zone spreads its trips over several roads; left with none it gets no trips, which the report says. A gate keeps
    all of its own.
    """
    may_begin, may_end = RoadGraph.of(network, VehicleClass.CAR).main_ends()
    gates = terminals.is_gate
    in_roads, out_roads = (
        tuple(place if gate else tuple(r for r in place if may[r]) for place, gate in zip(roads, gates, strict=True))
        for roads, may in ((terminals.in_roads, may_begin), (terminals.out_roads, may_end))
    )
    return replace(terminals, in_roads=in_roads, out_roads=out_roads)


def _usable(roads: tuple[int, ...], graph: RoadGraph) -> Int:
    rows = np.array(roads, dtype=np.int32)
    return rows[graph.usable[rows]] if len(rows) else rows


def area_demand(
    network: RoadNetwork, terminals: Terminals, options: DemandOptions, profile: Profile = DAY
) -> tuple[Trips, DemandReport]:
    """Trips of one run between the gates and zones of an area.

    Args:
        network: the area's network.
        terminals: its gates and zones with the flows of the morning peak hour.
        options: duration, seed, scale, mix and route choice.
        profile: factor over the time of day, on the morning peak.

    Raises:
        DemandError: there is no terminal, or none that begins trips.
    """
    if not len(terminals) or terminals.in_vph.sum() <= 0:
        raise DemandError(f"{network.name} has no gate or zone at which trips begin; give routes or random trips")
    terminals = _reachable(network, terminals)
    flows, times = distribute(network, terminals, options.decay_s)
    origin, destination = np.nonzero(flows > 0)
    rate = flows[origin, destination] * options.scale
    # The pair's own number, not its place among those with traffic: a change elsewhere leaves its draws as they are.
    pair = origin * len(terminals) + destination
    rates = np.zeros(len(terminals) ** 2)
    rates[pair] = rate
    clock = profile.shifted(options.begin_of_day_s)
    flow, number, depart_s = poisson_departures(rates, (0.0, options.duration_s), clock, options.seed)
    names = terminals.ext_id
    labels = [f"{names[p // len(names)]}>{names[p % len(names)]}" for p in range(len(rates))]
    begin, end = flow // len(names), flow % len(names)
    wishes = Wishes(
        ext_id=tuple(f"{labels[int(p)]}.{k}" for p, k in zip(flow, number, strict=True)),
        group=tuple(labels[int(p)] for p in flow),
        vehicle_type=options.mix.draw(options.seed, flow, number),
        depart_s=depart_s,
        origin=pick_roads(network, terminals.in_roads, begin, uniform(options.seed, _ORIGIN, flow, number)),
        destination=pick_roads(network, terminals.out_roads, end, uniform(options.seed, _DESTINATION, flow, number)),
    )
    return assemble(network, wishes, options, f"demand of {network.name}", _notes(terminals, flows, times))


def pick_roads(
    network: RoadNetwork, roads: tuple[tuple[int, ...], ...], place: NDArray[np.integer], draw: Float
) -> Int:
    """A road of each trip's place, drawn by the number of lanes."""
    out = np.full(len(place), -1, dtype=np.int32)
    lanes = np.diff(network.roads.first_lane)
    for p in np.unique(place):
        here = place == p
        rows = np.array(roads[int(p)], dtype=np.int32)
        out[here] = rows[choose(lanes[rows], draw[here])]
    return out


def _notes(terminals: Terminals, flows: Float, times: Float) -> tuple[Unroutable, ...]:
    """What the flows of the terminals could not reach."""
    out = []
    for i, name in enumerate(terminals.ext_id):
        if terminals.in_vph[i] > 0 and flows[i].sum() <= 0:
            out.append(Unroutable(name, 0, f"{terminals.in_vph[i]:.0f} vehicles/h begin here and reach no destination"))
        if terminals.out_vph[i] > 0 and flows[:, i].sum() <= 0:
            out.append(Unroutable(name, 0, f"{terminals.out_vph[i]:.0f} vehicles/h end here and no origin reaches it"))
    wanted = (terminals.in_vph[:, None] > 0) & (terminals.out_vph[None, :] > 0) & ~np.isfinite(times)
    np.fill_diagonal(wanted, False)
    for i, j in zip(*np.nonzero(wanted), strict=True):
        pair = f"{terminals.ext_id[i]}>{terminals.ext_id[j]}"
        out.append(Unroutable(pair, 0, "no way for cars between them; their flows go elsewhere"))
    return tuple(out)
