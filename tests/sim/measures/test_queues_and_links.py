"""Queues before stop lines, and the times that vehicles take over roads."""

from collections.abc import Callable

import numpy as np
import pytest
from tests.sim.measures.conftest import Car, Viewer

from jing_maps.network import RoadNetwork
from jing_sim.measures import LinkTravelTimes, MeasureError, QueueDetectors
from jing_sim.trips import Trips

Chain = tuple[int, int, int, int, int]
Fleet = Callable[[str], Trips]


def stand(vehicle: int, lane: int, pos_m: float, speed_mps: float = 0.0) -> Car:
    return Car(vehicle, lane, pos_m, speed_mps)


def test_a_queue_reaches_from_the_stop_line_to_the_rear_of_the_last_that_stands(
    town: RoadNetwork, seen: Viewer, chain: Chain
) -> None:
    queues, lane = QueueDetectors(town, 2.0, [chain[0], chain[2]]), chain[0]
    cars = [stand(0, lane, 179.0), stand(1, lane, 171.5), stand(2, lane, 164.0, 0.05), stand(3, lane, 145.0)]
    queues.add(seen(1.0, [*cars, stand(4, chain[2], 100.0)]))
    assert queues.vehicles.tolist() == [3, 0]
    assert queues.metres.tolist() == [180.0 - 159.0, 0.0]
    queues.add(seen(2.0, [stand(0, lane, 179.9, 1.0), *cars[1:]]))
    assert queues.vehicles.tolist() == [0, 0]
    got = queues.figures()
    assert got.max_vehicles.tolist() == [[3, 0]]
    assert got.max_m.tolist() == [[21.0, 0.0]]
    assert got.mean_vehicles.tolist() == [[1.5, 0.0]]


def test_what_counts_as_standing_can_be_chosen(town: RoadNetwork, seen: Viewer, chain: Chain) -> None:
    queues = QueueDetectors(town, 60.0, [chain[0]], halting_mps=1.39, gap_m=30.0)
    queues.add(seen(1.0, [stand(0, chain[0], 160.0, 1.0)]))
    assert queues.vehicles.tolist() == [1]


def test_a_queue_on_a_lane_that_is_not_there_is_refused(town: RoadNetwork) -> None:
    with pytest.raises(MeasureError, match="lane outside"):
        QueueDetectors(town, 60.0, [999])
    with pytest.raises(MeasureError, match="must be positive"):
        QueueDetectors(town, 60.0, halting_mps=0.0)


def test_travel_times_reach_from_the_begin_of_a_road_to_the_begin_of_the_next(
    town: RoadNetwork, seen: Viewer, chain: Chain, fleet: Fleet
) -> None:
    links = LinkTravelTimes(town, fleet("car"), 60.0)
    inside = float(town.connectors.length_m[chain[1] - len(town.lanes)])
    begins = np.array([0.0, 180.0, 180.0 + inside, 360.0 + inside, 360.0 + 2 * inside])
    for step in range(60):
        x = 4.0 + 7.0 * step
        way = int(np.searchsorted(begins, x, side="right")) - 1
        links.add(seen(step + 1.0, [Car(0, chain[way], x - begins[way], 7.0)]))
    got, (first, second) = links.figures(), (int(town.lanes.road[chain[i]]) for i in (0, 2))
    assert np.flatnonzero(got.count[0]).tolist() == sorted([first, second])
    assert got.mean_travel_time_s[0, second] == pytest.approx((180.0 + inside) / 7.0)
    assert got.mean_travel_time_s[0, first] == pytest.approx((180.0 + inside - 4.0) / 7.0)
    assert got.mean_speed_mps[0, [first, second]] == pytest.approx([7.0, 7.0])
    # 15 m/s on roads and 10 m/s in junctions are allowed.
    delay = 180.0 / 7.0 * (1 - 7.0 / 15.0) + inside / 7.0 * (1 - 7.0 / 10.0)
    assert got.mean_delay_s[0, second] == pytest.approx(delay, abs=0.2)


def test_who_departs_in_the_middle_of_a_road_does_not_count_there(
    town: RoadNetwork, seen: Viewer, chain: Chain, fleet: Fleet
) -> None:
    links = LinkTravelTimes(town, fleet("car"), 3.0)
    for step, (way, x) in enumerate([(chain[0], 90.0), (chain[0], 175.0), (chain[2], 10.0)], start=1):
        links.add(seen(float(step), [Car(0, way, x, 14.0)]))
    assert links.figures().count.sum() == 0
