from dataclasses import fields, replace
from pathlib import Path
from xml.etree import ElementTree as ET

import numpy as np
import pytest

from jing_maps.network import RoadNetwork
from jing_maps.sumo import SumoLane
from jing_sim.demand import DemandOptions, random_trips, read_sumo_routes, write_sumo_routes
from jing_sim.trips import BEST_LANE, FIRST_ALLOWED_LANE, Stops, TripError, Trips

OPTIONS = DemandOptions(duration_s=300.0, seed=5)


@pytest.fixture(scope="module")
def trips(town: RoadNetwork) -> Trips:
    return random_trips(town, 600.0, OPTIONS)[0]


def own_edges(town: RoadNetwork) -> list[tuple[str]]:
    return [(name,) for name in town.roads.ext_id]


def test_trips_come_back_from_the_file_as_they_were(town: RoadNetwork, trips: Trips, tmp_path: Path) -> None:
    path = tmp_path / "x.rou.xml"
    n = len(trips)
    lane = np.resize(np.array([BEST_LANE, FIRST_ALLOWED_LANE, 0], np.int32), n)
    speed = np.resize(np.array([np.nan, 0.0, 3.25]), n)
    given = replace(trips, depart_lane=lane, depart_speed_mps=speed)
    write_sumo_routes(town, given, path, own_edges(town))
    back, _ = read_sumo_routes(path, town, OPTIONS)
    assert back.ext_id == given.ext_id
    np.testing.assert_array_equal(back.roads, given.roads)
    np.testing.assert_array_equal(back.first_road, given.first_road)
    np.testing.assert_allclose(back.depart_s, given.depart_s, atol=5e-4)
    np.testing.assert_array_equal(back.depart_lane, lane)
    np.testing.assert_array_equal(back.depart_speed_mps, speed)
    rows = [back.types.name.index(name) for name in given.types.name]
    for field in fields(given.types):
        if field.name != "name":
            np.testing.assert_array_equal(getattr(back.types, field.name)[rows], getattr(given.types, field.name))


def test_a_road_of_several_edges_is_written_edge_by_edge(town: RoadNetwork, trips: Trips, tmp_path: Path) -> None:
    path = tmp_path / "x.rou.xml"
    write_sumo_routes(town, trips, path, [(f"{row}a", f"{row}b") for row in range(len(town.roads))])
    first = ET.parse(path).find("vehicle/route")
    assert first is not None
    roads = trips.roads[: trips.first_road[1]]
    assert first.get("edges") == " ".join(f"{road}a {road}b" for road in roads)


def test_stops_come_back_from_the_file(town: RoadNetwork, trips: Trips, tmp_path: Path) -> None:
    path = tmp_path / "x.rou.xml"
    lanes = [SumoLane(f"{name}_0", row, 0.0, 170.0) for row, name in enumerate(town.roads.ext_id)]
    first = np.minimum(np.arange(len(trips) + 1), 1).astype(np.int32)
    lane = np.array([town.roads.first_lane[trips.roads[0]]], np.int32)
    stops = Stops(np.zeros(1, np.int32), first, lane, np.array([60.0]), np.array([12.5]), np.array([40.0]))
    given = replace(trips, stops=stops)
    with pytest.raises(TripError, match="give lanes"):
        write_sumo_routes(town, given, path, own_edges(town))
    write_sumo_routes(town, given, path, own_edges(town), lanes=lanes)
    back = read_sumo_routes(path, town, OPTIONS)[0].stops
    assert back is not None
    assert (back.lane[0], back.pos_m[0], back.dwell_s[0]) == (lane[0], 60.0, 12.5)
    assert back.until_s is not None
    assert back.until_s[0] == 40.0


def test_edges_of_another_network_are_refused(town: RoadNetwork, trips: Trips, tmp_path: Path) -> None:
    with pytest.raises(TripError, match="edges of 1 roads"):
        write_sumo_routes(town, trips, tmp_path / "x.rou.xml", [("a",)])
