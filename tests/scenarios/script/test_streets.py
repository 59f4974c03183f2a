"""Places on named streets stand where the map says."""

import math

import pytest

from jing_maps.errors import UnknownNameError
from jing_maps.opendrive import read_opendrive
from jing_maps.opendrive.place import lane_pose
from jing_scenarios.script import Scenario, ScriptError, crossing


def test_a_place_before_a_crossing_is_that_far_from_its_stop_line() -> None:
    scenario = Scenario("test", road=crossing(lanes=2, bike_lane=True))
    odr = read_opendrive(scenario.road_file)
    values = dict(scenario.on_street("East", towards="Centre", metres=30.0, lane_from_right=1).values)
    pose = lane_pose(odr, [odr.road_row[values["roadId"]]], [int(values["laneId"])], [float(values["s"])])
    assert pose.y_m[0] > 0.0  # westwards on the right side of the street
    assert math.cos(pose.heading_rad[0]) == pytest.approx(-1.0, abs=1e-6)
    end = lane_pose(odr, [odr.road_row[values["roadId"]]], [int(values["laneId"])], [float(values["s"]) + 30.0 - 1e-6])
    assert pose.x_m[0] - end.x_m[0] == pytest.approx(30.0, abs=1e-3)
    bike = dict(scenario.on_street("East", towards="Centre", metres=30.0, bikes=True).values)
    assert int(bike["laneId"]) == int(values["laneId"]) - 1


def test_signals_at_a_crossing_are_those_of_the_file() -> None:
    scenario = Scenario("test", road=crossing(lanes=2))
    odr = read_opendrive(scenario.road_file)
    for street in ("East", "North", "West", "South"):
        way = scenario.way(street, towards="Centre")
        road = odr.roads[odr.road_row[way.road]]
        assert {signal.id for signal in road.signals} == set(scenario.signals_at(street, towards="Centre"))


def test_streets_that_are_not_there_are_told_with_what_there_is() -> None:
    scenario = Scenario("test", road=crossing(lanes=1))
    with pytest.raises(UnknownNameError, match="East"):
        scenario.on_street("Eats", towards="Centre", metres=10.0)
    with pytest.raises(ScriptError, match="does not reach"):
        scenario.on_street("East", towards="Nowhere", metres=10.0)
    with pytest.raises(ScriptError, match="beyond its other end"):
        scenario.on_street("East", towards="Centre", metres=1000.0)
    with pytest.raises(ScriptError, match="motor lanes"):
        scenario.on_street("East", towards="Centre", metres=10.0, lane_from_right=4)
