"""Loop detectors: counted between steps, over the ends of ways, and not when somebody leaves sideways."""

import numpy as np
import pytest
from tests.sim.measures.conftest import Car, Viewer, view_of

from jing_maps.grid import grid
from jing_maps.network import RoadNetwork
from jing_sim.measures import LoopDetectors, MeasureError

Chain = tuple[int, int, int, int, int]


def drive(loops: LoopDetectors, seen: Viewer, cars: list[list[Car]], dt_s: float = 1.0) -> None:
    for step, there in enumerate(cars, start=1):
        loops.add(seen(step * dt_s, there, dt_s))


def test_a_loop_sees_when_a_vehicle_comes_and_goes_between_the_steps(
    town: RoadNetwork, seen: Viewer, chain: Chain
) -> None:
    loops = LoopDetectors(town, [chain[0]], [47.0], 10.0)
    drive(loops, seen, [[Car(0, chain[0], 10.0 * step)] for step in range(1, 11)])
    got = loops.figures()
    assert (got.begin_s.tolist(), got.end_s.tolist()) == ([0.0], [10.0])
    assert (got.entered[0, 0], got.count[0, 0], got.flow_vph[0, 0]) == (1, 1, 360.0)
    assert got.occupancy[0, 0] == pytest.approx(0.05)
    assert got.mean_speed_mps[0, 0] == pytest.approx(10.0)
    assert got.mean_length_m[0, 0] == 5.0
    assert loops.since_detection_s[0] == pytest.approx(10.0 - 5.2)


def test_a_vehicle_that_stands_on_a_loop_occupies_it(town: RoadNetwork, seen: Viewer, chain: Chain) -> None:
    loops = LoopDetectors(town, [chain[0]], [50.0], 4.0)
    drive(loops, seen, [[Car(0, chain[0], x)] for x in (48.0, 52.0, 52.0, 52.0)])
    assert loops.occupied.tolist() == [True]
    assert loops.since_detection_s.tolist() == [0.0]
    assert (loops.figures().entered[0, 0], loops.figures().count[0, 0]) == (1, 0)
    assert loops.figures().occupancy[0, 0] == pytest.approx(2.5 / 4.0)


def test_a_loop_before_the_stop_line_is_passed_by_the_rear_when_the_front_is_long_away(
    town: RoadNetwork, seen: Viewer, chain: Chain
) -> None:
    lane, connector, far = chain[:3]
    inside = float(town.connectors.length_m[connector - len(town.lanes)])
    loops = LoopDetectors(town, [lane], [179.0], 100.0)
    drive(loops, seen, [[Car(0, lane, 175.0, length_m=inside + 8.0)], [Car(0, connector, 5.0, length_m=inside + 8.0)]])
    assert loops.occupied[0]
    drive(loops, seen, [[Car(0, far, 2.0, length_m=inside + 8.0)]])
    assert loops.occupied[0]


def test_vehicles_are_counted_on_all_loops_of_the_ways_they_jump_over(
    town: RoadNetwork, seen: Viewer, chain: Chain
) -> None:
    at = [0.0, 179.9, 0.1, 90.0, 179.9, 0.1, 100.0]
    lanes = [chain[0], chain[0], chain[2], chain[2], chain[2], chain[4], chain[4]]
    loops = LoopDetectors(town, lanes, at, 3.0)
    drive(loops, seen, [[Car(0, chain[0], 170.0)], [Car(0, chain[4], 50.0)], [Car(0, chain[4], 60.0)]])
    assert loops.figures().count[0].tolist() == [0, 1, 1, 1, 1, 1, 0]
    # It drove 10 + 20 + 180 + 20 + 50 m in the second.
    assert loops.figures().mean_speed_mps[0, 3] == pytest.approx(280.0)


def test_who_changes_lanes_over_a_loop_covers_it_and_is_not_counted_there() -> None:
    network = grid(1, 1)
    right = int(np.flatnonzero(network.lanes.left >= 0)[0])
    left = int(network.lanes.left[right])
    loops = LoopDetectors(network, [right, left], [50.0, 50.0], 4.0)
    n_ways = len(network.lanes) + len(network.connectors)
    for step, (way, x) in enumerate([(right, 48.0), (right, 51.0), (left, 53.0), (left, 63.0)], start=1):
        loops.add(view_of(n_ways, float(step), [Car(0, way, x)]))
    got = loops.figures()
    assert got.entered[0].tolist() == [1, 1]
    assert got.count[0].tolist() == [0, 1]
    assert got.occupancy[0].tolist() == pytest.approx([(1 / 3 + 1) / 4, 1.2 / 4])


def test_who_leaves_the_network_on_a_loop_is_not_counted(town: RoadNetwork, seen: Viewer, chain: Chain) -> None:
    loops = LoopDetectors(town, [chain[4]], [178.0], 3.0)
    drive(loops, seen, [[Car(0, chain[4], 175.0)], [Car(0, chain[4], 179.0)], []])
    assert (loops.figures().entered[0, 0], loops.figures().count[0, 0]) == (1, 0)
    assert not loops.occupied[0]


def test_figures_keep_the_order_in_which_the_loops_were_given(town: RoadNetwork, seen: Viewer, chain: Chain) -> None:
    loops = LoopDetectors(town, [chain[2], chain[0], chain[0]], [10.0, 90.0, 20.0], 2.0)
    drive(loops, seen, [[Car(0, chain[0], 15.0)], [Car(0, chain[0], 22.0)]])
    assert loops.occupied.tolist() == [False, False, True]
    assert loops.figures().entered[0].tolist() == [0, 0, 1]


@pytest.mark.parametrize("seed", range(5))
def test_random_drives_are_timed_as_a_ruler_along_the_route_times_them(
    town: RoadNetwork, seen: Viewer, chain: Chain, seed: int
) -> None:
    random = np.random.default_rng(seed)
    inside = [float(town.connectors.length_m[way - len(town.lanes)]) for way in (chain[1], chain[3])]
    ends = np.cumsum([180.0, inside[0], 180.0, inside[1], 180.0])
    begins = np.concatenate([[0.0], ends[:-1]])
    x = 1.0 + np.cumsum(random.uniform(0.0, 25.0, 35))
    x, length = x[x < ends[-1]], float(random.uniform(1.0, 15.0))
    at = np.sort(random.uniform(30.0, 180.0, 6))
    lanes = random.integers(0, 3, 6) * 2
    loops = LoopDetectors(town, np.array(chain)[lanes], at, float(len(x)))
    ways = np.searchsorted(ends, x, side="right")
    drive(loops, seen, [[Car(0, chain[w], p - begins[w], length_m=length)] for w, p in zip(ways, x, strict=True)])
    times, places = np.arange(1, len(x) + 1), begins[lanes] + at
    came = np.interp(places, x, times, right=np.nan)
    went = np.minimum(np.interp(places + length, x, times, right=np.inf), len(x))
    on = np.isfinite(came) & (places > x[0])
    got = loops.figures()
    assert got.entered[0].tolist() == on.astype(int).tolist()
    assert got.count[0].tolist() == (on & (places + length <= x[-1])).astype(int).tolist()
    np.testing.assert_allclose(got.occupancy[0][on], ((went - came) / len(x))[on])


@pytest.mark.parametrize(
    ("lane", "pos_m", "interval_s", "problem"),
    [
        ([999], [1.0], 60.0, "loop 0 is on lane 999"),
        ([0, 0], [1.0, 500.0], 60.0, "loop 1 is at 500 m of lane 0"),
        ([0], [np.nan], 60.0, "loop 0 is at nan m"),
        ([0], [1.0, 2.0], 60.0, "1 lanes for 2 positions"),
        ([0], [1.0], 0.0, "interval_s is 0"),
    ],
)
def test_a_loop_that_cannot_be_is_refused(
    town: RoadNetwork, lane: list[int], pos_m: list[float], interval_s: float, problem: str
) -> None:
    with pytest.raises(MeasureError, match=problem):
        LoopDetectors(town, lane, pos_m, interval_s)


def test_vehicles_heaped_upon_a_loop_are_an_error_with_its_place(town: RoadNetwork, seen: Viewer, chain: Chain) -> None:
    loops = LoopDetectors(town, [chain[0]], [50.0], 60.0)
    with pytest.raises(MeasureError, match="time 1 s: more than 8 vehicles stand on the loop on lane"):
        loops.add(seen(1.0, [Car(v, chain[0], 51.0) for v in range(9)]))
