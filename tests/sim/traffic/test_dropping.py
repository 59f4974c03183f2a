"""Vehicles that come into a world in the middle of a lane."""

import numpy as np
import pytest

from jing_maps.grid import grid
from jing_sim.traffic import SimulationError, TrafficOptions, TrafficWorld
from jing_sim.traffic.between_steps import BetweenSteps
from jing_sim.traffic.dropping import drop, room_on
from jing_sim.trips import Trips
from jing_sim.vehicle_types import STANDARD_TYPES


def _world() -> TrafficWorld:
    none = np.zeros(0, np.int32)
    trips = Trips(STANDARD_TYPES, (), none, np.zeros(0), np.zeros(1, np.int32), none)
    return TrafficWorld(grid(2, 2, spacing_m=200.0), trips, TrafficOptions(dt_s=0.2, car_following="idm"))


def test_a_dropped_vehicle_drives_on_at_once() -> None:
    world = _world()
    lane = 0
    road = int(world.network.lanes.road[lane])
    vehicle = drop(world, "car", (lane, 60.0, 8.0), [road], "dropped")
    frame = world.frame()
    assert frame.vehicle.tolist() == [vehicle]
    assert frame.pos_m[0] == pytest.approx(60.0)
    for _ in range(10):
        world.step()
    frame = world.frame()
    assert frame.pos_m[0] == pytest.approx(60.0 + 2.0 * 8.0, abs=6.0)
    assert world.summary().running == 1


def test_there_is_no_room_where_somebody_stands() -> None:
    world = _world()
    road = int(world.network.lanes.road[0])
    drop(world, "car", (0, 60.0, 0.0), [road])
    assert not room_on(world, "car", 0, 62.0, 0.0)
    assert not room_on(world, "car", 0, 54.0, 12.0)
    assert room_on(world, "car", 0, 30.0, 5.0)
    with pytest.raises(SimulationError, match="there is no room for a car on lane 0"):
        drop(world, "car", (0, 62.0, 0.0), [road])


def test_a_route_begins_with_the_road_of_the_lane() -> None:
    world = _world()
    road = int(world.network.lanes.road[0])
    with pytest.raises(SimulationError, match="begins with its road"):
        drop(world, "car", (0, 60.0, 0.0), [road + 1])


def test_vehicles_are_drawn_between_steps() -> None:
    world = _world()
    road = int(world.network.lanes.road[0])
    drop(world, "car", (0, 60.0, 10.0), [road])
    between = BetweenSteps()
    between.follow(world.frame(), (), 0.2)
    world.step()
    between.follow(world.frame(), (), 0.2)
    begin, half, end = (between.at(share, 0.2) for share in (0.0, 0.5, 1.0))
    way = np.hypot(end.x_m - begin.x_m, end.y_m - begin.y_m)
    assert way[0] == pytest.approx(2.0, abs=0.2)
    assert np.hypot(half.x_m - begin.x_m, half.y_m - begin.y_m)[0] == pytest.approx(way[0] / 2)
