import heapq
from dataclasses import replace

import numpy as np
import pytest

from jing_maps.columns import Turn, VehicleClass
from jing_maps.errors import RouteError
from jing_maps.grid import grid
from jing_maps.network import RoadNetwork
from jing_maps.routing import Route, Router, TurnCosts

CAR, BUS = VehicleClass.CAR, VehicleClass.BUS


@pytest.fixture(scope="module")
def network() -> RoadNetwork:
    return grid(3, 3)


@pytest.fixture(scope="module")
def router(network: RoadNetwork) -> Router:
    return Router(network)


def _far_pair(network: RoadNetwork, router: Router) -> tuple[int, int]:
    """Two roads with the longest way between them."""
    times = router.travel_times(np.arange(len(network.roads)))
    origin, destination = np.unravel_index(np.where(np.isfinite(times), times, -1).argmax(), times.shape)
    return int(origin), int(destination)


def _linked(network: RoadNetwork, roads: np.ndarray) -> bool:
    tail, head = network.road_of_connector()
    pairs = set(zip(tail.tolist(), head.tolist(), strict=True))
    return all(pair in pairs for pair in zip(roads[:-1].tolist(), roads[1:].tolist(), strict=True))


def _cost(network: RoadNetwork, route: Route, costs: TurnCosts) -> float:
    """Adds up a route by hand, with the cheapest connector between each two roads."""
    lanes, ways = network.lanes, network.connectors
    tail, head = network.road_of_connector()
    turn_s = {Turn.STRAIGHT: 0.0, Turn.LEFT: costs.left_s, Turn.RIGHT: costs.right_s, Turn.U_TURN: costs.u_turn_s}
    total = 0.0
    for road in route.roads:
        speed = max(lanes.speed_limit_mps[lane] for lane in network.road_lanes(road) if lanes.allowed[lane] & CAR)
        total += network.roads.length_m[road] / speed
    for a, b in zip(route.roads[:-1], route.roads[1:], strict=True):
        options = [
            ways.length_m[i] / ways.speed_limit_mps[i]
            + turn_s[Turn(ways.turn[i])]
            + (costs.signal_s if ways.signal_group[i] >= 0 and not ways.on_red[i] else 0.0)
            for i in np.flatnonzero((tail == a) & (head == b) & ((ways.allowed & int(CAR)) > 0))
        ]
        total += min(options)
    return float(total)


def test_the_cost_of_a_route_is_the_sum_of_its_roads_and_turns(network: RoadNetwork, router: Router) -> None:
    route = router.fastest(*_far_pair(network, router))
    assert route.cost_s == pytest.approx(_cost(network, route, TurnCosts()), rel=1e-12)
    assert route.length_m == pytest.approx(network.roads.length_m[route.roads].sum())
    assert _linked(network, route.roads)


def _plain_dijkstra(network: RoadNetwork, origin: int) -> np.ndarray:
    """Arrival at the end of each road, over connectors, where all lanes of a road can be reached from each other."""
    costs, tail_head = TurnCosts(), network.road_of_connector()
    tail, head = tail_head[0].tolist(), tail_head[1].tolist()
    ways, turn_s = network.connectors, [0.0, costs.left_s, costs.right_s, costs.u_turn_s]
    wait_s = np.where((ways.signal_group >= 0) & ~ways.on_red, costs.signal_s, 0.0)
    drive_s = ways.length_m / ways.speed_limit_mps + wait_s + np.array(turn_s)[ways.turn]
    usable = ((ways.allowed & int(CAR)) > 0).tolist()
    road_s = (network.roads.length_m / 13.89).tolist()
    done, heap = np.full(len(network.roads), np.inf), [(road_s[origin], origin)]
    while heap:
        time_s, road = heapq.heappop(heap)
        if time_s < done[road]:
            done[road] = time_s
            for way in [i for i, a in enumerate(tail) if a == road and usable[i]]:
                heapq.heappush(heap, (time_s + float(drive_s[way]) + road_s[head[way]], head[way]))
    return done


def test_travel_times_are_those_of_a_plain_dijkstra(network: RoadNetwork, router: Router) -> None:
    origins = np.arange(0, len(network.roads), 7)
    for origin, times in zip(origins.tolist(), router.travel_times(origins), strict=True):
        np.testing.assert_allclose(times, _plain_dijkstra(network, origin), rtol=1e-12)


def test_bulk_routes_equal_single_ones(network: RoadNetwork, router: Router) -> None:
    n = len(network.roads)
    origin, destination = (grid_.ravel() for grid_ in np.meshgrid(np.arange(n), np.arange(n)))
    bulk = router.routes(origin, destination)
    times = router.travel_times(np.arange(n))
    np.testing.assert_array_equal(bulk.cost_s, times[origin, destination])
    np.testing.assert_array_equal(bulk.found, np.diff(bulk.first_road) > 0)
    for pair in np.flatnonzero(bulk.found)[::37].tolist():
        roads = bulk.roads[bulk.first_road[pair] : bulk.first_road[pair + 1]]
        single = router.fastest(int(origin[pair]), int(destination[pair]))
        np.testing.assert_array_equal(roads, single.roads)
        assert (roads[0], roads[-1]) == (origin[pair], destination[pair])
        assert _linked(network, roads)


def test_a_trip_within_one_road_is_that_road(network: RoadNetwork, router: Router) -> None:
    route = router.fastest(4, 4)
    assert route.roads.tolist() == [4]
    assert route.cost_s == pytest.approx(network.roads.length_m[4] / 13.89)


def test_no_pairs_have_no_routes(router: Router) -> None:
    assert len(router.routes([], [])) == 0


def test_a_pair_without_a_way_is_marked_in_bulk_and_raised_alone(network: RoadNetwork, router: Router) -> None:
    into_gate = int(np.flatnonzero(network.junctions.kind[network.roads.to_junction] == 3)[0])
    bulk = router.routes([into_gate, 4], [4, 4])
    assert bulk.found.tolist() == [False, True]
    assert np.isinf(bulk.cost_s[0])
    assert bulk.first_road.tolist() == [0, 0, 1]
    names = network.roads.ext_id
    with pytest.raises(RouteError, match=f"no way for CAR from road '{names[into_gate]}' to road '{names[4]}'"):
        router.fastest(into_gate, 4)


def test_a_road_that_is_not_there_is_refused(router: Router) -> None:
    with pytest.raises(RouteError, match=r"road 100000 is not in 0\.\."):
        router.fastest(0, 100000)


def test_banned_roads_and_turns_are_avoided(network: RoadNetwork, router: Router) -> None:
    origin, destination = _far_pair(network, router)
    best = router.fastest(origin, destination)
    around = Router(network, banned_roads=[int(best.roads[2])]).fastest(origin, destination)
    assert best.roads[2] not in around.roads
    assert around.cost_s >= best.cost_s
    turn = (int(best.roads[1]), int(best.roads[2]))
    other = Router(network, banned_turns=[turn]).fastest(origin, destination)
    assert turn not in list(zip(other.roads[:-1].tolist(), other.roads[1:].tolist(), strict=True))


def test_costs_of_a_run_replace_free_flow(network: RoadNetwork, router: Router) -> None:
    origin, destination = _far_pair(network, router)
    best = router.fastest(origin, destination)
    cost_s = network.roads.length_m / 13.89
    cost_s[best.roads[1:-1]] *= 10
    jammed = router.fastest(origin, destination, cost_s=cost_s)
    assert not np.array_equal(jammed.roads, best.roads)
    cost_s[best.roads[2]] = np.inf
    assert best.roads[2] not in router.fastest(origin, destination, cost_s=cost_s).roads


@pytest.mark.parametrize("bad", [np.zeros(3), np.full(48, -1.0), np.full(48, np.nan)])
def test_costs_must_fit_and_be_positive(router: Router, bad: np.ndarray) -> None:
    with pytest.raises(ValueError, match="positive number of seconds"):
        router.routes([0], [1], cost_s=bad)


def test_dear_left_turns_are_taken_less(network: RoadNetwork) -> None:
    n, lefts = len(network.roads), []
    tail, head = network.road_of_connector()
    left = np.unique((tail.astype(int) * n + head)[network.connectors.turn == Turn.LEFT])
    for left_s in (0.0, 500.0):
        costs = TurnCosts(left_s=left_s, right_s=0.0)
        routes = Router(network, costs=costs).routes(np.repeat(np.arange(n), n), np.tile(np.arange(n), n))
        pairs = routes.roads[:-1].astype(int) * n + routes.roads[1:]
        inside = np.ones(len(pairs), dtype=bool)
        inside[routes.first_road[1:-1][np.diff(routes.first_road)[1:] > 0] - 1] = False
        lefts.append(int(np.isin(pairs[inside], left).sum()))
    assert lefts[1] < 0.7 * lefts[0]


def test_turn_costs_are_checked() -> None:
    with pytest.raises(ValueError, match="left_s is -1"):
        TurnCosts(left_s=-1)
    with pytest.raises(ValueError, match="max_speed_mps is 0"):
        TurnCosts(max_speed_mps=0)


def test_alternatives_are_different_loopless_and_sorted(network: RoadNetwork, router: Router) -> None:
    origin, destination = _far_pair(network, router)
    routes = router.k_shortest(origin, destination, 6)
    assert len({tuple(route.roads.tolist()) for route in routes}) == 6
    for route in routes:
        assert len(set(route.roads.tolist())) == len(route.roads)
        assert _linked(network, route.roads)
        assert (route.roads[0], route.roads[-1]) == (origin, destination)
        assert route.cost_s == pytest.approx(_cost(network, route, TurnCosts()))
    costs = [route.cost_s for route in routes]
    assert costs == sorted(costs)
    assert costs[0] == pytest.approx(router.fastest(origin, destination).cost_s)


def test_there_are_no_more_alternatives_than_ways() -> None:
    network = grid(1, 1, lanes=1)
    router = Router(network)
    origin, destination = _far_pair(network, router)
    assert len(router.k_shortest(origin, destination, 50)) < 50
    assert len(router.k_shortest(origin, origin, 3)) == 1


def _closed(network: RoadNetwork, rows: np.ndarray) -> RoadNetwork:
    allowed = network.lanes.allowed.copy()
    allowed[rows] &= ~np.uint16(CAR)
    return replace(network, lanes=replace(network.lanes, allowed=allowed))


def test_lanes_closed_to_a_class_are_not_used(network: RoadNetwork, router: Router) -> None:
    origin, destination = _far_pair(network, router)
    road = int(router.fastest(origin, destination).roads[2])
    closed = Router(_closed(network, np.array(network.road_lanes(road))))
    assert road not in closed.fastest(origin, destination, CAR).roads
    assert road in closed.fastest(origin, destination, BUS).roads
    with pytest.raises(RouteError, match="no way for CAR"):
        closed.fastest(road, road, CAR)


def _parted(network: RoadNetwork) -> RoadNetwork:
    """The same with solid lines everywhere."""
    solid = np.zeros(len(network.lanes), dtype=bool)
    return replace(network, lanes=replace(network.lanes, change_left=solid, change_right=solid))


def test_a_turn_counts_only_from_lanes_that_reach_it(network: RoadNetwork, router: Router) -> None:
    parted = _parted(network)
    strict = Router(parted)
    n = len(network.roads)
    free, bound = router.travel_times(np.arange(n)), strict.travel_times(np.arange(n))
    assert (bound >= free - 1e-9).all()
    assert (bound > free + 1e-9).any()
    # Proof lane by lane: some chain of lanes, without a lane change after the first road, follows each route.
    ways = parted.connectors
    routes = strict.routes(np.repeat(np.arange(n), n), np.tile(np.arange(n), n))
    for pair in np.flatnonzero(np.diff(routes.first_road) > 2)[::41].tolist():
        roads = routes.roads[routes.first_road[pair] : routes.first_road[pair + 1]]
        at = set(parted.road_lanes(int(roads[0])))
        for road in roads[1:].tolist():
            onward = (parted.lanes.road[ways.to_lane] == road) & np.isin(ways.from_lane, list(at))
            at = set(ways.to_lane[onward & ((ways.allowed & int(CAR)) > 0)].tolist())
        assert at


def test_alternatives_respect_solid_lines_too(network: RoadNetwork) -> None:
    strict = Router(_parted(network))
    origin, destination = _far_pair(network, strict)
    routes = strict.k_shortest(origin, destination, 4)
    assert routes[0].cost_s == pytest.approx(strict.fastest(origin, destination).cost_s)
    assert len({tuple(route.roads.tolist()) for route in routes}) == len(routes)
